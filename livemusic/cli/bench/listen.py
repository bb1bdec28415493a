"""One hop of listening: samples -> frame -> features -> ONNX -> point."""

from time import perf_counter

import numpy as np

from livemusic.cli.bench.figure import Figure, milliseconds
from livemusic.cli.bench.floor import idle_floor
from livemusic.latent.forecast import Continuations

_CORE_PERCENT, _HOP_MS = 5.0, 1.0
#: The forecast is asked for after so much music, in seconds, so many times.
_SHORT, _HOUR, _ASKED = 10.0, 3600.0, 100


def measure(seconds: float) -> list[Figure]:
    """Over the demo song, hop by hop, as fast as it goes; then what that makes of one core live."""
    from livemusic.engine.demo import SAMPLE_RATE, DemoTrack
    from livemusic.engine.openers import open_embedder
    from livemusic.inference.encoder import Ear

    floor = idle_floor(min(seconds, 2.0))
    mix = DemoTrack.open().mix
    ear = Ear(open_embedder(""), SAMPLE_RATE)
    hop = round(ear.hop_s * SAMPLE_RATE)
    times: list[float] = []
    for start in range(0, len(mix) - hop, hop):
        begun = perf_counter()
        points = ear.hear(mix[start : start + hop])
        if len(points.rows):
            times.append(perf_counter() - begun)
    foreseen = [_foreseen(ear.embedder.dim, round(length / ear.hop_s)) for length in (_SHORT, _HOUR)]
    share = 100 * sum(times) / (len(times) * ear.hop_s)
    return [
        *milliseconds("listen", "idle floor", floor),
        *milliseconds("listen", "one hop to a point", times, _HOP_MS),
        Figure("listen", "share of one core, live", share, "%", _CORE_PERCENT),
        *milliseconds("listen", "forecast, after 10 s of music", foreseen[0]),
        *milliseconds("listen", "forecast, after one hour", foreseen[1]),
    ]


def _foreseen(dim: int, count: int) -> list[float]:
    """How long it takes to foresee a path of so many points that goes on."""
    from livemusic.engine.analysis import AHEAD, OWN

    path = np.random.default_rng(0).normal(size=(count + _ASKED, dim)).astype(np.float32)
    past, times = Continuations(), []
    past.extend(path[:count])
    for end in range(count + 1, count + _ASKED + 1):
        begun = perf_counter()
        past.extend(path[:end])
        past.after(end - 1, AHEAD, OWN)
        times.append(perf_counter() - begun)
    return times
