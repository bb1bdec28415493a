"""Tiny models with a card, made on the spot: an embedder that adds up and a dictionary that copies."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper, save

from livemusic.dsp.lanes import LANES
from training.evaluate.reader import TorchReader

FEATURES: dict[str, Any] = {
    "sample_rate": 8000,
    "fft": 64,
    "hop": 32,
    "bins": 9,
    "frames": 3,
    "range_db": 60.0,
    "floor_db": -60.0,
}
ATOMS = 27

Change = Callable[[dict[str, Any]], None]


def graph(path: Path, nodes: list[Any], constants: dict[str, np.ndarray], ports: list[tuple[str, list[Any]]]) -> str:
    """Write an ONNX file whose output is the last of `ports`; returns its checksum."""
    *sources, target = (helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in ports)
    held = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    made = helper.make_graph(nodes, "tiny", sources, [target], held)
    save(helper.make_model(made, opset_imports=[helper.make_opsetid("", 18)], ir_version=10), path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def finish(folder: Path, card: dict[str, Any], golden: dict[str, np.ndarray], change: Change | None) -> Path:
    np.savez(folder / "golden.npz", **golden)
    if change is not None:
        change(card)
    (folder / "model.json").write_text(json.dumps(card))
    return folder


def card_of(name: str, kind: str, spec: dict[str, Any], graphs: dict[str, Any]) -> dict[str, Any]:
    return {
        "format": 1,
        "id": name,
        "kind": kind,
        "version": "1.0.0",
        "title": "Tiny",
        "opset": 18,
        "graphs": graphs,
        "golden": "golden.npz",
        "spec": spec,
        "data": [{"name": "nothing", "licence": "CC0-1.0", "credit": "nobody"}],
        "licence": "CC0-1.0",
        "a field of the future": 1,
    }


def embedder(folder: Path, change: Change | None = None) -> Path:
    """A model whose point is a fixed mixture of the window."""
    folder.mkdir(parents=True)
    random = np.random.default_rng(1)
    weights = random.normal(size=(27, 3)).astype(np.float32)
    nodes = [
        helper.make_node("Reshape", ["window", "flat"], ["row"]),
        helper.make_node("MatMul", ["row", "weights"], ["z"]),
    ]
    constants = {"flat": np.array([-1, 27], np.int64), "weights": weights}
    digest = graph(folder / "encoder.onnx", nodes, constants, [("window", ["n", 3, 9]), ("z", ["n", 3])])
    graphs = {"encoder": {"file": "encoder.onnx", "sha256": digest, "input": "window", "output": "z"}}
    given = random.random((4, 3, 9)).astype(np.float32)
    golden = {"encoder_in": given, "encoder_out": given.reshape(4, 27) @ weights}
    return finish(
        folder, card_of(folder.name, "embedder", {"features": dict(FEATURES), "dim": 3}, graphs), golden, change
    )


def stepper(folder: Path, change: Change | None = None) -> Path:
    """The same mixture, taken row by row: the state is the two rows before."""
    folder.mkdir(parents=True)
    random = np.random.default_rng(1)
    weights = random.normal(size=(27, 3)).astype(np.float32)
    nodes = [
        helper.make_node("MatMul", ["given", "weights"], ["z"]),
        helper.make_node("Slice", ["given", "begin", "end", "axis"], ["kept"]),
        helper.make_node("Concat", ["z", "kept"], ["found"], axis=1),
    ]
    cut = {"begin": 9, "end": 27, "axis": 1}
    constants = {"weights": weights} | {name: np.array([value], np.int64) for name, value in cut.items()}
    digest = graph(folder / "encoder.onnx", nodes, constants, [("given", ["n", 27]), ("found", ["n", 21])])
    graphs = {"encoder": {"file": "encoder.onnx", "sha256": digest, "input": "given", "output": "found"}}
    given = random.random((4, 27)).astype(np.float32)
    golden = {"encoder_in": given, "encoder_out": np.concatenate([given @ weights, given[:, 9:]], 1)}
    spec = {"features": dict(FEATURES), "dim": 3, "state": 18}
    return finish(folder, card_of(folder.name, "embedder", spec, graphs), golden, change)


def hearing(folder: Path, change: Change | None = None) -> Path:
    """A model that is as sure of each lane as its band is bright, and remembers the bands before."""
    folder.mkdir(parents=True)
    lanes, bins = len(LANES), FEATURES["bins"]
    weights = np.zeros((2 * bins, 2 * lanes + bins), np.float32)
    for lane in range(2 * lanes):
        weights[bins + lane % bins, lane] = 1.0
    weights[bins:, 2 * lanes :] = np.eye(bins)
    nodes = [helper.make_node("MatMul", ["given", "weights"], ["found"])]
    ports: list[tuple[str, list[Any]]] = [("given", ["n", 2 * bins]), ("found", ["n", 2 * lanes + bins])]
    digest = graph(folder / "hearing.onnx", nodes, {"weights": weights}, ports)
    graphs = {"hearing": {"file": "hearing.onnx", "sha256": digest, "input": "given", "output": "found"}}
    given = np.random.default_rng(3).random((4, 2 * bins)).astype(np.float32)
    spec = {"features": dict(FEATURES), "lanes": list(LANES), "state": bins, "delay": 1, "thresholds": [0.5] * lanes}
    golden = {"hearing_in": given, "hearing_out": given @ weights}
    return finish(folder, card_of(folder.name, "hearing", spec, graphs), golden, change)


WEIGHTS = {"velocity_weight": 1.52, "offset_weight": 2.88, "early_touch": 0.35, "ridge": 0.05}


def dictionary(folder: Path, change: Change | None = None) -> Path:
    """A model that keeps each step's 27 numbers as they are: an atom for every one of them."""
    folder.mkdir(parents=True)
    atoms = {"atoms": np.eye(ATOMS, dtype=np.float16).reshape(ATOMS, 27, 1)}
    held = helper.make_node("Cast", ["atoms"], ["held"], to=TensorProto.FLOAT)
    code = [held, helper.make_node("Conv", ["grid", "held"], ["code"])]
    grid = [held, helper.make_node("ConvTranspose", ["code", "held"], ["grid"])]
    grids, codes = ("grid", ["n", 27, "steps"]), ("code", ["n", "atoms", "steps"])
    graphs = {
        name: {
            "file": f"{name}.onnx",
            "sha256": graph(folder / f"{name}.onnx", nodes, atoms, ports),
            "input": ports[0][0],
            "output": ports[-1][0],
        }
        for name, nodes, ports in (
            ("encoder", code, [grids, ("schedule", ["picks"]), codes]),
            ("decoder", grid, [codes, grids]),
        )
    }
    graphs["encoder"]["schedule"] = "schedule"
    given = np.random.default_rng(2).random((2, 8, 9, 3)).astype(np.float32)
    written = given.transpose(0, 3, 2, 1).reshape(2, 27, 8)
    golden = {"encoder_in": given, "decoder_in": written, "decoder_out": given}
    sizes = {"steps_per_beat": 4, "voices": 9, "features": 3, "atoms": ATOMS, "width": 1, "stride": 1}
    spec = sizes | {"active_per_beat": 4, "threshold": 0.5, "pursuit": dict(WEIGHTS)}
    return finish(folder, card_of(folder.name, "drums", spec, graphs), golden, change)


