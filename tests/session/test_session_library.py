from pathlib import Path

import pytest
from msgspec.structs import replace

from livemusic.errors import PresetError
from livemusic.session.codec import read_preset, write_preset
from livemusic.session.library import find_preset, list_presets, preset_folders
from livemusic.session.preset import Clip, Preset

PRESET = Preset("Old Beat", (Clip("a", 16, {}),) * 4)


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    for folder, file, name in (
        (shipped, "old-beat", "Old Beat"),
        (shipped, "café", "Café"),
        (own, "mine", "old beat"),
        (own, "other", "Zebra"),
    ):
        write_preset(folder / f"{file}.json", replace(PRESET, name=name))
    (own / "torn.json").write_text("{")
    return [own, shipped]


def test_ones_own_preset_hides_the_shipped_one_of_that_name(folders: list[Path]) -> None:
    names = [(name, path.relative_to(path.parents[1]).as_posix()) for name, path in list_presets(folders)]
    assert names == [
        ("Café", "shipped/café.json"),
        ("old beat", "own/mine.json"),
        ("torn", "own/torn.json"),
        ("Zebra", "own/other.json"),
    ]


@pytest.mark.parametrize("name", ["CAFÉ", "cafe\u0301", " Café "])
def test_a_preset_is_found_in_any_case_and_spelling(folders: list[Path], name: str) -> None:
    assert find_preset(name, folders) == folders[1] / "café.json"


def test_a_preset_is_found_by_file_name_and_path(folders: list[Path]) -> None:
    assert find_preset("OTHER", folders) == folders[0] / "other.json"
    hidden = folders[1] / "old-beat.json"
    assert find_preset(str(hidden), folders) == hidden


@pytest.mark.parametrize("name", ["Zebre", "zebr"])
def test_an_unknown_name_is_answered_with_the_closest(folders: list[Path], name: str) -> None:
    with pytest.raises(PresetError, match=r"did you mean 'Zebra'.*Café, old beat, torn, Zebra"):
        find_preset(name, folders)


@pytest.mark.parametrize("name", ["", "no/such/file.json", "zero\0", 5000 * "x"])
def test_hopeless_names_are_refused(folders: list[Path], name: str) -> None:
    with pytest.raises(PresetError, match="no preset and no file"):
        find_preset(name, folders)


def test_without_folders_there_is_nothing(tmp_path: Path) -> None:
    with pytest.raises(PresetError, match="There are: none"):
        find_preset("House", [tmp_path / "missing"])


def test_the_shipped_presets_are_found_by_default() -> None:
    assert preset_folders()[-1].name == "presets"
    assert read_preset(find_preset("pocket funk")).name == "Pocket Funk"
