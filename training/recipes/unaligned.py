"""Learns to hear drums from recordings whose hits are told, but not exactly when: early, late, or drifting.

Every alignment of what the network hears with what is told is possible, and weighs what soft-DTW says: each row of a
stretch is one told row, which goes on by 0, 1 or 2 from row to row; going on by 1 is free, the others cost a toll. As
the cost of a cell is the cross-entropy of its row, which is linear in the target, the gradient of soft-DTW is that of
ordinary cross-entropy with the told rows averaged over the alignments. So the network is trained as ever, with these
expected targets: velocities and levels come along.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from scipy.signal import correlate
from torch import Tensor

from livemusic.dsp.hits import first_moment
from livemusic.dsp.lanes import LANES
from livemusic.dsp.spec import FeatureSpec, Seconds
from training.data.kits import Hits
from training.losses.diagonals import Step, Ways
from training.losses.softdtw import PLAIN, cross_entropies, soft_alignment
from training.losses.stabilizers import annealed
from training.models.hearing import Hearer, listen
from training.recipes.hearing import Batch, Recipe, coloured, learn, parts_of, rate_at, targets, whole_loss

Array = npt.NDArray[np.float32]
_TOLL = 4.0
"""Nats for a row that repeats or leaves out a told row: one in fifty or so, a tempo that is off by 2 %."""


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """A recording as rows `(n, bins)`, and its hits as they are told."""

    name: str
    rows: Array
    told: Hits


@dataclass(frozen=True, slots=True)
class Alignment:
    """How told rows may lie under heard ones. `within`: so far apart at the most, in rows; `ways`: the steps; `loose`:
    whether stretches of told rows may begin and end anywhere within reach, or must where the heard ones do; `gamma`:
    temperature, `hot` times as much at first, falling over the first third of the training; `prior`: nats for being
    as far from where it is told as can be, falling to nothing over the first half."""

    within: int = 35
    ways: Ways = Ways((Step(1, 0, 1, _TOLL), Step(1, 1), Step(1, 2, 1, _TOLL)))
    loose: bool = True
    gamma: float = 1.0
    hot: float = 4.0
    prior: float = 0.0

    def temperature(self, done: float) -> float:
        """That of the share `done` of the training."""
        return annealed(round(100 * done), self.gamma * self.hot, self.gamma, 5, 28)

    def lie(self, logits: Tensor, told: Tensor, weight: float, done: float = 1.0) -> Tensor:
        """How likely each told row `(batch, time + 2 within, lanes)` lies under each heard one `(batch, time, lanes)`:
        `(batch, time, time + 2 within)`, 1 in all for every heard row."""
        cost = cross_entropies(logits, told, weight)
        rows, columns = cost.shape[1:]
        beyond = torch.arange(columns) - torch.arange(rows)[:, None] - self.within
        if self.prior and done < 0.5:
            cost = cost + (1 - 2 * done) * self.prior * (beyond / self.within).square()
        if self.loose:
            ways = self.ways._replace(band=(0, 2 * self.within), slack=2 * self.within)
            lying = soft_alignment(cost, self.temperature(done), ways)
        else:
            inner = slice(self.within, columns - self.within)
            ways = self.ways._replace(band=(-self.within, self.within))
            lying = torch.zeros_like(cost)
            lying[:, :, inner] = soft_alignment(cost[:, :, inner].contiguous(), self.temperature(done), ways)
        return lying / lying.sum(2, keepdim=True).clamp_min(1e-12)


#: Soft-DTW as it is in the books, at the temperature and with none of the means that keep it from going astray.
BARE = Alignment(ways=PLAIN, loose=False, gamma=0.1, hot=1.0)


class Told:
    """Takes with their told rows, from `within` rows before the first heard one to as many after the last."""

    def __init__(self, takes: Sequence[Take], within: int, spec: FeatureSpec) -> None:
        self.takes, self.within, self.spec = list(takes), within, spec
        self.targets = []
        for take in takes:
            hits = take.told.copy()
            hits[:, 0] += within * spec.hop_s
            self.targets.append(targets(hits, len(take.rows) + 2 * within, spec))

    def stretches(self, recipe: Recipe, random: np.random.Generator) -> Batch:
        """Stretches of `recipe.rows` heard rows by chance, with the told rows of a wider one."""
        lengths = np.array([len(take.rows) for take in self.takes], float)
        count = min(recipe.rows, int(lengths.min()))
        chosen = random.choice(len(self.takes), recipe.batch, p=lengths / lengths.sum())
        begins = [int(random.integers(0, len(self.takes[one].rows) - count + 1)) for one in chosen]
        return self._cut(list(zip(chosen.tolist(), begins, strict=True)), count, random)

    def _cut(self, places: Sequence[tuple[int, int]], count: int, random: np.random.Generator | None = None) -> Batch:
        rows = np.stack([self.takes[one].rows[begin : begin + count] for one, begin in places]).astype(np.float32)
        wide = count + 2 * self.within
        struck, velocities = (
            torch.from_numpy(np.stack([self.targets[one][kind][begin : begin + wide] for one, begin in places]))
            for kind in (0, 1)
        )
        return Batch(torch.from_numpy(coloured(rows, random) if random else rows), struck, velocities)

    def whole(self, one: int) -> Batch:
        """A take from beginning to end."""
        return self._cut([(one, 0)], len(self.takes[one].rows))


def expected_targets(lying: Tensor, struck: Tensor, velocities: Tensor) -> tuple[Tensor, Tensor]:
    """Told rows averaged over the alignments `(batch, time, told)`: what is struck and how hard, `(batch, time,
    lanes)`."""
    expected = lying @ struck
    return expected, lying @ (struck * velocities) / expected.clamp_min(1e-6)


def learn_unaligned(model: Hearer, told: Told, recipe: Recipe, how: Alignment | None) -> list[float]:
    """Train `model` in place on takes whose hits are told at the wrong time; the cross-entropies of its steps. Without
    `how` the told rows are taken to be right, and `told.within` must be 0. What it knows of levels stays: a few takes
    say too little of them."""
    model.eval()
    optimiser = torch.optim.AdamW(model.parameters(), lr=recipe.rate, weight_decay=1e-3)
    curve = []
    for step in range(recipe.steps):
        done = step / recipe.steps
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * rate_at(done)
        some = told.stretches(recipe, np.random.default_rng([recipe.seed, step]))
        logits, touch = model(some.rows)
        logits, touch = logits[:, model.delay :], touch[:, model.delay :]
        cut = logits.shape[1] + 2 * told.within
        struck, velocities = some.struck[:, :cut], some.velocities[:, :cut]
        if how:
            lying = how.lie(logits.detach(), struck, recipe.weight, done)
            struck, velocities = expected_targets(lying, struck, velocities)
        parts = parts_of(logits, touch, struck, velocities, recipe.weight)
        learn(model, optimiser, whole_loss(parts, recipe))
        curve.append(float(parts["bce"].detach()))
    return curve


@torch.no_grad()
def lateness(model: Hearer, told: Told, one: int, how: Alignment, weight: float = 2.0) -> Array:
    """By how many rows the hits of a take are told late, at every heard row `(n - delay,)`; early is below 0."""
    some = told.whole(one)
    logits = model(some.rows)[0][:, model.delay :]
    late, size = [], 500
    for begin in range(0, logits.shape[1], size):
        heard = logits[:, begin : begin + size]
        lying = how.lie(heard, some.struck[:, begin : begin + heard.shape[1] + 2 * told.within], weight)
        beyond = torch.arange(lying.shape[2]) - torch.arange(lying.shape[1])[:, None] - told.within
        late.append((lying * beyond).sum(2)[0])
    return np.asarray(torch.cat(late).numpy(), np.float32)


def put_right(take: Take, late: Array, spec: FeatureSpec) -> Hits:
    """The hits of a take where they sound, by how late they are told at every row."""
    places = first_moment(spec) + np.arange(len(late)) * spec.hop_s
    said = np.maximum.accumulate(places + late * spec.hop_s)
    hits = take.told.copy()
    ends = (hits[:, 0] - said[0], hits[:, 0] - said[-1])  # beyond the ends as at the ends
    inside = np.interp(hits[:, 0], said, places)
    hits[:, 0] = np.where(ends[0] < 0, places[0] + ends[0], np.where(ends[1] > 0, places[-1] + ends[1], inside))
    return hits


def one_shift(model: Hearer, take: Take, within: int, spec: FeatureSpec, nearly: float = 0.97) -> Seconds:
    """The one shift that the hits of a take are told late by, from the cross-correlation of what is heard and told over
    `within` rows either way. Grooves repeat, so of shifts that fit nearly as well as the best the least is taken."""
    heard = listen(model, [take.rows])[0][model.delay :, : len(LANES)]
    hits = take.told.copy()
    hits[:, 0] += within * spec.hop_s
    told = targets(hits, len(heard) + 2 * within, spec)[0]
    alike = sum(correlate(told[:, lane], heard[:, lane], "valid") for lane in range(len(LANES)))
    shifts = np.arange(-within, within + 1)
    peaks = alike >= np.maximum(np.r_[-np.inf, alike[:-1]], np.r_[alike[1:], -np.inf])
    good = shifts[peaks & (alike >= nearly * alike.max())]
    return float(good[np.argmin(np.abs(good))]) * spec.hop_s
