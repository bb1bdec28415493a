"""Another take seen beside the path of what plays, in one space, and aligned with the song that is open."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from livemusic.session.comparison import Comparison as Compared
from livemusic.session.take import Take
from livemusic.ui.timeline.compare_process import CompareProcess
from livemusic.ui.timeline.other_path import OtherPath
from livemusic.ui.views.trail import Trail
from livemusic.ui.views.trajectory import TrajectoryView


class Comparison(QObject):
    """Shows one other path on `view` at a time. `changed`: the name of its recording, `` for none, and whether it is
    still to come; `state` is the same as it is now. `said` tells why there is none, and what was found,
    `stepped` how much of it is computed, 0..1. While a song is open the other take is aligned with it: `found` carries
    the recording and what was found, `None, None` where that holds no more.
    """

    changed = Signal(str, bool)
    said = Signal(str)
    stepped = Signal(float)
    found = Signal(object, object)

    def __init__(
        self, view: TrajectoryView, other: OtherPath | None = None, process: CompareProcess | None = None
    ) -> None:
        super().__init__(view)
        self._view = view
        self._other = other or OtherPath(self)
        self._process = process or CompareProcess(self)
        self._wanted: tuple[Path, Path | None] | None = None
        self._song: Path | None = None
        self._model = ""
        self._path_due = self._aligning = False
        self._compared: Compared | None = None
        self.state = ("", False)
        self._other.ended.connect(self._show)
        self._other.stepped.connect(lambda share: self.stepped.emit(share / 2 if self._aligning else share))
        self._process.ended.connect(self._align)
        self._process.stepped.connect(lambda share: self.stepped.emit((1 + share) / 2 if self._aligning else share))

    def show_model(self, model: str) -> None:
        """The embedder of what plays; only paths of one embedder lie in one space."""
        if model != self._model:
            self._model = model
            if self._wanted is not None:
                self.begin(*self._wanted)

    def show_song(self, song: Path | None) -> None:
        """The song that is open, or none."""
        if song != self._song:
            self._song = song
            if self._wanted is not None:
                self._begin_aligning()

    def begin(self, sound: Path, kept: Path | None) -> None:
        """See the path of `sound`; `kept` is where it may be already."""
        self._wanted = sound, kept
        self._view.compare(None)
        self._path_due = True
        self._other.find(sound, kept, self._model)
        self._begin_aligning()

    def end(self) -> None:
        """See none."""
        self._wanted = None
        self._path_due = False
        self._other.cancel()
        self._view.compare(None)
        self._forget()
        self._tell()

    def advance(self) -> None:
        """Take in what has come; call for every frame."""
        self._other.poll()

    def close(self) -> None:
        """End what runs beside the window."""
        self._other.close()
        self._process.end()

    def _begin_aligning(self) -> None:
        self._forget()
        if self._wanted is not None and self._song is not None:
            self._aligning = True
            self._process.start(self._song, self._wanted[0], self._model)
        self._tell()

    def _forget(self) -> None:
        """What was found holds no more."""
        self._aligning = False
        self._process.cancel()
        self._view.light((), ())
        if self._compared is not None:
            self._compared = None
            self.found.emit(None, None)

    def _show(self, path: Take | None, reason: str) -> None:
        if self._wanted is None:
            return
        if path is None:
            self.end()
            self.said.emit(reason)
        else:
            self._path_due = False
            self._view.compare(Trail.of(path.points.rows, self._view.trail.view.projection))
            self._light()
            self._tell()

    def _align(self, found: Compared | None, reason: str) -> None:
        if self._wanted is None or not self._aligning:
            return
        self._aligning = False
        if found is None:
            self.said.emit(reason)
        elif not found.same:
            self.said.emit(
                f"{_name(self._wanted[0])} is not a take of this song, as far as can be heard. Only its path is shown."
            )
        else:
            self._compared = found
            self._light()
            self.found.emit(self._wanted[0], found)
            self.said.emit(_summary(found))
        self._tell()

    def _light(self) -> None:
        """Where they differ lights up on both paths."""
        found = self._compared
        if found is not None:
            here = [(span.begin, span.end) for span in (*found.differ, *found.only_a)]
            there = [(span.begin_b, span.end_b) for span in found.differ]
            self._view.light(here, [*there, *((span.begin, span.end) for span in found.only_b)])

    def _tell(self) -> None:
        name = "" if self._wanted is None else _name(self._wanted[0])
        self.state = name, bool(name) and (self._path_due or self._aligning)
        self.changed.emit(*self.state)


def _name(sound: Path) -> str:
    """What a recording is called: takes are named by their folder."""
    return sound.parent.name if sound.stem.startswith(("heard", "kit")) else sound.stem


def _summary(found: Compared) -> str:
    """What was found, in a sentence."""
    pace = "as fast as" if abs(found.percent) < 0.1 else f"{abs(found.percent):.1f} % {_than(found.percent)} than"
    count = len(found.differ)
    places = (
        f"They differ at {count} place{'s' if count > 1 else ''}"
        if count
        else "They differ nowhere more than elsewhere"
    )
    return f"The other take is {pace} the song. {places}. O switches between them while they play."


def _than(percent: float) -> str:
    return "faster" if percent > 0 else "slower"
