import numpy as np

from livemusic.ui.views.camera import Camera
from livemusic.ui.views.extent import Extent
from livemusic.ui.views.motion import Motion


def run(amount: float, seconds: float, bpm: float = 120.0, label: int | None = 0) -> list[Camera]:
    motion, camera = Motion(), Camera(extent=Extent.of(np.random.default_rng(0).normal(size=(50, 3))))
    motion.amount = amount
    cameras = []
    for frame in range(round(60 * seconds)):
        now = frame / 60
        motion.advance(now, now * bpm / 60, 4, label)
        cameras.append(motion.applied(camera))
    return cameras


def test_it_comes_nearer_on_the_beat_and_most_on_the_first_of_a_bar() -> None:
    zooms = np.array([camera.zoom for camera in run(1.0, 4.0)])
    beats = zooms[::30]
    assert (beats[1:4] > zooms[20:110:30]).all()
    assert beats[4] > beats[1:4].max()


def test_at_rest_it_stands_still() -> None:
    yaws = {round(camera.yaw, 9) for camera in run(0.0, 2.0)}
    assert len(yaws) == 1
    assert {camera.zoom for camera in run(0.0, 2.0)} == {1.0}


def test_it_never_comes_so_near_that_anything_is_cut_off() -> None:
    points = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)
    for camera in run(1.0, 12.0):
        places, _ = camera.project(points, 1920, 1080)
        assert ((places > 0) & (places < [1920, 1080])).all()


def test_every_section_has_its_own_place_to_look_from() -> None:
    here, there = run(1.0, 8.0, label=0)[-1], run(1.0, 8.0, label=1)[-1]
    assert abs(here.pitch - there.pitch) > 0.1
    assert abs(here.yaw - there.yaw) > 0.1


def test_the_same_music_gives_the_same_movement() -> None:
    assert [(c.yaw, c.pitch, c.zoom) for c in run(0.7, 3.0)] == [(c.yaw, c.pitch, c.zoom) for c in run(0.7, 3.0)]
