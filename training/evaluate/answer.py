"""Answers to drummers: whether their groove is nearer to what was heard than to any preset.

Calls of one, two and four bars out of takes nobody trained on, as they were played (as pads tell it) and as the hearing
hears them: on held-out kits, and in recordings of real kits. An answer is compared with its call, with every preset,
and with what was played, which is another thing where the call was heard.

Two profiles say what a groove is. Loudness: for every voice and place of the bar how loud it is there, 0 where it is
not struck; two patterns differ by the sum of the differences over the mean of their sums. Timing: how late each family
of voices is at each place of the beat; two patterns differ by the mean of the differences over the answer's hits.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt

from livemusic.music.event import is_note_off, is_note_on
from livemusic.music.grid import OFFSET, STEP, STEPS_PER_BEAT, VELOCITY, Grid
from livemusic.music.kit import VOICE_COUNT, VOICE_NAMES
from livemusic.music.player import Player
from livemusic.music.tempo import TICKS_PER_BEAT, Ticks
from livemusic.sketch.answer import CallHit, answered, call_of, enough, rolled
from livemusic.sketch.path import FAMILIES
from training.data.drumming import read_played
from training.data.groove import BAR_STEPS
from training.data.kits import SAMPLE_RATE, Hits, draw_kit, load_shots, render
from training.data.rooms import in_a_room
from training.data.takes import Take, read_takes
from training.evaluate.graphs import Drummer
from training.evaluate.hearing import Graph
from training.evaluate.hearing_figures import pick
from training.evaluate.hearing_sets import Recording, real_takes

Array = npt.NDArray[np.float64]

_BAR: Ticks = 4 * TICKS_PER_BEAT
_BARS = (1, 2, 4)
_FREEDOM = (0.0, 0.5, 1.0)
#: Of each take so many bars at most; so many takes are rendered; of each way of hearing so many calls are drawn.
_MOST_BARS, _RENDERED, _MOST_CALLS = 16, 24, 300


@dataclass(frozen=True, slots=True)
class Call:
    """What was `played` in some bars, and the `hits` of it that were told; `sure` where they were felt."""

    played: Grid
    hits: tuple[CallHit, ...]
    bpm: float
    sure: bool


@dataclass(slots=True)
class _Tally:
    """One row of the table while it grows."""

    louder: list[tuple[float, float, float]] = field(default_factory=list)
    later: list[tuple[float, float, float]] = field(default_factory=list)
    kept: list[float] = field(default_factory=list)
    played: list[float] = field(default_factory=list)
    balanced: list[bool] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def measure(args: argparse.Namespace) -> list[dict[str, Any]]:
    """A row for each way of hearing and each freedom."""
    drummer, presets = Drummer(args.drummer), list(preset_grooves(Path("presets")))
    takes = [take for take in read_takes(args.data) if take.split == args.split]
    sets = {"as played": [call for take in takes for call in calls_of(take.grid, None, take.bpm)]}
    if (args.data.parent / "oneshots").is_dir():
        hearing = Graph(args.hearing)
        sets["heard, held-out kits"] = list(_heard(hearing, *_on_kits(takes, args.data.parent, args.split)))
        sets["heard, real kits"] = list(_heard(hearing, *_real(args.data.parent)))
    chance = np.random.default_rng(0)
    for name, calls in sets.items():
        drawn = chance.permutation(len(calls))[:_MOST_CALLS]
        sets[name] = [calls[number] for number in sorted(drawn)]
    return [
        {"call": name, "calls": len(calls), "freedom": freedom, **_row(drummer, calls, presets, freedom)}
        for name, calls in sets.items()
        for freedom in _FREEDOM
    ]


def preset_grooves(folder: Path) -> Iterator[Grid]:
    """The corners of all presets in 4/4, with the swing they are played with."""
    for path in sorted(folder.glob("*.json")):
        preset = json.loads(path.read_text(encoding="utf-8"))
        if tuple(preset["meter"]) == (4, 4):
            for clip in preset["corners"]:
                hits = ((VOICE_NAMES.index(voice), hit) for voice, row in clip["hits"].items() for hit in row)
                rows = [(step, voice, loud, offset) for voice, (step, loud, offset) in hits]
                yield Grid.from_pattern(Grid.of(rows, clip["steps"]).to_pattern(preset["swing"]))


def calls_of(grid: Grid, heard: Sequence[CallHit] | None, bpm: float) -> Iterator[Call]:
    """Calls out of a take, of `heard` hits at ticks of the take, or of what is played where that is None."""
    bars = min(grid.steps // BAR_STEPS, _MOST_BARS)
    told = [CallHit(step * STEP + late, voice, loud) for step, voice, loud, late in grid.rows()]
    told = told if heard is None else list(heard)
    for length in _BARS:
        for first in range(0, bars - length + 1, length):
            begin, end = first * _BAR - STEP // 2, (first + length) * _BAR - STEP // 2
            hits = tuple(hit._replace(tick=hit.tick - first * _BAR) for hit in told if begin <= hit.tick < end)
            played = grid.cut(first * BAR_STEPS, (first + length) * BAR_STEPS)
            if enough(hits, length) and played.count >= max(2, length):
                yield Call(played, hits, bpm, heard is None)


def loudness(grid: Grid) -> Array:
    """`(16, 9)`: how loud each voice is at each place of the bar, on the average."""
    bars = grid.values[..., VELOCITY].reshape(-1, BAR_STEPS, VOICE_COUNT)
    return np.asarray(bars.mean(0), np.float64)


def lateness(grid: Grid) -> tuple[Array, Array]:
    """`(4, families)`: how many hits each family has at each place of the beat, and how late they are in steps; where
    there are none, as late as all at that place, or else as all."""
    struck, late = grid.hits, grid.values[..., OFFSET].astype(np.float64)
    places = np.arange(grid.steps) % STEPS_PER_BEAT
    count = np.array([[struck[places == p][:, f].sum() for f in FAMILIES] for p in range(STEPS_PER_BEAT)], np.float64)
    total = np.array([[(late * struck)[places == p][:, f].sum() for f in FAMILIES] for p in range(STEPS_PER_BEAT)])
    whole = total.sum() / max(1.0, count.sum())
    there = np.where(count.sum(1) > 0, total.sum(1) / np.maximum(1.0, count.sum(1)), whole)
    return count, np.where(count > 0, total / np.maximum(1.0, count), there[:, None])


def louder(one: Array, other: Array) -> float:
    """How far two profiles of loudness are apart: 0 alike, 2 nothing in common."""
    return float(np.abs(one - other).sum() / max(1e-9, (one.sum() + other.sum()) / 2))


def later(weights: Array, one: Array, other: Array) -> float:
    """How far two profiles of timing are apart over the hits that `weights` counts, in steps."""
    return float((weights * np.abs(one - other)).sum() / max(1.0, weights.sum()))


def balanced(grid: Grid, bars: int) -> bool:
    """Whether all notes end, where the answer takes over at a line, is cut off a turn later, and time goes in bits."""
    length = bars * _BAR
    player, events = Player(), []
    player.cue(rolled(grid, length // STEP).to_pattern(), _BAR, length)
    for begin, end in pairwise(range(0, 2 * length, 137)):
        if begin <= length < end:
            player.cue(Grid.empty(1).to_pattern(), _BAR, 2 * length)
        events += player.advance(end)
    events += player.advance(2 * length) + player.release()
    sounding: set[int] = set()
    for _, data in events:
        if (is_note_on(data) and data[1] in sounding) or (is_note_off(data) and data[1] not in sounding):
            return False
        sounding ^= {data[1]}
    return not sounding


def _row(drummer: Drummer, calls: Sequence[Call], presets: Sequence[Grid], freedom: float) -> dict[str, Any]:
    """The figures of answers to `calls`."""
    loud, late, tally = [loudness(one) for one in presets], [lateness(one)[1] for one in presets], _Tally()
    for number, call in enumerate(calls):
        steps = call.played.steps
        began = perf_counter()
        answer = answered(drummer, call.hits, steps, freedom, number, call.bpm, BAR_STEPS, call.sure)
        tally.seconds.append(perf_counter() - began)
        tally.balanced.append(balanced(answer, steps // BAR_STEPS))
        told = call_of(drummer, call.hits, steps, call.bpm, BAR_STEPS)
        mine, (weights, when), ms = loudness(answer), lateness(answer), 15000 / call.bpm
        tally.louder.append(
            (
                louder(mine, loudness(told)),
                louder(mine, loudness(call.played)),
                min(louder(mine, one) for one in loud),
            )
        )
        tally.later.append(
            (
                ms * later(weights, when, lateness(told)[1]),
                ms * later(weights, when, lateness(call.played)[1]),
                ms * min(later(weights, when, one) for one in late),
            )
        )
        tally.kept.append(_same(answer, told))
        tally.played.append(_same(answer, call.played))
    loudnesses, latenesses = np.array(tally.louder), np.array(tally.later)
    return {
        "loudness from call": float(loudnesses[:, 0].mean()),
        "from nearest preset": float(loudnesses[:, 2].mean()),
        "call nearer": float((loudnesses[:, 0] < loudnesses[:, 2]).mean()),
        "played nearer": float((loudnesses[:, 1] < loudnesses[:, 2]).mean()),
        "timing from call, ms": float(latenesses[:, 0].mean()),
        "from nearest preset, ms": float(latenesses[:, 2].mean()),
        "timing: call nearer": float((latenesses[:, 0] < latenesses[:, 2]).mean()),
        "timing: played nearer": float((latenesses[:, 1] < latenesses[:, 2]).mean()),
        "hits of the call kept, F1": float(np.mean(tally.kept)),
        "hits as played, F1": float(np.mean(tally.played)),
        "notes end": float(np.mean(tally.balanced)),
        "ms p50": float(1e3 * np.percentile(tally.seconds, 50)),
        "ms p99": float(1e3 * np.percentile(tally.seconds, 99)),
    }


def _same(one: Grid, other: Grid) -> float:
    """How many hits two patterns share, F1."""
    return 2 * int((one.hits & other.hits).sum()) / max(1, int(one.hits.sum() + other.hits.sum()))


def _heard(
    hearing: Graph, recordings: Sequence[Recording], grids: Sequence[tuple[Grid, float, float]]
) -> Iterator[Call]:
    """Calls as the hearing hears them; a take's grid, its tempo, and where its first bar is in the recording."""
    for told, (grid, bpm, begin) in zip(hearing.listen(recordings), grids, strict=True):
        hits = [
            CallHit(
                round((hit.t - begin) * bpm / 60 * TICKS_PER_BEAT),
                hit.lane,
                max(1, min(127, round(127 * hit.velocity))),
                hit.voice,
            )
            for hit in pick(told, hearing.spec, hearing.delay, hearing.thresholds)
        ]
        yield from calls_of(grid, hits, bpm)


