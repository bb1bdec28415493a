"""Measures the picture embedder and writes its model folder: graph, contract, golden numbers and card."""

import argparse
import json
import time
from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from livemusic.errors import ModelError
from livemusic.runtime import onnxruntime
from training.card import write_json, write_text
from training.data import films
from training.data.download import sha256_of
from training.data.films import HEIGHT, RATE, WIDTH, Film, Scene, moments, shoot
from training.evaluate import displacement, loops
from training.evaluate.path import rounded
from training.evaluate.picture_card import card_text
from training.evaluate.picture_drawing import draw_paths
from training.export import OPSET, Port, write_golden, write_graph
from training.models.picture import DIM, FRAMES, SPACING, SPAN, Encoder, PictureEmbedder, turned, windows_of
from training.models.picture_seed import SeedPicture
from training.progress import progress
from training.recipes.picture import batch_of
from training.recipes.picture_seed import SeedRecipe, train_seed

Array = npt.NDArray[np.float64]
Embed = Callable[[Tensor], Array]
Seconds = float

SECONDS: Seconds = 24.0
LONGEST: Seconds = 6.0
"""The longest period that is looked for."""
#: How far a player's time runs from the clock's, in seconds, and how often it turns: a beat is never quite steady.
_RUBATO: Seconds = 0.04
_TURNS = 0.5

#: name -> (the figure at these times, its period in seconds). Nobody trains on these periods in particular, and never
#: on a metronome.
FIGURES: dict[str, tuple[Callable[[Array], films.Figure], Seconds]] = {
    "pendulum": (lambda times: films.pendulum(times, 1.7, 0.8), 1.7),
    "beat of 2": (lambda times: films.conductor(times, 1.3, 2), 1.3),
    "beat of 3": (lambda times: films.conductor(times, 1.9, 3), 1.9),
    "beat of 4": (lambda times: films.conductor(times, 2.4, 4, mirror=True), 2.4),
    "triangle": (lambda times: films.turning(times, 2.3, 3), 2.3),
    "square at a slant": (lambda times: films.turning(times, 3.1, 4, flatness=0.5), 3.1),
    "metronome": (lambda times: films.metronome(times, 1.25), 1.25),
}
SCENES = {
    "studio": Scene(),
    "room": Scene(0.65, (0.3, 0.1), shade=0.75, back=0.3, clutter=0.25, noise=0.04, shake=0.008, flicker=0.04),
}
#: What the source's recipe, minutes for each film, is trained on.
SEEDED = ("pendulum",)
SEED = "source's recipe"


def take_of(figure: str, scene: str) -> Film:
    """The film of a figure in a scene to measure on, the same every time."""
    rng = np.random.default_rng([list(FIGURES).index(figure), list(SCENES).index(scene)])
    times = moments(SECONDS)
    times = times + _RUBATO * films.drift(rng, len(times), 1, _TURNS)[:, 0]
    return shoot(FIGURES[figure][0](times), SCENES[scene], rng)


def publish(model: PictureEmbedder, trained: dict[str, Any], out: Path, runs: Path) -> None:
    """Turn the trained encoder to its principal axes, export it to the folder `out`, measure it, write its card."""
    shares = turned(model.encoder, _sample(model.encoder))
    card = {
        "format": 1,
        "id": out.name,
        "kind": "picture",
        "version": "1.0.0",
        "title": "Picture embedder",
        "description": "A third of a second of film to a point in a space of 24 numbers, 25 times a second.",
        "opset": OPSET,
        "graphs": {"encoder": export(model.encoder, out)},
        "golden": "golden.npz",
        "spec": {"width": WIDTH, "height": HEIGHT, "rate": RATE, "frames": FRAMES, "spacing": SPACING, "dim": DIM},
        "data": [{"name": "Films drawn while it learned", "licence": "GPL-3.0-or-later", "credit": "livemusic"}],
        "licence": "GPL-3.0-or-later",
        "metrics": {"variance_shares": rounded(shares)},
        "trained": {"date": date.today().isoformat(), **trained, "machine": "1 CPU core"},
    }
    write_json(out / "model.json", card)
    measure(card, out, runs, Path("training/reports"))


def export(encoder: Encoder, out: Path) -> dict[str, str]:
    """Write `encoder.onnx` (any batch size) and `golden.npz` (inputs and torch's own outputs) into `out`.

    Returns the graph's entry for `model.json`. One of the golden inputs is darkness.
    """
    windows, _ = batch_of(1, np.random.default_rng(0))
    given = windows[0, ::6].clone().half().float()
    given[0] = 0.0
    graph = out / "encoder.onnx"
    entry = write_graph(encoder, given, graph, Port("window", ("batch", "", "", "")), Port("z", ("batch", "")))
    with torch.no_grad():
        write_golden(
            out / "golden.npz", encoder_in=given.numpy().astype(np.float16), encoder_out=encoder(given).numpy()
        )
    return entry | {"sha256": sha256_of(graph)}


