"""Torch to ONNX: a trained run becomes a model folder that carries its own contract.

A folder holds `encoder.onnx`, `decoder.onnx`, `golden.npz` (inputs and torch outputs), `model.json` (the contract
the app checks) and `CARD.md`. Every file is whole or absent, and `model.json` is written last.
"""

import argparse
import datetime
import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch
from torch import Tensor, nn
from tqdm import tqdm

from livemusic.errors import ModelError
from training.card import write_card, write_json
from training.config import STEPS_PER_BEAT, DrumsConfig
from training.data.download import sha256_of
from training.data.groove import CREDIT, WINDOW_STEPS
from training.evaluate.drums import THRESHOLD
from training.models.wta import CHANNELS, FEATURES, VOICES, Dictionary, winners
from training.train import load_run

OPSET = 18
_GOLDEN_WINDOWS = 4

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output of a graph: its name and the names of its axes (empty: fixed size)."""

    name: str
    axes: tuple[str, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `python -m training export`."""
    parser.add_argument("run", type=Path, help="the run's folder, such as runs/drums-ours")
    parser.add_argument("--out", type=Path, default=Path("models/drums-1"), help="model folder (default %(default)s)")


def run(args: argparse.Namespace) -> int:
    """Export a finished or unfinished drum run again; figures already measured are kept."""
    model, known = load_run(args.run)
    export_drums(model, args.out, known["seed"], f"python -m training export {args.run}")
    print(f"{args.out}: exported after {known['epoch']} of {known['config'].epochs} epochs")
    return 0


def write_graph(module: nn.Module, example: Tensor, path: Path, source: Port, target: Port) -> dict[str, str]:
    """Export one module of one input and one output; returns its entry for `model.json`.

    Axes of `source` that have a name are dynamic. Raises `ModelError` when the file cannot be written.
    """
    module.eval()
    dynamic = {axis: torch.export.Dim.AUTO for axis, name in enumerate(source.axes) if name}
    with _quiet():
        program = torch.onnx.export(
            module,
            (example,),
            dynamo=True,
            opset_version=OPSET,
            input_names=[source.name],
            output_names=[target.name],
            dynamic_shapes=(dynamic,),
            verbose=False,
        )
    assert program is not None
    proto = program.model_proto
    del proto.graph.value_info[:]
    _forget_machine(proto)
    for value, port in ((proto.graph.input[0], source), (proto.graph.output[0], target)):
        for dimension, name in zip(value.type.tensor_type.shape.dim, port.axes, strict=True):
            if name:
                dimension.dim_param = name
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        onnx.save(proto, str(part))
        onnx.checker.check_model(str(part), full_check=True)
        part.replace(path)
    except OSError as error:
        raise ModelError(f"cannot write {path} ({error}): choose another folder with --out") from error
    finally:
        part.unlink(missing_ok=True)
    return {"file": path.name, "sha256": sha256_of(path), "input": source.name, "output": target.name}


def _forget_machine(proto: onnx.ModelProto) -> None:
    """Take out the exporter's notes: they name the files of the machine it ran on."""
    graph = proto.graph
    for part in (*graph.node, *graph.input, *graph.output, *graph.initializer, graph, proto):
        del part.metadata_props[:]
        part.doc_string = ""


def write_golden(path: Path, **arrays: Array) -> None:
    """Write inputs and torch outputs to compare the exported graphs with."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@torch.no_grad()
def export_drums(model: Dictionary, folder: Path, seed: int, command: str) -> dict[str, Any]:
    """Write a drum dictionary's model folder and return its contract; figures measured before are kept."""
    model.eval()
    config = model.config
    active = max(config.actives)
    grid = golden_grids()
    code = model.encoder(grid)
    sparse = winners(code, active, config.positions_per_beat)
    rebuilt = model.decoder(sparse)
    grids, codes = Port("grid", ("batch", "", "steps")), Port("code", ("batch", "", "positions"))
    graphs = {
        "encoder": write_graph(model.encoder, grid, folder / "encoder.onnx", grids, codes),
        "decoder": write_graph(model.decoder, sparse, folder / "decoder.onnx", codes, grids),
    }
    write_golden(
        folder / "golden.npz",
        encoder_in=grid.numpy(),
        encoder_out=code.numpy(),
        decoder_in=sparse.numpy(),
        decoder_out=rebuilt.numpy(),
    )
    contract = _contract(folder.name, config, graphs, seed, command)
    contract["metrics"] = _known_metrics(folder)
    write_json(folder / "model.json", contract)
    write_card(folder, contract)
    return contract


def golden_grids() -> Tensor:
    """Made-up grids `(4, 27, 32)`: sparse random hits with velocities and offsets, always the same."""
    chance = torch.Generator().manual_seed(4)
    shape = (_GOLDEN_WINDOWS, VOICES, WINDOW_STEPS)
    hits = (torch.rand(shape, generator=chance) < 0.15).float()
    velocity = torch.rand(shape, generator=chance) * hits
    offset = (torch.rand(shape, generator=chance) - 0.5) * hits
    return torch.cat([hits, velocity, offset], dim=1).reshape(_GOLDEN_WINDOWS, CHANNELS, WINDOW_STEPS)


def _contract(
    name: str, config: DrumsConfig, graphs: dict[str, dict[str, str]], seed: int, command: str
) -> dict[str, Any]:
    return {
        "format": 1,
        "id": name,
        "kind": "drums",
        "version": "1.0.0",
        "title": "Drum dictionary",
        "description": f"Writes a drum pattern as a few of {config.atoms} one-beat figures, and reads it back: hits, "
        "velocities and microtiming.",
        "opset": OPSET,
        "graphs": graphs,
        "golden": "golden.npz",
        "spec": {
            "steps_per_beat": STEPS_PER_BEAT,
            "voices": VOICES,
            "features": FEATURES,
            "atoms": config.atoms,
            "width": config.width,
            "stride": config.stride,
            "active_per_beat": max(config.actives),
            "threshold": THRESHOLD,
        },
        "data": [CREDIT],
        "licence": "GPL-3.0-or-later",
        "metrics": {},
        "trained": {
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "seed": seed,
            "command": command,
            "machine": "2 CPU cores",
        },
    }


def _known_metrics(folder: Path) -> dict[str, Any]:
    """The baseline's figures of an earlier card; the model's own are stale once it is exported again."""
    try:
        metrics = json.loads((folder / "model.json").read_text(encoding="utf-8"))["metrics"]
        return {"test": {"seed": metrics["test"]["seed"]}}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence what the exporter says about packages and deprecations that are none of the user's business, and keep
    its progress bars from leaving their monitor thread behind."""
    logger = logging.getLogger("torch.onnx")
    level, interval = logger.level, tqdm.monitor_interval
    logger.setLevel(logging.ERROR)
    tqdm.monitor_interval = 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
        tqdm.monitor_interval = interval
