"""How well the hearing learns a drummer's own kit from takes whose hits are told at the wrong time."""

import json
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import process_time

import numpy as np
import numpy.typing as npt

from livemusic.dsp.lanes import LEVELS
from livemusic.dsp.spec import FeatureSpec
from training.data.audio import rows_of
from training.data.drumming import read_groove
from training.data.kits import Hits, draw_kit, load_shots, render
from training.data.rooms import in_a_room
from training.evaluate.hearing_figures import Count, figures_of, tune
from training.losses.softdtw import PLAIN
from training.models.hearing import Hearer, listen
from training.progress import progress
from training.recipes.hearing import Recipe
from training.recipes.unaligned import BARE, Alignment, Take, Told, lateness, learn_unaligned, one_shift, put_right

Times = npt.NDArray[np.float64]
LESSONS, TESTS, SECONDS = 12, 10, 20.0
#: Kick, snare, tom, hat, crash, ride.
JUDGED = LEVELS[1]


@dataclass(frozen=True, slots=True, eq=False)
class Player:
    """Takes of one drummer on a kit in a room that nothing was trained on: to learn from, and to judge by."""

    lessons: list[Take]
    tests: list[Take]


def draw_player(data: Path, spec: FeatureSpec, seed: int) -> Player:
    """Grooves of the validation split to learn from and of the test split to judge by, on one held-out kit in one
    room."""
    shots, random = load_shots(data / "oneshots", "test"), np.random.default_rng(seed)
    kit = draw_kit(shots, random, whole=1.0)
    found = []
    for split, count in (("validation", LESSONS), ("test", TESTS)):
        grooves = [take for take in read_groove(data / "groove", split) if take.seconds > SECONDS]
        takes = []
        for one in random.choice(len(grooves), count, replace=False):
            hits = grooves[one].hits.copy()
            hits[:, 0] -= random.uniform(0, grooves[one].seconds - SECONDS)
            hits = hits[(hits[:, 0] > 0.35) & (hits[:, 0] < SECONDS - 0.35)]
            if len(hits) < 10:
                continue
            sound = in_a_room(render(hits, kit, SECONDS, random), np.random.default_rng(seed))
            sound = (0.5 * sound / np.abs(sound).max()).astype(np.float32)
            takes.append(Take(grooves[one].name, rows_of(sound, spec), hits))
        found.append(takes)
    return Player(*found)


def constant(times: Times, random: np.random.Generator) -> Times:
    """Told late or early by as much throughout: up to 200 ms either way."""
    return np.full_like(times, random.uniform(-0.2, 0.2))


def drifting(times: Times, random: np.random.Generator) -> Times:
    """Told by another clock: off by up to 150 ms at first, up to 150 ms more or less twenty seconds later, swaying by
    30 ms in between."""
    sway = 0.03 * np.sin(2 * np.pi * (times / random.uniform(4, 10) + random.random()))
    return random.uniform(-0.15, 0.15) + random.uniform(-0.15, 0.15) * times / SECONDS + sway


OFFSETS: dict[str, Callable[[Times, np.random.Generator], Times]] = {"constant": constant, "drifting": drifting}


def misplaced(takes: Sequence[Take], offsets: str, seed: int) -> list[Take]:
    """The takes with their hits told at other times."""
    random, found = np.random.default_rng([seed, 1]), []
    for take in takes:
        hits: Hits = take.told.copy()
        hits[:, 0] += OFFSETS[offsets](hits[:, 0], random)
        found.append(Take(take.name, take.rows, hits[np.argsort(hits[:, 0], kind="stable")]))
    return found


