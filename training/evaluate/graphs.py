"""Shipped drum models as the evaluations run them: the same graphs and the same verbs as in the app."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from livemusic.errors import ModelError
from livemusic.latent.pursuit import Pursuit
from livemusic.music.grid import Grid
from livemusic.runtime import onnxruntime

Array = npt.NDArray[np.float32]
_WEIGHTS = ("velocity_weight", "offset_weight", "early_touch", "ridge")


@dataclass(frozen=True, slots=True)
class Spec:
    """The sizes of a dictionary, from its card."""

    atoms: int
    width: int
    stride: int
    steps_per_beat: int
    active_per_beat: int
    threshold: float


class Coder:
    """A drum dictionary, by pursuit or by its two graphs, after `livemusic.inference.dictionary.Dictionary`."""

    def __init__(self, folder: Path) -> None:
        self.card = read_contract(folder, "drums")
        sizes = self.card["spec"]
        self.spec = Spec(**{name: sizes[name] for name in Spec.__dataclass_fields__})
        self._pursuit: Pursuit | None = None
        if sizes.get("pursuit"):
            weights = {name: sizes["pursuit"][name] for name in _WEIGHTS}
            with np.load(folder / sizes["pursuit"]["file"]) as stored:
                self._pursuit = Pursuit(stored["atoms"].astype(np.float32), **weights)
        else:
            self._encoder, self._decoder = (_open(folder, self.card, name) for name in ("encoder", "decoder"))

    @property
    def made_of(self) -> str:
        """The checksum of what it reads with."""
        pursuit = self.card["spec"].get("pursuit")
        return str(pursuit["sha256"] if pursuit else self.card["graphs"]["encoder"]["sha256"])

    @property
    def pursuit(self) -> Pursuit:
        """What it reads with. `ModelError` where a network encodes."""
        if self._pursuit is None:
            raise ModelError(f"{self.card['id']} does not read by pursuit: name another with --model")
        return self._pursuit

    @property
    def atoms(self) -> Array | None:
        """The atoms `(atoms, width, 9, 3)`; None where a network decodes."""
        if self._pursuit is None:
            return None
        patches = self._pursuit.patches
        return np.asarray(patches.reshape(*patches.shape[:2], 3, 9).transpose(0, 1, 3, 2))

    def picks(self, steps: int, active_per_beat: int = 0) -> int:
        """How many coefficients a pattern of `steps` may have."""
        return -(-(active_per_beat or self.spec.active_per_beat) * steps // self.spec.steps_per_beat)

    def encode(self, grid: Grid, active_per_beat: int = 0) -> Array:
        """The code `(atoms, positions)`, dense where a network encodes."""
        if self._pursuit:
            picks = self._pursuit.encode(grid.values, self.picks(grid.steps, active_per_beat))
            return picks.dense(self.spec.atoms, grid.steps)
        steps = -(-grid.steps // self.spec.stride) * self.spec.stride
        values = np.resize(grid.values, (steps, *grid.values.shape[1:]))
        return _run(self._encoder, values.transpose(2, 1, 0).reshape(1, -1, steps))

    def decode(self, code: npt.ArrayLike, steps: int) -> Array:
        """The values `(steps, 9, 3)`, hits struck from 0.5 on."""
        if self._pursuit:
            read = self._pursuit.decode(code, steps)
            read[..., 0] = np.interp(read[..., 0], (0.0, self.spec.threshold, 1.0), (0.0, 0.5, 1.0))
            return read
        channels = _run(self._decoder, np.asarray(code, np.float32)[None])
        return np.ascontiguousarray(channels.reshape(3, 9, -1).transpose(2, 1, 0)[:steps])


class Drummer:
    """A drummer's graph."""

    def __init__(self, folder: Path) -> None:
        self.card = read_contract(folder, "drummer")
        self.styles: tuple[str, ...] = tuple(self.card["spec"]["styles"])
        self._graph = _open(folder, self.card, "drummer")

    def play(self, channels: Array) -> Array:
        """`(channels, steps)` to `(45, steps)`."""
        return _run(self._graph, channels[None])


def read_contract(folder: Path, kind: str) -> dict[str, Any]:
    """A model's `model.json`. `ModelError` where it is none of this kind."""
    try:
        card: dict[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{folder / 'model.json'} cannot be read ({error}): train the model first") from error
    if card.get("kind") != kind:
        raise ModelError(f"{folder} is a model of kind {card.get('kind')!r}, not {kind!r}")
    return card


def _open(folder: Path, card: dict[str, Any], name: str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    path = folder / card["graphs"][name]["file"]
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime has a dozen kinds and promises none
        raise ModelError(f"{path} cannot be opened ({error}): train the model again") from error


def _run(session: onnxruntime.InferenceSession, batch: Array) -> Array:
    feed = {session.get_inputs()[0].name: np.ascontiguousarray(batch, np.float32)}
    result: Array = session.run(None, feed)[0][0]
    return result
