from math import pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.ui.views.camera import Camera

ANGLES = st.floats(-10, 10, allow_subnormal=False)


def test_what_is_framed_is_in_the_middle() -> None:
    camera = Camera(centre=(3.0, -2.0, 5.0), radius=2.0)
    places, depths = camera.project([[3.0, -2.0, 5.0]], 800, 600)
    np.testing.assert_allclose(places, [[400, 300]])
    np.testing.assert_allclose(depths, [0], atol=1e-12)


def test_up_is_up_and_right_is_right() -> None:
    camera = Camera(yaw=0.0, pitch=0.0)
    (up, right), _ = camera.project([[0, 0, 0.5], [0.5, 0, 0]], 800, 600)
    assert up[0] == pytest.approx(400)
    assert up[1] < 300
    assert right[0] > 400
    assert right[1] == pytest.approx(300)


def test_the_near_is_larger_than_the_far() -> None:
    camera = Camera(yaw=0.0, pitch=0.0)
    places, depths = camera.project([[0.5, -1, 0], [0.5, 1, 0]], 800, 600)
    assert depths[0] < 0 < depths[1]
    assert places[0, 0] > places[1, 0] > 400


def test_from_above_the_far_floor_is_higher_on_the_screen() -> None:
    places, _ = Camera(yaw=0.0, pitch=0.6).project([[0, -1, 0], [0, 1, 0]], 800, 600)
    assert places[1, 1] < places[0, 1]


def test_behind_the_eye_nothing_is_drawn() -> None:
    places, depths = Camera(yaw=0.0, pitch=0.0).project([[0, -50, 0]], 800, 600)
    assert np.isnan(places).all()
    assert np.isnan(depths).all()


@given(ANGLES, ANGLES)
def test_turning_never_goes_over_the_top(yaw: float, pitch: float) -> None:
    assert abs(Camera().orbited(yaw, pitch).pitch) < pi / 2


@given(ANGLES, ANGLES, st.integers(100, 3000), st.integers(100, 3000))
def test_the_framed_sphere_stays_on_the_screen(yaw: float, pitch: float, width: int, height: int) -> None:
    rng = np.random.default_rng(0)
    ball = rng.normal(size=(200, 3))
    ball *= 0.85 / np.linalg.norm(ball, axis=1, keepdims=True)
    places, _ = Camera().orbited(yaw, pitch).project(ball, width, height)
    assert (places >= 0).all()
    assert (places <= [width, height]).all()


def test_single_precision_is_kept_and_agrees() -> None:
    points = np.random.default_rng(1).normal(size=(50, 3))
    exact, _ = Camera().project(points, 1280, 800)
    quick, _ = Camera().project(points.astype(np.float32), 1280, 800)
    assert quick.dtype == np.float32
    np.testing.assert_allclose(quick, exact, atol=0.01)
