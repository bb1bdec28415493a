"""Batches of piano rolls coded by figures, and the figures learned from them: `livemusic.latent.figures` in torch.

A roll is `(batch, steps, 88, 2)`. As for drums, picking and fitting need no gradient: the gradient of the atoms is that
of the loss with the picks held (Mairal et al. 2009). The loss is the squared error of the pitch vectors and, so that
harmony survives, the cross-entropy of the chord that a small head reads off what was rebuilt.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from livemusic.latent.figures import BELOW, FIT_ROUNDS, GAIN_DIGITS, LEAST_GAIN
from livemusic.music.chord import CHORDS, FOLD, MEMORY, SPAN, chord_tones, chords
from livemusic.music.roll import FEATURES, KEYS, LOUDNESS
from training.config import FigureConfig
from training.models.pursuit import AtomBank

_TINY = 1e-9
#: What a figure says less loudly than this is none of its notes: the chord term says how loud its notes are, and adds
#: none, or every figure would end as a chord.
_FAINT = 0.03
_LESSONS, _LESSON_RATE = 300, 1e-2


@dataclass(frozen=True, slots=True)
class Picks:
    """Which atoms, from which cell of the plane on and how strong, each `(batch, picks)`, in the order of picking."""

    atoms: Tensor
    starts: Tensor
    strengths: Tensor

    def first(self, count: int) -> "Picks":
        """The picks of a smaller budget: pursuit never takes anything back."""
        return Picks(self.atoms[:, :count], self.starts[:, :count], self.strengths[:, :count])


class Anchors(NamedTuple):
    """Where figures may begin, `(batch, most)` each: step, key, first cell in the plane, and whether there is one."""

    steps: Tensor
    keys: Tensor
    starts: Tensor
    there: Tensor


class ChordHead(nn.Module):
    """Reads the chord of each half second off what is struck in it and before, however loud: one ear for all roots."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("fold", torch.from_numpy(FOLD.copy()))
        self.fold: Tensor
        self.ear = nn.Sequential(nn.Linear(MEMORY * 12, 48), nn.ReLU(), nn.Linear(48, 3))

    def forward(self, roll: Tensor) -> Tensor:
        """Log-odds `(batch, halves, 25)` from rolls `(batch, steps, 88, 2)` of whole half seconds."""
        batch, steps = roll.shape[:2]
        classes = roll[..., LOUDNESS].reshape(batch, steps // SPAN, SPAN, KEYS).sum(2) @ self.fold
        seen = functional.pad(classes, (0, 0, MEMORY - 1, 0)).unfold(1, MEMORY, 1).transpose(2, 3)
        seen = 12 * seen / (seen.sum((2, 3), keepdim=True) + 0.1)
        turned = torch.stack([seen.roll(-root, -1) for root in range(12)], 2).flatten(3)
        major, minor, none = self.ear(turned).unbind(-1)
        return torch.cat([major, minor, none.mean(-1, keepdim=True)], -1)


class FigureDictionary(AtomBank):
    """Atoms `(atoms, width, span, 2)` of length 1, never negative; started from `snippets` of the music."""

    def __init__(self, config: FigureConfig) -> None:
        super().__init__()
        self.config: FigureConfig = config
        self.atoms = nn.Parameter(torch.zeros(config.atoms, config.width, config.span, FEATURES))
        self.head = ChordHead()
        self.wins = torch.zeros(config.atoms, dtype=torch.long)
        self._across = KEYS + config.span - 1
        self._cells = (torch.arange(config.width)[:, None] * self._across + torch.arange(config.span)).flatten()

    def reseed(self, which: Tensor, grids: Tensor, chance: torch.Generator) -> None:
        """Start the atoms `which` from stretches of `grids` that begin with a note, most of them thinned out.

        Where all atoms start, the head has its lessons first, so that it can judge.
        """
        if len(which) == len(self.atoms):
            self._teach(grids, chance)
        if len(which):
            self._snip(which, grids, chance)

    def _teach(self, grids: Tensor, chance: torch.Generator) -> None:
        """Show the head what was played and the chords of it."""
        optimiser = torch.optim.Adam(self.head.parameters(), lr=_LESSON_RATE)
        for _ in range(_LESSONS):
            some = grids[torch.randint(len(grids), (self.config.batch,), generator=chance)]
            labels = torch.from_numpy(chords(some.numpy())).flatten()
            loss = functional.cross_entropy(self.head(some).flatten(0, 1), labels)
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()

    @torch.no_grad()
    def _snip(self, which: Tensor, grids: Tensor, chance: torch.Generator) -> None:
        rows = torch.randint(len(grids), (4 * len(which),), generator=chance)
        some = grids[rows]
        struck = (some[..., 0] > 0).nonzero()
        chosen = struck[torch.randint(len(struck), (len(which),), generator=chance)]
        planes = self._planes(some)
        cells = chosen[:, 1, None] * self._across + chosen[:, 2, None] + self._cells
        stretch = planes[chosen[:, 0, None], cells].view(len(which), *self.atoms.shape[1:])
        kept = torch.rand(len(which), 1, 1, 1, generator=chance) * 1.3
        thin = torch.rand(stretch.shape[:3], generator=chance)[..., None] < kept
        thin[:, 0, BELOW] = True
        self.atoms[which] = stretch * thin
        self.bound()

    @torch.no_grad()
    def bound(self) -> None:
        """Project onto what the problem allows: nothing below 0, nothing below the anchor at first, length 1."""
        self.atoms.clamp_(min=0)
        self.atoms[:, 0, :BELOW] = 0
        self.atoms.div_(self.atoms.flatten(1).norm(dim=1).clamp(min=_TINY)[:, None, None, None])

    def scaled(self, grids: Tensor) -> Tensor:
        """Rolls as the square counts them: lengths beside loudnesses."""
        return grids * torch.tensor([1.0, self.config.length_scale])

    @torch.no_grad()
    def pursue(self, grids: Tensor, count: int) -> Picks:
        """`count` picks for each roll, greedily; only what a pick touched is looked at again."""
        scaled = self.scaled(grids)
        batch, width, span = len(grids), self.config.width, self.config.span
        left, flat = self._planes(scaled), self.atoms.flatten(1)
        weight = None
        if self.config.emphasis:
            tones = torch.from_numpy(chord_tones(grids.numpy()))[..., None].expand(*grids.shape)
            weight = self._planes(1 + self.config.emphasis * tones)
        anchors = _anchors(grids, self._across)
        each = torch.arange(batch)
        gain, strength = (torch.zeros(anchors.there.shape) for _ in range(2))
        best = torch.zeros(anchors.there.shape, dtype=torch.long)
        fresh = anchors.there
        found: list[tuple[Tensor, Tensor, Tensor]] = []
        for _ in range(count):
            owner, place = fresh.nonzero(as_tuple=True)
            cells = anchors.starts[owner, place, None] + self._cells
            rows = left[owner[:, None], cells]
            heard = rows.flatten(1) @ flat.T
            louder = heard if weight is None else (rows * weight[owner[:, None], cells]).flatten(1) @ flat.T
            gains = (louder.clamp(min=0) * heard.clamp(min=0)).round(decimals=GAIN_DIGITS)
            gain[owner, place], best[owner, place] = gains.max(1)
            strength[owner, place] = heard.gather(1, best[owner, place][:, None])[:, 0]
            at = gain.argmax(1)
            atom, start = best[each, at], anchors.starts[each, at]
            force = strength[each, at] * (gain[each, at] >= LEAST_GAIN)
            found.append((atom, start, force))
            here = start[:, None] + self._cells
            left[each[:, None], here] -= force[:, None, None] * flat[atom].view(batch, -1, FEATURES)
            step, key = anchors.steps[each, at], anchors.keys[each, at]
            fresh = anchors.there & ((anchors.steps - step[:, None]).abs() < width)
            fresh = fresh & ((anchors.keys - key[:, None]).abs() < span)
        return Picks(*(torch.stack(part, 1) for part in zip(*found, strict=True)))

    @torch.no_grad()
    def fit(self, grids: Tensor, picks: Picks) -> Picks:
        """The same picks with all strengths fitted together, >= 0 (conjugate gradients, a few rounds)."""
        steps, planes, active = grids.shape[1], self._planes(self.scaled(grids)), (picks.strengths > 0).float()
        patches = self.atoms[picks.atoms].flatten(3).flatten(2)

        def heard(plane: Tensor) -> Tensor:
            cells = picks.starts[..., None] + self._cells
            rows = plane[torch.arange(len(plane))[:, None, None], cells].flatten(2)
            return (rows * patches).sum(-1) * active

        strengths = picks.strengths
        rest = heard(planes - self._laid(picks, steps, self.atoms))
        way, square = rest, rest.square().sum(1, keepdim=True)
        for _ in range(FIT_ROUNDS):
            turned = heard(self._laid(Picks(picks.atoms, picks.starts, way), steps, self.atoms))
            stride = torch.where(square < _TINY, 0.0, square / (way * turned).sum(1, keepdim=True).clamp(min=1e-12))
            strengths, rest = strengths + stride * way, rest - stride * turned
            before, square = square, rest.square().sum(1, keepdim=True)
            way = rest + square / before.clamp(min=1e-12) * way
        return Picks(picks.atoms, picks.starts, strengths.clamp(min=0))

    def lay(self, picks: Picks, steps: int, atoms: Tensor | None = None) -> Tensor:
        """The sum of the atoms picked, `(batch, steps, 88, 2)` as the square counts it, with gradient to the atoms."""
        laid = self._laid(picks, steps, self.atoms if atoms is None else atoms).view(
            len(picks.atoms), -1, self._across, FEATURES
        )
        return laid[:, :steps, BELOW : BELOW + KEYS]

    def loss(self, grids: Tensor, done: float, active: int, chance: torch.Generator) -> Tensor:
        """Squared error of a roll and what its chords cost, the sum over all budgets.

        The head learns from what was played only; of what was rebuilt it is a judge. Otherwise atoms and head would
        agree on signs for chords that nobody else hears.
        """
        steps = grids.shape[1]
        budgets = [-(-active * steps // SPAN) for active in self.config.actives]
        picks = self.pursue(grids, max(budgets))
        self.wins += torch.bincount(picks.atoms[picks.strengths > 0], minlength=len(self.wins))
        wanted, labels = self.scaled(grids), torch.from_numpy(chords(grids.numpy())).flatten()
        total = functional.cross_entropy(self.head(wanted).flatten(0, 1), labels, reduction="sum")
        spoken = torch.where(self.atoms > _FAINT, self.atoms, self.atoms.detach())
        ear = {name: value.detach() for name, value in self.head.state_dict().items()}
        for budget in budgets:
            fitted = self.fit(grids, picks.first(budget))
            total = total + (self.lay(fitted, steps) - wanted).square().sum()
            if self.config.chord_weight:
                said = torch.func.functional_call(self.head, ear, self.lay(fitted, steps, spoken)).flatten(0, 1)
                nats = functional.cross_entropy(said, labels, reduction="sum")
                total = total + self.config.chord_weight * nats
        return total / len(grids)

    @torch.no_grad()
    def rebuild(self, grids: Tensor, active_per_beat: int) -> Tensor:
        """What comes back of rolls at so many coefficients per half second."""
        steps = grids.shape[1]
        picks = self.pursue(grids, -(-active_per_beat * steps // SPAN))
        return self.lay(self.fit(grids, picks), steps) / self.scaled(torch.ones(FEATURES))

    @torch.no_grad()
    def name(self, rebuilt: Tensor) -> Tensor:
        """The chords `(batch, halves)` that the head hears in rebuilt rolls."""
        said: Tensor = self.head(self.scaled(rebuilt)).argmax(-1)
        assert said.max() < CHORDS
        return said

    def _planes(self, rolls: Tensor) -> Tensor:
        """Rolls with room around them, `(batch, cells, 2)`: an anchor's first cell is its step and key there."""
        above = self.config.span - 1 - BELOW
        return functional.pad(rolls, (0, 0, BELOW, above, 0, self.config.width - 1)).flatten(1, 2).contiguous()

    def _laid(self, picks: Picks, steps: int, atoms: Tensor) -> Tensor:
        batch, size = len(picks.atoms), (steps + self.config.width - 1) * self._across
        patches = (picks.strengths[..., None, None, None] * atoms[picks.atoms]).reshape(-1, FEATURES)
        cells = torch.arange(batch)[:, None, None] * size + picks.starts[..., None] + self._cells
        return torch.zeros(batch * size, FEATURES).index_add(0, cells.flatten(), patches).view(batch, size, FEATURES)


def _anchors(grids: Tensor, across: int) -> Anchors:
    """All notes of rolls, in order of time and pitch, filled up to the most of one roll."""
    owner, step, key = (grids[..., 0] > 0).nonzero(as_tuple=True)
    counts = torch.bincount(owner, minlength=len(grids))
    most = max(1, int(counts.max()))
    place = torch.arange(len(owner)) - (counts.cumsum(0) - counts)[owner]
    steps, keys = (torch.zeros(len(grids), most, dtype=torch.long) for _ in range(2))
    steps[owner, place], keys[owner, place] = step, key
    return Anchors(steps, keys, steps * across + keys, torch.arange(most) < counts[:, None])
