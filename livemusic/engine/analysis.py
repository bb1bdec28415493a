"""Thinks about the path while it grows: how it is laid out, and where it goes next."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from livemusic.engine.listen import ListenView
from livemusic.latent.forecast import Continuations
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
    def busy(self) -> bool: ...
    def begin(self, points: Points, before: View | None) -> None: ...
    def view(self) -> View | None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, eq=False)
class AnalysisView:
    """What is thought of the path of `epoch`; replaced whole after every step.

    `view`: how it is laid out, the `number`th; None before the first. `forecast` `(k, dim)`: where it is likely to go
    next, and how sure that is, 0..1.
    """

    epoch: int = -1
    view: View | None = None
    number: int = 0
    forecast: Array = field(default_factory=lambda: np.empty((0, 1), np.float32))
    certainty: float = 0.0


class Analysis:
    """The core that looks at the path which `heard` shows. Thread: analysis."""

    def __init__(self, heard: Callable[[], ListenView], layouts: Layouts) -> None:
        self.view = AnalysisView()
        self._heard = heard
        self._layouts = layouts
        self._past = Continuations()
        self._laid_out = 0
        self._final = False
        self._count = 0
        self._grew_at: Seconds = 0.0

    def handle(self, message: Any, now: Seconds) -> None:
        raise TypeError(f"the analysis takes no messages, such as {message!r}")

    def advance(self, now: Seconds) -> Seconds | None:
        heard = self._heard()
        if heard.epoch != self.view.epoch:
            self._begin(heard.epoch)
        if heard.path is not None:
            self._lay_out(heard.path, now)
            self._foresee(heard.path, heard.head)
        return now + _EVERY

    def close(self) -> None:
        """Think no more."""
        self._layouts.close()

    def _begin(self, epoch: int) -> None:
        self._layouts.close()
        self._past = Continuations()
        self._laid_out = self._count = 0
        self._final = False
        self.view = AnalysisView(epoch, number=self.view.number + 1)

    def _lay_out(self, path: Points, now: Seconds) -> None:
        if (view := self._layouts.view()) is not None and len(view.origin) == path.z.shape[1]:
            self.view = replace(self.view, view=view, number=self.view.number + 1)
        count = len(path.rows)
        if count > self._count:
            self._count, self._grew_at = count, now
        if self._layouts.busy or count < _FIRST or not path.spectra.shape[1]:
            return
        still = now - self._grew_at > _FINAL
        if count >= _GROWTH * self._laid_out:
            self._laid_out, self._final = count, still
            self._layouts.begin(path, None if still else self.view.view)
        elif still and not (self._final and self._laid_out == count):
            self._laid_out, self._final = count, True
            self._layouts.begin(path, None)

    def _foresee(self, path: Points, head: int) -> None:
        self._past.extend(path.z)
        forecast, certainty = self._past.after(head - 1, AHEAD, OWN)
        self.view = replace(self.view, forecast=forecast, certainty=certainty)
