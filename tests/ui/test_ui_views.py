import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from livemusic.music.grid import STEP, Grid
from livemusic.ui.views.blocks import blocks_of
from livemusic.ui.views.grid import PatternGrid
from livemusic.ui.views.meter import LevelMeter
from livemusic.ui.views.pad import MorphPad
from livemusic.ui.views.trajectory import TrajectoryView, wandering

pytestmark = pytest.mark.usefixtures("app")
LEFT, NONE, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


def mouse(widget: QWidget, kind: QEvent.Type, spot: QPointF, keys: Qt.KeyboardModifier = NONE) -> None:
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else LEFT
    QApplication.sendEvent(widget, QMouseEvent(kind, spot, widget.mapToGlobal(spot), button, LEFT, keys))


def press(widget: QWidget, key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> None:
    QApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyPress, key, keys))


@pytest.fixture
def pad():
    pad = MorphPad()
    pad.resize(320, 300)
    pad.hand = []
    pad.moved.connect(lambda x, y: pad.hand.append((x, y)))
    return pad


@pytest.mark.parametrize("place", [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.25, 0.75)])
def test_a_press_on_the_pad_moves_there(pad, place) -> None:
    mouse(pad, QEvent.Type.MouseButtonPress, pad.spot(place))
    assert pad.hand == [pytest.approx(place)]


def test_up_on_the_screen_is_up_on_the_pad(pad) -> None:
    assert pad.spot((0.0, 1.0)).y() < pad.spot((0.0, 0.0)).y()


def test_a_drag_beyond_the_edge_stays_on_the_edge(pad) -> None:
    mouse(pad, QEvent.Type.MouseButtonPress, pad.spot((0.5, 0.5)))
    mouse(pad, QEvent.Type.MouseMove, QPointF(900, -400))
    assert pad.hand[-1] == (1.0, 1.0)


def test_with_shift_a_drag_is_fine(pad) -> None:
    mouse(pad, QEvent.Type.MouseButtonPress, pad.spot((0.5, 0.5)))
    mouse(pad, QEvent.Type.MouseMove, pad.spot((0.7, 0.5)), SHIFT)
    assert pad.hand[-1] == pytest.approx((0.54, 0.5))


def test_a_double_click_goes_to_the_middle(pad) -> None:
    mouse(pad, QEvent.Type.MouseButtonPress, pad.spot((0.9, 0.9)))
    mouse(pad, QEvent.Type.MouseButtonDblClick, pad.spot((0.9, 0.9)))
    assert pad.place == (0.5, 0.5)


@pytest.mark.parametrize(
    ("key", "keys", "place"),
    [
        (Qt.Key.Key_Up, NONE, (0.5, 0.55)),
        (Qt.Key.Key_Down, NONE, (0.5, 0.45)),
        (Qt.Key.Key_Left, NONE, (0.45, 0.5)),
        (Qt.Key.Key_Right, SHIFT, (0.51, 0.5)),
    ],
)
def test_arrows_move_the_puck(pad, key, keys, place) -> None:
    press(pad, key, keys)
    assert pad.hand == [pytest.approx(place)]


def test_the_hand_knows_better_than_an_old_answer(pad) -> None:
    mouse(pad, QEvent.Type.MouseButtonPress, pad.spot((0.8, 0.2)))
    pad.show_place((0.1, 0.1), (1, 0, 0, 0), follow=False)
    assert pad.place == pytest.approx((0.8, 0.2))
    mouse(pad, QEvent.Type.MouseButtonRelease, pad.spot((0.8, 0.2)))
    pad.show_place((0.1, 0.1), (1, 0, 0, 0), follow=False)
    assert pad.place == pytest.approx((0.8, 0.2))
    pad.show_place((0.1, 0.1), (1, 0, 0, 0), follow=True, now=1e12)
    assert pad.place == (0.1, 0.1)


