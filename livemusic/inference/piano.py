"""The dictionary of piano figures: pieces written as codes, read as rolls, and placed among composers."""

import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from livemusic.errors import ModelError
from livemusic.inference.card import ModelCard, PianoSpec
from livemusic.inference.reading import read_npz
from livemusic.inference.session import TOLERANCE, OnnxGraph, open_model, read_arrays, read_graph
from livemusic.inference.weights import weights_in
from livemusic.music.chord import SPAN
from livemusic.music.roll import FEATURES, KEYS, LOUDNESS, struck
from livemusic.sketch.composers import ComposerMap, activity
from livemusic.sketch.picks import Picks, Placed

Array = npt.NDArray[np.float32]

#: How far what is struck in the golden roll may be off on average: where two atoms are as good as each other either may
#: be picked.
_TOLERANCE = 0.03
#: What the graphs call their atoms.
_ATOMS = "atoms"


class Piano:
    """Writes and reads rolls of any length. Thread: one at a time.

    `patches`: the atoms `(atoms, width, span, 2)` at strength 1, lengths as the square counts them.
    """

    def __init__(self, card: ModelCard, encoder: OnnxGraph, decoder: OnnxGraph, patches: Array) -> None:
        assert isinstance(card.spec, PianoSpec)
        self.card = card
        self.spec: PianoSpec = card.spec
        self.patches = patches
        self._encoder, self._decoder = encoder, decoder

    @classmethod
    def open(cls, folder: str | Path) -> "Piano":
        """The dictionary in `folder`, if its graphs are its card's and still do as trained. `ModelError`."""
        card = open_model(folder, "piano")[0]
        spec = card.spec
        assert isinstance(spec, PianoSpec)
        (encoder, _), (decoder, data) = (read_graph(card, name, folder) for name in spec.shapes())
        try:
            patches = weights_in(data, _ATOMS)
            if patches.shape != (spec.atoms, spec.width, spec.span, FEATURES):
                raise ValueError(f"its atoms are {patches.shape}")
        except ValueError as problem:
            raise ModelError(
                f"Model {card.id!r}: {folder} does not match its card ({problem}). Get the model again."
            ) from problem
        piano = cls(card, encoder, decoder, patches)
        piano._compare(Path(folder))
        return piano

    def encode(self, roll: Array, picks: int = 0) -> Picks:
        """The code of a roll `(steps, 88, 2)` with at most so many picks; 0: until nothing is left to say.

        That of a roll that starts later or stands in another key is the same code moved, to the bit.
        """
        notes = int(np.count_nonzero(roll[..., LOUDNESS]))
        if not notes:
            return Placed(roll, 0, 0).picks(np.zeros((0, 4), np.float32))
        placed = Placed.of(roll, self.spec.emphasis)
        return placed.picks(self._encoder.run(placed.values, np.ones(picks or 4 * notes)))

    def decode(self, picks: Picks, steps: int) -> Array:
        """The roll `(steps, 88, 2)` that a code says, as if it were played."""
        roll = np.zeros((steps, KEYS, FEATURES), np.float32)
        if len(picks):
            said = self._decoder.run(picks.rows())[:steps]
            roll[: len(said)] = said
        return struck(roll, self.spec.threshold)

    def activity(self, roll: Array) -> Array:
        """How much each figure speaks in a roll, at the model's own budget: what the map of composers goes by."""
        return activity(self.encode(roll, -(-self.spec.active * len(roll) // SPAN)), self.spec.atoms)

    def _compare(self, folder: Path) -> None:
        """Read and write what was read and written in training."""
        golden = read_arrays(self.card, folder / self.card.golden)
        try:
            roll, code, expected = golden["roll"], golden["code"], golden["rebuilt"]
            rebuilt = self.decode(Placed(roll, 0, 0).picks(code), len(roll))
            again = self.decode(self.encode(roll, len(code)), len(roll))
            near = float(np.abs(again - expected)[(again > 0) | (expected > 0)].mean())
            good = np.allclose(rebuilt, expected, rtol=TOLERANCE, atol=TOLERANCE)
        except KeyError as problem:
            raise ModelError(
                f"Model {self.card.id!r}: {self.card.golden} has no {problem}. Get the model again."
            ) from problem
        except Exception as problem:  # ONNX Runtime has a dozen kinds and promises none
            raise ModelError(
                f"Model {self.card.id!r}: its atoms do not run ({str(problem).splitlines()[0]})."
            ) from problem
        if not good or not near <= _TOLERANCE:
            raise ModelError(
                f"Model {self.card.id!r}: its atoms do not give here what they did in training. Get the model again."
            )


def open_composers(folder: str | Path) -> ComposerMap:
    """The map of composers beside the piano dictionary in `folder`. `ModelError` where there is none that fits."""
    piano = open_model(folder, "piano")[0]
    spec = piano.spec
    assert isinstance(spec, PianoSpec)
    path = Path(folder) / spec.composers
    try:
        stored = read_npz(path)
        made_for = str(stored["made_for"])
        composers = ComposerMap.from_arrays(stored)
        if len(composers.mean) != spec.atoms:
            raise ValueError(f"it is of {len(composers.mean)} atoms")
    except FileNotFoundError as problem:
        raise ModelError(f"Model {piano.id!r} has no map of composers. Get the model again.") from problem
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as problem:
        raise ModelError(f"{path} is damaged ({problem}). Get the model again.") from problem
    if made_for != piano.graphs["decoder"].sha256:
        raise ModelError(f"{path} belongs to another version of model {piano.id!r}. Get the model again.")
    return composers
