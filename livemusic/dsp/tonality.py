"""Keys and chords, and what musicians call them: E♭ and not D♯ where the key has flats."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

CLASSES = 12
MAJOR, MINOR = "major", "minor"
MODES = (MAJOR, MINOR)
#: Letters on the line of fifths from C, which is 0; seven fifths up is the same letter with a sharp.
_LETTERS = "FCGDAEB"
#: The fifths that tonics are named by: D♭ to F♯ major, E♭ to G♯ minor; and names where no key is known: A♭ to C♯.
_FIRST_TONIC = {MAJOR: -5, MINOR: -3}
_FIRST = -4
#: A key's own names begin so many fifths below its tonic.
_BELOW = {MAJOR: 5, MINOR: 6}
#: How often each pitch class, from the tonic up, sounds in a key (Albrecht and Shanahan, "The use of large corpora to
#: train a new type of key-finding algorithm", Music Perception 2013).
ALBRECHT: dict[str, tuple[float, ...]] = {
    MAJOR: (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081),
    MINOR: (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052),
}
#: What a chord is made of, in semitones above its root, by what is written behind its root.
CHORDS: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "dim": (0, 3, 6),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "m7♭5": (0, 3, 6, 10),
}


def fifths_of(pitch_class: int, first: int = _FIRST) -> int:
    """Where a pitch class is on the line of fifths, among the twelve places from `first` on; C is 0, G 1, F -1."""
    return first + (7 * pitch_class - first) % CLASSES


def fifth_name(fifths: int) -> str:
    """What a place on the line of fifths is called: -3 is E♭, 6 is F♯."""
    turns, letter = divmod(fifths + 1, len(_LETTERS))
    return _LETTERS[letter] + ("♯" * turns if turns > 0 else "♭" * -turns)


def plain(name: str) -> str:
    """A name in ASCII, for other programs: Eb, F#."""
    return name.replace("♭", "b").replace("♯", "#")


class Key(NamedTuple):
    """A key: the pitch class of its tonic, C being 0, and its mode."""

    tonic: int
    mode: str

    @property
    def fifths(self) -> int:
        """Its tonic on the line of fifths."""
        return fifths_of(self.tonic, _FIRST_TONIC[self.mode])

    @property
    def tonic_name(self) -> str:
        """Such as E♭."""
        return fifth_name(self.fifths)

    @property
    def name(self) -> str:
        """Such as E♭ major."""
        return f"{self.tonic_name} {self.mode}"

    @property
    def number(self) -> int:
        """Its place among the 24, see `KEYS`."""
        return self.tonic + CLASSES * MODES.index(self.mode)

    def spelled(self, pitch_class: int) -> int:
        """Where in this key a pitch class is on the line of fifths."""
        return fifths_of(pitch_class, self.fifths - _BELOW[self.mode])


#: All keys: 12 major ones from C upwards, 12 minor ones.
KEYS = tuple(Key(tonic, mode) for mode in MODES for tonic in range(CLASSES))


class Chord(NamedTuple):
    """A chord: the pitch class of its root and its kind, see `CHORDS`."""

    root: int
    kind: str

    @property
    def classes(self) -> tuple[int, ...]:
        """Its pitch classes, the root first."""
        return tuple((self.root + step) % CLASSES for step in CHORDS[self.kind])

    def named(self, key: Key | None = None) -> str:
        """Such as B♭7, by the names of `key`."""
        return fifth_name(fifths_of(self.root) if key is None else key.spelled(self.root)) + self.kind


def profiles(of: dict[str, tuple[float, ...]]) -> Floats:
    """Profiles of the 24 keys, `(24, 12)`, each of mean 0 and length 1, so that a product is a correlation."""
    rows = np.array([np.roll(of[key.mode], key.tonic) for key in KEYS])
    return unit(rows - rows.mean(1, keepdims=True))


def likeness(classes: Floats, keys: Floats) -> Floats:
    """The correlation of chroma `(12,)` with each of the profiles `(n, 12)`; 0 where nothing sounds."""
    return np.asarray(keys @ unit(classes - classes.mean()))


def unit(rows: Floats) -> Floats:
    """Each row at length 1; a row of zeros stays one."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-12))