def older(folder: Path, change: Change | None = None) -> Path:
    """A dictionary as they were learned before they had graphs: for each voice a loud, a late and a plain hit."""
    folder.mkdir(parents=True)
    atoms = np.zeros((27, 27, 4), np.float16)
    for voice in range(9):
        atoms[3 * voice : 3 * voice + 3, voice, 0] = 0.6
        atoms[3 * voice, 9 + voice, 0] = 0.6
        atoms[3 * voice + 1, 18 + voice, 0] = 0.3
        atoms[3 * voice + 2, 9 + voice, 0] = 0.2
    np.savez(folder / "atoms.npz", atoms=atoms)
    reader = TorchReader.of(atoms.astype(np.float32).transpose(0, 2, 1))
    grids = np.zeros((1, 8, 9, 3), np.float32)
    grids[0, 0, 0], grids[0, 4, 1] = (1, 0.9, 0), (1, 0.4, 0.2)
    code = reader.encode(list(np.pad(grids, ((0, 0), (0, 3), (0, 0), (0, 0)))), 8)[..., :8]
    golden = {"encoder_in": grids, "decoder_in": code, "decoder_out": reader.decode(code)}
    sizes = {"steps_per_beat": 4, "voices": 9, "features": 3, "atoms": 27, "width": 4, "stride": 1}
    digest = hashlib.sha256((folder / "atoms.npz").read_bytes()).hexdigest()
    spec = sizes | {
        "active_per_beat": 4,
        "threshold": 0.55,
        "pursuit": {"file": "atoms.npz", "sha256": digest} | WEIGHTS,
    }
    return finish(folder, card_of(folder.name, "drums", spec, {}), golden, change)


