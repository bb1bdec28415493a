"""Strategies of hierarchical classification where the truth is known: a made-up world of singers.

Three levels as in Krause and Müller (2022): singing; female, male; soprano, mezzo, tenor, baritone, bass. Who sings
together has known probabilities, and what is observed is a mixture of them under Gaussian noise, so that the best
possible answers (the exact posterior of every class) are known, too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from training.losses.hierarchy import Children, asked_rows, bottom_up, consistency, down_loss, top_down, up_loss

NAMES = ("singing", "female", "male", "soprano", "mezzo", "tenor", "baritone", "bass")
TAXONOMY: Children = ((1, 2), (3, 4), (5, 6, 7), (), (), (), (), ())
LEVELS = ((3, 4, 5, 6, 7), (1, 2), (0,))
STRATEGIES = ("A", "B", "C", "D", "D a=1 b=1", "D a=1 b=0", "D a=0 b=1", "exact posterior")
_LEAVES = 5
_SIZE, _NOISE = 6, 0.9
_TRAIN, _TEST, _STEPS, _BATCH = 1500, 6000, 700, 128
_WIDTH = 48


class World:
    """Who sings, how it sounds, and what can be known from the sound."""

    def __init__(self, seed: int) -> None:
        random = np.random.default_rng(seed)
        self.states = np.array(list(product((0, 1), repeat=_LEAVES)))
        # Half of the time nobody sings; solos are likelier than duets, duets than more.
        size = self.states.sum(1)
        odds = np.where(size == 0, 0.0, 0.25**size) * random.uniform(0.5, 1.5, len(size))
        self.prior = np.where(size == 0, 0.5, 0.5 * odds / odds.sum())
        # Voices of one sex sound alike, which is what makes a lower level harder than the one above it.
        sex = random.normal(size=(2, _SIZE))[[0, 0, 1, 1, 1]]
        self.sounds = sex + 0.55 * random.normal(size=(_LEAVES, _SIZE))
        self.classes = labels(self.states)

    def draw(self, count: int, random: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Observations `(count, 6)` and labels `(count, 8)`."""
        state = random.choice(len(self.states), count, p=self.prior)
        seen = self.states[state] @ self.sounds + _NOISE * random.normal(size=(count, _SIZE))
        return torch.from_numpy(seen.astype(np.float32)), torch.from_numpy(self.classes[state].astype(np.float32))

    def posterior(self, seen: Tensor) -> Tensor:
        """The exact probability of every class, `(count, 8)`."""
        means = self.states @ self.sounds
        far = ((seen.numpy()[:, None].astype(np.float64) - means) ** 2).sum(2)
        weights = np.log(self.prior) - far / (2 * _NOISE**2)
        weights = np.exp(weights - weights.max(1, keepdims=True))
        return torch.from_numpy((weights / weights.sum(1, keepdims=True)) @ self.classes)


def labels(states: np.ndarray) -> np.ndarray:
    """Classes `(n, 8)` of who sings `(n, 5)`."""
    female, male = states[:, :2].any(1), states[:, 2:].any(1)
    return np.column_stack([female | male, female, male, states]).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Outcome:
    """F1 by level, the finest first (mean over its classes), gamma by class and its mean, and how often undefined."""

    f1: tuple[float, ...]
    gamma: float
    undefined: int


def run(seeds: Sequence[int]) -> dict[str, list[Outcome]]:
    """All strategies, trained anew for each seed with about as many multiplications each."""
    found: dict[str, list[Outcome]] = {name: [] for name in STRATEGIES}
    for seed in seeds:
        world = World(seed)
        seen, truth = world.draw(_TRAIN, np.random.default_rng([seed, 1]))
        new, wanted = world.draw(_TEST, np.random.default_rng([seed, 2]))
        for name in STRATEGIES:
            torch.manual_seed(seed)
            found[name].append(outcome(_answers(name, world, seen, truth, new, seed), wanted))
    return found


