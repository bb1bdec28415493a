"""Finds the one hit to match in a recording: where it begins, how long it rings, what else is there."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from livemusic.dsp.matching import RATE
from livemusic.dsp.matching.pitch import holds_note
from livemusic.dsp.resample import Resampler
from livemusic.dsp.samples import clean

Samples = npt.NDArray[np.float32]
Seconds = float

#: Frames that levels are looked at in, and how far one must rise above those before it.
_FRAME: Seconds = 0.003
_BEFORE: Seconds = 0.045
_RISE_DB = 10.0
#: What is so much softer than the loudest is no hit; hits as loud as the loudest, within this, are taken in order.
_SOFTEST_DB, _ALIKE_DB = 24.0, 1.0
#: One hit does not begin twice within this.
_APART: Seconds = 0.09
#: A drum is about as loud as it gets within this of its beginning; beats of a cymbal may be a little louder.
_STROKE: Seconds = 0.12
_NEARLY_DB = 4.0
#: It is heard until it is so much softer than at its loudest, and so long at most.
_OVER_DB = 50.0
LONGEST: Seconds = 1.5
_SHORTEST: Seconds = 0.004
_SILENCE = 1e-3
#: So many hits are a try or two; from more on, so many of the loudest tell whether they are hits at all.
_FEW, _JUDGED = 3, 7
_CLIPPED = 0.999


@dataclass(frozen=True, slots=True, eq=False)
class Hit:
    """`sound` `(n,)` at `RATE`, from the stroke on, its peak 1; `at`: where it begins, s; `peak`: how loud it was.

    `others`: how many more hits there are. `remarks`: sentences the musician should read.
    """

    sound: Samples
    at: Seconds
    peak: float
    others: int = 0
    remarks: tuple[str, ...] = ()


def hit_in(samples: npt.ArrayLike, sample_rate: int) -> Hit:
    """The loudest hit in `samples` `(n,)`; the first of those that are as loud.

    `ValueError` says, in a sentence that goes on after the recording's name, why there is none.
    """
    heard = clean(samples)
    if not len(heard):
        raise ValueError("holds no sound. Record one hit of the drum.")
    steady = float(np.median(heard)) if abs(float(np.mean(heard))) > 1e-4 else 0.0
    heard = heard - np.float32(steady)
    peak = float(np.abs(heard).max())
    if peak < _SILENCE:
        raise ValueError("is silent. Record one hit of the drum, louder.")
    begins, levels = _onsets(heard, sample_rate)
    if not begins:
        raise ValueError("holds no drum hit: nothing in it begins at once. Record one hit, with silence before it.")
    if _is_sung(heard, sample_rate, begins, levels):
        raise ValueError("sounds like a voice or an instrument that holds its notes. Record one hit of the drum.")
    loudest = max(levels)
    chosen = next(number for number, level in enumerate(levels) if level >= loudest - _ALIKE_DB)
    end = begins[chosen + 1] if chosen + 1 < len(begins) else len(heard)
    alone = _ringing(heard[begins[chosen] : end], sample_rate)
    if len(alone) < _SHORTEST * sample_rate:
        raise ValueError("holds only a click. Record a hit with its ring.")
    level = _levels(alone, sample_rate)
    if (late := int(np.argmax(level > level.max() - _NEARLY_DB)) * _FRAME) > _STROKE:
        raise ValueError(f"holds no drum hit: its loudest sound swells for {late:.1f} s. Record one hit of the drum.")
    remarks = []
    if len(begins) > 1:
        which = "the loudest" if chosen or max(levels[1:]) < loudest else "the first"
        remarks.append(f"There are {len(begins)} hits; {which} is taken, at {begins[chosen] / sample_rate:.2f} s.")
    if np.mean(np.abs(alone) >= _CLIPPED * peak) > 0.004 and peak >= 0.98:
        remarks.append("It is clipped: what was cut off cannot be matched. Record it softer.")
    if sample_rate < 32000:
        remarks.append(f"It holds nothing above {sample_rate / 2000:g} kHz, so the match will sound dull.")
    sound = _at_rate(alone / np.float32(np.abs(alone).max()), sample_rate)
    return Hit(sound, begins[chosen] / sample_rate, peak, len(begins) - 1, tuple(remarks))


def _is_sung(heard: Samples, sample_rate: int, begins: list[int], levels: list[float]) -> bool:
    """Whether it is speech or a tune: more than a few beginnings, and the loudest of them mostly hold a note.

    A single drum may be taken for a note (one in two hundred is), so a single sound is never refused for it.
    """
    if len(begins) <= _FEW:
        return False
    loudest = sorted(range(len(begins)), key=lambda number: -levels[number])[:_JUDGED]
    held = [holds_note(heard[begins[number] :][: round(LONGEST * sample_rate)], sample_rate) for number in loudest]
    return sum(held) > len(held) / 2


def _levels(samples: Samples, sample_rate: int) -> npt.NDArray[np.float64]:
    """The highest sample of each frame, dB."""
    size = max(1, round(_FRAME * sample_rate))
    frames = np.pad(np.abs(samples), (0, -len(samples) % size)).reshape(-1, size)
    return np.asarray(20 * np.log10(frames.max(axis=1) + 1e-7), np.float64)


def _onsets(samples: Samples, sample_rate: int) -> tuple[list[int], list[float]]:
    """Where hits begin, in samples, and how loud each gets, dB."""
    size = max(1, round(_FRAME * sample_rate))
    level = _levels(samples, sample_rate)
    back, apart, reach = (round(seconds / _FRAME) for seconds in (_BEFORE, _APART, _STROKE))
    padded = np.concatenate([np.full(back, -140.0), level])  # a file that begins with its hit
    before = np.lib.stride_tricks.sliding_window_view(padded, back)[: len(level)].max(axis=1)
    threshold = level.max() - _SOFTEST_DB
    begins, levels, last = [], [], -apart
    for frame in np.flatnonzero((level > before + _RISE_DB) & (level > threshold - _RISE_DB)).tolist():
        loud = float(level[frame : frame + reach].max())
        if frame - last >= apart and loud > threshold:
            begins.append(_first(samples, max(0, (frame - 1) * size), (frame + 2) * size))
            levels.append(loud)
            last = frame
    return begins, levels


def _first(samples: Samples, begin: int, end: int) -> int:
    """The sample where it begins: the first that reaches a twentieth of what comes in these frames."""
    part = np.abs(samples[begin:end])
    return begin + max(0, int(np.argmax(part >= 0.05 * part.max())) - 1)


def _ringing(samples: Samples, sample_rate: int) -> Samples:
    """As much as is heard of a hit."""
    whole = samples[: round(LONGEST * sample_rate)]
    level = _levels(whole, sample_rate)
    heard = np.flatnonzero(level > level.max() - _OVER_DB)
    return whole[: (int(heard[-1]) + 1) * max(1, round(_FRAME * sample_rate))]


def _at_rate(samples: Samples, sample_rate: int) -> Samples:
    if sample_rate == RATE:
        return samples
    resampler = Resampler(sample_rate, RATE)
    return np.concatenate([resampler.push(samples), resampler.flush()])
