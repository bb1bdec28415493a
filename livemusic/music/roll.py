"""Piano music as multi-hot vectors: which of the 88 keys are struck in each sixteenth of a second, how loud and for
how long.

Performances carry no beat grid, and beat tracking of free tempo would put its own faults into the data, so the frame is
a fixed 62.5 ms: shorter than a key can be struck twice, long enough that the notes of a chord share it.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from livemusic.music.event import ALL_NOTES_OFF, ALL_SOUND_OFF, CONTROL, is_note_off, is_note_on
from livemusic.music.pattern import Note, Pattern
from livemusic.music.tempo import TICKS_PER_BEAT, Seconds, Ticks

Array = npt.NDArray[np.float32]

KEYS, LOWEST = 88, 21
#: The two numbers of a key in a step: its loudness, 0 where it is not struck, else 0.5 + half its velocity; and its
#: loudness times how long it sounds, on a log scale, so that sums of notes have mean lengths, the loud ones first.
LOUDNESS, SUSTAIN = 0, 1
FEATURES = 2
#: Pieces are kept at this tempo, so that ticks are seconds: 1920 of them, and 16 steps, in each.
BPM = 120.0
TICKS_PER_SECOND = 2 * TICKS_PER_BEAT
STEPS_PER_SECOND = 16
STEP: Ticks = TICKS_PER_SECOND // STEPS_PER_SECOND
#: What sounds longer than this many steps is taken for that long.
LONGEST = 64
#: Most steps of a piece: three hours.
MAX_STEPS = 3 * 3600 * STEPS_PER_SECOND

_PEDAL, _PEDAL_DOWN = 64, 64
_DRUMS = 9


def piece_of(events: Iterable[tuple[Seconds, bytes]], name: str = "") -> Pattern:
    """What a piano plays, from its first note on, as notes on channel 0 at 120 bpm.

    `events`: raw MIDI at its seconds, in order. A note sounds until it is let go of and the pedal is up, or until its
    key is struck again; all notes of a channel are let go of together by controllers 123 and up, and cut off by 120.
    Drums (channel 10) and pitches off the keyboard are left out; of notes struck at once on one key the loudest stays.
    `ValueError` for music of more than three hours; without notes an empty pattern.
    """
    struck: dict[int, tuple[Ticks, int, int]] = {}
    held: set[int] = set()
    pedals: set[int] = set()
    notes: list[Note] = []
    now: Ticks = 0

    def end(pitch: int) -> None:
        start, velocity, _ = struck.pop(pitch)
        notes.append(Note(start, pitch, velocity, max(1, now - start), 0))

    first: Ticks | None = None
    for seconds, data in events:
        kind, channel = data[0] & 0xF0, data[0] & 0x0F
        if channel == _DRUMS or len(data) < 3:
            continue
        tick = round(seconds * TICKS_PER_SECOND)
        if first is not None and tick - first > MAX_STEPS * STEP:
            raise ValueError(f"piece is longer than {MAX_STEPS // STEPS_PER_SECOND // 3600} hours")
        now = tick - (first or 0)
        pitch = data[1]
        if is_note_on(data) and LOWEST <= pitch < LOWEST + KEYS:
            if first is None:
                first, now = tick, 0
            if pitch in struck:
                end(pitch)
            struck[pitch] = (now, data[2], channel)
            held.add(pitch)
        elif is_note_off(data) and pitch in held and struck[pitch][2] == channel:
            held.discard(pitch)
            if channel not in pedals:
                end(pitch)
        elif kind == CONTROL and pitch == _PEDAL:
            if data[2] >= _PEDAL_DOWN:
                pedals.add(channel)
            elif channel in pedals:
                pedals.discard(channel)
                for key in [key for key, note in struck.items() if key not in held and note[2] == channel]:
                    end(key)
        elif kind == CONTROL and (pitch == ALL_SOUND_OFF or pitch >= ALL_NOTES_OFF):
            for key in [key for key, note in struck.items() if note[2] == channel]:
                held.discard(key)
                if channel not in pedals or pitch == ALL_SOUND_OFF:
                    end(key)
    for pitch in list(struck):
        end(pitch)
    return Pattern.of(notes, _whole(notes), name)


def _whole(notes: Sequence[Note]) -> Ticks:
    """Whole steps up to the end of the last note."""
    last = max((note.tick + note.duration for note in notes), default=0)
    return max(1, -(-last // STEP)) * STEP


def cell_of(note: Note) -> tuple[int, int]:
    """The step and the key of a note: the nearest step."""
    return (note.tick + STEP // 2) // STEP, note.pitch - LOWEST


def roll_of(piece: Pattern) -> Array:
    """A piece as `(steps, 88, 2)`; two strikes of a key within a step become one, the louder."""
    roll = np.zeros((piece.length // STEP + 1, KEYS, FEATURES), np.float32)
    for note in piece.notes:
        step, key = cell_of(note)
        loudness = 0.5 + 0.5 * note.velocity / 127
        if loudness > roll[step, key, LOUDNESS]:
            roll[step, key] = loudness, loudness * scaled_length(note.duration / STEP)
    return roll if roll[-1].any() else roll[:-1]


def scaled_length(steps: float) -> float:
    """Length on a log scale: 0 is nothing, 1 is 64 steps (4 s) and more."""
    return float(np.log2(1 + min(steps, LONGEST)) / np.log2(1 + LONGEST))


def lengths(roll: Array) -> Array:
    """How many steps each cell of a roll `(..., 2)` sounds, at least 1, where it is struck."""
    share = np.clip(roll[..., SUSTAIN] / np.maximum(roll[..., LOUDNESS], 1e-6), 0, 1)
    steps: Array = np.asarray((1 + LONGEST) ** share - 1, np.float32)
    return np.maximum(steps, 1)


def sounding(roll: Array) -> npt.NDArray[np.bool_]:
    """Which keys sound in each step of rolls `(..., steps, 88, 2)`: each note for its length, to its key's next strike
    at most."""
    time = np.arange(roll.shape[-3], dtype=np.int32)[:, None]
    since = np.maximum.accumulate(np.where(roll[..., LOUDNESS] > 0, time, -1), axis=-2)
    lasts = np.round(np.take_along_axis(lengths(roll), np.maximum(since, 0), axis=-2))
    return np.asarray((since >= 0) & (time - since < lasts))


def struck(roll: Array, threshold: float) -> Array:
    """A rebuilt roll as one that was played: what is at least as loud as `threshold` is struck, the rest is 0."""
    loudness = np.clip(roll[..., LOUDNESS], 0.5, 1)
    share = np.clip(roll[..., SUSTAIN] / np.maximum(roll[..., LOUDNESS], 1e-6), 0, 1)
    kept = roll[..., LOUDNESS, None] >= threshold
    return np.asarray(np.stack([loudness, loudness * share], axis=-1) * kept, np.float32)


def notes_of(roll: Array) -> tuple[Note, ...]:
    """The notes of a roll that was played, on the grid."""
    steps, keys = np.nonzero(roll[..., LOUDNESS])
    some = roll[steps, keys]
    velocities = np.clip(np.round((2 * some[:, LOUDNESS] - 1) * 127), 1, 127).astype(int)
    durations = np.round(lengths(some) * STEP).astype(int)
    return tuple(
        Note(int(step) * STEP, int(key) + LOWEST, int(velocity), int(duration), 0)
        for step, key, velocity, duration in zip(steps, keys, velocities, durations, strict=True)
    )