def _answers(name: str, world: World, seen: Tensor, truth: Tensor, new: Tensor, seed: int) -> Tensor:
    everything = list(range(len(NAMES)))
    if name == "exact posterior":
        return world.posterior(new)
    if name == "A":
        return _joined([(list(level), _WIDTH / 3**0.5) for level in LEVELS], seen, truth, new, seed)
    if name == "B":
        answers = _joined([(list(LEVELS[0]), _WIDTH)], seen, truth, new, seed)
        return bottom_up(answers, TAXONOMY)
    if name == "C":
        groups = [([0], _WIDTH / 2.0), *(([*below], _WIDTH / 2.0) for below in TAXONOMY if below)]
        answers = _joined(groups, seen, truth, new, seed, local=True)
        return top_down(answers, TAXONOMY, torch.full((len(NAMES),), 0.5))
    alpha, beta = (float(part[2:]) for part in name.split()[1:]) if " " in name else (0.0, 0.0)

    def levels(probabilities: Tensor) -> Tensor:
        return alpha * down_loss(probabilities, TAXONOMY) + beta * up_loss(probabilities, TAXONOMY)

    return _joined([(everything, _WIDTH)], seen, truth, new, seed, levels)


def _joined(
    groups: Sequence[tuple[list[int], float]],
    seen: Tensor,
    truth: Tensor,
    new: Tensor,
    seed: int,
    levels: Callable[[Tensor], Tensor] | None = None,
    local: bool = False,
) -> Tensor:
    """A network for each group of classes; their answers side by side, 0 for classes that none has."""
    answers = torch.zeros(len(new), len(NAMES))
    asked = asked_rows(truth, TAXONOMY)
    for classes, width in groups:
        rows = asked[:, classes[0]] if local else torch.ones(len(seen), dtype=torch.bool)
        net = _fit(seen[rows], truth[rows][:, classes], round(width), seed, levels)
        with torch.no_grad():
            answers[:, classes] = torch.sigmoid(net(new))
    return answers


def _fit(seen: Tensor, truth: Tensor, width: int, seed: int, levels: Callable[[Tensor], Tensor] | None) -> nn.Module:
    net = nn.Sequential(
        nn.Linear(seen.shape[1], width), nn.GELU(), nn.Linear(width, width), nn.GELU(), nn.Linear(width, truth.shape[1])
    )
    optimiser = torch.optim.AdamW(net.parameters(), 3e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, _STEPS)
    chance = torch.Generator().manual_seed(seed)
    for _ in range(_STEPS):
        rows = torch.randint(len(seen), (_BATCH,), generator=chance)
        logits = net(seen[rows])
        loss = binary_cross_entropy_with_logits(logits, truth[rows], reduction="none").sum(1).mean()
        if levels is not None:
            loss = loss + len(NAMES) * levels(torch.sigmoid(logits))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    return net


def outcome(probabilities: Tensor, truth: Tensor, threshold: float = 0.5) -> Outcome:
    """What answers are worth on new rows."""
    predicted = probabilities >= threshold
    known = truth > 0
    right = (predicted & known).sum(0).double()
    f1 = 2 * right / (predicted.sum(0) + known.sum(0)).clamp_min(1)
    gamma = consistency(predicted, TAXONOMY)
    return Outcome(tuple(float(f1[list(level)].mean()) for level in LEVELS), gamma.mean, gamma.undefined)


def table(found: dict[str, list[Outcome]]) -> list[str]:
    """Means and standard deviations over seeds, as Markdown."""
    lines = ["| strategy | F1 voice type | F1 sex | F1 singing | gamma | undefined |", "|---|---|---|---|---|---|"]
    for name, outcomes in found.items():
        f1 = np.array([one.f1 for one in outcomes])
        gamma = np.array([one.gamma for one in outcomes])
        cells = " | ".join(f"{mean:.3f} ± {sd:.3f}" for mean, sd in zip(f1.mean(0), f1.std(0), strict=True))
        undefined = sum(one.undefined for one in outcomes)
        lines.append(f"| {name} | {cells} | {gamma.mean():.3f} ± {gamma.std():.3f} | {undefined} |")
    return lines
