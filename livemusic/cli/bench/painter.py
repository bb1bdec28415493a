"""The load: a window's worth of painting, frame after frame, as a program of its own."""

import sys
from time import perf_counter


def paint(seconds: float, points: int = 20_000) -> None:
    """Paint the trajectory without a pause, saying so once it has begun."""
    from livemusic.ui.picture import application
    from livemusic.ui.views.trajectory import measure

    app = application()
    measure(points, 2)
    print("painting", flush=True)
    end = perf_counter() + seconds
    while perf_counter() < end:
        measure(points, 200)
    del app


if __name__ == "__main__":
    paint(float(sys.argv[1]))
