"""Which pattern a tool works on: a corner of the pad, what plays, the pattern at hand, or a MIDI file."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QSizePolicy, QVBoxLayout, QWidget

from livemusic.engine.snapshot import Snapshot, StudioState
from livemusic.errors import LiveMusicError
from livemusic.music.grid import Grid
from livemusic.session.preset import Clip
from livemusic.session.settings import Session
from livemusic.ui.incoming import MIDI_FILES, read_clip
from livemusic.ui.panels.sources import ChoiceBox
from livemusic.ui.rack.widgets import words

ARROWS = ("◤", "◥", "◣", "◢")
_NOTHING, _PLAYS, _HAND, _OPEN, _KEPT = "nothing", "plays", "hand", "open", "kept"
_KINDS = f"MIDI files ({' '.join(f'*{suffix}' for suffix in MIDI_FILES)})"


class SourceChooser(QWidget):
    """A list of patterns, and a place to drop a MIDI file on.

    `changed`: `clip` gives another pattern, for whatever reason; `picked`: because the musician chose one (after
    `changed`). A corner is followed as it changes. What plays and the pattern at hand are kept as they were when they
    were picked, so that a tool is never fed what it has just made. `nothing`: what working on none at all is called;
    it comes first then, and is chosen.
    """

    changed = Signal()
    picked = Signal()

    def __init__(self, name: str, parent: QWidget | None = None, nothing: str = "", corner: int = 0) -> None:
        super().__init__(parent)
        self._corners: tuple[Clip, ...] = ()
        self._snapshot: Snapshot | None = None
        self._studio: StudioState | None = None
        self._nothing = nothing
        self._choice = _NOTHING if nothing else str(corner)
        self._kept: Clip | None = None
        self._given: Clip | None = None
        self.box = ChoiceBox(name, "The pattern to work on; a MIDI file may be dropped here", self)
        self.fault = words("", "warning", self, wrap=True)
        self.fault.hide()
        self.box.chosen.connect(self._choose)
        self.box.opened.connect(self._list)
        self.setAcceptDrops(True)
        self.setFocusProxy(self.box)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.box)
        column.addWidget(self.fault)
        self._list()

    def clip(self) -> Clip | None:
        """The pattern, or None while nothing is known, or wanted."""
        return self._given

    def show_session(self, session: Session) -> None:
        """What is on the corners."""
        if session.preset.corners != self._corners:
            self._corners = session.preset.corners
            self._settle()

    def show_state(self, snapshot: Snapshot) -> None:
        """What plays."""
        self._snapshot = snapshot

    def show_studio(self, studio: StudioState) -> None:
        """What is at hand."""
        self._studio = studio

    def show_clip(self, clip: Clip | None) -> None:
        """Choose `clip`, because a draft that was made of it is called back."""
        if clip is None:
            self._choice = _NOTHING if self._nothing else self._choice
        elif clip in self._corners:
            self._choice = str(self._corners.index(clip))
        else:
            self._keep(clip)
        self.fault.hide()
        self._settle()

    def open(self, path: Path) -> None:
        """Take the pattern of a MIDI file, or say why that cannot be."""
        try:
            read = read_clip(path)
        except LiveMusicError as problem:
            self._complain(str(problem))
            return
        self._keep(read.clip)
        self._take()
        if read.remarks:
            self._complain(" ".join(read.remarks))

    def _choose(self, choice: str) -> None:
        match choice:
            case "open":
                self._list()
                name, _ = QFileDialog.getOpenFileName(self, "Open a pattern", str(Path.home()), _KINDS)
                if name:
                    self.open(Path(name))
                return
            case "plays" | "hand":
                clip = self._playing() if choice == _PLAYS else self._at_hand()
                if clip is None:
                    self._complain("There is no pattern to take yet.")
                    return
                self._keep(clip)
            case _:
                self._choice = choice
        self._take()

    def _take(self) -> None:
        self.fault.hide()
        self._settle()
        self.picked.emit()

    def _keep(self, clip: Clip) -> None:
        self._kept, self._choice = clip, _KEPT

    def _playing(self) -> Clip | None:
        """What plays now; the engine hands out whole grids only, empty while nothing has played."""
        data = self._snapshot.transport.grid if self._snapshot is not None else b""
        return Clip.of(Grid.from_bytes(data), "What played") if data else None

    def _at_hand(self) -> Clip | None:
        if self._studio is None or self._studio.clip is None:
            return None
        return self._studio.clip

    def _settle(self) -> None:
        self._list()
        if self._choice == _KEPT:
            given = self._kept
        elif self._choice.isdecimal() and int(self._choice) < len(self._corners):
            given = self._corners[int(self._choice)]
        else:
            given = None
        if given != self._given:
            self._given = given
            self.changed.emit()

    def _list(self) -> None:
        entries = [(self._nothing, _NOTHING)] if self._nothing else []
        entries += [
            (f"{ARROWS[place]}  {clip.name or 'unnamed'}", str(place)) for place, clip in enumerate(self._corners)
        ]
        if self._kept is not None and self._choice == _KEPT:
            entries.append((self._kept.name or "unnamed", _KEPT))
        entries += [("Current pattern", _HAND), ("What plays now", _PLAYS), ("Open a MIDI file…", _OPEN)]
        chosen = self._choice if self._corners or not self._choice.isdecimal() else ""
        self.box.show_entries(tuple(entries), chosen)

    def _complain(self, sentence: str) -> None:
        self._list()
        self.fault.setText(sentence)
        self.fault.show()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.open(path)


def _dropped(event: QDropEvent) -> Path | None:
    """The first MIDI file of what is dragged."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return next((path for path in paths if path.suffix.lower() in MIDI_FILES), None)
