"""A piano dictionary opened, refused, imported, and its map."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from livemusic.errors import ModelError
from livemusic.inference.dictionary import Dictionary
from livemusic.inference.folders import model_folders
from livemusic.inference.library import Library, check_model
from livemusic.inference.piano import Piano, open_composers
from livemusic.inference.weights import with_weights
from livemusic.music.pattern import Note, Pattern
from livemusic.music.roll import KEYS, LOUDNESS, STEP, roll_of
from livemusic.sketch.picks import BELOW

Change = Callable[[dict[str, Any]], None]
Make = Callable[..., Path]
Array = npt.NDArray[np.float32]


def roll(steps: int = 16) -> Array:
    notes = [Note(step * STEP, 40 + step % 40, 60 + step % 50, 4 * STEP, 0) for step in range(0, steps, 3)]
    return roll_of(Pattern.of(notes, steps * STEP))


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graphs that ship with other atoms: single notes, triads, and many that say nothing."""
    folder = tmp_path_factory.mktemp("exported") / "piano-9"
    shutil.copytree(model_folders()[-1] / "piano-2", folder)
    card = json.loads((folder / "model.json").read_text())
    atoms = np.zeros([card["spec"][name] for name in ("atoms", "width", "span", "features")], np.float32)
    atoms[:2, 0, BELOW] = 0.95, 0.2
    atoms[1, 0, [BELOW + 4, BELOW + 7]] = 0.95, 0.2
    atoms[:2] /= np.linalg.norm(atoms[:2].reshape(2, -1), axis=1)[:, None, None, None]
    for graph in card["graphs"].values():
        path = folder / graph["file"]
        path.write_bytes(with_weights(path.read_bytes(), "atoms", atoms))
        graph["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "model.json").write_text(json.dumps(card))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Piano, "_compare", lambda piano, folder: None)
        piano = Piano.open(folder)
    code = piano.encode(roll(), 8)
    np.savez(folder / "golden.npz", roll=roll(), code=code.rows(), rebuilt=piano.decode(code, 16))
    stored = dict(np.load(folder / "composers.npz"))
    made_for = np.array(card["graphs"]["decoder"]["sha256"])
    np.savez(folder / "composers.npz", **{**stored, "made_for": made_for})  # type: ignore[arg-type]
    return folder


@pytest.fixture
def make(exported: Path) -> Callable[..., Path]:
    """Copies it, with its card changed."""

    def copied(folder: Path, change: Change | None = None) -> Path:
        shutil.copytree(exported, folder)
        card = json.loads((folder / "model.json").read_text())
        card["id"] = folder.name
        if change:
            change(card)
        (folder / "model.json").write_text(json.dumps(card))
        return folder

    return copied


def put(name: str, value: object) -> Change:
    return lambda card: card["spec"].__setitem__(name, value)


@pytest.mark.parametrize("steps", [1, 5, 16, 100])
def test_any_length_is_written_and_read(steps: int, make: Make, tmp_path: Path) -> None:
    piano = Piano.open(make(tmp_path / "piano-9"))
    played = roll(steps)
    again = piano.decode(piano.encode(played), steps)
    assert np.array_equal(again[..., LOUDNESS] > 0, played[..., LOUDNESS] > 0)
    assert len(piano.encode(played, 1)) == 1


def test_a_piece_lies_on_the_map(make: Make, tmp_path: Path) -> None:
    folder = make(tmp_path / "piano-9")
    active = Piano.open(folder).activity(roll(64))
    assert sum(open_composers(folder).composer(active).values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put("atoms", 3), "does not match its card"),
        (put("keys", 64), "keys must be 88"),
        (put("threshold", 0), "threshold 0"),
        (put("length_scale", 1e9), "length_scale"),
        (lambda card: card["graphs"]["encoder"].update(sha256="0" * 64), "is not the file its card names"),
        (lambda card: card["graphs"].pop("decoder"), "graph 'decoder' is missing"),
        (put("composers", "../map.npz"), "is not the name of a file"),
        (put("threshold", 0.9), "do not give here"),
    ],
)
def test_what_does_not_fit_its_card_is_refused(change: Change, said: str, make: Make, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=said):
        Piano.open(make(tmp_path / "piano-9", change))


def test_damage_is_refused(make: Make, tmp_path: Path) -> None:
    for number, name in enumerate(("encoder.onnx", "decoder.onnx", "golden.npz", "composers.npz")):
        folder = make(tmp_path / f"piano-{number}")
        (folder / name).write_bytes(b"nothing")
        with pytest.raises(ModelError):
            check_model(folder)
    folder = make(tmp_path / "piano-7")
    (folder / "composers.npz").unlink()
    with pytest.raises(ModelError, match="no map of composers"):
        check_model(folder)
    nan = make(tmp_path / "piano-8")
    np.savez(nan / "golden.npz", roll=roll(), code=np.zeros((1, 4)))
    with pytest.raises(ModelError, match="has no 'rebuilt'"):
        check_model(nan)


def test_a_map_of_other_atoms_is_refused(make: Make, tmp_path: Path) -> None:
    folder = make(tmp_path / "piano-1")
    stored = dict(np.load(folder / "composers.npz"))
    np.savez(folder / "composers.npz", **{**stored, "made_for": np.array("others")})  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="belongs to another version"):
        open_composers(folder)


def played(later: int = 0, higher: int = 0) -> Array:
    """Chords and single notes, as loud and as long as chance has it."""
    chance = np.random.default_rng(5)
    made = np.zeros((120 + later, KEYS, 2), np.float32)
    for step in range(0, 110, 2):
        root = int(chance.integers(10, 40))
        for key in (root, root + 4, root + 7)[: int(chance.integers(1, 4))]:
            made[later + step, higher + key] = chance.uniform(0.5, 1, 2)
    return made


@pytest.mark.parametrize(("later", "higher"), [(1, 0), (3, 5), (8, -4), (50, 11), (0, 12)])
def test_the_code_of_a_piece_elsewhere_is_the_code_moved_to_the_bit(later: int, higher: int, make: Make,
                                                                    tmp_path: Path) -> None:  # fmt: skip
    piano = Piano.open(make(tmp_path / "piano-9"))
    for budget in (0, 12):
        here, there = piano.encode(played(), budget), piano.encode(played(later, higher), budget)
        assert len(here) > 10
        assert np.array_equal(here.rows() + np.array([0, later, higher, 0], np.float32), there.rows())


def test_the_library_lists_checks_and_imports_it_whole(make: Make, tmp_path: Path) -> None:
    library = Library([tmp_path / "mine", tmp_path / "shipped"])
    make(tmp_path / "shipped" / "piano-9")
    assert [card.kind for card in library.list()] == ["piano"]
    assert library.check("piano-9").id == "piano-9"
    library.import_model(make(tmp_path / "elsewhere" / "piano-10"))
    assert open_composers(library.folder("piano")).titles == open_composers(model_folders()[-1] / "piano-2").titles
    with pytest.raises(ModelError, match="of kind 'piano'"):
        Dictionary.open(library.folder("piano"))
