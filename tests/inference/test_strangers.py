"""Models that strangers made: what never ends, unfolds to gigabytes or is no file is refused, in words and in time."""

import hashlib
import json
import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import ModelProto, TensorProto, helper, load, numpy_helper, save

from livemusic.errors import ModelError
from livemusic.inference.library import Library
from livemusic.inference.trial import check_model, try_model

Make = Callable[..., Path]
Spoil = Callable[[Path], None]
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices as files")


def graph_of(folder: Path, nodes: list[Any], constants: dict[str, np.ndarray]) -> None:
    """Give the embedder in `folder` another graph, as its card then says."""
    source = helper.make_tensor_value_info("window", TensorProto.FLOAT, ["n", 3, 9])
    target = helper.make_tensor_value_info("z", TensorProto.FLOAT, ["n", 3])
    held = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    made = helper.make_graph(nodes, "strange", [source], [target], held)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    write(folder, model.SerializeToString())


def write(folder: Path, data: bytes) -> None:
    (folder / "encoder.onnx").write_bytes(data)
    card = json.loads((folder / "model.json").read_text())
    card["graphs"]["encoder"]["sha256"] = hashlib.sha256(data).hexdigest()
    (folder / "model.json").write_text(json.dumps(card))


def endless(folder: Path) -> None:
    """A loop that is told to go on for longer than the universe has been there."""
    truth = helper.make_tensor_value_info("go_on", TensorProto.BOOL, [])
    turn = helper.make_tensor_value_info("turn", TensorProto.INT64, [])
    into, out = (helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("into", "out"))
    body = helper.make_graph(
        [helper.make_node("Identity", ["go_on"], ["still"]), helper.make_node("Add", ["into", "into"], ["out"])],
        "body",
        [turn, truth, into],
        [helper.make_tensor_value_info("still", TensorProto.BOOL, []), out],
    )
    nodes = [
        helper.make_node("Reshape", ["window", "flat"], ["row"]),
        helper.make_node("MatMul", ["row", "weights"], ["begun"]),
        helper.make_node("Loop", ["count", "true", "begun"], ["z"], body=body),
    ]
    constants = {
        "flat": np.array([-1, 27], np.int64),
        "weights": np.zeros((27, 3), np.float32),
        "count": np.array(2**62, np.int64),
        "true": np.array(True),
    }
    graph_of(folder, nodes, constants)


def slow(folder: Path) -> None:
    """No loop, but products of matrices for hours."""
    size = 2048
    nodes = [
        helper.make_node("Reshape", ["window", "flat"], ["row"]),
        helper.make_node("ReduceSum", ["row"], ["sum"], keepdims=0),
        helper.make_node("Expand", ["sum", "wide"], ["m0"]),
        *(helper.make_node("MatMul", [f"m{turn}", f"m{turn}"], [f"m{turn + 1}"]) for turn in range(2000)),
        helper.make_node("ReduceSum", ["m2000"], ["one"], keepdims=0),
        helper.make_node("MatMul", ["row", "weights"], ["begun"]),
        helper.make_node("Add", ["begun", "one"], ["z"]),
    ]
    constants = {
        "flat": np.array([-1, 27], np.int64),
        "wide": np.array([size, size], np.int64),
        "weights": np.zeros((27, 3), np.float32),
    }
    graph_of(folder, nodes, constants)


def vast(folder: Path) -> None:
    """Eight gigabytes out of a few numbers."""
    nodes = [
        helper.make_node("ConstantOfShape", ["shape"], ["zeros"]),
        helper.make_node("ReduceSum", ["zeros"], ["sum"], keepdims=0),
        helper.make_node("Reshape", ["window", "flat"], ["row"]),
        helper.make_node("MatMul", ["row", "weights"], ["begun"]),
        helper.make_node("Add", ["begun", "sum"], ["z"]),
    ]
    constants = {
        "shape": np.array([1 << 16, 1 << 15], np.int64),
        "flat": np.array([-1, 27], np.int64),
        "weights": np.zeros((27, 3), np.float32),
    }
    graph_of(folder, nodes, constants)


def elsewhere(folder: Path) -> None:
    """Weights that are to be read from another file, which could be any."""
    model: ModelProto = load(str(folder / "encoder.onnx"))
    (folder / "encoder.onnx").unlink()
    save(model, str(folder / "encoder.onnx"), save_as_external_data=True, location="weights", size_threshold=0)
    write(folder, (folder / "encoder.onnx").read_bytes())


def huge_graph(folder: Path) -> None:
    with open(folder / "encoder.onnx", "r+b") as file:
        file.truncate(8 << 30)