def test_what_the_engine_says_is_not_a_move_of_the_hand(pad) -> None:
    pad.show_place((0.3, 0.4), (0.25, 0.25, 0.25, 0.25), follow=True)
    assert pad.place == (0.3, 0.4)
    assert pad.hand == []


def pixels(widget: QWidget) -> np.ndarray:
    pixmap = QPixmap(widget.size())
    widget.render(pixmap)
    image = pixmap.toImage().convertToFormat(pixmap.toImage().Format.Format_RGB32)
    return np.frombuffer(image.bits(), np.uint8).reshape(image.height(), -1, 4)[..., :3].astype(int).copy()


@pytest.fixture
def grid():
    grid = PatternGrid()
    grid.resize(900, 300)
    return grid


def cell(grid: PatternGrid, step: float, lane: int) -> tuple[int, int]:
    """A spot low in a lane, just after a step's line."""
    field = grid.field()
    return int(field.bottom() - (lane + 0.16) * field.height() / 9), int(grid.x_at(step * STEP) + 9)


def test_hits_are_drawn_in_their_cells_and_nowhere_else(grid) -> None:
    hits = {(0, 0), (4, 1), (9, 2), (15, 8)}
    grid.show_pattern(Grid.of([(step, lane, 120, 0) for step, lane in hits], 16).to_bytes(), (4, 4))
    picture = pixels(grid)
    for step in range(16):
        for lane in range(9):
            assert (picture[cell(grid, step, lane)].max() > 150) == ((step, lane) in hits), (step, lane)


def test_hits_of_a_muted_drum_fade(grid) -> None:
    grid.show_pattern(Grid.of([(4, 1, 120, 0), (4, 2, 120, 0)], 16).to_bytes(), (4, 4))
    before = pixels(grid)
    grid.show_silent(frozenset({1}))
    after = pixels(grid)
    assert after[cell(grid, 4, 1)].max() < 0.7 * before[cell(grid, 4, 1)].max()
    assert after[cell(grid, 4, 2)].max() == before[cell(grid, 4, 2)].max()


def test_loud_hits_are_taller_and_early_ones_lie_to_the_left(grid) -> None:
    grid.show_pattern(
        Grid.of([(0, 0, 127, 0), (1, 0, 30, 0), (8, 1, 100, -60), (8, 2, 100, 60)], 16).to_bytes(), (4, 4)
    )
    loud, soft, early, late = (grid.bar(block) for block in sorted(grid._blocks, key=lambda b: (b.lane, b.tick)))
    assert loud.height() > 1.5 * soft.height()
    step = grid.field().width() / 16
    assert late.left() - early.left() == pytest.approx(step / 2, abs=0.5)


def test_the_kick_is_at_the_bottom(grid) -> None:
    grid.show_pattern(Grid.of([(0, 0, 100, 0), (0, 8, 100, 0)], 16).to_bytes(), (4, 4))
    kick, ride = (grid.bar(block) for block in sorted(grid._blocks, key=lambda b: b.lane))
    assert kick.top() > ride.bottom()


def test_the_playhead_runs_and_hits_flash_as_it_passes(grid) -> None:
    grid.show_pattern(Grid.of([(4, 1, 100, 0)], 16).to_bytes(), (4, 4))
    (hit,) = grid._blocks
    grid.show_playhead(16 * STEP + 4 * STEP + 1, 120.0, True)
    assert grid.flash(hit) > 0.95
    row = pixels(grid)[2]
    assert abs(int(row.sum(1).argmax()) - grid.x_at(4 * STEP)) < 4
    grid.show_playhead(16 * STEP + 9 * STEP, 120.0, True)
    assert grid.flash(hit) < 0.05
    grid.show_playhead(2 * STEP, 120.0, True)
    assert grid.flash(hit) == 0.0
    grid.show_playhead(16 * STEP + 4 * STEP + 1, 120.0, False)
    assert grid.flash(hit) == 0.0


