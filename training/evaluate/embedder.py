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
import torch

from livemusic.dsp.features import Features
from livemusic.dsp.framer import Framer
from livemusic.dsp.spec import FeatureSpec
from livemusic.errors import MediaError, ModelError
from livemusic.runtime import onnxruntime
from training.card import write_json
from training.data.audio import Clip, Rows, held_out, read_clips, sound_of
from training.data.download import sha256_of
from training.evaluate.embedder_card import card_text
from training.evaluate.space import Embed, Points, rounded, space
from training.export import OPSET, Port, write_golden, write_graph
from training.models.embedder import FRAMES, Embedder, Encoder, whiten


@torch.no_grad()
def reconstruction(model: Embedder, rows: Sequence[Rows], fitted: Sequence[Rows]) -> dict[str, float]:
    """Binary cross-entropy per pixel on clips never seen: of the model, of the mean picture, and the least possible.

    The mean picture is each line's mean over all `fitted` rows. The targets are grey, so even a perfect copy costs
    their entropy; `explained` is 1 for that and 0 for the mean picture.
    """
    mean = torch.from_numpy(np.concatenate(fitted).mean(axis=0)).clamp(1e-4, 1 - 1e-4)
    totals = np.zeros(3)
    for row in rows:
        windows = torch.from_numpy(row).unfold(0, FRAMES, 1).transpose(1, 2)[::5]
        drawn = torch.sigmoid(model.decoder(torch.from_numpy(points_of(model.encoder, row)[::5])))
        for index, picture in enumerate((drawn, mean.expand_as(windows), windows)):
            totals[index] += float(torch.nn.functional.binary_cross_entropy(picture, windows)) / len(rows)
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
    """Whiten the trained encoder over its training clips, export it to the folder `out`, measure it, write its card.

    `model` must be fresh from training (its decoder knows the space before whitening).
    """
    held = held_out(clips)
    fitted = [row for row, kept in zip(rows, held, strict=True) if not kept]
    pictures = reconstruction(model, [row for row, kept in zip(rows, held, strict=True) if kept], fitted)
    variances = whiten(model.encoder, np.concatenate([points_of(model.encoder, row) for row in fitted]))
    card = {
        "format": 1,
        "id": out.name,
        "kind": "embedder",
        "version": "1.0.0",
        "title": "Half-second trajectory embedder",
        "description": "Half a second of sound to a point in a 3-D space, 43 times a second.",
        "opset": OPSET,
        "graphs": {"encoder": export(model.encoder, spec, out)},
        "golden": "golden.npz",
        "spec": {"features": msgspec.to_builtins(spec), "dim": int(model.encoder.point.out_features)},
        "data": credits(clips),
        "licence": "GPL-3.0-or-later",
        "metrics": {
            "reconstruction": pictures,
            "variances_before_whitening": rounded(variances),
        },
        "trained": {"date": date.today().isoformat(), **trained, "machine": "2 CPU cores"},
    }
    measure(card, clips, out)


def export(encoder: Encoder, spec: FeatureSpec, out: Path) -> dict[str, str]:
    """Write `encoder.onnx` (any batch size) and `golden.npz` (inputs and torch's own outputs) into `out`.

    Returns the graph's entry for `model.json`. Two of the golden inputs are silence and full brightness.
    """
    window = torch.from_numpy(np.random.default_rng(0).random((8, spec.frames, spec.bins), dtype=np.float32))
    window[0], window[1] = 0.0, 1.0
    graph = out / "encoder.onnx"
    entry = write_graph(encoder, window, graph, Port("window", ("batch", "", "")), Port("z", ("batch", "")))
    with torch.no_grad():
        write_golden(out / "golden.npz", encoder_in=window.numpy(), encoder_out=encoder(window).numpy())
    return entry | {"sha256": sha256_of(graph)}


