"""How `livemusic.sketch.noise` knows how noisy a take is, and how sure one must be then to change it: learned again.

Both are fits, on training windows with slips and without, of what the drummer finds strange in a take. How sure one
must be is found by a random search on validation windows: clean ones should lose no more than .005 of hit F1, and the
others no more than that against being told the noise.
"""

import argparse
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from livemusic.music.grid import HIT, Grid
from livemusic.sketch.clean import STRUCK, Margins, struck_of, told_of
from livemusic.sketch.drummer import Question, answer
from livemusic.sketch.noise import ASKED, MOST, Noise, clues
from training.data.groove import WINDOW_STEPS
from training.data.questions import slipped
from training.data.takes import Windows, read_takes, windows_of
from training.evaluate.graphs import Drummer
from training.evaluate.neighbours import prf
from training.progress import progress

Array = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
_LEVELS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)
_JUDGED = (0.0, 0.1, 0.2, 0.3)
_TOLD = (0.03, 0.06, 0.1, 0.15, 0.2, 0.27, 0.35)
_TRAIN, _VALIDATION, _TRIES = 1200, 400, 800
_HARM = 0.005
#: With so many slips a take is not clean.
_PLAIN = 0.1
_RIDGE = 20.0
#: Where the search begins.
_FIRST = Margins(5.32, 5.05, 3.1, 3.24, 1.03, 0.08)


def measure(args: argparse.Namespace) -> list[dict[str, Any]]:
    """Rows with the constants of `livemusic.sketch.noise` and `livemusic.sketch.clean`."""
    takes, drummer = read_takes(args.data), Drummer(args.drummer)
    weights = fitted(*strange(drummer, windows_of(takes, "train", WINDOW_STEPS), np.random.default_rng(0)))
    heard = Heard.of(drummer, windows_of(takes, "validation"), np.random.default_rng(5))
    margins, figures = chosen(heard, weights, np.random.default_rng(6))
    names = zip(("SHARE", "SLIPS", "MARGINS"), (*weights, np.array(margins)), strict=True)
    rows = [{"constant": name, "value": " ".join(f"{value:.5g}" for value in values)} for name, values in names]
    named = zip(_JUDGED, figures, strict=True)
    return rows + [{"constant": f"validation F1 at noise {level:g}", "value": f"{value:.4f}"} for level, value in named]


def strange(drummer: Drummer, windows: Windows, chance: np.random.Generator) -> tuple[Array, Array]:
    """The clues `(n, 9)` of windows with slips, and how noisy these are `(n,)`."""
    rows, noise = [], []
    for row in progress(chance.permutation(len(windows))[:_TRAIN], "noise", "window"):
        for level in _LEVELS:
            values = windows.grids[row] if level == 0 else slipped(windows.grids[row], level, chance)
            asked = Question(Grid(values), noise=ASKED, bpm=float(windows.bpm[row]))
            rows.append(clues(answer(drummer, asked), asked.grid))
            noise.append(level)
    return np.array(rows), np.array(noise)


def fitted(rows: Array, noise: Array) -> tuple[Array, Array]:
    """The weights of a take's clues `(47,)`: of the share (least squares), and of there being slips at all, which is
    asked of the clean takes and of those with a share of .1 or more (logistic regression)."""
    from sklearn.linear_model import LogisticRegression

    half = rows.shape[1] // 2 + 1
    middle, spread = rows[:, 1:half].mean(axis=0), rows[:, 1:half].std(axis=0) + 1e-9
    scaled = (rows[:, 1:half] - middle) / spread
    seen = np.concatenate([scaled, scaled**2], axis=1)
    centred = seen - seen.mean(axis=0)
    share = np.linalg.solve(centred.T @ centred + _RIDGE * np.eye(len(seen.T)), centred.T @ noise)
    clear = (noise == 0) | (noise >= _PLAIN)
    model = LogisticRegression(C=0.3, max_iter=400)
    model.fit(seen[clear], noise[clear] > 0, sample_weight=np.where(noise[clear] == 0, 2.0, 0.5))
    bias = noise.mean() - seen.mean(axis=0) @ share
    both = (bias, share), (float(model.intercept_[0]), model.coef_[0])
    first, second = (_unscaled(constant, weights, middle, spread) for constant, weights in both)
    return first, second


