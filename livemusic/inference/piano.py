"""The dictionary of piano figures: pieces written as codes, read as rolls, and placed among composers."""

import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from livemusic.errors import ModelError
from livemusic.inference.card import ModelCard, PianoSpec
from livemusic.inference.reading import read_npz
from livemusic.inference.session import open_model, read_arrays, read_checked
from livemusic.latent.figures import Figures, Picks
from livemusic.music.chord import SPAN, chord_tones
from livemusic.music.roll import FEATURES, KEYS, struck
from livemusic.sketch.composers import ComposerMap, activity

Array = npt.NDArray[np.float32]

#: How far what is struck in the golden roll may be off on average: where two atoms are as good as each other either may
#: be picked.
_TOLERANCE = 0.03


class Piano:
    """Writes and reads rolls of any length. Thread: one at a time."""

    def __init__(self, card: ModelCard, figures: Figures) -> None:
        assert isinstance(card.spec, PianoSpec)
        self.card = card
        self.spec: PianoSpec = card.spec
        self._figures = figures
        self._scale = np.array([1.0, self.spec.length_scale], np.float32)

    @classmethod
    def open(cls, folder: str | Path) -> "Piano":
        """The dictionary in `folder`, if it has its card's atoms and still does as trained. `ModelError`."""
        card = open_model(folder, "piano")[0]
        spec = card.spec
        assert isinstance(spec, PianoSpec)
        path = Path(folder) / spec.file
        read_checked(card, path, spec.sha256)
        try:
            atoms = read_arrays(card, path)["atoms"]
            if atoms.shape != (spec.atoms, spec.width, spec.span, FEATURES):
                raise ValueError(f"its atoms are {atoms.shape}")
            piano = cls(card, Figures(atoms))
        except (KeyError, ValueError) as problem:
            raise ModelError(
                f"Model {card.id!r}: {path} does not match its card ({problem}). Get the model again."
            ) from problem
        piano._compare(Path(folder))
        return piano

    @property
    def patches(self) -> Array:
        """The atoms `(atoms, width, span, 2)` at strength 1, lengths as the square counts them."""
        return self._figures.patches

    def encode(self, roll: Array, picks: int = 0) -> Picks:
        """The code of a roll `(steps, 88, 2)` with at most so many picks; 0: until nothing is left to say."""
        emphasis = self.spec.emphasis * chord_tones(roll) if self.spec.emphasis else None
        most = picks or 4 * int(np.count_nonzero(roll[..., 0]))
        return self._figures.encode(roll * self._scale, most, emphasis)

    def decode(self, picks: Picks, steps: int) -> Array:
        """The roll `(steps, 88, 2)` that a code says, as if it were played."""
        return struck(self._figures.decode(picks, steps, KEYS) / self._scale, self.spec.threshold)

    def activity(self, roll: Array) -> Array:
        """How much each figure speaks in a roll, at the model's own budget: what the map of composers goes by."""
        return activity(self.encode(roll, -(-self.spec.active * len(roll) // SPAN)), self.spec.atoms)

    def _compare(self, folder: Path) -> None:
        """Read and write what was read and written in training."""
        golden = read_arrays(self.card, folder / self.card.golden)
        try:
            roll, expected = golden["roll"], golden["rebuilt"]
            rebuilt = self.decode(self.encode(roll, int(golden["picks"])), len(roll))
            spoken = (rebuilt > 0) | (expected > 0)
            near = float(np.abs(rebuilt - expected)[spoken].mean()) <= _TOLERANCE
        except KeyError as problem:
            raise ModelError(
                f"Model {self.card.id!r}: {self.card.golden} has no {problem}. Get the model again."
            ) from problem
        except (ValueError, IndexError) as problem:
            raise ModelError(f"Model {self.card.id!r}: its atoms do not run ({problem}).") from problem
        if not near:
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
    if made_for != spec.sha256:
        raise ModelError(f"{path} belongs to another version of model {piano.id!r}. Get the model again.")
    return composers
