"""The dictionary of piano figures as it is trained and exported: small shapes of notes that may begin at any step and
on any key.

Convolutional matching pursuit (Mallat and Zhang 1993) over time and pitch with plain squared error. A figure begins
with a note that was struck, its anchor. As for drums the pursuit is unrolled into stages, at each of which all anchors
win that are ahead of those whose figures would meet theirs. Figures are nowhere negative, so what an anchor would
explain only falls while others are laid down: what it was last heard to explain is the most it can, and it is heard
again only where that matters (lazy evaluation; Minoux 1978). So what the first stages find is to the last pick what a
search finds that takes the best of all anchors one after another; the strongest are the picks of a budget.

A roll is `(steps, 88, 3)`: loudness, length, and how much an error there counts while picks are chosen. Rolls of a
batch lie one behind the other with silence between. As for drums, picking and fitting need no gradient. The loss is the
squared error of the pitch vectors and, so that harmony survives, the cross-entropy of the chord that a small head reads
off what was rebuilt.
"""

from dataclasses import replace
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from livemusic.music.chord import CHORDS, FOLD, MEMORY, SPAN, chord_tones, chords
from livemusic.music.roll import FEATURES, KEYS, LOUDNESS
from livemusic.sketch.picks import BELOW
from training.config import FigureConfig
from training.models.pursuit import AtomBank
from training.models.rows import at

#: Stages of the pursuit, and in how many of them the greatest gain wins: a long crescendo is read one figure after
#: another so, and in the rest every fourth step is favoured by as much as this.
_STAGES, _STRICT, _FAVOUR = 12, 8, 0.5
#: From which share of its strongest neighbour's gain on an anchor is heard again.
_WORTH = 0.4
#: Gains are counted in ten-thousandths, so that equals stay equals; what gains less than `_LEAST` is no note.
_UNITS, _LEAST = 1e4, 200.0
#: So many atoms are heard at once: memory stays small however long a piece is.
_CHOIR = 512
#: Steps of conjugate gradients in the last fit.
_FIT_STEPS = 6
_TINY = 1e-9
#: What a figure says less loudly than this is none of its notes: the chord term says how loud its notes are, and adds
#: none, or every figure would end as a chord.
_FAINT = 0.03
_LESSONS, _LESSON_RATE = 300, 1e-2


class Picks(NamedTuple):
    """Which atoms, from which anchors on and how strong, each `(picks,)`, the greatest gain first."""

    atoms: Tensor
    anchors: Tensor
    strengths: Tensor