def _unscaled(constant: float, weights: Array, middle: Array, spread: Array) -> Array:
    """Weights of 1, clues and their squares, from those of scaled clues and their squares."""
    plain, square = np.split(weights, 2)
    constant += float((-plain * middle / spread + square * (middle / spread) ** 2).sum())
    return np.concatenate([[constant], plain / spread - 2 * square * middle / spread**2, square / spread**2])


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What the drummer says of windows at each level of noise that it is told: `said` `(levels, n, told, steps, 9)`,
    what was played and what was meant `(levels, n, steps, 9)`, and the clues `(levels, n, 9)`."""

    said: npt.NDArray[np.float32]
    played: Bools
    meant: Bools
    clues: Array

    @classmethod
    def of(cls, drummer: Drummer, windows: Windows, chance: np.random.Generator) -> "Heard":
        """Some of `windows`, clean and with slips."""
        rows = chance.permutation(len(windows))[:_VALIDATION]
        parts: tuple[list[Any], ...] = ([], [], [], [])
        for level in _JUDGED:
            for row in progress(rows, f"noise {level:g}", "window"):
                values = windows.grids[row] if level == 0 else slipped(windows.grids[row], level, chance)
                grid, bpm = Grid(values), float(windows.bpm[row])
                each = [answer(drummer, Question(grid, noise=told, bpm=bpm)) for told in _TOLD]
                strange = clues(each[_TOLD.index(ASKED)], grid)
                new = [said[..., HIT] for said in each], grid.hits, windows.grids[row][..., HIT] > 0, strange
                for part, value in zip(parts, new, strict=True):
                    part.append(value)
        said, played, meant, strange = (
            np.array(part).reshape(len(_JUDGED), len(rows), *np.shape(part[0])) for part in parts
        )
        return cls(said.astype(np.float32), played, meant, strange)

    def judged(self, weights: tuple[Array, Array], margins: Margins) -> list[float]:
        """Hit F1 at each level by estimate."""
        shares = (self.clues @ weights[0]).clip(0.0, MOST)
        slips = 1 / (1 + np.exp(-(self.clues @ weights[1]).clip(-30, 30)))
        figures = []
        for said, played, meant, *estimates in zip(self.said, self.played, self.meant, shares, slips, strict=True):
            found = []
            for each, hits, share, sure in zip(said, played, *estimates, strict=True):
                noise = Noise(float(share), float(sure))
                told = int(np.abs(told_of(noise, margins) - np.array(_TOLD)).argmin())
                found.append(struck_of(each[told], hits, noise, margins))
            figures.append(prf(np.array(found), meant)[2])
        return figures

    def told(self) -> list[float]:
        """The same where the noise is told."""
        near = [int(np.abs(np.array(_TOLD) - level).argmin()) for level in _JUDGED[1:]]
        known = zip(self.said[1:], near, self.meant[1:], strict=True)
        return [1.0] + [prf(said[:, told] >= STRUCK, meant)[2] for said, told, meant in known]


def chosen(heard: Heard, weights: tuple[Array, Array], chance: np.random.Generator) -> tuple[Margins, list[float]]:
    """The margins that fall least short of what is known when the noise is told, and hit F1 with them."""
    known = np.array(heard.told())
    best, figures, least = _FIRST, [0.0], np.inf
    for number in range(_TRIES):
        tried = best if not number else Margins(*(np.array(best) * np.exp(0.15 * chance.standard_normal(len(best)))))
        got = heard.judged(weights, tried)
        short = known - _HARM - got
        cost = float(max(short.max(), -0.001) + 0.1 * np.maximum(short, -0.001).mean())
        if cost < least:
            best, figures, least = tried, got, cost
    return best, figures
