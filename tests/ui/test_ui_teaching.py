import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from livemusic.engine.actions import TARGETS, target_of
from livemusic.engine.edits import Forget, LockLane, SetMode
from livemusic.engine.messages import Learn
from livemusic.engine.mixing import SetLane
from livemusic.engine.snapshot import Plug
from livemusic.session.control import Binding, Control
from livemusic.session.edits import bound
from livemusic.ui.preferences.targets import words_of


def texts(menu) -> list[str]:
    return [action.text() for action in menu.actions() if action.text()]


def middle(widget) -> QPoint:
    return widget.rect().center()


def test_every_target_of_the_engine_can_be_taught_from_the_window_and_no_other(window, until) -> None:
    until(lambda: window.desk.session is not None)
    offered = {target for offer in window.teaching._offers for target in (*offer.targets(), *offer.further)}
    window.menus.lessons.aboutToShow.emit()
    listed = {action.text() for action in window.menus.lessons.actions()}
    for target in offered:
        target_of(target)
    missing = {name for name in TARGETS if name not in offered and f"Learn MIDI: {words_of(name)}" not in listed}
    assert missing == set()


def test_a_right_click_offers_to_teach(window, until) -> None:
    until(lambda: window.desk.session is not None)
    assert texts(window.teaching.menu(window.pattern.swing, QPoint(5, 5))) == ["Learn MIDI: Swing"]
    assert texts(window.teaching.menu(window.pad, middle(window.pad)))[1:] == [
        "Learn MIDI: Pad, left to right",
        "Learn MIDI: Pad, bottom to top",
    ]
    assert "Learn MIDI: Late night" in texts(window.teaching.menu(window.sources.preset, QPoint(5, 5)))


def test_a_drums_name_offers_its_drum_and_the_pattern_to_edit_it(window) -> None:
    snare = window.grid.lane(1).center().toPoint()
    offered = texts(window.teaching.menu(window.grid, snare))
    assert offered[-2:] == ["Learn MIDI: Play the snare", "Learn MIDI: more"]
    assert offered[:2] == ["Mute", "Solo"]
    assert any(text.startswith("◤ Lock to “") for text in offered)
    assert texts(window.teaching.menu(window.grid, middle(window.grid)))[0] == "Edit the pattern"


def test_a_lane_is_locked_by_its_menu_and_the_mode_by_its_button(window, link, until) -> None:
    menu = window.teaching.menu(window.grid, window.grid.lane(1).center().toPoint())
    next(action for action in menu.actions() if action.text().startswith("◥")).trigger()
    next(action for action in menu.actions() if action.text() == "Mute").trigger()
    window.corners.mode.click()
    until(
        lambda: SetLane(1, mute=True) in link.asked and LockLane(1, 1) in link.asked and SetMode("blend") in link.asked
    )


def test_a_lesson_has_a_banner_a_glow_and_an_end(window, link, until) -> None:
    menu = window.teaching.menu(window.pattern.swing, QPoint(5, 5))
    link.surface = msgspec.structs.replace(link.surface, controllers=(Plug("Knobs", "Knobs", "on", ""),))
    menu.actions()[0].trigger()
    until(lambda: window.teaching.banner.isVisible() and window.teaching.glow.isVisible())
    assert window.teaching.banner.text() == "Move the knob, key or pad that should do “Swing”.\nEsc cancels."
    page, slider = window.centralWidget(), window.pattern.swing
    centre = slider.mapTo(page, middle(slider))
    assert window.teaching.glow.geometry().contains(centre)
    assert page.childAt(centre) is slider  # the hand reaches through the glow
    QTest.keyClick(window.pad, Qt.Key.Key_Escape)
    until(lambda: not window.teaching.banner.isVisible() and not window.teaching.glow.isVisible())
    assert link.asked == [Learn("swing"), Learn("")]


def test_a_lesson_without_a_controller_says_where_to_choose_one(window, link, until) -> None:
    link.surface = msgspec.structs.replace(link.surface, learning="tempo")
    until(lambda: window.teaching.banner.isVisible())
    assert "No controller is chosen yet" in window.teaching.banner.text()


def test_what_was_taught_can_be_forgotten(window, link, until) -> None:
    knob = Control("Knobs", "control", 1, 21)
    link.take(bound(link.session, Binding(knob, "swing")))
    until(lambda: window.desk.session.settings.bindings)
    menu = window.teaching.menu(window.pattern.swing, QPoint(5, 5))
    assert texts(menu) == ["Learn MIDI: Swing", "Forget control 21, channel 1, Knobs"]
    menu.actions()[-1].trigger()
    until(lambda: link.asked == [Forget("swing")])


def test_a_lesson_ends_with_the_engine(window, link, until) -> None:
    link.surface = msgspec.structs.replace(link.surface, learning="swing")
    until(lambda: window.teaching.banner.isVisible())
    link.gone = True
    until(lambda: not window.teaching.banner.isVisible() and not window.teaching.glow.isVisible())


@pytest.mark.parametrize(
    ("target", "words"),
    [("strike high tom", "Play the high tom"), ("capture 3", "Capture bottom left")],
)
def test_targets_have_words(target, words) -> None:
    assert words_of(target) == words
