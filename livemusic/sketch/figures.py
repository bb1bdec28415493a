"""A piano piece taken apart into figures, and the way from one piece to another, figure by figure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt

from livemusic.music.chord import SPAN, profiles
from livemusic.music.pattern import Note, Pattern
from livemusic.music.roll import KEYS, LOUDNESS, LOWEST, STEP, cell_of, roll_of
from livemusic.music.tempo import Ticks
from livemusic.sketch.picks import BELOW, Picks

Array = npt.NDArray[np.float32]

#: Ticks in which the strongest figures are looked for together: two seconds.
STRETCH: Ticks = 32 * STEP
#: As many keys as a pianist can strike at once.
FINGERS = 10
_HALF: Ticks = SPAN * STEP
_GOLDEN = 0.6180339887
#: A cell that an atom says less loudly than this is none of its notes.
_SAID = 0.15
#: What a semitone away, and a change from one half second to the next, must be worth in fit.
_APART, _TURN = 0.02, 0.15
_SHIFTS = np.array(sorted(range(-6, 6), key=lambda shift: (abs(shift), shift)))


class Coder(Protocol):
    """A dictionary of piano figures, whoever runs it."""

    @property
    def patches(self) -> Array: ...
    def encode(self, roll: Array, picks: int = 0) -> Picks: ...


@dataclass(frozen=True, slots=True)
class Figure:
    """One atom of a piece, and the notes of the piece that it stands for; `atom` -1: a note that no atom says."""

    atom: int
    tick: Ticks
    strength: float
    notes: tuple[Note, ...]


def figures_of(coder: Coder, piece: Pattern) -> tuple[Figure, ...]:
    """All notes of a piece, each with the figure that says it loudest; figures in the order of time."""
    roll = roll_of(piece)
    picks = coder.encode(roll)
    patches = coder.patches
    width, span = patches.shape[1:3]
    plane = (len(roll) + width, KEYS + span)
    loudest = np.zeros(plane, np.float32)
    owner = np.full(plane, -1, np.intp)
    for number in range(len(picks)):
        step, key = picks.steps[number], picks.keys[number]
        here = slice(step, step + width), slice(key, key + span)
        said = picks.strengths[number] * patches[picks.atoms[number], ..., LOUDNESS]
        louder = said > np.maximum(loudest[here], _SAID)
        loudest[here][louder] = said[louder]
        owner[here][louder] = number
    notes: dict[int, list[Note]] = {}
    for place, note in enumerate(piece.notes):
        step, key = cell_of(note)
        number = int(owner[step, key + BELOW])
        notes.setdefault(number if number >= 0 else -1 - place, []).append(note)
    found = [
        Figure(int(picks.atoms[number]), some[0].tick, float(picks.strengths[number]), tuple(some))
        if number >= 0
        else Figure(-1, some[0].tick, 0.0, tuple(some))
        for number, some in notes.items()
    ]
    return tuple(sorted(found, key=lambda figure: (figure.tick, figure.notes[0].pitch)))


class Crossing:
    """The way from piece `a` to piece `b`, of any lengths; the shorter one repeats where it must.

    Both are codes of figures. At weight `w` the codes are mixed and made sparse again: of every two seconds the mix
    keeps the strongest share `1 - w` of a's figures and `w` of b's (the winners of the mixture of their ranks), and
    plays the notes they stand for. Up to the middle a has the harmony and b's figures move to the nearest key that
    fits it, from there on the other way round. 0 is `a` and 1 is `b`, note for note. Thread: any.
    """

    def __init__(self, coder: Coder, a: Pattern, b: Pattern) -> None:
        for piece in (a, b):
            if not piece.notes:
                raise ValueError(f"piece {piece.name!r} has no notes")
        self.pieces = (a, b)
        self.figures = (figures_of(coder, a), figures_of(coder, b))
        self._ranks = tuple(_ranks(figures) for figures in self.figures)
        self._harmonies = tuple(_harmony(piece) for piece in self.pieces)

    def at(self, *weights: float) -> Pattern:
        """The piece at a weight of `b`, or, of several weights, one that goes through them in equal parts of its time.

        As long as the pieces are in the mean of the weights. `ValueError` for weights outside 0..1.
        """
        return self.mixed(*weights)[0]

    def mixed(self, *weights: float) -> tuple[Pattern, tuple[int, ...]]:
        """The same, and from which piece each of its notes is: 0 or 1."""
        if not weights or not all(0 <= weight <= 1 for weight in weights):
            raise ValueError(f"weights {weights} are outside 0..1")
        a, b = self.pieces
        if len(weights) == 1 and weights[0] in (0, 1):
            which = int(weights[0])
            return self.pieces[which], (which,) * len(self.pieces[which].notes)
        mean = sum(weights) / len(weights)
        length = max(1, round((a.length + mean * (b.length - a.length)) / STEP)) * STEP
        bounds = [round(length * part / len(weights)) for part in range(len(weights) + 1)]
        origins: dict[Note, int] = {}
        for weight, (start, stop) in zip(weights, pairwise(bounds), strict=True):
            leader, shares = int(weight >= 0.5), (1 - weight, weight)
            for which in (1 - leader, leader):
                kept = self._kept(which, shares[which], start, stop, None if which == leader else leader)
                origins |= dict.fromkeys(kept, which)
        piece = Pattern(playable([*origins], length), length, f"{a.name} - {b.name}")
        struck = {(note.tick, note.pitch, note.velocity): which for note, which in origins.items()}
        return piece, tuple(struck[note.tick, note.pitch, note.velocity] for note in piece.notes)

    def _kept(self, which: int, share: float, start: Ticks, stop: Ticks, leader: int | None) -> list[Note]:
        """The notes of the strongest `share` of a piece's figures between two ticks, in the leader's harmony if any."""
        length = self.pieces[which].length
        kept = [
            (turn, figure)
            for turn in range(start // length, -(-stop // length))
            for figure, rank in zip(self.figures[which], self._ranks[which], strict=True)
            if rank < share and start <= turn * length + figure.tick < stop
        ]
        placed = [[replace(note, tick=note.tick + turn * length) for note in figure.notes] for turn, figure in kept]
        if leader is None:
            return [note for notes in placed for note in notes]
        shifts = _shifts(placed, self._harmonies[leader], start // _HALF, -(-stop // _HALF))
        return [
            replace(note, pitch=_inside(note.pitch + int(shifts[notes[0].tick // _HALF - start // _HALF])))
            for notes in placed
            for note in notes
        ]


def playable(notes: Sequence[Note], length: Ticks) -> tuple[Note, ...]:
    """What ten fingers can play: of keys struck twice within a step the louder strike, of more than ten keys in a step
    the lowest, the highest and the loudest; a note ends where its key is struck again, or with the piece."""
    cells: dict[tuple[int, int], Note] = {}
    for note in notes:
        key = cell_of(note)
        if note.tick < length and (key not in cells or note.velocity > cells[key].velocity):
            cells[key] = note
    steps: dict[int, list[Note]] = {}
    for (step, _), note in cells.items():
        steps.setdefault(step, []).append(note)
    kept = [note for step in steps.values() for note in _handful(step)]
    following: dict[int, Ticks] = {}
    ended: list[Note] = []
    for note in sorted(kept, key=lambda note: -note.tick):
        room = following.get(note.pitch, length) - note.tick
        ended.append(replace(note, duration=max(1, min(note.duration, room))))
        following[note.pitch] = note.tick
    return tuple(reversed(ended))


def _handful(notes: list[Note]) -> list[Note]:
    if len(notes) <= FINGERS:
        return notes
    low, *middle, high = sorted(notes, key=lambda note: note.pitch)
    return [low, *sorted(middle, key=lambda note: -note.velocity)[: FINGERS - 2], high]


def _ranks(figures: Sequence[Figure]) -> list[float]:
    """Where each figure stands among those of its two seconds, 0 the strongest, below 1; evenly spread over stretches,
    so that the same share of figures goes with the same share of weight also where a stretch has but one."""
    ranks = [0.0] * len(figures)
    stretches: dict[int, list[int]] = {}
    for number, figure in enumerate(figures):
        stretches.setdefault(figure.tick // STRETCH, []).append(number)
    for stretch, numbers in stretches.items():
        spread = (stretch * _GOLDEN) % 1
        numbers.sort(key=lambda number: -figures[number].strength)
        for rank, number in enumerate(numbers):
            ranks[number] = (rank + spread) / len(numbers)
    return ranks


def _harmony(piece: Pattern) -> Array:
    """What sounds in each half second and a little before and after, `(halves, 12)`, the most 1."""
    heard = profiles(roll_of(piece))
    around = np.pad(heard, ((1, 1), (0, 0)), mode="edge")
    smooth = around[1:-1] + 0.3 * (around[:-2] + around[2:])
    return np.asarray(smooth / np.maximum(smooth.max(1, keepdims=True), 1e-9), np.float32)


def _shifts(placed: Sequence[Sequence[Note]], harmony: Array, first: int, last: int) -> npt.NDArray[np.intp]:
    """By how many semitones the figures of each half second move to fit a harmony: the path through the half seconds
    that fits best, with few turns and short ways (Viterbi 1967)."""
    fit = np.zeros((last - first, len(_SHIFTS)))
    counts = np.zeros(last - first)
    for notes in placed:
        half = notes[0].tick // _HALF
        counts[half - first] += len(notes)
        for note in notes:
            fit[half - first] += harmony[half % len(harmony), (note.pitch + _SHIFTS) % 12]
    fit /= np.maximum(counts, 1)[:, None]
    fit -= _APART * np.abs(_SHIFTS)
    best, came = fit[0], np.zeros(fit.shape, np.intp)
    for half in range(1, len(fit)):
        turned = best.max() - _TURN
        came[half] = np.where(best >= turned, np.arange(len(_SHIFTS)), best.argmax())
        best = np.maximum(best, turned) + fit[half]
    states = [int(best.argmax())]
    for half in range(len(fit) - 1, 0, -1):
        states.append(int(came[half, states[-1]]))
    return np.asarray(_SHIFTS[states[::-1]], np.intp)


def _inside(pitch: int) -> int:
    """The pitch on the keyboard, by octaves."""
    while pitch < LOWEST:
        pitch += 12
    while pitch >= LOWEST + KEYS:
        pitch -= 12
    return pitch
