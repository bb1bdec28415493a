"""Whether what lies between two pieces is music: harmony, evenness and playability along the way."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import numpy.typing as npt

from livemusic.music.chord import NONE, chords, clarity, profiles
from livemusic.music.pattern import Note, Pattern
from livemusic.music.roll import STEP, roll_of
from livemusic.sketch.figures import Coder, Crossing, playable

WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Harmony:
    """Shares of half seconds with a chord, mean cosine to the nearest triad, and notes per second."""

    chords: float
    clarity: float
    notes: float

    def rounded(self) -> dict[str, float]:
        """The figures to three places, for a card."""
        return {name: round(value, 3) for name, value in asdict(self).items()}


def harmony(piece: Pattern) -> Harmony:
    """How clear the harmony of a piece is."""
    roll = roll_of(piece)
    near = clarity(profiles(roll)).max(-1)
    seconds = piece.length / STEP / 16
    return Harmony(float((chords(roll) != NONE).mean()), float(near[near > 0].mean()), len(piece.notes) / seconds)


def crossfade(a: Pattern, b: Pattern, weight: float, chance: np.random.Generator) -> Pattern:
    """What a crossfade of notes would give: each note of `b` with that chance, each of `a` with the rest of it."""
    length = max(1, round((a.length + weight * (b.length - a.length)) / STEP)) * STEP
    notes: list[Note] = []
    for piece, share in ((a, 1 - weight), (b, weight)):
        looped = [
            replace(note, tick=note.tick + turn * piece.length)
            for turn in range(-(-length // piece.length))
            for note in piece.notes
        ]
        notes += [note for note in looped if note.tick < length and chance.random() < share]
    return Pattern(playable(notes, length), length)


def measure(
    coder: Coder, pairs: Sequence[tuple[Pattern, Pattern]], seed: int = 0
) -> dict[str, dict[str, dict[str, float]]]:
    """Mean figures at five places of the way, `[ours or crossfade][weight]`."""
    chance = np.random.default_rng(seed)
    ways = [Crossing(coder, a, b) for a, b in pairs]
    rows: dict[str, dict[str, dict[str, float]]] = {"ours": {}, "crossfade": {}}
    for weight in WEIGHTS:
        for name, pieces in (
            ("ours", [way.at(weight) for way in ways]),
            ("crossfade", [crossfade(a, b, weight, chance) for a, b in pairs]),
        ):
            parts: npt.NDArray[np.float64] = np.array([list(asdict(harmony(piece)).values()) for piece in pieces])
            rows[name][f"{weight:g}"] = Harmony(*parts.mean(0)).rounded()
    return rows
