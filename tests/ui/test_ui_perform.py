"""The panel that performs: it asks by the table's requests, shows what is so, and what waits."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QMenu

from livemusic.engine.perform_requests import (
    ArmSection,
    Fill,
    NewVariation,
    ResetDials,
    SetFeel,
    SetFills,
    SetVariation,
    TurnDials,
)
from livemusic.engine.snapshot import PerformState
from livemusic.music.kit import Voice
from livemusic.music.performance import Dials, Performance
from livemusic.ui.panels.perform import PerformPanel, in_words
from livemusic.ui.panels.slider import CentredSlider
from livemusic.ui.panels.sources import ChoiceBox
from livemusic.ui.panels.tabs import Tabs

HAT = int(Voice.CLOSED_HAT)
TURNED = Performance(Dials(0.4, -0.2, 0.25), fill_every=8, fill_amount=0.6, feel="half", vary_every=4).turned(
    HAT, density=-0.5
)


@pytest.fixture
def panel(app):
    return PerformPanel()


@pytest.fixture
def asked(panel):
    requests = []
    panel.asked.connect(requests.append)
    return requests


def pick(box: ChoiceBox, text: str) -> None:
    index = box.findText(text)
    assert index >= 0, [box.itemText(place) for place in range(box.count())]
    box.setCurrentIndex(index)
    box.activated.emit(index)


def test_every_control_asks_for_what_it_says(panel, asked) -> None:
    panel.fill.click()
    pick(panel.fills, "every 8")
    panel.fill_amount.setValue(80)
    panel.half.click()
    pick(panel.variation, "Vary 1 in 2")
    panel.vary_amount.setValue(10)
    panel.another.click()
    panel.dials["density"].setValue(-50)
    panel.section.click()
    assert asked == [
        Fill(), SetFills(every=8), SetFills(amount=0.8), SetFeel("half"), SetVariation(every=2),
        SetVariation(amount=0.1), NewVariation(), TurnDials(density=-0.5), ArmSection("next corner"),
    ]  # fmt: skip


def test_dials_are_those_of_the_drum_that_is_chosen(panel, asked) -> None:
    panel.show_state(PerformState(TURNED))
    assert [slider.value() for slider in panel.dials.values()] == [40, -20, 25]
    panel.choose(HAT)
    assert [slider.value() for slider in panel.dials.values()] == [-50, 0, 0]
    assert panel.targets("density") == ("density closed hat",)
    panel.dials["intensity"].setValue(30)
    assert asked == [TurnDials(intensity=0.3, voice=HAT)]
    panel.choose(None)
    assert panel.targets("density") == ("density",)


def test_the_engine_has_the_last_word(panel) -> None:
    panel.show_state(PerformState(TURNED, fill="now"))
    assert panel.fills.currentText() == "every 8"
    assert panel.variation.currentText() == "Vary 1 in 4"
    assert (panel.half.isChecked(), panel.double.isChecked(), panel.fill.isChecked()) == (True, False, True)
    assert panel.drum.itemText(HAT + 1) == "closed hat •"
    assert panel.reset.isEnabled()
    panel.show_state(PerformState())
    assert panel.fills.currentText() == "Fills: off"
    assert not panel.reset.isEnabled()


def test_reset_plays_it_as_written(panel, asked) -> None:
    panel.show_state(PerformState(TURNED))
    panel.reset.click()
    assert asked == [ResetDials()]


def test_what_is_armed_is_seen_and_can_be_called_off(panel, asked) -> None:
    panel.show_state(PerformState(armed="top right", bars_left=3))
    assert panel.section.isChecked()
    assert panel.section.text() == "Next section in 3 bars"
    assert panel.corner.currentData() == "top right"
    panel.section.click()
    assert asked == [ArmSection("off")]


@pytest.mark.parametrize(
    ("perform", "words"),
    [
        (PerformState(), ""),
        (PerformState(TURNED), "on"),
        (PerformState(fill="now"), "fill"),
        (PerformState(fill="waiting"), "fill next bar"),
        (PerformState(armed="next corner", bars_left=1), "in 1 bar"),
        (PerformState(armed="next corner"), "armed"),
    ],
)
def test_the_tab_says_what_goes_on(perform: PerformState, words: str) -> None:
    assert in_words(perform) == words


def test_a_double_click_and_a_hand_near_the_middle_bring_a_dial_to_rest(app) -> None:
    slider = CentredSlider("Density", "")
    slider.setValue(60)
    at = QPointF(slider.rect().center())
    button = Qt.MouseButton.LeftButton
    slider.mouseDoubleClickEvent(
        QMouseEvent(QEvent.Type.MouseButtonDblClick, at, at, button, button, Qt.KeyboardModifier.NoModifier)
    )
    assert slider.value() == 0
    slider.setValue(20)
    slider.setSliderDown(True)
    slider.setSliderPosition(3)
    assert slider.value() == 0
    slider.setSliderPosition(-9)
    assert slider.value() == -9


def test_tabs_show_one_page_and_remark_on_the_other(app) -> None:
    first, second = PerformPanel(), PerformPanel()
    tabs, turned = Tabs((("Setup", "", first), ("Perform", "", second))), []
    tabs.turned.connect(turned.append)
    tabs._group.button(1).click()
    tabs.remark(1, "fill")
    assert turned == [1]
    assert tabs.pages.currentWidget() is second
    assert tabs._group.button(1).text() == "Perform: fill"
    tabs.remark(1, "")
    assert tabs._group.button(1).text() == "Perform"


def test_the_window_sends_what_the_panel_asks_and_a_lane_leads_to_its_dials(window, link, until) -> None:
    window.perform.fill.click()
    until(lambda: Fill() in link.asked)
    menu = QMenu()
    window.arrangement.offer_dials(menu, HAT)
    menu.actions()[0].trigger()
    assert window.perform.voice == HAT
    assert window.arrangement.tabs.pages.currentWidget() is window.perform


def test_a_right_click_on_a_dial_offers_to_teach_it(window) -> None:
    window.perform.choose(HAT)
    menu = window.teaching.menu(window.perform.dials["density"], QPoint(3, 3))
    assert [entry.text() for entry in menu.actions()] == ["Learn MIDI: Density of the closed hat"]
