"""What the pages of the tools share: rows of controls that together say what is to be made."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from livemusic.engine.messages import Make, Try
from livemusic.engine.snapshot import Snapshot, StudioState
from livemusic.music.grid import STEP
from livemusic.music.tempo import Meter
from livemusic.session.settings import Session
from livemusic.session.sketchbook import AnyRecipe
from livemusic.sketch.style_names import in_words
from livemusic.ui.panels.sources import ChoiceBox
from livemusic.ui.sketchbook.amount import Amount
from livemusic.ui.sketchbook.page import Page
from livemusic.ui.sketchbook.seed import Seed
from livemusic.ui.sketchbook.source import SourceChooser

_LABEL_WIDTH = 104
_ANY = (("Any style", ""),)


class FormPage(Page):
    """Rows of controls and the buttons below them. While a control moves `recipe` is tried, where it rests it is made.

    `bpm`, `bar` and `steps` are those of the music that plays.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bpm, self.bar, self.steps = 120.0, 16, 32
        self._sources: list[SourceChooser] = []
        self.style_box: ChoiceBox | None = None
        self._styles: tuple[str, ...] = ()
        self._asked: AnyRecipe | None = None
        self._kept: AnyRecipe | None = None
        card, around = QFrame(self), QVBoxLayout(self)
        card.setProperty("card", True)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(card)
        self.column = QVBoxLayout(card)
        self.column.setContentsMargins(16, 10, 16, 10)
        self.column.setSpacing(10)
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(12)
        self._rows.setVerticalSpacing(5)
        self._rows.setColumnMinimumWidth(0, _LABEL_WIDTH)
        self._rows.setColumnStretch(1, 1)
        self.column.addLayout(self._rows)

    def recipe(self) -> AnyRecipe | None:
        """What the controls say; None while something is missing."""
        raise NotImplementedError

    # Building it.

    def add(self, label: str, control: QWidget) -> None:
        """One more row."""
        name = QLabel(label, self)
        name.setBuddy(control)
        name.setMinimumHeight(30)
        row = self._rows.rowCount()
        self._rows.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        self._rows.addWidget(control, row, 1)

    def amount(self, name: str, tip: str, start: int, free: str = "") -> Amount:
        """A row with a slider that begins at `start` percent."""
        made = Amount(name, tip, start, self, free)
        made.moved.connect(self.try_it)
        made.settled.connect(self.make_it)
        self.add(name, made)
        return made

    def sources(self, label: str, nothing: str = "") -> SourceChooser:
        """A row with a pattern to work on; see `SourceChooser`."""
        made = SourceChooser(label, self, nothing)
        made.picked.connect(self.make_it)
        self._sources.append(made)
        self.add(label, made)
        return made

    def styles(self, tip: str) -> ChoiceBox:
        """The styles the models know, to be put in a row."""
        self.style_box = box = ChoiceBox("Style", tip, self)
        box.show_entries(_ANY, "")
        box.setMinimumWidth(122)
        box.setMaximumWidth(280)
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        box.chosen.connect(lambda _: self.make_it())
        return box

    def seeds(self, another: str, tip: str) -> Seed:
        """A row with a seed, and at its end a button that rolls `another`."""
        made = Seed(another, tip, self)
        made.settled.connect(self.make_it)
        self.add("Seed", made)
        return made

    def finish(self, *buttons: QPushButton) -> None:
        """All rows are there; `buttons` go below them."""
        if buttons:
            across = QHBoxLayout()
            across.setSpacing(8)
            across.addStretch(1)
            for button in buttons:
                across.addWidget(button)
            self.column.addLayout(across)
        self.column.addStretch(1)

    # Asking.

    def try_it(self) -> None:
        """Let what the controls say be heard and seen."""
        recipe = self.recipe()
        if recipe is not None:
            self.asked.emit(Try(recipe))

    def make_it(self) -> None:
        """Make what the controls say and keep it, unless it is at hand already, or on its way."""
        recipe = self.recipe()
        if recipe is not None and recipe not in (self._asked, self._kept):
            self._asked = recipe
            self.asked.emit(Make(recipe))

    # What is so.

    @property
    def style_name(self) -> str:
        """The style that is chosen; empty for any."""
        return self.style_box.currentData() or "" if self.style_box is not None else ""

    def show_style(self, style: str) -> None:
        """The style it was."""
        if self.style_box is not None:
            self.style_box.show_entries((*_ANY, *((in_words(each), each) for each in self._styles)), style)

    def show_session(self, session: Session) -> None:
        """What is plugged in and played."""
        preset = session.preset
        self.bar = max(1, Meter(*preset.meter).bar // STEP)
        self.steps = max(clip.steps for clip in preset.corners)
        for source in self._sources:
            source.show_session(session)

    def show_state(self, snapshot: Snapshot) -> None:
        """What the engine says. A tempo that is followed trembles; a tenth is enough."""
        self.bpm = min(max(round(snapshot.transport.bpm, 1), 1.0), 1000.0)
        for source in self._sources:
            source.show_state(snapshot)

    def show_studio(self, studio: StudioState) -> None:
        """How the sketching tools are."""
        self._styles = studio.styles
        self.show_style(self.style_name)
        for source in self._sources:
            source.show_studio(studio)
        self._kept, self._asked = studio.recipe if studio.number else None, None
