"""Where plugins are found, however many links lead to them: each once, under its real name."""

import os
from pathlib import Path

import pytest

from livemusic.errors import PresetError
from livemusic.sound.plugins import folders
from livemusic.sound.plugins.blocklist import BlockList
from livemusic.sound.plugins.catalog import Catalog
from livemusic.sound.plugins.folders import find_plugins, listed, printable, real
from livemusic.sound.plugins.hosted import PluginError
from livemusic.sound.plugins.pedal import names_in, open_plugin
from livemusic.sound.plugins.scan import Scanner

ZAM = Path("/usr/lib/vst3/ZamCompX2.vst3")
zam = pytest.mark.skipif(not ZAM.exists(), reason="needs Debian's zam-plugins")


@pytest.fixture
def rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two folders for plugins, `home` and `system`, the only ones there are, and `elsewhere`."""
    for name in ("home", "system/Maker/Real.vst3", "elsewhere/Far.vst3", "elsewhere/store/1a2b"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setattr(folders, "plugin_folders", lambda: [tmp_path / "home", tmp_path / "system"])
    return tmp_path


def found(rooms: Path) -> list[str]:
    return [str(path.relative_to(rooms)) for path in find_plugins()]


def test_a_renamed_link_does_not_hide_the_real_one(rooms: Path) -> None:
    (rooms / "home/Another.vst3").symlink_to(rooms / "system/Maker/Real.vst3")
    assert found(rooms) == ["system/Maker/Real.vst3"]


def test_chains_of_links_and_two_links_are_one_entry(rooms: Path) -> None:
    (rooms / "home/B.vst3").symlink_to(rooms / "system/Maker/Real.vst3")
    (rooms / "home/A.vst3").symlink_to("B.vst3")
    (rooms / "system/Real.vst3").symlink_to("Maker/Real.vst3")
    assert found(rooms) == ["system/Maker/Real.vst3"]


def test_links_to_folders_are_followed_once(rooms: Path) -> None:
    (rooms / "home/theirs").symlink_to(rooms / "system")
    (rooms / "home/up").symlink_to("..")
    (rooms / "home/itself").symlink_to("itself")
    (rooms / "home/here").symlink_to(".")
    assert found(rooms) == ["home/up/elsewhere/Far.vst3", "system/Maker/Real.vst3"]


def test_a_link_to_a_plugin_elsewhere_is_kept_by_its_own_name_only(rooms: Path) -> None:
    (rooms / "home/Far.vst3").symlink_to(rooms / "elsewhere/Far.vst3")
    assert found(rooms) == ["home/Far.vst3", "system/Maker/Real.vst3"]
    (rooms / "home/Far.vst3").rename(rooms / "home/Near.vst3")
    assert found(rooms) == ["elsewhere/Far.vst3", "system/Maker/Real.vst3"]
    (rooms / "home/Store.vst3").symlink_to(rooms / "elsewhere/store/1a2b")
    assert found(rooms)[-1] == "home/Store.vst3"  # what it leads to is not named like a plugin
    assert real(str(rooms / "home/Store.vst3")) == str(rooms / "home/Store.vst3")


def test_links_in_a_circle_or_to_nothing_are_listed_and_said(rooms: Path) -> None:
    (rooms / "home/A.vst3").symlink_to("B.vst3")
    (rooms / "home/B.vst3").symlink_to("A.vst3")
    (rooms / "home/Gone.vst3").symlink_to("nowhere")
    assert found(rooms)[:3] == ["home/A.vst3", "home/B.vst3", "home/Gone.vst3"]
    for name, said in (("A", "circle"), ("Gone", "nowhere, which is not there")):
        with pytest.raises(PluginError, match=said):
            names_in(str(rooms / f"home/{name}.vst3"))


def test_what_macos_leaves_beside_files_is_no_plugin(rooms: Path) -> None:
    (rooms / "home/._Real.vst3").touch()
    assert found(rooms) == ["system/Maker/Real.vst3"]


def test_a_link_that_is_named_by_hand_is_the_entry_there_is(rooms: Path) -> None:
    (rooms / "home/Another.vst3").symlink_to(rooms / "system/Maker/Real.vst3")
    (rooms / "outside.vst3").symlink_to(rooms / "elsewhere/Far.vst3")
    assert listed(str(rooms / "home/Another.vst3")) == str(rooms / "system/Maker/Real.vst3")
    assert listed(str(rooms / "outside.vst3")) == str(rooms / "elsewhere/Far.vst3")


def test_a_name_that_is_not_utf_8_is_said_and_not_stored(rooms: Path) -> None:
    os.mkdir(os.fsencode(rooms) + b"/home/caf\xe9.vst3")
    said = {Path(verdict.path).name: verdict.problems for verdict in Scanner().scan()}
    assert said["caf�.vst3"] == ("Its name is not in UTF-8. Rename it.",)
    path = str(next(path for path in find_plugins() if path.name.startswith("caf")))
    assert printable(path) != path
    with pytest.raises(PresetError, match="not in UTF-8"):
        BlockList().add(path, "It was blocked by hand.")
    assert BlockList().all() == ()
    assert Catalog().plugins() == []


@zam
def test_a_renamed_link_opens_what_it_leads_to(rooms: Path) -> None:
    link = rooms / "home/Squash.vst3"
    link.symlink_to(ZAM)
    assert names_in(str(link)) == ["ZamCompX2"]
    assert open_plugin(str(link), "", 48000).name == "ZamCompX2"
    assert [plugin.path for verdict in Scanner().scan() for plugin in verdict.plugins] == [str(ZAM)]
