"""Which chord it is: a rule that says the same for what was played and for what was rebuilt.

No one has written chords beside the performances, so they are read off the notes: for each half second how loudly each
pitch class is struck, what was struck in the half second before counting half and so on, and of the 24 major and minor
triads the one whose three notes it is nearest to by the cosine (template matching; Fujishima, Realtime chord
recognition, ICMC 1999). Where none is near, or nothing is struck, there is no chord. Strikes and not lengths: where a
note ends is what transcribed performances say least reliably.
"""

import numpy as np
import numpy.typing as npt

from livemusic.music.roll import KEYS, LOUDNESS, LOWEST

Array = npt.NDArray[np.float32]
Labels = npt.NDArray[np.intp]

#: Steps of a label: half a second.
SPAN = 8
#: How many half seconds are remembered.
MEMORY = 4
#: A triad is heard from this cosine on.
NEAR = 0.75
NONE = 24
CHORDS = 25
_ROOTS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_SHAPES = np.array([[1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0], [1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0]], np.float32)
NAMES = (*_ROOTS, *(f"{root}m" for root in _ROOTS), "-")


#: Keys to pitch classes, `(88, 12)`.
FOLD = np.eye(12, dtype=np.float32)[(np.arange(KEYS) + LOWEST) % 12]
#: The pitch classes of the triads, `(24, 12)`, each of length 1: 12 major ones from C upwards, 12 minor ones.
TRIADS = np.stack([np.roll(shape, root) for shape in _SHAPES for root in range(12)]) / np.float32(3**0.5)


def profiles(roll: Array) -> Array:
    """How loudly each pitch class is struck in and before each half second of rolls `(..., steps, 88, 2)`:
    `(..., halves, 12)`."""
    *lead, steps, keys, _ = roll.shape
    halves = -(-steps // SPAN)
    loud = np.pad(roll[..., LOUDNESS], (*((0, 0) for _ in lead), (0, halves * SPAN - steps), (0, 0)))
    now = loud.reshape(*lead, halves, SPAN, keys).sum(-2) @ FOLD
    before = np.pad(now, (*((0, 0) for _ in lead), (MEMORY - 1, 0), (0, 0)))
    heard = sum(0.5**back * before[..., MEMORY - 1 - back : MEMORY - 1 - back + halves, :] for back in range(MEMORY))
    return np.asarray(heard, np.float32)


def clarity(profile: Array) -> Array:
    """The cosine of profiles `(..., 12)` to each triad, `(..., 24)`; 0 where nothing is struck."""
    lengths = np.linalg.norm(profile, axis=-1, keepdims=True)
    return np.asarray(profile @ TRIADS.T / np.maximum(lengths, 1e-9), np.float32)


def chords(roll: Array) -> Labels:
    """The chord of each half second of rolls `(..., steps, 88, 2)`, as its place in `NAMES`: `(..., halves)`."""
    near = clarity(profiles(roll))
    return np.where(near.max(-1) >= NEAR, near.argmax(-1), NONE)


def chord_tones(roll: Array) -> npt.NDArray[np.bool_]:
    """Which strikes of rolls `(..., steps, 88, 2)` are notes of the chord of their half second: `(..., steps, 88)`."""
    classes = np.append(TRIADS > 0, np.zeros((1, 12), bool), axis=0)[chords(roll)]
    steps = np.repeat(classes, SPAN, axis=-2)[..., : roll.shape[-3], :]
    return np.asarray(steps[..., (np.arange(KEYS) + LOWEST) % 12] & (roll[..., LOUDNESS] > 0))
