"""The spiral array: pitches on a helix of fifths, so that what is played together lies together.

Elaine Chew, "Towards a Mathematical Model of Tonality" (PhD thesis, MIT 2000). Pitch number k of the line of fifths (C
0, G 1, F -1) is at (sin(k pi/2), cos(k pi/2), k h): a quarter turn and h up for each fifth, so a major third lies just
above. With h = sqrt(2/15), hers, a fifth and a major third are equally near. Chords are centres of their pitches, keys
of their chords, and what is heard is the centre of its pitches, each as heavy as it is loud (its centre of effect).
"""

from math import pi, sqrt

import numpy as np
import numpy.typing as npt

from livemusic.dsp.tonality import CLASSES, MAJOR, MINOR, Key

Floats = npt.NDArray[np.float64]

#: How far up the next fifth is, the radius being 1.
RISE = sqrt(2 / 15)
#: Twelve fifths up: the same keys by other names.
TURN = CLASSES * RISE
#: The weights of tonic, fifth and third in a chord, and of I, V and IV in a key (Chew 2000).
_WEIGHTS = (0.516, 0.315, 0.168)
#: Of the dominant in minor, how much is major, and of the subdominant how much is minor.
_MAJOR_FIFTH, _MINOR_FOURTH = 0.75, 0.75


def place(fifths: npt.ArrayLike) -> Floats:
    """Where pitches of the line of fifths `(...)` are, `(..., 3)`."""
    k = np.asarray(fifths, np.float64)
    return np.stack([np.sin(k * pi / 2), np.cos(k * pi / 2), k * RISE], -1)


def triad_place(fifths: int, mode: str) -> Floats:
    """Where the triad on a place of the line of fifths is, `(3,)`."""
    third = fifths + 4 if mode == MAJOR else fifths - 3
    return np.asarray(_WEIGHTS @ place([fifths, fifths + 1, third]))


def key_place(key: Key) -> Floats:
    """Where a key is, `(3,)`."""
    k = key.fifths
    if key.mode == MAJOR:
        around = [triad_place(k, MAJOR), triad_place(k + 1, MAJOR), triad_place(k - 1, MAJOR)]
    else:
        fifth = _MAJOR_FIFTH * triad_place(k + 1, MAJOR) + (1 - _MAJOR_FIFTH) * triad_place(k + 1, MINOR)
        fourth = _MINOR_FOURTH * triad_place(k - 1, MINOR) + (1 - _MINOR_FOURTH) * triad_place(k - 1, MAJOR)
        around = [triad_place(k, MINOR), fifth, fourth]
    return np.asarray(_WEIGHTS @ np.array(around))


def middle_of(classes: Floats) -> float | None:
    """Around which place of the circle of fifths pitch classes `(12,)` lie, 0..12; None where around none.

    The phase of their fifth Fourier coefficient, so it turns with them by a whole fifth for each.
    """
    turned = complex(classes @ np.exp(2j * pi * 7 * np.arange(CLASSES) / CLASSES))
    if abs(turned) < 1e-6:
        return None
    return float(np.angle(turned) / (2 * pi) * CLASSES % CLASSES)


def centre_of(classes: Floats, middle: float) -> Floats:
    """The centre of effect `(3,)` of pitch classes `(12,)`, named by the line of fifths around `middle`.

    Each is half at either of its two names where it is as far from one as from the other, so nothing jumps.
    """
    k = 7 * np.arange(CLASSES) % CLASSES
    nearest = k + CLASSES * np.round((middle - k) / CLASSES)
    away = nearest - middle
    other = nearest - CLASSES * np.sign(away)
    share = np.clip(np.abs(away) - (CLASSES / 2 - 1), 0.0, 1.0) / 2
    weights = classes / classes.sum()
    return np.asarray((weights * (1 - share)) @ place(nearest) + (weights * share) @ place(other))


def nearest_name(spot: npt.NDArray[np.floating], to: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """A place `(3,)` by that of its names, twelve fifths apart, that is nearest to another."""
    turns = np.round((to[2] - spot[2]) / TURN)
    return spot + np.array([0.0, 0.0, TURN * turns], spot.dtype)