def rises(folder: Path, change: Change | None = None) -> Path:
    """A hearing that takes a rise of the lowest band for a kick, of the highest for a closed hat, of the middle for
    something, where it is more than that of another band; it remembers the row before.
    """
    folder.mkdir(parents=True)
    features = {"sample_rate": 8000, "fft": 160, "hop": 80, "bins": 12, "frames": 1, "high_hz": 4000.0, "low_hz": 20.0}
    weights = np.zeros((24, 28), np.float32)
    for lane, band, other in ((0, 0, 3), (2, 11, 7), (13, 5, 11)):
        weights[[12 + band, other], lane] = weights[[12 + band], 14 + lane] = 12
        weights[[12 + other, band], lane] = -12
    bias = np.full(28, -5, np.float32)
    nodes = [
        helper.make_node("MatMul", ["given", "weights"], ["sum"]),
        helper.make_node("Add", ["sum", "bias"], ["shifted"]),
        helper.make_node("Sigmoid", ["shifted"], ["likely"]),
        helper.make_node("Slice", ["given", "begin", "end", "axis"], ["kept"]),
        helper.make_node("Concat", ["likely", "kept"], ["found"], axis=1),
    ]
    cut = {"begin": 12, "end": 24, "axis": 1}
    constants = {"weights": weights, "bias": bias} | {name: np.array([value], np.int64) for name, value in cut.items()}
    digest = graph(folder / "hearing.onnx", nodes, constants, [("given", ["n", 24]), ("found", ["n", 40])])
    graphs = {"hearing": {"file": "hearing.onnx", "sha256": digest, "input": "given", "output": "found"}}
    given = np.random.default_rng(3).random((4, 24)).astype(np.float32)
    answer = np.concatenate([1 / (1 + np.exp(-(given @ weights + bias))), given[:, 12:]], 1)
    golden = {"hearing_in": given, "hearing_out": answer.astype(np.float32)}
    spec = {"features": features, "lanes": list(LANES), "state": 12, "delay": 0, "thresholds": [0.5] * len(LANES)}
    return finish(folder, card_of(folder.name, "hearing", spec, graphs), golden, change)


@pytest.fixture(scope="session")
def make_rises() -> Callable[..., Path]:
    return rises


@pytest.fixture(scope="session")
def make_older() -> Callable[..., Path]:
    return older


@pytest.fixture(scope="session")
def make_embedder() -> Callable[..., Path]:
    return embedder


@pytest.fixture(scope="session")
def make_stepper() -> Callable[..., Path]:
    return stepper


@pytest.fixture(scope="session")
def make_dictionary() -> Callable[..., Path]:
    return dictionary


@pytest.fixture
def make_hearing() -> Callable[..., Path]:
    return hearing
