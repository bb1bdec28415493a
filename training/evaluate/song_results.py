"""Compares recipes of one model a song, clip by clip, from the lines of the results file."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import wilcoxon

from livemusic.errors import MediaError
from training.recipes.song import SONG

Float = npt.NDArray[np.float64]
Line = dict[str, Any]
Figure = Callable[[Line], Any]


def curve(key: str) -> Figure:
    """The figure of that name."""
    return lambda line: line[key]


CONDITIONED = "slow"
"""The recipe that answers the open question."""


def read_results(path: Path) -> list[Line]:
    """The lines of a results file, the newest for a clip, recipe and seed; none where there is no file.

    Raises `MediaError` where a line is not what `python -m training song` writes.
    """
    if not path.is_file():
        return []
    lines: dict[tuple[str, str, int], Line] = {}
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            line = json.loads(text)
            lines[line["clip"], line["recipe"], line["seed"]] = line
        except (ValueError, KeyError, TypeError) as error:
            raise MediaError(f"{path}, line {number} is no result ({error}): take it out and run again") from error
    return list(lines.values())


@dataclass(frozen=True, eq=False)
class Comparison:
    """A figure of two recipes, `(clips,)` each: is `b` higher than `a`?"""

    a: Float
    b: Float

    @property
    def higher(self) -> int:
        """On how many clips `b` is higher."""
        return int((self.b > self.a).sum())

    @property
    def p(self) -> float:
        """Two-sided p of Wilcoxon's signed-rank test over the clips; 1 where nothing differs."""
        return float(wilcoxon(self.b - self.a).pvalue) if np.any(self.a != self.b) else 1.0

    def says(self, *, up: bool) -> bool:
        """Whether `b` is higher (or lower) than `a` at p < .05."""
        return self.p < 0.05 and bool((self.b.mean() > self.a.mean()) == up)

    def __str__(self) -> str:
        """Both means, the count and p."""
        return f"{self.a.mean():.3f} → {self.b.mean():.3f}, higher on {self.higher} of {len(self.a)} (p {self.p:.3f})"


class Results:
    """Lines of a results file that belong to today's recipes, by recipe and clip; recipes of `enough` clips."""

    def __init__(self, lines: Sequence[Line], enough: int = 1) -> None:
        self.lines = [line for line in lines if line["recipe"] in SONG and line["made"] == str(SONG[line["recipe"]])]
        self.recipes = [name for name in SONG if self.count(name)[0] >= enough]

    def clips(self, *recipes: str) -> list[str]:
        """Clips of which every one of these recipes has a model."""
        sets = [{line["clip"] for line in self.lines if line["recipe"] == name} for name in recipes]
        return sorted(set.intersection(*sets)) if sets else []

    def count(self, recipe: str) -> tuple[int, int]:
        """Clips and models of a recipe."""
        mine = [line for line in self.lines if line["recipe"] == recipe]
        return len({line["clip"] for line in mine}), len(mine)

    def seeds(self, recipe: str, clip: str) -> set[int]:
        """Seeds that a clip was trained with."""
        return {line["seed"] for line in self.lines if line["recipe"] == recipe and line["clip"] == clip}

    def of(self, recipe: str, clips: Sequence[str], figure: Figure, seeds: Sequence[int] | None = None) -> Float:
        """A figure of each clip, the mean over its seeds: `(clips,)`, or `(clips, steps)` for a curve."""
        return np.array(
            [
                np.mean(
                    [
                        np.asarray(figure(line), np.float64)
                        for line in self.lines
                        if line["recipe"] == recipe
                        and line["clip"] == clip
                        and (seeds is None or line["seed"] in seeds)
                    ],
                    axis=0,
                )
                for clip in clips
            ]
        )

    def compare(self, a: str, b: str, figure: Figure) -> Comparison:
        """Two recipes on the clips and seeds that both have, where the figure is known."""
        pairs = []
        for clip in self.clips(a, b):
            both = sorted(self.seeds(a, clip) & self.seeds(b, clip))
            if both:
                pairs.append([self.of(name, [clip], figure, both)[0] for name in (a, b)])
        table = np.array(pairs, np.float64).reshape(-1, 2)
        table = table[~np.isnan(table).any(axis=1)]
        return Comparison(table[:, 0], table[:, 1])


@dataclass(frozen=True, slots=True)
class Answer:
    """The open question on one clip.

    `steps`: for a forecaster, at how many of 30 steps the conditioned path's divergence is below pure's, and below
    one-step's; `kept`: reconstruction (explained) as a share of the better of the two; `trust`: trustworthiness less
    the higher of the two.
    """

    clip: str
    steps: dict[str, tuple[int, int]]
    kept: float
    trust: float

    def below(self, way: str) -> bool:
        """Whether the divergence of a forecaster is below both at every step."""
        return min(self.steps[way]) == 30


def answers(results: Results) -> list[Answer]:
    """Clip by clip: the conditioned path beside the pure and the one-step-conditioned one, of the seeds all have."""
    found, names = [], ("pure", "seed", CONDITIONED)
    for clip in results.clips(*names):
        seeds = sorted(set.intersection(*(results.seeds(name, clip) for name in names)))
        if not seeds:
            continue

        def mine(figure: Figure, clip: str = clip, seeds: Sequence[int] = tuple(seeds)) -> list[Float]:
            return [results.of(name, [clip], figure, seeds)[0] for name in names]

        steps = {}
        for way in ("knn", "lstm", "mlp", "elsewhere"):
            pure, seed, ours = mine(curve(way))
            steps[way] = (int((ours < pure).sum()), int((ours < seed).sum()))
        pure, seed, ours = mine(lambda line: line["heard"]["explained"])
        trusts = mine(lambda line: line["trustworthiness"])
        kept, trust = float(ours / max(pure, seed)), float(trusts[2] - max(trusts[:2]))
        found.append(Answer(clip, steps, kept, trust))
    return found


def cos_of(line: Line) -> float:
    """How smooth its path is."""
    return float(line["cos"])


def explained_of(line: Line) -> float:
    """How much of the pictures it draws again."""
    return float(line["heard"]["explained"])


def trust_of(line: Line) -> float:
    """How far neighbours on its path are neighbours in the music."""
    return float(line["trustworthiness"])


def words_of(name: str) -> str:
    """A recipe's loss."""
    recipe = SONG[name]
    terms = [
        (recipe.alpha, "one-step −cos"),
        (recipe.rollout, f"rollout of {recipe.steps} steps by the LSTM"),
        (recipe.neighbours, f"rollout of {recipe.steps} steps by nearest neighbours"),
        (recipe.slowness, "squared step"),
    ]
    drawn = f" of {recipe.drawn} windows" if recipe.drawn > 1 else ""
    window = "half a second" if recipe.frames == 22 else "two seconds"
    loss = " + ".join([f"picture{drawn}", *(f"{weight:g} · {words}" for weight, words in terms if weight)])
    return f"{loss}; {window}, {recipe.dim}-D"
