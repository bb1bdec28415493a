"""A pattern is edited with the mouse and the keys, on the real widget."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from livemusic.music.editing import hits_of
from livemusic.music.grid import STEP, Grid
from livemusic.session.pattern_edits import (
    ChangeVelocity,
    ClearLane,
    DrawHit,
    DuplicateBar,
    FillLane,
    HalvePattern,
    MoveHits,
    PasteHits,
    RemoveHits,
    RotateLane,
    SetOrnament,
)
from livemusic.ui.editor.grid import EditorGrid, spot_of

pytestmark = pytest.mark.usefixtures("app")
LEFT, NO = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
ALT, SHIFT, CTRL = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
BAR = 16 * STEP
BEAT = Grid.of([(0, 0, 110, 0), (8, 0, 100, 0), (4, 1, 90, 0), (12, 1, 90, 20), (4, 1, 30, -40)], 16)
KICK, SNARE, HAT = 0, 1, 2


class Hand:
    """Somebody who edits; what is sent is done at once, as by an engine."""

    def __init__(self, grid: Grid) -> None:
        self.view = EditorGrid()
        self.view.resize(1000, 300)
        self.view.set_editable(True)
        self.engine, self.sent, self.said = grid, [], []
        self.view.edited.connect(self._answer)
        self.view.said.connect(self.said.append)
        self.view.show_edited(grid, (4, 4))
        self.view.show()

    def _answer(self, edit: object) -> None:
        self.sent.append(edit)
        self.engine = edit.made_of(self.engine, BAR)

    def update(self) -> None:
        self.view.show_edited(self.engine, (4, 4))

    def at(self, voice: int, step: float) -> QPoint:
        return spot_of(self.view, voice, step * STEP)

    def click(self, voice: int, step: float, held: Qt.KeyboardModifier = NO) -> None:
        QTest.mouseClick(self.view, LEFT, held, self.at(voice, step))

    def drag(self, begin: QPoint, way: QPoint, held: Qt.KeyboardModifier = NO) -> None:
        QTest.mousePress(self.view, LEFT, held, begin)
        for part in (0.3, 0.6, 1.0):
            spot = QPointF(begin + way * part)
            QApplication.sendEvent(
                self.view,
                QMouseEvent(
                    QEvent.Type.MouseMove, spot, self.view.mapToGlobal(spot), Qt.MouseButton.NoButton, LEFT, held
                ),
            )
        QTest.mouseRelease(self.view, LEFT, held, begin + way)

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier = NO, times: int = 1) -> None:
        for _ in range(times):
            QTest.keyClick(self.view, key, held)

    def step_width(self) -> int:
        return round(self.view.x_at(STEP) - self.view.x_at(0))


@pytest.fixture
def hand() -> Iterator[Hand]:
    hand = Hand(BEAT)
    yield hand
    hand.view.close()


def test_a_click_draws_and_the_next_one_removes(hand) -> None:
    hand.click(HAT, 6.3)
    assert hand.sent == [DrawHit(HAT, 6 * STEP)]
    assert (HAT, 6 * STEP) in hits_of(hand.view.pattern.grid)
    hand.click(HAT, 6.3)
    assert hand.sent[1:] == [RemoveHits(((HAT, 6 * STEP),))]
    assert hand.engine == hand.view.pattern.grid == BEAT


def test_with_alt_a_click_draws_free_of_the_steps(hand) -> None:
    hand.click(HAT, 6.5, ALT)
    (draw,) = hand.sent
    assert draw.tick % STEP != 0
    assert abs(draw.tick - 6.5 * STEP) < 30


def test_a_drag_upwards_is_one_edit_of_the_velocity(hand) -> None:
    hand.drag(hand.at(KICK, 8), QPoint(2, -40))
    (louder,) = hand.sent
    assert louder == ChangeVelocity(((KICK, 8 * STEP),), louder.by)
    assert louder.by > 30
    hand.drag(hand.at(KICK, 8), QPoint(0, 300))
    assert [row[2] for row in hand.engine.rows() if row[:2] == (8, KICK)] == [1]


def test_a_drag_sideways_moves_by_steps_and_with_alt_by_ticks(hand) -> None:
    hand.drag(hand.at(SNARE, 4), QPoint(2 * hand.step_width() + 5, 3))
    assert hand.sent == [MoveHits(((SNARE, 4 * STEP),), 2 * STEP)]
    assert {(SNARE, 6 * STEP), (SNARE, 6 * STEP - 40)} <= set(hits_of(hand.engine))
    hand.drag(hand.at(KICK, 0), QPoint(hand.step_width() // 3, 0), ALT)
    assert 0 < hand.sent[1].ticks < STEP
    assert hand.sent[1].ticks % STEP


def test_nothing_is_sent_before_the_hand_lets_go_and_nothing_for_a_drag_that_comes_back(hand) -> None:
    begin = hand.at(KICK, 8)
    QTest.mousePress(hand.view, LEFT, NO, begin)
    for x in (30, 90, 0):
        QTest.mouseMove(hand.view, begin + QPoint(x, 0))
    assert hand.sent == []
    hand.view._pull(QPointF(begin), False)
    QTest.mouseRelease(hand.view, LEFT, NO, begin)
    assert hand.sent == []


def test_a_marquee_selects_what_moves_together(hand) -> None:
    begin, end = hand.at(HAT, 3), hand.at(SNARE, 12.9) + QPoint(0, 8)
    hand.drag(begin, end - begin)
    assert hand.view.pattern.selected == {(SNARE, 4 * STEP), (SNARE, 4 * STEP - 40), (SNARE, 12 * STEP + 20)}
    hand.drag(hand.at(SNARE, 4), QPoint(hand.step_width(), 0))
    assert [row[0] for row in hand.engine.rows() if row[1] == SNARE] == [5, 5, 13]
    assert hand.view.pattern.selected == {(SNARE, 5 * STEP), (SNARE, 5 * STEP - 40), (SNARE, 13 * STEP + 20)}
    hand.key(Qt.Key.Key_Delete)
    assert {row[1] for row in hand.engine.rows()} == {KICK}
    assert len(hand.sent) == 2


def test_shift_adds_to_what_is_selected(hand) -> None:
    hand.click(KICK, 0, SHIFT)
    hand.click(SNARE, 4, SHIFT)
    assert hand.view.pattern.selected == {(KICK, 0), (SNARE, 4 * STEP)}
    hand.click(KICK, 0, SHIFT)
    assert hand.view.pattern.selected == {(SNARE, 4 * STEP)}
    assert hand.sent == []


def test_what_is_copied_is_pasted_behind_itself_again_and_again() -> None:
    hand = Hand(Grid.joined([BEAT, Grid.empty(16)]))
    hand.view.pattern.choose_between((0, 0), (8, 7))
    hand.key(Qt.Key.Key_C, CTRL)
    for step in (8, 16):
        hand.key(Qt.Key.Key_V, CTRL)
        assert isinstance(hand.sent[-1], PasteHits)
        assert hand.sent[-1].step == step
    first = {(step, voice) for step, voice, _, _ in BEAT.rows() if step < 8}
    there = {(step, voice) for step, voice, _, _ in hand.engine.rows()}
    assert {(step + by, voice) for step, voice in first for by in (0, 8, 16)} <= there
    hand.view.close()


def test_cut_takes_out_what_can_be_pasted_elsewhere(hand) -> None:
    hand.click(KICK, 0, SHIFT)
    hand.key(Qt.Key.Key_X, CTRL)
    assert (KICK, 0) not in hits_of(hand.engine)
    hand.view.pattern.cursor = (5, 10)
    hand.key(Qt.Key.Key_V, CTRL)
    assert (KICK, 10 * STEP) in hits_of(hand.engine)


def test_an_empty_clipboard_is_said(hand) -> None:
    QGuiApplication.clipboard().setText("no hits")
    hand.key(Qt.Key.Key_V, CTRL)
    assert "nothing to paste" in hand.said[0]


def test_the_keyboard_draws_moves_and_tells_how_loud(hand) -> None:
    hand.view.setFocus()
    hand.view.pattern.cursor = (KICK, 0)
    hand.key(Qt.Key.Key_Right, times=2)
    hand.key(Qt.Key.Key_Up, times=2)
    hand.key(Qt.Key.Key_Return)
    hand.key(Qt.Key.Key_Plus)
    hand.key(Qt.Key.Key_Minus, times=2)
    hand.key(Qt.Key.Key_Right, CTRL)
    hand.key(Qt.Key.Key_Left, ALT)
    assert [row for row in hand.engine.rows() if row[1] == HAT] == [(3, HAT, 92, -10)]
    hand.key(Qt.Key.Key_Backspace)
    assert hand.engine == BEAT


def held(hand: Hand, key: Qt.Key, times: int, modifiers: Qt.KeyboardModifier = NO) -> None:
    """A key is pressed and held, so that it repeats."""
    for number in range(times):
        event = QKeyEvent(QEvent.Type.KeyPress, key, modifiers, "", number > 0)
        QApplication.sendEvent(hand.view, event)


def test_what_a_held_key_repeats_is_of_one_press_and_the_next_press_is_another(hand) -> None:
    presses: list[int] = []
    hand.view.edited.connect(lambda edit: presses.append(hand.view.press))
    hand.view.pattern.cursor = (KICK, 0)
    held(hand, Qt.Key.Key_Minus, 4)
    assert len(presses) == 4
    assert len({*presses}) == 1
    assert presses[0] > 0
    assert (0, KICK, 78, 0) in hand.engine.rows()
    held(hand, Qt.Key.Key_Right, 3, CTRL)
    assert len(presses) == 7
    assert len({*presses}) == 2
    assert hand.view.press == 0
    QTest.mouseClick(hand.view, LEFT, pos=hand.at(HAT, 6))
    assert presses[-1] == 0


def test_a_held_enter_draws_once_and_a_held_duplicate_makes_one_more_bar(hand) -> None:
    hand.view.pattern.cursor = (HAT, 2)
    held(hand, Qt.Key.Key_Return, 5)
    assert hand.sent == [DrawHit(HAT, 2 * STEP)]
    held(hand, Qt.Key.Key_D, 5, CTRL)
    assert hand.sent[1:] == [DuplicateBar(0)]


def test_shift_and_arrows_select_and_ctrl_a_everything(hand) -> None:
    hand.view.pattern.cursor = (KICK, 0)
    hand.key(Qt.Key.Key_Right, SHIFT, times=8)
    hand.key(Qt.Key.Key_Up, SHIFT)
    assert hand.view.pattern.selected == {(KICK, 0), (KICK, 8 * STEP), (SNARE, 4 * STEP), (SNARE, 4 * STEP - 40)}
    hand.key(Qt.Key.Key_A, CTRL)
    assert len(hand.view.pattern.selected) == BEAT.count
    hand.key(Qt.Key.Key_A, CTRL | SHIFT)
    assert not hand.view.pattern.selected


@pytest.mark.parametrize(
    ("key", "kind", "more"),
    [(Qt.Key.Key_F, "flam", 1), (Qt.Key.Key_D, "drag", 2), (Qt.Key.Key_R, "roll", 3)],
)
def test_ornaments_are_put_on_by_key_and_taken_off(hand, key, kind, more) -> None:
    hand.view.pattern.cursor = (KICK, 8)
    hand.key(key, SHIFT)
    assert hand.sent == [SetOrnament(((KICK, 8 * STEP),), kind)]
    assert hand.engine.count == BEAT.count + more
    hand.key(Qt.Key.Key_P, SHIFT)
    assert hand.engine == BEAT


def pick(menu: QMenu, words: str) -> None:
    next(action for action in menu.actions() if action.text().startswith(words)).trigger()


def test_the_menu_of_a_hit_offers_ornaments_and_bars(hand) -> None:
    QTest.mousePress(hand.view, Qt.MouseButton.RightButton, NO, hand.at(KICK, 8))
    menu = QMenu()
    hand.view.fill_menu(menu)
    pick(menu, "Flam")
    pick(menu, "Duplicate bar 1")
    assert hand.sent == [SetOrnament(((KICK, 8 * STEP),), "flam"), DuplicateBar(0)]
    again = QMenu()
    hand.view.fill_menu(again)
    ticked = [action.text() for action in again.actions() if action.isChecked()]
    assert ticked == ["Flam\tShift+F"]
    assert any(action.text().startswith("Halve to 1 bar") for action in again.actions())


def test_the_menu_of_a_lane_clears_fills_turns_and_shakes_it(hand) -> None:
    menu = QMenu()
    hand.view.fill_lane_menu(menu, SNARE)
    for words in ("Clear the lane", "Fill every 4th step", "Rotate right"):
        pick(menu, words)
    assert hand.sent == [ClearLane(SNARE), FillLane(SNARE, 4), RotateLane(SNARE, 1)]
    assert [row[0] for row in hand.engine.rows() if row[1] == SNARE] == [1, 5, 9, 13]
    pick(menu, "Randomise velocity")
    assert len({row[2] for row in hand.engine.rows() if row[1] == SNARE}) > 1


def test_what_cannot_be_done_is_said_and_not_sent(hand) -> None:
    hand.view.editing.do(HalvePattern())
    assert hand.sent == []
    assert "cannot be halved" in hand.said[0]


def test_quick_clicks_are_seen_before_the_engine_has_done_them(hand) -> None:
    for step in (2, 6, 10):
        hand.click(HAT, step)
    assert sum(voice == HAT for voice, _ in hits_of(hand.view.pattern.grid)) == 3
    late = hand.sent[0].made_of(BEAT, BAR)
    hand.view.show_edited(late, (4, 4))
    assert sum(voice == HAT for voice, _ in hits_of(hand.view.pattern.grid)) == 3
    hand.update()
    assert hand.view.pattern.grid == hand.engine


def test_what_somebody_else_changes_counts_more_than_what_was_sent(hand) -> None:
    hand.click(HAT, 2)
    other = Grid.of([(3, 8, 80, 0)], 16)
    hand.view.show_edited(other, (4, 4))
    assert hand.view.pattern.grid == other


def test_a_pattern_that_is_only_shown_is_not_changed() -> None:
    view, begun, sent = EditorGrid(), [], []
    view.resize(1000, 300)
    view.begun.connect(lambda: begun.append(1))
    view.edited.connect(sent.append)
    view.show_pattern(BEAT.to_bytes(), (4, 4))
    QTest.mouseClick(view, LEFT, NO, spot_of(view, HAT, 6 * STEP))
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert (begun, sent) == ([1], [])


def wheel(view: EditorGrid, turn: int, held: Qt.KeyboardModifier = NO) -> None:
    spot = QPointF(view.field().center())
    QApplication.sendEvent(
        view,
        QWheelEvent(
            spot, spot, QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton, held, Qt.ScrollPhase.NoScrollPhase, False
        ),
    )


def test_a_long_pattern_is_shown_in_pages_zoomed_and_scrolled() -> None:
    hand = Hand(BEAT.looped(16 * 12))
    view = hand.view
    assert (view.stretch.first, view.stretch.span) == (0, 4 * BAR)
    wheel(view, -120)
    assert view.stretch.first > 0
    before = view.tick_at(view.field().center().x())
    wheel(view, 240, CTRL)
    assert view.stretch.span == pytest.approx(4 * BAR / 1.25**2)
    assert view.tick_at(view.field().center().x()) == pytest.approx(before)
    hand.key(Qt.Key.Key_0, CTRL)
    assert view.stretch.whole
    hand.click(HAT, 150)
    assert hand.sent == [DrawHit(HAT, 150 * STEP)]
    hand.view.close()


def test_the_view_follows_the_playhead_until_the_hand_scrolls() -> None:
    hand = Hand(BEAT.looped(16 * 12))
    view = hand.view
    view.show_playhead(5.5 * BAR, 120.0, True)
    assert view.stretch.first == 4 * BAR
    view.show_playhead(12.5 * BAR, 120.0, True)
    assert view.stretch.first == 0
    wheel(view, -120)
    there = view.stretch.first
    view.show_playhead(9 * BAR, 120.0, True)
    assert (view.stretch.first, view.following) == (there, False)
    hand.view.close()


def test_only_the_handle_drags_the_pattern_out(hand) -> None:
    dragged = []
    hand.view.dragged.connect(lambda: dragged.append(1))
    hand.drag(hand.at(HAT, 6), QPoint(120, 20))
    assert dragged == []
    hand.drag(hand.view.handle().center().toPoint(), QPoint(60, 40))
    assert dragged == [1]


def test_a_hit_that_is_drawn_is_heard_while_nothing_plays(hand) -> None:
    struck = []
    hand.view.struck.connect(lambda voice, velocity: struck.append((voice, velocity)))
    hand.click(HAT, 6)
    assert struck == [(HAT, 100), (HAT, 0)]
    hand.view.show_playhead(0.0, 120.0, True)
    hand.click(HAT, 7)
    assert len(struck) == 2
