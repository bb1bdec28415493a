"""Measures the trajectory embedder and writes its model folder: graph, contract, golden numbers and card."""

import argparse
import json
import os
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from livemusic.dsp.features import Features, decibels
from livemusic.dsp.framer import Framer
from livemusic.dsp.spec import FeatureSpec
from livemusic.errors import MediaError, ModelError
from livemusic.latent.layout import FINAL, LEARNING, Taste, layout
from livemusic.latent.points import Points, quantised
from livemusic.runtime import onnxruntime
from training.card import write_json
from training.data.audio import Clip, Rows, held_out, read_clips, sound_of
from training.data.download import sha256_of
from training.evaluate.embedder_card import card_text
from training.evaluate.path import NAMES, PathFigures, log_mel_windows, path_figures, principal, rounded
from training.export import OPSET, Port, write_golden, write_graph
from training.models.embedder import WINDOW, Embedder, Encoder, Stepper, windows
from training.progress import progress
from training.recipes.song import seed_path

#: Of so many clips paths are made that take long.
SONGS = 7


@torch.no_grad()
def reconstruction(model: Embedder, rows: Sequence[Rows], fitted: Sequence[Rows]) -> dict[str, float]:
    """Binary cross-entropy per pixel on clips never seen: of the model, of the mean picture, and the least possible.

    The mean picture is each band's mean over all `fitted` rows. The targets are grey, so even a perfect copy costs
    their entropy; `explained` is 1 for that and 0 for the mean picture.
    """
    mean = torch.from_numpy(np.concatenate(fitted).mean(axis=0)).clamp(1e-4, 1 - 1e-4).repeat_interleave(WINDOW)
    totals = np.zeros(3)
    for row in rows:
        seen = windows(torch.from_numpy(row)[model.encoder.skip - WINDOW + 1 :])[::5]
        drawn = torch.sigmoid(model.decoder(model.encoder(torch.from_numpy(row)[None])[0, ::5]))
        for index, picture in enumerate((drawn, mean.expand_as(seen), seen)):
            totals[index] += float(torch.nn.functional.binary_cross_entropy(picture, seen)) / len(rows)
    model_bce, mean_bce, least = totals
    return {
        "bce": rounded(model_bce),
        "bce_of_the_mean_picture": rounded(mean_bce),
        "least_possible_bce": rounded(least),
        "explained": rounded((mean_bce - model_bce) / (mean_bce - least)),
    }


def publish(
    model: Embedder, clips: Sequence[Clip], rows: Sequence[Rows], spec: FeatureSpec, trained: dict[str, Any], out: Path
) -> None:
    """Turn the trained encoder's space to its principal axes, export it to the folder `out`, measure it and write its
    card.

    `model` must be fresh from training (its decoder knows the space before that turn).
    """
    held = held_out(clips)
    fitted = [row for row, kept in zip(rows, held, strict=True) if not kept]
    unseen = [row for row, kept in zip(rows, held, strict=True) if kept and len(row) > 2 * model.encoder.skip]
    pictures = reconstruction(model, unseen, fitted)
    variances = turn(model.encoder, fitted)
    card = {
        "format": 1,
        "id": out.name,
        "kind": "embedder",
        "version": "2.0.0",
        "title": "Trajectory embedder",
        "description": f"Sound to a point in a space of {model.encoder.dim} dimensions, 43 times a second.",
        "opset": OPSET,
        "graphs": {"encoder": export(model.encoder, spec, out)},
        "golden": "golden.npz",
        "spec": {
            "features": msgspec.to_builtins(spec),
            "dim": model.encoder.dim,
            "state": model.encoder.state,
        },
        "data": credits(clips),
        "licence": "GPL-3.0-or-later",
        "metrics": {"reconstruction": pictures, "variances": rounded(variances)},
        "trained": {"date": date.today().isoformat(), **trained, "machine": "2 CPU cores"},
    }
    measure(card, clips, out)


