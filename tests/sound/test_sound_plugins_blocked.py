"""Plugins that crash, hang or leave while they play: they are blocked and the rest plays on."""

from time import perf_counter

import pytest

from livemusic.music.event import note_on
from livemusic.sound.plugins.blocklist import BlockList
from livemusic.sound.process import SoundProcess
from tests.sound.plugins_room import POSIX, Until, said, slot, states


@POSIX
@pytest.mark.parametrize("fault", ["crash", "exit", "hang", "seize"])
def test_a_plugin_that_falls_while_it_plays_is_blocked_and_the_rest_plays_on(
    playing: SoundProcess, until: Until, fault: str
) -> None:
    playing.chain(None, [slot(fault, Amount=0.25), slot("plain", Amount=0.25)])
    until(lambda: states(playing) == [(1, "on"), (2, "on")])
    pid = playing.status().pid
    playing.parameter(2, "Amount", 0.75)
    until(lambda: playing.status().chain.plugins[1].controls[0].value == 0.75)
    playing.parameter(1, "Amount", 1.0)
    until(lambda: playing.status().restarts == 1)
    playing.send([(perf_counter(), note_on(9, 36, 100))])
    until(lambda: playing.status().state == "on" and playing.status().pid != pid)
    until(lambda: states(playing) == [(1, "blocked"), (2, "on")])
    assert playing.status().chain.plugins[1].controls[0].value == 0.75
    assert [entry.path for entry in playing.status().blocked] == [f"test:{fault}"]
    assert BlockList().reason(f"test:{fault}").endswith("while it played.")
    playing.chain(slot("instrument-click"), [slot(fault)])
    until(lambda: states(playing) == [(0, "on"), (1, "blocked")])


@POSIX
@pytest.mark.parametrize("fault", ["crash", "exit", "seize"])
def test_a_plugin_that_falls_while_it_is_opened_is_blocked(risky: SoundProcess, until: Until, fault: str) -> None:
    risky.chain(None, [slot(f"{fault}-on-open"), slot("plain")])
    until(lambda: states(risky) == [(1, "blocked"), (2, "on")])
    assert risky.status().restarts == 1
    assert "opened" in BlockList().reason(f"test:{fault}-on-open")


@POSIX
@pytest.mark.parametrize("fault", ["crash", "seize"])
def test_a_plugin_whose_window_falls_is_blocked(risky: SoundProcess, until: Until, fault: str) -> None:
    risky.chain(None, [slot("plain"), slot(f"{fault}-on-show")])
    until(lambda: states(risky) == [(1, "on"), (2, "on")])
    risky.editor(2)
    until(lambda: states(risky) == [(1, "on"), (2, "blocked")])
    assert BlockList().reason(f"test:{fault}-on-show").endswith("while its window was open.")


@POSIX
def test_a_plugin_that_falls_while_it_is_saved_is_blocked_and_kept_as_it_was_asked_for(
    risky: SoundProcess, until: Until
) -> None:
    risky.chain(None, [slot("crash-on-save", Amount=0.25)])
    until(lambda: states(risky) == [(1, "on")])
    assert risky.captured(patience=0.2)[1] == (slot("crash-on-save", Amount=0.25),)
    until(lambda: states(risky) == [(1, "blocked")])


def test_a_plugin_that_prints_without_end_costs_nothing(playing: SoundProcess, until: Until) -> None:
    playing.chain(None, [slot("print", Amount=1.0)])
    until(lambda: states(playing) == [(1, "on")])
    playing.parameter(1, "Amount", 0.9)
    until(lambda: playing.status().chain.plugins[0].controls[0].value == 0.9)
    assert playing.status().restarts == 0


@POSIX
def test_a_blocked_plugin_gets_another_try(risky: SoundProcess, until: Until) -> None:
    risky.chain(None, [slot("plain"), slot("exit-on-save")])
    until(lambda: states(risky) == [(1, "on"), (2, "on")])
    risky.captured(patience=0.2)
    until(lambda: states(risky) == [(1, "on"), (2, "blocked")])
    assert [entry.path for entry in risky.blocked()] == ["test:exit-on-save"]
    risky.parameter(2, "Amount", 0.5)
    assert said(risky).startswith("test:exit-on-save does not play. It is blocked.")
    risky.retry("test:exit-on-save")
    assert risky.blocked() == risky.status().blocked == ()
    until(lambda: states(risky) == [(1, "on"), (2, "on")])
    assert risky.status().restarts == 1
    risky.retry("test:nobody")
    assert states(risky) == [(1, "on"), (2, "on")]


@POSIX
@pytest.mark.parametrize("fault", ["crash", "hang"])
def test_an_effect_that_falls_while_anothers_window_is_open_is_the_one_that_is_blocked(
    playing: SoundProcess, until: Until, fault: str
) -> None:
    playing.chain(None, [slot("plain"), slot(fault, Amount=0.25)])
    until(lambda: states(playing) == [(1, "on"), (2, "on")])
    playing.editor(1)
    until(lambda: playing.status().chain.editor == 1)
    playing.parameter(2, "Amount", 1.0)
    until(lambda: states(playing) == [(1, "on"), (2, "blocked")])
    until(lambda: playing.status().state == "on")
    assert playing.status().chain.editor is None
