"""Keys of piano pieces whose titles carry them: ours beside others on the same chroma, and of transposed copies."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from livemusic.dsp.chroma import ChromaRow
from livemusic.dsp.spiral import centre_of, key_place, middle_of
from livemusic.dsp.tonality import ALBRECHT, CLASSES, KEYS, MAJOR, MINOR, Key, likeness, profiles
from training.data.basslines import listened, titled

Floats = npt.NDArray[np.float64]
Profiles = dict[str, tuple[float, ...]]

#: Probe tone ratings (Krumhansl and Kessler 1982, in Krumhansl, Cognitive Foundations of Musical Pitch, 1990).
KRUMHANSL: Profiles = {
    MAJOR: (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    MINOR: (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}
#: Temperley, "What's key for key?", Music Perception 1999.
TEMPERLEY: Profiles = {
    MAJOR: (5.0, 2.0, 3.5, 2.0, 4.5, 4.0, 2.0, 4.5, 2.0, 3.5, 1.5, 4.0),
    MINOR: (5.0, 2.0, 3.5, 4.5, 2.0, 4.0, 2.0, 4.5, 3.5, 2.0, 1.5, 4.0),
}
#: Of transposed copies only so much is heard.
EXCERPT = 30.0
SHIFTS = (1, 6)
_LONGEST = 600.0
_QUIET = 0.15


def mirex(found: Key | None, true: Key) -> float:
    """The weighted score of the MIREX audio key task: 1, .5 a fifth above, .3 relative, .2 parallel, else 0."""
    if found is None:
        return 0.0
    up = (found.tonic - true.tonic) % CLASSES
    if found == true:
        return 1.0
    if found.mode == true.mode:
        return 0.5 if up == 7 else 0.0
    if up == (9 if true.mode == MAJOR else 3):
        return 0.3
    return 0.2 if up == 0 else 0.0


def mean_chroma(rows: list[ChromaRow]) -> Floats:
    """How much of each pitch class sounds in all, quiet rows counting less, `(12,)`."""
    classes = np.array([row.classes for row in rows])
    return np.asarray((classes / np.maximum(classes.sum(1, keepdims=True), _QUIET)).mean(0))


def by_profile(of: Profiles) -> Callable[[Floats], Key]:
    """The key whose profile is most like all that was heard (Krumhansl and Schmuckler's way)."""
    keys = profiles(of)
    return lambda heard: KEYS[int(likeness(heard, keys).argmax())]


def by_spiral(heard: Floats) -> Key:
    """The key nearest to the centre of effect (Chew 2000)."""
    middle = middle_of(heard) or 0.0

    def apart(key: Key) -> float:
        near = middle + CLASSES * round((key.fifths + 1 - middle) / CLASSES)
        return float(np.linalg.norm(centre_of(heard, near) - key_place(key)))

    return min(KEYS, key=apart)


WAYS: dict[str, Callable[[Floats], Key]] = {
    "Krumhansl and Kessler 1982": by_profile(KRUMHANSL),
    "Temperley 1999": by_profile(TEMPERLEY),
    "Albrecht and Shanahan 2013": by_profile(ALBRECHT),
    "nearest key on the spiral (Chew 2000)": by_spiral,
}
LIVE = "ours, live (`livemusic harmony`)"


def measure_keys(folder: Path, longest: float = _LONGEST) -> list[dict[str, Any]]:
    """A row for each way: share of keys right, and the weighted score, of the titled files in `folder`."""
    found: dict[str, list[float]] = {name: [] for name in (*WAYS, LIVE)}
    pieces = titled(folder)
    for path, true in pieces.items():
        for name, key in _all_ways(path, longest, 0).items():
            found[name].append(mirex(key, true))
    return [
        {
            "way": name,
            "pieces": len(scores),
            "right": float(np.mean(np.equal(scores, 1))),
            "MIREX": float(np.mean(scores)),
        }
        for name, scores in found.items()
    ]


def measure_transposed(
    folder: Path, shifts: tuple[int, ...] = SHIFTS, excerpt: float = EXCERPT
) -> list[dict[str, Any]]:
    """A row for each shift: of how many files the key moves exactly with the music, each way."""
    moved: dict[int, dict[str, list[bool]]] = {shift: {name: [] for name in (*WAYS, LIVE)} for shift in shifts}
    for path in titled(folder):
        here = _all_ways(path, excerpt, 0)
        for shift in shifts:
            there = _all_ways(path, excerpt, shift)
            for name, key in here.items():
                other = there[name]
                same = key is not None and other is not None and key.mode == other.mode
                kept = same and (key.tonic + shift) % CLASSES == other.tonic if key and other else key is other
                moved[shift][name].append(bool(kept))
    return [
        {"semitones": shift, **{name: float(np.mean(kept)) for name, kept in names.items()}}
        for shift, names in moved.items()
    ]


def _all_ways(path: Path, seconds: float, shift: int) -> dict[str, Key | None]:
    rows, harmony = listened(path, seconds, shift)
    heard = mean_chroma(rows)
    return {**{name: way(heard) for name, way in WAYS.items()}, LIVE: harmony.overall[0]}


def measure(args: argparse.Namespace) -> list[dict[str, Any]]:
    """`python -m training evaluate key --data PIANO`."""
    return measure_keys(args.data)
