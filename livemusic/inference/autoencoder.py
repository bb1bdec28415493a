"""The drum autoencoder: its two graphs, opened only if they are what their card says, and other atoms in them."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from livemusic.errors import ModelError
from livemusic.inference.card import CARD, DrumSpec, ModelCard, PursuitSpec, read_card
from livemusic.inference.folders import model_folders
from livemusic.inference.session import TOLERANCE, OnnxGraph, graph_of, read_arrays, read_checked, read_graph
from livemusic.inference.weights import weights_in, with_weights
from livemusic.latent.wta import CHANNELS, GROUP, schedule

Array = npt.NDArray[np.float32]

#: What the graphs call their atoms, what goes in, comes out, and goes in besides.
ATOMS = "atoms"
ENCODER, DECODER = ("grid", "code", "schedule"), ("code", "grid")
#: The encoder hears atoms in groups, and asks several: it has places for whole groups, and so many at least. Silent
#: atoms fill what is left, and stand between the others where there are few.
_LEAST_PLACES = 256
#: How far a hit, velocity or offset of the golden grids may be off on average: arithmetic differs from machine to
#: machine, and where two atoms are as good as each other either may be picked.
_GRID_TOLERANCE = 0.01


class Autoencoder:
    """Loops to sparse codes and back, all of one length at a time. Thread: any.

    `weights`: what a squared error of velocity and offset costs beside one of a hit, and how much of that while the
    first pick of every beat is found. `encoder`, `decoder`: ONNX files with the same `ATOMS`; `graphs`: both opened.
    """

    def __init__(
        self, weights: PursuitSpec, encoder: bytes, decoder: bytes, graphs: tuple[OnnxGraph, OnnxGraph] | None = None
    ) -> None:
        self.weights = weights
        self.encoder, self.decoder = encoder, decoder
        self._opened = graphs
        atoms = weights_in(decoder, ATOMS)
        if atoms.ndim != 3 or atoms.shape[1] != CHANNELS or not np.isfinite(atoms).all():
            raise ValueError(f"atoms are finite (atoms, {CHANNELS}, width), not {atoms.shape}")
        self.patches: Array = np.ascontiguousarray(atoms.transpose(0, 2, 1))
        self.count, self.width = self.patches.shape[:2]
        self._apart = len(weights_in(encoder, ATOMS)) // self.count

    @cached_property
    def _graphs(self) -> tuple[OnnxGraph, OnnxGraph]:
        """Encoder and decoder, opened when they are needed."""
        return self._opened or (graph_of(self.encoder, *ENCODER), graph_of(self.decoder, *DECODER))

    def made_of(self, patches: Array) -> Self:
        """One that reads in the same way with other atoms, as `patches` `(atoms, width, 27)`."""
        atoms = patches.transpose(0, 2, 1)
        places = max(_LEAST_PLACES, len(atoms) + -len(atoms) % GROUP)
        apart = places // len(atoms)
        heard = np.zeros((places, *atoms.shape[1:]), np.float32)
        heard[: apart * len(atoms) : apart] = atoms
        encoder = with_weights(self.encoder, ATOMS, heard)
        return type(self)(self.weights, encoder, with_weights(self.decoder, ATOMS, atoms))

    def encode(self, loops: Sequence[Array] | Array, picks: int) -> Array:
        """Codes `(loops, atoms, steps)` of loops `(steps, 9, 3)` as long as each other, of at most so many picks."""
        grids = np.asarray(loops, np.float32).transpose(0, 3, 2, 1)
        steps = grids.shape[3]
        most = min(picks, self.most(steps))
        if most < 1:
            return np.zeros((len(grids), self.count, steps), np.float32)
        shares = schedule(most, steps, self.weights.early_touch)
        codes = self._graphs[0].run(grids.reshape(len(grids), CHANNELS, steps), shares)
        return codes[:, : self._apart * self.count : self._apart]

    def decode(self, codes: Array) -> Array:
        """Grids `(codes, steps, 9, 3)`, hits within 0..1, the rest not cut."""
        grids = self._graphs[1].run(codes)
        return np.ascontiguousarray(grids.reshape(len(grids), 3, -1, grids.shape[2]).transpose(0, 3, 2, 1))

    @staticmethod
    def most(steps: int) -> int:
        """So many picks may a loop of so many steps have."""
        return 16 * steps


def open_autoencoder(card: ModelCard, folder: str | Path) -> Autoencoder:
    """The autoencoder of the model in `folder`, if it is its card's and still does as trained. `ModelError`.

    What was learned before dictionaries had graphs is a file of atoms: it is read with the graphs that ship.
    """
    folder = Path(folder)
    spec = card.spec
    assert isinstance(spec, DrumSpec)
    try:
        if spec.pursuit.file:
            path = folder / spec.pursuit.file
            read_checked(card, path, spec.pursuit.sha256)
            atoms = read_arrays(card, path)["atoms"]
            _check_shape(spec, atoms.shape)
            opened = _shipped().made_of(atoms.transpose(0, 2, 1))
        else:
            encoder, decoder = (read_graph(card, name, folder) for name in ("encoder", "decoder"))
            opened = Autoencoder(spec.pursuit, encoder[1], decoder[1], (encoder[0], decoder[0]))
            _check_shape(spec, opened.patches.transpose(0, 2, 1).shape)
    except (KeyError, ValueError) as problem:
        raise ModelError(
            f"Model {card.id!r}: {folder} does not match its card ({problem}). Get the model again."
        ) from problem
    _compare(card, opened, folder)
    return opened


def _check_shape(spec: DrumSpec, shape: tuple[int, ...]) -> None:
    if shape != (spec.atoms, spec.voices * spec.features, spec.width):
        raise ValueError(f"its atoms are {shape}")


def _shipped() -> Autoencoder:
    """The graphs of the newest dictionary that comes with livemusic. `ModelError`."""
    cards = [(read_card(path.parent), path.parent) for path in model_folders()[-1].glob(f"drums-*/{CARD}")]
    whole = [(card.age, folder) for card, folder in cards if card.graphs]
    if not whole:
        raise ModelError("The drum dictionary that comes with livemusic is missing. Install livemusic again.")
    folder = max(whole)[1]
    return open_autoencoder(read_card(folder), folder)


def _compare(card: ModelCard, opened: Autoencoder, folder: Path) -> None:
    """Read and write what was read and written in training."""
    spec = card.spec
    assert isinstance(spec, DrumSpec)
    golden = read_arrays(card, folder / card.golden)
    try:
        grids, codes, expected = golden["encoder_in"], golden["decoder_in"], golden["decoder_out"]
        quiet = np.zeros((len(grids), opened.width - 1, *grids.shape[2:]), np.float32)
        takes = np.concatenate([grids, quiet], 1)
        steps = grids.shape[1]
        codes = np.pad(codes, ((0, 0), (0, 0), (0, takes.shape[1] - codes.shape[2])))
        rebuilt = opened.decode(codes)[:, :steps]
        read = opened.encode(takes, -(-spec.active_per_beat * steps // spec.steps_per_beat))
        near = np.abs(opened.decode(read)[:, :steps] - expected).mean()
        good = rebuilt.shape == expected.shape and np.allclose(rebuilt, expected, rtol=TOLERANCE, atol=TOLERANCE)
    except KeyError as problem:
        raise ModelError(f"Model {card.id!r}: {card.golden} has no {problem}. Get the model again.") from problem
    except Exception as problem:  # ONNX Runtime has a dozen kinds and promises none
        raise ModelError(f"Model {card.id!r}: its atoms do not run ({str(problem).splitlines()[0]}).") from problem
    if not good or not near <= _GRID_TOLERANCE:
        raise ModelError(
            f"Model {card.id!r}: its atoms do not give here what they did in training. Get the model again."
        )
