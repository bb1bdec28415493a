"""Answers a drummer: the groove that was just heard, cleaned and in its own touch, as it was or played on from."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from livemusic.dsp.lanes import CHILDREN, VOICES
from livemusic.music.grid import HIT, OFFSET, STEP, STEPS_PER_BEAT, VELOCITY, Grid, Row
from livemusic.music.kit import VOICE_COUNT
from livemusic.music.tempo import BeatsPerMinute, Seconds, Ticks
from livemusic.sketch.coder import log_odds
from livemusic.sketch.drummer import Drummer, Question, answer
from livemusic.sketch.path import FAMILIES
from livemusic.sketch.vary import one_hat, refill

Bools = npt.NDArray[np.bool_]

#: As a whole, all but one or two of a hundred takes of Groove are played within this before or after the click. What is
#: more is somebody's latency, and would grow with every turn.
DRAG: Seconds = 0.04
#: Of each share of doubt a hit that the drummer gives less than the first was misheard, one it gives more than the
#: second was missed: the best on validation takes with slips of those that change 1 % of what was heard rightly.
_DOUBT, _MISHEARD, _MISSED = 0.2, 0.05, 0.85
#: So much of the call the freest answer forgets, and so loose it is: with more it is no longer nearer to the call than
#: to any preset.
_FREEST, _LOOSE = 0.5, 0.25
#: How much a voice is favoured that a hit most probably was, in log-odds.
_LIKELY = 1.0
#: A loop of fewer bars is taken where it repeats as well as this beside the best.
_AS_WELL = 0.1
LOOPS = (1, 2, 4)


class CallHit(NamedTuple):
    """A hit that was heard: `tick` from where the call begins, its finest sure `lane` (see `dsp.lanes`), `velocity`
    1..127, and the `voice` of that lane that it most probably was, -1 where nothing is known of that."""

    tick: Ticks
    lane: int
    velocity: int
    voice: int = -1


def enough(hits: Sequence[CallHit], bars: int) -> bool:
    """Whether that is a groove to be answered, or only a few strokes."""
    return len(hits) >= max(2, bars)


def answered(
    drummer: Drummer | None,
    hits: Sequence[CallHit],
    steps: int,
    freedom: float = 0.5,
    seed: int = 0,
    bpm: BeatsPerMinute = 120.0,
    bar: int = 16,
    sure: bool = False,
) -> Grid:
    """The answer to `hits`, as long as their call of `steps`; the same each time.

    `freedom` 0..1: how far from the call it goes, see `reply`. `sure`: the hits were felt, not heard, so there is
    nothing to clean. Without a drummer it is the call as it was heard. `ValueError` for a `freedom` outside 0..1.
    """
    call = call_of(drummer, hits, steps, bpm, bar)
    if drummer is not None:
        if not sure:
            call = cleaned(drummer, call, bpm, bar)
        call = reply(drummer, call, freedom, seed, bpm, bar)
    return undragged(call, bpm)


def call_of(
    drummer: Drummer | None, hits: Sequence[CallHit], steps: int, bpm: BeatsPerMinute = 120.0, bar: int = 16
) -> Grid:
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
        score = np.tile(np.log1p(sure.hits.sum(0)), (steps, 1))
        if drummer is not None:
            known = np.ones((steps, VOICE_COUNT), bool)
            known[[step for step, _ in vague]] = False
            asked = Question(sure, known | sure.hits, bpm=bpm, bar=bar)
            score += log_odds(answer(drummer, asked)[..., HIT])
        for step, hit in vague:
            free = [voice for voice in _below(hit.lane) if (step, voice) not in rows]
            score[step, hit.voice] += _LIKELY if hit.voice >= 0 else 0.0
            if free:
                _strike(rows, step, max(free, key=lambda voice: score[step, voice]), hit)
    return Grid.of((row for cell in rows.values() for row in cell), steps)


def cleaned(drummer: Drummer, call: Grid, bpm: BeatsPerMinute = 120.0, bar: int = 16) -> Grid:
    """The call without what was surely misheard, and with what was surely missed, in the touch of the call."""
    said = answer(drummer, Question(call, noise=_DOUBT, bpm=bpm, bar=bar))
    values = np.array(call.values)
    values[call.hits & (said[..., HIT] < _MISHEARD)] = 0.0
    missed = ~call.hits & (said[..., HIT] > _MISSED)
    values[missed] = said[missed][:, :3]
    values[missed, HIT] = 1.0
    kept = tuple(one for one in call.ornaments if values[one.step, one.voice, HIT])
    return in_touch_of(call, one_hat(Grid(values, call.name, kept), missed), bar)


def reply(
    drummer: Drummer, call: Grid, freedom: float = 0.5, seed: int = 0, bpm: BeatsPerMinute = 120.0, bar: int = 16
) -> Grid:
    """A pattern as long as the call, in its groove: at `freedom` 0 the call itself, at 1 as much the drummer's own.

    Beats of families of voices are forgotten and drawn anew, each bar of the answer between the same bar of the call
    and the next, both of which the drummer hears. `ValueError` outside 0..1.
    """
    if not 0 <= freedom <= 1:
        raise ValueError(f"freedom {freedom} is outside 0..1")
    chance = np.random.default_rng(seed)
    lines = [*range(0, call.steps, bar), call.steps]
    canvas: list[Grid] = []
    forgotten: list[Bools] = []
    for start, stop in pairwise(lines):
        part = call.cut(start, stop)
        beats = -(-part.steps // STEPS_PER_BEAT)
        open_ = np.zeros((part.steps, VOICE_COUNT), bool)
        for family in FAMILIES:
            lost = np.repeat(chance.random(beats) < _FREEST * freedom, STEPS_PER_BEAT)[: part.steps]
            open_[:, family] = lost[:, None]
        canvas += [part, part]
        forgotten += [np.zeros_like(open_), open_]
    drawn = refill(drummer, Grid.joined(canvas), np.concatenate(forgotten), chance, bpm, bar, looseness=_LOOSE)
    return in_touch_of(
        call, Grid.joined([drawn.cut(start + stop, 2 * stop) for start, stop in pairwise(lines)], call.name), bar
    )


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
        for near, first in ((beat, 1), (own, 0), (own & beat, 0), (own & there, 0)):  # other voices tell only how late
            heard = played[struck & near]
            touch[first:] = (heard[:, first:].sum(0) + touch[first:]) / (len(heard) + 1)
    return Grid(values, grid.name, grid.ornaments)


def undragged(grid: Grid, bpm: BeatsPerMinute) -> Grid:
    """The pattern no earlier and no later as a whole than drummers play."""
    hits = grid.hits
    if not hits.any():
        return grid
    step = 60 / bpm / STEPS_PER_BEAT
    values = np.array(grid.values)
    late = float(np.median(values[..., OFFSET][hits])) * step
    values[..., OFFSET][hits] -= (late - np.clip(late, -DRAG, DRAG)) / step
    return Grid(values, grid.name, grid.ornaments)


def rolled(grid: Grid, steps: int) -> Grid:
    """The loop begun so many steps later: its first step is there."""
    cut = -steps % grid.steps
    return Grid.joined([grid.cut(cut, grid.steps), grid.cut(0, cut)], grid.name) if cut else grid


def loop_bars(bars: Sequence[Grid]) -> int:
    """After how many bars, one of `LOOPS`, what was heard comes again; `bars` of one length each, the newest last.

    The fewest that repeat about as well as any; one while nothing can have come twice.
    """
    best = {
        loop: float(np.mean([_alike(*pair) for pair in zip(bars[-loop:], bars[-2 * loop : -loop], strict=True)]))
        for loop in LOOPS
        if len(bars) >= 2 * loop
    }
    return next((loop for loop in LOOPS if loop in best and best[loop] >= max(best.values()) - _AS_WELL), 1)


def _alike(one: Grid, other: Grid) -> float:
    """How many of the hits of two bars are the same, F1."""
    count = int(one.hits.sum() + other.hits.sum())
    return 2 * int((one.hits & other.hits).sum()) / count if count else 1.0


def _below(lane: int) -> tuple[int, ...]:
    """The voices under a lane."""
    return (lane,) if lane < VOICES else tuple(voice for child in CHILDREN[lane] for voice in _below(child))


def _strike(rows: dict[tuple[int, int], list[Row]], step: int, voice: int, hit: CallHit) -> None:
    rows.setdefault((step, voice), []).append((step, voice, hit.velocity, hit.tick - step * STEP))
