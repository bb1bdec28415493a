"""Grooves whose beats are known, as somebody who hears drums would hear them: at other tempi, with tempi that change,
with hits missed, mistaken and made up."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from livemusic.dsp.metre import LATE, ROWS, SHAPE, WEIGHED, fold, row_weights, strength_of
from livemusic.dsp.pulse import BEATS, FASTEST, SLOWEST
from livemusic.errors import MediaError
from training.data.drumming import read_played
from training.data.groove import METER, SPLITS
from training.progress import progress

Array = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

SAMPLED = 24
"""Tempi out of the 80 that one question is about: the true one, those related to it, and some by chance."""
_SHORTEST_S, _SECONDS, _OLDEST = 6.0, 16.0, 14.0
_FIRST_S = 0.8
#: Quarters of a beat are the steps in which tempo changes.
_STEPS = 4
_RELATED = (1 / 2, 2, 2 / 3, 3 / 2, 3 / 4, 4 / 3)
_RATIO = float(np.log(WEIGHED[1] / WEIGHED[0]))


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """A take of the data set: its hits `(n, 3)` as beats since the first, row (see `metre.ROWS`) and velocity; how
    long it is in beats, and whether its bars have four."""

    hits: Floats
    bpm: float
    beats: float
    four: bool


class Sketch(NamedTuple):
    """Some seconds as they were heard, `(n,)` each: when, which row, how strong. `beat` and `pace` say at which beat
    of the bar and at how many bpm the music is at each of `grid`, in seconds."""

    times: Floats
    rows: Indices
    strengths: Floats
    grid: Floats
    beat: Floats
    pace: Floats


class Questions(NamedTuple):
    """Moments to be judged: `bars` `(n, 24, 13, 64)` of the tempi `tempi` `(n, 24)` (indices of `metre.WEIGHED`), and
    what a tempo drawn by chance stands for, `stands` (log). Answers: `bpm`, `beat` 0..4 and whether bars have `four`.
    """

    bars: Array
    tempi: Indices
    stands: Array
    bpm: Floats
    beat: Floats
    four: npt.NDArray[np.bool_]


def read_counted(folder: Path, split: str) -> list[Counted]:
    """The grooves (not the fills) of a split. `MediaError` where `folder` is not the Groove data set."""
    assert split in SPLITS
    try:
        with (folder / "info.csv").open(newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["split"] == split and row["beat_type"] == "beat"]
        rows = [row for row in rows if float(row["duration"]) >= _SHORTEST_S]
        return [_counted(folder, row) for row in progress(rows, f"groove {split}", "file")]
    except (OSError, KeyError, ValueError, UnicodeDecodeError, csv.Error) as error:
        raise MediaError(f"{folder} is not the Groove MIDI Dataset ({error}): check --data") from error


def _counted(folder: Path, row: dict[str, str]) -> Counted:
    hits, bpm = read_played(folder / row["midi_filename"]).hits, float(row["bpm"])
    laid = np.array([row_weights(int(lane))[0][0] for lane in hits[:, 1]])
    return Counted(
        np.column_stack([hits[:, 0] * bpm / 60, laid, hits[:, 2]]),
        bpm,
        float(row["duration"]) * bpm / 60,
        row["time_signature"] == METER,
    )


def sketch(take: Counted, random: np.random.Generator) -> Sketch:
    """16 seconds of a take from anywhere in it, heard badly: a quarter of them jumps in tempo or drifts, in some a drum
    is not heard at all, or all are taken for one; some stop, and a few have no beat."""
    begin = (
        0.0 if random.random() < 0.25 else random.uniform(0.0, max(1.0, take.beats - 0.7 * _SECONDS * take.bpm / 60))
    )
    steps, seconds, pace = _course(take.bpm, random)
    bar = np.floor(begin / BEATS) * BEATS
    hits = _looped(take, begin, bar, steps[-1])
    start = np.interp(begin - bar, steps, seconds) - random.choice([0.0, random.uniform(0.0, 2.0)])
    times = np.interp(hits[:, 0] - bar, steps, seconds) - start
    times += random.normal(0.0, random.choice([0.0, 0.004, 0.010]), times.size)
    rows, velocity = hits[:, 1].astype(np.int64), hits[:, 2]
    kept = random.random(times.size) > random.uniform(0.0, 0.25) * (1.6 - velocity)
    if random.random() < 0.35:
        kept &= ~(random.random(len(ROWS)) < 0.35)[rows]
    taken = random.random(times.size) < random.uniform(0.0, 0.12)
    rows[taken] = random.integers(0, len(ROWS), int(taken.sum()))
    if random.random() < 0.1:
        rows[:] = random.integers(len(ROWS))
    more = random.poisson(random.choice([0.0, 0.3, 1.0]) * _SECONDS)
    times = np.concatenate([times[kept], random.uniform(0.0, _SECONDS, more)])
    rows = np.concatenate([rows[kept], random.integers(0, len(ROWS), more)])
    velocity = np.concatenate([velocity[kept], random.uniform(0.0, 0.5, more)])
    beat = steps
    what = random.random()
    if what < 0.04:
        times, beat = random.uniform(0.0, _SECONDS, times.size), steps + random.uniform(0.0, BEATS)
    elif what < 0.1:
        heard = times < random.uniform(2.0, _SECONDS)
        times, rows, velocity = times[heard], rows[heard], velocity[heard]
    loud = np.exp(random.normal(0.0, 0.25)) * np.exp(random.normal(0.0, 0.15, velocity.size))
    return Sketch(times, rows, strength_of(velocity * loud), seconds - start, beat, pace)


def _looped(take: Counted, begin: float, bar: float, beats: float) -> Floats:
    """The hits from `begin` on, whole bars of the take from `bar` on again and again until there are `beats`."""
    hits = take.hits[take.hits[:, 0] >= bar - 0.05]
    span = np.floor((take.beats - bar) / BEATS) * BEATS
    if span >= BEATS:
        once = hits[hits[:, 0] < bar + span]
        hits = np.concatenate(
            [once + np.array([count * span, 0.0, 0.0]) for count in range(int(np.ceil(beats / span)))]
        )
    return hits[hits[:, 0] >= begin - 0.05]


def _course(bpm: float, random: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """Quarter beats, the seconds at which they come and the tempo at each: steady, with a jump, a ramp or a drift."""
    bpm *= np.exp(random.normal(0.0, 0.1))
    count = int(_SECONDS * FASTEST / 60 * _STEPS) + 8
    pace, sounding = np.ones(count), int(_SECONDS * bpm / 60) * _STEPS
    what = random.random()
    if what < 0.35:
        turn = int(random.integers(8, sounding + 8))
        turn -= 0 if random.random() < 0.2 else turn % _STEPS
        pace[turn:] *= np.clip(np.exp(random.normal(0.0, 0.28)), 0.6, 1.65)
    elif what < 0.5:
        turn, length = int(random.integers(4, max(8, sounding - 16))), int(random.integers(16, 100))
        pace *= np.exp(random.normal(0.0, 0.2) * np.clip((np.arange(count) - turn) / length, 0.0, 1.0))
    if random.random() < 0.5:
        pace *= np.exp(np.cumsum(random.normal(0.0, 0.004, count)))
    pace = np.clip(bpm * pace, 1.05 * SLOWEST, 0.97 * FASTEST)
    seconds = np.concatenate(([0.0], np.cumsum(60 / _STEPS / pace[:-1])))
    return np.arange(count) / _STEPS, seconds, pace


def bars_at(heard: Sketch, now: float, tempi: Floats = WEIGHED) -> Array:
    """What `metre.fold` makes of what is known at `now`."""
    ages = now - heard.times
    known = (ages >= LATE) & (ages < _OLDEST)
    return fold(ages[known], heard.rows[known], heard.strengths[known], tempi)


def questions(takes: list[Counted], count: int, random: np.random.Generator, each: int = 6) -> Questions:
    """`count` moments, `each` of a sketch, from takes in the measure of their length."""
    weights = np.array([min(take.beats, 120.0) for take in takes])
    bars, tempi, stands = np.empty((count, SAMPLED, *SHAPE), np.float32), list[Indices](), list[Array]()
    bpm, beat, four = list[float](), list[float](), list[bool]()
    while len(bpm) < count:
        take = takes[random.choice(len(takes), p=weights / weights.sum())]
        heard = sketch(take, random)
        until = _SECONDS * (0.4 if random.random() < 1 / 3 else 1.0)
        for now in random.uniform(_FIRST_S, until, min(each, count - len(bpm))):
            place = min(max(int(np.searchsorted(heard.grid, now)) - 1, 0), len(heard.grid) - 1)
            bpm.append(float(heard.pace[place]))
            beat.append((heard.beat[place] + (now - heard.grid[place]) * bpm[-1] / 60) % BEATS)
            four.append(take.four)
            chosen, standing = _tempi(bpm[-1], random)
            tempi.append(chosen)
            stands.append(standing)
            bars[len(bpm) - 1] = bars_at(heard, float(now), WEIGHED[chosen])
    return Questions(bars, np.stack(tempi), np.stack(stands), np.array(bpm), np.array(beat), np.array(four))


def _tempi(bpm: float, random: np.random.Generator) -> tuple[Indices, Array]:
    """Which tempi to ask about: those around the true one and its relatives, and others that stand for the rest."""
    place = np.log(bpm / WEIGHED[0]) / _RATIO
    near = np.round(place) + np.arange(-2, 3)
    related = np.floor(place + np.log(_RELATED) / _RATIO)
    must = np.unique(np.concatenate([near, related, related + 1]).astype(np.int64))
    must = must[(must >= 0) & (must < WEIGHED.size)]
    others = np.setdiff1d(np.arange(WEIGHED.size), must)
    drawn = random.choice(others, SAMPLED - must.size, replace=False)
    stands = np.concatenate([np.zeros(must.size), np.full(drawn.size, np.log(others.size / drawn.size))])
    return np.concatenate([must, drawn]), stands.astype(np.float32)
