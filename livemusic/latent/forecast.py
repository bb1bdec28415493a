"""Where the music is likely to go next: the path moves on as it did when it was near here before.

Velocity by k nearest neighbours (Sugihara and May 1990; as used for audio by M-Lin-DM, Deep-Audio-Embedding): the
mean of the steps that followed the k nearest earlier points, weighted by 1/distance, taken again and again.

It follows what has been played before: loops, returns of a section, a straight run. It cannot invent: where the
path has never been it repeats the step of the nearest place, where two passages cross it mixes their directions,
and it knows no place outside the sum of steps it has seen. Judge it against persistence (staying put).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.floating]
Float = npt.NDArray[np.float64]

_NEAREST = 1e-12
#: For each neighbour so many of the nearest points are looked at: most belong to the same few passages.
_LOOKED_AT = 40
#: Of a path with more points than this (eight minutes) only every second one is looked at, and so on.
_EVERY_ONE = 20_000


def forecast(z: Points, steps: int, k: int = 5, exclude: int = 0) -> Float:
    """The next `steps` points after the last of `z` `(n, dim)`, as `(steps, dim)`.

    The latest `exclude` points do not serve as neighbours: with 0 the passage being played now may continue
    itself, with more only earlier passages count. Without any neighbour the last point stays. `ValueError` for an
    empty or non-finite path.
    """
    path = _checked(z, steps, k)
    allowed = np.arange(len(path) - 1) < len(path) - 1 - max(0, exclude)
    return _Past(path).follow(path[-1], allowed, steps, k)


@dataclass(frozen=True, slots=True, eq=False)
class Divergence:
    """How far forecasts end up from what was played: `error` and `persistence` are `(starts, steps)` distances.

    `persistence` is the error of staying at the start; distances are in units of the space, so only their ratio
    compares between models.
    """

    error: Float
    persistence: Float

    @property
    def mean(self) -> Float:
        """Mean error after 1, 2, ... steps."""
        return np.asarray(self.error.mean(axis=0))

    @property
    def standard_error(self) -> Float:
        """Standard error of that mean over the starts, taken as independent; NaN for fewer than two."""
        count = len(self.error)
        if count < 2:
            return np.full(self.error.shape[1], np.nan)
        return np.asarray(self.error.std(axis=0, ddof=1) / np.sqrt(count))

    @property
    def relative(self) -> Float:
        """Mean error as a share of persistence's: below 1 the forecast is worth something. NaN where nothing moves."""
        still = self.persistence.mean(axis=0)
        return np.asarray(np.divide(self.mean, still, out=np.full_like(still, np.nan), where=still > 0))


def divergence(
    z: Points, starts: npt.ArrayLike, steps: int, k: int = 5, exclude: tuple[int, int] = (0, 0)
) -> Divergence:
    """Forecast `steps` from every index in `starts` and compare with what was played.

    `exclude`: how many points before and after a start do not serve as its neighbours; the start itself never
    does. `(second, second + steps)` keeps a passage from predicting itself; `(0, len(z))` uses the past only.
    `ValueError` where a start has no `steps` points after it.
    """
    path = _checked(z, steps, k)
    begins = np.atleast_1d(np.asarray(starts, np.int64))
    if not begins.size or begins.min() < 0 or begins.max() + steps >= len(path):
        raise ValueError(f"starts must lie within 0..{len(path) - 1 - steps}")
    before, after = (max(0, count) for count in exclude)
    index, past = np.arange(len(path) - 1), _Past(path)
    runs = [past.follow(path[begin], (index < begin - before) | (index > begin + after), steps, k) for begin in begins]
    played = path[begins[:, None] + np.arange(1, steps + 1)]
    return Divergence(
        np.linalg.norm(np.stack(runs) - played, axis=2),
        np.linalg.norm(path[begins][:, None] - played, axis=2),
    )


def _checked(z: Points, steps: int, k: int) -> Float:
    with np.errstate(over="ignore"):
        path = np.asarray(z, np.float32).astype(np.float64)
    if path.ndim != 2 or not path.size:
        raise ValueError(f"a path is (n, dim) with at least one point, not {path.shape}")
    if not np.isfinite(path).all():
        raise ValueError("a path holds finite single-precision numbers only")
    if steps < 1 or k < 1:
        raise ValueError(f"steps {steps} and k {k} must be at least 1")
    return path


