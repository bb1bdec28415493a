"""Ableton Link: one tempo, one bar line and one start button with every other program in the room.

Through LinkPython-extern, because it gives the whole session state (a beat at a time, a time at a beat, start and stop
at a moment) to any thread, in under a microsecond and without callbacks; it ships typed, for Python 3.11 and 3.12 on
all three systems, is built on Link 4, and its licence (Unlicense around Link's GPL-2-or-later) goes with ours. aalink
wants an asyncio loop and a thread that wakes a thousand times a second, and tells beats only for the present moment.

A session's beats advance at a whole number of microseconds each; a tempo arrives rounded to that.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil, floor
from time import perf_counter
from typing import TYPE_CHECKING, Protocol

from livemusic.errors import DeviceError
from livemusic.music.tempo import (
    MAX_BPM,
    MIN_BPM,
    TICKS_PER_BEAT,
    BeatsPerMinute,
    Meter,
    Seconds,
    TempoMap,
    Ticks,
    check_bpm,
)

if TYPE_CHECKING:
    from link import Link, SessionState

#: Peers answer within 0.3 s; until this long after joining, a tempo of ours is held back (artfwo/aalink#7).
PATIENCE: Seconds = 1.0
#: A reading of both clocks that took longer than this was interrupted and is not used.
_TIGHT: Seconds = 20e-6
_READINGS = 3
_MICROS = 1e6
#: Beats; far above rounding to whole microseconds, far below what is heard.
_SAME = 1e-4


class MicroClock(Protocol):
    """A clock that counts whole microseconds."""

    def micros(self) -> int: ...


class HostClock:
    """Turns Link's microseconds into seconds of `time.perf_counter` and back.

    On Linux Link reads the raw monotonic clock, which runs apart from ours by some microseconds every second: measure
    again before use. Each reading of `clock` lies between two of ours; the tightest of three is taken, and none
    when all were interrupted.
    """

    def __init__(self, clock: MicroClock) -> None:
        self._clock = clock
        self._offset: Seconds = min(self._reading() for _ in range(_READINGS))[1]

    def measure(self) -> None:
        width, offset = min(self._reading() for _ in range(_READINGS))
        if width <= _TIGHT:
            self._offset = offset

    def seconds(self, micros: float) -> Seconds:
        return micros / _MICROS + self._offset

    def micros(self, seconds: Seconds) -> int:
        return max(0, round((seconds - self._offset) * _MICROS))

    def _reading(self) -> tuple[Seconds, Seconds]:
        before = perf_counter()
        micros = self._clock.micros()
        after = perf_counter()
        return after - before, (before + after) / 2 - micros / _MICROS


@dataclass(frozen=True, slots=True)
class LinkState:
    """The session at one moment.

    `peers`: how many others. `map`: the session's beats in `perf_counter` seconds, bar lines at multiples of the bar;
    None while the session's tempo is one that livemusic does not play (Link allows 20 to 999 bpm). `playing`: the
    session is started; true from within the bar before its first bar line, so that the next bar line is the one to
    start on. `quantum`: beats to the bar.
    """

    peers: int
    bpm: BeatsPerMinute
    map: TempoMap | None
    playing: bool
    quantum: float

    def beside(self, tick: float, now: Seconds) -> TempoMap | None:
        """`map` with its bars numbered so that the one at `now` is nearest to song position `tick`: what to steer by.

        Link shares where in the bar we are, never which bar.
        """
        if self.map is None:
            return None
        return self.map.numbered(tick, now, round(self.quantum * TICKS_PER_BEAT))


class LinkPeer:
    """Ourselves in a Link session. Every verb takes a few microseconds and never waits.

    A session that has been there for a second or more keeps its tempo when we join; of two about as young as each
    other, Link draws one. Thread: any, one at a time.
    """

    def __init__(self, link: "Link", meter: Meter, now: Seconds) -> None:
        self._link = link
        self._meter = meter
        self._clock = HostClock(link.clock())
        self._settled = now + PATIENCE
        self._held: BeatsPerMinute | None = None

    @classmethod
    def join(cls, own: TempoMap, meter: Meter, now: Seconds) -> "LinkPeer":
        """Join whoever is there, adopting their tempo and bar line; alone, found a session that goes on with `own`."""
        with _told():
            import link

            foreign = link.Link(own.bpm_at(own.position(now)))
            foreign.startStopSyncEnabled = True
            peer = cls(foreign, meter, now)
            peer.place(own.position(now), now)
            foreign.enabled = True
        return peer

    def leave(self) -> None:
        """Say goodbye; the others go on. Afterwards we are alone, at the tempo we left with."""
        with _told():
            self._link.enabled = False

    def poll(self, now: Seconds) -> LinkState:
        """How the session is at `now`. Call it some ten times a second or more: it keeps the clocks together."""
        with _told():
            self._clock.measure()
            self._settle(now)
            state = self._link.captureAppSessionState()
            return LinkState(
                peers=self._link.numPeers(),
                bpm=state.tempo(),
                map=self._map(state, now),
                playing=self._playing(state, now),
                quantum=self._quantum,
            )

    def set_meter(self, meter: Meter) -> None:
        """Agree on bars of `meter` with the others from now on."""
        self._meter = meter

    def set_bpm(self, bpm: BeatsPerMinute, at: Seconds) -> None:
        """Change everybody's tempo to `bpm` (20..400) at moment `at`.

        In the first second after joining it is held back, and dropped if there turns out to be a session.
        """
        if at >= self._settled:
            self._push(check_bpm(bpm), at)
        else:
            self._held = check_bpm(bpm)

    def set_playing(self, on: bool, at: Seconds, tick: Ticks = 0) -> None:
        """Start everybody, or stop them, at moment `at`.

        When starting, song position `tick` falls on `at` if we are alone, else on the next moment at the same place
        in the session's bar.
        """
        with _told():
            state = self._link.captureAppSessionState()
            micros = self._clock.micros(at)
            if on:
                state.setIsPlayingAndRequestBeatAtTime(True, micros, tick / TICKS_PER_BEAT, self._quantum)
            else:
                state.setIsPlaying(False, micros)
            self._link.commitAppSessionState(state)

    def place(self, tick: float, at: Seconds) -> None:
        """Let song position `tick` fall on `at` if we are alone; with others, as near after it as their bar allows."""
        with _told():
            state = self._link.captureAppSessionState()
            state.requestBeatAtTime(tick / TICKS_PER_BEAT, self._clock.micros(at), self._quantum)
            self._link.commitAppSessionState(state)

    @property
    def _quantum(self) -> float:
        return self._meter.bar / TICKS_PER_BEAT

    def _push(self, bpm: BeatsPerMinute, at: Seconds) -> None:
        with _told():
            state = self._link.captureAppSessionState()
            state.setTempo(bpm, self._clock.micros(at))
            self._link.commitAppSessionState(state)

    def _settle(self, now: Seconds) -> None:
        """Give up a tempo that waits when somebody is there; hand it on when nobody has answered in time."""
        if self._held is None:
            return
        if self._link.numPeers():
            self._held = None
        elif now >= self._settled:
            self._push(self._held, now)
            self._held = None

    def _map(self, state: "SessionState", now: Seconds) -> TempoMap | None:
        bpm = 60 * _MICROS / round(60 * _MICROS / state.tempo())
        if not MIN_BPM <= bpm <= MAX_BPM:
            return None
        bars = floor(state.beatAtTime(self._clock.micros(now), self._quantum) / self._quantum)
        begins = self._clock.seconds(state.timeAtBeat(bars * self._quantum, self._quantum))
        return TempoMap(bpm, begins, bars * self._meter.bar)

    def _playing(self, state: "SessionState", now: Seconds) -> bool:
        if not state.isPlaying():
            return False
        quantum = self._quantum
        started = state.beatAtTime(max(0, state.timeForIsPlaying()), quantum)
        first = ceil((started - _SAME) / quantum) * quantum
        return state.beatAtTime(self._clock.micros(now), quantum) >= first - quantum


@contextmanager
def _told() -> Iterator[None]:
    """What the foreign library raises, as a sentence."""
    try:
        yield
    except ImportError as problem:
        raise DeviceError(
            "Ableton Link is not installed. Install it (pip install LinkPython-extern), or leave Link switched off."
        ) from problem
    except (RuntimeError, OSError, MemoryError) as problem:
        raise DeviceError(
            f"Ableton Link failed: {problem}. Look at the network, then switch Link on again."
        ) from problem