@torch.no_grad()
def turn(encoder: Encoder, rows: Sequence[Rows]) -> npt.NDArray[np.float64]:
    """Turn the space about the mean of the points of `rows` to their principal axes, widest first; distances stay.

    Each axis is signed so that its largest weight is positive. Returns the variances along the axes.
    """
    points = np.concatenate([points_of(encoder, row)[::8] for row in rows if len(row)]).astype(np.float64)
    variance, axes = np.linalg.eigh(np.cov(points.T))
    variance, axes = variance[::-1], axes[:, ::-1]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(len(axes))])
    layer = encoder.point
    weight, bias = layer.weight[:, :, 0].double().numpy(), layer.bias.double().numpy()  # type: ignore[union-attr]
    layer.weight.copy_(torch.from_numpy(axes.T @ weight)[:, :, None])
    layer.bias.copy_(torch.from_numpy(axes.T @ (bias - points.mean(axis=0))))  # type: ignore[union-attr]
    return np.asarray(variance)


def export(encoder: Encoder, spec: FeatureSpec, out: Path) -> dict[str, str]:
    """Write `encoder.onnx` (row by row) and `golden.npz` (inputs and torch's own outputs) into `out`.

    Returns the graph's entry for `model.json`. Two of the golden inputs are silence and full brightness.
    """
    stepper = Stepper(encoder).eval()
    given = torch.from_numpy(np.random.default_rng(0).random((4, encoder.state + spec.bins), dtype=np.float32))
    given[0], given[1] = 0.0, 1.0
    graph = out / "encoder.onnx"
    entry = write_graph(stepper, given, graph, Port("given", ("batch", "")), Port("found", ("batch", "")))
    with torch.no_grad():
        write_golden(out / "golden.npz", encoder_in=given.numpy(), encoder_out=stepper(given).numpy())
    return entry | {"sha256": sha256_of(graph)}