class _Past:
    """Every point that has a successor, its velocity, and its squared length, around the mean for precision."""

    def __init__(self, path: Float) -> None:
        self._centre = path.mean(axis=0)
        self._points = path[:-1] - self._centre
        self._velocity = np.diff(path, axis=0)
        self._squares = np.einsum("nd,nd->n", self._points, self._points)
        self._slack = 1e-9 * self._squares.max(initial=0.0)

    def follow(self, begin: Float, allowed: npt.NDArray[np.bool_], steps: int, k: int) -> Float:
        """`(steps, dim)` from `begin`; `allowed` `(n - 1,)` says whose velocities may be used."""
        k = min(k, int(allowed.sum()))
        if k == 0:
            return np.tile(begin, (steps, 1))
        squares = np.where(allowed, self._squares, np.inf)
        here, reach, taken = begin - self._centre, np.inf, []
        for _ in range(steps):
            # |c|^2 - 2 c.h orders points c by their distance from h; only those within reach can be nearest
            rank = squares - 2.0 * (self._points @ here)
            near = np.flatnonzero(rank <= reach * reach - here @ here + self._slack)
            if len(near) > k:
                near = near[np.argpartition(rank[near], k - 1)[:k]]
            distance = np.linalg.norm(self._points[near] - here, axis=1)
            weight = 1.0 / np.maximum(distance, _NEAREST)
            step = weight @ self._velocity[near] / weight.sum()
            here = here + step
            taken.append(here)
            # the k points just used are no further from the next place than this, so its k nearest are neither
            reach = float(distance.max() + np.linalg.norm(step))
        return np.asarray(np.stack(taken) + self._centre)


class Continuations:
    """What followed the nearest earlier places, for a path that grows: one search, however long the way ahead.

    Method of analogues (Lorenz 1969): from where the path is now it goes on as it did after the `k` places in its past
    that are nearest, weighted by 1/distance. Thread: one.
    """

    def __init__(self, k: int = 5) -> None:
        self._k = k
        self._z: npt.NDArray[np.float32] = np.empty((0, 0), np.float32)
        self._squares: npt.NDArray[np.float32] = np.empty(0, np.float32)

    def extend(self, z: npt.NDArray[np.float32]) -> None:
        """The path by now, `(n, dim)`: what was there before must not have changed."""
        known = len(self._squares)
        if len(z) < known or (known and z.shape[1] != self._z.shape[1]):
            known, self._squares = 0, np.empty(0, np.float32)
        self._z = z
        if len(z) > known:
            fresh = np.einsum("nd,nd->n", z[known:], z[known:])
            self._squares = np.concatenate([self._squares, fresh])

    def after(self, index: int, steps: int, exclude: int) -> tuple[npt.NDArray[np.float32], float]:
        """The next `steps` points after number `index`, `(steps, dim)`, and how sure that is, 0..1.

        Only places more than `exclude` points before it count, and at least `steps` points before its own. Certainty
        is how much nearer the ways that followed lie to their mean than to standing still. Where there is too little
        past, nothing `(0, dim)` and 0.
        """
        dim = self._z.shape[1]
        past = index - max(exclude, steps)
        if past < 4 * self._k or index >= len(self._z):
            return np.empty((0, dim), np.float32), 0.0
        here = self._z[index]
        stride = 1 + past // _EVERY_ONE
        apart = self._squares[:past:stride] - 2 * (self._z[:past:stride] @ here)
        nearest = np.arange(len(apart))
        if len(apart) > _LOOKED_AT * self._k:
            nearest = np.argpartition(apart, _LOOKED_AT * self._k)[: _LOOKED_AT * self._k]
        near = self._apart(stride * nearest[np.argsort(apart[nearest], kind="stable")])
        distance = np.linalg.norm(self._z[near] - here, axis=1)
        weight = 1 / np.maximum(distance, 1e-6)
        weight = (weight / weight.sum()).astype(np.float32)
        ways = self._z[near[:, None] + 1 + np.arange(steps)] - self._z[near][:, None]
        way = np.einsum("k,ksd->sd", weight, ways)
        spread = float(np.einsum("k,ksd->", weight, (ways - way) ** 2))
        gone = float(np.einsum("k,ksd->", weight, ways**2))
        return here + way, max(0.0, 1 - (spread / gone) ** 0.5) if gone > 0 else 0.0

    def _apart(self, ordered: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        """The first few that are passages of their own: none within half a second of another."""
        chosen: list[int] = []
        for index in ordered.tolist():
            if all(abs(index - other) > 21 for other in chosen):
                chosen.append(index)
                if len(chosen) == self._k:
                    break
        return np.array(chosen)
