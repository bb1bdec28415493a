"""The harmony of what is heard, as it goes: tonal centre on the spiral, key and chord; nothing where there is none."""

from functools import cache
from math import exp
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from livemusic.dsp.chroma import DELAY_S, HOP_S, Chroma, ChromaRow
from livemusic.dsp.spec import Hertz, Seconds
from livemusic.dsp.spiral import TURN, centre_of, middle_of
from livemusic.dsp.tonality import ALBRECHT, CHORDS, CLASSES, KEYS, Chord, Key, likeness, profiles, unit

Floats = npt.NDArray[np.float64]

#: What is told was so long ago at the least: half a frame of chroma.
HARMONY_DELAY: Seconds = DELAY_S
#: Rows as quiet as this, of the loudest of the last seconds, count in proportion.
_QUIET = 0.3
#: What sounded so long ago counts for 1/e: in the centre, for the names of its notes, for the key, for the chord.
_CENTRE_TIME: Seconds = 2.0
_NAMES_TIME: Seconds = 8.0
_KEY_TIME: Seconds = 3.0
_CHORD_TIME: Seconds = 0.18
#: The centre follows what it is to be in this time.
_GLIDE: Seconds = 0.5
#: Over about so long there is no harmony up to so many partials on semitones and such a share of all, and surely some
#: from so many more on: drums have at most .6 and .2 at once, music 1 and .25 nearly always.
_PITCHED_TIME: Seconds = 2.0
_NO_PITCH, _PITCH, _NO_SHARE, _SHARE = 0.6, 0.5, 0.17, 0.08
#: What is heard says so much a second of the key, which lasts so long on the whole.
_KEY_SAYS, _KEY_LASTS = 1.5, 60.0
#: A key is told when it is so likely, and until it is less likely than that.
_KEY_SURE, _KEY_LOST = 0.5, 0.3
#: How much likelier a key is of which all that was heard is more like by 1.
_OVERALL = 20.0
#: A chord is told, and kept, as a key is. A fourth note costs, and no chord is as good as a likeness of so much.
_CHORD_SAYS, _CHORD_LASTS = 120.0, 1.5
_CHORD_SURE, _CHORD_LOST = 0.55, 0.25
_FOURTH_NOTE, _NO_CHORD = 0.03, 0.68
_BASS = 0.4
#: How loud a note is counts by this power, or a doubled root would hide a seventh.
_EVENED = 0.7
#: The home of the centre on the line of fifths, from the middle of D♭ major to that of F♯ major, and how far out of it
#: it may go before it is called by the other names.
_HOME, _SLACK = (-3.5, 8.5), 2.0


_TAKEN = 1 - exp(-HOP_S / _PITCHED_TIME)


class HarmonyRow(NamedTuple):
    """The harmony at `t` seconds of sound.

    `classes` `(12,)`: what sounds, as shares of the last seconds; zeros where nothing does. `centre`: the tonal centre
    on the spiral array (see `dsp.spiral`), None where there is no harmony. `confidence`: of the key, 0..1. `strength`:
    how sure it is that there is harmony at all. `tuning`: of A, in semitones from 440 Hz.
    """

    t: Seconds
    classes: Floats
    centre: tuple[float, float, float] | None = None
    key: Key | None = None
    confidence: float = 0.0
    chord: Chord | None = None
    strength: float = 0.0
    tuning: float = 0.0


