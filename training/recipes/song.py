"""The source's experiment, one model for one song: its spectrogram, batches and losses, and recipes beside its own.

M-Lin-DM, Deep-Audio-Embedding: a spectrogram's windows become a path, and the path is to be foreseen. The recipe "seed"
is the source's own; the others change what the path is conditioned on.
"""

import dataclasses
import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from scipy.signal import spectrogram
from scipy.signal.windows import tukey
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from livemusic.dsp.resample import Resampler
from livemusic.dsp.samples import Samples
from livemusic.errors import MediaError
from training.data.audio import Rows
from training.losses.forecast import forecast_loss
from training.losses.rollout import roll_by_neighbours, rollout_loss, spread_of
from training.models.song import HALF_SECOND, TWO_SECONDS, SongModel

SAMPLE_RATE = 44100
FRAME = 1024
BINS = 94
"""Lines up to the one nearest 4 kHz."""
CONTEXT = 45
"""Successive embeddings from which the next velocity is foreseen."""
HEARD = 0.75
"""Share of a clip that its model is trained on."""
OWN_PASS = (43, 73)
"""Points before and after one that share sound with it or with what follows."""


@dataclass(frozen=True, slots=True)
class SongRecipe:
    """What decides a model: picture + alpha * one-step cosine + rollout * LSTM + neighbours * KNN + slowness * steps.

    `rollout` and `neighbours` weigh the squared error of a forecast of `steps` points by the recurrent network and by
    the nearest neighbours, `slowness` the mean squared step: all in units of the path's spread, so that none is won
    by shrinking. `drawn`: how many windows of a sequence the decoder draws.
    """

    frames: int = HALF_SECOND
    dim: int = 3
    alpha: float = 0.001
    rollout: float = 0.0
    neighbours: float = 0.0
    slowness: float = 0.0
    drawn: int = 1
    steps: int = 30
    epochs: int = 7
    batch: int = 8
    rate: float = 1e-3

    def __str__(self) -> str:
        """What differs from the source's recipe, so that a result can name what made it."""
        own = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        plain = {field.name: field.default for field in dataclasses.fields(self)}
        return ", ".join(f"{name}={value:g}" for name, value in own.items() if value != plain[name]) or "seed"

    @property
    def reach(self) -> int:
        """How many windows after the current one a training sample holds."""
        one_step = self.drawn == 1 and not (self.rollout or self.neighbours or self.slowness)
        return 1 if one_step else self.steps


SEED = SongRecipe()
SLOW = SongRecipe(alpha=0.0, slowness=0.02, drawn=8)
SONG: dict[str, SongRecipe] = {
    "seed": SEED,
    "pure": replace(SEED, alpha=0.0),
    "alpha-01": replace(SEED, alpha=0.01),
    "alpha-1": replace(SEED, alpha=0.1),
    "slow": SLOW,
    "pure-8": replace(SLOW, slowness=0.0),
    "rollout": replace(SLOW, rollout=0.0003),
    "neighbours": replace(SLOW, neighbours=0.0001),
    "2s-3d-pure": replace(SEED, frames=TWO_SECONDS, alpha=0.0),
    "2s-3d-seed": replace(SEED, frames=TWO_SECONDS),
    "2s-12d-pure": replace(SEED, frames=TWO_SECONDS, dim=12, alpha=0.0),
    "2s-12d-seed": replace(SEED, frames=TWO_SECONDS, dim=12),
}


def song_rows(sound: Samples) -> Rows:
    """The source's spectrogram of a whole song: `(n, 94)`, magnitudes between the song's least (0) and largest (1).

    Frames of 1024 samples without overlap, mean removed, Tukey window .4, lines up to 4 kHz. Raises `MediaError` for
    a song that is too short or silent.
    """
    if len(sound) < FRAME * (CONTEXT + HALF_SECOND + 2):
        raise MediaError(f"a song of {len(sound) / SAMPLE_RATE:.1f} s is too short: at least two seconds are needed")
    magnitudes = spectrogram(
        sound.astype(np.float64),
        SAMPLE_RATE,
        window=tukey(FRAME, 0.4),
        noverlap=0,
        scaling="spectrum",
        mode="magnitude",
    )[2][:BINS].T
    low, high = magnitudes.min(), magnitudes.max()
    if high <= low:
        raise MediaError("the song is silent, so there is nothing to embed")
    return np.ascontiguousarray((magnitudes - low) / (high - low), np.float32)


def train_song(rows: Rows, recipe: SongRecipe, seed: int) -> SongModel:
    """Fit a model to a song's rows `(n, 94)`; the same rows, recipe and seed give the same model.

    Recipes that differ only in their weights start from the same numbers and see the same batches.
    """
    torch.manual_seed(seed)
    model = SongModel(recipe.frames, rows.shape[1], recipe.dim).train()
    optimiser = torch.optim.Adam(model.parameters(), lr=recipe.rate, eps=1e-7, fused=True)
    track = torch.from_numpy(rows)
    for now in batches(len(rows), recipe, np.random.default_rng(seed)):
        parts = song_losses(model, track, torch.from_numpy(now), recipe)
        optimiser.zero_grad(set_to_none=True)
        parts["loss"].backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    return model.eval()