def report(args: argparse.Namespace) -> int:
    """Measure a shipped embedder again on the clips it was not trained on; rewrites its `model.json` and `CARD.md`.

    `args.data` is the clips' folder, `args.model` the model's; prints the card, or with `args.json` the figures.
    """
    if args.data is None:
        raise MediaError("--data is missing: name the folder with the audio clips and their clips.csv")
    out = args.model
    try:
        card = json.loads((out / "model.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{out / 'model.json'} cannot be read ({error}): train the embedder first") from error
    if not card["spec"].get("state"):
        raise ModelError(f"{out} takes whole windows, as embedders did before; its card stays as it is")
    measure(card, read_clips(args.data), out)
    print(json.dumps(card["metrics"], indent=2) if args.json else card_text(card))
    return 0


def measure(card: dict[str, Any], clips: Sequence[Clip], out: Path) -> None:
    """Fill in what can be measured on the exported graph alone, and write `model.json` and `CARD.md`."""
    spec = msgspec.convert(card["spec"]["features"], FeatureSpec)
    graph = Graph(out / "encoder.onnx", spec, card["spec"]["state"], card["spec"]["dim"])
    unseen = [clip for clip, kept in zip(clips, held_out(clips), strict=True) if kept]
    card["metrics"]["unseen_clips"] = len(unseen)
    card["metrics"]["unseen_artists"] = len({clip.artist for clip in unseen})
    card["metrics"]["columns"] = list(NAMES)
    heard = [clip for clip, kept in zip(clips, held_out(clips), strict=True) if not kept]
    card["metrics"]["paths"] = compare(graph, unseen, general_axes(heard), Windowed(out.parent / "embedder-1"))
    songs = unseen[:: max(1, len(unseen) // SONGS)][:SONGS]
    card["metrics"]["unseen_songs"] = len(songs)
    card["metrics"]["songs"] = compare_songs(graph, songs)
    card["metrics"]["hop_ms"] = graph.hop_time()
    card["metrics"]["torch_ms"] = torch_time(spec.bins, card["spec"]["dim"])
    write_json(out / "model.json", card)
    partial = out / "CARD.md.part"
    partial.write_text(card_text(card), encoding="utf-8")
    os.replace(partial, out / "CARD.md")


class Graph:
    """The exported encoder on one core, with what it hears."""

    def __init__(self, path: Path, spec: FeatureSpec, state: int, dim: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.spec, self.state, self.dim = spec, state, dim

    def step(self, given: Rows) -> Rows:
        """The point and the state `(dim + state,)` after state and row `(state + bins,)`."""
        found: Rows = self._session.run(None, {"given": given[None]})[0][0]
        return found

    def points(self, sound: Rows) -> Points:
        """The path of a recording as it is heard from its beginning, as livemusic computes it."""
        spec = self.spec
        bands = decibels(Framer(spec.fft, spec.hop).push(sound), spec)
        given = np.zeros(self.state + spec.bins, np.float32)
        rows = np.empty((len(bands), 2 + self.dim), np.float32)
        rows[:, 0] = (spec.fft + np.arange(len(bands)) * spec.hop) / spec.sample_rate
        rows[:, 1] = bands.max(axis=1)
        dark = np.zeros((2 * spec.frames, spec.bins), np.float32)
        for index, row in enumerate(np.concatenate([dark, Features(spec).follow(bands)]), -len(dark)):
            given[self.state :] = row
            found = self.step(given)
            given[: self.state] = found[self.dim :]
            if index >= 0:
                rows[index, 2:] = found[: self.dim]
        begin = spec.frames - 1
        return Points(rows[begin:], quantised(bands[begin:]))

    def hop_time(self, hops: int = 3000) -> dict[str, float]:
        """Milliseconds from one hop of samples to its point (framer, features, graph; one core): by the clock, and of
        processor time, which other work on the machine does not lengthen."""
        spec = self.spec
        framer, features = Framer(spec.fft, spec.hop), Features(spec)
        sound = np.random.default_rng(0).uniform(-0.5, 0.5, (hops, spec.hop)).astype(np.float32)
        given, spent = np.zeros(self.state + spec.bins, np.float32), []
        for block in sound:
            began, worked = time.perf_counter(), time.thread_time()
            for row in features.push(framer.push(block)):
                given[self.state :] = row
                given[: self.state] = self.step(given)[self.dim :]
            spent.append((1000 * (time.perf_counter() - began), 1000 * (time.thread_time() - worked)))
        (p50, cpu_p50), (p99, cpu_p99) = np.percentile(spent[100:], [50, 99], axis=0)
        return {"p50": rounded(p50), "p99": rounded(p99), "cpu_p50": rounded(cpu_p50), "cpu_p99": rounded(cpu_p99)}


class Windowed:
    """The embedder of the version before, in `folder`, which took whole windows and gave three numbers."""

    def __init__(self, folder: Path) -> None:
        card = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        self.spec = msgspec.convert(card["spec"]["features"], FeatureSpec)
        self._session = onnxruntime.InferenceSession(str(folder / "encoder.onnx"), providers=["CPUExecutionProvider"])

    def points(self, sound: Rows) -> tuple[Rows, npt.NDArray[np.float64]]:
        """Its path `(n, 3)`, and when each point is, in seconds."""
        spec = self.spec
        seen = Features(spec).windows(Framer(spec.fft, spec.hop).push(sound))
        parts = np.array_split(seen, len(seen) // 512 + 1)
        z = np.concatenate([self._session.run(None, {"window": part})[0] for part in parts])
        return z, (spec.fft + (spec.frames - 1 + np.arange(len(z))) * spec.hop) / spec.sample_rate


def general_axes(clips: Sequence[Clip]) -> Rows:
    """The first three principal axes `(k, 3)` of log-mel windows of other songs, one clip in five."""
    seen = [log_mel_windows(sound_of(clip.path, 44100))[1][::29] for clip in clips[::5]]
    windows_ = np.concatenate(seen)
    axes: Rows = np.linalg.svd(windows_ - windows_.mean(axis=0), full_matrices=False)[2][:3].T
    return axes


def torch_time(bins: int, dim: int, hops: int = 300) -> dict[str, float]:
    """Milliseconds of one hop in torch, one core: the whole receptive field each time, and row by row."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    encoder = Encoder(bins, dim).eval()
    rows, given = torch.rand(1, encoder.skip + 1, bins), torch.rand(1, encoder.state + bins)
    spent: dict[str, list[float]] = {"whole": [], "row": []}
    with torch.no_grad():
        for _ in range(hops):
            for name, module, value in (("whole", encoder, rows), ("row", Stepper(encoder), given)):
                began = time.perf_counter()
                module(value)
                spent[name].append(1000 * (time.perf_counter() - began))
    torch.set_num_threads(threads)
    return {name: rounded(np.median(times)) for name, times in spent.items()}


def compare(graph: Graph, clips: Sequence[Clip], axes: Rows, before: Windowed) -> dict[str, list[float]]:
    """The figures of the song's view, of its space and of other three-dimensional paths, means over `clips`.

    `axes`: of the windows of other songs; `before`: the embedder before this one.
    """
    found: dict[str, list[PathFigures]] = {}
    for clip in progress(clips, "paths", "clip"):
        sound = sound_of(clip.path, graph.spec.sample_rate)
        times, pictures = log_mel_windows(sound)
        points = graph.points(sound)
        rate = graph.spec.sample_rate
        nearest = np.clip(
            np.searchsorted(times, np.round(points.t.astype(np.float64) * rate) / rate), 0, len(times) - 1
        )
        seen = pictures[nearest][WINDOW - 1 :]
        if len(seen) < 200:
            continue
        late = points.z[WINDOW - 1 :]
        paths = {
            "view": layout(points, FINAL).place(points.z)[WINDOW - 1 :],
            "view while it is heard": layout(points, Taste()).place(points.z)[WINDOW - 1 :],
            "z, its first three axes": late[:, :3],
            "z, PCA of this song": principal(late),
            "windows, PCA of this song": principal(seen),
            "windows, PCA of other songs": seen @ axes,
            "windows with 2 s behind, PCA of this song": principal(_delayed(seen)),
        }
        for name, path in paths.items():
            found.setdefault(name, []).append(path_figures(seen, path))
        old, moments = before.points(sound)
        there = pictures[np.clip(np.searchsorted(times, moments - 1e-6), 0, len(times) - 1)]
        found.setdefault("embedder-1", []).append(path_figures(there[WINDOW - 1 :], old[WINDOW - 1 :]))
    return {name: rounded(np.mean(figures, axis=0)) for name, figures in found.items()}


def compare_songs(graph: Graph, clips: Sequence[Clip]) -> dict[str, list[float]]:
    """The figures of paths that are made for one song each and take their time, means over `clips`."""
    found: dict[str, list[PathFigures]] = {}
    for clip in progress(clips, "songs", "clip"):
        rate = graph.spec.sample_rate
        sound = sound_of(clip.path, rate)
        times, pictures = log_mel_windows(sound)
        points = graph.points(sound)
        heard = np.round(points.t.astype(np.float64) * rate) / rate
        moments, path = seed_path(sound, rate)
        paths = {
            "view": (heard, layout(points, FINAL).place(points.z)),
            "view, learned": (heard, layout(points, LEARNING).place(points.z)),
            "the source's model of this song": (moments, path),
            "windows, PCA of this song": (times, principal(pictures)),
        }
        for name, (when, places) in paths.items():
            seen = pictures[np.clip(np.searchsorted(times, when - 1e-6), 0, len(times) - 1)]
            found.setdefault(name, []).append(path_figures(seen[WINDOW - 1 :], places[WINDOW - 1 :]))
    return {name: rounded(np.mean(figures, axis=0)) for name, figures in found.items()}


def _delayed(pictures: Rows, rows: int = 22, times: int = 4) -> Rows:
    """Delay embedding: each window with those that many rows before it."""
    behind = [np.concatenate([np.repeat(pictures[:1], min(shift, len(pictures)), 0), pictures])[: len(pictures)]
              for shift in range(0, rows * times, rows)]  # fmt: skip
    return np.concatenate(behind, axis=1)


@torch.no_grad()
def points_of(encoder: Encoder, rows: Rows) -> npt.NDArray[np.float32]:
    """The path of one clip as torch computes it, `(n, dim)`: before its first row it is dark."""
    dark = np.zeros((encoder.skip, rows.shape[1]), np.float32)
    given: Tensor = torch.from_numpy(np.concatenate([dark, rows]))[None]
    return np.asarray(encoder(given)[0].numpy())


def credits(clips: Sequence[Clip]) -> list[dict[str, str]]:
    """Who made the music and under which licence: one entry per collection, artist and licence."""
    works: dict[tuple[str, str, str], set[str]] = {}
    for clip in clips:
        works.setdefault((clip.source, clip.artist, clip.licence), set()).add(clip.title)
    return [
        {"name": f"{artist} ({source})", "licence": licence, "credit": "; ".join(sorted(titles))}
        for (source, artist, licence), titles in sorted(works.items())
    ]
