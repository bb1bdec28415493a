from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from livemusic.session.show import THEMES
from livemusic.ui.picture import picture
from livemusic.ui.views.camera import Camera
from livemusic.ui.views.moment import Hit, Marker, Moment
from livemusic.ui.views.path_painter import PathPainter, Style
from livemusic.ui.views.themes import theme_of
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


@dataclass(frozen=True)
class Section:
    start: float
    end: float
    label: int


def hue(picture: np.ndarray, spots: np.ndarray) -> np.ndarray:
    """The brightest colour within a pixel of each spot, `(n, 3)` of blue, green, red."""
    around = [picture[y - 1 : y + 2, x - 1 : x + 2].reshape(-1, 3) for x, y in spots.astype(int)]
    return np.array([patch[patch.sum(1).argmax()] for patch in around])


def straight(count: int = 400, level: float = -20.0) -> np.ndarray:
    """A line from left to right."""
    t = np.linspace(0, 20, count)
    return np.column_stack([t, np.full(count, level), np.linspace(-1, 1, count), 0 * t, 0 * t]).astype(np.float32)


def at(trail: Trail, camera: Camera, *times: float) -> np.ndarray:
    return camera.project(trail.places()[[trail.at(t) for t in times]], 640, 400)[0]


def test_sections_have_colours_of_their_own_and_the_same_when_they_return() -> None:
    trail = Trail.of(straight())
    camera, painter = Camera(yaw=0.0, extent=trail.extent), PathPainter(Style(colour="section", width=3.0))
    painter.show_sections([Section(0, 5, 0), Section(5, 10, 1), Section(10, 20, 0)])
    first, second, again = hue(painted(trail, camera, painter), at(trail, camera, 2.5, 7.5, 12.5))
    assert np.abs(first - again).max() < 12
    assert np.abs(first - second).max() > 80


def test_what_is_loud_has_another_colour_than_what_is_soft() -> None:
    rows = straight()
    rows[:200, 1] = -50
    trail = Trail.of(rows)
    camera = Camera(yaw=0.0, extent=trail.extent)
    soft, loud = hue(painted(trail, camera, PathPainter(Style(colour="loudness", width=3.0))), at(trail, camera, 4, 14))
    assert loud[2] > soft[2] + 60


def test_recency_lets_only_the_last_seconds_shine() -> None:
    rows = straight(2000)
    rows[:, 0] *= 5
    trail = Trail.of(rows)
    camera = Camera(yaw=0.0, extent=trail.extent)
    old, older, fresh = hue(
        painted(trail, camera, PathPainter(Style(colour="recency", width=3.0))), at(trail, camera, 50, 20, 90)
    ).sum(1)
    assert fresh > 1.5 * old
    assert abs(int(old) - int(older)) < 30


def test_another_take_is_drawn_beside_it_in_a_tone_of_its_own() -> None:
    rows = straight()
    other = rows.copy()
    other[:, 4] += 0.5
    trail, beside = Trail.of(rows), Trail.of(other)
    camera = Camera(yaw=0.0, extent=trail.extent.with_(beside.extent))
    image = QImage(SIZE, QImage.Format.Format_RGB32)
    canvas = QPainter(image)
    PathPainter(Style(width=3.0)).paint(canvas, SIZE, trail, camera, Moment(), beside)
    canvas.end()
    picture = np.frombuffer(image.bits(), np.uint8).reshape(400, 640, 4)[..., :3].astype(int).copy()
    spots = camera.project(other[50:150:20, 2:], 640, 400)[0]
    blue, _, red = hue(picture, spots).mean(0)
    assert blue > 90
    assert blue > red


