"""Plugins in the sound process and out of it: real ones, and ones that crash, hang and print."""

import os
from pathlib import Path

import numpy as np
import pytest

from livemusic.session.plugin import PluginSlot
from livemusic.sound.plugins.blocklist import BlockList
from livemusic.sound.plugins.hosted import PluginError
from livemusic.sound.plugins.pedal import names_in, open_plugin
from livemusic.sound.process import SoundProcess
from tests.sound.plugins_room import ZAM, Until, said, slot, states, zam

RATE = 48000


def test_a_plugin_that_is_not_there_or_in_the_wrong_place_is_said(risky: SoundProcess, until: Until) -> None:
    risky.chain(slot("plain"), [slot("missing"), slot("instrument-click"), slot("raise-on-open"), slot("plain")])
    until(lambda: len(states(risky)) == 5)
    assert states(risky) == [(0, "failed"), (1, "failed"), (2, "failed"), (3, "failed"), (4, "on")]
    said = [plugin.detail for plugin in risky.status().chain.plugins]
    assert said[:4] == [
        "plain is an effect, not an instrument.",
        "It is not there.",
        "instrument-click is an instrument, not an effect.",
        "as asked",
    ]
    assert risky.status().restarts == 0


def test_states_and_values_are_captured_and_come_back(risky: SoundProcess, until: Until) -> None:
    risky.chain(slot("instrument-click", Amount=0.3), [slot("missing"), slot("plain")])
    until(lambda: len(states(risky)) == 3)
    risky.parameter(2, "Amount", 0.625)
    until(lambda: risky.status().chain.plugins[2].controls[0].value == 0.5)  # nothing renders without a device
    instrument, effects = risky.captured()
    assert instrument == PluginSlot("test:instrument-click", "", b"amount 0.3", {"Amount": 0.3})
    assert effects[0] == slot("missing")
    assert effects[1] == PluginSlot("test:plain", "", b"amount 0.5", {"Amount": 0.5})
    risky.chain(None, [PluginSlot("test:plain", "", b"amount 0.125")])
    until(lambda: [plugin.place for plugin in risky.status().chain.plugins] == [1])
    until(lambda: risky.status().chain.plugins[0].controls[0].value == 0.125)


def test_an_editor_is_shown_reports_what_it_changes_and_is_closed(risky: SoundProcess, until: Until) -> None:
    risky.chain(None, [slot("plain")])
    until(lambda: states(risky) == [(1, "on")])
    risky.editor(1)
    until(lambda: risky.status().chain.editor == 1)
    until(lambda: risky.status().chain.plugins[0].controls[0].value == 0.75)
    assert risky.captured()[1] == (PluginSlot("test:plain", "", b"amount 0.75", {"Amount": 0.75}),)
    risky.editor(None)
    until(lambda: risky.status().chain.editor is None)


def test_what_cannot_be_done_is_said_and_changes_nothing(risky: SoundProcess, until: Until) -> None:
    risky.chain(None, [slot("plain", Amount=0.25), slot("missing")])
    until(lambda: states(risky) == [(1, "on"), (2, "failed")])
    until(lambda: bool(risky.status().chain.plugins[0].controls))
    for value in (1.5, -0.1, float("nan"), float("inf")):
        risky.parameter(1, "Amount", value)
        assert said(risky) == f"Amount goes from 0 to 1, not to {value}."
    for place in (0, 3, -1, 999):
        risky.parameter(place, "Amount", 0.5)
        assert said(risky) == f"There is no plugin at place {place}."
        risky.editor(place)
        assert said(risky) == f"There is no plugin at place {place}."
    risky.parameter(1, "Lautstärke", 0.5)
    assert said(risky) == "plain has no control 'Lautstärke'."
    risky.editor(2)
    until(lambda: said(risky) == "The plugin at place 2 is not open.")
    risky.parameter(1, "Amount", 0.75)
    risky.editor(None)
    until(lambda: said(risky) == "")
    assert risky.captured()[1][0] == PluginSlot("test:plain", "", b"amount 0.25", {"Amount": 0.25})
    assert risky.status().restarts == 0


@pytest.mark.parametrize("pitches", [(), (36,) * 8, (36,) * 8 + (128,), (36,) * 8 + (-1,)])
def test_a_route_that_is_none_is_refused(silent: SoundProcess, pitches: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"must be 9 notes, each 0\.\.127"):
        silent.route(pitches)


