"""The nine drum voices, the pitches they are written as, and the pitches that fold onto them."""

from enum import IntEnum


class Voice(IntEnum):
    """A row of a `Grid`; the order is fixed by the models."""

    KICK = 0
    SNARE = 1
    CLOSED_HAT = 2
    OPEN_HAT = 3
    LOW_TOM = 4
    MID_TOM = 5
    HIGH_TOM = 6
    CRASH = 7
    RIDE = 8


VOICE_COUNT = len(Voice)

VOICE_NAMES = ("kick", "snare", "closed hat", "open hat", "low tom", "mid tom", "high tom", "crash", "ride")

#: Voice -> General MIDI drum pitch, the one a pattern is written with.
GM_PITCHES = (36, 38, 42, 46, 43, 47, 50, 49, 51)

#: Pitches that fold onto a voice: General MIDI and the 22 of the Roland TD-11 (Gillick et al. 2019, table 1).
_FOLDS: dict[Voice, tuple[int, ...]] = {
    Voice.KICK: (35, 36),
    Voice.SNARE: (37, 38, 39, 40),
    Voice.CLOSED_HAT: (22, 42, 44),
    Voice.OPEN_HAT: (26, 46),
    Voice.LOW_TOM: (41, 43, 58),
    Voice.MID_TOM: (45, 47),
    Voice.HIGH_TOM: (48, 50),
    Voice.CRASH: (49, 52, 55, 57),
    Voice.RIDE: (51, 53, 59),
}

VOICE_OF_PITCH: dict[int, Voice] = {pitch: voice for voice, pitches in _FOLDS.items() for pitch in pitches}
