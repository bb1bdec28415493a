"""What looking it up in the training data would give: the nearest neighbours every tool is measured beside."""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
_AT_ONCE = 256


def nearest(rows: Array, among: Array, count: int) -> npt.NDArray[np.intp]:
    """For each of `rows` `(n, d)` its `count` nearest `among` `(m, d)` by Euclidean distance, nearest first."""
    lengths = (among**2).sum(1)
    found = []
    for start in range(0, len(rows), _AT_ONCE):
        apart = lengths - 2.0 * rows[start : start + _AT_ONCE] @ among.T
        near = np.argpartition(apart, count - 1, axis=1)[:, :count]
        order = np.argsort(np.take_along_axis(apart, near, 1), axis=1, kind="stable")
        found.append(np.take_along_axis(near, order, 1))
    return np.concatenate(found)


def flat(values: npt.NDArray[np.generic]) -> Array:
    """One row for each window."""
    return np.ascontiguousarray(values.reshape(len(values), -1), np.float32)


def prf(found: npt.NDArray[np.bool_], true: npt.NDArray[np.bool_]) -> tuple[float, float, float]:
    """Precision, recall and F1 of hits over all windows together."""
    right = float((found & true).sum())
    precision, recall = right / max(1, found.sum()), right / max(1, true.sum())
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)
