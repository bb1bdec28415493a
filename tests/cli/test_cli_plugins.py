"""`livemusic plugins` as a musician types it."""

import json
from argparse import ArgumentParser
from pathlib import Path

import pytest

from livemusic.cli import plugins
from livemusic.sound.plugins import folders
from livemusic.sound.plugins.hosted import PluginError

ZAM = Path("/usr/lib/vst3/ZamCompX2.vst3")
zam = pytest.mark.skipif(not ZAM.exists(), reason="needs Debian's zam-plugins")


def livemusic(*words: str) -> int:
    parser = ArgumentParser()
    plugins.add_arguments(parser)
    return plugins.run(parser.parse_args(words))


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of plugins, the only one there is, with one file in it that is none."""
    path = tmp_path / "Brökén.vst3"
    path.write_bytes(b"nothing")
    monkeypatch.setattr(folders, "plugin_folders", lambda: [tmp_path])
    return path


def test_a_broken_file_is_said_and_not_blocked(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert livemusic("scan") == 2
    out, said = capsys.readouterr()
    assert out == ""
    assert said.startswith("livemusic: Brökén.vst3: It is no plugin but a text.")
    assert said.count("\n") == 1
    assert livemusic("list") == 0
    assert "No plugin is known" in capsys.readouterr().out


def test_blocking_by_hand_lasts_until_it_is_undone(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert livemusic("block", "brökén", "--json") == 0
    (entry,) = json.loads(capsys.readouterr().out)["blocked"]
    assert (entry["path"], entry["reason"]) == (str(broken), "It was blocked by hand.")
    assert livemusic("scan") == 0
    assert "It is blocked. It was blocked by hand." in capsys.readouterr().err
    assert livemusic("list") == 0
    assert "blocked since" in capsys.readouterr().out
    assert livemusic("unblock", str(broken)) == 0
    assert capsys.readouterr().out == f"unblocked: {broken}\n"
    assert livemusic("list", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"plugins": [], "blocked": []}


def test_a_plugin_that_is_not_there_is_answered_with_those_that_are(broken: Path) -> None:
    with pytest.raises(PluginError, match=r"no plugin 'nope'. There is: Brökén\."):
        livemusic("check", "nope")
    with pytest.raises(PluginError, match="Name the plugin to block"):
        livemusic("block")


@zam
def test_a_plugin_is_checked_listed_and_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert livemusic("check", "zamcompx2") == 0
    assert capsys.readouterr().out.split() == ["good:", "ZamCompX2", "effect", "stereo", "VST3", str(ZAM)]
    assert livemusic("scan", str(ZAM), "--json") == 0
    (verdict,) = json.loads(capsys.readouterr().out)
    assert verdict["known"]
    assert verdict["plugins"][0]["parameters"][1]["name"] == "Attack"
    assert livemusic("list") == 0
    assert "10 controls" in capsys.readouterr().out
