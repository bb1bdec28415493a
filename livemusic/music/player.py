"""Turns a looping pattern into MIDI events, one window of time after another."""

from livemusic.music.event import Event, note_off, note_on
from livemusic.music.pattern import Pattern
from livemusic.music.tempo import Ticks
from livemusic.music.window import CUT, next_cut, onsets

Key = tuple[int, int]


class Player:
    """Plays patterns without ever leaving a note hanging.

    `advance(until)` plans the half-open window `[planned, until)`; however time is cut into windows, the
    events are the same. A note owes its note-off from the moment it is planned; a note struck while it
    still sounds is ended first, so ons and offs alternate for every channel and pitch.
    Thread: whichever owns it; it shares nothing.
    """

    def __init__(self, pattern: Pattern | None = None, start: Ticks = 0) -> None:
        self.pattern = pattern
        self.planned: Ticks = start
        self._cues: list[tuple[Ticks, Pattern | None]] = []
        self._owed: dict[Key, Ticks] = {}

    def locate(self, tick: Ticks) -> None:
        """Go on from `tick`; a waiting pattern takes over there. `release` first."""
        if self._cues:
            self.pattern = self._cues[-1][1]
            self._cues.clear()
        self.planned = tick

    def cue(self, pattern: Pattern | None, quantum: Ticks, line: Ticks | None = None) -> Ticks:
        """Let `pattern` take over at the next multiple of `quantum`, or at a `line` further on; returns the tick of the
        cut. The last cue wins."""
        return self.cue_at(pattern, next_cut(self.planned, quantum) if line is None else line - CUT)

    def cue_at(self, pattern: Pattern | None, tick: Ticks) -> Ticks:
        """Let `pattern` take over at `tick`, or at once when that is planned already."""
        tick = max(tick, self.planned)
        self._cues = [cue for cue in self._cues if cue[0] < tick] + [(tick, pattern)]
        return tick

    def advance(self, until: Ticks) -> list[Event]:
        """The events due in `[planned, until)`, by tick, note-offs first."""
        events: list[Event] = []
        while self.planned < until:
            if self._cues and self._cues[0][0] <= self.planned:
                self.pattern = self._cues.pop(0)[1]
                continue
            stop = min(until, self._cues[0][0]) if self._cues else until
            events += self._window(self.planned, stop)
            self.planned = stop
        return events

    def release(self) -> list[Event]:
        """End every note that still sounds, at `planned`."""
        events = [Event(self.planned, note_off(*key)) for key in sorted(self._owed)]
        self._owed.clear()
        return events

    def _window(self, start: Ticks, stop: Ticks) -> list[Event]:
        events: list[Event] = []
        for tick, note in onsets(self.pattern, start, stop) if self.pattern else ():
            events += self._ends(tick + 1)
            key = (note.channel, note.pitch)
            if key in self._owed:
                del self._owed[key]
                events.append(Event(tick, note_off(*key)))
            self._owed[key] = tick + note.duration
            events.append(Event(tick, note_on(*key, note.velocity)))
        events += self._ends(stop)
        return sorted(events, key=_order)

    def _ends(self, stop: Ticks) -> list[Event]:
        """The owed note-offs before `stop`, paid."""
        ends = [(tick, key) for key, tick in self._owed.items() if tick < stop]
        for _, key in ends:
            del self._owed[key]
        return [Event(tick, note_off(*key)) for tick, key in sorted(ends)]


def _order(event: Event) -> tuple[Ticks, int, bytes]:
    return event.tick, event.data[0] & 0xF0, event.data
