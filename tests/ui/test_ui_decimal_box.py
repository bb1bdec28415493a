"""Numbers typed with a decimal point or a decimal comma, whatever the system's language."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDoubleSpinBox

from livemusic.ui import theme
from livemusic.ui.decimal_box import DecimalBox
from livemusic.ui.panels.tempo import TempoBox
from livemusic.ui.preferences.fields import DelayBox
from livemusic.ui.rack.readings import number, spoken


@pytest.fixture(params=["de_DE", "C", "fr_CH", "ar_EG", "ru_RU"])
def _language(request: pytest.FixtureRequest) -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield
    QLocale.setDefault(before)


def typed(box: QDoubleSpinBox, text: str) -> str:
    """What the box shows once `text` was typed and Return was pressed."""
    box.show()
    box.selectAll()
    QTest.keyClicks(box.lineEdit(), text)
    QTest.keyClick(box.lineEdit(), Qt.Key.Key_Return)
    QApplication.processEvents()
    return box.text()


@pytest.mark.parametrize("make", [TempoBox, lambda: DelayBox("Delay", "")])
def test_the_digits_keep_their_room_when_the_window_turns_light_or_dark(app, make) -> None:
    box = make()
    box.setStyleSheet("QDoubleSpinBox { border: 0; }")
    box.resize(150, 60)
    box.show()
    across, down = box.rim
    room = box.rect().adjusted(across, down, -across, -down)
    assert box.lineEdit().geometry() == room
    try:
        theme.wear(app, light=True)
        assert box.lineEdit().geometry() == room
    finally:
        theme.wear(app, light=False)
    assert box.lineEdit().geometry() == room


@pytest.mark.usefixtures("_language")
@pytest.mark.parametrize("text", ["98.5", "98,5"])
def test_both_signs_are_understood_and_shown_as_a_point(text: str) -> None:
    tempo, delay = TempoBox(), DelayBox("Delay", "")
    assert typed(tempo, text) == "98.5"
    assert tempo.value() == 98.5
    assert typed(delay, text) == "98.5 ms"
    assert delay.value() == 98.5


@pytest.mark.usefixtures("_language")
@pytest.mark.parametrize("pasted", ["９８，５", "٩٨٫٥"])
def test_digits_of_other_scripts_can_be_pasted(pasted: str) -> None:
    box = TempoBox()
    box.selectAll()
    box.lineEdit().insert(pasted)
    box.interpretText()
    assert box.value() == 98.5


def test_every_number_to_type_is_such_a_box() -> None:
    kinds = [QDoubleSpinBox]
    found = set()
    while kinds:
        kind = kinds.pop()
        found.add(kind)
        kinds += kind.__subclasses__()
    ours = {kind for kind in found if kind.__module__.startswith("livemusic")}
    assert {TempoBox, DelayBox} < ours
    assert all(issubclass(kind, DecimalBox) for kind in ours)


def test_what_a_plugin_says_with_a_decimal_comma_is_a_number() -> None:
    assert spoken("-6,200000", "dB") == spoken("-6.2", "dB") == "-6.2 dB"
    assert number("1,000") is None  # a thousand, or one
    assert number("0,5") == 0.5