def bomb(name: str, shape: tuple[int, ...], written: int) -> Spoil:
    """An archive whose array `name` unfolds to much more than it takes."""

    def spoil(folder: Path) -> None:
        header = {"descr": "<f4", "fortran_order": False, "shape": shape}
        with (
            zipfile.ZipFile(folder / "golden.npz", "w", zipfile.ZIP_DEFLATED) as archive,
            archive.open(f"{name}.npy", "w", force_zip64=True) as file,
        ):
            np.lib.format.write_array_header_1_0(file, header)  # type: ignore[no-untyped-call]
            for _ in range(written):
                file.write(b"\0" * (1 << 20))

    return spoil


def piped(name: str) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / name).unlink()
        os.mkfifo(folder / name)

    return spoil


def linked(name: str, target: str) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).symlink_to(target)

    return spoil


def directory(folder: Path) -> None:
    (folder / "golden.npz").unlink()
    (folder / "golden.npz").mkdir()


def long_card(folder: Path) -> None:
    with open(folder / "model.json", "ab") as file:
        file.write(b" " * (8 << 20))


def deep_card(folder: Path) -> None:
    (folder / "model.json").write_text("[" * 200_000)


STRANGE: dict[str, tuple[Spoil, str]] = {
    "loop": (endless, "Loop, which may never end"),
    "elsewhere": (elsewhere, "in another file"),
    "vast": (vast, "cannot be opened|does not run|brought down"),
    "huge graph": (huge_graph, "8192 MB"),
    "bomb": (bomb("encoder_in", (1 << 29,), 300), "unfolds to 300 MB"),
    "boast": (bomb("encoder_in", (1 << 40,), 1), "says to hold"),
    "boast of nothing": (bomb("encoder_in", (1 << 62, 1 << 62), 0), "says to hold"),
    "piped card": (piped("model.json"), "no plain file"),
    "piped graph": (piped("encoder.onnx"), "no plain file"),
    "piped numbers": (piped("golden.npz"), "no plain file"),
    "device": (linked("encoder.onnx", "/dev/zero"), "no plain file"),
    "terminal": (linked("golden.npz", "/dev/tty"), "cannot be read"),
    "loop of links": (linked("golden.npz", "golden.npz"), "Too many levels"),
    "nowhere": (linked("model.json", "/nowhere/at/all"), "No such file"),
    "directory": (directory, "plain file|Is a directory"),
    "long card": (long_card, "8 MB, the most is 4"),
    "deep card": (deep_card, "damaged"),
}


@POSIX
@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_model_is_refused_wherever_it_is_opened(tmp_path: Path, make_embedder: Make, name: str) -> None:
    spoil, why = STRANGE[name]
    folder = make_embedder(tmp_path / "own" / "ear-1")
    spoil(folder)
    with pytest.raises(ModelError, match=why):
        Library([tmp_path / "elsewhere"]).import_model(folder)
    assert not any((tmp_path / "elsewhere").glob("*"))
    with pytest.raises(ModelError, match=f"{why}|no embedder model"):
        Library([tmp_path / "own", tmp_path / "shipped"]).folder("embedder", "ear-1")


def test_one_that_takes_too_long_is_ended(tmp_path: Path, make_embedder: Make) -> None:
    folder = make_embedder(tmp_path / "ear-1")
    slow(folder)
    with pytest.raises(ModelError, match=r"ear-1.*tried for 4 seconds"):
        try_model(folder, patience=4.0)


@pytest.mark.parametrize("kind", ["make_embedder", "make_dictionary", "make_older"])
def test_a_good_model_passes_and_gives_its_card(tmp_path: Path, request: pytest.FixtureRequest, kind: str) -> None:
    folder = request.getfixturevalue(kind)(tmp_path / "mine")
    assert try_model(folder) == check_model(folder)


def test_what_lies_beside_the_trial_is_not_run(
    tmp_path: Path, make_embedder: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_embedder(tmp_path / "ear-1")
    for name in ("numpy.py", "msgspec.py", "livemusic.py"):
        (folder / name).write_text("raise SystemExit(9)\n")
    monkeypatch.chdir(folder)
    assert try_model(folder).id == "ear-1"


def test_a_link_to_a_plain_file_is_as_good_as_it(tmp_path: Path, make_embedder: Make) -> None:
    folder = make_embedder(tmp_path / "ear-1")
    (folder / "encoder.onnx").rename(tmp_path / "blob")
    (folder / "encoder.onnx").symlink_to(tmp_path / "blob")
    Library([tmp_path / "own"]).import_model(folder)
    assert not (tmp_path / "own" / "ear-1" / "encoder.onnx").is_symlink()
