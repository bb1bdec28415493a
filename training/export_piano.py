"""The dictionary of piano figures as a model folder: graphs, map of composers, golden numbers, contract and card."""

import datetime
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from sklearn.manifold import TSNE
from torch import Tensor

from livemusic.music.chord import SPAN
from livemusic.music.roll import FEATURES, KEYS, STEPS_PER_SECOND, struck
from livemusic.sketch.composers import ComposerMap
from livemusic.sketch.picks import Placed
from training.card import write_json
from training.data.giant import CREDIT, WINDOW, Piece
from training.evaluate.graphs import PianoCoder
from training.evaluate.piano_card import write_card
from training.export import OPSET, PICKS, ROLL, write_golden, write_graph
from training.models.figures import FigureDecoder, FigureDictionary
from training.progress import progress

COMPOSERS = "composers.npz"
DIM = 12

Array = npt.NDArray[np.float32]


def export_piano(
    model: FigureDictionary, pieces: list[Piece], folder: Path, seed: int, trained: dict[str, Any]
) -> dict[str, Any]:
    """Write a piano dictionary's model folder, its map made of the training pieces, and return its contract; figures
    measured before are kept for baselines. `trained`: when and by which command, beside what the recipe says.

    The atoms are stored as half floats, and everything that is said of the model is measured with those.
    """
    config = model.config
    kept = model.stored(half_floats(model.atoms.detach()))
    decoder = FigureDecoder(kept.atoms, config.length_scale)
    roll, schedule = golden_roll(), torch.ones(max(config.actives) * WINDOW // SPAN)
    placed = Placed.of(roll, config.emphasis)
    values = torch.from_numpy(placed.values)
    with torch.no_grad():
        code = torch.from_numpy(placed.picks(kept(values, schedule).numpy()).rows())
        rebuilt = struck(decoder(code)[:WINDOW].numpy(), config.threshold)
    graphs = {
        "encoder": write_graph(kept, values, folder / "encoder.onnx", ROLL, PICKS, schedule),
        "decoder": write_graph(decoder, code, folder / "decoder.onnx", PICKS, ROLL),
    }
    spec = {
        "steps_per_second": STEPS_PER_SECOND,
        "keys": KEYS,
        "features": FEATURES,
        "atoms": config.atoms,
        "width": config.width,
        "span": config.span,
        "active": max(config.actives),
        "length_scale": config.length_scale,
        "emphasis": config.emphasis,
        "threshold": config.threshold,
        "composers": COMPOSERS,
    }
    played = np.zeros_like(roll)
    played[: len(rebuilt)] = rebuilt
    write_golden(folder / "golden.npz", roll=roll, code=code.numpy(), rebuilt=played)
    contract = {
        "format": 1,
        "id": folder.name,
        "kind": "piano",
        "version": "2.0.0",
        "title": "Piano dictionary",
        "description": f"Writes a piano piece as a few of {config.atoms} figures of a quarter second that may begin at "
        "any step and on any key, and reads it back: notes, loudness and length.",
        "opset": OPSET,
        "graphs": graphs,
        "golden": "golden.npz",
        "spec": spec,
        "data": [CREDIT],
        "licence": "GPL-3.0-or-later",
        "metrics": _known(folder),
        "trained": {
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "seed": seed,
            "machine": "2 CPU cores",
            "chord_weight": config.chord_weight,
            **trained,
        },
    }
    write_json(folder / "model.json", contract)
    write_map(PianoCoder(folder), [piece for piece in pieces if piece.split == "train"], folder, seed)
    write_card(folder, contract)
    return contract


def half_floats(atoms: Tensor) -> Tensor:
    """Atoms as they are stored: where one is longer than 1 once it is rounded, it is shortened first."""
    halves, within = atoms.half(), (atoms * (1 - 2**-10)).half()
    return torch.where((halves.float().flatten(1).norm(dim=1) > 1).view(-1, 1, 1, 1), within, halves)


def write_map(coder: PianoCoder, pieces: list[Piece], folder: Path, seed: int) -> None:
    """Lay pieces out in the plane (t-SNE, van der Maaten and Hinton 2008) and keep the map beside the graphs."""
    active = np.stack([coder.activity(piece.roll) for piece in progress(pieces, "map", "piece", len(pieces))])
    mean = active.mean(0)
    _, _, axes = np.linalg.svd(active - mean, full_matrices=False)
    basis = np.ascontiguousarray(axes[: min(DIM, len(pieces) - 1)].T, np.float32)
    coordinates = np.asarray((active - mean) @ basis, np.float32)
    near = max(1.0, min(8.0, (len(pieces) - 1) / 3))
    laid = TSNE(perplexity=near, init="random", random_state=seed, n_jobs=1).fit_transform(coordinates)
    low, high = laid.min(0), laid.max(0)
    places = np.asarray((laid - low) / np.maximum(high - low, 1e-9), np.float32)
    names = [tuple(getattr(piece, key) for piece in pieces) for key in ("composer", "name")]
    composers = ComposerMap(mean, basis, coordinates, places, *names)
    part = folder / f"{COMPOSERS}.part"
    try:
        with part.open("wb") as file:
            made_for = np.array(coder.card["graphs"]["decoder"]["sha256"])
            np.savez_compressed(file, made_for=made_for, **composers.to_arrays())  # type: ignore[arg-type]
        part.replace(folder / COMPOSERS)
    finally:
        part.unlink(missing_ok=True)


def golden_roll() -> Array:
    """A made-up roll `(64, 88, 2)`: chords and runs with loudness and length, always the same."""
    chance = np.random.default_rng(4)
    roll = np.zeros((WINDOW, KEYS, FEATURES), np.float32)
    for step in range(0, WINDOW, 2):
        root = int(chance.integers(12, 60))
        for key in (root, root + 4, root + 7)[: int(chance.integers(1, 4))]:
            loudness = float(chance.uniform(0.6, 0.95))
            roll[step, key] = loudness, loudness * chance.uniform(0.1, 1)
    return roll


def _known(folder: Path) -> dict[str, Any]:
    """The other recipes' figures of an earlier card; the model's own are stale once it is exported again."""
    try:
        rows = json.loads((folder / "model.json").read_text(encoding="utf-8"))["metrics"]["test"]
        return {"test": {name: row for name, row in rows.items() if name != "ours"}}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
