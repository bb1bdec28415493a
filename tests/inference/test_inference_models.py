"""Models are opened only if they are what their card says; whatever is wrong is said in a sentence."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livemusic.errors import ModelError
from livemusic.inference.card import DrumSpec, EmbedderSpec, HearingSpec, read_card
from livemusic.inference.dictionary import Dictionary
from livemusic.inference.encoder import Embedder
from livemusic.inference.library import Library
from livemusic.inference.session import open_model
from livemusic.music.grid import Grid

Make = Callable[..., Path]


def put(*path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """Change one entry of a card."""

    def change(card: dict[str, Any]) -> None:
        for key in path[:-1]:
            card = card[key]
        card[path[-1]] = value

    return change


def test_a_card_is_read(tmp_path: Path, make_embedder: Make, make_dictionary: Make) -> None:
    card = read_card(make_embedder(tmp_path / "ear-1"))
    assert (card.id, card.kind, card.data[0].licence) == ("ear-1", "embedder", "CC0-1.0")
    assert isinstance(card.spec, EmbedderSpec)
    assert card.spec.features.bins == 9
    drums = read_card(make_dictionary(tmp_path / "drums-1"))
    assert isinstance(drums.spec, DrumSpec)
    assert drums.spec.atoms == 27


def test_a_hearing_is_opened_and_its_numbers_are_checked(tmp_path: Path, make_hearing: Make) -> None:
    card, graphs = open_model(make_hearing(tmp_path / "hearing-9"), "hearing")
    assert isinstance(card.spec, HearingSpec)
    assert graphs["hearing"].run(np.zeros((1, 18))).shape == (1, 37)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (put("spec", "lanes", value=["kick", "snare"]), "lanes must be"),
        (put("spec", "state", value=0), "state 0"),
        (put("spec", "state", value=8), "does not match its card"),
        (put("spec", "delay", value=-1), "delay -1"),
        (put("spec", "thresholds", value=[0.5] * 13), "14 numbers"),
        (put("spec", "thresholds", value=[1.0] * 14), "14 numbers"),
        (put("spec", "features", "bins", value=10), "does not match its card"),
    ],
)
def test_what_does_not_fit_a_hearing_is_said(tmp_path: Path, make_hearing: Make, change: object, why: str) -> None:
    with pytest.raises(ModelError, match=why):
        open_model(make_hearing(tmp_path / "hearing-9", change), "hearing")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (put("format", value=2), "format 2"),
        (put("format", value=None), "format None"),
        (put("kind", value="violin"), "violin"),
        (put("kind", value="drums"), "does not describe"),
        (put("id", value="../evil"), "letters, digits"),
        (put("id", value=7), "does not describe"),
        (put("spec", value=[]), "does not describe"),
        (put("spec", "dim", value=0), "dim 0"),
        (put("spec", "features", "hop", value=0), "hop"),
        (put("graphs", value={}), "'encoder' is missing"),
        (put("graphs", "encoder", "file", value="../../secret"), "not the name of a file"),
        (put("golden", value="/etc/passwd"), "not the name of a file"),
        (put("graphs", "encoder", "file", value="other.onnx"), "cannot be read"),
        (put("graphs", "encoder", "sha256", value="0" * 64), "not the file its card names"),
        (put("graphs", "encoder", "input", value="sound"), "does not match its card"),
        (put("graphs", "encoder", "output", value="point"), "does not match its card"),
        (put("spec", "dim", value=4), "does not match its card"),
        (put("spec", "features", "bins", value=10), "does not match its card"),
        (put("golden", value="none.npz"), "none.npz cannot be read"),
    ],
)
def test_what_does_not_fit_is_said(tmp_path: Path, make_embedder: Make, change: object, why: str) -> None:
    with pytest.raises(ModelError, match=why):
        Embedder.open(make_embedder(tmp_path / "ear-1", change))


def test_golden_numbers_must_be_met(tmp_path: Path, make_embedder: Make) -> None:
    folder = make_embedder(tmp_path / "ear-1")
    golden = dict(np.load(folder / "golden.npz"))
    np.savez(folder / "golden.npz", encoder_in=golden["encoder_in"], encoder_out=golden["encoder_out"] + 5e-5)
    assert Embedder.open(folder).dim == 3
    for wrong in (
        golden["encoder_out"] + 0.01,
        golden["encoder_out"] * np.nan,
        golden["encoder_out"][:2],
    ):
        np.savez(folder / "golden.npz", encoder_in=golden["encoder_in"], encoder_out=wrong)
        with pytest.raises(ModelError, match="what it did in training"):
            Embedder.open(folder)
    np.savez(folder / "golden.npz", encoder_in=golden["encoder_in"])
    with pytest.raises(ModelError, match="encoder_out"):
        Embedder.open(folder)
    np.savez(folder / "golden.npz", encoder_in=np.zeros((1, 2, 2)), encoder_out=np.zeros((1, 3)))
    with pytest.raises(ModelError, match="does not run"):
        Embedder.open(folder)


def test_a_damaged_copy_of_ones_own_stands_in_nobodys_way(tmp_path: Path, make_embedder: Make) -> None:
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    for folder in (own, shipped):
        make_embedder(folder / "ear-1")
    library = Library([own, shipped])
    assert library.folder("embedder") == own / "ear-1"
    (own / "ear-1" / "encoder.onnx").write_bytes(b"")
    assert library.folder("embedder") == shipped / "ear-1"
    cure = rf"not the file its card names.*delete the folder {own / 'ear-1'}\."
    for wanting in (lambda: library.folder("embedder", "ear-1"), lambda: library.check("ear-1")):
        with pytest.raises(ModelError, match=cure):
            wanting()
    with pytest.raises(ModelError, match=cure):
        Library([own]).folder("embedder")
    (own / "ear-1" / "model.json").write_bytes(b"{")
    assert [f"delete the folder {own / 'ear-1'}." in problem for problem in library.problems()] == [True]
    assert library.folder("embedder", "ear-1") == shipped / "ear-1"


def test_a_model_of_another_kind_is_refused(tmp_path: Path, make_embedder: Make, make_dictionary: Make) -> None:
    with pytest.raises(ModelError, match="kind 'embedder', not 'drums'"):
        Dictionary.open(make_embedder(tmp_path / "ear-1"))
    with pytest.raises(ModelError, match="kind 'drums', not 'embedder'"):
        Embedder.open(make_dictionary(tmp_path / "drums-1"))
    with pytest.raises(ModelError, match="holds no model"):
        Embedder.open(tmp_path / "nowhere")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    st.sampled_from(["model.json", "encoder.onnx", "golden.npz"]),
    st.floats(0, 1),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=4),
    st.booleans(),
)
def test_damage_is_said(
    tmp_path_factory: pytest.TempPathFactory,
    make_embedder: Make,
    name: str,
    end: float,
    changes: list[tuple[float, int]],
    mended: bool,
) -> None:
    """Truncated and altered files, the checksum set right where `mended`, fail in one way only."""
    folder = make_embedder(tmp_path_factory.mktemp("damage") / "ear-1")
    whole = (folder / name).read_bytes()
    data = bytearray(whole[: round(end * len(whole))] if end < 0.9 else whole)
    for place, byte in changes:
        if data:
            data[int(place * len(data))] = byte
    (folder / name).write_bytes(data)
    if mended and name == "encoder.onnx":
        import hashlib
        import json

        card = json.loads((folder / "model.json").read_text())
        card["graphs"]["encoder"]["sha256"] = hashlib.sha256(data).hexdigest()
        (folder / "model.json").write_text(json.dumps(card))
    try:
        opened, _ = open_model(folder)
    except ModelError:
        return
    assert opened.kind == "embedder"


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_a_grid_of_any_length_survives_the_dictionary(copying: Dictionary, steps: int, seed: int) -> None:
    values = np.random.default_rng(seed).random((steps, 9, 3)).astype(np.float32)
    values[..., 2] -= 0.5
    grid = Grid(values)
    code = copying.encode(grid)
    assert code.shape == (27, steps)
    assert np.array_equal(copying.decode(code, steps), grid.values)


@pytest.fixture(scope="module")
def copying(tmp_path_factory: pytest.TempPathFactory, make_dictionary: Make) -> Dictionary:
    return Dictionary.open(make_dictionary(tmp_path_factory.mktemp("models") / "drums-1"))


@pytest.mark.parametrize(("shape", "steps"), [((27, 8), 9), ((27, 8), 0), ((26, 8), 8), ((27,), 4)])
def test_a_code_must_fit(copying: Dictionary, shape: tuple[int, ...], steps: int) -> None:
    with pytest.raises(ValueError, match=r"code of drums-1|steps"):
        copying.decode(np.zeros(shape), steps)


def test_the_library_finds_the_newest_or_the_named(tmp_path: Path, make_embedder: Make, make_dictionary: Make) -> None:
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    make_embedder(shipped / "ear-9", put("version", value="1.9.0"))
    make_embedder(shipped / "ear-10", put("version", value="1.10.0"))
    make_dictionary(shipped / "drums-1")
    (shipped / "broken").mkdir()
    (shipped / "broken" / "model.json").write_text("{")
    library = Library([own, shipped])
    assert {card.id for card in library.list()} == {"ear-9", "ear-10", "drums-1"}
    assert library.folder("embedder") == shipped / "ear-10"
    assert library.folder("embedder", "ear-9") == shipped / "ear-9"
    assert library.check("drums-1").kind == "drums"
    assert ["broken" in problem for problem in library.problems()] == [True]
    with pytest.raises(ModelError, match=r"ear-77.*ear-10, ear-9"):
        library.folder("embedder", "ear-77")
    with pytest.raises(ModelError, match="ear-77"):
        library.check("ear-77")
    with pytest.raises(ModelError, match="none"):
        Library([tmp_path / "nowhere"]).folder("drums")


def test_an_imported_model_is_whole_and_wins(tmp_path: Path, make_embedder: Make) -> None:
    library = Library([tmp_path / "own", tmp_path / "shipped"])
    first = make_embedder(tmp_path / "a" / "ear-1")
    (first / "notes.txt").write_text("not part of the model")
    for folder in (first, make_embedder(tmp_path / "b" / "ear-1", put("version", value="2.0"))):
        card = library.import_model(folder)
        assert library.check("ear-1") == card == read_card(folder)
    assert [path.name for path in (tmp_path / "own").iterdir()] == ["ear-1"]
    assert not (tmp_path / "own" / "ear-1" / "notes.txt").exists()
    broken = make_embedder(tmp_path / "c" / "ear-1", put("golden", value="none.npz"))
    with pytest.raises(ModelError, match=r"none\.npz"):
        library.import_model(broken)
    assert library.check("ear-1").version == "2.0"
    (tmp_path / "file").touch()
    with pytest.raises(ModelError, match="cannot be kept"):
        Library([tmp_path / "file"]).import_model(first)


def test_the_shipped_models_are_good() -> None:
    library = Library()
    cards = {library.check(card.id).kind for card in library.list()}
    assert cards >= {"drums", "embedder"}
    assert library.problems() == []
