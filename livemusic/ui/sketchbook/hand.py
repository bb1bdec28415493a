"""The pattern at hand: seen, heard, put on the pad, and taken away as a MIDI file."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from livemusic.engine.messages import Audition, PlayDrum, UseDraft
from livemusic.engine.pattern_edits import EditDraft, RenameDraft
from livemusic.engine.snapshot import Snapshot, StudioState
from livemusic.errors import LiveMusicError
from livemusic.music.grid import Grid
from livemusic.session.preset import CORNERS, Clip
from livemusic.session.settings import Session
from livemusic.session.sketchbook import words as words_of
from livemusic.ui import theme
from livemusic.ui.editor.grid import EditorGrid
from livemusic.ui.outgoing import clip_name, drag_clip, write_clip
from livemusic.ui.panels.naming import ask_name
from livemusic.ui.playhead import tick_at
from livemusic.ui.rack.widgets import Elided, press, words
from livemusic.ui.saving import ask_file
from livemusic.ui.sketchbook.source import ARROWS
from livemusic.ui.views.blocks import Block, blocks_of

_EMPTY = "No pattern yet"
_SOUND = "Play the current pattern instead of the pad's; press again to stop [L]"


@dataclass(frozen=True, slots=True)
class Change:
    """What a tool did to the hits of a pattern: how many there were and are, and which came and went."""

    before: int
    after: int
    came: tuple[Block, ...]
    went: tuple[Block, ...]

    @classmethod
    def between(cls, before: Clip, after: Clip) -> "Change | None":
        """The change from one clip to another; None where they are not equally long."""
        if before.steps != after.steps:
            return None
        old, new = (_hits(clip.grid()) for clip in (before, after))
        went = tuple(block for place, block in old.items() if place not in new)
        came = tuple(block for place, block in new.items() if place not in old)
        return cls(len(old), len(new), came, went)

    def words(self) -> str:
        """In a few words."""
        if not self.came and not self.went:
            return f"{self.after} hits, none added and none taken out"
        return f"{self.before} hits before, {self.after} now: {len(self.went)} taken out, {len(self.came)} added"


def _hits(grid: Grid) -> dict[tuple[int, int, int], Block]:
    """Every hit by the step and the voice of its main hit, and how many ticks from that it is."""
    places = ((step, voice, hit[1] - hits[0][1]) for step, voice, hits in grid.cells() for hit in hits)
    return dict(zip(places, blocks_of(grid), strict=True))


class HandGrid(EditorGrid):
    """The pattern at hand, to be edited; what a tool or a hand added has a bright rim, what was taken out is left as an
    outline.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.change: Change | None = None
        self._empty = True
        self.setMinimumSize(320, 108)
        self.setAccessibleName("Current pattern")
        self.framed = False

    def show_clip(self, clip: Clip | None, meter: tuple[int, int], change: Change | None) -> None:
        """What is at hand, and how it came from another pattern."""
        self._empty, self.change = clip is None, change
        self.set_editable(clip is not None)
        if clip is None:
            self.show_pattern(b"", meter)
        else:
            self.show_edited(clip.grid(), meter)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._empty:
            painter.fillRect(self.rect(), theme.colour(theme.SURFACE, 0.7))
            painter.setPen(theme.colour(theme.MUTED))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, _EMPTY)
        if self.change is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for block in self.change.went:
                painter.setPen(QPen(theme.colour(theme.LANES[block.lane], 0.75), 1, Qt.PenStyle.DotLine))
                painter.drawRoundedRect(self.bar(block).adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
            painter.setPen(QPen(theme.colour(theme.TEXT), 1.5))
            for block in self.change.came:
                painter.drawRoundedRect(self.bar(block).adjusted(-0.5, -0.5, 0.5, 0.5), 2, 2)
        painter.end()


class CornerButton(QPushButton):
    """One corner of the pad: an arrow and the name of the pattern that is there, shortened where there is no room."""

    def __init__(self, corner: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._corner = corner
        self._name = ""
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("role", "corner")
        self.setFixedHeight(34)
        self.setMinimumWidth(96)
        self.show_name("")

    def show_name(self, name: str) -> None:
        """Whose place the pattern at hand would take."""
        place = CORNERS[self._corner]
        self._name = name
        self.setAccessibleName(f"Use in the {place} corner, in place of {name}")
        self.setToolTip(
            f"Put the current pattern in the {place} corner, in place of “{name}” [Ctrl+{self._corner + 1}]\n"
            "It takes over at the next bar. Ctrl+Z takes it back."
        )
        self._shorten()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._shorten()

    def _shorten(self) -> None:
        arrow = ARROWS[self._corner]
        face = self.fontMetrics()
        room = self.width() - 16 - face.horizontalAdvance(f"{arrow} ")
        name = face.elidedText(self._name, Qt.TextElideMode.ElideRight, max(room, 8))
        self.setText(f"{arrow} {name.replace('&', '&&')}")


class Hand(QFrame):
    """The pattern at hand and what can be done with it; `asked` carries requests to the engine."""

    asked = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._snapshot: Snapshot | None = None
        self._studio: StudioState | None = None
        self.setProperty("card", True)
        self.name = Elided("name", self)
        renaming = QAction("Rename…\tF2", self.name)
        renaming.triggered.connect(lambda *_: self.rename())
        self.name.addAction(renaming)
        self.name.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.kept = words("", "help", self)
        self.grid = HandGrid(self)
        self.note = Elided("help", self)
        self.listen = press("▶  Listen", _SOUND, self, "listen", "Play the current pattern")
        self.listen.setCheckable(True)
        self.save = press("Save as MIDI…", "Save the current pattern as a MIDI file [Ctrl+E]", self, "quiet")
        self.corners = tuple(CornerButton(corner, self) for corner in range(len(CORNERS)))
        self._lay_out()
        self.listen.clicked.connect(lambda on: self.asked.emit(Audition(on)))
        self.save.clicked.connect(self.save_as)
        self.grid.dragged.connect(self._drag)
        self.grid.edited.connect(lambda edit: self.asked.emit(EditDraft(edit, self.grid.press)))
        self.grid.said.connect(lambda words: self._say(words, "fault"))
        self.grid.struck.connect(lambda voice, velocity: self.asked.emit(PlayDrum(voice, velocity)))
        for corner, button in enumerate(self.corners):
            button.clicked.connect(lambda _, corner=corner: self.use(corner))

    def _lay_out(self) -> None:
        head, foot, left, pad = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(), QGridLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.kept)
        left.setSpacing(6)
        left.addWidget(self.listen)
        left.addWidget(self.save)
        use = words("Use in", "help", self)
        use.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        pad.setSpacing(6)
        pad.addWidget(use, 0, 0, 2, 1)
        for corner, button in enumerate(self.corners):
            pad.addWidget(button, corner // 2, 1 + corner % 2)
        for column in (1, 2):
            pad.setColumnStretch(column, 1)
        foot.setSpacing(14)
        foot.addLayout(left)
        foot.addLayout(pad, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 12)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.grid, 1)
        column.addWidget(self.note)
        column.addLayout(foot)

    # What is so.

    def show_session(self, session: Session) -> None:
        """What is on the corners."""
        self._session = session
        for button, clip in zip(self.corners, session.preset.corners, strict=True):
            button.show_name(clip.name)
        self._show_grid()

    def show_state(self, snapshot: Snapshot) -> None:
        """Where the music is."""
        self._snapshot = snapshot
        transport = snapshot.transport
        heard = transport.playing and self._studio is not None and self._studio.auditioning
        self.grid.show_playhead(tick_at(snapshot, perf_counter()) if heard else 0.0, transport.bpm, heard)

    def show_studio(self, studio: StudioState) -> None:
        """What is at hand."""
        before, self._studio = self._studio, studio
        recipe = studio.recipe
        self.name.show_text("" if studio.clip is None else studio.clip.name)
        self.name.setToolTip("" if recipe is None else f"{words_of(recipe)}\nRight click or F2: rename")
        self.kept.setText("" if recipe is None else "kept" if studio.number else "not kept")
        self.listen.setChecked(studio.auditioning)
        self.listen.setText("■  Stop" if studio.auditioning else "▶  Listen")
        self._allow(studio.clip is not None)
        if before is None or before.clip != studio.clip or before.recipe != recipe:
            self._show_grid()
        self._say(studio.problem or (self.grid.change.words() if self.grid.change is not None else ""), studio.problem)

    def show_away(self) -> None:
        """The engine does not answer."""
        self._allow(False)
        self.grid.show_playhead(0.0, 120.0, False)

    def _allow(self, there: bool) -> None:
        for button in (self.listen, self.save, *self.corners):
            button.setEnabled(there)

    def _show_grid(self) -> None:
        clip = self._studio.clip if self._studio is not None else None
        before = getattr(self._studio.recipe, "clip", None) if self._studio is not None else None
        change = Change.between(before, clip) if before is not None and clip is not None else None
        meter = self._session.preset.meter if self._session is not None else (4, 4)
        self.grid.show_clip(clip, meter, change)

    def _say(self, text: str, fault: str = "") -> None:
        role = "fault" if fault else "help"
        if self.note.property("role") != role:
            self.note.setProperty("role", role)
            self.note.style().polish(self.note)
        self.note.show_text(text)

    # What is done with it.

    def toggle_listening(self) -> None:
        """Hear the pattern at hand, or end that."""
        if self.listen.isEnabled():
            self.listen.click()

    def use(self, corner: int) -> None:
        """Put it in a corner (0..3) of the pad."""
        if self.corners[corner].isEnabled():
            self.asked.emit(UseDraft(corner))
            self._say(f"It takes over in the {CORNERS[corner]} corner at the next bar. Ctrl+Z takes it back.")

    def rename(self) -> None:
        """Ask what it is to be called."""
        if self._studio is None or self._studio.clip is None:
            return
        if new := ask_name(self, "Rename the pattern", "What is this pattern called?", self._studio.clip.name):
            self.asked.emit(RenameDraft(new))

    def save_as(self) -> None:
        """Ask for a file name and write it."""
        if not self.save.isEnabled() or self._known() is None:
            return
        clip, snapshot, _ = self._known()
        wanted = Path.home() / clip_name(clip, snapshot)
        path = ask_file(self, "Save as MIDI", wanted, "MIDI files (*.mid)", (".mid",))
        if path is not None:
            self._try(lambda: write_clip(path, *self._known()), f"Written to {path.name}.")

    def _drag(self) -> None:
        if self._known() is not None:
            self._try(lambda: drag_clip(self.grid, *self._known()))

    def _known(self) -> tuple[Clip, Snapshot, Session] | None:
        if self._studio is None or self._studio.clip is None or self._snapshot is None or self._session is None:
            return None
        return self._studio.clip, self._snapshot, self._session

    def _try(self, do: Callable[[], None], done: str = "") -> None:
        try:
            do()
            self._say(done)
        except LiveMusicError as problem:
            self._say(str(problem), "fault")