@pytest.mark.parametrize("steps", [1, 12, 28, 1024])
def test_any_length_is_drawn(grid, steps) -> None:
    grid.show_pattern(Grid.of([(steps - 1, 3, 90, 119)], steps).to_bytes(), (7, 8))
    assert pixels(grid).max() > 100


def test_an_engine_without_a_pattern_is_an_empty_grid(grid) -> None:
    grid.show_pattern(b"", (4, 4))
    grid.show_playhead(123.0, 120.0, False)
    assert pixels(grid).shape[0] == 300


def test_the_meter_holds_the_peak_and_lets_it_fall() -> None:
    meter = LevelMeter()
    meter.show_level(-6.0, -20.0, False, 100.0)
    meter.show_level(-40.0, -50.0, False, 101.0)
    assert meter.held == -6.0
    meter.show_level(-40.0, -50.0, False, 102.0)
    assert -40.0 < meter.held < -6.0
    meter.show_level(-40.0, -50.0, False, 110.0)
    assert meter.held == -40.0


@pytest.mark.parametrize("level", [float("nan"), float("-inf"), float("inf"), -500.0, 12.0])
def test_the_meter_survives_any_level(level) -> None:
    meter = LevelMeter()
    meter.resize(300, 46)
    meter.show_level(level, level, True, 1.0)
    assert pixels(meter).max() > 100


@pytest.fixture
def view():
    view = TrajectoryView()
    view.resize(640, 400)
    view.extend(1, 0, wandering(500))
    return view


def test_a_drag_turns_the_view_and_ends_its_own_turning(view) -> None:
    before = view.camera
    mouse(view, QEvent.Type.MouseButtonPress, QPointF(300, 200))
    mouse(view, QEvent.Type.MouseMove, QPointF(350, 220))
    mouse(view, QEvent.Type.MouseButtonRelease, QPointF(350, 220))
    assert view.camera.yaw != before.yaw
    assert view.camera.pitch > before.pitch
    assert not view.turning


def test_the_wheel_zooms_and_a_double_click_shows_all_again(view) -> None:
    spot = QPointF(300, 200)
    QApplication.sendEvent(
        view,
        QWheelEvent(
            spot, spot, QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton, NONE, Qt.ScrollPhase.NoScrollPhase, False
        ),
    )
    assert view.camera.zoom > 1.2
    mouse(view, QEvent.Type.MouseButtonDblClick, spot)
    assert view.camera.zoom == 1.0


def click(view: TrajectoryView, spot: QPointF) -> None:
    mouse(view, QEvent.Type.MouseButtonPress, spot)
    mouse(view, QEvent.Type.MouseButtonRelease, spot)


def test_a_click_on_the_path_tells_its_time_and_one_beside_it_nothing(view) -> None:
    picked = []
    view.picked.connect(picked.append)
    t, index = view.trail.t, 123
    ((x, y),), _ = view.camera.project(view.trail.places(index, index + 1), 640, 400)
    click(view, QPointF(float(x) + 2, float(y) - 1))
    (time,) = picked
    ((px, py),), _ = view.camera.project(view.trail.places()[[view.trail.at(time)]], 640, 400)
    assert np.hypot(px - x, py - y) < 5
    assert time in t
    click(view, QPointF(3, 3))
    assert len(picked) == 1


def test_a_drag_picks_nothing_and_a_trembling_hand_turns_nothing(view) -> None:
    picked = []
    view.picked.connect(picked.append)
    ((x, y),), _ = view.camera.project(view.trail.places(200, 201), 640, 400)
    spot, before = QPointF(float(x), float(y)), view.camera
    mouse(view, QEvent.Type.MouseButtonPress, spot)
    mouse(view, QEvent.Type.MouseMove, spot + QPointF(60, 0))
    mouse(view, QEvent.Type.MouseMove, spot)
    mouse(view, QEvent.Type.MouseButtonRelease, spot)
    assert picked == []
    view.camera = before
    mouse(view, QEvent.Type.MouseButtonPress, spot)
    mouse(view, QEvent.Type.MouseMove, spot + QPointF(1, 1))
    mouse(view, QEvent.Type.MouseButtonRelease, spot)
    assert len(picked) == 1
    assert view.camera == before