def test_drums_glow_around_the_head_and_what_is_foreseen_ahead_of_it() -> None:
    trail = Trail.of(straight())
    camera = Camera(yaw=0.0, pitch=0.0, extent=trail.extent).zoomed(0.5)
    plain = painted(trail, camera)
    hit = painted(trail, camera, hits=(Hit(0, 0.9),))
    ahead = np.float32([[1.2, 0, 0], [1.5, 0, 0], [1.8, 0, 0]])
    sure, unsure = (painted(trail, camera, ghost=ahead, certainty=c) for c in (0.95, 0.1))
    x, y = at(trail, camera, 20)[0].astype(int)
    assert (hit - plain)[y - 30 : y + 30, x - 30 : x + 30].sum() > 20_000
    gx, gy = camera.project(ahead[1:2], 640, 400)[0][0].astype(int)
    patch = np.s_[gy - 3 : gy + 4, gx - 3 : gx + 4]
    assert sure[patch].sum() > unsure[patch].sum() + 300
    assert unsure[patch].sum() > plain[patch].sum()


def test_in_silence_the_head_is_fainter_in_the_same_place() -> None:
    trail = Trail.of(straight())
    camera = Camera(yaw=0.0, pitch=0.0, extent=trail.extent)
    there, faint = painted(trail, camera), painted(trail, camera, presence=0.15)
    x, y = at(trail, camera, 20)[0].astype(int)
    patch = np.s_[y - 20 : y + 20, x - 20 : x + 20]
    assert faint[patch].sum() < 0.8 * there[patch].sum()
    assert faint[y, x].max() > 100


def test_of_a_song_the_head_is_where_it_is_heard_and_the_rest_is_quiet() -> None:
    trail, kept = Trail.of(straight()), PathPainter(Style(width=3.0))
    camera = Camera(yaw=0.0, pitch=0.0, extent=trail.extent)
    for head in (100, 130, 300, 60):  # on, far on, and back
        picture = painted(trail, camera, kept, head=head)
        fresh = painted(trail, camera, PathPainter(Style(width=3.0)), head=head)
        assert np.abs(picture - fresh).mean() < 0.1
        brightest = np.argwhere(picture.min(axis=2) > 225).mean(0)
        place = camera.project(trail.places(head, head + 1), 640, 400)[0][0]
        np.testing.assert_allclose(brightest[::-1], place, atol=9)
    behind, to_come = hue(painted(trail, camera, head=200), at(trail, camera, 4, 16)).sum(1)
    assert 60 < to_come < behind


def test_only_the_last_seconds_are_drawn_where_that_is_wanted() -> None:
    trail = Trail.of(straight())
    camera = Camera(yaw=0.0, pitch=0.0, extent=trail.extent)
    whole, short = painted(trail, camera, PathPainter()), painted(trail, camera, PathPainter(Style(trail=5.0)))
    old, fresh = at(trail, camera, 5, 18).astype(int)
    assert short[old[1], old[0]].sum() < whole[old[1], old[0]].sum() - 60
    assert short[fresh[1], fresh[0]].sum() > 150


@pytest.mark.parametrize("look", THEMES)
def test_on_every_theme_the_path_stands_out_from_the_ground(look: str) -> None:
    trail = Trail.of(straight())
    camera = Camera(yaw=0.0, pitch=0.0, extent=trail.extent)
    picture = painted(trail, camera, PathPainter(Style(theme_of(look), width=3.0)))
    lit, ground = hue(picture, at(trail, camera, 15)), picture[60, 320]
    assert theme_of(look).name == look
    assert np.abs(lit - ground).max() > 60


def test_an_svg_has_the_same_path_as_shapes(tmp_path: Path) -> None:
    rows = straight()
    picture(rows, tmp_path / "path.svg", (640, 400))
    text = (tmp_path / "path.svg").read_text()
    image = QImage(SIZE, QImage.Format.Format_RGB32)
    canvas = QPainter(image)
    QSvgRenderer(text.encode()).render(canvas)
    canvas.end()
    drawn = np.frombuffer(image.bits(), np.uint8).reshape(400, 640, 4)[..., :3].astype(int).copy()
    trail = Trail.of(rows)
    camera = Camera(extent=trail.extent)
    direct = painted(trail, camera, PathPainter.whole())
    assert np.abs(hue(drawn, at(trail, camera, 5, 12, 17)) - hue(direct, at(trail, camera, 5, 12, 17))).max() < 60
    assert "<image" not in text
    assert text.count("<path") > 5
    assert len(text) < 400_000
