"""Lays a path out in a process of its own, which takes only the time that nobody else needs."""

import io
import sys
from collections.abc import Callable

import numpy as np

from livemusic.engine.child import Child, serve
from livemusic.latent.layout import Taste, layout
from livemusic.latent.points import Points
from livemusic.latent.view import View

_NICENESS = 19


class LayoutChild:
    """One layout at a time, in the background: `begin`, then ask for the `view` now and then. Thread: one."""

    def __init__(self) -> None:
        self._child = Child("livemusic.engine.layout_child")
        self.close = self._child.close

    @property
    def done(self) -> float:
        """How much of it is done, 0..1."""
        return self._child.done

    @property
    def busy(self) -> bool:
        """Whether a path is being laid out, or its view was not taken yet."""
        return self._child.busy

    def begin(self, points: Points, before: View | None, taste: Taste) -> None:
        """Lay `points` out; `before` is the view to begin from and to turn the new one to."""
        file = io.BytesIO()
        kept = b"" if before is None else before.to_bytes()
        weights = np.array([taste.steps, taste.smooth, taste.foreseen], np.float64)
        np.savez(file, rows=points.rows, spectra=points.spectra, before=np.frombuffer(kept, np.uint8), taste=weights)
        self._child.begin(file.getvalue())

    def view(self) -> View | None:
        """The view, once when it is there; None before, and where the path could not be laid out."""
        if (said := self._child.answer()) is None:
            return None
        try:
            return View.from_bytes(said)
        except ValueError:
            return None


def _lay_out(given: bytes, told: Callable[[float], None]) -> bytes:
    with np.load(io.BytesIO(given), allow_pickle=False) as arrays:
        points = Points(arrays["rows"], arrays["spectra"])
        before = arrays["before"].tobytes()
        steps, smooth, foreseen = arrays["taste"].tolist()
    taste = Taste(round(steps), smooth=smooth, foreseen=foreseen)
    return layout(points, taste, View.from_bytes(before) if before else None, told).to_bytes()


if __name__ == "__main__":
    sys.exit(serve(_lay_out, _NICENESS))
