"""From a move on the pad to the new pattern at the transport, through both threads."""

from random import Random
from time import perf_counter, sleep

from livemusic.cli.bench.figure import Figure, milliseconds
from livemusic.cli.bench.floor import idle_floor

_KNOB_MS = 5.0
_REST_S = 0.02


def measure(seconds: float) -> list[Figure]:
    """Random moves every 20 ms while the drums play."""
    from livemusic.engine.listen import Listen
    from livemusic.engine.listen_orders import Hand, Morph
    from livemusic.engine.openers import open_dictionary
    from livemusic.engine.orders import Start
    from livemusic.engine.transport import Transport
    from livemusic.engine.worker import SPIN, Worker
    from livemusic.inference.morpher import Morpher
    from livemusic.music.tempo import Meter
    from livemusic.session.codec import read_preset
    from livemusic.session.library import find_preset

    floor = idle_floor(min(seconds, 2.0))
    failures: list[str] = []
    transport = Transport(failures.append, lambda thing: None)
    player = Worker("transport", transport, failures.append, SPIN)
    listen = Listen(
        play=player.post,
        notice=failures.append,
        lost=failures.append,
        retire=lambda source: None,
        ended=lambda source: None,
        beaten=lambda beat: None,
        stopwatch=perf_counter,
    )
    thinker = Worker("listen", listen, failures.append)
    preset = read_preset(find_preset("Pocket Funk"))
    morpher = Morpher(open_dictionary(""), [clip.grid() for clip in preset.corners])
    random, waits, still = Random(0), [], 0
    player.start()
    thinker.start()
    try:
        thinker.post(Morph(morpher, Meter(), preset.pad, "step", 0.0, False, preset.anchors))
        player.post(Start())
        sleep(0.2)
        end = perf_counter() + seconds
        while perf_counter() < end:
            asked = perf_counter()
            thinker.post(Hand(random.random(), random.random()))
            sleep(_REST_S)
            cued = transport.view.cued_at
            if cued > asked:
                waits.append(cued - asked)
            else:
                still += 1
    finally:
        thinker.close()
        player.close()
    assert not failures, failures
    return [
        *milliseconds("morph", "idle floor", floor),
        *milliseconds("morph", "knob to new pattern", waits, _KNOB_MS),
        Figure("morph", "moves that changed the pattern", len(waits), ""),
        Figure("morph", "moves that did not", still, ""),
    ]
