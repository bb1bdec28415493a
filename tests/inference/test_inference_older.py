"""A drum dictionary as they were learned before they had graphs: read on, refused, imported; and one that learns."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from livemusic.errors import ModelError
from livemusic.inference.adapted import write_adapted
from livemusic.inference.autoencoder import open_autoencoder
from livemusic.inference.card import read_card
from livemusic.inference.dictionary import Dictionary
from livemusic.inference.library import Library
from livemusic.music.grid import Grid
from livemusic.music.kit import Voice
from livemusic.sketch.path import MODES
from livemusic.sketch.path import Path as Way

Make = Callable[..., Path]
BEAT = [(0, Voice.KICK, 110, 0), (4, Voice.SNARE, 60, 40), (8, Voice.KICK, 110, 0), (10, Voice.CLOSED_HAT, 40, 0)]


def put(*keys: str, value: object) -> Callable[[dict[str, Any]], None]:
    """A change of one field of the card."""

    def change(card: dict[str, Any]) -> None:
        for key in keys[:-1]:
            card = card[key]
        card[keys[-1]] = value

    return change


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory, make_older: Make) -> Dictionary:
    return Dictionary.open(make_older(tmp_path_factory.mktemp("models") / "drums-9"))


@pytest.mark.parametrize("steps", [12, 20, 14, 24, 32, 13])
def test_any_meter_is_read_and_written(reading: Dictionary, steps: int) -> None:
    grid = Grid.of(BEAT, steps)
    code = reading.encode(grid)
    assert code.shape == (27, steps)
    assert np.array_equal(Grid(reading.decode(code, steps)).hits, grid.hits)


@pytest.mark.parametrize("shift", range(1, 16))
def test_a_moved_pattern_has_the_code_moved(reading: Dictionary, shift: int) -> None:
    still = Grid.of(BEAT, 32)
    moved = Grid(np.roll(still.values, shift, axis=0))
    assert np.allclose(reading.encode(moved), np.roll(reading.encode(still), shift, axis=1), atol=1e-5)


def test_a_smaller_budget_has_fewer_coefficients(reading: Dictionary) -> None:
    busy = Grid.of([(step, voice, 90 + step, 20) for step in range(16) for voice in range(3)], 16)
    for active in (1, 2, 4):
        assert np.count_nonzero(reading.encode(busy, active)) == 4 * active


def test_atoms_are_shown_as_grid_values(reading: Dictionary) -> None:
    atoms = reading.atoms
    assert atoms.shape == (27, 4, 9, 3)
    assert atoms[0, 0, 0].tolist() == pytest.approx([0.6, 0.6, 0.0], abs=1e-3)


def test_corners_are_exact_and_the_way_is_playable(reading: Dictionary) -> None:
    other = Grid.of([(0, Voice.KICK, 110, 0), (6, Voice.SNARE, 60, 40)], 16)
    for mode in MODES:
        path = Way(reading, [Grid.of(BEAT, 16), other], mode)
        assert path.at([0, 1]) == other
        assert path.at([1, 1]).hits[0, Voice.KICK]
        assert 2 <= path.at([1, 1]).hits.sum() <= 4


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (put("spec", "pursuit", "sha256", value="0" * 64), "not the file its card names"),
        (put("spec", "pursuit", "file", value="../atoms.npz"), "not the name of a file"),
        (put("spec", "pursuit", "file", value="none.npz"), "none.npz cannot be read"),
        (put("spec", "pursuit", "ridge", value=-1.0), "ridge"),
        (put("spec", "stride", value=4), "stride must be 1"),
        (put("spec", "atoms", value=28), "does not match its card"),
        (put("spec", "width", value=3), "does not match its card"),
        (put("golden", value="none.npz"), "none.npz cannot be read"),
    ],
)
def test_what_does_not_fit_is_said(tmp_path: Path, make_older: Make, change: object, why: str) -> None:
    with pytest.raises(ModelError, match=why):
        Dictionary.open(make_older(tmp_path / "drums-9", change))


def test_golden_numbers_must_be_met(tmp_path: Path, make_older: Make) -> None:
    folder = make_older(tmp_path / "drums-9")
    golden = dict(np.load(folder / "golden.npz"))
    for name, wrong in (("decoder_out", 0.1), ("encoder_in", 1.0)):
        np.savez(folder / "golden.npz", **{**golden, name: golden[name] + wrong})
        with pytest.raises(ModelError, match="in training"):
            Dictionary.open(folder)
    np.savez(folder / "golden.npz", encoder_in=golden["encoder_in"])
    with pytest.raises(ModelError, match="decoder_in"):
        Dictionary.open(folder)


def test_it_is_imported_with_its_atoms(tmp_path: Path, make_older: Make) -> None:
    library = Library([tmp_path / "own"])
    card = library.import_model(make_older(tmp_path / "a" / "drums-9"))
    assert library.check("drums-9") == card
    (tmp_path / "own" / "drums-9" / "atoms.npz").write_bytes(b"")
    with pytest.raises(ModelError, match="not the file its card names"):
        library.check("drums-9")


def test_it_is_imported_with_its_style_map(tmp_path: Path, make_older: Make) -> None:
    folder = make_older(tmp_path / "a" / "drums-9")
    (folder / "styles.npz").write_bytes(b"a map")
    Library([tmp_path / "own"]).import_model(folder)
    assert (tmp_path / "own" / "drums-9" / "styles.npz").read_bytes() == b"a map"


@pytest.mark.parametrize(
    ("name", "free"),
    [
        ("mine", "mine-2"),
        ("Mine ", "Mine-2"),
        ("  Über/Dub: ♪ No. 7…", "Über-Dub-No.-7"),
        ("../..", "mine-2"),
        ("\0", "mine-2"),
        ("drums-9", "drums-9-2"),
        ("x" * 99, "x" * 56),
    ],
)
def test_an_id_is_free_and_safe(tmp_path: Path, make_older: Make, name: str, free: str) -> None:
    library = Library([tmp_path / "own", tmp_path / "shipped"])
    make_older(tmp_path / "shipped" / "drums-9")
    (tmp_path / "own" / "mine").mkdir(parents=True)  # whatever it holds
    assert library.free_id(name) == free


def test_a_dictionary_that_learned_is_a_model_like_any_other(tmp_path: Path, make_older: Make) -> None:
    base = make_older(tmp_path / "drums-9")
    began = open_autoencoder(read_card(base), base)
    new = np.zeros((3, 4, 27), np.float32)
    new[:, :, [0, 2]] = 0.5
    learned = began.made_of(np.concatenate([began.patches, new]))
    folder = tmp_path / "made"
    folder.mkdir()
    rows = [{"per beat": 1, "f1 before": 0.5, "f1 after": 0.75}]
    card = write_adapted(folder, base, "mine", "Mein Ü", learned, 12, 3, {"held out": rows})
    assert Library([tmp_path / "own"]).import_model(folder) == card == read_card(folder)
    assert (card.version, card.age < (2, 0, 0)) == ("1.0.0", True)
    assert Dictionary.open(folder).atoms.shape == (30, 4, 9, 3)
    assert "| 1 | 0.5 | 0.75 |" in (folder / "CARD.md").read_text(encoding="utf-8")


def test_what_was_read_is_remembered_and_the_rest_is_read(reading: Dictionary) -> None:
    grid, other = Grid.of(BEAT, 16), Grid.of(BEAT[1:], 16)
    before = reading.encode(grid)
    before_other = reading.encode(other)
    before[:] = 7.0
    assert reading.encode(grid).max() < 7.0
    assert not np.array_equal(reading.encode(grid), before_other)
    assert np.array_equal(reading.encode(Grid(grid.values)), reading.encode(grid))