@zam
@pytest.mark.parametrize("display", ["", ":4711"])
def test_without_a_display_a_window_is_not_shown_and_that_is_said(
    until: Until, monkeypatch: pytest.MonkeyPatch, display: str
) -> None:
    monkeypatch.setenv("DISPLAY", display)
    process = SoundProcess("none")
    process.start()
    try:
        process.chain(None, [PluginSlot(str(ZAM / "ZamCompX2.vst3"))])
        until(lambda: states(process) == [(1, "on")])
        process.editor(1)
        until(lambda: "cannot be shown" in said(process))
        assert process.status().restarts == 0
        assert process.status().chain.editor is None
    finally:
        process.close()


@zam
def test_real_plugins_play_in_the_process_and_come_back_after_it_was_killed(
    playing: SoundProcess, until: Until
) -> None:
    paths = [str(ZAM / f"{name}.vst3") for name in ("ZamCompX2", "ZaMaximX2", "ZamTube")]
    until(lambda: playing.status().latency_ms > 0)
    bare = playing.status().latency_ms
    playing.chain(None, [PluginSlot(path) for path in paths])
    until(lambda: states(playing) == [(1, "on"), (2, "on"), (3, "on")])
    until(lambda: playing.status().latency_ms > bare + 9)
    plugins = playing.status().chain.plugins
    assert [plugin.channels for plugin in plugins] == [2, 2, 1]
    assert plugins[1].latency_ms == 10.0
    assert "Threshold" in [control.parameter.name for control in plugins[0].controls]
    playing.parameter(1, "Threshold", 0.25)
    until(lambda: any(control.text == "-60.000000" for control in playing.status().chain.plugins[0].controls))
    pid = playing.status().pid
    os.kill(pid, 9)
    until(lambda: playing.status().pid != pid and states(playing) == [(1, "on"), (2, "on"), (3, "on")])
    until(lambda: any(control.text == "-60.000000" for control in playing.status().chain.plugins[0].controls))
    assert BlockList().all() == ()


@zam
@pytest.mark.parametrize("frames", [64, 256, 1024])
@pytest.mark.parametrize("name", ["ZamCompX2", "ZamComp", "ZaMaximX2"])
def test_a_real_plugin_plays_the_same_whatever_the_blocks(name: str, frames: int) -> None:
    """In steps of `frames` or in one of 1024, stereo or mono, late or not."""
    path = str(ZAM / f"{name}.vst3")
    sound = np.random.default_rng(0).uniform(-0.5, 0.5, (2, 4096)).astype(np.float32)
    heard = []
    for size in (frames, 1024):
        plugin = open_plugin(path, "", RATE)
        heard.append(np.concatenate([plugin.process(sound[:, at : at + size]) for at in range(0, 4096, size)], axis=1))
    assert heard[0].shape == sound.shape
    assert np.abs(heard[0][0]).max() > 0.01
    assert np.allclose(*heard, atol=1e-5)


@zam
def test_a_real_plugin_remembers_itself() -> None:
    first, second = (open_plugin(str(ZAM / "ZamCompX2.vst3"), "", RATE) for _ in range(2))
    first.set("Threshold", 0.5)
    first.set("No such control", 0.5)
    first.process(np.zeros((2, 256), np.float32))  # a plugin hears of a control when it plays
    second.restore(first.state())
    assert second.values() == first.values()
    assert second.values()["Threshold"][1] == "-40.000000"
    assert "Gain Reduction" not in second.values()


@pytest.mark.parametrize("kind", ["no.vst3", "noise.vst3", "empty.vst3", "text.txt"])
def test_a_file_that_is_no_plugin_is_said_in_a_sentence(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"ü {kind}"
    if kind == "noise.vst3":
        path.write_bytes(bytes(range(256)) * 10)
    elif kind == "empty.vst3":
        path.mkdir()
    for attempt in (lambda: names_in(str(path)), lambda: open_plugin(str(path), "", RATE)):
        with pytest.raises(PluginError, match=r"\.$"):
            attempt()


@pytest.mark.parametrize("path", ["/Library/Audio/Plug-Ins/Components/None.component", "/x/None.vst3", "/x/readme"])
def test_a_plugin_this_system_cannot_play_is_said(path: str) -> None:
    with pytest.raises(PluginError, match=r"\.$"):
        open_plugin(path, "", RATE)
