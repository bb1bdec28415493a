"""Morphing stage by stage, and from a move on the pad to the new pattern at the transport, through both threads."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from time import perf_counter, sleep
from typing import TYPE_CHECKING

from livemusic.cli.bench.figure import Figure, milliseconds

if TYPE_CHECKING:
    from livemusic.inference.dictionary import Dictionary
    from livemusic.music.grid import Grid
from livemusic.cli.bench.floor import idle_floor

_KNOB_MS = 5.0
_MORPH_MS = 1.0
_FOUR_MS, _ONE_MS = 5.0, 2.0
_REST_S = 0.02
_STEPS = 32


def measure(seconds: float) -> list[Figure]:
    """Random moves every 20 ms while the drums play."""
    from livemusic.engine.listen import Listen
    from livemusic.engine.listen_orders import Morph
    from livemusic.engine.messages import MovePad, Play
    from livemusic.engine.openers import open_dictionary
    from livemusic.engine.transport import Transport
    from livemusic.engine.worker import SPIN, Worker
    from livemusic.music.tempo import Meter
    from livemusic.session.codec import read_preset
    from livemusic.session.library import find_preset
    from livemusic.sketch.path import Path

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
        audition_ended=lambda: None,
        stopwatch=perf_counter,
    )
    thinker = Worker("listen", listen, failures.append)
    preset = read_preset(find_preset("Pocket Funk"))
    dictionary = open_dictionary("")
    corners = [clip.grid().looped(_STEPS) for clip in preset.corners]
    stages = _stages(dictionary, corners, min(seconds, 5.0))
    path = Path(dictionary, corners)
    random, waits, still = Random(0), [], 0
    player.start()
    thinker.start()
    try:
        thinker.post(Morph(path, Meter(), preset.pad, "step", 0.0, False, preset.anchors))
        player.post(Play())
        sleep(0.2)
        end = perf_counter() + seconds
        while perf_counter() < end:
            asked = perf_counter()
            thinker.post(MovePad(random.random(), random.random()))
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
        *stages,
        *milliseconds("morph", "knob to new pattern", waits, _KNOB_MS),
        Figure("morph", "moves that changed the pattern", len(waits), ""),
        Figure("morph", "moves that did not", still, ""),
    ]


def _stages(dictionary: "Dictionary", corners: "Sequence[Grid]", seconds: float) -> list[Figure]:
    """Four corners of two bars on this thread alone: everything from scratch, with one corner changed, and by hand."""
    from livemusic.latent.morph import pad_weights
    from livemusic.sketch.path import MODES, Path

    random, figures = Random(1), list[Figure]()
    for mode in MODES:
        scratch, changed, moved, four, one = (list[float]() for _ in range(5))
        end = perf_counter() + seconds / len(MODES)
        while perf_counter() < end:
            for times, count in ((four, len(corners)), (one, 1)):
                played = [_played_anew(corner, random) for corner in corners[:count]]
                began = perf_counter()
                dictionary.encode_each(played)
                times.append(perf_counter() - began)
            played = [_played_anew(corner, random) for corner in corners]
            for times in (scratch, changed):
                began = perf_counter()
                path = Path(dictionary, played, mode)
                path.at(pad_weights(random.random(), random.random())).to_pattern()
                times.append(perf_counter() - began)
                played[0] = _played_anew(played[0], random)
            for _ in range(5):
                began = perf_counter()
                path.at(pad_weights(random.random(), random.random())).to_pattern()
                moved.append(perf_counter() - began)
        figures += [
            *milliseconds("morph", f"{mode}: four new corners to a pattern", scratch, _MORPH_MS),
            *milliseconds("morph", f"{mode}: one new corner to a pattern", changed),
            *milliseconds("morph", f"{mode}: four new corners encoded", four, _FOUR_MS),
            *milliseconds("morph", f"{mode}: one new corner encoded", one, _ONE_MS),
            *milliseconds("morph", f"{mode}: a move of the hand to a pattern", moved, _MORPH_MS),
        ]
    return figures


def _played_anew(grid: "Grid", random: Random) -> "Grid":
    """The same hits, touched a little differently: nothing remembers having read it."""
    return replace(grid, values=grid.values * (1, random.uniform(0.9, 1.0), 1))
