"""Review: the time line, the path and the takes, put together."""

from PySide6.QtCore import QObject, Signal

from livemusic.engine.snapshot import Snapshot
from livemusic.music.tempo import Seconds
from livemusic.ui.timeline.panel import TimelinePanel
from livemusic.ui.timeline.sections import spans
from livemusic.ui.timeline.take_bar import TakeBar
from livemusic.ui.views.trajectory import TrajectoryView


class Review(QObject):
    """Links `panel`, which lies under `path`, with the path; `bar`, which lies over it, records. `asked` carries the
    requests.

    While a song is open the path is computed ahead of what is heard: a mark shows where the song is, or where the mouse
    points on the time line.
    """

    asked = Signal(object)

    def __init__(self, path: TrajectoryView) -> None:
        super().__init__(path)
        self._path = path
        self._hovered: Seconds | None = None
        self.panel = TimelinePanel()
        self.bar = TakeBar(path)
        for speaker in (self.panel, self.bar):
            speaker.asked.connect(self.asked)
        self.panel.hovered.connect(self._hover)
        path.picked.connect(self.panel.seek)

    def show_state(self, snapshot: Snapshot) -> None:
        """What the engine says."""
        self.panel.show_state(snapshot, spans(self._path.sight.sections, {}))
        self.bar.show_state(snapshot.take)
        if snapshot.song is None:
            self._path.mark(None)

    def advance(self, now: Seconds) -> None:
        """Move what moves by itself; call for every frame."""
        self.panel.advance(now)
        if self.panel.song is not None:
            self._path.mark(self.panel.position(now) if self._hovered is None else self._hovered)

    def close(self) -> None:
        """End what runs beside the window."""
        self.panel.close_song()

    def _hover(self, seconds: Seconds | None) -> None:
        self._hovered = seconds
