"""The metronome in the preferences: each control asks for its one change, and outputs are offered that there are."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget

from livemusic.engine.snapshot import Plug
from livemusic.session.metronome import Metronome
from livemusic.ui.preferences.metronome import MetronomeCard
from tests.ui.test_ui_preferences import choose, turn

INTERFACE = Plug("default", "Interface", "on", "", 8)
BUILT_IN = Plug("default", "Built-in", "on", "", 2)


@pytest.fixture
def card(app) -> Iterator[MetronomeCard]:
    parent = QWidget()
    card = MetronomeCard(parent)
    card.show_metronome(Metronome())
    card.show_plug(INTERFACE)
    parent.show()
    yield card
    parent.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def offered(card: MetronomeCard) -> list[str]:
    return [card.outputs.itemText(index) for index in range(card.outputs.count())]


@pytest.mark.parametrize(
    ("move", "wanted"),
    [
        (lambda card: card.speakers.click(), Metronome(speakers=False)),
        (lambda card: choose(card.outputs, "3-4"), Metronome(outputs="3-4")),
        (lambda card: turn(card.level, -20), Metronome(level_db=-20.0)),
        (lambda card: card.midi.click(), Metronome(midi=True)),
        (lambda card: turn(card.channel, 15), Metronome(channel=15)),
        (lambda card: turn(card.accent, 33), Metronome(accent=33)),
        (lambda card: turn(card.beat, 34), Metronome(beat=34)),
        (lambda card: choose(card.count_in, "2"), Metronome(count_in=2)),
    ],
)
def test_each_control_asks_for_its_change_and_no_other(card, move, wanted) -> None:
    asked: list[object] = []
    card.changed.connect(asked.append)
    move(card)
    assert asked == [{"metronome": wanted}]


def test_it_shows_how_the_metronome_is_set(card) -> None:
    card.show_metronome(Metronome(False, 0, -60.0, False, True, 3, 31, 33, "5-6"))
    assert (card.speakers.isChecked(), card.midi.isChecked()) == (False, True)
    assert [box.text() for box in (card.level, card.channel)] == ["off", "3"]
    assert [box.value() for box in (card.accent, card.beat)] == [31, 33]
    assert [box.currentText() for box in (card.outputs, card.count_in)] == ["Outputs 5–6", "Off"]


def test_outputs_are_offered_as_far_as_the_device_has_them(card) -> None:
    assert offered(card) == ["Main outputs", "Outputs 3–4", "Outputs 5–6", "Outputs 7–8"]
    for plug in (BUILT_IN, Plug("none"), Plug("default", "Mono", "on", "", 1)):
        card.show_plug(plug)
        assert offered(card) == ["Main outputs"]


def test_outputs_that_are_gone_stay_chosen_and_it_says_where_the_click_is(card) -> None:
    card.show_metronome(Metronome(outputs="3-4"))
    assert card.state.isHidden()
    card.show_plug(BUILT_IN)
    assert offered(card) == ["Main outputs", "Outputs 3–4"]
    assert card.outputs.currentData() == "3-4"
    assert "Built-in has no outputs 3–4: the click goes to the main outputs." in card.state.accessibleName()
    assert not card.state.isHidden()
    card.show_plug(INTERFACE)
    assert card.state.isHidden()
