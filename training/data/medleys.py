"""Medleys whose sections are known: parts of a few clips, cut one after another, some of which return.

A B A C B A ...: every letter is a clip of another track and artist, every part 4 to 20 s long, with a short crossfade
at each cut. A part that returns is the very same stretch (`same`) or another stretch of the clip (`other`).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from livemusic.dsp.samples import Samples
from training.data.audio import Clip, sound_of

Kind = Literal["same", "other"]
Seconds = float

SHORTEST: Seconds = 4.0
LONGEST: Seconds = 20.0
FADE: Seconds = 0.02
SAMPLE_RATE = 44100
_LETTERS = (3, 4)
_PARTS = (6, 9)
#: Clips shorter than this offer no other stretch.
_ENOUGH: Seconds = 20.0
_TRIES = 20


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a clip, `begin`..`end` seconds of it, that sounds as section `label`."""

    clip: Clip
    label: int
    begin: Seconds
    end: Seconds

    @property
    def length(self) -> Seconds:
        return self.end - self.begin


@dataclass(frozen=True, slots=True)
class Medley:
    """Parts one after another, the cut in the middle of each crossfade. `seed` and `kind` say how they were drawn."""

    seed: int
    kind: Kind
    parts: tuple[Part, ...]

    @property
    def intervals(self) -> npt.NDArray[np.float64]:
        """`(parts, 2)` seconds from the medley's beginning, as `mir_eval.segment` takes them."""
        ends = np.cumsum([part.length for part in self.parts])
        return np.stack([ends - [part.length for part in self.parts], ends], axis=1)

    @property
    def labels(self) -> list[str]:
        """The letter of each part."""
        return ["ABCDEFGH"[part.label] for part in self.parts]

    def sound(self, sample_rate: int = SAMPLE_RATE) -> Samples:
        """Mono samples, crossfaded with equal power. `MediaError` where a clip cannot be read."""
        clips = {part.clip.path: sound_of(part.clip.path, sample_rate) for part in self.parts}
        half = round(FADE * sample_rate / 2)
        rise = np.sqrt((np.arange(2 * half) + 0.5) / (2 * half)).astype(np.float32)
        edges = [round(float(at) * sample_rate) for at in (0.0, *self.intervals[:, 1])]
        out = np.zeros(edges[-1] + 2 * half, np.float32)
        for number, (part, first, last) in enumerate(zip(self.parts, edges[:-1], edges[1:], strict=True)):
            begin = round(part.begin * sample_rate)
            piece = clips[part.clip.path][begin - half : begin + last - first + half].copy()
            if number > 0:
                piece[: 2 * half] *= rise
            if number < len(self.parts) - 1:
                piece[last - first :] *= rise[::-1][: len(piece) - (last - first)]
            out[first : first + len(piece)] += piece
        return out[half:-half]


def is_for_test(artist: str) -> bool:
    """Whether an artist belongs to the half that is reported on; on the other half the constants were tuned."""
    return hashlib.sha256(artist.encode()).digest()[0] % 2 == 1


def draw(clips: Sequence[Clip], lengths: Sequence[Seconds], kind: Kind, seed: int) -> Medley:
    """The medley of `seed` from `clips`, whose `lengths` are in seconds; the same one every time.

    `ValueError` where there are not enough artists.
    """
    chance = np.random.default_rng([seed, kind == "other"])
    usable = [index for index, length in enumerate(lengths) if length >= _ENOUGH]
    letters = int(chance.integers(_LETTERS[0], _LETTERS[1] + 1))
    chosen: list[int] = []
    for index in chance.permutation(usable):
        if all(clips[index].artist != clips[other].artist for other in chosen):
            chosen.append(int(index))
        if len(chosen) == letters:
            break
    if len(chosen) < letters:
        raise ValueError(f"a medley needs clips of {letters} artists, at least {_ENOUGH:g} s long each")
    taken: list[list[tuple[Seconds, Seconds]]] = [[] for _ in chosen]
    parts = []
    for label in _order(letters, int(chance.integers(_PARTS[0], _PARTS[1] + 1)), chance):
        begin, end = _stretch(lengths[chosen[label]], taken[label], kind, chance)
        taken[label].append((begin, end))
        parts.append(Part(clips[chosen[label]], label, begin, end))
    return Medley(seed, kind, tuple(parts))


def _order(letters: int, count: int, chance: np.random.Generator) -> list[int]:
    """Letters in order of appearance, none twice in a row, all of them, with at least two returns."""
    while True:
        order = [0]
        for _ in range(count - 1):
            others = [letter for letter in range(min(letters, max(order) + 2)) if letter != order[-1]]
            order.append(int(chance.choice(others)))
        if len(set(order)) == letters:
            return order


def _stretch(
    length: Seconds, taken: Sequence[tuple[Seconds, Seconds]], kind: Kind, chance: np.random.Generator
) -> tuple[Seconds, Seconds]:
    """Where to cut: the stretch that was cut before, or one that shares as little as can be with those."""
    if taken and kind == "same":
        return taken[0]
    best, least = (0.0, 0.0), np.inf
    for _ in range(_TRIES):
        span = float(chance.uniform(SHORTEST, min(LONGEST, length - 1.0)))
        begin = float(chance.uniform(FADE, length - span - FADE))
        shared = sum(max(0.0, min(begin + span, end) - max(begin, other)) for other, end in taken) / span
        if shared < least:
            best, least = (begin, begin + span), shared
        if not taken or least == 0:
            break
    return best