def _on_kits(takes: Sequence[Take], data: Path, part: str) -> tuple[list[Recording], list[tuple[Grid, float, float]]]:
    """Takes on kits that nothing was trained on, in rooms, half a second in."""
    shots, begin, recordings, grids = load_shots(data / "oneshots", part), 0.5, [], []
    beats = [take for take in takes if take.kind == "beat" and take.grid.steps >= 4 * BAR_STEPS]
    for number, take in enumerate(beats[:: max(1, len(beats) // _RENDERED)][:_RENDERED]):
        random = np.random.default_rng([11, number])
        grid = take.grid.cut(0, min(take.grid.steps, 8 * BAR_STEPS))
        hits = _in_seconds(grid, take.bpm, begin)
        sound = in_a_room(render(hits, draw_kit(shots, random, whole=0.8), float(hits[-1, 0]) + 1.0, random), random)
        peak = float(np.abs(sound).max()) or 1.0
        recordings.append(Recording(take.id, (0.5 / peak * sound).astype(np.float32), hits))
        grids.append((grid, take.bpm, begin))
    return recordings, grids


def _real(data: Path) -> tuple[list[Recording], list[tuple[Grid, float, float]]]:
    """Recordings of real kits, whose bars begin where their MIDI says."""
    recordings = real_takes(data)
    grids = []
    for one in recordings:
        bpm = float(next(part for part in one.name.split("_") if part.isdecimal() and 60 <= int(part) <= 250))
        begin = _begin(one, data)
        hits = [
            (round((t - begin) * bpm / 60 * TICKS_PER_BEAT), int(voice), max(1, round(127 * loud)))
            for t, voice, loud in one.hits
        ]
        bars = int(len(one.sound) / SAMPLE_RATE * bpm / 240)
        grids.append((call_of(None, [CallHit(*hit) for hit in hits], bars * BAR_STEPS), bpm, begin))
    return recordings, grids


def _begin(recording: Recording, data: Path) -> float:
    """Where the bars of a recording begin: its sound is not wholly in time with its MIDI."""
    path = data / "drumaudio" / f"{recording.name}.mid"
    if not path.is_file():
        return 0.0
    written = read_played(path).hits[:, 0]
    nearest = np.abs(recording.hits[:, :1] - written).argmin(1)
    return float(np.median(recording.hits[:, 0] - written[nearest]))


def _in_seconds(grid: Grid, bpm: float, begin: float) -> Hits:
    """The hits of a grid as (seconds, voice, velocity 0..1), in order."""
    rows = [
        (max(0.0, begin + (step * STEP + late) * 60 / bpm / TICKS_PER_BEAT), voice, loud / 127)
        for step, voice, loud, late in grid.rows()
    ]
    return np.array(sorted(rows), np.float64)
