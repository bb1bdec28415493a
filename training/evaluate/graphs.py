"""Shipped dictionaries and drummers as the evaluations run them: the same graphs and the same verbs as in the app."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx

from livemusic.errors import ModelError
from livemusic.latent.wta import Turned, schedule
from livemusic.music.chord import SPAN
from livemusic.music.grid import Grid
from livemusic.music.roll import FEATURES, KEYS, LOUDNESS
from livemusic.runtime import onnxruntime
from livemusic.sketch.composers import activity
from livemusic.sketch.picks import Picks, Placed

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Spec:
    """The sizes of a dictionary, from its card."""

    atoms: int
    width: int
    steps_per_beat: int
    active_per_beat: int
    threshold: float


class Coder:
    """A drum dictionary, after `livemusic.inference.dictionary.Dictionary`."""

    def __init__(self, folder: Path) -> None:
        self.card = read_contract(folder, "drums")
        sizes = self.card["spec"]
        self.spec = Spec(**{name: sizes[name] for name in Spec.__dataclass_fields__})
        self._encoder, self._decoder = (_open(folder, self.card, name) for name in ("encoder", "decoder"))
        self._early_touch = float(sizes["pursuit"]["early_touch"])
        self._patches = patches_of(folder)

    @property
    def made_of(self) -> str:
        """The checksum of what it reads with."""
        return str(self.card["graphs"]["encoder"]["sha256"])

    @property
    def atoms(self) -> Array:
        """The atoms `(atoms, width, 9, 3)`."""
        return np.asarray(self._patches.reshape(*self._patches.shape[:2], 3, 9).transpose(0, 1, 3, 2))

    def picks(self, steps: int, active_per_beat: int = 0) -> int:
        """How many coefficients a pattern of `steps` may have."""
        return -(-(active_per_beat or self.spec.active_per_beat) * steps // self.spec.steps_per_beat)

    def encode(self, grid: Grid, active_per_beat: int = 0) -> Array:
        """The code `(atoms, steps)` of a loop."""
        loop = Turned.of(grid.values)
        steps = len(loop.values)
        shares = schedule(self.picks(steps, active_per_beat), steps, self._early_touch)
        return loop.code(_run(self._encoder, loop.values.transpose(2, 1, 0).reshape(1, -1, steps), shares)[0])

    def encode_each(self, grids: Sequence[Grid], active_per_beat: int = 0) -> list[Array]:
        """What `encode` gives for each of them."""
        return [self.encode(grid, active_per_beat) for grid in grids]

    def decode(self, code: npt.ArrayLike, steps: int) -> Array:
        """The values `(steps, 9, 3)` of a loop, hits struck from 0.5 on."""
        channels = _run(self._decoder, np.asarray(code, np.float32)[None])[0]
        read = np.ascontiguousarray(channels.reshape(3, 9, -1).transpose(2, 1, 0)[:steps])
        read[..., 0] = np.interp(read[..., 0], (0.0, self.spec.threshold, 1.0), (0.0, 0.5, 1.0))
        return read


class PianoCoder:
    """A piano dictionary, after `livemusic.inference.piano.Piano`."""

    def __init__(self, folder: Path) -> None:
        self.card = read_contract(folder, "piano")
        self.spec: dict[str, Any] = self.card["spec"]
        self._encoder, self._decoder = (_open(folder, self.card, name) for name in ("encoder", "decoder"))
        self.patches = patches_of(folder, "piano")

    def encode(self, roll: Array, picks: int = 0) -> Picks:
        """The code of a roll `(steps, 88, 2)`; 0 picks: until nothing is left to say."""
        placed = Placed.of(roll, self.spec["emphasis"])
        most = picks or 4 * int(np.count_nonzero(roll[..., LOUDNESS]))
        return placed.picks(_run(self._encoder, placed.values, np.ones(most, np.float32)))

    def decode(self, picks: Picks, steps: int) -> Array:
        """The roll `(steps, 88, 2)` that a code says, not cut."""
        roll = np.zeros((steps, KEYS, FEATURES), np.float32)
        said = _run(self._decoder, picks.rows())[:steps]
        roll[: len(said)] = said
        return roll

    def activity(self, roll: Array) -> Array:
        """How much each figure speaks in a roll at the model's own budget."""
        return activity(self.encode(roll, -(-self.spec["active"] * len(roll) // SPAN)), len(self.patches))


class Drummer:
    """A drummer's graph."""

    def __init__(self, folder: Path) -> None:
        self.card = read_contract(folder, "drummer")
        self.styles: tuple[str, ...] = tuple(self.card["spec"]["styles"])
        self._graph = _open(folder, self.card, "drummer")

    def play(self, channels: Array) -> Array:
        """`(channels, steps)` to `(45, steps)`."""
        played: Array = _run(self._graph, channels[None])[0]
        return played


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


def patches_of(folder: Path, kind: str = "drums") -> Array:
    """The atoms `(atoms, width, ...)` of the dictionary in `folder`: those of drums with 27 channels, those of a piano
    by keys and features. `ModelError`."""
    path = folder / read_contract(folder, kind)["graphs"]["decoder"]["file"]
    try:
        stored = {part.name: part for part in onnx.load(str(path)).graph.initializer}
        atoms = onnx.numpy_helper.to_array(stored["atoms"]).astype(np.float32)
    except Exception as problem:  # protobuf raises whatever a broken byte leads to
        raise ModelError(f"{path} holds no atoms ({problem}): train the model again") from problem
    return np.ascontiguousarray(atoms.transpose(0, 2, 1) if kind == "drums" else atoms, np.float32)


def _run(session: onnxruntime.InferenceSession, *inputs: Array) -> Array:
    names = [port.name for port in session.get_inputs()]
    feed = {name: np.ascontiguousarray(values, np.float32) for name, values in zip(names, inputs, strict=True)}
    result: Array = session.run(None, feed)[0]
    return result
