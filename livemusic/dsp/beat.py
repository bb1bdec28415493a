"""Hears the beat as it comes: tempo, phase and how sure they are, from sound or from any stream of onsets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, floor, log

import numpy as np
import numpy.typing as npt

from livemusic.dsp.hits import HeardHit
from livemusic.dsp.metre import Metre, Reader
from livemusic.dsp.onset import OnsetSource, SpectralFlux
from livemusic.dsp.pulse import BEATS, FASTEST, PHASES, SLOWEST, TEMPI, BeatsPerMinute, Pulse, Scores
from livemusic.dsp.rhythm import Rhythm
from livemusic.dsp.spec import Hertz, Seconds

_MEMORY: Seconds = 6.0
_SHORT_MEMORY: Seconds = 2.0
#: Enough has been heard to say anything.
_WARM_UP: Seconds = 1.0
#: The pulse is weighed once in so many frames, and the answer followed by this share of the way.
_EVERY, _FOLLOW = 5, 0.25
#: A change of tempo is looked for once in so many weighings, a little at these frames after each, and the drums are
#: asked at that one: no frame does two things, as no block of sound should take long.
_SELDOM = 3
_LOOKED, _ASKED = (1, 3, 4), 2
#: After one the metre may only refine it (log tempo, cosine of phase) while the rhythm is at least so like itself.
_SAME = 0.4
_FINE_TEMPO, _FINE_PHASE = 0.08, 0.5
#: The tempo a beat usually has, and how far from it one goes (octaves).
_USUAL: BeatsPerMinute = 105.0
_SPREAD = 0.9
#: How much better another beat must be than the present one, and how near counts as the present one (log tempo,
#: concentration of phase).
_LOYALTY, _NEAR_TEMPO, _NEAR_PHASE = 0.6, 0.03, 4.0
#: What is further away than this (log tempo, beats) is jumped to.
_JUMP_TEMPO, _JUMP_PHASE = 0.06, 0.2
#: Short memory that finds something so much better than what is near, for so long, ends the long one; a rhythm that is
#: known has time to come back first.
_SURPRISE, _PATIENCE, _PATIENCE_WITH_RHYTHM = 1.4, 0.5, 1.5
#: Cosines of the phase that count as here and as another phase.
_HERE, _ELSEWHERE = 0.9, 0.6
_HERE_TEMPO, _HERE_PHASE = 0.035, 0.65
#: The ridge of a pulse is followed this many places either way from one tempo to the next.
_REACH = 4
#: A beat comes at least this share of a beat after the last.
_SOONEST = 0.55
#: Another place in the bar must be so much better before the count changes.
_BAR_LOYALTY = 1.1
#: The score of noise.
_VAGUE = 0.10
#: How sure: the logistic of a constant, the lead over other phases and the likeness of the rhythm to the bars before.
#: Fitted on the validation split of the Groove MIDI Dataset, with and without changes of tempo, and moved so that what
#: is 0.6 and more is right more than nine times in ten. Below the least likeness there is no rhythm.
_SURE = (-2.0, 14.5, 3.3)
#: The same where drums are heard, and how likely they say that the beat is near, if that is more: fitted there with the
#: drums heard in the sound, and on sounds without a beat.
_SURE_WITH_DRUMS = (-3.1, 7.0, 3.8, 10.5)
_LEAST_LIKE = 0.3
_CONFIDENCE_TIME: Seconds = 0.5
_PLACES = 2 * np.pi * np.arange(PHASES) / PHASES


@dataclass(frozen=True, slots=True)
class Beat:
    """A beat at `t` seconds of sound (often a few ms ahead of what was heard), the `count`-th since the start.

    `bpm`: the tempo from here on. `confidence`: 0..1. `place`: 0..3, the likely place in a bar of four.
    """

    t: Seconds
    bpm: BeatsPerMinute
    confidence: float
    count: int
    place: int


class BeatTracker:
    """Follows the beat of a mono stream at `sample_rate`, from the present and the past only.

    A beat is told as soon as it is less than a frame (10 ms) ahead, so it needs no delay. The same beats for any block
    sizes; through silence they go on at the last tempo with confidence falling to 0. `onsets`: what hears
    (default: spectral flux). `drums`: who knows what the hits say that come with the sound. `ValueError` for a sample
    rate outside 8000..384000 Hz. Thread: one at a time.
    """

    def __init__(self, sample_rate: Hertz, onsets: OnsetSource | None = None, drums: Reader | None = None) -> None:
        self._onsets = SpectralFlux(sample_rate) if onsets is None else onsets
        self._frame_s: Seconds = 1 / self._onsets.rate_hz
        self._long = Pulse(self._onsets.rate_hz, _MEMORY)
        self._short = Pulse(self._onsets.rate_hz, _SHORT_MEMORY)
        self._rhythm = Rhythm(self._onsets.rate_hz)
        self._metre = None if drums is None else Metre(drums)
        self._usual: Scores = np.exp(-0.5 * (np.log2(TEMPI / _USUAL) / _SPREAD) ** 2)
        self._prior = self._usual
        self._frames = 0
        self._phase = 0.0  # beats
        self._bpm: BeatsPerMinute | None = None
        self._held = False
        self._shift = 0.0
        self._bar = 0
        self._struck: int | None = None
        self._surprised: Seconds = 0.0
        self._settled = False
        self._confidence = 0.0
        self._beat: Beat | None = None

    @property
    def tempo(self) -> BeatsPerMinute | None:
        """Beats per minute now, None before anything was heard."""
        return self._bpm

    @property
    def confidence(self) -> float:
        """0 (no beat) to 1 (a clear one)."""
        return self._confidence

    @property
    def latest(self) -> Beat | None:
        """The last beat told: with its `bpm` the straight line that musical time follows from there."""
        return self._beat

    @property
    def heard(self) -> Seconds:
        """How much of the sound the tracker's answers rest on."""
        return self._onsets.frame_s + (self._frames - 1) * self._frame_s if self._frames else 0.0

    def push(self, samples: npt.ArrayLike, hits: Iterable[HeardHit] = ()) -> list[Beat]:
        """The beats that `samples` `(n,)` bring, in order. `hits`: the drums that were heard in them, or a little
        before (`metre.LATE`), in seconds of sound since the beginning.
        """
        if self._metre is not None:
            self._metre.hear(hits)
        return [beat for row in self._onsets.push(samples) if (beat := self._step(row)) is not None]

    def lock(self) -> None:
        """Stay in the octave of the present tempo: within half an octave of it either way."""
        if self._bpm is not None:
            self._lock(self._bpm)

    def unlock(self) -> None:
        """Choose among all tempi again."""
        self._prior = self._usual

    def double(self) -> None:
        """Count twice as fast, and stay in that octave. `ValueError` where that is faster than 220 bpm."""
        self._scale(2.0)

    def halve(self) -> None:
        """Count half as fast, and stay in that octave. `ValueError` where that is slower than 40 bpm."""
        self._scale(0.5)

    def hold(self) -> None:
        """Go on at the present tempo and phase, whatever is heard."""
        self._held = True

    def release(self) -> None:
        """Listen again after `hold`."""
        self._held = self._settled = False
        self._rhythm.forget()

    def nudge(self, beats: float) -> None:
        """Move the beat later by a share of a beat (earlier where negative) and keep it there; 0.5 swaps on and off."""
        if not -1 <= beats <= 1:
            raise ValueError(f"a nudge of {beats!r} beats is outside -1..1")
        self._shift += beats

    def _scale(self, factor: float) -> None:
        if self._bpm is None:
            return
        target = self._bpm * factor
        if not SLOWEST <= target <= FASTEST:
            raise ValueError(f"{target:.0f} bpm is outside {SLOWEST:g}..{FASTEST:g}")
        self._bpm = target
        self._phase = (self._phase + self._bar) * factor
        self._shift *= factor
        self._bar, self._struck = 0, None
        self._rhythm.forget()
        self._settled = False
        self._lock(target)

    def _lock(self, bpm: BeatsPerMinute) -> None:
        self._prior = np.where(np.abs(np.log2(TEMPI / bpm)) <= 0.5, 1.0, 0.0)

    def _step(self, activation: npt.NDArray[np.float64]) -> Beat | None:
        """Take in one frame, and tell the beat that comes before the next."""
        heard = np.where(np.isfinite(activation), activation, 0.0)
        self._frames += 1
        self._long.push(heard)
        self._short.push(heard)
        if self._bpm is not None:
            self._phase += self._bpm / 60 * self._frame_s
            self._rhythm.push(heard, self._phase, self._bpm)
        turn = self._frames % _EVERY
        if self._frames % (_EVERY * _SELDOM) == 0 and self._bpm is not None and not self._held:
            self._rhythm.look(self._phase, self._bpm, self._prior > 0)
        if turn in _LOOKED:
            self._turn()
        elif turn == _ASKED and self._metre is not None:
            self._metre.judge(self._now)
        elif turn == 0 and self._frames * self._frame_s >= _WARM_UP:
            self._weigh()
        return None if self._bpm is None else self._strike(self._bpm)

    def _weigh(self) -> None:
        """Look for the pulse, lean towards it or jump to it; judge the place in the bar and how clear it is."""
        scores = self._scores()
        clear = 0.0
        if scores is not None:
            if not self._held:
                self._follow(*self._peak(scores))
            places = self._places(scores)
            best = int(places.argmax())
            if places[best] > _BAR_LOYALTY * places[self._bar]:
                self._bar = best
            clear = self._sure(scores)
        self._confidence += (1 - exp(-_EVERY * self._frame_s / _CONFIDENCE_TIME)) * (clear - self._confidence)

    @property
    def _now(self) -> Seconds:
        """The moment whose onsets have just shown."""
        return self.heard - self._onsets.delay_s

    def _turn(self) -> None:
        """Go on at another tempo where the rhythm did."""
        change = self._rhythm.look_on()
        if self._held:
            return
        if change is not None:
            self._rhythm.turn(change)
            self._bpm, self._phase, self._surprised = change.bpm, change.phase, 0.0
            self._long.remember(change.since)
            self._settled = True
        elif self._rhythm.likeness < _SAME:
            self._settled = False

    def _scores(self) -> Scores | None:
        """What the long memory says; once the music has changed, what the short one does."""
        recent = self._short.scores()
        if recent is None:
            return None
        if self._bpm is not None and not self._held and not self._settled:
            weighed = recent * self._prior[:, None]
            here = weighed[np.ix_(np.abs(np.log(TEMPI / self._bpm)) < _HERE_TEMPO, np.cos(self._away()) > _HERE_PHASE)]
            surprised = weighed.max() > max(_SURPRISE * here.max(), _VAGUE)
            self._surprised = self._surprised + _EVERY * self._frame_s if surprised else 0.0
            if self._surprised >= (_PATIENCE_WITH_RHYTHM if self._rhythm.known else _PATIENCE):
                self._surprised = 0.0
                self._long.recall(self._short)
                self._rhythm.forget()
        return self._long.scores()

    def _away(self) -> npt.NDArray[np.float64]:
        """How far each place in the cycle is from the present phase, as an angle of the beat."""
        return _PLACES * BEATS - 2 * np.pi * self._phase

    def _peak(self, scores: Scores) -> tuple[BeatsPerMinute, float]:
        """Tempo and phase (beats) of the best pulse, the present one favoured, both between the grid's points."""
        weighed = scores * self._prior[:, None]
        if self._metre is not None and self._metre.known:
            weighed *= self._metre.trust(self._now)
        if self._bpm is not None:
            tempo_near = np.exp(-0.5 * (np.log(TEMPI / self._bpm) / _NEAR_TEMPO) ** 2)
            phase_near = np.exp(_NEAR_PHASE * (np.cos(self._away()) - 1))
            weighed *= 1 + _LOYALTY * np.outer(tempo_near, phase_near)
            if self._settled:
                fine = np.outer(np.abs(np.log(TEMPI / self._bpm)) < _FINE_TEMPO, np.cos(self._away()) > _FINE_PHASE)
                weighed = np.where(fine, weighed, np.minimum(weighed, 0.0) - 1.0)
        row, column = divmod(int(weighed.argmax()), PHASES)
        row = min(max(row, 1), TEMPI.size - 2)
        heights, phases = zip(*(_crest(weighed[near], column) for near in (row - 1, row, row + 1)), strict=True)
        between = _summit(heights)
        lean = (phases[2] - phases[0]) / 2
        bpm = float(TEMPI[row] * (TEMPI[1] / TEMPI[0]) ** between)
        return bpm, (phases[1] + between * lean) * BEATS / PHASES

    def _follow(self, bpm: BeatsPerMinute, phase: float) -> None:
        if self._bpm is None:
            self._bpm, self._phase = bpm, phase
        error = (phase - self._phase + 0.5) % 1 - 0.5
        if abs(log(bpm / self._bpm)) > _JUMP_TEMPO or abs(error) > _JUMP_PHASE:
            self._phase += error
            self._bpm = bpm
            self._rhythm.look_away()
        else:
            self._phase += _FOLLOW * error
            self._bpm *= (bpm / self._bpm) ** _FOLLOW

    def _places(self, scores: Scores) -> npt.NDArray[np.float64]:
        """The scores of the present tempo and phase at each of the bar's four places, `(4,)`."""
        row = int(np.abs(TEMPI - (self._bpm or 0.0)).argmin())
        columns = np.round((self._phase + np.arange(BEATS)) * PHASES / BEATS).astype(int) % PHASES
        return np.asarray(scores[row, columns])

    def _sure(self, scores: Scores) -> float:
        """The share of the beats that are right when they look as clear as now, 0..1: a cautious one."""
        row = int(np.abs(TEMPI - (self._bpm or 0.0)).argmin())
        beside = np.cos(self._away())
        near = scores[max(row - 1, 0) : row + 2]
        here = near[:, beside > _HERE].max()
        leads, like = here - near[:, beside < _ELSEWHERE].max(), self._rhythm.likeness
        clear = np.dot(_SURE, (1.0, leads, like))
        if self._metre is not None and self._metre.known and self._bpm is not None:
            likely = self._metre.likelihood(self._now, self._bpm, self._phase)
            clear = max(clear, np.dot(_SURE_WITH_DRUMS, (1.0, leads, like, likely)))
        return min(1.0, max(0.0, like) / _LEAST_LIKE) / (1 + exp(-float(clear)))

    def _strike(self, bpm: BeatsPerMinute) -> Beat | None:
        """The beat before the end of the next frame, if there is one and it is not the last one again."""
        pace = bpm / 60
        position = self._phase + pace * (self._onsets.delay_s + self._frame_s) - self._shift
        whole = floor(position)
        passed, self._struck = self._struck is not None and whole > self._struck, whole
        t = self.heard + self._frame_s - (position - whole) / pace
        last = self._beat
        if not passed or (last is not None and (t - last.t) * pace < _SOONEST):
            return None
        count = 0 if last is None else last.count + 1
        self._beat = Beat(t, bpm, self._confidence, count, (whole + self._bar) % BEATS)
        return self._beat


def _crest(row: npt.NDArray[np.float64], column: int) -> tuple[float, float]:
    """The height and the place, between columns, of the row's maximum near `column`."""
    near = row.take(range(column - _REACH, column + _REACH + 1), mode="wrap")
    top = min(max(int(near.argmax()), 1), 2 * _REACH - 1)
    left, middle, right = (float(value) for value in near[top - 1 : top + 2])
    offset = _summit((left, middle, right))
    return middle - 0.25 * (left - right) * offset, column - _REACH + top + offset


def _summit(around: Sequence[float]) -> float:
    """Where the parabola through three equally spaced points has its top, -0.5..0.5 from the middle one."""
    left, middle, right = around
    bend = left - 2 * middle + right
    return 0.0 if bend >= 0 else min(0.5, max(-0.5, 0.5 * (left - right) / bend))
