"""Answers a drummer: the groove that was just heard, cleaned, in its own touch, as it was or played on from."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from livemusic.dsp.lanes import CHILDREN, VOICES
from livemusic.music.grid import HIT, OFFSET, STEP, STEPS_PER_BEAT, VELOCITY, Grid, Row
from livemusic.music.kit import VOICE_COUNT
from livemusic.music.tempo import BeatsPerMinute, Seconds, TempoMap, Ticks
from livemusic.sketch.coder import log_odds
from livemusic.sketch.drummer import Drummer, Question, answer
from livemusic.sketch.path import FAMILIES
from livemusic.sketch.vary import one_hat, refill

Bools = npt.NDArray[np.bool_]

#: Fewer hits to the bar are no groove to be answered.
FEWEST = 2
#: As a whole, nine of ten drummers play no earlier and no later than this beside the beat they hear (Groove: -31 to
#: +16 ms). What is more is somebody's latency, and would grow with every turn.
DRAG: Seconds = 0.025
#: A hit that the drummer gives less than this was misheard, one that it gives more than that was missed; chosen on
#: validation takes with the slips of `training.evaluate.answer`.
_DOUBT, _MISHEARD, _MISSED = 0.2, 0.05, 0.85
#: The share of the call that even the freest answer keeps is one less this.
_FREEST = 0.75
LOOSE = 0.25


class CallHit(NamedTuple):
    """A hit that was heard: `tick` from where the call begins, its finest sure `lane` (see `dsp.lanes`), `velocity`
    1..127."""

    tick: Ticks
    lane: int
    velocity: int


def call_of(drummer: Drummer, hits: Sequence[CallHit], steps: int, bpm: BeatsPerMinute = 120.0, bar: int = 16) -> Grid:
    """What was heard as a pattern of `steps`, every hit at its moment and as loud as it was.

    A hit known only by a coarse lane becomes that voice below it which the drummer finds likeliest there, the more so
    the more of the call it plays. Hits outside the steps are left out.
    """
    rows: dict[tuple[int, int], list[Row]] = {}
    vague: list[tuple[int, CallHit]] = []
    for hit in hits:
        step = (hit.tick + STEP // 2) // STEP
        if not 0 <= step < steps:
            continue
        if hit.lane < VOICES:
            _strike(rows, step, hit.lane, hit)
        else:
            vague.append((step, hit))
    if vague:
        sure = Grid.of((row for cell in rows.values() for row in cell), steps)
        unknown = np.ones((steps, VOICE_COUNT), bool)
        unknown[[step for step, _ in vague]] = False
        said = log_odds(answer(drummer, Question(sure, unknown | sure.hits, bpm=bpm, bar=bar))[..., HIT])
        usual = np.log1p(sure.hits.sum(0))
        for step, hit in vague:
            free = [voice for voice in _below(hit.lane) if (step, voice) not in rows]
            if free:
                _strike(rows, step, max(free, key=lambda voice: said[step, voice] + usual[voice]), hit)
    return Grid.of((row for cell in rows.values() for row in cell), steps)


def cleaned(drummer: Drummer, call: Grid, bpm: BeatsPerMinute = 120.0, bar: int = 16) -> Grid:
    """The call without what was surely misheard, and with what was surely missed, in the touch of the call."""
    said = answer(drummer, Question(call, noise=_DOUBT, bpm=bpm, bar=bar))
    values = np.array(call.values)
    added = ~call.hits & (said[..., HIT] > _MISSED)
    values[added] = said[added][:, :3]
    values[..., HIT][added] = 1.0
    values[call.hits & (said[..., HIT] < _MISHEARD)] = 0.0
    return one_hat(Grid(values, ornaments=_kept(call, values)), added)


def reply(
    drummer: Drummer,
    call: Grid,
    freedom: float = 0.3,
    seed: int = 0,
    bpm: BeatsPerMinute = 120.0,
    bar: int = 16,
) -> Grid:
    """A pattern as long as the call that answers it: at `freedom` 0 the call itself, at 1 what the drummer would play
    on from it.

    So much of the call is forgotten, a beat of a family of voices at a time, and drawn anew between the bars of the
    call itself, which the drummer hears on both sides. `ValueError` outside 0..1.
    """
    if not 0 <= freedom <= 1:
        raise ValueError(f"freedom {freedom} is outside 0..1")
    chance = np.random.default_rng(seed)
    starts = range(0, call.steps, bar)
    bars = [call.cut(start, min(start + bar, call.steps)) for start in starts]
    forgotten: list[Bools] = []
    for part in bars:
        beats = -(-part.steps // STEPS_PER_BEAT)
        open_ = np.zeros((part.steps, VOICE_COUNT), bool)
        for family in FAMILIES:
            lost = np.repeat(chance.random(beats) < _FREEST * freedom, STEPS_PER_BEAT)[: part.steps]
            open_[:, family] = lost[:, None]
        forgotten += [np.zeros_like(open_), open_]
    both = Grid.joined([one for part in bars for one in (part, part)])
    played = refill(drummer, both, np.concatenate(forgotten), chance, bpm, bar, looseness=LOOSE)
    places = _lengths(call.steps, bar)
    drawn = Grid.joined([played.cut(2 * start + size, 2 * (start + size)) for start, size in places])
    return in_touch_of(call, drawn, bar)


def in_touch_of(call: Grid, grid: Grid, bar: int = 16) -> Grid:
    """`grid` with those hits that the call has not as loud and as late as the call plays there.

    What is heard is believed the more, the more there is of it and the nearer it is: hits at that place of the beat,
    of that voice, of that voice at that place of the beat, and at last at that place of the bar.
    """
    places, struck, played = np.arange(call.steps) % bar, call.hits, call.values[..., VELOCITY:]
    values = np.array(grid.values)
    for step, voice in np.argwhere(grid.hits & ~struck):
        own = np.arange(VOICE_COUNT) == voice
        there = (places == step % bar)[:, None]
        beat = (places % STEPS_PER_BEAT == step % bar % STEPS_PER_BEAT)[:, None]
        touch = values[step, voice, VELOCITY:]
        for near, both in ((beat, False), (own, True), (own & beat, True), (own & there, True)):
            heard = played[struck & near]
            means = (heard.sum(0) + touch) / (len(heard) + 1)
            touch[0 if both else 1 :] = means[0 if both else 1 :]
    return Grid(values, grid.name, grid.ornaments)


def _lengths(steps: int, bar: int) -> list[tuple[int, int]]:
    """Where each bar begins, and how long it is."""
    return [(start, min(bar, steps - start)) for start in range(0, steps, bar)]


def undragged(grid: Grid, bpm: BeatsPerMinute) -> Grid:
    """The pattern no earlier and no later as a whole than drummers play."""
    hits = grid.hits
    if not hits.any():
        return grid
    step = 60 / bpm / STEPS_PER_BEAT
    late = float(np.median(grid.values[..., OFFSET][hits])) * step
    values = np.array(grid.values)
    values[..., OFFSET][hits] -= np.float32((late - np.clip(late, -DRAG, DRAG)) / step)
    return Grid(values, grid.name, grid.ornaments)


def _below(lane: int) -> tuple[int, ...]:
    """The voices under a lane."""
    return (lane,) if lane < VOICES else tuple(voice for child in CHILDREN[lane] for voice in _below(child))


def _strike(rows: dict[tuple[int, int], list[Row]], step: int, voice: int, hit: CallHit) -> None:
    rows.setdefault((step, voice), []).append((step, voice, hit.velocity, hit.tick - step * STEP))


def _kept(grid: Grid, values: npt.NDArray[np.float32]) -> tuple:
    return tuple(one for one in grid.ornaments if values[one.step, one.voice, HIT] > 0)
