"""A shipped network that hears drums, opened again to be trained further: from its graph back to its weights."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import onnx
import torch

from livemusic.dsp.spec import FeatureSpec
from livemusic.errors import ModelError
from training.models.hearing import Hearer


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A model folder to go on from: its network, its card and what it hears."""

    model: Hearer
    card: dict[str, Any]
    spec: FeatureSpec

    @property
    def thresholds(self) -> tuple[float, ...]:
        return tuple(self.card["spec"]["thresholds"])


def open_hearing(folder: Path) -> Opened:
    """The network of a model folder as it is trained, from the weights in its graph. `ModelError` for another one."""
    try:
        card = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        spec = msgspec.convert(card["spec"]["features"], FeatureSpec)
        graph = onnx.load(folder / "hearing.onnx").graph
        weights = {
            entry.name.removeprefix("hearer."): torch.from_numpy(onnx.numpy_helper.to_array(entry).copy())
            for entry in graph.initializer
            if entry.name.startswith("hearer.")
        }
        layers = sum(name.startswith("layers.") and name.endswith(".weight") for name in weights)
        width, memory = weights["inlet.weight"].shape[0], weights["memory.weight_hh_l0"].shape[1]
        dilations = tuple(2**layer for layer in range(layers))
        model = Hearer(spec.bins, width, memory, dilations, int(card["spec"]["delay"]))
        if model.state != card["spec"]["state"]:
            raise ValueError(f"it remembers {card['spec']['state']} numbers, not {model.state}")
        for module in model.modules():  # levels are part of the layers before them in a graph
            if isinstance(module, torch.nn.BatchNorm1d):
                module.eps = 0.0
        missing, unknown = model.load_state_dict(weights, strict=False)
        if unknown or any("level" not in name for name in missing):
            raise ValueError(f"its weights are others: {[*missing, *unknown][:3]}")
    except Exception as error:  # a graph from elsewhere may be anything
        raise ModelError(
            f"{folder} holds no hearing that can be trained on ({error}): use models/hearing-1, or one adapted from it"
        ) from error
    return Opened(model.eval(), card, spec)