def report(args: argparse.Namespace) -> int:
    """Measure a shipped picture embedder again; rewrites its `model.json`, `CARD.md` and the picture of its paths.

    What the source's recipe learned on the films is kept in `args.runs` and learned again where it is not there.
    """
    try:
        card = json.loads((args.model / "model.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{args.model / 'model.json'} cannot be read ({error}): train the model first") from error
    measure(card, args.model, args.runs, args.pictures)
    print(json.dumps(card["metrics"], indent=2) if args.json else card_text(card))
    return 0


@torch.no_grad()
def measure(card: dict[str, Any], out: Path, runs: Path, pictures: Path) -> None:
    """Fill in what can be measured on the exported graph, write `model.json`, `CARD.md` and `paths.png`."""
    embed = player(out / "encoder.onnx")
    metrics = card["metrics"]
    metrics["loops"], metrics["foresight"], drawn = {}, {}, {}
    for scene, figure in progress([*product(SCENES, FIGURES)], "films", "film"):
        film = take_of(figure, scene)
        paths, seed = _paths(film, embed), None
        if figure in SEEDED and scene == "room":
            seed = _seed_of(film, runs / "picture-seed" / f"{figure.replace(' ', '-')}.pt")
            paths[SEED] = seed.encoder(film.frames).double().numpy()
        drawn[(figure, scene)] = (paths, film.phase)
        for name, path in paths.items():
            row = loop_figures(path, film.phase, FIGURES[figure][1])
            metrics["loops"].setdefault(name, {}).setdefault(scene, {})[figure] = row
            ahead = foresight(path, seed if name == SEED else None)
            metrics["foresight"].setdefault(name, {}).setdefault(scene, {})[figure] = ahead
    metrics["point_ms"] = point_time(embed)
    write_json(out / "model.json", card)
    write_text(out / "CARD.md", card_text(card))
    draw_paths(drawn, pictures / "picture" / "paths.png")


def player(graph: Path) -> Embed:
    """An exported encoder on one core: from the frames of a film to its path `(time - 9, dim)`."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])

    def embed(frames: Tensor) -> Array:
        parts = torch.tensor_split(windows_of(frames), len(frames) // 128 + 1)
        found = [session.run(["z"], {"window": np.ascontiguousarray(part.numpy())})[0] for part in parts]
        return np.concatenate(found).astype(np.float64)

    return embed


def loop_figures(path: Array, phase: Array | None, period: Seconds) -> dict[str, Any]:
    """Is the path of a film a loop? `phase` counts the film's periods at every frame, `period` is their mean.

    The period and its error are None where the path has none.
    """
    assert phase is not None
    turns = phase[-len(path) :]
    found = loops.period(path, RATE, LONGEST)
    loop = loops.mean_loop(path, turns)
    lives = loops.holes(loop)
    return {
        "period": None if np.isnan(found) else rounded(found),
        "period_error": None if np.isnan(found) else rounded(abs(found / period - 1)),
        "closure": rounded(loops.closure(path, turns)),
        "winding": rounded(loops.winding(path, turns)),
        "clearance": rounded(loops.clearance(loop)),
        "hole": rounded(lives[0]),
        "second_hole": rounded(lives[1]),
        "smoothness": rounded(loops.smoothness(path)),
    }


def foresight(path: Array, model: SeedPicture | None) -> dict[str, Any]:
    """Forecasters on the held-out end of a film's path; `model` brings a memory of its own."""
    middle, spread = displacement.frame_of(path)
    path = (path - middle) / spread
    known = path[: displacement.cut(len(path))]
    forecasters = {
        "constant velocity": displacement.constant_velocity,
        "KNN": displacement.neighbours(known),
        "LSTM": displacement.recurrent(displacement.train_memory(known)),
    }
    if model is not None:
        origin, unit = torch.from_numpy(middle).float(), spread
        forecasters["its own LSTM"] = displacement.recurrent(
            lambda stretch: model.foresee(stretch * unit + origin) / unit
        )
    rows = {name: displacement.measure(path, foresee) for name, foresee in forecasters.items()}
    return {name: {"error": rounded(row.error), "cosine": rounded(row.cosine)} for name, row in rows.items()}


def principal(rows: Array, known: int, dim: int = 3) -> Array:
    """Rows `(n, d)` along the widest axes of the first `known` of them, found by the products of rows where these are
    longer than there are many."""
    centred = rows - rows[:known].mean(axis=0)
    if rows.shape[1] <= known:
        return np.asarray(centred @ np.linalg.svd(centred[:known], full_matrices=False)[2][:dim].T)
    strength, weights = np.linalg.eigh(centred[:known] @ centred[:known].T)
    axes = weights[:, ::-1][:, :dim].T @ centred[:known] / np.sqrt(strength[::-1][:dim, None].clip(1e-12))
    return np.asarray(centred @ axes.T)


def _paths(film: Film, embed: Embed) -> dict[str, Array]:
    """The ways to make a path of a film's picture that need no training on it but principal axes."""
    known = displacement.cut(len(film.frames))
    z = embed(film.frames)
    return {
        "picture-1, z": z,
        "picture-1, 3-D": principal(z, known),
        "PCA of windows": principal(windows_of(film.frames).flatten(1).double().numpy(), known),
        "PCA of frames": principal(film.frames.flatten(1).double().numpy(), known),
    }


def _seed_of(film: Film, kept: Path) -> SeedPicture:
    """The source's model of the training part of a film."""
    with torch.enable_grad():
        return train_seed(film.frames[: displacement.cut(len(film.frames))], SeedRecipe(), kept)


@torch.no_grad()
def _sample(encoder: Encoder, count: int = 200) -> npt.NDArray[np.float32]:
    """Points of films like those it was trained on."""
    rng = np.random.default_rng(1)
    return np.concatenate([encoder(batch_of(1, rng)[0][0]).numpy() for _ in range(count)])


def point_time(embed: Embed, points: int = 400) -> dict[str, float]:
    """Milliseconds of processor time for a point, one at a time on one core."""
    frames = torch.from_numpy(np.random.default_rng(0).random((SPAN, HEIGHT, WIDTH), np.float32))
    spent = []
    for _ in range(points):
        began = time.thread_time()
        embed(frames)
        spent.append(1000 * (time.thread_time() - began))
    return {"p50": rounded(np.percentile(spent, 50)), "p99": rounded(np.percentile(spent, 99))}
