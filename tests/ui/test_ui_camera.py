from math import pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.ui.views.camera import Camera
from livemusic.ui.views.extent import Extent

ANGLES = st.floats(-10, 10, allow_subnormal=False)


def test_what_is_framed_is_in_the_middle() -> None:
    camera = Camera(extent=Extent(np.array([3.0, -2.0, 5.0]), np.full(33, 2.0)))
    places, depths = camera.project([[3.0, -2.0, 5.0]], 800, 600)
    np.testing.assert_allclose(places, [[400, 300]], atol=25)
    assert places[0, 0] == pytest.approx(400)
    np.testing.assert_allclose(depths, [0], atol=1e-12)


def test_room_at_the_side_stays_free_however_the_path_turns() -> None:
    for yaw in np.linspace(0, 2 * pi, 7):
        camera = Camera(yaw=float(yaw), side_room=300.0)
        places, _ = camera.project(camera.extent.centre + 0.7 * np.eye(3) - 0.35, 900, 600)
        assert places[:, 0].max() < 600
        (middle,), _ = camera.project([camera.centre], 900, 600)
        assert middle[0] == pytest.approx(300)


def test_up_is_up_and_right_is_right() -> None:
    camera = Camera(yaw=0.0, pitch=0.0)
    (up, right), _ = camera.project([[0, 0, 0.5], [0.5, 0, 0]], 800, 600)
    assert up[0] == pytest.approx(400)
    assert up[1] < right[1]
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
    ball *= 1.0 / np.linalg.norm(ball, axis=1, keepdims=True)
    places, _ = Camera().orbited(yaw, pitch).project(ball, width, height)
    assert (places >= 0).all()
    assert (places <= [width, height]).all()


def test_single_precision_is_kept_and_agrees() -> None:
    points = np.random.default_rng(1).normal(size=(50, 3))
    exact, _ = Camera().project(points, 1280, 800)
    quick, _ = Camera().project(points.astype(np.float32), 1280, 800)
    assert quick.dtype == np.float32
    np.testing.assert_allclose(quick, exact, atol=0.01)


def whole(camera: Camera, points: np.ndarray, width: int, height: int) -> bool:
    places, _ = camera.project(points, width, height)
    return bool(((places > 0) & (places < [width, height])).all())


@given(st.integers(0, 99), st.sampled_from([(1180, 530), (640, 400), (1920, 1080), (320, 80), (300, 900)]), ANGLES)
def test_no_point_leaves_the_picture_however_it_is_turned(seed: int, size: tuple[int, int], pitch: float) -> None:
    rng = np.random.default_rng(seed)
    points = (rng.normal(size=(60, 3)) * rng.uniform(0.05, 3, 3) + rng.normal(size=3) * 9).astype(np.float32)
    points[rng.integers(60)] *= 4  # one lies far off
    camera = Camera(extent=Extent.of(points)).orbited(0.0, pitch)
    assert all(whole(camera.orbited(turn), points, *size) for turn in np.linspace(0, 6.28, 25))


@given(st.integers(0, 99))
def test_nothing_leaves_the_picture_while_the_camera_goes_after_a_path_that_moves_away(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = np.cumsum(rng.normal(size=(240, 3)) + rng.normal(size=3), 0).astype(np.float32)
    extent = Extent.of(points[:4])
    camera = Camera(extent=extent)
    for count in range(5, 240, 5):
        extent = Extent.of(points[:count]) if count % 40 == 0 else extent.joined(points[:count])
        camera = camera.settling(extent, 0.1).orbited(0.1)
        assert whole(camera, points[:count], 900, 500)


def test_the_picture_is_filled_and_room_is_left_above() -> None:
    points = np.random.default_rng(3).normal(size=(500, 3)).astype(np.float32)
    camera = Camera(extent=Extent.of(points))
    turned = [camera.orbited(turn).project(points, 900, 500)[0][:, 1] for turn in np.linspace(0, 6.28, 60)]
    low, high = max(y.max() for y in turned), min(y.min() for y in turned)
    assert 20 < high < 60
    assert 440 < low < 480
    below = Camera(extent=Extent.of(points), head_room=80).project(points, 900, 500)[0][:, 1]
    assert below.min() > 100


def test_the_camera_settles_on_what_it_is_to_frame() -> None:
    points = np.random.default_rng(5).normal(size=(50, 3)).astype(np.float32) + 30
    extent, camera = Extent.of(points), Camera()
    for _ in range(600):
        camera = camera.settling(extent, 1 / 60)
    np.testing.assert_allclose(camera.extent.support, extent.support, atol=0.05)
