"""Thinks about the path while it grows: how it is laid out, and where it goes next."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from livemusic.engine.listen import ListenView
from livemusic.engine.playback import LearnSong
from livemusic.errors import LiveMusicError
from livemusic.latent.forecast import Continuations
from livemusic.latent.layout import FINAL, LEARNING, Taste
from livemusic.latent.points import Points
from livemusic.latent.view import View
from livemusic.music.tempo import Seconds

Array = npt.NDArray[np.float32]

_EVERY: Seconds = 0.1
#: So many points ahead it is foreseen (1.5 s), and the latest so many are no neighbours of themselves (2 s).
AHEAD, OWN = 64, 86
#: A path is laid out from so many points on, anew when it has grown so much, and for good when it has not for a while.
_FIRST, _GROWTH = 345, 1.6
_FINAL: Seconds = 2.0


class Layouts(Protocol):
    """Lays paths out beside everything else, see `LayoutChild`."""

    @property
    def done(self) -> float: ...

    @property
    def busy(self) -> bool: ...
    def begin(self, points: Points, before: View | None, taste: Taste) -> None: ...
    def view(self) -> View | None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, eq=False)
class AnalysisView:
    """What is thought of the path of `epoch`; replaced whole after every step.

    `view`: how it is laid out, the `number`th; None before the first. `forecast` `(k, dim)`: where it is likely to go
    next, and how sure that is, 0..1. `learning`: how much of the song is learned, 0..1, None while it is not.
    """

    epoch: int = -1
    view: View | None = None
    number: int = 0
    forecast: Array = field(default_factory=lambda: np.empty((0, 1), np.float32))
    certainty: float = 0.0
    learning: float | None = None


class Analysis:
    """The core that looks at the path which `heard` shows.

    `layouts` lays it out; `keep` and `kept` put away and find the view of a song that was learned, by its whole path;
    `notice` tells the musician. Thread: analysis.
    """

    def __init__(
        self,
        heard: Callable[[], ListenView],
        layouts: Layouts,
        keep: Callable[[Points, View], object],
        kept: Callable[[Points], View | None],
        notice: Callable[[str], None],
    ) -> None:
        self.view = AnalysisView()
        self._heard = heard
        self._layouts = layouts
        self._keep = keep
        self._kept = kept
        self._notice = notice
        self._past = Continuations()
        self._laid_out = 0
        self._final = False
        self._learns: Points | None = None
        self._count = 0
        self._grew_at: Seconds = 0.0

    def handle(self, message: Any, now: Seconds) -> None:
        match message:
            case LearnSong(True):
                self._learn(self._heard().path, now)
            case LearnSong():
                if self._learns is not None:
                    self._forget()
                    self._notice("Learning was stopped; the path stays as it is.")
            case _:
                raise TypeError(f"the analysis does not know {message!r}")

    def advance(self, now: Seconds) -> Seconds | None:
        heard = self._heard()
        if heard.epoch != self.view.epoch:
            self._begin(heard.epoch)
        if heard.path is not None:
            self._take_view(heard.path)
            self._lay_out(heard.path, now)
            self._foresee(heard.path, heard.head)
        return now + _EVERY

    def close(self) -> None:
        """Think no more."""
        self._layouts.close()

    def _begin(self, epoch: int) -> None:
        if self._learns is not None:
            self._notice("Another song was opened, so that learning was stopped.")
        self._forget()
        self._past = Continuations()
        self._laid_out = self._count = 0
        self._final = False
        self.view = AnalysisView(epoch, number=self.view.number + 1)

    def _learn(self, path: Points | None, now: Seconds) -> None:
        if path is None or len(path.rows) < _FIRST:
            self._notice("There is too little to learn from. Open a song of ten seconds or more.")
            return
        if len(path.rows) != self._count or now - self._grew_at <= _FINAL:  # what is kept is found by the whole path
            self._notice("A song is learned as a whole, and its path still grows. Try again when it is complete.")
            return
        self._learns = path
        self._layouts.begin(path, None, LEARNING)
        self._notice("The song is being learned while the music goes on. Ask again to stop that.")
        self.view = replace(self.view, learning=0.0)

    def _forget(self) -> None:
        """End what is under way."""
        self._layouts.close()
        self._learns = None
        self.view = replace(self.view, learning=None)

    def _take_view(self, path: Points) -> None:
        """Look whether the layout has come."""
        busy, view = self._layouts.busy, self._layouts.view()
        if view is not None and len(view.origin) == path.z.shape[1]:
            self._use(view)
            if self._learns is not None:
                self._put_away(self._learns, view)
        if busy and not self._layouts.busy and self._learns is not None:
            if view is None:
                self._notice("The song could not be learned. Try again.")
            self._learns = None
            self.view = replace(self.view, learning=None)
        elif self._learns is not None:
            self.view = replace(self.view, learning=self._layouts.done)

    def _put_away(self, points: Points, view: View) -> None:
        try:
            self._keep(points, view)
        except LiveMusicError as problem:
            self._notice(str(problem))
        else:
            self._notice("The song is learned. Its path is drawn so whenever it is opened.")
        self._laid_out, self._final = len(points.rows), True

    def _use(self, view: View) -> None:
        self.view = replace(self.view, view=view, number=self.view.number + 1)

    def _lay_out(self, path: Points, now: Seconds) -> None:
        count = len(path.rows)
        if count > self._count:
            self._count, self._grew_at = count, now
        if self._layouts.busy or count < _FIRST or not path.spectra.shape[1]:
            return
        whole = now - self._grew_at > _FINAL
        if whole and not (self._final and self._laid_out == count):
            self._laid_out, self._final = count, True
            if (known := self._kept(path)) is not None:
                self._use(known)
            else:
                self._layouts.begin(path, None, FINAL)
        elif count >= _GROWTH * self._laid_out:
            self._laid_out, self._final = count, False
            self._layouts.begin(path, self.view.view, Taste())

    def _foresee(self, path: Points, head: int) -> None:
        self._past.extend(path.z)
        forecast, certainty = self._past.after(head - 1, AHEAD, OWN)
        self.view = replace(self.view, forecast=forecast, certainty=certainty)