class Harmony:
    """Follows the harmony of a mono stream at `sample_rate`, 21.5 rows a second, from the present and the past only.

    The same rows for any block sizes; NaN and infinity count as silence. Silence, noise and drums alone have no centre,
    key or chord. `ValueError` for a sample rate outside 8000..384000 Hz. Thread: one at a time.
    """

    def __init__(self, sample_rate: Hertz) -> None:
        self._chroma = Chroma(sample_rate)
        self._centre = _Centre()
        self._keys = _Keys()
        self._chords = _Chords()
        self._partials = np.zeros(2)

    def push(self, samples: npt.ArrayLike) -> list[HarmonyRow]:
        """The rows that `samples` `(n,)` complete."""
        return [self.follow(row) for row in self.listen(samples)]

    def listen(self, samples: npt.ArrayLike) -> list[ChromaRow]:
        """The first half of the work of `push`: what sounds in the rows that `samples` complete, each to `follow`."""
        return self._chroma.push(samples)

    def flush(self) -> list[HarmonyRow]:
        """The rows of what is still on its way."""
        return [self.follow(row) for row in self._chroma.flush()]

    @property
    def overall(self) -> tuple[Key | None, float]:
        """The key of all that was heard, and how sure it is, 0..1; None where there was no harmony."""
        return self._keys.overall

    def follow(self, row: ChromaRow) -> HarmonyRow:
        """The other half: the harmony at the next row."""
        self._partials += _TAKEN * (np.array([row.pitched, row.partials]) - self._partials)
        strength = self._strength()
        loud = float(row.classes.sum())
        weight = min(1.0, loud / _QUIET) * strength
        shares = row.classes / loud if loud > 1e-9 else row.classes
        self._keys.hear(shares, weight)
        chord = self._chords.hear(row, weight)
        centre = self._centre.hear(shares, weight, strength)
        key, confidence = self._keys.told(strength)
        return HarmonyRow(row.t, self._centre.classes, centre, key, confidence, chord, strength, row.tuning)

    def _strength(self) -> float:
        """How sure it is that what is heard has harmony, 0..1."""
        pitched, partials = self._partials.tolist()
        much, share = (pitched - _NO_PITCH) / _PITCH, (pitched / max(partials, 1e-9) - _NO_SHARE) / _SHARE
        return min(max(much, 0.0), 1.0) * min(max(share, 0.0), 1.0)


class _Centre:
    """Where what sounded lately lies on the spiral."""

    def __init__(self) -> None:
        self._heard = np.zeros(CLASSES)
        self._named = np.zeros(CLASSES)
        self._middle: float | None = None
        self._place: Floats | None = None

    @property
    def classes(self) -> Floats:
        """The shares of the pitch classes, `(12,)`; zeros where nothing sounded."""
        whole = self._heard.sum()
        return self._heard / whole if whole > 1e-3 else np.zeros(CLASSES)

    def hear(self, shares: Floats, weight: float, strength: float) -> tuple[float, float, float] | None:
        for heard, time in ((self._heard, _CENTRE_TIME), (self._named, _NAMES_TIME)):
            heard += (1 - exp(-HOP_S / time)) * (weight * shares - heard)
        classes, middle = self.classes, middle_of(self._named)
        if strength <= 0 or middle is None or not classes.any():
            self._middle = self._place = None
            return None
        wanted = centre_of(classes, self._turn(middle))
        if self._place is None:
            self._place = wanted
        self._place = self._place + (1 - exp(-HOP_S / _GLIDE)) * (wanted - self._place)
        x, y, z = self._place.tolist()
        return x, y, z

    def _turn(self, middle: float) -> float:
        """Go to the name of `middle` that is nearest, or home where that is too far out."""
        low, high = _HOME
        if self._middle is None:
            self._middle = low + (middle - low) % CLASSES
            return self._middle
        here = middle + CLASSES * round((self._middle - middle) / CLASSES)
        while not low - _SLACK <= here < high + _SLACK:
            turns = 1 if here < low else -1
            here += CLASSES * turns
            if self._place is not None:
                self._place = self._place + np.array([0.0, 0.0, turns * TURN])
        self._middle = here
        return here


