"""Plugins in the sound process and out of it: real ones, and ones that crash, hang and print."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest

from livemusic.errors import PresetError
from livemusic.music.event import note_on
from livemusic.session.plugin import PluginSlot
from livemusic.sound.plugins.blocklist import BlockList
from livemusic.sound.plugins.catalog import Catalog
from livemusic.sound.plugins.description import Plugin
from livemusic.sound.plugins.folders import find_plugins, plugin_folders, stamp
from livemusic.sound.plugins.hosted import PluginError
from livemusic.sound.plugins.pedal import names_in, open_plugin
from livemusic.sound.plugins.probe import Findings
from livemusic.sound.plugins.scan import Scanner
from livemusic.sound.process import SoundProcess

Until = Callable[[Callable[[], bool]], None]
DOUBLES = Path(__file__).with_name("doubles.py")
RATE = 48000
ZAM = Path("/usr/lib/vst3")
zam = pytest.mark.skipif(not (ZAM / "ZamCompX2.vst3").exists(), reason="needs Debian's zam-plugins")
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")


def slot(kind: str, **values: float) -> PluginSlot:
    return PluginSlot(f"test:{kind}", values=values)


def states(process: SoundProcess) -> list[tuple[int, str]]:
    return [(plugin.place, plugin.state) for plugin in process.status().chain.plugins]


@pytest.fixture
def playing(jack: "subprocess.Popen[bytes]", until: Until) -> "SoundProcess":
    """A sound process on a dummy JACK server whose plugins may be those of `doubles.py`."""
    process = SoundProcess("default", command=(sys.executable, str(DOUBLES)))
    process.start()
    until(lambda: process.status().state == "on")
    yield process  # type: ignore[misc]
    process.close()


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


def test_a_plugin_that_prints_without_end_costs_nothing(playing: SoundProcess, until: Until) -> None:
    playing.chain(None, [slot("print", Amount=1.0)])
    until(lambda: states(playing) == [(1, "on")])
    playing.parameter(1, "Amount", 0.9)
    until(lambda: playing.status().chain.plugins[0].controls[0].value == 0.9)
    assert playing.status().restarts == 0


def said(process: SoundProcess) -> str:
    return process.status().chain.detail


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


def test_a_block_list_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    block_list = BlockList(tmp_path / "list.json")
    block_list.add("/x", "It hung.")
    (tmp_path / "list.lock").unlink(missing_ok=True)
    (tmp_path / "list.lock").mkdir()
    process = SoundProcess("none", block_list)
    with pytest.raises(PresetError, match="cannot be written"):
        process.retry("/x")
    assert [entry.path for entry in process.blocked()] == ["/x"]


def test_known_plugins_are_those_of_the_last_scan(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    process, path = SoundProcess("none"), Path(__file__)
    assert process.known() == ()
    plugin = Plugin(str(path), "Ä", "VST3")
    Catalog().put(str(path), Findings((plugin,)))
    assert process.known() == process.known() == (plugin,)


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


@zam
def test_every_real_plugin_is_scanned_once_and_known_then() -> None:
    verdicts = list(Scanner().scan())
    there = [verdict for verdict in verdicts if Path(verdict.path).parent == ZAM]
    assert len(there) >= 17
    assert all(len(verdict.plugins) == 1 and not verdict.problems for verdict in there)
    assert {plugin.channels for verdict in there for plugin in verdict.plugins} == {1, 2}
    assert all(verdict.known for verdict in Scanner().scan())
    assert len(Catalog().plugins()) >= 17


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


@POSIX
@pytest.mark.parametrize(("fault", "said"), [("crash", "SIGSEGV"), ("exit", "exit code 0x3"), ("hang", "hung")])
def test_a_plugin_that_falls_while_it_is_tried_is_blocked_until_it_is_tried_again(fault: str, said: str) -> None:
    path, command = f"test:{fault}-on-open", (sys.executable, str(DOUBLES), "probe")
    scanner = Scanner(command=command, patience=3.0)
    (first,) = scanner.scan([path])
    assert first.blocked
    assert said in first.problems[0]
    assert not first.known
    (again,) = scanner.scan([path])
    assert again.blocked
    assert again.known
    assert BlockList().remove(path)
    assert not BlockList().remove(path)


def test_a_plugin_that_only_prints_or_fails_politely_is_not_blocked() -> None:
    scanner = Scanner(command=(sys.executable, str(DOUBLES), "probe"))
    prints, fails = scanner.scan(["test:print-on-open", "test:missing"])
    assert prints.plugins[0].name == ""
    assert prints.plugins[0].parameters[0].name == "Amount"
    assert fails.problems == ("It is not there.",)
    assert BlockList().all() == ()


def test_a_block_list_lasts_and_a_broken_one_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "list.json"
    first = BlockList(path)
    assert first.all() == ()
    first.add("/ä.vst3", "It hung.")
    first.add("/b.vst3", "It crashed.")
    first.add("/ä.vst3", "It crashed.")
    assert [(entry.path, entry.reason) for entry in BlockList(path).all()] == [
        ("/b.vst3", "It crashed."),
        ("/ä.vst3", "It crashed."),
    ]
    assert json.loads(path.read_text())["format"] == 1
    path.write_text('{"blocked": 5')
    assert first.all() == ()
    assert (tmp_path / "deep" / "list.json.broken").exists()
    (tmp_path / "file").touch()
    with pytest.raises(PresetError, match="cannot be written"):
        BlockList(tmp_path / "file" / "list.json").add("/x", "y")


def test_a_catalog_knows_a_file_until_it_changes(tmp_path: Path) -> None:
    bundle, catalog = tmp_path / "a.vst3", Catalog(tmp_path / "cache" / "plugins.json")
    bundle.mkdir()
    (bundle / "code.so").write_bytes(b"12")
    findings = Findings((Plugin(str(bundle), "A", "VST3"),))
    catalog.put(str(bundle), findings)
    assert catalog.find(str(bundle)) == findings
    assert [plugin.name for plugin in catalog.plugins()] == ["A"]
    (bundle / "code.so").write_bytes(b"123")
    assert catalog.find(str(bundle)) is None
    assert stamp(tmp_path / "none") == (0, 0)
    catalog.keep([])
    assert catalog.plugins() == []
    (tmp_path / "cache" / "plugins.json").write_text("nonsense")
    assert catalog.plugins() == []


def test_plugins_are_found_below_folders_and_not_inside_bundles(tmp_path: Path) -> None:
    (tmp_path / "Maker" / "B.vst3" / "Contents" / "inner.vst3").mkdir(parents=True)
    (tmp_path / "a.VST3").touch()
    (tmp_path / "readme.txt").touch()
    (tmp_path / "link.vst3").symlink_to(tmp_path / "a.VST3")
    found = find_plugins([tmp_path, tmp_path, tmp_path / "nowhere"])
    assert [path.name for path in found] == ["a.VST3", "B.vst3"]


@pytest.mark.parametrize(
    ("system", "folders"),
    [
        ("linux", ["HOME/.vst3", "/usr/local/lib/vst3", "/usr/lib/vst3", "/usr/lib64/vst3"]),
        (
            "darwin",
            [f"{root}/Library/Audio/Plug-Ins/{kind}" for root in ("HOME", "") for kind in ("VST3", "Components")],
        ),
        ("win32", ["HOME/AppData/Local/Programs/Common/VST3", "C:/Program Files/Common Files/VST3"]),
    ],
)
def test_every_system_has_its_folders(system: str, folders: list[str]) -> None:
    assert plugin_folders(system, Path("HOME"), {}) == [Path(folder) for folder in folders]


def test_windows_says_itself_where_its_folders_are() -> None:
    said = {"LOCALAPPDATA": "D:/Ö/Local", "COMMONPROGRAMFILES": "E:/Common"}
    assert plugin_folders("win32", Path("HOME"), said) == [
        Path("D:/Ö/Local/Programs/Common/VST3"),
        Path("E:/Common/VST3"),
    ]


def test_audio_units_are_looked_for_where_they_can_be_played(tmp_path: Path) -> None:
    for name in ("A.component", "B.vst3", "Maker/C.component"):
        (tmp_path / name / "Contents" / "MacOS").mkdir(parents=True)
    assert [path.name for path in find_plugins([tmp_path], "darwin")] == ["A.component", "B.vst3", "C.component"]
    assert [path.name for path in find_plugins([tmp_path], "linux")] == ["B.vst3"]


@pytest.mark.parametrize("path", ["/Library/Audio/Plug-Ins/Components/None.component", "/x/None.vst3", "/x/readme"])
def test_a_plugin_this_system_cannot_play_is_said(path: str) -> None:
    with pytest.raises(PluginError, match=r"\.$"):
        open_plugin(path, "", RATE)
