"""The drum dictionary as it is trained and exported: a convolutional winner-take-all autoencoder with an atom at every
step.

After Makhzani and Frey, "Winner-Take-All Autoencoders", NIPS 2015 (arXiv 1409.2752): tied weights, convolutions, and
few winners. The encoder is a matching pursuit (Mallat and Zhang 1993) unrolled into stages: at each, atoms are held
against what is still unexplained, and a place wins that is ahead of all whose atoms would overlap with its own, so that
many win at once what a pursuit would find one after another (Moreau, Oudre and Vayatis, DICOD, ICML 2018). All
strengths are fitted together at the end. The decoder is one transposed convolution. Everything wraps around: a grid is
a loop, and a take is a loop with silence behind it.

A grid is `(batch, 27, steps)`, channel = feature * 9 + voice. Picking and fitting need no gradient: at the best
strengths the loss does not change with them to first order, so the gradient of the atoms is that of the loss with the
picks held (Mairal, Bach, Ponce and Sapiro, Online dictionary learning, ICML 2009).
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from math import gcd

import torch
from torch import Tensor, nn
from torch.nn import functional

from livemusic.latent.wta import GROUP, schedule
from training.config import STEPS_PER_BEAT, FigureConfig, PursuitConfig
from training.losses.drums import limited
from training.models.rows import at, entries
from training.models.wta import CHANNELS, VOICES

#: All atoms are heard at every fourth stage; in between each place asks the loudest atom of each of its eight loudest
#: groups, of about so many groups.
_HEARD, _ASKED, _GROUPS = 4, 8, 64
#: So much of an atom's touch is usually where there is a hit.
_STRUCK = 0.2
#: Gains are compared to this many digits, so that equals stay equals wherever they stand; less than one is silence.
_GAIN_DIGITS = 4
#: Rounds of the last fit, steps of conjugate gradients in each, and how strongly it holds on to what the pursuit said.
_FIT_ROUNDS, _FIT_STEPS, _FIT_RIDGE = 4, 2, 0.02
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Picks:
    """Which atoms, from which step on and how strong, each `(batch, slots)`, in the order they were picked; strength 0
    where a slot stayed empty."""

    atoms: Tensor
    positions: Tensor
    strengths: Tensor

    def first(self, count: int) -> "Picks":
        """The picks of a smaller budget: pursuit never takes anything back."""
        taken = self.strengths > 0
        return replace(self, strengths=self.strengths * (taken & (taken.cumsum(1) <= count)))


class AtomBank(nn.Module, ABC):
    """Atoms that learn with the picks held: they start as stretches of the music, and the lost ones start anew."""

    config: PursuitConfig | FigureConfig
    atoms: nn.Parameter
    wins: Tensor

    @abstractmethod
    def reseed(self, which: Tensor, grids: Tensor, chance: torch.Generator) -> None:
        """Start the atoms `which` from stretches of `grids`."""

    @abstractmethod
    def bound(self) -> None:
        """Project the atoms onto what the problem allows."""

    @abstractmethod
    def loss(self, grids: Tensor, done: float, active: int, chance: torch.Generator) -> Tensor:
        """What a batch costs when the share `done` of all updates is behind."""

    def renew(self, grids: Tensor, optimiser: torch.optim.Optimizer, chance: torch.Generator) -> int:
        """Lifetime sparsity: start atoms anew that won too seldom since the last time; returns how many."""
        lost = (self.wins < self.config.lifetime * self.wins.float().mean()).nonzero()[:, 0]
        self.wins.zero_()
        self.reseed(lost, grids, chance)
        for moments in optimiser.state.get(self.atoms, {}).values():
            if moments.shape == self.atoms.shape:
                moments[lost] = 0
        return len(lost)


class PursuitDictionary(AtomBank):
    """Atoms `(atoms, 27, width)`, at most of length 1, hits never negative; started from stretches of the music."""

    def __init__(self, config: PursuitConfig) -> None:
        super().__init__()
        self.config: PursuitConfig = config
        self.atoms = nn.Parameter(torch.zeros(config.atoms, CHANNELS, config.width))
        self.wins = torch.zeros(config.atoms, dtype=torch.long)

    def stored(self, atoms: Tensor) -> "PursuitDictionary":
        """The same with other `atoms`, to be read with only."""
        kept = PursuitDictionary(replace(self.config, atoms=len(atoms)))
        kept.atoms = nn.Parameter(atoms, requires_grad=False)
        return kept.eval()

    @torch.no_grad()
    def reseed(self, which: Tensor, grids: Tensor, chance: torch.Generator) -> None:
        """Start the atoms `which` from stretches of `grids` that begin with a hit; every second one keeps but a few."""
        if not len(which):
            return
        width = self.config.width
        padded = functional.pad(grids, (0, width - 1))
        starts = (grids[:, :VOICES].amax(1) > 0).nonzero()
        chosen = starts[torch.randint(len(starts), (len(which),), generator=chance)]
        cells = chosen[:, 1, None] + torch.arange(width)
        stretch = padded[chosen[:, 0, None], :, cells].transpose(1, 2)
        thin = torch.rand(len(which), VOICES, width, generator=chance) < 0.6
        thin[::2] = True
        thin |= ~(thin & (stretch[:, :VOICES] > 0)).flatten(1).any(1)[:, None, None]
        self.atoms[which] = stretch * thin.repeat(1, CHANNELS // VOICES, 1)
        self.bound()

    @torch.no_grad()
    def bound(self) -> None:
        """Project onto what the problem allows: hits >= 0 and atoms no longer than 1."""
        self.atoms[:, :VOICES].clamp_(min=0)
        self.atoms.div_(self.atoms.flatten(1).norm(dim=1).clamp(min=1.0)[:, None, None])

    def forward(self, grids: Tensor, shares: Tensor) -> Tensor:
        """The codes `(batch, atoms, steps)` of loops with at most as many coefficients as there are `shares`: how much
        velocity and offset count while each of them is picked."""
        picks = self.fit(grids, self.pursue(grids, shares), shares)
        loops = torch.arange(len(grids))[:, None].expand_as(picks.atoms)
        code = torch.zeros(len(grids), len(self.atoms), grids.shape[2])
        return code.index_put((loops, picks.atoms, picks.positions), picks.strengths, accumulate=True)

    @torch.no_grad()
    def pursue(self, grids: Tensor, shares: Tensor) -> Picks:
        """At most as many picks for each loop as there are `shares`."""
        batch, _, steps = grids.shape
        width, budget, stages = self.config.width, len(shares), self.config.stages
        cap = (budget + stages - 1) // stages
        # All loops lie end to end; of each cell those that an atom from there on covers, and its neighbours.
        place = torch.arange(steps)
        size = torch.ones_like(place).sum()
        loops = (torch.arange(batch) * size).view(batch, 1, 1)
        spans = (torch.remainder(place[:, None] + torch.arange(width), size) + loops).flatten(0, 1)
        reach = torch.tensor([step for step in range(1 - width, width) if step])
        beside = torch.remainder(place[:, None] + reach, size)
        # Of equal gains the earlier wins: whole numbers are compared, and those before are half of one ahead.
        first = (0.5 * (beside < place[:, None])).expand(batch, steps, len(reach)).flatten(0, 1)
        # What is still wanted: a hit that has enough wants no more, all else may have too much.
        left = grids.transpose(1, 2).flatten(0, 1)
        hits = torch.arange(CHANNELS) < VOICES
        struck = (left[:, :VOICES] > 0).repeat(1, CHANNELS // VOICES)
        enough = torch.zeros_like(left).masked_fill(~(struck & hits), -torch.inf)
        touch = (struck & ~hits).float().view(batch, steps, CHANNELS)
        # An atom may start where there is a hit. A row more stands for all other cells: it never wins.
        begins = struck.any(1)
        asking = torch.cat([begins.nonzero()[:, 0], torch.zeros_like(place[:1])])
        row_of = torch.where(begins, begins.long().cumsum(0) - 1, begins.sum())
        ridge = torch.where(torch.arange(len(asking)) < begins.sum(), self.config.ridge, torch.inf)[:, None, None]
        near = at(row_of[:, None], at((beside + loops).flatten(0, 1), asking))[..., 0]
        first = at(first, asking)[..., None]
        covered = at(spans, asking)
        covered = torch.stack([covered, covered + len(left)])
        rows, prices = self._sides()
        sides = torch.cat([rows, prices])
        # What each atom would pay here is counted while they learn; to read with them, what they usually pay will do.
        least, usual = prices[:, 0] * 0 + self.config.ridge, rows * self._usual(prices).rsqrt()[:, None]
        group = group_of(len(rows))
        asked = min(_ASKED, len(rows) // group)
        row = torch.arange(len(asking))[:, None]
        start, offers = row * len(rows) // group, row * asked
        laid = -self.atoms.float().transpose(1, 2).flatten(1)
        share_of = torch.cat([shares[-1:], shares.flip(0)])[:, None]
        remaining = torch.full_like(loops, budget)
        turn = torch.arange(cap)[:, None]
        found: list[tuple[Tensor, Tensor, Tensor]] = []
        for stage in range(stages):
            counts = (hits + touch * at(share_of, remaining)[..., 0]).flatten(0, 1)
            state = torch.cat([torch.maximum(left, enough) * counts, (left > enough) * counts])
            state = at(state, covered).flatten(2)
            if stage % _HEARD == 0:
                if self.training:
                    loud = functional.linear(state[0], rows) * functional.linear(state[1], prices, least).rsqrt()
                else:
                    loud = functional.linear(state[0], usual)
                groups = functional.max_pool1d(loud[:, None], group)[:, 0].topk(asked, 1).indices
                names = groups * group + at(loud.view(-1, group), groups + start).argmax(2)
                heard = at(sides, torch.stack([names, names + len(rows)]))
            said = heard @ state[..., None]
            along, paid = said[0], said[1]
            force = along.relu() / (paid + ridge)
            gain, best = (along * force).max(1)
            gain = (gain * 10**_GAIN_DIGITS).round()
            ahead = (at(gain, near) + first).amax(1)
            gains, positions = at(gain.masked_fill(ahead > gain, 0), row_of.view(batch, steps)).topk(cap, 1)
            won = (gains > 0) & (turn < remaining)
            cell = (positions + loops).flatten()
            chosen = entries(best + offers, entries(row_of, cell))
            atoms = entries(names, chosen)
            strengths = entries(force, chosen).where(won.flatten(), 0)
            put = (at(laid, atoms) * strengths[:, None]).view(-1, CHANNELS)
            left = left.index_add(0, at(spans, cell).flatten(), put)
            remaining = remaining - won.sum(1, keepdim=True)
            found.append((atoms.view_as(positions), positions, strengths.view_as(positions)))
        return Picks(*(torch.cat(part, 1)[..., 0] for part in zip(*found, strict=True)))

    @torch.no_grad()
    def fit(self, grids: Tensor, picks: Picks, shares: Tensor) -> Picks:
        """The same picks with all strengths fitted together, >= 0: majorise and minimise, by conjugate gradients."""
        batch, slots = picks.atoms.shape
        steps = grids.shape[2]
        played = grids.transpose(1, 2)
        struck = (played[..., :VOICES] > 0).float()
        touch = struck.repeat(1, 1, 2) * self._weights[VOICES:] * shares[-1]
        mask = torch.cat([torch.ones_like(struck), touch], 2).flatten(1)
        laid = self._each(picks, steps)
        heard = laid * mask[:, None]
        normal = heard @ laid.transpose(1, 2) + _FIT_RIDGE * torch.eye(slots)
        strengths = picks.strengths[:, None]
        for _ in range(_FIT_ROUNDS):
            hits = (strengths @ laid).view(batch, steps, CHANNELS)[..., :VOICES]
            wanted = torch.cat([hits.clamp(min=1) * struck, played[..., VOICES:]], 2).flatten(1)[:, None]
            active = (strengths > 0).float()
            system = normal * active * active.transpose(1, 2)
            target = wanted @ heard.transpose(1, 2) + _FIT_RIDGE * strengths
            rest = active * target - strengths @ system
            way, square = rest, rest.square().sum(2, keepdim=True)
            for _ in range(_FIT_STEPS):
                turned = way @ system
                stride = square / (way * turned).sum(2, keepdim=True).clamp(min=_TINY)
                strengths, rest = strengths + stride * way, rest - stride * turned
                before, square = square, rest.square().sum(2, keepdim=True)
                way = rest + square / before.clamp(min=_TINY) * way
            strengths = strengths.clamp(min=0)
        return Picks(picks.atoms, picks.positions, strengths[:, 0])

    def lay(self, picks: Picks, steps: int) -> Tensor:
        """The sum of the atoms picked, `(batch, steps, 27)`, with gradient to the atoms."""
        batch = len(picks.atoms)
        patches = (picks.strengths[..., None, None] * self.atoms[picks.atoms]).transpose(2, 3).reshape(-1, CHANNELS)
        cells = (picks.positions[..., None] + torch.arange(self.config.width)) % steps
        cells = (cells + torch.arange(batch)[:, None, None] * steps).flatten()
        return torch.zeros(batch * steps, CHANNELS).index_add(0, cells, patches).view(batch, steps, CHANNELS)

    def loss(self, grids: Tensor, done: float, active: int, chance: torch.Generator) -> Tensor:
        """Squared error of takes, the sum over all budgets: the picks of a small one are the first of a large one."""
        steps, takes = grids.shape[-1], self.quiet(grids)
        budgets = [-(-active * steps // STEPS_PER_BEAT) for active in self.config.actives]
        shares = self.shares(max(budgets), steps)
        picks = self.pursue(takes, shares)
        self.wins += torch.bincount(picks.atoms[picks.strengths > 0], minlength=len(self.wins))
        played = takes.transpose(1, 2)
        struck = (played[..., :VOICES] > 0).float()
        total = torch.zeros(())
        for budget in budgets:
            laid = self.lay(self.fit(takes, picks.first(budget), shares[:budget]), takes.shape[2])
            near = laid.detach()[..., :VOICES].clamp(min=1) * struck
            weights = self._weights[VOICES:] * shares[budget - 1]
            missed = (laid[..., :VOICES] - near).square().sum()
            off = (struck.repeat(1, 1, 2) * weights * (laid[..., VOICES:] - played[..., VOICES:]).square()).sum()
            total = total + missed + off
        return total / len(grids)

    @torch.no_grad()
    def rebuild(self, grids: Tensor, active_per_beat: int) -> Tensor:
        """What comes back of takes at so many coefficients per beat."""
        steps, takes = grids.shape[-1], self.quiet(grids)
        shares = self.shares(-(-active_per_beat * steps // STEPS_PER_BEAT), steps)
        laid = self.lay(self.fit(takes, self.pursue(takes, shares), shares), takes.shape[2])
        return limited(*laid[:, :steps].transpose(1, 2).chunk(3, 1))

    def quiet(self, grids: Tensor) -> Tensor:
        """Takes as loops: silent for as long after their end as an atom reaches."""
        return functional.pad(grids, (0, self.config.width - 1))

    def shares(self, picks: int, steps: int) -> Tensor:
        """How much velocity and offset count while each of so many picks is found."""
        return torch.from_numpy(schedule(picks, steps, self.config.early_touch))

    @property
    def _weights(self) -> Tensor:
        """What a squared error costs in each channel `(27,)`."""
        weights = torch.tensor([1.0, self.config.velocity_weight, self.config.offset_weight])
        return weights.repeat_interleave(VOICES)

    def _sides(self) -> tuple[Tensor, Tensor]:
        """What an atom explains of each cell, as much as its errors weigh, and what it would pay there if that is open,
        `(atoms, width * 27)` each."""
        atoms = self.atoms.float().transpose(1, 2)
        return (atoms * self._weights).flatten(1), (atoms.square() * self._weights).flatten(1)

    def _usual(self, prices: Tensor) -> Tensor:
        """What an atom usually pays: for all its hits, and for touch where there is a hit to be touched."""
        counts = torch.ones(CHANNELS).index_fill(0, torch.arange(VOICES, CHANNELS), _STRUCK)
        return prices @ counts.repeat(self.config.width) + self.config.ridge

    def _each(self, picks: Picks, steps: int) -> Tensor:
        """Each atom picked by itself where it lies, `(batch, slots, steps * 27)`."""
        batch, slots = picks.atoms.shape
        patches = at(self.atoms.float().transpose(1, 2).flatten(1), picks.atoms).view(-1, CHANNELS)
        size = torch.ones_like(torch.arange(steps)).sum()
        cells = torch.remainder(picks.positions[..., None] + torch.arange(self.config.width), size)
        cells = cells + (torch.arange(batch * slots) * size).view(batch, slots, 1)
        empty = torch.zeros(batch * slots * steps, CHANNELS)
        return empty.index_add(0, cells.flatten(), patches).view(batch, slots, steps * CHANNELS)


def group_of(atoms: int) -> int:
    """How many of so many atoms are heard as one group; `GROUP` holds whole groups, so that other atoms fit in."""
    return gcd(atoms, GROUP, 1 << max(1, atoms // _GROUPS).bit_length() - 1)


class Decoder(nn.Module):
    """Codes `(batch, atoms, steps)` to grids `(batch, 27, steps)`: the sum of the atoms, which wrap around; hits are
    cut to 0..1."""

    def __init__(self, atoms: Tensor) -> None:
        super().__init__()
        self.atoms = nn.Parameter(atoms, requires_grad=False)

    def forward(self, codes: Tensor) -> Tensor:
        batch, _, steps = codes.shape
        width = self.atoms.shape[2]
        said = codes.transpose(1, 2) @ self.atoms.float().transpose(1, 2).flatten(1)
        place = torch.arange(steps)
        size = torch.ones_like(place).sum()
        back = torch.remainder(place[:, None] - torch.arange(width), size)
        cells = (back + torch.arange(batch)[:, None, None] * size) * width + torch.arange(width)
        laid = at(said.view(-1, CHANNELS), cells.view(batch, steps, width)).sum(2)
        return torch.cat([laid[..., :VOICES].clamp(0, 1), laid[..., VOICES:]], 2).transpose(1, 2)