class _Keys:
    """Which key it is: a filter over the 24, each likely to last (as Noland and Sandler, "Key estimation using a hidden
    Markov model", ISMIR 2006, with Albrecht and Shanahan's profiles)."""

    def __init__(self) -> None:
        self._profiles, self._moves = _key_model()
        self._heard = np.zeros(CLASSES)
        self._all = np.zeros(CLASSES)
        self._likely = np.full(len(KEYS), 1 / len(KEYS))
        self._key: int | None = None

    def hear(self, shares: Floats, weight: float) -> None:
        self._heard = exp(-HOP_S / _KEY_TIME) * self._heard + weight * shares
        self._all += weight * shares
        says = np.exp(_KEY_SAYS * HOP_S * weight * likeness(self._heard, self._profiles))
        self._likely = (self._moves @ self._likely) * says
        self._likely /= self._likely.sum()

    def told(self, strength: float) -> tuple[Key | None, float]:
        """The key now, and how likely it is; None where none is, or there is no harmony."""
        best = int(self._likely.argmax())
        if self._key is not None and self._likely[self._key] < _KEY_LOST:
            self._key = None
        if self._likely[best] >= _KEY_SURE:
            self._key = best
        if self._key is None or strength <= 0:
            return None, 0.0
        return KEYS[self._key], float(self._likely[self._key]) * strength

    @property
    def overall(self) -> tuple[Key | None, float]:
        if self._all.sum() * HOP_S < 1.0:
            return None, 0.0
        like = likeness(self._all, self._profiles)
        sure = np.exp(_OVERALL * (like - like.max()))
        return KEYS[int(like.argmax())], float(1 / sure.sum())


class _Chords:
    """Which chord it is: a filter over all kinds on all roots, and none."""

    def __init__(self) -> None:
        self._chords, self._roots, self._shapes, self._costs = _chord_model()
        self._classes = np.zeros(CLASSES)
        self._bass = np.zeros(CLASSES)
        self._likely = np.append(np.zeros(len(self._chords)), 1.0)
        self._chord: int | None = None

    def hear(self, row: ChromaRow, weight: float) -> Chord | None:
        """The chord now."""
        share = exp(-HOP_S / _CHORD_TIME)
        self._classes = share * self._classes + (1 - share) * row.classes
        self._bass = share * self._bass + (1 - share) * row.bass
        like = self._shapes @ unit(self._classes**_EVENED) - self._costs
        like += _BASS * (self._bass / max(float(self._bass.sum()), 1e-9))[self._roots]
        nothing = _NO_CHORD * weight + (1 - weight)
        says = np.exp(_CHORD_SAYS * HOP_S * (np.append(like * weight, nothing) - 1))
        stays = exp(-HOP_S / _CHORD_LASTS)
        self._likely = (stays * self._likely + (1 - stays) / len(self._likely)) * says
        self._likely /= self._likely.sum()
        best = int(self._likely.argmax())
        none = len(self._chords)
        if self._chord is not None and self._likely[self._chord] < _CHORD_LOST:
            self._chord = None
        if self._likely[best] >= _CHORD_SURE:
            self._chord = None if best == none else best
        return None if self._chord is None else self._chords[self._chord]


@cache
def _key_model() -> tuple[Floats, Floats]:
    """The profiles `(24, 12)`, and how likely each key is after each other, `(24, 24)`: the nearer the likelier."""
    keys = profiles(ALBRECHT)
    moves = np.exp(2 * keys @ keys.T)
    np.fill_diagonal(moves, 0.0)
    stays = exp(-HOP_S / _KEY_LASTS)
    return keys, (1 - stays) * moves / moves.sum(0) + stays * np.eye(len(keys))


@cache
def _chord_model() -> tuple[tuple[Chord, ...], npt.NDArray[np.intp], Floats, Floats]:
    """The chords, their roots, their pitch classes `(n, 12)` at length 1, and what each costs `(n,)`."""
    chords = tuple(Chord(root, kind) for kind in CHORDS for root in range(CLASSES))
    shapes = np.zeros((len(chords), CLASSES))
    for shape, chord in zip(shapes, chords, strict=True):
        shape[list(chord.classes)] = 1.0
    costs = np.array([_FOURTH_NOTE * (len(chord.classes) - 3) for chord in chords])
    return chords, np.array([chord.root for chord in chords]), unit(shapes), costs