def report(args: argparse.Namespace) -> int:
    """Measure a shipped embedder again on the clips it was not trained on; rewrites its `model.json` and `CARD.md`.

    `args.data` is the clips' folder, `args.model` the model's; prints the card, or with `args.json` the figures.
    """
    if args.data is None:
        raise MediaError("--data is missing: name the folder with the audio clips and their clips.csv")
    out = args.model or Path("models/embedder-1")
    try:
        card = json.loads((out / "model.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{out / 'model.json'} cannot be read ({error}): train the embedder first") from error
    measure(card, read_clips(args.data), out)
    print(json.dumps(card["metrics"], indent=2) if args.json else card_text(card))
    return 0


def measure(card: dict[str, Any], clips: Sequence[Clip], out: Path) -> None:
    """Fill in what can be measured on the exported graph alone, and write `model.json` and `CARD.md`."""
    spec = msgspec.convert(card["spec"]["features"], FeatureSpec)
    embed, session = player(out / "encoder.onnx")
    unseen = [clip for clip, kept in zip(clips, held_out(clips), strict=True) if kept]
    sounds = [sound_of(clip.path, spec.sample_rate) for clip in unseen]
    card["metrics"]["unseen_clips"] = len(unseen)
    card["metrics"]["space"] = space(sounds, [clip.track for clip in unseen], spec, embed)
    card["metrics"]["hop_ms"] = hop_time(spec, session)
    write_json(out / "model.json", card)
    partial = out / "CARD.md.part"
    partial.write_text(card_text(card), encoding="utf-8")
    os.replace(partial, out / "CARD.md")


def player(graph: Path) -> tuple[Embed, onnxruntime.InferenceSession]:
    """An exported encoder on one core: from the rows of a clip to its path; and its session."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])

    def embed(rows: Rows) -> Points:
        views = np.lib.stride_tricks.sliding_window_view(rows, FRAMES, axis=0).transpose(0, 2, 1)
        parts = np.array_split(views, len(views) // 512 + 1)
        return np.concatenate([session.run(["z"], {"window": np.ascontiguousarray(part)})[0] for part in parts])

    return embed, session


@torch.no_grad()
def points_of(encoder: Encoder, rows: Rows) -> Points:
    """The path of one clip as torch computes it, `(n - 21, dim)`."""
    windows = torch.from_numpy(rows).unfold(0, FRAMES, 1).transpose(1, 2)
    return np.concatenate([encoder(windows[i : i + 1024]).numpy() for i in range(0, len(windows), 1024)])


def hop_time(spec: FeatureSpec, session: onnxruntime.InferenceSession, hops: int = 3000) -> dict[str, float]:
    """Milliseconds from one hop of samples to its point (framer, features, graph; one core): by the clock, and of
    processor time, which other work on the machine does not lengthen."""
    framer, features = Framer(spec.fft, spec.hop), Features(spec)
    sound = np.random.default_rng(0).uniform(-0.5, 0.5, (hops, spec.hop)).astype(np.float32)
    spent = []
    for block in sound:
        began, worked = time.perf_counter(), time.thread_time()
        windows = features.windows(framer.push(block))
        if len(windows):
            session.run(["z"], {"window": windows})
            spent.append((1000 * (time.perf_counter() - began), 1000 * (time.thread_time() - worked)))
    (p50, cpu_p50), (p99, cpu_p99) = np.percentile(spent[100:], [50, 99], axis=0)
    return {"p50": rounded(p50), "p99": rounded(p99), "cpu_p50": rounded(cpu_p50), "cpu_p99": rounded(cpu_p99)}


def credits(clips: Sequence[Clip]) -> list[dict[str, str]]:
    """Who made the music and under which licence: one entry per collection, artist and licence."""
    works: dict[tuple[str, str, str], set[str]] = {}
    for clip in clips:
        works.setdefault((clip.source, clip.artist, clip.licence), set()).add(clip.title)
    return [
        {"name": f"{artist} ({source})", "licence": licence, "credit": "; ".join(sorted(titles))}
        for (source, artist, licence), titles in sorted(works.items())
    ]
