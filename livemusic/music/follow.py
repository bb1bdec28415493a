"""Follows somebody else's MIDI clock: tempo, phase and song position out of 24 jittering pulses to the beat."""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from livemusic.music.clock import PULSE, PULSES_PER_BEAT
from livemusic.music.event import CLOCK, CONTINUE, SONG_POSITION, START, STOP
from livemusic.music.grid import STEP
from livemusic.music.line import Line
from livemusic.music.pulse_ear import PulseEar
from livemusic.music.tempo import TICKS_PER_BEAT, BeatsPerMinute, Seconds, TempoMap, Ticks, check_bpm

#: A map is worth telling when it moved by this within a beat from now, and once a beat in any case.
_WORTHWHILE: Seconds = 0.00025
#: The tempo shown stands still within this.
_STEADY: BeatsPerMinute = 0.05
#: A tempo that changes by more than this from one pulse to the next is shown at once.
_JUMP = 0.05


class Hold(StrEnum):
    """How the follower stands to the clock. Unsure: pulses come, but not like those of one clock. Coasting: pulses have
    ceased, or their tempo cannot be played; time goes on as it was."""

    SEARCHING = "searching"
    UNSURE = "unsure"
    LOCKED = "locked"
    COASTING = "coasting"


@dataclass(frozen=True, slots=True)
class Begin:
    """The clock's master starts: `map.tick` is the first to be played, at `map.seconds` (a pulse, perhaps past)."""

    map: TempoMap


@dataclass(frozen=True, slots=True)
class Turn:
    """Time goes on along `map`. While stopped only its tempo means something."""

    map: TempoMap


@dataclass(frozen=True, slots=True)
class End:
    """The clock's master has stopped."""


Move = Begin | Turn | End


class ClockFollower:
    """A pure core: MIDI bytes and the moments they came in, a straight line from ticks to seconds out.

    `bpm` is the tempo taken for granted until the clock has shown its own. Seconds are of one clock throughout,
    `time.perf_counter` in the engine. Thread: whichever owns it; it shares nothing.
    """

    def __init__(self, bpm: BeatsPerMinute = 120.0) -> None:
        self.running = False
        self.state = Hold.SEARCHING
        self._ear = PulseEar(60 / check_bpm(bpm) / PULSES_PER_BEAT)
        self._shown = float(bpm)
        self._tempos: deque[BeatsPerMinute] = deque(maxlen=2 * PULSES_PER_BEAT)
        self._told: TempoMap | None = None
        self._told_at: Seconds = 0.0
        self._position: Ticks = 0
        self._awaited = False
        self._ahead = 0

    @property
    def map(self) -> TempoMap | None:
        """Song position to seconds; None before the first pulse."""
        line = self._ear.lock.line
        return TempoMap(line.bpm, line.seconds, (line.count - self._ear.origin + self._ahead) * PULSE) if line else None

    @property
    def bpm(self) -> BeatsPerMinute:
        """The tempo to show: it stands still while the clock merely jitters."""
        return self._shown

    @property
    def phase_error(self) -> Seconds:
        """How late pulses come against what was foretold, over about a beat."""
        return self._ear.lock.phase_error

    @property
    def jitter(self) -> Seconds:
        """How far from their line the pulses come, rms."""
        return self._ear.lock.jitter

    @property
    def trouble(self) -> str:
        """What is wrong with the clock, in a sentence for the musician; empty while all is well."""
        return self._ear.trouble

    def advance(self, now: Seconds) -> Seconds | None:
        """Notice silence; returns when to look again, None when there is nothing to wait for."""
        lock = self._ear.lock
        if lock.line is None or self.state is Hold.COASTING:
            return None
        lost = lock.last + lock.patience
        if now < lost:
            return lost
        self.state = Hold.COASTING
        return None

    def hear(self, data: bytes, at: Seconds) -> tuple[Move, ...]:
        """Take one raw MIDI message that came at `at`; what follows from it. All but clock messages are ignored."""
        self.advance(at)
        match list(data):
            case [status] if status == CLOCK:
                return self._pulse(at)
            case [status] if status == START:
                return self._begin(0, at)
            case [status] if status == CONTINUE and not self.running:
                return self._begin(self._position, at)
            case [status] if status == STOP:
                return self._end(at)
            case [status, low, high] if status == SONG_POSITION:
                self._position = (low | high << 7) * STEP
                return self._begin(self._position, at) if self.running else ()
        return ()

    def _begin(self, tick: Ticks, at: Seconds) -> tuple[Move, ...]:
        """Song position `tick` is at the next pulse, which a locked clock lets us know beforehand."""
        self.running = self._awaited = True
        self._position = tick
        line = self._ear.lock.line
        if self.state is Hold.COASTING:
            self._ear.restart()
        if self.state is not Hold.LOCKED or line is None:
            return ()
        return self._begun(line, self._ear.lock.next_count(at))

    def _begun(self, line: Line, count: int) -> tuple[Move, ...]:
        self._mark(count)
        return self._tell(Begin(TempoMap(line.bpm, line.at(count), self._position)))

    def _mark(self, count: int) -> None:
        """Song position is at the place `count`."""
        self._ear.mark(count)
        self._ahead = self._position // PULSE

    def _end(self, at: Seconds) -> tuple[Move, ...]:
        if not self.running:
            return ()
        if not self._awaited:
            self._position = max(0, (self._ear.lock.next_count(at) - self._ear.origin + self._ahead) * PULSE)
        self.running = self._awaited = False
        return (End(),)

    def _pulse(self, at: Seconds) -> tuple[Move, ...]:
        ear = self._ear
        foretold = self.state is Hold.LOCKED and ear.lock.meets(at)
        if self._awaited and not foretold:
            ear.restart()  # the master begins its clock anew, at a phase of its own
        count = ear.hear(at)
        if count is not None and self._awaited and not foretold:
            self._mark(count)
        line = ear.lock.line
        self.state = self._held()
        if count is None or line is None or ear.outside:
            return ()
        self._settle(line)
        begins, self._awaited = self._awaited, False
        if begins and not foretold:
            return self._begun(line, count)
        if begins:
            self._mark(count)
        here = self.map
        assert here is not None
        return self._tell(Turn(here)) if self._worthwhile(here) else ()

    def _held(self) -> Hold:
        lock = self._ear.lock
        if self._ear.outside:
            return Hold.COASTING if lock.line is not None else Hold.UNSURE
        if lock.locked:
            return Hold.LOCKED
        return Hold.UNSURE if lock.lost or self._ear.trouble else Hold.SEARCHING

    def _settle(self, line: Line) -> None:
        """Show another tempo only when it surely is another, and not for one burst of late pulses."""
        if self.state is not Hold.LOCKED:
            return
        if self._tempos and abs(line.bpm / self._tempos[-1] - 1) > _JUMP:
            self._tempos.clear()
        self._tempos.append(line.bpm)
        bpm = median(self._tempos)
        doubt = 2 * bpm * line.error / line.period
        if abs(bpm - self._shown) > max(_STEADY, doubt):
            self._shown = bpm

    def _worthwhile(self, here: TempoMap) -> bool:
        if self._told is None or self._ear.lock.last >= self._told_at + 60 / here.bpm:
            return True
        ahead = here.tick + TICKS_PER_BEAT
        return abs(here.seconds_at(ahead) - self._told.seconds_at(ahead)) > _WORTHWHILE

    def _tell(self, move: Begin | Turn) -> tuple[Move, ...]:
        self._told, self._told_at = move.map, self._ear.lock.last
        return (move,)
