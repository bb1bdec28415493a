"""Another take seen beside the path of what plays, in one space."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from livemusic.session.take import Take
from livemusic.ui.timeline.other_path import OtherPath
from livemusic.ui.views.trail import Trail
from livemusic.ui.views.trajectory import TrajectoryView


class Comparison(QObject):
    """Shows one other path on `view` at a time. `changed`: the name of its recording, `` for none, and whether it is
    still to come; `state` is the same as it is now. `said` tells why there is none,
    `stepped` how much of it is computed, 0..1.
    """

    changed = Signal(str, bool)
    said = Signal(str)
    stepped = Signal(float)

    def __init__(self, view: TrajectoryView, other: OtherPath | None = None) -> None:
        super().__init__(view)
        self._view = view
        self._other = other or OtherPath(self)
        self._wanted: tuple[Path, Path | None] | None = None
        self._model = ""
        self.state = ("", False)
        self._other.ended.connect(self._show)
        self._other.stepped.connect(self.stepped)

    def show_model(self, model: str) -> None:
        """The embedder of what plays; only paths of one embedder lie in one space."""
        if model != self._model:
            self._model = model
            if self._wanted is not None:
                self.begin(*self._wanted)

    def begin(self, sound: Path, kept: Path | None) -> None:
        """See the path of `sound`; `kept` is where it may be already."""
        self._wanted = sound, kept
        self._view.compare(None)
        self._other.find(sound, kept, self._model)
        self._tell(_name(sound), True)

    def end(self) -> None:
        """See none."""
        self._wanted = None
        self._other.cancel()
        self._view.compare(None)
        self._tell("", False)

    def advance(self) -> None:
        """Take in what has come; call for every frame."""
        self._other.poll()

    def close(self) -> None:
        """End what runs beside the window."""
        self._other.close()

    def _show(self, path: Take | None, reason: str) -> None:
        if self._wanted is None:
            return
        if path is None:
            self.end()
            self.said.emit(reason)
        else:
            self._view.compare(Trail.of(path.points.rows, self._view.trail.view.projection))
            self._tell(_name(self._wanted[0]), False)

    def _tell(self, name: str, busy: bool) -> None:
        self.state = name, busy
        self.changed.emit(name, busy)


def _name(sound: Path) -> str:
    """What a recording is called: takes are named by their folder."""
    return sound.parent.name if sound.stem.startswith(("heard", "kit")) else sound.stem