def batches(length: int, recipe: SongRecipe, rng: np.random.Generator) -> Iterator[np.ndarray[Any, np.dtype[np.int64]]]:
    """The current windows of every update, `(batch,)` each, as the source's input pipeline deals them.

    One sample for every window that has 44 before it. A reservoir of 70 % of them is drawn from and refilled in order;
    the order is dealt once and repeated, and an epoch is a batch shorter than it could be.
    """
    first, last = CONTEXT - 1, length - recipe.frames - max(2, recipe.reach)
    samples = last - first + 1
    if samples // recipe.batch < 2:
        raise MediaError(f"{length} rows of spectrogram are too few for windows of {recipe.frames}: play a longer song")
    waiting = iter(range(first, last + 1))
    reservoir = [next(waiting) for _ in range(int(samples * 0.7))]
    order = []
    while reservoir:
        place = int(rng.integers(len(reservoir)))
        order.append(reservoir[place])
        following = next(waiting, None)
        if following is None:
            reservoir[place] = reservoir[-1]
            reservoir.pop()
        else:
            reservoir[place] = following
    whole = len(order) // recipe.batch
    dealt = np.array(order[: whole * recipe.batch], np.int64).reshape(whole, recipe.batch)
    for update in range(recipe.epochs * (whole - 1)):
        yield dealt[update % whole]


def song_losses(model: SongModel, track: Tensor, now: Tensor, recipe: SongRecipe) -> dict[str, Tensor]:
    """The parts of the loss for the windows that begin at the rows `now` `(batch,)`, and `loss`, their weighted sum.

    Both sides of every forecast carry gradient, as in the source.
    """
    before = CONTEXT - 1 if recipe.alpha or recipe.rollout or recipe.neighbours else 0
    after = recipe.reach if before or recipe.reach > 1 else 0
    span = track[now[:, None] + torch.arange(-before, after + recipe.frames)]
    path = model.encoder(span)
    chosen = before + torch.arange(recipe.drawn) * (after // recipe.drawn)
    pictures = span.unfold(1, recipe.frames, 1)[:, chosen].transpose(2, 3)
    drawn = model.decoder(path[:, chosen].flatten(0, 1))
    parts = {"bce": binary_cross_entropy_with_logits(drawn, pictures.flatten(0, 1))}
    loss = parts["bce"]
    if recipe.alpha:
        foreseen = model.forecaster(path[:, :CONTEXT])
        parts["forecast"] = forecast_loss(foreseen, path[:, CONTEXT] - path[:, CONTEXT - 1])
        loss = loss + recipe.alpha * parts["forecast"]
    if recipe.rollout or recipe.neighbours or recipe.slowness:
        even = path / spread_of(path)
        if recipe.rollout:
            parts["rollout"] = rollout_loss(model.forecaster.roll(even[:, :CONTEXT], recipe.steps), even[:, CONTEXT:])
            loss = loss + recipe.rollout * parts["rollout"]
        if recipe.neighbours:
            parts["neighbours"] = _neighbours(even, now, recipe.steps)
            loss = loss + recipe.neighbours * parts["neighbours"]
        if recipe.slowness:
            parts["slowness"] = torch.diff(even, dim=1).square().sum(dim=-1).mean()
            loss = loss + recipe.slowness * parts["slowness"]
    return parts | {"loss": loss}


def _neighbours(path: Tensor, now: Tensor, steps: int) -> Tensor:
    """Each sequence foreseen by what the batch holds of other passes."""
    times = (now[:, None] + torch.arange(path.shape[1] - 1) - (CONTEXT - 1)).flatten()
    begins = now[:, None]
    allowed = (times < begins - OWN_PASS[0]) | (times > begins + OWN_PASS[1])
    points, velocities = path[:, :-1].flatten(0, 1), torch.diff(path, dim=1).flatten(0, 1)
    rolled = roll_by_neighbours(path[:, CONTEXT - 1], points, velocities, allowed, steps)
    return rollout_loss(rolled, path[:, CONTEXT:])


@torch.no_grad()
def song_path(model: SongModel, rows: Rows) -> np.ndarray[Any, np.dtype[np.float32]]:
    """The path of a song, `(n - frames + 1, dim)`: the point of the window that begins at each row."""
    return np.asarray(model.encoder(torch.from_numpy(rows)[None])[0].numpy(), np.float32)


def trained(rows: Rows, recipe: SongRecipe, seed: int, path: Path) -> tuple[SongModel, float]:
    """The model that `train_song` makes, and the seconds of processor time it took.

    From `path` where it was kept for the same recipe, seed and song.
    """
    made = f"{recipe}; seed {seed} of {hashlib.sha256(rows.tobytes()).hexdigest()}"
    if path.is_file():
        state = torch.load(path, weights_only=True)
        if state["made"] == made:
            model = SongModel(recipe.frames, rows.shape[1], recipe.dim)
            model.load_state_dict(state["model"])
            return model.eval(), float(state["cpu_s"])
    began = time.process_time()
    model = train_song(rows, recipe, seed)
    spent = round(time.process_time() - began, 1)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    torch.save({"made": made, "cpu_s": spent, "model": model.state_dict()}, partial)
    os.replace(partial, path)
    return model, spent


def seed_path(
    sound: Samples, sample_rate: int, recipe: SongRecipe = SEED, seed: int = 0
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float32]]:
    """The path that the source would draw of this song: train one model on all of it, and embed it.

    Mono `sound`; returns the seconds at which each window ends `(n,)` and the points `(n, dim)`. For comparison beside
    a model that has not seen the song; takes about ten seconds of processor time for half a minute of music.
    """
    resampler = Resampler(sample_rate, SAMPLE_RATE)
    rows = song_rows(np.concatenate([resampler.push(np.asarray(sound, np.float32)), resampler.flush()]))
    path = song_path(train_song(rows, recipe, seed), rows)
    return (np.arange(len(path)) + recipe.frames) * FRAME / SAMPLE_RATE, path
