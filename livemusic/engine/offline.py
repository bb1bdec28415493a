"""The same cores without threads: a performance computed as fast as the machine can, at simulated times."""

from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import NamedTuple

from livemusic.audio.source import Source
from livemusic.engine.listen import Listen, ListenView
from livemusic.engine.listen_orders import Hear, Morph
from livemusic.engine.messages import MovePad, Play, SetTempo
from livemusic.engine.orders import Cue, Reference, Routing
from livemusic.engine.transport import Transport, TransportView
from livemusic.inference.encoder import Ear
from livemusic.music.tempo import BeatsPerMinute, Seconds, TempoMap

_HAND_EVERY: Seconds = 0.05
#: As live the source begins a moment after play was pressed, so that the drums fall in with its first bar.
_SOURCE_LEAD: Seconds = 0.5


class Performance(NamedTuple):
    """What was heard and played: `events` as `(seconds, MIDI bytes)`, from 0 on, and both views at the end."""

    events: list[tuple[Seconds, bytes]]
    listen: ListenView
    transport: TransportView


class _Tape:
    """Keeps every event that would have gone to the sound process."""

    def __init__(self) -> None:
        self.events: list[tuple[Seconds, bytes]] = []

    def send(self, batch: Sequence[tuple[Seconds, bytes]]) -> None:
        self.events += batch


def perform(
    source: Source,
    ear: Ear,
    morph: Morph,
    seconds: Seconds,
    bpm: BeatsPerMinute,
    hand: Callable[[Seconds], tuple[float, float]],
) -> Performance:
    """Listen to `source` for `seconds` and play along at `bpm` from time 0 on, the hand where `hand(now)` says."""
    failures: list[str] = []
    tape = _Tape()
    transport = Transport(lost=failures.append, retire=lambda thing: None)
    pending: list[Cue] = []
    listen = Listen(
        play=pending.append,
        notice=failures.append,
        lost=failures.append,
        retire=lambda thing: None,
        ended=lambda source: None,
        audition_ended=lambda: None,
        stopwatch=perf_counter,
    )
    transport.handle(Routing(sink=tape, meter=morph.meter), 0.0)
    transport.handle(SetTempo(bpm), 0.0)
    transport.handle(Reference(TempoMap(bpm, _SOURCE_LEAD, 0)), 0.0)
    source.start(_SOURCE_LEAD)
    listen.handle(Hear(source, ear), 0.0)
    listen.handle(morph, 0.0)
    started = False
    for now in _moments(transport, listen, _SOURCE_LEAD + seconds):
        for cue in pending:
            transport.handle(cue, now)
        pending.clear()
        if not started:
            transport.handle(Play(), now)
            started = True
        listen.handle(MovePad(*hand(max(0.0, now - _SOURCE_LEAD))), now)
    events = [(max(0.0, at - _SOURCE_LEAD), data) for at, data in tape.events if at - _SOURCE_LEAD <= seconds]
    return Performance(events, listen.view, transport.view)


def _moments(transport: Transport, listen: Listen, seconds: Seconds) -> Iterator[Seconds]:
    """Advance both cores whenever one of them asks for it, and stop for the hand every 50 ms."""
    now = next_hand = 0.0
    while now <= seconds:
        if now >= next_hand:
            next_hand += _HAND_EVERY
            yield now
        wakes = [transport.advance(now), listen.advance(now), next_hand]
        now = max(now + 1e-4, min(wake for wake in wakes if wake is not None))