class Plane(NamedTuple):
    """A roll laid out with silence around it, a row for each cell: what was `played`, and what it `counts`.

    `struck` `(anchors, 2)`: step and key of its anchors, the last of them nobody's; `spans`: the rows that a figure
    from there on covers; `near`: the anchors that it would meet there, with half a unit for those that come `first`
    where both gain the same: in every fourth step at once, so that even notes need not wait for each other.
    """

    struck: Tensor
    spans: Tensor
    near: Tensor
    first: Tensor
    favour: Tensor
    played: Tensor
    counts: Tensor


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
        plane = self.plane(self.end_to_end(grids[rows]))
        chosen = torch.randint(len(plane.spans) - 1, (len(which),), generator=chance)
        stretch = at(plane.played, plane.spans[chosen]).view(len(which), *self.atoms.shape[1:])
        kept = torch.rand(len(which), 1, 1, 1, generator=chance) * 1.3
        thin = torch.rand(stretch.shape[:3], generator=chance)[..., None] < kept
        thin[:, 0, BELOW] = True
        self.atoms[which] = stretch / self._scale * thin
        self.bound()

    @torch.no_grad()
    def bound(self) -> None:
        """Project onto what the problem allows: nothing below 0, nothing below the anchor at first, length 1."""
        self.atoms.clamp_(min=0)
        self.atoms[:, 0, :BELOW] = 0
        self.atoms.div_(self.atoms.flatten(1).norm(dim=1).clamp(min=_TINY)[:, None, None, None])

    @property
    def _scale(self) -> Tensor:
        """What the square counts lengths beside loudnesses."""
        return torch.tensor([1.0, self.config.length_scale])

    def stored(self, atoms: Tensor) -> "FigureDictionary":
        """The same with other `atoms`, to be read with only."""
        kept = FigureDictionary(replace(self.config, atoms=len(atoms)))
        kept.atoms = nn.Parameter(atoms, requires_grad=False)
        kept.head.load_state_dict(self.head.state_dict())
        return kept.eval()

    def forward(self, roll: Tensor, schedule: Tensor) -> Tensor:
        """The code of a roll `(steps, 88, 3)`: a row of atom, step, key and strength for each of at most as many picks
        as `schedule` has numbers."""
        plane = self.plane(roll)
        picks = self.pursue(plane)
        some = (torch.arange(picks.atoms.shape[0]) < schedule.shape[0]).nonzero()[:, 0]
        picks = self.fit(plane, Picks(picks.atoms[some], picks.anchors[some], picks.strengths[some]))
        placed = plane.struck[picks.anchors].float()
        return torch.cat([picks.atoms[:, None].float(), placed, picks.strengths[:, None]], 1)

    def plane(self, roll: Tensor) -> Plane:
        """A roll `(steps, 88, 3)` laid out."""
        width, span = self.config.width, self.config.span
        there = roll[..., LOUDNESS] > 0
        struck = torch.cat([there.nonzero(), torch.zeros(1, 2, dtype=torch.long)])
        step, key = struck.unbind(1)
        count = struck.shape[0]
        torch._check(count < 1 << 31)  # type: ignore[no-untyped-call]
        counted = functional.pad(there.sum(1).cumsum(0), (width, width - 1))
        counted[-width + 1 :] = counted[-width]
        low, high = counted[step], counted[step + 2 * width - 1]
        place = torch.arange(count)[:, None]
        near = low[:, None] + torch.arange((high - low).max().item())
        apart = (key[near.clamp(max=count - 1)] - key[:, None]).abs()
        meets = (near < high[:, None]) & (apart < span) & (near != place)
        near = torch.where(meets, near, count - 1)
        turn, favour = step % width * KEYS + key, 1 - _FAVOUR * (step % width) / width
        above = span - 1 - BELOW
        cells = functional.pad(roll, (0, 0, BELOW, above, 0, width - 1)).flatten(0, 1)
        spans = (step * self._across + key)[:, None] + self._cells
        first = 0.5 * (turn[near] < turn[:, None])
        return Plane(struck, spans, near, first, favour, cells[:, :FEATURES] * self._scale, cells[:, FEATURES:])

    @torch.no_grad()
    def pursue(self, plane: Plane) -> Picks:
        """All picks that a roll is worth."""
        atoms = self.atoms.float().flatten(1)
        left = plane.played
        gain, best, force = self._heard(left, plane, torch.arange(plane.struck.shape[0]), atoms)
        place = torch.arange(gain.shape[0])
        fresh = place < gain.shape[0] - 1
        gain = gain * fresh
        found: list[tuple[Tensor, ...]] = []
        for stage in range(_STAGES):
            rank = gain if stage < _STRICT else (gain * plane.favour).round()
            ahead = (at(rank[:, None], plane.near).flatten(1) + plane.first).amax(1)
            wins = fresh & (rank >= ahead) & (gain >= _LEAST)
            found.append((gain * wins, best, place, force))
            fresh = fresh & ~wins & (at(wins[:, None].float(), plane.near).flatten(1).amax(1) == 0)
            ask = ~fresh & (rank >= _WORTH * ahead) & (gain >= _LEAST)
            asked = ask.nonzero()[:, 0]
            put = atoms[best[asked]] * (force * wins)[asked, None]
            left = left.index_add(0, plane.spans[asked].flatten(), -put.view(-1, FEATURES))
            known = zip((gain, best, force), self._heard(left, plane, asked, atoms), strict=True)
            gain, best, force = (told.index_put((asked,), new) for told, new in known)
            fresh = fresh | ask
        gains, *parts = (torch.stack(part).flatten() for part in zip(*found, strict=True))
        some = (gains > 0).nonzero()[:, 0]
        order = some[gains[some].sort(descending=True).indices]
        return Picks(*(part[order] for part in parts))

    def _heard(self, left: Tensor, plane: Plane, asked: Tensor, atoms: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What the best atom at each anchor would gain of what is left, which one that is, and how strong."""
        spans = plane.spans[asked]
        rows = at(left, spans)
        louder = (rows * at(plane.counts, spans)).flatten(1)
        rows = rows.flatten(1)
        each = [((rows @ some.T) * (louder @ some.T).clamp(min=0)).max(1) for some in torch.split(atoms, _CHOIR)]
        gain, choir = torch.stack([gain for gain, _ in each], 1).max(1)
        best = choir * _CHOIR + torch.stack([best for _, best in each], 1).gather(1, choir[:, None])[:, 0]
        return (gain * _UNITS).round(), best, (atoms[best] * rows).sum(1)

    @torch.no_grad()
    def fit(self, plane: Plane, picks: Picks) -> Picks:
        """The same picks with all strengths fitted together, >= 0: least squares by conjugate gradients."""
        spans, patches = plane.spans[picks.anchors], self.atoms.float().flatten(1)[picks.atoms]

        def heard(cells: Tensor) -> Tensor:
            return (at(cells, spans).flatten(1) * patches).sum(1)

        strengths = picks.strengths
        rest = heard(plane.played - self._laid(plane, picks, patches))
        way, square = rest, rest.square().sum()
        for _ in range(_FIT_STEPS):
            turned = heard(self._laid(plane, picks._replace(strengths=way), patches))
            stride = square / (way * turned).sum().clamp(min=_TINY)
            strengths, rest = strengths + stride * way, rest - stride * turned
            before, square = square, rest.square().sum()
            way = rest + square / before.clamp(min=_TINY) * way
        return picks._replace(strengths=strengths.clamp(min=0))

    def _laid(self, plane: Plane, picks: Picks, patches: Tensor) -> Tensor:
        said = (patches * picks.strengths[:, None]).view(-1, FEATURES)
        return torch.zeros_like(plane.played).index_add(0, plane.spans[picks.anchors].flatten(), said)

    def lay(self, plane: Plane, picks: Picks, count: int, atoms: Tensor | None = None) -> Tensor:
        """The sum of the atoms picked in `count` rolls end to end, `(count, steps, 88, 2)` as the square counts
        it, with gradient to the atoms."""
        laid = self._laid(plane, picks, (self.atoms if atoms is None else atoms).flatten(1)[picks.atoms])
        rolls = laid.view(-1, self._across, FEATURES)[: 1 - self.config.width, BELOW : BELOW + KEYS]
        return rolls.reshape(count, -1, KEYS, FEATURES)[:, : 1 - self.config.width]

    def loss(self, grids: Tensor, done: float, active: int, chance: torch.Generator) -> Tensor:
        """Squared error of a roll and what its chords cost, the sum over all budgets.

        The head learns from what was played only; of what was rebuilt it is a judge. Otherwise atoms and head would
        agree on signs for chords that nobody else hears.
        """
        batch, steps = grids.shape[:2]
        plane = self.plane(self.end_to_end(grids))
        found = self.pursue(plane)
        budgets = [-(-active * steps // SPAN) for active in self.config.actives]
        wanted, labels = grids * self._scale, torch.from_numpy(chords(grids.numpy())).flatten()
        total = functional.cross_entropy(self.head(wanted).flatten(0, 1), labels, reduction="sum")
        spoken = torch.where(self.atoms > _FAINT, self.atoms, self.atoms.detach())
        ear = {name: value.detach() for name, value in self.head.state_dict().items()}
        for budget in sorted(budgets):
            picks = self.fit(plane, self.first(plane, found, budget, steps))
            total = total + (self.lay(plane, picks, batch) - wanted).square().sum()
            if self.config.chord_weight:
                said = torch.func.functional_call(self.head, ear, self.lay(plane, picks, batch, spoken)).flatten(0, 1)
                nats = functional.cross_entropy(said, labels, reduction="sum")
                total = total + self.config.chord_weight * nats
        self.wins += torch.bincount(picks.atoms, minlength=len(self.wins))
        return total / len(grids)

    @torch.no_grad()
    def rebuild(self, grids: Tensor, active_per_beat: int) -> Tensor:
        """What comes back of rolls `(batch, steps, 88, 2)` at so many coefficients per half second."""
        batch, steps = grids.shape[:2]
        plane = self.plane(self.end_to_end(grids))
        picks = self.first(plane, self.pursue(plane), -(-active_per_beat * steps // SPAN), steps)
        return self.lay(plane, self.fit(plane, picks), batch) / self._scale

    @torch.no_grad()
    def name(self, rebuilt: Tensor) -> Tensor:
        """The chords `(batch, halves)` that the head hears in rebuilt rolls."""
        said: Tensor = self.head(rebuilt * self._scale).argmax(-1)
        assert said.max() < CHORDS
        return said

    def end_to_end(self, grids: Tensor) -> Tensor:
        """Rolls `(batch, steps, 88, 2)` as one `(steps, 88, 3)`, silence behind each, notes of chords emphasised."""
        counts = 1 + self.config.emphasis * torch.from_numpy(chord_tones(grids.numpy())).float()
        rolls = torch.cat([grids, counts[..., None]], 3)
        return functional.pad(rolls, (0, 0, 0, 0, 0, self.config.width - 1)).flatten(0, 1)

    def first(self, plane: Plane, picks: Picks, budget: int, steps: int) -> Picks:
        """The first picks of each roll of so many `steps`: what a smaller budget would have found."""
        whose = plane.struck[picks.anchors, 0] // (steps + self.config.width - 1)
        order = whose.sort(stable=True).indices
        counts = torch.bincount(whose)
        turn = torch.arange(len(order)) - (counts.cumsum(0) - counts)[whose[order]]
        some = order[turn < budget].sort().values
        return Picks(*(part[some] for part in picks))


class FigureDecoder(nn.Module):
    """Codes, a row of atom, step, key and strength for each pick, to rolls `(steps, 88, 2)` as long as they reach."""

    def __init__(self, atoms: Tensor, length_scale: float) -> None:
        super().__init__()
        self.atoms = nn.Parameter(atoms, requires_grad=False)
        self.scale = torch.tensor([1.0, length_scale])

    def forward(self, code: Tensor) -> Tensor:
        width, span = self.atoms.shape[1:3]
        across = KEYS + span - 1
        atom, step, key = code[:, :3].long().unbind(1)
        cells = (torch.arange(width)[:, None] * across + torch.arange(span)).flatten()
        said = self.atoms.float().flatten(1)[atom] * code[:, 3:]
        steps: Any = torch.cat([step, torch.zeros(1, dtype=torch.long)]).max().item() + width
        laid = torch.zeros(steps * across, FEATURES).index_add(
            0, ((step * across + key)[:, None] + cells).flatten(), said.view(-1, FEATURES)
        )
        return laid.view(steps, across, FEATURES)[:, BELOW : BELOW + KEYS] / self.scale
