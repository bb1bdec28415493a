"""What keeps soft-DTW with weak targets from collapsing, on sequences of which the truth is known.

Random binary targets: each sequence holds `TARGETS` chords of `CLASSES` notes, each for another while, `FRAMES`
frames in all; a small network hears them mixed and noisy and is told only which chords came in which order (the weak
targets W1 of Krause, Weiss and Mueller 2023; the setting of Zeitler et al. 2023 without its recordings).
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from training.losses.diagonals import Ways
from training.losses.softdtw import ENTERING, PLAIN, soft_alignment, soft_dtw, squared_distances
from training.losses.stabilizers import annealed, diagonal_penalty, unfolded
from training.progress import progress

FRAMES, TARGETS, CLASSES = 200, 20, 12
EPOCHS, BATCHES, BATCH = 30, 10, 8
_HEARD, _NOISE, _LIKELY, _SHORTEST = 24, 0.6, 0.25, 3
_COLD = 0.1


@dataclass(frozen=True, slots=True)
class Way:
    """How the network is told what to say. `gamma` and `prior` (the weight of the diagonal prior): by epoch.
    `unfold`: by targets repeated to the number of frames."""

    words: str
    gamma: Callable[[int], float] = lambda _: _COLD
    prior: Callable[[int], float] = lambda _: 0.0
    ways: Ways = PLAIN
    unfold: bool = False


WAYS: dict[str, Way] = {
    "constant": Way("constant temperature .1"),
    "constant-10": Way("constant temperature 10", gamma=lambda _: 10.0),
    "schedule": Way("temperature 10 for 10 epochs, falling to .1 over 10 more", gamma=annealed),
    "prior": Way(
        "diagonal prior, weight 3 for 5 epochs, falling to 0 over 5 more",
        prior=lambda epoch: annealed(epoch, 3, 0, 5, 5),
    ),
    "unfolding": Way("targets repeated to the number of frames", unfold=True),
    "entering": Way("steps [1, 0, 1]: only entering a target costs", ways=ENTERING),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one training, on sequences never heard: `f` of notes in frames at threshold .5; `error`: how many
    targets away from the true one a frame is aligned on average (the soft alignment error), `off`: how much of the
    alignment is not on the true target; `largest`: the share of frames of a sequence on the one target that has most
    (the truth's own is about .1); `error_then`: the error after the first epoch."""

    way: str
    seed: int
    f: float
    error: float
    off: float
    largest: float
    error_then: float


class World:
    """Sequences without end, from one seed."""

    def __init__(self, seed: int) -> None:
        self._seed, self._random = seed, np.random.default_rng(seed)
        self._mixing = self._random.normal(size=(CLASSES, _HEARD)) / np.sqrt(CLASSES * _LIKELY)

    def unheard(self, count: int) -> tuple[Tensor, Tensor, Tensor]:
        """Sequences that `draw` does not give, mixed the same way."""
        self._random = np.random.default_rng(self._seed + 10_000)
        return self.draw(count)

    def draw(self, count: int) -> tuple[Tensor, Tensor, Tensor]:
        """What is heard `(count, frames, heard)`, the chords `(count, targets, classes)`, and which of them sounds when
        `(count, frames)`."""
        random = self._random
        chords = (random.random((count, TARGETS, CLASSES)) < _LIKELY).astype(np.float32)
        same = np.r_["1", np.zeros((count, 1), bool), (chords[:, 1:] == chords[:, :-1]).all(2)] | ~chords.any(2)
        for sequence, target in np.argwhere(same):  # no two alike in a row, no silence
            chords[sequence, target] = 0
            free = np.flatnonzero(chords[sequence, target - 1] == 0) if target else np.arange(CLASSES)
            chords[sequence, target, random.choice(free)] = 1
        spare = FRAMES - _SHORTEST * TARGETS
        lengths = _SHORTEST + np.stack(
            [random.multinomial(spare, random.dirichlet(np.full(TARGETS, 1.5))) for _ in range(count)]
        )
        true = np.stack([np.repeat(np.arange(TARGETS), length) for length in lengths])
        sounding = np.take_along_axis(chords, true[:, :, None], 1)
        heard = sounding @ self._mixing + _NOISE * random.normal(size=(count, FRAMES, _HEARD))
        return torch.from_numpy(heard.astype(np.float32)), torch.from_numpy(chords), torch.from_numpy(true)


