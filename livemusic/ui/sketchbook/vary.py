"""Variations of a pattern: played again, some of it anew."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from livemusic.music.kit import VOICE_NAMES
from livemusic.session.sketchbook import AnyRecipe, Vary
from livemusic.ui import theme
from livemusic.ui.sketchbook.form import FormPage

_SHORT = ("kick", "snare", "hat", "open", "low", "mid", "high", "crash", "ride")


class VoiceLocks(QWidget):
    """Nine small switches, one for each voice; those that are lit stay as they are. `changed` by hand only."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.switches = tuple(_switch(voice, self) for voice in range(len(VOICE_NAMES)))
        for switch in self.switches:
            row.addWidget(switch, len(switch.text()) + 3)
            switch.clicked.connect(self.changed)
        self.setFocusProxy(self.switches[0])

    def locks(self) -> tuple[int, ...]:
        """The voices that stay."""
        return tuple(voice for voice, switch in enumerate(self.switches) if switch.isChecked())

    def show_locks(self, locks: tuple[int, ...]) -> None:
        """Which stayed."""
        for voice, switch in enumerate(self.switches):
            switch.setChecked(voice in locks)


def _switch(voice: int, parent: QWidget) -> QPushButton:
    made = QPushButton(_SHORT[voice], parent)
    made.setCheckable(True)
    made.setAutoDefault(False)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setAccessibleName(f"The {VOICE_NAMES[voice]} stays")
    made.setToolTip(f"While this is lit, the {VOICE_NAMES[voice]} stays as it is")
    made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    tone = theme.LANES[voice]
    sheet = (
        f"QPushButton {{ padding: 3px 0; font-size: {theme.SMALL}px; color: {theme.MUTED}; border-radius: 6px; }}"
        f"QPushButton:hover {{ border-color: {tone}; }}"
        f"QPushButton:focus {{ border-color: {theme.ACCENT}; }}"
        f"QPushButton:checked {{ background: {tone}; border-color: {tone}; color: {theme.BACKGROUND}; }}"
    )
    made.setStyleSheet(theme.dressed(sheet))
    return made


class VaryPage(FormPage):
    """A pattern, how much of it is played anew, and which voices stay."""

    name = "Vary"
    purpose = "Variations of the same groove: part of it is played differently, the rest stays."

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pattern = self.sources("Pattern")
        self.share = self.amount("How much", "How much of the pattern changes", 30)
        self.locks = VoiceLocks(self)
        self.locks.changed.connect(self.make_it)
        self.add("Keep", self.locks)
        self.add("Style", self.styles("The style of what changes"))
        self.seed = self.seeds("Another variation", "Another variation with the same settings")
        self.finish()

    def recipe(self) -> AnyRecipe | None:
        """What the controls say."""
        clip = self.pattern.clip()
        if clip is None:
            return None
        return Vary(
            bpm=self.bpm,
            bar=self.bar,
            clip=clip,
            amount=self.share.percent / 100,
            seed=self.seed.seed(),
            style=self.style_name,
            locks=self.locks.locks(),
        )

    def show_recipe(self, recipe: AnyRecipe) -> bool:
        """Set the controls as `recipe` has them."""
        if not isinstance(recipe, Vary):
            return False
        self.pattern.show_clip(recipe.clip)
        self.share.show_part(recipe.amount)
        self.locks.show_locks(recipe.locks)
        self.show_style(recipe.style)
        self.seed.show_seed(recipe.seed)
        return True
