"""The pattern in the main window: what plays, or while it is edited the pattern of one corner under a header."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from livemusic.engine.pattern_edits import EditPattern, SelectCorner
from livemusic.engine.snapshot import Snapshot
from livemusic.music.grid import STEP, Grid, steps_in
from livemusic.music.kit import VOICE_COUNT
from livemusic.session.preset import Clip
from livemusic.session.settings import Session
from livemusic.ui.editor.grid import EditorGrid
from livemusic.ui.editor.header import EditHeader

#: Lanes lower than this are hard to meet with a mouse: what is above makes room while they are edited.
_LANE = 24


class PatternEditor(QWidget):
    """`asked` carries requests. `editing` is the corner that is edited, None while what plays is shown."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = EditorGrid(self)
        self.header = EditHeader(self.grid, self)
        self.header.hide()
        self.editing: int | None = None
        self._snapshot: Snapshot | None = None
        self._session: Session | None = None
        self._splitter: QSplitter | None = None
        self._before: list[int] = []
        self._read: tuple[Clip, Grid] | None = None
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(2)
        rows.addWidget(self.header)
        rows.addWidget(self.grid, 1)
        self.header.asked.connect(self.asked)
        self.header.left.connect(self.toggle)
        self.grid.begun.connect(self.toggle)
        self.grid.edited.connect(self._edit)

    def grow_in(self, splitter: QSplitter) -> None:
        """It may take the room it needs from what else is in `splitter`, whose last part it is in."""
        self._splitter = splitter

    @property
    def clip(self) -> Clip | None:
        """The pattern that is edited."""
        if self.editing is None or self._session is None:
            return None
        return self._session.preset.corners[self.editing]

    def toggle(self) -> None:
        """Edit the corner that is heard most, or end that."""
        if self._snapshot is not None:
            self.asked.emit(SelectCorner(self._snapshot.surface.corner if self.editing is None else None))

    def _edit(self, edit: object) -> None:
        if self.editing is not None:
            self.asked.emit(EditPattern(self.editing, edit, self.grid.press))

    def show_session(self, session: Session) -> None:
        """What is on the corners."""
        self._session = session
        self.grid.show_locks(session.preset.locked())

    def show_state(self, snapshot: Snapshot, names: tuple[str, ...]) -> None:
        """What the engine says; `names` of the corners."""
        self._snapshot = snapshot
        self._select(snapshot.surface.selected)
        if (clip := self.clip) is None:
            self.grid.show_pattern(snapshot.transport.grid, snapshot.transport.meter)
        else:
            self.header.show_state(snapshot, names)
            if self._read is None or self._read[0] is not clip:
                self._read = clip, clip.grid()
            self.grid.show_edited(self._read[1], snapshot.transport.meter)
        self.grid.show_surface(snapshot.surface.record, snapshot.surface.erase)

    def show_playhead(self, tick: float, bpm: float, playing: bool) -> None:
        """The song position in ticks, which is that in the pattern, too, as long as all of it repeats in what plays."""
        heard = steps_in(self._snapshot.transport.grid) * STEP if self._snapshot is not None else 0
        self.grid.show_playhead(tick % heard if heard and heard % self.grid.length else tick, bpm, playing)

    def _select(self, corner: int | None) -> None:
        """Another corner is edited, or none is any more."""
        if self._session is None or corner == self.editing:
            return
        begins, ends = self.editing is None, corner is None
        self.editing = corner
        self.grid.pattern.begin()
        self.header.setVisible(not ends)
        self.grid.set_editable(not ends)
        if begins:
            self.grid.setFocus()
            self._grow()
        elif ends:
            self._shrink()

    def _grow(self) -> None:
        if self._splitter is None:
            return
        self._before = self._splitter.sizes()
        more = int(_LANE * VOICE_COUNT - self.grid.field().height()) + self.header.sizeHint().height()
        if more > 0:
            *others, own = self._before
            self._splitter.setSizes([*others[:-1], max(0, others[-1] - more), own + more])

    def _shrink(self) -> None:
        if self._splitter is not None and self._before:
            self._splitter.setSizes(self._before)
