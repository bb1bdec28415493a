"""Exports the network that hears drums, measures it, writes its model folder: `python -m training report hearing`."""

import json
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch

from livemusic.dsp.lanes import LANES
from livemusic.dsp.spec import FeatureSpec
from livemusic.errors import ModelError
from livemusic.runtime import onnxruntime
from training.card import write_json, write_text
from training.data.audio import rows_of
from training.data.groove import CREDIT
from training.data.kits import load_shots
from training.data.scenes import drumless, hear_scenes, softened_clips
from training.evaluate.hearing_card import card_text
from training.evaluate.hearing_figures import Array, Figures, figures_of, tune
from training.evaluate.hearing_sets import Recording
from training.export import OPSET, Port, write_golden, write_graph
from training.models.hearing import SPEC, Hearer, Stepper, listen

#: Scenes on held-out kits that thresholds are chosen on, and the seed of them.
VALIDATION = (150, 0)


def publish(model: Hearer, data: Path, cache: Path, trained: dict[str, Any], out: Path) -> None:
    """Choose thresholds on scenes of held-out kits, export to the folder `out` and write its card."""
    count, seed = VALIDATION
    heard = hear_scenes(data, "validation", SPEC, seed, count, cache)
    told = listen(model, list(heard.rows))
    thresholds = tune(heard.hits, told, SPEC, model.delay)
    figures = figures_of(heard.hits, told, SPEC, model.delay, thresholds)
    card = {
        "format": 1,
        "id": out.name,
        "kind": "hearing",
        "version": "1.0.0",
        "title": "Hearing drums",
        "description": "Sound to hits on lanes, from any hit at all down to the nine voices, and how hard.",
        "opset": OPSET,
        "graphs": {"hearing": export(model, SPEC, out)},
        "golden": "golden.npz",
        "spec": {
            "features": msgspec.to_builtins(SPEC),
            "lanes": list(LANES),
            "state": model.state,
            "delay": model.delay,
            "thresholds": list(thresholds),
        },
        "data": credits(data),
        "licence": "GPL-3.0-or-later",
        "metrics": {"validation": {LANES[lane]: round(found.f1, 3) for lane, found in figures.lanes.items()}},
        "trained": {"date": date.today().isoformat(), **trained, "machine": "2 CPU cores"},
    }
    write_json(out / "model.json", card)
    write_text(out / "CARD.md", card_text(card))


def export(model: Hearer, spec: FeatureSpec, out: Path) -> dict[str, str]:
    """Write `hearing.onnx` (row by row) and `golden.npz` (inputs and torch's own outputs) into `out`.

    Returns the graph's entry for `model.json`. The golden inputs are silence, full brightness, and two rows by chance
    with a state by chance.
    """
    stepper = Stepper(model).eval()
    given = torch.from_numpy(np.random.default_rng(0).random((4, model.state + spec.bins), dtype=np.float32))
    given[0], given[1] = 0.0, 1.0
    entry = write_graph(
        stepper, given, out / "hearing.onnx", Port("given", ("batch", "")), Port("found", ("batch", ""))
    )
    with torch.no_grad():
        write_golden(out / "golden.npz", hearing_in=given.numpy(), hearing_out=stepper(given).numpy())
    return entry


def credits(data: Path) -> list[dict[str, str]]:
    """What was trained on: Groove, the kits, the clips."""
    kits = [
        {
            "name": f"drum sounds {source.kit}",
            "licence": source.licence,
            "credit": f"{source.author}; {source.repository}",
        }
        for source in load_shots(data / "oneshots", "train").sources
    ]
    clips = {clip.track: clip for clip in [*drumless(data / "audio", False), *softened_clips(data / "audio")]}
    music = [
        {"name": clip.title, "licence": clip.licence, "credit": f"{clip.artist}; {clip.source}"}
        for clip in clips.values()
    ]
    return [CREDIT, *kits, *music]


def listen_to(sounds: Sequence[Recording], spec: FeatureSpec) -> list[Array]:
    """Recordings as rows of features, each from its beginning."""
    return [rows_of(one.sound, spec) for one in sounds]


class Graph:
    """A shipped model, run row by row as the app runs it."""

    def __init__(self, folder: Path) -> None:
        try:
            self.card = json.loads((folder / "model.json").read_text(encoding="utf-8"))
            spec = self.card["spec"]
            self.spec = msgspec.convert(spec["features"], FeatureSpec)
            self.state, self.delay = int(spec["state"]), int(spec["delay"])
            self.thresholds = tuple(spec["thresholds"])
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            self._session = onnxruntime.InferenceSession(
                str(folder / "hearing.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except (OSError, ValueError, KeyError, msgspec.ValidationError) as error:
            raise ModelError(f"{folder} holds no hearing model ({error}): train one first") from error

    def listen(self, sounds: Sequence[Recording]) -> list[Array]:
        """Probabilities and velocities `(rows, 28)` of recordings, each from its beginning."""
        rows = listen_to(sounds, self.spec)
        told = [np.empty((len(part), 2 * len(LANES)), np.float32) for part in rows]
        # Recordings go side by side, longest first, so that an hour of them takes a minute.
        order = sorted(range(len(rows)), key=lambda index: -len(rows[index]))
        given = np.zeros((len(rows), self.state + self.spec.bins), np.float32)
        for step in range(max(map(len, rows), default=0)):
            going = [index for index in order if len(rows[index]) > step]
            given[: len(going), self.state :] = [rows[index][step] for index in going]
            (answer,) = self._session.run(None, {"given": given[: len(going)]})
            given[: len(going), : self.state] = answer[:, 2 * len(LANES) :]
            for place, index in enumerate(going):
                told[index][step] = answer[place, : 2 * len(LANES)]
        return told

    def figures(self, sounds: Sequence[Recording]) -> Figures:
        """The figures of recordings together, with the model's own thresholds."""
        return figures_of([one.hits for one in sounds], self.listen(sounds), self.spec, self.delay, self.thresholds)

    def row_ms(self, rows: int = 2000) -> dict[str, float]:
        """How long one row takes the network alone, on one core: median and 99th percentile."""
        given, times = np.random.default_rng(0).random((1, self.state + self.spec.bins), np.float32), []
        for _ in range(rows):
            began = time.perf_counter()
            self._session.run(None, {"given": given})
            times.append(1000 * (time.perf_counter() - began))
        return {"p50": round(float(np.percentile(times, 50)), 3), "p99": round(float(np.percentile(times, 99)), 3)}