FULL = Alignment()
#: What is trained how: with soft-DTW and all that steadies it, with one means less, with none, with one alone.
WAYS: dict[str, Alignment] = {
    "soft-DTW": FULL,
    "no tolls": replace(
        FULL, ways=FULL.ways._replace(steps=tuple(step._replace(toll=0.0) for step in FULL.ways.steps))
    ),
    "no slack": replace(FULL, loose=False),
    "no schedule": replace(FULL, hot=1.0),
    "plain steps": replace(FULL, ways=PLAIN, loose=False),
    "bare": BARE,
    "bare, schedule": replace(BARE, hot=100.0),
    "bare, prior": replace(BARE, prior=30.0),
}
RECIPE = Recipe(steps=30, batch=6, rows=400, rate=1e-3)


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of one training: `f1` pooled over kick, snare, tom, hat, crash and ride on takes never heard, also of
    each; `late` median of heard minus played, in seconds; `off` mean absolute error of the hits learned from, where
    they were taken to be; `cpu_s` of the training."""

    player: int
    offsets: str
    way: str
    f1: float
    lanes: tuple[float, ...]
    late: float
    off: float
    cpu_s: float


def judge(model: Hearer, tests: Sequence[Take], spec: FeatureSpec, thresholds: Sequence[float]) -> dict[str, object]:
    """F1 and lateness of a model on takes whose hits are told right."""
    figures = figures_of(
        [take.told for take in tests], listen(model, [take.rows for take in tests]), spec, model.delay, thresholds
    )
    whole = sum((figures.lanes[lane] for lane in JUDGED), Count())
    return {
        "f1": round(whole.f1, 4),
        "lanes": tuple(round(figures.f1(lane), 4) for lane in JUDGED),
        "late": round(figures.time_error[0], 4),
    }


def learn_from(
    model: Hearer, player: Player, spec: FeatureSpec, thresholds: Sequence[float], number: int, offsets: str, way: str
) -> Learned:
    """One training and its judgement. `way`: "before", "aligned", "pretending", "one shift" or one of `WAYS`. Where
    anything is learned, thresholds are chosen anew on the takes learned from, as they were taken to be."""
    model, lessons = deepcopy(model), player.lessons
    heard = lessons if way in ("before", "aligned") else misplaced(lessons, offsets, number)
    began = process_time()
    if way == "one shift":
        shifts = [one_shift(model, take, FULL.within, spec) for take in heard]
        heard = [
            replace(take, told=take.told - np.array([shift, 0, 0])) for take, shift in zip(heard, shifts, strict=True)
        ]
    if way in WAYS:
        how = WAYS[way]
        told = Told(heard, how.within, spec)
        learn_unaligned(model, told, RECIPE, how)
        heard = [
            replace(take, told=put_right(take, lateness(model, told, one, how), spec)) for one, take in enumerate(heard)
        ]
    elif way != "before":
        learn_unaligned(model, Told(heard, 0, spec), RECIPE, None)
    spent = process_time() - began
    model.eval()
    if way != "before":
        few = heard[:6]
        thresholds = tune([take.told for take in few], listen(model, [take.rows for take in few]), spec, model.delay)
    off = np.concatenate(
        [np.abs(np.sort(one.told[:, 0]) - true.told[:, 0]) for one, true in zip(heard, lessons, strict=True)]
    )
    result = judge(model, player.tests, spec, thresholds)
    return Learned(number, offsets, way, off=round(float(off.mean()), 5), cpu_s=round(spent, 1), **result)  # type: ignore[arg-type]


def plan() -> list[tuple[str, str]]:
    """All trainings of a player: offsets and way."""
    simple = ("soft-DTW", "one shift", "pretending", "bare")
    ablated = [way for way in WAYS if way not in simple]
    return [
        ("none", "before"),
        ("none", "aligned"),
        *(("drifting", way) for way in (*simple, *ablated)),
        *(("constant", way) for way in simple),
    ]


def measure(
    model: Hearer, thresholds: Sequence[float], data: Path, spec: FeatureSpec, results: Path, players: int
) -> list[Learned]:
    """All trainings of so many players; those in the results file are not done again."""
    results.parent.mkdir(parents=True, exist_ok=True)
    for number in range(players):
        there = {(one.offsets, one.way) for one in read_results(results) if one.player == number}
        wanted = [job for job in plan() if job not in there]
        player = draw_player(data, spec, number) if wanted else None
        for offsets, way in progress(wanted, f"player {number}", "training"):
            assert player
            line = asdict(learn_from(model, player, spec, thresholds, number, offsets, way))
            with results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
    return [one for one in read_results(results) if one.player < players]


def read_results(path: Path) -> list[Learned]:
    """What is in a results file, nothing where there is none."""
    if not path.is_file():
        return []
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Learned(**{**line, "lanes": tuple(line["lanes"])}) for line in lines]