def test_a_mark_shows_where_the_music_was_at_a_time(view) -> None:
    without = pixels(view)
    view.mark(float(view.trail.t[60]))
    ((x, y),), _ = view.camera.project(view.trail.places(60, 61), 640, 400)
    changed = np.argwhere(np.abs(pixels(view) - without).sum(2) > 120)
    assert np.hypot(*(changed - [y, x]).T).max() < 14
    view.mark(None)
    assert np.abs(pixels(view) - without).mean() < 0.1


def test_a_path_clicked_before_there_is_one_tells_nothing() -> None:
    view, picked = TrajectoryView(), []
    view.picked.connect(picked.append)
    click(view, QPointF(20, 20))
    assert picked == []


def test_beside_a_stage_the_view_is_painted_less_often(view) -> None:
    view.spare = True
    asked = []
    view.update = lambda: asked.append(1)
    for frame in range(60):
        view.advance(100.0 + frame / 60)
    assert 8 <= len(asked) <= 12


def test_a_still_view_of_a_still_path_is_not_painted_again(view) -> None:
    view.set_turning(False)
    view.show()
    asked = []
    view.reset()
    view.advance(100.0)
    QApplication.processEvents()
    view.update = lambda: asked.append(1)
    for frame in range(20):
        view.advance(100.0 + frame / 60)
    assert asked == []
    view.extend(1, 500, wandering(501)[500:])
    view.advance(101.0)
    assert asked == [1]
    view.close()


def test_the_view_comes_to_frame_a_path_that_moves_away(view) -> None:
    far = wandering(1500)[500:].copy()
    far[:, 2:] += 20
    view.extend(1, 500, far)
    for frame in range(400):
        view.advance(frame / 30)
    extent = view.trail.extent
    np.testing.assert_allclose(view.camera.centre, extent.centre, atol=0.02 * extent.radius)
    assert view.camera.radius == pytest.approx(extent.radius, rel=0.02)


def test_ornaments_are_drawn_small_in_their_own_place_and_as_loud_as_they_are() -> None:
    grid = PatternGrid()
    grid.resize(760, 210)
    flam = Grid.of([(4, 1, 110, 0), (4, 1, 40, -50), (8, 1, 90, 0), (8, 1, 80, 60), (12, 1, 90, 0)], 16)
    grid.show_pattern(flam.to_bytes(), (4, 4))
    main, grace, first, second, alone = (grid.bar(block) for block in blocks_of(flam))
    assert grid.length == 16 * STEP
    assert grace.left() == pytest.approx(grid.x_at(4 * STEP - 50) + 1)
    assert (grace.width(), grace.height()) < (main.width(), main.height())
    assert grace.right() < main.left()
    assert first.right() < second.left()
    assert grace.height() < second.height() < first.height() == alone.height()
    assert main.bottom() == grace.bottom()
    without = PatternGrid()
    without.resize(760, 210)
    without.show_pattern(Grid(flam.values).to_bytes(), (4, 4))
    changed = (pixels(grid) != pixels(without)).any(2).nonzero()[1]
    assert {int(x) for x in (grace.center().x(), second.center().x())} <= set(changed.tolist())


def test_a_roll_in_a_loop_of_eight_bars_shows_every_stroke() -> None:
    grid = PatternGrid()
    grid.resize(760, 210)
    roll = Grid.of([(127, 1, 60 + n, 40 * n - 120) for n in range(6)], 128)
    grid.show_pattern(roll.to_bytes(), (4, 4))
    assert len({round(grid.bar(block).left(), 3) for block in blocks_of(roll)}) == 6
    assert all(grid.bar(block).width() >= 1.5 for block in blocks_of(roll))
