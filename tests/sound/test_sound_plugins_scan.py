"""Plugins are found, tried in a process of their own, and known from then on."""

import json
import sys
from pathlib import Path

import pytest

from livemusic.errors import PresetError
from livemusic.sound.plugins.blocklist import BlockList
from livemusic.sound.plugins.catalog import Catalog
from livemusic.sound.plugins.description import Plugin
from livemusic.sound.plugins.folders import find_plugins, plugin_folders, stamp
from livemusic.sound.plugins.probe import Findings
from livemusic.sound.plugins.scan import Scanner
from livemusic.sound.process import SoundProcess
from tests.sound.plugins_room import DOUBLES, POSIX, ZAM, zam


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


@zam
def test_every_real_plugin_is_scanned_once_and_known_then() -> None:
    verdicts = list(Scanner().scan())
    there = [verdict for verdict in verdicts if Path(verdict.path).parent == ZAM]
    assert len(there) >= 17
    assert all(len(verdict.plugins) == 1 and not verdict.problems for verdict in there)
    assert {plugin.channels for verdict in there for plugin in verdict.plugins} == {1, 2}
    assert all(verdict.known for verdict in Scanner().scan())
    assert len(Catalog().plugins()) >= 17


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
