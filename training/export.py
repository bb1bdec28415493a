"""Torch to ONNX: a trained run becomes a model folder that carries its own contract.

A folder holds the model's ONNX graphs, `golden.npz` (inputs and outputs), `model.json` (the contract the app checks)
and `CARD.md`. Every file is whole or absent; `model.json` comes last.
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

from livemusic.errors import MediaError, ModelError
from training.card import write_card, write_json
from training.config import STEPS_PER_BEAT, PursuitConfig
from training.data.download import sha256_of
from training.data.groove import CREDIT, WINDOW_STEPS
from training.models.pursuit import Decoder, PursuitDictionary
from training.models.wta import CHANNELS, FEATURES, VOICES
from training.train import load_run

OPSET = 18
SCHEDULE = "schedule"
#: Half floats are rounded up or down; this much shorter, no atom is longer than 1.
_WITHIN = 1 - 2**-10
_GOLDEN_WINDOWS = 4

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output of a graph: its name and the names of its axes (empty: fixed size). `strict`: axes with a name
    that turn out to be fixed are an error; that of the atoms is fixed by the numbers, which may be replaced."""

    name: str
    axes: tuple[str, ...]
    strict: bool = False

    @property
    def kind(self) -> Any:
        """How its axes are traced."""
        return torch.export.Dim.DYNAMIC if self.strict else torch.export.Dim.AUTO


ROLL, PICKS = Port("roll", ("steps", "", ""), True), Port("code", ("found", ""), True)
GRID, CODE = Port("grid", ("n", "", "steps"), True), Port("code", ("n", "atoms", "steps"), True)
_FIXED = ("", "atoms")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `python -m training export`."""
    parser.add_argument("run", type=Path, help="the run's folder, such as runs/drums-ours")
    parser.add_argument("--out", type=Path, default=Path("models/drums-3"), help="model folder (default %(default)s)")


def run(args: argparse.Namespace) -> int:
    """Export a finished or unfinished drum run again; figures already measured are kept."""
    model, known = load_run(args.run)
    if not isinstance(model, PursuitDictionary):
        raise MediaError(
            f"{args.run} is no drum dictionary's run: name another "
            "(a piano dictionary is exported again by `python -m training piano --resume` or `--again`)"
        )
    export_drums(model, args.out, known["seed"], f"python -m training export {args.run}")
    print(f"{args.out}: exported after {known['step']} steps")
    return 0


def write_graph(
    module: nn.Module, example: Tensor, path: Path, source: Port, target: Port, schedule: Tensor | None = None
) -> dict[str, str]:
    """Export one module of one input and one output; returns its entry for `model.json`.

    Axes of `source` that have a name are dynamic. `schedule`: an example of a second input of one axis, which is
    dynamic, too. Raises `ModelError` when the file cannot be written.
    """
    module.eval()
    sources = [source] if schedule is None else [source, Port(SCHEDULE, ("picks",), True)]
    dynamic = tuple({axis: port.kind for axis, name in enumerate(port.axes) if name not in _FIXED} for port in sources)
    with _quiet():
        program = torch.onnx.export(
            module,
            (example,) if schedule is None else (example, schedule),
            dynamo=True,
            opset_version=OPSET,
            input_names=[port.name for port in sources],
            output_names=[target.name],
            dynamic_shapes=dynamic,
            verbose=False,
        )
    assert program is not None
    proto = program.model_proto
    del proto.graph.value_info[:]
    _forget_machine(proto)
    if "atoms" in (*source.axes, *target.axes):
        of_any_count(proto, "atoms")
    for value, port in (*zip(proto.graph.input, sources, strict=True), (proto.graph.output[0], target)):
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
    entry = {"file": path.name, "sha256": sha256_of(path), "input": source.name, "output": target.name}
    return entry if schedule is None else {**entry, "schedule": SCHEDULE}


def of_any_count(proto: onnx.ModelProto, name: str) -> None:
    """Let a graph count the rows of its numbers `name` itself where it was told how many there are, so that they may
    be replaced by more or fewer. `ModelError` where it was told in a way not known here."""
    graph = proto.graph
    counts = [part.dims[0] for part in graph.initializer if part.name == name]
    if len(counts) != 1:
        raise ModelError(f"the exporter has folded so few {name} into the graph: train more of them")
    count = counts[0]
    nodes = [
        onnx.helper.make_node("Shape", [name], ["rows"], start=0, end=1),
        onnx.helper.make_node("Squeeze", ["rows"], ["row"]),
    ]
    for part in list(graph.initializer):
        told = onnx.numpy_helper.to_array(part)
        if told.dtype != np.int64 or not (told == count).any():
            continue
        graph.initializer.remove(part)
        if told.shape == (2,) and told[0] == count:
            graph.initializer.append(onnx.numpy_helper.from_array(np.array([-1, told[1]]), part.name))
        elif told.size == 1:
            nodes.append(onnx.helper.make_node("Identity", ["row" if told.shape == () else "rows"], [part.name]))
        else:
            raise ModelError(f"the graph takes {told.tolist()} for granted: mend `of_any_count` in training.export")
    for node in reversed(nodes):
        graph.node.insert(0, node)


def _forget_machine(proto: onnx.ModelProto) -> None:
    """Take out the exporter's notes: they name the files of the machine it ran on."""
    graph = proto.graph
    for part in (*graph.node, *graph.input, *graph.output, *graph.initializer, graph, proto):
        del part.metadata_props[:]
        part.doc_string = ""


