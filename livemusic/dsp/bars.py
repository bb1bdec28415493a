"""Beats and bars of a whole recording, looked for from both sides: for what is measured afterwards, not for playing."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from livemusic.dsp.beat import Beat
from livemusic.dsp.pulse import BEATS
from livemusic.dsp.spec import Hertz, Seconds

Times = npt.NDArray[np.float64]

#: Tempi that a beat may have, the usual one, and how far from it one goes (octaves).
_SLOWEST, _FASTEST, _USUAL, _SPREAD = 45.0, 210.0, 110.0, 0.8
#: The pulse is looked for in windows of this length, one a second; a change of tempo from one to the next costs.
_WINDOW: Seconds = 12.0
_STEP: Seconds = 1.0
_CHANGE = 60.0
#: How strictly a beat comes after the last, and what a window of noise has of a pulse at most.
_TIGHT = 300.0
_CLEAR = 0.2
#: The low bands, which tell where a bar begins.
_LOW = 3
#: A beat is one where twice and four times its length are lengths of the music, too.
_MULTIPLES = (1, 2, 4)


#: A beat told before counts from this confidence on, as much as so large an onset; tempi keep within so many octaves.
_SURE, _TOLD, _NEAR = 0.5, 3.0, 0.2


class Beats(NamedTuple):
    """`times` `(n,)` of the beats in seconds; every `meter`-th from `first` on begins a bar. `clarity` 0..1."""

    times: Times
    first: int
    meter: int
    clarity: float

    @property
    def bars(self) -> Times:
        """Where bars begin, and the last one ends."""
        return self.times[self.first :: self.meter]


NONE = Beats(np.empty(0), 0, 4, 0.0)


def find_beats(onsets: npt.ArrayLike, hertz: Hertz, meter: int = 4, told: Sequence[Beat] = ()) -> Beats:
    """The beats of `onsets` `(n, bands)`, low bands first, `hertz` rows a second; `NONE` where no pulse is clear.

    `told`: beats that were heard in a part of it, which decide which pulse is the beat. The tempo is a path through
    autocorrelations (Viterbi), the beats one through the onsets by that tempo (Ellis 2007, "Beat tracking by dynamic
    programming").
    """
    rows = np.asarray(onsets, np.float64)
    if len(rows) < 2 * hertz:
        return NONE
    novelty = rows.sum(axis=1)
    wide = round(0.5 * hertz)
    novelty = np.maximum(novelty - np.convolve(novelty, np.ones(2 * wide + 1) / (2 * wide + 1), "same"), 0)
    if not novelty.any():
        return NONE
    novelty /= novelty[novelty > 0].std() + 1e-9
    lags = np.arange(int(60 * hertz / _FASTEST), int(60 * hertz / _SLOWEST) + 1)
    strength, centres = _pulses(novelty, lags, hertz)
    sure = [beat for beat in told if beat.confidence >= _SURE]
    usual = float(np.median([beat.bpm for beat in sure])) if sure else _USUAL
    chosen = _steadiest(strength, lags, hertz, usual, _NEAR if sure else _SPREAD)
    clear = strength[np.arange(len(chosen)), chosen]
    loud = strength.max(axis=1) > 0
    clarity = float(np.clip(np.median(clear[loud]), 0, 1)) if loud.any() else 0.0
    if clarity < _CLEAR:
        return NONE._replace(clarity=clarity)
    periods = np.interp(np.arange(len(novelty)), centres, lags[chosen].astype(float))
    for beat in sure:
        novelty[max(0, round(beat.t * hertz) - 1) : round(beat.t * hertz) + 2] += _TOLD * beat.confidence
    times = _through(novelty, periods)
    if len(times) < meter + 1:
        return NONE._replace(clarity=clarity)
    low = rows[:, :_LOW].sum(axis=1)
    accents = np.array([low[max(0, at - 3) : at + 4].max(initial=0.0) for at in times])
    votes = np.array([accents[place::meter].mean() for place in range(meter)]) / max(accents.mean(), 1e-9)
    if meter == BEATS and sure:
        for beat in sure:
            near = int(np.abs(times - beat.t * hertz).argmin())
            votes[(near - beat.place) % meter] += beat.confidence / len(sure) * meter
    first = int(np.argmax(votes))
    return Beats(times / hertz, first, meter, clarity)


def _pulses(novelty: Times, lags: npt.NDArray[np.intp], hertz: Hertz) -> tuple[Times, Times]:
    """How like itself each window is after each lag, -1..1, `(windows, lags)`; and the windows' middles, in rows."""
    size, step = min(len(novelty), round(_WINDOW * hertz)), round(_STEP * hertz)
    begins = np.arange(0, len(novelty) - size + 1, step)
    smooth = np.convolve(novelty, np.hanning(round(0.06 * hertz) + 3), "same")
    found = np.zeros((len(begins), len(lags)))
    for row, begin in enumerate(begins):
        window = smooth[begin : begin + size] - smooth[begin : begin + size].mean()
        spectrum = np.abs(np.fft.rfft(window, 2 * size)) ** 2
        likeness = np.fft.irfft(spectrum)[:size] / np.arange(size, 0, -1) * size
        if likeness[0] > 1e-9:
            inside = [times * lags for times in _MULTIPLES if times * lags[-1] < 0.75 * size]
            found[row] = sum(_crest(likeness, each) for each in inside) / (len(inside) * likeness[0])
    return found, np.asarray(begins + size / 2, np.float64)


def _crest(likeness: Times, lags: npt.NDArray[np.intp]) -> Times:
    """The largest near each lag, within a hundredth of it."""
    reach = np.maximum(1, lags // 100)
    return np.asarray(np.max([likeness[lags - reach], likeness[lags], likeness[lags + reach]], axis=0))


def _steadiest(
    strength: Times, lags: npt.NDArray[np.intp], hertz: Hertz, bpm: float, spread: float
) -> npt.NDArray[np.intp]:
    """The lag of each window, as an index: those that are strong and usual and do not change much."""
    octaves = np.log2(lags / hertz)
    usual = np.exp(-0.5 * ((octaves - np.log2(60 / bpm)) / spread) ** 2)
    gain = np.maximum(strength, 0) * usual
    cost = _CHANGE * (octaves[:, None] - octaves[None]) ** 2
    total, before = gain[0], np.zeros(gain.shape, np.intp)
    for row in range(1, len(gain)):
        ways = total[:, None] - cost
        before[row] = ways.argmax(axis=0)
        total = ways[before[row], np.arange(len(lags))] + gain[row]
    chosen = np.empty(len(gain), np.intp)
    chosen[-1] = int(total.argmax())
    for row in range(len(gain) - 1, 0, -1):
        chosen[row - 1] = before[row, chosen[row]]
    return chosen


def _through(novelty: Times, periods: Times) -> npt.NDArray[np.intp]:
    """The rows of the beats: those on strong rows whose distances are the periods'."""
    score, before = novelty.copy(), np.full(len(novelty), -1)
    for row in range(len(novelty)):
        period = periods[row]
        first, last = row - int(2 * period), row - int(0.5 * period)
        if last <= 0:
            continue
        first = max(first, 0)
        apart = np.log((row - np.arange(first, last)) / period)
        ways = score[first:last] - _TIGHT * apart * apart
        best = int(ways.argmax())
        if ways[best] > 0:
            score[row] += ways[best]
            before[row] = first + best
    at = len(score) - int(periods[-1]) + int(score[-int(periods[-1]) :].argmax()) if len(score) else -1
    found = []
    while at >= 0:
        found.append(at)
        at = int(before[at])
    return np.array(found[::-1], np.intp)
