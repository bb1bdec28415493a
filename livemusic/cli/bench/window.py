"""Painting an hour of path, 155,000 points, and three hours, the camera turning."""

from livemusic.cli.bench.figure import Figure, milliseconds
from livemusic.cli.bench.floor import idle_floor

POINTS = 155_000
#: Three hours.
_LONG = 465_000
_FPS, _FRAME_MS = 55.0, 18.0


def measure(seconds: float) -> list[Figure]:
    """Frames as fast as they come, in software."""
    from livemusic.ui.picture import application
    from livemusic.ui.views.trajectory import measure as paint

    floor = idle_floor(min(seconds, 2.0))
    app = application()
    paint(POINTS, 3)
    frames = paint(POINTS, max(30, int(30 * seconds)))
    paint(_LONG, 3)
    long = paint(_LONG, max(30, int(15 * seconds)))
    del app
    figures = milliseconds("window", f"one frame of {POINTS:,} points", frames)
    figures[1] = figures[1]._replace(target=_FRAME_MS)
    longest = milliseconds("window", f"one frame of {_LONG:,} points", long)
    longest[1] = longest[1]._replace(target=_FRAME_MS)
    return [
        *milliseconds("window", "idle floor", floor),
        *figures,
        *longest,
        Figure("window", "painting capacity", len(frames) / sum(frames), "fps", _FPS, at_least=True),
    ]
