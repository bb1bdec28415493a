"""Blending codes of the drum dictionary: weights from the pad or the path, convex sum, winner-take-all."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

#: The corners of the pad as (x, y), y upwards: top left, top right, bottom left, bottom right.
CORNER_PLACES: tuple[tuple[float, float], ...] = ((0.0, 1.0), (1.0, 1.0), (0.0, 0.0), (1.0, 0.0))


def pad_weights(x: float, y: float) -> Array:
    """Bilinear weights `(4,)` of the pad's corners at `(x, y)` in 0..1; they sum to 1."""
    x, y = min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)
    return np.array([(1 - x) * y, x * y, (1 - x) * (1 - y), x * (1 - y)], np.float32)


def pad_place(weights: Array) -> tuple[float, float]:
    """Where on the pad the weights pull: the weighted mean of the corners."""
    x, y = weights.astype(np.float64) @ np.array(CORNER_PLACES)
    return float(min(max(x, 0.0), 1.0)), float(min(max(y, 0.0), 1.0))


def anchor_weights(point: Array, anchors: Sequence[Array | None]) -> Array:
    """Weights `(len(anchors),)` of the captured anchors by inverse squared distance from `point` (Shepard 1968).

    On an anchor its weight is 1. Corners without an anchor get 0; `ValueError` when there is none at all.
    """
    captured = [index for index, anchor in enumerate(anchors) if anchor is not None]
    if not captured:
        raise ValueError("no anchor was captured")
    here = np.asarray(point, np.float64)
    squares = np.array([np.sum((here - np.asarray(anchors[index], np.float64)) ** 2) for index in captured])
    pull = 1.0 / np.maximum(squares, 1e-9)
    weights = np.zeros(len(anchors), np.float32)
    weights[captured] = pull / pull.sum()
    return weights


def blend(codes: Sequence[Array] | Array, weights: Array) -> Array:
    """The convex sum of codes, all of one shape."""
    blended: Array = np.einsum("c,c...->...", weights, np.asarray(codes)).astype(np.float32)
    return blended


def perplexity(weights: Array) -> float:
    """How many patterns convex `weights` amount to: 1 in a corner, 4 where four weigh the same (exp of entropy)."""
    heard = weights[weights > 0].astype(np.float64)
    return float(np.exp(-np.sum(heard * np.log(heard))))


def winners(code: Array, active_per_beat: int, positions_per_beat: int) -> Array:
    """Winner-take-all: keep the largest `active_per_beat` of a beat, on average over the pattern; see `strongest`."""
    return strongest(code, -(-active_per_beat * code.shape[1] // positions_per_beat))


def strongest(code: Array, count: int) -> Array:
    """Keep the `count` largest absolute coefficients of a code `(atoms, positions)`, zero the rest.

    After the k-sparse step of CONV-WTA (Makhzani and Frey 2015), over all atoms and all of time: where beats begin
    makes no difference, so that a pattern moved by n steps keeps its winners. Of equals the earlier one wins.
    """
    if np.count_nonzero(code) <= count:
        return code.copy()
    spoken = np.flatnonzero(code.T)
    strength = np.abs(code.T.ravel()[spoken])
    kept = spoken[np.argsort(-strength, kind="stable")[:count]]
    left = np.zeros(code.size, np.float32)
    left[kept] = code.T.ravel()[kept]
    return np.ascontiguousarray(left.reshape(code.T.shape).T)
