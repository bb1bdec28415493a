"""MIDI clock as events: 24 pulses to the beat, start, stop, continue and song position (MIDI 1.0, section 2)."""

from livemusic.music.event import CLOCK, CONTINUE, SONG_POSITION, START, STOP, Event
from livemusic.music.grid import STEP
from livemusic.music.tempo import TICKS_PER_BEAT, Ticks, next_multiple

PULSES_PER_BEAT = 24
PULSE: Ticks = TICKS_PER_BEAT // PULSES_PER_BEAT
_POSITIONS = 1 << 14


def pulses(start: Ticks, stop: Ticks) -> list[Event]:
    """The clock pulses in `[start, stop)`; none before song position 0."""
    return [Event(tick, bytes((CLOCK,))) for tick in range(max(0, next_multiple(start, PULSE)), stop, PULSE)]


def begin(tick: Ticks) -> list[Event]:
    """Start at song position 0, or go on from the sixteenth at `tick`."""
    if tick == 0:
        return [Event(0, bytes((START,)))]
    position = tick // STEP % _POSITIONS
    return [
        Event(tick, bytes((SONG_POSITION, position & 0x7F, position >> 7))),
        Event(tick, bytes((CONTINUE,))),
    ]


def merged(events: list[Event], start: Ticks, stop: Ticks, downbeat: Ticks) -> list[Event]:
    """`events` of `[start, stop)` with the clock, which begins at the `downbeat`, pulses before notes."""
    clock = pulses(max(start, downbeat), stop)
    if start <= downbeat < stop:
        clock = begin(downbeat) + clock
    return sorted(clock + events, key=lambda event: event.tick)


def end(tick: Ticks) -> list[Event]:
    return [Event(tick, bytes((STOP,)))]