def network() -> nn.Sequential:
    """Two convolutions: heard `(batch, heard, frames)` to log-odds of notes `(batch, classes, frames)`."""
    return nn.Sequential(nn.Conv1d(_HEARD, 32, 5, padding=2), nn.LeakyReLU(0.3), nn.Conv1d(32, CLASSES, 5, padding=2))


def train(name: str, seeds: Sequence[int]) -> list[Outcome]:
    """Train one network for each seed in one way, side by side, and judge them. `name`: one of `WAYS`, or "strong" for
    aligned targets."""
    models = []
    for seed in seeds:
        torch.manual_seed(seed)
        models.append(network())
    worlds, tests = [World(seed) for seed in seeds], [World(seed).unheard(16) for seed in seeds]
    optimizer = torch.optim.Adam([weight for model in models for weight in model.parameters()], 3e-3)
    then = []
    for epoch in range(EPOCHS):
        for _ in range(BATCHES):
            drawn = [world.draw(BATCH) for world in worlds]
            said = torch.cat([model(heard.mT).sigmoid().mT for model, (heard, _, _) in zip(models, drawn, strict=True)])
            chords, true = torch.cat([chords for _, chords, _ in drawn]), torch.cat([true for _, _, true in drawn])
            if name == "strong":
                loss = (said - chords.gather(1, true[:, :, None].expand_as(said))).square().sum(2).mean()
            else:
                loss = weak_loss(said, chords, WAYS[name], epoch)
            optimizer.zero_grad()
            torch.autograd.backward(loss * len(seeds))
            optimizer.step()
        if not epoch:
            then = [judge(model, *test)["error"] for model, test in zip(models, tests, strict=True)]
    return [
        Outcome(name, seed, **judge(model, *test), error_then=error)
        for seed, model, test, error in zip(seeds, models, tests, then, strict=True)
    ]


def weak_loss(said: Tensor, chords: Tensor, way: Way, epoch: int) -> Tensor:
    """Soft-DTW of what is said `(batch, frames, classes)` with chords `(batch, targets, classes)`, for each frame."""
    targets = unfolded(chords, FRAMES) if way.unfold else chords
    cost = squared_distances(targets, said)
    if weight := way.prior(epoch):
        cost = cost + weight * diagonal_penalty(targets.shape[1], FRAMES)
    return soft_dtw(cost, way.gamma(epoch), way.ways).mean() / FRAMES


@torch.no_grad()
def judge(model: nn.Module, heard: Tensor, chords: Tensor, true: Tensor) -> dict[str, float]:
    """The figures of an `Outcome`, all with the same alignment: temperature .1, plain steps, of chords as they came."""
    said = model(heard.mT).sigmoid().mT
    alignment = soft_alignment(squared_distances(chords, said), _COLD)
    alignment = alignment / alignment.sum(1, keepdim=True)
    away = (torch.arange(TARGETS)[:, None] - true[:, None]).abs()
    there, sounding = said > 0.5, chords.gather(1, true[:, :, None].expand_as(said)) > 0.5
    right = (there & sounding).sum()
    return {
        "f": float(2 * right / (there.sum() + sounding.sum())),
        "error": float((alignment * away).sum(1).mean()),
        "off": float((alignment * (away > 0)).sum(1).mean()),
        "largest": float((alignment.sum(2) / FRAMES).amax(1).mean()),
    }


def measure(results: Path, seeds: int) -> list[Outcome]:
    """Outcomes of all ways and of aligned targets, for so many seeds; those that are in the file are not trained
    again."""
    results.parent.mkdir(parents=True, exist_ok=True)
    for way in progress(("strong", *WAYS), "collapse", "way"):
        there = {outcome.seed for outcome in read_outcomes(results) if outcome.way == way}
        if wanted := [seed for seed in range(seeds) if seed not in there]:
            lines = [
                {key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(outcome).items()}
                for outcome in train(way, wanted)
            ]
            with results.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(line) + "\n" for line in lines)
    return [outcome for outcome in read_outcomes(results) if outcome.seed < seeds]


def read_outcomes(results: Path) -> list[Outcome]:
    """What is in a results file, nothing where there is none."""
    if not results.is_file():
        return []
    return [Outcome(**json.loads(line)) for line in results.read_text(encoding="utf-8").splitlines()]
