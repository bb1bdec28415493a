"""Batches of grids coded by matching pursuit, and the atoms learned from it: `livemusic.latent.pursuit` in torch.

A grid is `(batch, 27, steps)`, channel = feature * 9 + voice; the picks of a batch are three tensors `(batch, picks)`.
Picking and fitting need no gradient: at the best strengths the loss does not change with them to first order, so the
gradient of the atoms is that of the loss with the picks held (Mairal, Bach, Ponce and Sapiro, Online dictionary
learning, ICML 2009).
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional

from livemusic.latent.pursuit import FIT_RIDGE, FIT_ROUNDS, GAIN_DIGITS
from training.config import STEPS_PER_BEAT, FigureConfig, PursuitConfig
from training.losses.drums import limited
from training.models.wta import CHANNELS, VOICES

_ROWS = 4096


@dataclass(frozen=True, slots=True)
class Picks:
    """Which atoms, where and how strong, each `(batch, picks)`, in the order they were picked."""

    atoms: Tensor
    positions: Tensor
    strengths: Tensor

    def first(self, count: int) -> "Picks":
        """The picks of a smaller budget: pursuit never takes anything back."""
        return Picks(self.atoms[:, :count], self.positions[:, :count], self.strengths[:, :count])


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
    """Atoms `(atoms, 27, width)`, at most of length 1, hits never negative; started from `snippets` of the music."""

    def __init__(self, config: PursuitConfig) -> None:
        super().__init__()
        self.config: PursuitConfig = config
        self.atoms = nn.Parameter(torch.zeros(config.atoms, CHANNELS, config.width))
        self.wins = torch.zeros(config.atoms, dtype=torch.long)

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

    @torch.no_grad()
    def pursue(self, grids: Tensor, count: int) -> Picks:
        """`count` picks for each grid, greedily; only what a pick touched is looked at again."""
        batch, _, steps = grids.shape
        width, reach = self.config.width, self.config.width - 1
        patches = self.atoms.transpose(1, 2).contiguous()
        numerator = patches.flatten(1).T.contiguous()
        played = self._played(grids)
        struck, laid = played[..., :VOICES] > 0, torch.zeros_like(played)
        each, span = torch.arange(batch), torch.arange(width)
        rows = each[:, None]
        beats = -(-steps // STEPS_PER_BEAT)
        starts = struck[:, :steps].any(2)
        found: list[tuple[Tensor, Tensor, Tensor]] = []
        for number in range(count):
            if number in (0, beats):
                mask = self._mask(played, number + 1)
                opened = struck & (laid[..., :VOICES] >= 1)
                left = functional.pad(_unless(opened, mask * (played - laid)), (0, 0, reach, 0))
                opened = functional.pad(torch.cat([~opened, struck], 2).float(), (0, 0, reach, 0))
                gains = partial(self._gains, numerator, self._energy(patches, number + 1, beats))
                gain, best, strength = gains(_views(left[:, reach:], width), _views(opened[:, reach:], width))
            at = (gain.round(decimals=GAIN_DIGITS) * starts).argmax(1)
            atom = best[each, at]
            force = strength[each, at] * (gain[each, at] >= 10.0**-GAIN_DIGITS) * starts[each, at]
            found.append((atom, at, force))
            cells = at[:, None] + span
            here = laid[rows, cells] + force[:, None, None] * patches[atom]
            laid[rows, cells] = here
            done = struck[rows, cells] & (here[..., :VOICES] >= 1)
            left[rows, cells + reach] = _unless(done, mask[rows, cells] * (played[rows, cells] - here))
            opened[rows, cells + reach, :VOICES] = (~done).float()
            near = (at[:, None] + torch.arange(3 * reach + 1)).clamp(max=steps + 2 * reach - 1)
            fresh = gains(_views(left[rows, near], width), _views(opened[rows, near], width))
            places = at[:, None] - reach + torch.arange(2 * reach + 1)
            inside = (places >= 0) & (places < steps)
            owner = rows.expand_as(places)[inside]
            for kept, new in zip((gain, best, strength), fresh, strict=True):
                kept[owner, places[inside]] = new[inside]
        atoms, positions, strengths = (torch.stack(part, 1) for part in zip(*found, strict=True))
        return Picks(atoms, positions, strengths)

    @torch.no_grad()
    def fit(self, grids: Tensor, picks: Picks) -> Picks:
        """The same picks with all strengths fitted together, >= 0 (majorise and minimise, a few rounds)."""
        batch, count = picks.atoms.shape
        played = self._played(grids)
        mask = self._mask(played, count)
        laid = torch.zeros(batch, count, *played.shape[1:])
        cells = picks.positions[..., None] + torch.arange(self.config.width)
        laid[torch.arange(batch)[:, None, None], torch.arange(count)[:, None], cells] = self.atoms[
            picks.atoms
        ].transpose(2, 3)
        laid = laid.flatten(2)
        heard = laid * mask.flatten(1)[:, None]
        normal = heard @ laid.transpose(1, 2) + FIT_RIDGE * torch.eye(count)
        strengths = picks.strengths
        for _ in range(FIT_ROUNDS):
            sum_ = (strengths[:, None] @ laid).view_as(played)
            active = (strengths > 0).float()
            system = normal * active[:, :, None] * active[:, None] + torch.diag_embed(1 - active)
            target = (heard @ self.wanted(played, sum_).flatten(1)[..., None])[..., 0] + FIT_RIDGE * strengths
            strengths = torch.linalg.solve(system, target * active).clamp(min=0)
        return Picks(picks.atoms, picks.positions, strengths)

    def lay(self, picks: Picks, steps: int) -> Tensor:
        """The sum of the atoms picked, `(batch, steps + width - 1, 27)`, with gradient to the atoms."""
        batch, length = len(picks.atoms), steps + self.config.width - 1
        patches = (picks.strengths[..., None, None] * self.atoms[picks.atoms]).transpose(2, 3).reshape(-1, CHANNELS)
        cells = torch.arange(batch)[:, None, None] * length + picks.positions[..., None]
        cells = (cells + torch.arange(self.config.width)).flatten()
        return torch.zeros(batch * length, CHANNELS).index_add(0, cells, patches).view(batch, length, CHANNELS)

    def loss(self, grids: Tensor, done: float, active: int, chance: torch.Generator) -> Tensor:
        """Squared error of a grid, the sum over all budgets: the picks of a small one are the first of a large one."""
        steps = grids.shape[-1]
        played = self._played(grids)
        budgets = [-(-active * steps // STEPS_PER_BEAT) for active in self.config.actives]
        picks = self.pursue(grids, max(budgets))
        self.wins += torch.bincount(picks.atoms[picks.strengths > 0], minlength=len(self.wins))
        total = torch.zeros(())
        for budget in budgets:
            laid = self.lay(self.fit(grids, picks.first(budget)), steps)
            mask = self._mask(played, budget)
            total = total + (mask * (laid - self.wanted(played, laid.detach())).square()).sum()
        return total / len(grids)

    def wanted(self, played: Tensor, laid: Tensor) -> Tensor:
        """The nearest values to `laid` that satisfy: hits at least 1, rests 0, touch as played."""
        near = laid[..., :VOICES].clamp(min=1) * (played[..., :VOICES] > 0)
        return torch.cat([near, played[..., VOICES:]], 2)

    @torch.no_grad()
    def rebuild(self, grids: Tensor, active_per_beat: int) -> Tensor:
        """What comes back of grids at so many coefficients per beat."""
        steps = grids.shape[-1]
        picks = self.pursue(grids, -(-active_per_beat * steps // STEPS_PER_BEAT))
        return limited(*self.lay(self.fit(grids, picks), steps)[:, :steps].transpose(1, 2).chunk(3, 1))

    def _played(self, grids: Tensor) -> Tensor:
        """Grids as `(batch, steps + width - 1, 27)`, silent after their end."""
        return functional.pad(grids, (0, self.config.width - 1)).transpose(1, 2).contiguous()

    def _weights(self, picks: int, beats: int) -> Tensor:
        """What an error of each channel costs `(27,)` in a code of so many picks, first what is struck and then how."""
        config = self.config
        touch = (config.velocity_weight, config.offset_weight) if self.training else config.reading_weights
        share = config.early_touch if picks <= beats else 1.0
        return torch.tensor([1.0, *(share * weight for weight in touch)]).repeat_interleave(VOICES)

    def _mask(self, played: Tensor, picks: int) -> Tensor:
        """What an error of each cell costs: velocity and offset only where there is a hit."""
        struck = (played[..., :VOICES] > 0).float()
        beats = -(-(played.shape[1] - self.config.width + 1) // STEPS_PER_BEAT)
        return torch.cat([torch.ones_like(struck), struck, struck], 2) * self._weights(picks, beats)

    def _energy(self, patches: Tensor, picks: int, beats: int) -> Tensor:
        """Squares of the atoms, as they count where cells are open: `(width * 18, atoms)`, hits and touch."""
        hits, velocity, offset = (patches.square() * self._weights(picks, beats)).chunk(3, 2)
        return torch.cat([hits, velocity + offset], 2).flatten(1).T.contiguous()

    def _gains(self, numerator: Tensor, energy: Tensor, left: Tensor, opened: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """For each place `(batch, places, ...)`: what its best atom would explain, which one, and how strong."""
        shape, parts = left.shape[:2], []
        rows = (torch.split(part.flatten(0, 1), _ROWS) for part in (left, opened))
        for some, cells in zip(*rows, strict=True):
            along = (some @ numerator).clamp_(min=0)
            norm = (cells @ energy).add_(self.config.ridge)
            gain, best = (along.square() / norm).max(1)
            at = best[:, None]
            parts.append((gain, best, (along.gather(1, at) / norm.gather(1, at))[:, 0]))
        gain, best, strength = (torch.cat(part).view(shape) for part in zip(*parts, strict=True))
        return gain, best, strength


def _views(cells: Tensor, width: int) -> Tensor:
    """All stretches of `width` of `(batch, cells, channels)`, as `(batch, places, width * channels)`."""
    return cells.unfold(1, width, 1).transpose(2, 3).flatten(2)


def _unless(done: Tensor, rest: Tensor) -> Tensor:
    """`rest` `(..., 27)` with nothing left of hits that are `done` `(..., 9)`."""
    rest[..., :VOICES] *= ~done
    return rest