def write_golden(path: Path, **arrays: npt.NDArray[np.floating[Any]]) -> None:
    """Write inputs and torch outputs to compare the exported graphs with."""
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def export_drums(model: PursuitDictionary, folder: Path, seed: int, command: str) -> dict[str, Any]:
    """Write a drum dictionary's model folder and return its contract; figures measured before are kept.

    The atoms are stored as half floats, and everything that is said of the model is measured with those.
    """
    config = model.config
    kept = model.stored((model.atoms.detach() * _WITHIN).half())
    decoder = Decoder(kept.atoms)
    grids = golden_grids()
    takes = kept.quiet(grids)
    shares = kept.shares(max(config.actives) * WINDOW_STEPS // STEPS_PER_BEAT, WINDOW_STEPS)
    with torch.no_grad():
        codes = kept(takes, shares)
        rebuilt = decoder(codes)[..., :WINDOW_STEPS]
    graphs = {
        "encoder": write_graph(kept, takes, folder / "encoder.onnx", GRID, CODE, shares),
        "decoder": write_graph(decoder, codes, folder / "decoder.onnx", CODE, GRID),
    }
    write_golden(
        folder / "golden.npz", encoder_in=_as_values(grids), decoder_in=codes.numpy(), decoder_out=_as_values(rebuilt)
    )
    contract = _contract(folder.name, config, graphs, seed, command)
    contract["metrics"] = _known_metrics(folder)
    write_json(folder / "model.json", contract)
    write_card(folder, contract)
    return contract


def _as_values(grids: Tensor) -> Array:
    """Grids `(n, 27, steps)` as the app has them, `(n, steps, 9, 3)`."""
    return np.ascontiguousarray(grids.view(len(grids), FEATURES, VOICES, -1).permute(0, 3, 2, 1).numpy())


def golden_grids() -> Tensor:
    """Made-up grids `(4, 27, 32)`: sparse random hits with velocities and offsets, always the same."""
    chance = torch.Generator().manual_seed(4)
    shape = (_GOLDEN_WINDOWS, VOICES, WINDOW_STEPS)
    hits = (torch.rand(shape, generator=chance) < 0.15).float()
    velocity = torch.rand(shape, generator=chance) * hits
    offset = (torch.rand(shape, generator=chance) - 0.5) * hits
    return torch.cat([hits, velocity, offset], dim=1).reshape(_GOLDEN_WINDOWS, CHANNELS, WINDOW_STEPS)


def _contract(
    name: str, config: PursuitConfig, graphs: dict[str, dict[str, str]], seed: int, command: str
) -> dict[str, Any]:
    return {
        "format": 1,
        "id": name,
        "kind": "drums",
        "version": "3.0.0",
        "title": "Drum dictionary",
        "description": f"Writes a drum pattern as a few of {config.atoms} one-beat figures that may start at any "
        "sixteenth, and reads it back: hits, velocities and microtiming.",
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
            "threshold": config.threshold,
            "pursuit": {
                "velocity_weight": config.velocity_weight,
                "offset_weight": config.offset_weight,
                "early_touch": config.early_touch,
                "ridge": config.ridge,
            },
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
    """The baselines' figures of an earlier card; the model's own are stale once it is exported again."""
    try:
        known = json.loads((folder / "model.json").read_text(encoding="utf-8"))["metrics"]
        test, rates = known["test"], known.get("rates", {}).get("rows", {})
        return {
            "test": {name: row for name, row in test.items() if name != "ours"},
            "rates": {"rows": {name: rows for name, rows in rates.items() if not name.startswith("ours")}},
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence what the exporter says about packages and deprecations that are none of the user's business, and keep
    its progress bars from leaving their monitor thread behind."""
    loggers = [logging.getLogger(name) for name in ("torch.onnx", "onnx_ir")]
    levels, interval = [logger.level for logger in loggers], tqdm.monitor_interval
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    tqdm.monitor_interval = 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        tqdm.monitor_interval = interval
