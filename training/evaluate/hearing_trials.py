"""Hard cases for the hearing of drums, each made on purpose: what fails here fails on stages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from livemusic.dsp.hits import HeardHit, HitPicker, first_moment
from livemusic.dsp.lanes import HAT
from livemusic.dsp.samples import Samples
from training.data.kits import SAMPLE_RATE, Hits, draw_kit, load_shots, ordered, render
from training.data.rooms import coded, driven, in_a_room, noise, phoned
from training.evaluate.hearing import Graph
from training.evaluate.hearing_figures import WINDOW, Figures, heard_on, played_on
from training.evaluate.hearing_sets import Recording

_SECONDS = 12.0
_TAKES = 6


@dataclass(frozen=True, slots=True)
class Trial:
    """A hard case: what it is, the lanes that it is about, and the recordings."""

    name: str
    lanes: tuple[int, ...]
    recordings: list[Recording]


def trials(data: Path, takes: Sequence[Recording]) -> list[Trial]:
    """Patterns on the kits held out for tests, and takes through bad microphones."""
    shots = load_shots(data / "oneshots", "test")

    def on_kits(name: str, lanes: tuple[int, ...], pattern: Callable[[np.random.Generator], Hits]) -> Trial:
        made = []
        for number in range(_TAKES):
            random = np.random.default_rng([11, number])
            hits = pattern(random)
            sound = in_a_room(render(hits, draw_kit(shots, random, 0.8), _SECONDS, random), random)
            made.append(Recording(name, 0.4 * sound / float(np.abs(sound).max()), hits))
        return Trial(name, lanes, made)

    def through(name: str, change: Callable[[Samples, np.random.Generator], Samples]) -> Trial:
        made = []
        for number, take in enumerate(takes):
            made.append(Recording(name, change(take.sound, np.random.default_rng([5, number])), take.hits))
        return Trial(name, (0, 1, HAT), made)

    return [
        on_kits("rides alone", (8,), lambda random: _even(random, {8: 0.25})),
        on_kits("hats alone", (HAT,), lambda random: _even(random, {2: 0.15, 3: 1.2})),
        on_kits("crashes alone", (7,), lambda random: _even(random, {7: 1.1})),
        on_kits("toms alone", (4, 5, 6), _toms),
        on_kits("snare roll, 32nds at 110", (1,), lambda random: _even(random, {1: 60 / 110 / 8}, touch=0.08)),
        on_kits("double kicks, 16ths at 180", (0, 1), lambda random: _even(random, {0: 60 / 180 / 4, 1: 60 / 90})),
        on_kits("ghost notes between loud snares", (1,), _ghosts),
        through("12 dB of hiss under the loudest", lambda sound, random: _noisy(sound, random)),
        through("through a telephone", phoned),
        through("overdriven", driven),
        through("in a room, far away", lambda sound, random: in_a_room(in_a_room(sound, random), random)),
        through("30 dB softer", lambda sound, _: (0.03 * sound).astype(np.float32)),
        through("poor codec", coded),
    ]


def _even(random: np.random.Generator, steps: dict[int, float], touch: float = 0.15) -> Hits:
    parts = []
    for lane, step in steps.items():
        times = np.arange(0.3, _SECONDS - 0.3, step) + random.normal(
            0, 0.003, len(np.arange(0.3, _SECONDS - 0.3, step))
        )
        parts.append(
            np.stack([times, np.full(len(times), lane), np.clip(random.normal(0.65, touch, len(times)), 0.1, 1)], 1)
        )
    return ordered(np.concatenate(parts))


def _toms(random: np.random.Generator) -> Hits:
    times = np.arange(0.3, _SECONDS - 0.3, 0.18)
    lanes = np.repeat(random.permutation(np.tile([6, 5, 4], len(times))), 3)[: len(times)]
    return np.stack([times, lanes.astype(float), random.uniform(0.4, 0.95, len(times))], 1)


def _ghosts(random: np.random.Generator) -> Hits:
    times = np.arange(0.3, _SECONDS - 0.3, 0.14)
    loud = np.where(np.arange(len(times)) % 4 == 0, 0.9, random.uniform(0.12, 0.28, len(times)))
    return np.stack([times, np.ones(len(times)), loud], 1)


def _noisy(sound: Samples, random: np.random.Generator) -> Samples:
    loud = float(np.abs(sound).max()) * 10 ** (-12 / 20) / 3
    return (sound + loud * noise(len(sound), random)).astype(np.float32)


def latencies(graph: Graph, takes: Sequence[Recording]) -> npt.NDArray[np.float64]:
    """Seconds from each stroke that is heard right to the last sample that is needed to tell of it."""
    late = []
    for take, rows in zip(takes, graph.listen(takes), strict=True):
        picker = HitPicker(graph.spec.hop_s, graph.delay, graph.thresholds, first_moment(graph.spec))
        for index, row in enumerate(rows):
            told = (graph.spec.fft + index * graph.spec.hop) / SAMPLE_RATE
            for hit in picker.push(row):
                played = played_on(take.hits, hit.lane)
                near = played[np.abs(played - hit.t) < WINDOW]
                late += [told - float(near[np.argmin(np.abs(near - hit.t))])] if len(near) else []
    return np.array(late)


def recall_by_velocity(
    takes: Sequence[Recording], heard: Sequence[Sequence[HeardHit]], edges: Sequence[float]
) -> dict[str, list[tuple[int, int]]]:
    """Of kick, snare and hat how many strokes between each two `edges` of velocity were heard, and how many played."""
    found = {}
    for name, lane, lanes in (("kick", 0, (0,)), ("snare", 1, (1,)), ("hat", HAT, (2, 3))):
        counts = [(0, 0)] * (len(edges) - 1)
        for take, hits in zip(takes, heard, strict=True):
            times = heard_on(hits, lane)
            for moment, own, velocity in take.hits:
                if int(own) in lanes:
                    place = int(np.clip(np.searchsorted(edges, velocity, "right") - 1, 0, len(edges) - 2))
                    right, played = counts[place]
                    counts[place] = (right + bool((np.abs(times - moment) <= WINDOW).any()), played + 1)
        found[name] = counts
    return found


def confusions(takes: Sequence[Recording], heard: Sequence[Sequence[HeardHit]]) -> npt.NDArray[np.int64]:
    """Rows: the nine voices played, then nothing; columns: all lanes told, then nothing. Each stroke beside the nearest
    hit within 50 ms that no stroke of its own lane claims."""
    table = np.zeros((10, 15), np.int64)
    for take, hits in zip(takes, heard, strict=True):
        left = list(hits)
        missed = []
        for moment, lane, _ in take.hits:
            own = [hit for hit in left if hit.lane == lane and abs(hit.t - moment) <= WINDOW]
            if own:
                left.remove(min(own, key=lambda hit: abs(hit.t - moment)))
                table[int(lane), int(lane)] += 1
            else:
                missed.append((moment, int(lane)))
        for moment, lane in missed:
            near = [hit for hit in left if abs(hit.t - moment) <= WINDOW]
            if near:
                hit = min(near, key=lambda hit: abs(hit.t - moment))
                left.remove(hit)
                table[lane, hit.lane] += 1
            else:
                table[lane, 14] += 1
        for hit in left:
            table[9, hit.lane] += 1
    return table


def outcome(graph: Graph, trial: Trial) -> tuple[Figures, float]:
    """Figures of a hard case, and how many hits were told a minute on lanes that it is not about."""
    figures = graph.figures(trial.recordings)
    others = sum(
        found.told - found.right
        for lane, found in figures.lanes.items()
        if lane < 9 and lane not in trial.lanes and not (HAT in trial.lanes and lane in (2, 3))
    )
    return figures, 60 * others / figures.seconds
