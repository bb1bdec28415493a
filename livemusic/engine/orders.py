"""What other cores tell the transport, besides the requests it takes: small frozen orders, taken in turn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from livemusic.midi.port import Out
from livemusic.music.event import Event
from livemusic.music.mix import Mix
from livemusic.music.pattern import Pattern
from livemusic.music.route import Route
from livemusic.music.tempo import BeatsPerMinute, Meter, Seconds, TempoMap, Ticks
from livemusic.session.metronome import Metronome


class Sink(Protocol):
    """Takes events with their moment, ahead of time, and never blocks: the sound process, or a list."""

    def send(self, batch: Sequence[tuple[Seconds, bytes]]) -> None: ...


@dataclass(frozen=True, slots=True)
class Cue:
    """Play `pattern`, which has `swing` in it, from the next multiple of `quantum`, or from the line `at` of the song,
    as soon as can be where that is gone by; `grid` is what the window draws. `auditioned`: as it is, not performed."""

    pattern: Pattern
    grid: bytes
    quantum: Ticks
    swing: float = 0.0
    at: Ticks | None = None
    auditioned: bool = False


@dataclass(frozen=True, slots=True)
class Routing:
    """The loader hands over what was opened; None leaves a thing as it is. `heard_channel`: 0..15, where hits go that
    are heard; -1 for nowhere.
    """

    out: Out | None = None
    sink: Sink | None = None
    sends_clock: bool | None = None
    meter: Meter | None = None
    midi_delay: Seconds | None = None
    sound_delay: Seconds | None = None
    route: Route | None = None
    heard_channel: int | None = None
    metronome: Metronome | None = None


@dataclass(frozen=True, slots=True)
class MixFrom:
    """Let notes pass by `mix` from the line `at` of the song on, where the pattern takes over; at once where nothing
    plays."""

    mix: Mix
    at: Ticks


@dataclass(frozen=True, slots=True)
class Tape:
    """Give `hear` all notes from now on, as they go to the port, with their moments; None: no more. It may not wait."""

    hear: Callable[[Sequence[tuple[Seconds, bytes]]], None] | None


@dataclass(frozen=True, slots=True)
class Retempo:
    """Play at `bpm` from song position `tick` on."""

    bpm: BeatsPerMinute
    tick: Ticks


@dataclass(frozen=True, slots=True)
class Reference:
    """A map whose bars `Play` falls in with: the demo song's, and None when the source has no tempo."""

    map: TempoMap | None


@dataclass(frozen=True, slots=True)
class Steer:
    """Follow somebody else's time: be at each tick when `map` is, from now on."""

    map: TempoMap


@dataclass(frozen=True, slots=True)
class Join:
    """Play with somebody who has begun: song position `map.tick` is, or was, at `map.seconds`."""

    map: TempoMap


class Take(NamedTuple):
    """Events of whole bars as they went to the port, where each tempo and meter begins, and the swing in it, 0 where it
    was changed."""

    events: tuple[Event, ...]
    length: Ticks
    tempi: tuple[tuple[Ticks, float], ...]
    meters: tuple[tuple[Ticks, Meter], ...]
    swing: float = 0.0


@dataclass(frozen=True, slots=True)
class LastBars:
    """Tell `done` what was played in the last `bars`, from tick 0 on."""

    bars: int
    done: Callable[[Take], None]


@dataclass(frozen=True, slots=True)
class Settle:
    """Tell `done` that everything said before this was taken. For other cores, too."""

    done: Callable[[], None]
