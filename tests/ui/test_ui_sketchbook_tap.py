"""Tapping a rhythm: taps fall where the loop is, and drums come at the end of every round with new ones."""

from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from livemusic.engine import messages as say
from livemusic.engine.snapshot import Health, ListenState, Plug, Snapshot, StudioState, SurfaceState, TransportState
from livemusic.music.grid import STEP
from livemusic.session.preset import Clip, Preset
from livemusic.session.settings import Session, Settings
from livemusic.session.sketchbook import Invent, Tapped
from livemusic.ui.sketchbook import tap as module
from livemusic.ui.sketchbook.tap import TapPage, TapTrack

EMPTY = Clip("Empty", 16, {})
SESSION = Session(Preset("Plain", (EMPTY, EMPTY, EMPTY, EMPTY)), Settings())
STEP_SECONDS = 0.125  # at 120 bpm
ROUND = 16 * STEP


def snapshot(now: float, tick: float | None = None) -> Snapshot:
    transport = TransportState(playing=tick is not None, tick=tick or 0.0)
    return Snapshot(now, 1, transport, ListenState(), Plug(), Plug(), Plug(), Health())


class Clock:
    """The time as the page sees it."""

    def __init__(self, page: TapPage) -> None:
        self.page = page
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def pass_steps(self, steps: float, tick: float | None = None) -> None:
        """So many steps later; `tick` is where the loop is then, if it plays."""
        self.now += steps * STEP_SECONDS
        self.page.show_state(snapshot(self.now, tick))


