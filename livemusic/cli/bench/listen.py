"""One hop of listening: samples -> frame -> features -> ONNX -> point."""

from time import perf_counter

from livemusic.cli.bench.figure import Figure, milliseconds
from livemusic.cli.bench.floor import idle_floor

_CORE_PERCENT, _HOP_MS = 5.0, 1.0


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
        rows = ear.hear(mix[start : start + hop])
        if len(rows):
            times.append(perf_counter() - begun)
    share = 100 * sum(times) / (len(times) * ear.hop_s)
    return [
        *milliseconds("listen", "idle floor", floor),
        *milliseconds("listen", "one hop to a point", times, _HOP_MS),
        Figure("listen", "share of one core, live", share, "%", _CORE_PERCENT),
    ]
