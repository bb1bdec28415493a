"""How a drummer is answered: the choice, the freedom, and whose turn it is."""

import pytest

from livemusic.engine.messages import SetAnswer, SetFreedom
from livemusic.engine.snapshot import AnswerState
from livemusic.session.preset import ANSWERS
from livemusic.ui.panels.answer import AnswerMenu, AnswerPanel, in_words, round_trip


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (AnswerState(), ""),
        (AnswerState("trade 4", state="waiting"), "next bar"),
        (AnswerState("trade 4", state="listening", bar=3, bars=4, hits=12), "your turn 3/4"),
        (AnswerState("trade 4", state="answering", bar=1, bars=4), "answering 1/4"),
        (AnswerState("trade 1", state="answering", bar=1, bars=1), "answering"),
        (AnswerState("trade 2", state="nothing heard", bar=2, bars=2), "nothing heard 2/2"),
        (AnswerState("play along", state="listening", bar=1, bars=1), "listening"),
        (AnswerState("play along", state="playing along", bar=1, bars=1), "playing along"),
    ],
)
def test_whose_turn_it_is_is_said_in_few_words(answer: AnswerState, words: str) -> None:
    assert in_words(answer, playing=True) == words


def test_it_is_said_that_the_drums_must_be_started() -> None:
    assert in_words(AnswerState("trade 4", state="waiting"), playing=False) == "press play"


def test_the_round_trip_is_said_once_there_was_one() -> None:
    assert round_trip(AnswerState("trade 4")) == ""
    told = round_trip(AnswerState("trade 4", hits=31, answers=1, round_trip_s=8.0, round_trip_bars=4, reaction_s=0.12))
    assert "31 hits" in told
    assert "0.12 s" in told
    assert "8.0 s (4 bars)" in told


def test_a_choice_and_a_slider_ask_for_it(app) -> None:
    panel, asked = AnswerPanel(), []
    panel.asked.connect(asked.append)
    panel.mode.setCurrentIndex(ANSWERS.index("trade 4"))
    panel.mode.activated.emit(ANSWERS.index("trade 4"))
    panel.freedom.setValue(80)
    assert asked == [SetAnswer("trade 4"), SetFreedom(0.8)]


def test_a_menu_has_the_same_choices_and_shows_what_is_so(app) -> None:
    menu, asked = AnswerMenu(), []
    menu.asked.connect(asked.append)
    menu.show_state(AnswerState("trade 2"))
    assert [entry.data() for entry in menu.actions() if entry.isChecked()] == ["trade 2"]
    menu.actions()[ANSWERS.index("play along")].trigger()
    assert asked == [SetAnswer("play along")]


def test_the_engine_has_the_last_word_and_freedom_is_offered_where_there_are_answers(app) -> None:
    panel = AnswerPanel()
    panel.show_state(AnswerState("play along", 0.25, "playing along", 1, 1))
    assert (panel.mode.currentText(), panel.freedom.value()) == ("Play along", 25)
    assert not panel.freedom.isHidden()
    panel.show_state(AnswerState())
    assert panel.freedom.isHidden()


def test_where_the_window_is_narrow_the_turn_is_said_above_the_pattern(window, link, until) -> None:
    link.answer = AnswerState("trade 4", state="answering", bar=2, bars=4)
    window.resize(1400, 800)
    until(lambda: window.transport.turn.text() == "answering 2/4")
    assert window.pattern.answer.isVisible()
    assert not window.pattern.turn.isVisible()
    window.resize(900, 600)
    until(lambda: window.pattern.turn.isVisible())
    assert window.pattern.turn.text() == "answering 2/4"
    assert not window.pattern.answer.isVisible()
