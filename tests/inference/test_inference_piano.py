"""A piano dictionary opened, refused, imported, and its map."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from livemusic.errors import ModelError
from livemusic.inference.dictionary import Dictionary
from livemusic.inference.library import Library, check_model
from livemusic.inference.piano import Piano, open_composers
from livemusic.latent.figures import BELOW, Figures
from livemusic.music.pattern import Note, Pattern
from livemusic.music.roll import KEYS, LOUDNESS, STEP, roll_of, struck
from livemusic.sketch.composers import ComposerMap

Change = Callable[[dict[str, Any]], None]
Array = npt.NDArray[np.float32]


def roll(steps: int = 16) -> Array:
    notes = [Note(step * STEP, 40 + step % 40, 60 + step % 50, 4 * STEP, 0) for step in range(0, steps, 3)]
    return roll_of(Pattern.of(notes, steps * STEP))


def make(folder: Path, change: Change | None = None, atoms: Array | None = None) -> Path:
    """A dictionary of single notes and triads that was never trained."""
    folder.mkdir(parents=True)
    if atoms is None:
        atoms = np.zeros((2, 4, 37, 2), np.float32)
        atoms[:, 0, BELOW] = 0.95, 0.2
        atoms[1, 0, [BELOW + 4, BELOW + 7]] = 0.95, 0.2
        atoms /= np.linalg.norm(atoms.reshape(2, -1), axis=1)[:, None, None, None]
    np.savez(folder / "atoms.npz", atoms=atoms.astype(np.float16))
    sha256 = hashlib.sha256((folder / "atoms.npz").read_bytes()).hexdigest()
    figures, scale = Figures(atoms.astype(np.float16)), np.array([1, 0.5], np.float32)
    rebuilt = struck(figures.decode(figures.encode(roll() * scale, 8), 16, KEYS) / scale, 0.3)
    np.savez(folder / "golden.npz", roll=roll(), picks=8.0, rebuilt=rebuilt)
    places = ComposerMap(
        np.zeros(2, np.float32), np.eye(2, dtype=np.float32), np.eye(2, dtype=np.float32), np.eye(2, dtype=np.float32),
        ("Bach", "Satie"), ("one", "other"),
    )  # fmt: skip
    np.savez(folder / "composers.npz", made_for=np.array(sha256), **places.to_arrays())
    card: dict[str, Any] = {
        "format": 1, "id": folder.name, "kind": "piano", "version": "1.0.0", "title": "Tiny", "opset": 18, "graphs": {},
        "golden": "golden.npz",
        "spec": {
            "steps_per_second": 16, "keys": 88, "features": 2, "atoms": len(atoms), "width": 4, "span": 37, "active": 4,
            "length_scale": 0.5, "emphasis": 1.0, "threshold": 0.3, "file": "atoms.npz", "sha256": sha256,
            "composers": "composers.npz",
        },
    }  # fmt: skip
    if change:
        change(card)
    (folder / "model.json").write_text(json.dumps(card))
    return folder


def put(name: str, value: object) -> Change:
    return lambda card: card["spec"].__setitem__(name, value)


@pytest.mark.parametrize("steps", [1, 5, 16, 100])
def test_any_length_is_written_and_read(steps: int, tmp_path: Path) -> None:
    piano = Piano.open(make(tmp_path / "piano-9"))
    played = roll(steps)
    again = piano.decode(piano.encode(played), steps)
    assert np.array_equal(again[..., LOUDNESS] > 0, played[..., LOUDNESS] > 0)
    assert len(piano.encode(played, 1)) == 1


def test_a_piece_lies_on_the_map(tmp_path: Path) -> None:
    folder = make(tmp_path / "piano-9")
    active = Piano.open(folder).activity(roll(64))
    assert open_composers(folder).composer(active)["Bach"] > 0.9


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put("atoms", 3), "does not match its card"),
        (put("keys", 64), "keys must be 88"),
        (put("threshold", 0), "threshold 0"),
        (put("length_scale", 1e9), "length_scale"),
        (put("sha256", "0" * 64), "is not the file its card names"),
        (put("file", "../atoms.npz"), "is not the name of a file"),
        (put("length_scale", 50.0), "do not give here"),
    ],
)
def test_what_does_not_fit_its_card_is_refused(change: Change, said: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=said):
        Piano.open(make(tmp_path / "piano-9", change))


def test_damage_is_refused(tmp_path: Path) -> None:
    for number, name in enumerate(("atoms.npz", "golden.npz", "composers.npz")):
        folder = make(tmp_path / f"piano-{number}")
        (folder / name).write_bytes(b"nothing")
        with pytest.raises(ModelError):
            check_model(folder)
    folder = make(tmp_path / "piano-7")
    (folder / "composers.npz").unlink()
    with pytest.raises(ModelError, match="no map of composers"):
        check_model(folder)
    nan = make(tmp_path / "piano-8")
    np.savez(nan / "golden.npz", roll=roll(), picks=8.0)
    with pytest.raises(ModelError, match="has no 'rebuilt'"):
        check_model(nan)


def test_a_map_of_other_atoms_is_refused(tmp_path: Path) -> None:
    one, other = make(tmp_path / "piano-1"), make(tmp_path / "piano-2", atoms=np.full((2, 4, 37, 2), 0.05, np.float32))
    (one / "composers.npz").write_bytes((other / "composers.npz").read_bytes())
    with pytest.raises(ModelError, match="belongs to another version"):
        open_composers(one)


def test_the_library_lists_checks_and_imports_it_whole(tmp_path: Path) -> None:
    library = Library([tmp_path / "mine", tmp_path / "shipped"])
    make(tmp_path / "shipped" / "piano-9")
    assert [card.kind for card in library.list()] == ["piano"]
    assert library.check("piano-9").id == "piano-9"
    library.import_model(make(tmp_path / "elsewhere" / "piano-10"))
    assert open_composers(library.folder("piano")).titles == ("one", "other")
    with pytest.raises(ModelError, match="of kind 'piano'"):
        Dictionary.open(library.folder("piano"))
