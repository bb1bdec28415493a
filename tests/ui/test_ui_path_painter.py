import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from livemusic.ui.views.camera import Camera
from livemusic.ui.views.moment import Hit, Marker, Moment
from livemusic.ui.views.path_painter import PathPainter, Style
from livemusic.ui.views.trail import Trail
from livemusic.ui.views.trajectory import measure, wandering

pytestmark = pytest.mark.usefixtures("app")
SIZE = QSize(640, 400)


def painted(trail: Trail, camera: Camera, painter: PathPainter | None = None, **more: object) -> np.ndarray:
    """The picture as `(height, width, 3)` integers, blue first."""
    image = QImage(SIZE, QImage.Format.Format_RGB32)
    image.fill(0)
    canvas = QPainter(image)
    (painter or PathPainter()).paint(canvas, SIZE, trail, camera, Moment(**more))
    canvas.end()
    return np.frombuffer(image.bits(), np.uint8).reshape(400, 640, 4)[..., :3].astype(int).copy()


def framing(trail: Trail) -> Camera:
    return Camera(extent=trail.extent)


@pytest.mark.parametrize("yaw", [0.0, 1.0, 2.5, 4.0])
def test_the_head_is_where_the_projection_says(yaw: float) -> None:
    trail = Trail.of(wandering(400))
    camera = framing(trail).orbited(yaw)
    (x, y), _ = (part[0] for part in camera.project(trail.places()[-1:], 640, 400))
    picture = painted(trail, camera)
    assert picture[round(float(y)), round(float(x))].min() > 220
    brightest = np.argwhere(picture.min(axis=2) > 225)
    np.testing.assert_allclose(brightest.mean(0), [y, x], atol=25)


def test_the_path_is_drawn_through_its_points() -> None:
    corners = np.array([[0, -9, -1, 0, -1], [1, -9, 1, 0, -1], [2, -9, 1, 0, 1], [3, -9, -1, 0, 1]], np.float32)
    trail, camera = Trail.of(corners), Camera(yaw=0.0, pitch=0.0, extent=Trail.of(corners).extent)
    picture = painted(trail, camera)
    places, _ = camera.project(corners[:, 2:], 640, 400)
    for x, y in np.round(places).astype(int):
        assert picture[y - 3 : y + 4, x - 3 : x + 4].max() > 80


def test_the_new_is_brighter_than_the_old() -> None:
    line = np.stack(
        [np.linspace(0, 400, 4001), np.zeros(4001), np.linspace(-1, 1, 4001), np.zeros(4001), np.zeros(4001)], 1
    )
    trail, camera = Trail.of(line), Camera(yaw=0.0, pitch=0.0)
    row = painted(trail, camera)[195:206].mean(axis=2).max(axis=0)
    left = int(camera.project([[-0.8, 0, 0]], 640, 400)[0][0, 0])
    right = int(camera.project([[0.9, 0, 0]], 640, 400)[0][0, 0])
    assert row[right - 5 : right + 5].mean() > row[left - 5 : left + 5].mean() + 25


def test_the_distant_past_is_dust_of_which_nothing_is_lost() -> None:
    rows = wandering(30_000)
    trail = Trail.of(rows)
    camera = framing(trail)
    without = painted(Trail.of(rows[-6144:]), camera)
    picture = painted(trail, camera)
    places, _ = camera.project(trail.places(0, 15_000, 50), 640, 400)
    spots = places.astype(int)
    assert (picture[spots[:, 1], spots[:, 0]].sum(1) > without[spots[:, 1], spots[:, 0]].sum(1)).mean() > 0.8


def test_a_still_camera_and_one_more_point_give_what_a_fresh_painter_gives() -> None:
    rows = wandering(1000)
    camera, trail, kept = framing(Trail.of(rows)), Trail.of(rows[:700]), PathPainter()
    painted(trail, camera, kept)
    trail.extend(0, 700, rows[700:760])
    again, fresh = painted(trail, camera, kept), painted(trail, camera)
    assert np.abs(again - fresh).mean() < 1.5


def test_a_new_path_forgets_the_old_picture() -> None:
    rows, kept = wandering(1000), PathPainter()
    trail, camera = Trail.of(rows), framing(Trail.of(rows))
    painted(trail, camera, kept)
    trail.extend(5, 0, rows[:1])
    np.testing.assert_array_equal(painted(trail, camera, kept), painted(trail, camera))


def test_a_marker_is_drawn_where_its_corner_was_captured() -> None:
    trail = Trail.of(wandering(300))
    camera = framing(trail)
    place = tuple(trail.places()[40].tolist())
    without, with_ = painted(trail, camera), painted(trail, camera, markers=(Marker("Brushes", place, 1.0),))
    changed = np.argwhere(np.abs(with_ - without).sum(2) > 60)
    (x, y) = camera.project([place], 640, 400)[0][0]
    assert np.hypot(*(changed - [y, x]).T).min() < 12


@pytest.mark.parametrize(
    "rows",
    [
        np.empty((0, 5)),
        np.zeros((1, 5)),
        np.zeros((500, 5)),
        np.full((10, 5), np.nan),
        np.array([[0, 0, 1e14, -1e14, 1e14], [1, 0, -1e14, 1e14, 0]]),
        np.array([[5, 0, 0, 0, 0], [1, 0, 1, 1, 1], [1, 0, 2, 0, 1]]),
    ],
    ids=["empty", "one", "all the same", "not numbers", "huge", "time runs back"],
)
def test_odd_paths_are_drawn_without_complaint(rows: np.ndarray) -> None:
    trail = Trail.of(rows)
    assert painted(trail, framing(trail)).max() > 0


def test_zoomed_right_in_nothing_breaks() -> None:
    trail = Trail.of(wandering(9000))
    camera = framing(trail)
    for _ in range(40):
        camera = camera.zoomed(1.3)
    assert painted(trail, camera).max() > 0


def test_the_bench_paints_every_frame() -> None:
    seconds = measure(5000, 4)
    assert len(seconds) == 4
    assert all(second > 0 for second in seconds)


def test_a_made_up_path_has_the_asked_length(app: QApplication) -> None:
    assert wandering(77).shape == (77, 5)
    assert np.isfinite(wandering(5000)).all()