@pytest.fixture
def page(app: QApplication) -> Iterator[TapPage]:
    page = TapPage()
    page.resize(600, 300)
    page.asks = []
    page.asked.connect(page.asks.append)
    page.show_session(SESSION)
    page.show_studio(StudioState(1, ready=True, styles=("rock",)))
    page.show()
    yield page
    page.close()
    page.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def clock(page: TapPage, monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock(page)
    monkeypatch.setattr(module, "perf_counter", clock)
    page.show_state(snapshot(clock.now))
    return clock


# The track.


def test_a_tap_falls_on_the_nearest_step_with_what_is_left() -> None:
    track = TapTrack(16)
    assert track.add(4 * STEP + 30, 90) == (4, 90, 30)
    assert track.add(ROUND - 20, 80) == (0, 80, -20)
    assert track.add(5 * ROUND + 9 * STEP - 100, 300) == (9, 127, -100)
    assert track.hits() == ((0, 80, -20), (4, 90, 30), (9, 127, -100))


def test_of_two_taps_on_a_step_the_later_counts_and_undo_gives_the_other_back() -> None:
    track = TapTrack(16)
    track.add(10.0, 50)
    track.add(ROUND + 20.0, 120)
    assert track.hits() == ((0, 120, 20),)
    track.undo()
    assert track.hits() == ((0, 50, 10),)
    track.undo()
    track.undo()
    assert track.hits() == ()


@given(
    st.integers(1, 1024),
    st.lists(st.tuples(st.floats(0, 1e7, allow_nan=False, allow_subnormal=False), st.integers(-5, 500)), max_size=30),
)
def test_what_is_tapped_is_always_a_rhythm_to_make_drums_of(steps: int, taps: list[tuple[float, int]]) -> None:
    track = TapTrack(steps)
    for tick, velocity in taps:
        step, _, offset = track.add(tick, velocity)
        away = (tick - (step * STEP + offset)) % (steps * STEP)
        assert min(away, steps * STEP - away) <= 1.0
    clip = Clip("taps", steps, {"snare": track.hits()})
    assert len(clip.grid().rows()) == len(track.hits())


def test_a_tapped_roll_is_kept_until_the_step_is_tapped_in_another_round() -> None:
    track = TapTrack(16)
    for tick, velocity in ((4 * STEP - 60, 50), (4 * STEP, 90), (4 * STEP + 60, 70)):
        track.add(tick, velocity)
    assert track.hits() == ((4, 50, -60), (4, 90, 0), (4, 70, 60))
    track.add(ROUND + 4 * STEP + 5, 80)
    assert track.hits() == ((4, 80, 5),)
    track.undo()
    assert len(track.hits()) == 3


# The page.


def test_while_the_drums_are_stopped_the_first_tap_is_the_top(page: TapPage, clock: Clock) -> None:
    clock.pass_steps(3.3)
    for wait in (0, 4, 2.25, 5.75):
        clock.pass_steps(wait)
        page.tap(100, clock.now)
    assert page.recipe() == Tapped(taps=((0, 100, 0), (4, 100, 0), (6, 100, 60), (12, 100, 0)), steps=16)
    assert page.asks == []
    clock.pass_steps(3.9)
    assert page.asks == [say.Make(page.recipe())]
    clock.pass_steps(16)
    assert len(page.asks) == 1
    page.tap(90, clock.now)
    assert page.track.hits() == ((0, 90, 0),)


def test_taps_of_the_next_round_are_added(page: TapPage, clock: Clock) -> None:
    page.tap(100, clock.now)
    clock.pass_steps(17)
    page.tap(60, clock.now)
    clock.pass_steps(16)
    assert [len(request.recipe.taps) for request in page.asks] == [1, 2]


def test_while_the_drums_play_taps_fall_where_the_loop_is(page: TapPage, clock: Clock) -> None:
    clock.pass_steps(0, tick=3 * ROUND + 5 * STEP)
    clock.now += 2 * STEP_SECONDS
    page.tap(80, clock.now)
    assert page.track.hits() == ((7, 80, 0),)
    clock.pass_steps(0, tick=4 * ROUND - STEP / 4)
    assert [type(request) for request in page.asks] == [say.Make]
    page.tap(80, clock.now)
    assert page.track.hits() == ((0, 80, -STEP // 4), (7, 80, 0))
    clock.pass_steps(0, tick=4 * ROUND + 8 * STEP)
    assert len(page.asks) == 1
    clock.pass_steps(0, tick=5 * ROUND)
    assert [len(request.recipe.taps) for request in page.asks] == [1, 2]


def test_the_higher_the_pad_is_hit_the_louder(page: TapPage, clock: Clock) -> None:
    page.pad.setFixedHeight(100)
    QApplication.processEvents()
    for height in (2, 50, 97):
        QTest.mouseClick(page.pad, Qt.MouseButton.LeftButton, pos=QPoint(50, height))
        clock.pass_steps(2)
    loud, middle, soft = (velocity for _, velocity, _ in page.track.hits())
    assert 120 < loud <= 127
    assert 60 < middle < 90
    assert 20 < soft < 35


def test_keys_tap_and_backspace_takes_back(page: TapPage, clock: Clock) -> None:
    for key in (Qt.Key.Key_Space, Qt.Key.Key_L, Qt.Key.Key_4):
        QTest.keyClick(page.pad, key)
        clock.pass_steps(2)
    assert [step for step, *_ in page.track.hits()] == [0, 2, 4]
    QTest.keyClick(page.pad, Qt.Key.Key_Backspace)
    QTest.keyClick(page.pad, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(page.pad, Qt.Key.Key_Up)
    assert [step for step, *_ in page.track.hits()] == [0, 2]


def test_the_buttons_make_take_back_and_forget(page: TapPage, clock: Clock) -> None:
    assert not page.go.isEnabled()
    page.tap(100, clock.now)
    clock.pass_steps(2)
    page.tap(100, clock.now)
    page.undo.click()
    page.go.click()
    assert page.asks == [say.Make(Tapped(taps=((0, 100, 0),), steps=16))]
    page.clear.click()
    assert page.recipe() is None
    assert not page.undo.isEnabled()
    clock.pass_steps(16)
    assert len(page.asks) == 1


def test_nothing_is_made_of_taps_that_were_all_taken_back(page: TapPage, clock: Clock) -> None:
    page.tap(100, clock.now)
    page.undo.click()
    clock.pass_steps(17)
    assert page.asks == []


def test_the_drums_are_started_and_stopped_from_here(page: TapPage, clock: Clock) -> None:
    page.play.click()
    clock.pass_steps(0, tick=0.0)
    assert page.play.text() == "Stop"
    page.play.click()
    assert page.asks == [say.Play(), say.Stop()]


def test_a_recalled_rhythm_is_shown_as_it_was(page: TapPage, clock: Clock) -> None:
    recipe = Tapped(taps=((1, 90, 5), (30, 20, 0)), steps=32, style="rock")
    assert page.show_recipe(recipe)
    assert page.recipe() == recipe
    assert not page.show_recipe(Invent())
    page.show_session(SESSION)
    assert page.recipe() == recipe
    shorter = Clip("Short", 12, {})
    page.show_session(Session(msgspec.structs.replace(SESSION.preset, corners=(shorter,) * 4), Settings()))
    assert page.recipe() == Tapped(taps=((1, 90, 5),), steps=12, style="rock")


def test_it_is_drawn_with_taps_and_playhead(page: TapPage, clock: Clock) -> None:
    empty = page.grab().toImage()
    page.tap(100, clock.now)
    clock.pass_steps(3)
    assert page.grab().toImage() != empty
    page.show_recipe(Tapped(taps=((1000, 1, 119),), steps=1024))
    assert not page.grab().isNull()


def struck(taps: tuple[tuple[int, int, int], ...], now: float, tick: float | None = None) -> Snapshot:
    return msgspec.structs.replace(snapshot(now, tick), surface=SurfaceState(hits=taps))


def test_pads_tap_along_where_the_loop_was_when_they_were_hit(page: TapPage) -> None:
    old = (1, 5 * STEP, 90)
    page.show_state(struck((old,), 100.0, 0.0))
    page.show_state(struck((old, (2, ROUND + 2 * STEP + 30, 70)), 100.5, ROUND + 4 * STEP))
    page.show_state(struck((old, (2, ROUND + 2 * STEP + 30, 70)), 100.6, ROUND + 5 * STEP))
    assert page.track.hits() == ((2, 70, 30),)


def test_pads_begin_a_loop_while_the_drums_are_stopped(page: TapPage) -> None:
    page.show_state(struck((), 100.0))
    page.show_state(struck(((1, 5000, 90), (2, 5000 + 4 * STEP - 20, 60)), 100.5))
    assert page.track.hits() == ((0, 90, 0), (4, 60, -20))
    page.leave()
    page.show_state(struck(((3, 9000, 90),), 101.0))
    assert len(page.track.hits()) == 2


def test_a_hint_that_is_long_for_the_pad_is_not_cut(page: TapPage) -> None:
    pad = page.pad
    pad.resize(420, 140)
    pad.show_hint("")
    bare = pad.grab().toImage()
    pad.show_hint("Words that are many more than a low and narrow pad has room for on one line of its own, in full")
    told = pad.grab().toImage()
    spots = [(x, y) for x in range(told.width()) for y in range(told.height()) if told.pixel(x, y) != bare.pixel(x, y)]
    assert spots
    assert 30 < min(x for x, _ in spots) < max(x for x, _ in spots) < told.width() - 30
    assert max(y for _, y in spots) < told.height() - 8
