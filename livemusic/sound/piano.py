"""A plain piano, computed string by string: to hear what the piano tools make, not to replace an instrument."""

from collections.abc import Sequence

import numpy as np

from livemusic.music.pattern import Note
from livemusic.music.roll import TICKS_PER_SECOND
from livemusic.sound.synth import hertz, reverb
from livemusic.sound.voices import Samples, Seconds

#: How loud the loudest moment is.
PEAK = 0.7
_LONGEST: Seconds = 6.0
_DAMPER: Seconds = 0.18
_TAIL: Seconds = 2.0
_ROOM = 0.1
_PARTIALS = 16
_STRIKE = 1 / 7.3


def render_piano(notes: Sequence[Note], sample_rate: int) -> Samples:
    """Notes at 120 bpm as stereo float32 `(frames, 2)`, two seconds of room after the last; the peak is always -3 dB.

    Each string: stretched partials, the higher the sooner gone, with the gap where the hammer strikes (Fletcher and
    Rossing, The Physics of Musical Instruments, chapter 12).
    """
    end = max((note.tick + note.duration for note in notes), default=0) / TICKS_PER_SECOND
    end = min(end, max((note.tick for note in notes), default=0) / TICKS_PER_SECOND + _LONGEST)
    out = np.zeros((round((end + _DAMPER + _TAIL) * sample_rate), 2), np.float32)
    strings: dict[int, tuple[Samples, Samples]] = {}
    fade = np.linspace(1, 0, round(_DAMPER * sample_rate), dtype=np.float32) ** 2
    for note in notes:
        if note.pitch not in strings:
            strings[note.pitch] = _string(note.pitch, sample_rate)
        soft, hard = strings[note.pitch]
        force = note.velocity / 127
        held = round(note.duration / TICKS_PER_SECOND * sample_rate)
        frames = min(len(soft), held + len(fade))
        wave = (force**1.6 * (1 - force)) * soft[:frames] + force**2.6 * hard[:frames]
        wave[held:] *= fade[: max(0, frames - held)]
        at = round(note.tick / TICKS_PER_SECOND * sample_rate)
        side = 0.35 * (note.pitch - 64) / 44
        frames = min(frames, len(out) - at)
        out[at : at + frames, 0] += np.float32(1 - side) * wave[:frames]
        out[at : at + frames, 1] += np.float32(1 + side) * wave[:frames]
    out += np.float32(_ROOM) * reverb(out, sample_rate)
    loudest = float(np.abs(out).max(initial=0.0))
    return out * np.float32(PEAK / loudest) if loudest else out


def _string(pitch: int, sample_rate: int) -> tuple[Samples, Samples]:
    """A string struck softly and hard: the softer the stroke, the fewer of its partials sound."""
    tone = hertz(pitch)
    seconds = float(np.clip(_LONGEST * 2 ** ((48 - pitch) / 24), 0.6, _LONGEST))
    time = np.arange(round(seconds * sample_rate), dtype=np.float32) / np.float32(sample_rate)
    stretch = 2e-4 * 2 ** ((pitch - 48) / 12 * 0.8)
    soft, hard = np.zeros_like(time), np.zeros_like(time)
    slow = np.exp(np.float32(-5.5 / seconds) * time)
    sooner = slow ** np.float32(0.12)
    for number in range(1, _PARTIALS + 1):
        frequency = number * tone * float(np.sqrt(1 + stretch * number**2))
        if frequency > min(0.4 * sample_rate, 9000):
            break
        slow *= sooner
        # Two rates: most of the sound dies at once, what is left rings on (coupled strings; Weinreich 1977).
        wave = slow * (np.float32(0.25) + np.float32(0.75) * slow * slow)
        wave *= np.sin(np.float32(2 * np.pi) * (frequency * time.astype(np.float64) % 1).astype(np.float32))
        struck = 0.15 + abs(np.sin(np.pi * number * _STRIKE))
        soft += np.float32(struck * number**-1.9) * wave
        hard += np.float32(struck * number**-0.9) * wave
    shape = np.minimum(time / np.float32(0.002), 1)
    shape *= np.clip((np.float32(seconds) - time) / np.float32(0.1), 0, 1)
    return soft * shape, hard * shape
