import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.latent.trajectory import Trajectory


def rows(start: int, count: int, dim: int = 3) -> np.ndarray:
    return (start + np.arange(count))[:, None] * np.ones(1 + dim, np.float32)


def test_a_new_trajectory_is_empty() -> None:
    path = Trajectory(3, "embedder-1")
    assert (len(path), path.dim, path.model_id, path.latest) == (0, 3, "embedder-1", None)
    assert path.since(0).shape == (0, 4)
    assert path.z.shape == (0, 3)


def test_rows_come_back_as_they_went_in() -> None:
    path = Trajectory(2)
    path.append([[0.0, 1.0, 2.0], [0.5, 3.0, 4.0]])
    path.append(np.empty((0, 3)))
    path.append([[0.5, 5.0, 6.0]])
    assert path.since(1).tolist() == [[0.5, 3.0, 4.0], [0.5, 5.0, 6.0]]
    assert path.t.tolist() == [0.0, 0.5, 0.5]
    assert path.z.tolist() == [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
    assert path.latest is not None
    assert path.latest.tolist() == [0.5, 5.0, 6.0]


@settings(deadline=None)
@given(st.lists(st.integers(0, 1500), max_size=8), st.integers(-5, 5000))
def test_since_is_the_tail_whatever_the_pieces(sizes: list[int], index: int) -> None:
    path = Trajectory(3)
    for size in sizes:
        path.append(rows(len(path), size))
    np.testing.assert_array_equal(path.since(index), rows(0, sum(sizes))[max(0, index) :])
    assert len(path) == sum(sizes)


def test_what_was_handed_out_stays_as_it_was() -> None:
    path = Trajectory(3)
    path.append(rows(0, 2))
    copy, view = path.since(0), path.z
    copy[:] = -1
    with pytest.raises(ValueError, match="read-only"):
        view[:] = -1
    path.append(rows(2, 5000))
    np.testing.assert_array_equal(path.since(0), rows(0, 5002))
    np.testing.assert_array_equal(view, rows(0, 2)[:, 1:])


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        (np.zeros((2, 3)), "rows must be"),
        (np.zeros(4), "rows must be"),
        ([[9.0, np.nan, 0, 0]], "finite"),
        ([[np.inf, 0, 0, 0]], "finite"),
        ([[0.0, 0, 0, 0]], "backwards"),
        ([[9.0, 0, 0, 0], [8.0, 0, 0, 0]], "backwards"),
    ],
)
def test_bad_rows_are_refused_whole(bad: object, word: str) -> None:
    path = Trajectory(3)
    path.append(rows(1, 1))
    with pytest.raises(ValueError, match=word):
        path.append(bad)
    assert len(path) == 1


def test_a_point_has_at_least_one_dimension() -> None:
    with pytest.raises(ValueError, match="dim 0"):
        Trajectory(0)
