import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.latent.points import Points
from livemusic.latent.trajectory import Trajectory


def points(start: int, count: int, dim: int = 3, bands: int = 2) -> Points:
    moments = (start + np.arange(count))[:, None]
    return Points(moments * np.ones(2 + dim, np.float32), (moments * np.ones(bands)).astype(np.uint8))


def bare(rows: object) -> Points:
    values = np.asarray(rows, np.float32)
    return Points(values, np.empty((len(values), 0), np.uint8))


def test_a_new_trajectory_is_empty() -> None:
    path = Trajectory(3, "embedder-1", 2)
    assert (len(path), path.dim, path.bands, path.model_id) == (0, 3, 2, "embedder-1")
    assert path.points.rows.shape == (0, 5)
    assert path.z.shape == (0, 3)


def test_points_come_back_as_they_went_in() -> None:
    path = Trajectory(2)
    path.append(bare([[0.0, -20.0, 1.0, 2.0], [0.5, -21.0, 3.0, 4.0]]))
    path.append(bare(np.empty((0, 4))))
    path.append(bare([[0.5, -22.0, 5.0, 6.0]]))
    assert path.t.tolist() == [0.0, 0.5, 0.5]
    assert path.points.level.tolist() == [-20.0, -21.0, -22.0]
    assert path.z.tolist() == [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]


@settings(deadline=None)
@given(st.lists(st.integers(0, 1500), max_size=8))
def test_the_whole_is_its_pieces(sizes: list[int]) -> None:
    path = Trajectory(3, bands=2)
    for size in sizes:
        path.append(points(len(path), size))
    rows, spectra = points(0, sum(sizes))
    np.testing.assert_array_equal(path.points.rows, rows)
    np.testing.assert_array_equal(path.points.spectra, spectra)


def test_what_was_handed_out_stays_as_it_was() -> None:
    path = Trajectory(3, bands=2)
    path.append(points(0, 2))
    before = path.points
    with pytest.raises(ValueError, match="read-only"):
        before.rows[:] = -1
    path.append(points(2, 5000))
    np.testing.assert_array_equal(before.rows, points(0, 2).rows)
    np.testing.assert_array_equal(path.points.spectra, points(0, 5002).spectra)


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        (np.zeros((2, 4)), "rows must be"),
        ([[9.0, 0, np.nan, 0, 0]], "finite"),
        ([[np.inf, 0, 0, 0, 0]], "finite"),
        ([[2.0, 0, 0, 0, 0], [1.0, 0, 0, 0, 0]], "backwards"),
        ([[0.5, 0, 0, 0, 0]], "backwards"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_added(bad: object, word: str) -> None:
    path = Trajectory(3)
    path.append(bare([[1.0, 0, 0, 0, 0]]))
    with pytest.raises(ValueError, match=word):
        path.append(bare(bad))
    assert len(path) == 1


def test_spectra_must_belong_to_the_rows() -> None:
    with pytest.raises(ValueError, match="spectra"):
        Trajectory(3, bands=2).append(points(0, 3, bands=4))
    with pytest.raises(ValueError, match="dim"):
        Trajectory(0)
