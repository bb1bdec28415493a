"""Lays a song out in three dimensions: what sounds alike is near, and the path runs smoothly and as it did before.

Metric multidimensional scaling by stochastic gradient descent (Zheng, Pawar and Goodman 2018, of Kruskal's stress) of
the song's own spectrogram windows, with two further terms: the mean of 1 - cos between successive steps of the path,
and how far the next steps differ from those that followed its nearest neighbours (the error of the forecast).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from livemusic.latent.points import Points, brightness
from livemusic.latent.view import Array, View

Floats = npt.NDArray[np.float32]

#: A window is as long as what the encoder hears: half a second.
WINDOW = 22
#: At most so many moments of a song are laid out; what lies between them follows.
_KNOTS = 4096
#: A window is told by so many numbers; of a long song so many windows say which.
_KEPT, _SEEN = 48, 800
#: Moments whose distances to others are looked at in one step.
_BATCH, _OTHERS = 120, 1500
_NEIGHBOURS, _ASKED, _LOOK_EVERY = 5, 300, 5
#: A passage is no neighbour of itself within so many points.
_OWN = 60
#: By so many times what successive windows differ in (their median square) two moments may differ and be the same; no
#: more than so much of the mean square of all.
_NOISE, _MOST_NOISE = 1.5, 0.3
#: Two moments that are drawn too far apart count so many times as much as two that are too near: they tear the path.
_APART = np.float32(2.5)
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Taste:
    """How much smoothness and foresight weigh beside the distances, and how many steps are made.

    `ahead`: how many points later the path is compared with what followed its neighbours.
    """

    steps: int = 500
    rate: float = 0.03
    smooth: float = 0.04
    foreseen: float = 0.015
    ahead: tuple[int, ...] = (1, 4, 10, 20)
    seed: int = 0


#: For a path that is whole, and what is worth the time when a song is learned.
FINAL, LEARNING = Taste(steps=1500), Taste(steps=3500)


def layout(
    points: Points,
    taste: Taste = Taste(),
    before: View | None = None,
    told: Callable[[float], None] = lambda share: None,
) -> View:
    """The view of a path that has been heard so far; the same path, the same view.

    `before`: begin from another view, and turn the new one to it. `told` hears how much is done, 0..1. `ValueError`
    where there is too little to lay out, or no spectra.
    """
    count, bands = len(points.rows), points.spectra.shape[1]
    if count < 4 or not bands:
        raise ValueError(f"{count} points of {bands} bands cannot be laid out")
    every = -(-count // _KNOTS)
    knots = np.arange(0, count, every)
    z = points.z[knots].astype(np.float64)
    origin = z.mean(axis=0)
    target = _coordinates(_windows(brightness(points.spectra), knots))
    begin = target[:, :3].copy() if before is None else _even(before.place(points.z)[knots])
    places = _descend(target, begin, taste, every, told)
    if before is not None:
        places = _turned(places, begin)
    places = places - places.mean(axis=0)
    # what of it a projection of z can say, and the rest
    centred = z - origin
    weak = 1e-2 * (centred.var() + _TINY) * np.eye(z.shape[1])
    matrix = np.linalg.solve(centred.T @ centred / len(z) + weak, centred.T @ places / len(z)).T
    offsets = places - centred @ matrix.T
    return View(origin.astype(np.float32), matrix.astype(np.float32), offsets.astype(np.float32), every)


def _windows(rows: Floats, ends: npt.NDArray[np.intp]) -> Floats:
    """Windows `(k, WINDOW * bands)` that end with rows `ends`; before the first row it is dark."""
    padded = np.concatenate([np.zeros((WINDOW - 1, rows.shape[1]), np.float32), rows])
    return np.asarray(padded[ends[:, None] + np.arange(WINDOW)].reshape(len(ends), -1), np.float32)


def _coordinates(windows: Floats) -> Floats:
    """Windows as their principal coordinates `(k, <= _KEPT)`, widest first, at a mean distance of 1."""
    seen = windows[:: -(-len(windows) // _SEEN)]
    mean = seen.mean(axis=0)
    axes = np.linalg.svd(seen - mean, full_matrices=False)[2][:_KEPT]
    axes = axes * np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])[:, None]
    coordinates = (windows - mean) @ axes.T
    if coordinates.shape[1] < 3:
        coordinates = np.pad(coordinates, ((0, 0), (0, 3 - coordinates.shape[1])))
    pairs = np.random.default_rng(0).integers(0, len(windows), (2, 4000))
    apart = np.linalg.norm(coordinates[pairs[0]] - coordinates[pairs[1]], axis=1).mean()
    return np.asarray(coordinates / max(float(apart), 1e-6), np.float32)


def _descend(target: Floats, begin: Floats, taste: Taste, every: int, told: Callable[[float], None]) -> Floats:
    """Places `(k, 3)` whose distances are those of `target`, from `begin` on, by Adam."""
    random = np.random.default_rng(taste.seed)
    places = begin.astype(np.float32)
    squares = np.einsum("nd,nd->n", target, target)
    hops = np.diff(target, axis=0)
    noise = min(_NOISE * float(np.median(np.einsum("nd,nd->n", hops, hops))), _MOST_NOISE) if every == 1 else 0.0
    mean, spread = np.zeros_like(places), np.zeros_like(places)
    foresight = _Foresight([max(1, round(step / every)) for step in taste.ahead], _OWN // every)
    for step in range(taste.steps):
        slope = np.zeros_like(places)
        _keep_distances(slope, places, target, squares, noise, random)
        _keep_smooth(slope, places, taste.smooth)
        if taste.foreseen:
            foresight.keep(slope, places, taste.foreseen, step, random)
        mean += 0.1 * (slope - mean)
        spread += 0.01 * (slope * slope - spread)
        size = taste.rate * (1 - step / taste.steps) + 0.0005
        correction = np.sqrt(1 - 0.99 ** (step + 1)) / (1 - 0.9 ** (step + 1))
        places -= np.float32(size * correction) * mean / (np.sqrt(spread) + np.float32(1e-8))
        if step % 20 == 0:
            told(step / taste.steps)
    told(1.0)
    return places


def _keep_distances(
    slope: Floats, places: Floats, target: Floats, squares: Floats, noise: float, random: np.random.Generator
) -> None:
    """The slope of the mean squared difference of distances, between some moments and many others.

    `noise` is taken off the squares of the distances that are wanted.
    """
    count = len(places)
    some = random.integers(0, count, min(_BATCH, count))
    others = random.permutation(count)[:_OTHERS] if count > _OTHERS else np.arange(count)
    wanted = squares[some][:, None] + squares[others] - 2 * target[some] @ target[others].T
    wanted = np.sqrt(np.maximum(wanted - np.float32(noise), np.float32(_TINY)))
    apart = places[some][:, None] - places[others]
    distance = np.sqrt(np.einsum("ijk,ijk->ij", apart, apart) + np.float32(_TINY))
    error = distance - wanted
    error = np.where(error > 0, _APART * error, error)
    pull = (2 * error / distance / distance.size)[..., None] * apart
    np.add.at(slope, some, pull.sum(axis=1))
    slope[others] -= pull.sum(axis=0)


def _keep_smooth(slope: Floats, places: Floats, weight: float) -> None:
    """The slope of the mean of 1 - cos between successive steps."""
    if len(places) < 3:
        return
    steps = np.diff(places, axis=0)
    length = np.linalg.norm(steps, axis=1, keepdims=True) + np.float32(1e-4)
    along = steps / length
    cos = (along[1:] * along[:-1]).sum(axis=1, keepdims=True)
    each = np.float32(weight / len(cos))
    turn = np.zeros_like(steps)
    turn[1:] -= each * (along[:-1] - cos * along[1:]) / length[1:]
    turn[:-1] -= each * (along[1:] - cos * along[:-1]) / length[:-1]
    slope[1:] += turn
    slope[:-1] -= turn


class _Foresight:
    """How far the path's next steps are from what followed its nearest neighbours, who are looked for now and then."""

    def __init__(self, ahead: list[int], own: int) -> None:
        self._ahead, self._own = sorted(set(ahead)), max(1, own)
        self._asked: npt.NDArray[np.intp] = np.empty(0, np.intp)
        self._near: npt.NDArray[np.intp] = np.empty((0, _NEIGHBOURS), np.intp)
        self._share: Floats = np.empty((0, _NEIGHBOURS), np.float32)

    def keep(self, slope: Floats, places: Floats, weight: float, step: int, random: np.random.Generator) -> None:
        if len(places) - self._ahead[-1] <= 2 * self._own + _NEIGHBOURS:
            return
        if step % _LOOK_EVERY == 0:
            self._look(places, random)
        for ahead in self._ahead:
            went = places[self._asked + ahead] - places[self._asked]
            followed = places[self._near + ahead] - places[self._near]
            missed = went - (self._share[..., None] * followed).sum(axis=1)
            size = float((went**2).sum()) + _TINY
            error = float((missed**2).sum()) / size
            each = np.float32(2 * weight / len(self._ahead) / size)
            here = each * (missed - np.float32(error) * went)
            np.add.at(slope, self._asked + ahead, here)
            np.subtract.at(slope, self._asked, here)
            there = self._share[..., None] * (-each * missed)[:, None]
            np.add.at(slope, self._near + ahead, there)
            np.subtract.at(slope, self._near, there)

    def _look(self, places: Floats, random: np.random.Generator) -> None:
        """Ask some moments anew for their nearest neighbours, elsewhere in the song."""
        past = places[: len(places) - self._ahead[-1]]
        self._asked = random.permutation(len(past))[:_ASKED]
        squares = np.einsum("nd,nd->n", past, past)
        apart = squares[self._asked][:, None] + squares - 2 * past[self._asked] @ past.T
        apart[np.abs(np.arange(len(past)) - self._asked[:, None]) < self._own] = np.inf
        self._near = np.argpartition(apart, _NEIGHBOURS, axis=1)[:, :_NEIGHBOURS]
        closeness = 1 / np.sqrt(np.maximum(np.take_along_axis(apart, self._near, 1), 1e-6))
        self._share = (closeness / closeness.sum(axis=1, keepdims=True)).astype(np.float32)


def _even(places: Array) -> Floats:
    """Places to begin from, at a mean distance of 1."""
    pairs = np.random.default_rng(0).integers(0, len(places), (2, 4000))
    apart = float(np.linalg.norm(places[pairs[0]] - places[pairs[1]], axis=1).mean())
    return np.asarray(places / max(apart, 1e-6), np.float32)


def _turned(places: Floats, towards: Floats) -> Floats:
    """`places` turned as near as can be to `towards` (orthogonal Procrustes)."""
    left, _, right = np.linalg.svd((places - places.mean(axis=0)).T @ (towards - towards.mean(axis=0)))
    return np.asarray(places @ (left @ right), np.float32)
