"""The same cores without threads: a performance computed as fast as the machine can, at simulated times."""

from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import NamedTuple

from livemusic.audio.source import Source
from livemusic.engine.answer import Answer
from livemusic.engine.listen import Listen, ListenView
from livemusic.engine.listen_orders import Answered, Hear, HearDrums, Morph
from livemusic.engine.listeners.drums import Drums, HitsHeard
from livemusic.engine.messages import MovePad, Play, SetAnswer, SetTempo, Stop
from livemusic.engine.orders import Cue, Reference, Routing
from livemusic.engine.perform import Perform, SetPerformance
from livemusic.engine.studio import SetTools
from livemusic.engine.tools import Tools
from livemusic.engine.transport import Transport
from livemusic.engine.transport_view import TransportView
from livemusic.inference.encoder import Ear
from livemusic.inference.hearing import Hearing
from livemusic.music.event import is_note_off, is_note_on
from livemusic.music.grid import STEP, Grid
from livemusic.music.mix import Mix
from livemusic.music.performance import Performance
from livemusic.music.tempo import BeatsPerMinute, Meter, Seconds, TempoMap, Ticks
from livemusic.music.window import CUT

_HAND_EVERY: Seconds = 0.05
#: As live the source begins a moment after play was pressed, so that the drums fall in with its first bar.
_SOURCE_LEAD: Seconds = 0.5


class Rendering(NamedTuple):
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
    mix: Mix | None = None,
    performance: Performance | None = None,
    tools: Tools | None = None,
) -> Rendering:
    """Listen to `source` for `seconds` and play along at `bpm` from time 0 on, the hand where `hand(now)` says, with
    the notes that `mix` lets through, performed with `tools` as `performance` says."""
    failures: list[str] = []
    tape = _Tape()
    transport = Transport(lost=failures.append, retire=lambda thing: None)
    pending, cues = list[Cue](), list[Cue]()
    listen = Listen(
        play=pending.append,
        notice=failures.append,
        lost=failures.append,
        retire=lambda thing: None,
        ended=lambda source: None,
        audition_ended=lambda: None,
        stopwatch=perf_counter,
    )
    performer = Perform(cues.append, lambda request: None, failures.append, lambda: transport.view, lambda: listen.view)
    for message in (SetTools(tools), SetPerformance(performance or Performance())):
        performer.handle(message, 0.0)
    transport.handle(Routing(sink=tape, meter=morph.meter), 0.0)
    transport.handle(mix or Mix(), 0.0)
    transport.handle(SetTempo(bpm), 0.0)
    transport.handle(Reference(TempoMap(bpm, _SOURCE_LEAD, 0)), 0.0)
    source.start(_SOURCE_LEAD)
    listen.handle(Hear(source, ear), 0.0)
    listen.handle(morph, 0.0)
    started = False
    for now in _moments(transport, listen, performer, _SOURCE_LEAD + seconds):
        for cue in pending:
            performer.handle(cue, now)
        pending.clear()
        while performer.advance(now) == now:  # it thinks before it hands on
            pass
        for cue in cues:
            transport.handle(cue, now)
        cues.clear()
        if not started:
            transport.handle(Play(), now)
            started = True
        listen.handle(MovePad(*hand(max(0.0, now - _SOURCE_LEAD))), now)
    events = [(max(0.0, at - _SOURCE_LEAD), data) for at, data in tape.events if at - _SOURCE_LEAD <= seconds]
    return Rendering(events, listen.view, transport.view)


def _moments(transport: Transport, listen: Listen, performer: Perform, seconds: Seconds) -> Iterator[Seconds]:
    """Advance the cores whenever one of them asks for it, and stop for the hand every 50 ms."""
    now = next_hand = 0.0
    while now <= seconds:
        if now >= next_hand:
            next_hand += _HAND_EVERY
            yield now
        wakes = [transport.advance(now), listen.advance(now), performer.advance(now), next_hand]
        now = max(now + 1e-4, min(wake for wake in wakes if wake is not None))


class Turn(NamedTuple):
    """An answer: the line `at` that it began at, how many bars it answers, from the first and from the last hit of the
    call to its first note, and how long it `took` to make."""

    at: Ticks
    bars: int
    round_trip: Seconds
    reaction: Seconds
    took: Seconds


class Conversation(NamedTuple):
    """What was played in answer, `events` as `(song position, MIDI bytes)`, and the turns."""

    events: list[tuple[float, bytes]]
    turns: list[Turn]


def converse(
    source: Source, ear: Ear, hearing: Hearing, tools: Tools, mode: str, seconds: Seconds, bpm: BeatsPerMinute
) -> Conversation:
    """Answer the drummer in `source`, whose first bar begins with it, for `seconds` at `bpm`, as `mode` says."""
    failures: list[str] = []
    tape, told, turns = _Tape(), list[HitsHeard](), list[Turn]()
    transport = Transport(lost=failures.append, retire=lambda thing: None)
    cues, answers = list[Cue](), list[Answered]()
    answer = Answer(answers.append, lambda: transport.view)
    listen = Listen(
        play=cues.append,
        notice=failures.append,
        lost=failures.append,
        retire=lambda thing: None,
        ended=lambda source: None,
        audition_ended=lambda: None,
        stopwatch=perf_counter,
        listeners=(Drums(told.append),),
    )
    listen.handle(HearDrums(hearing), 0.0)
    listen.handle(Hear(source, ear), 0.0)
    for message in (SetTools(tools), SetAnswer(mode)):
        answer.handle(message, 0.0)
    for order in (Routing(sink=tape), SetTempo(bpm), Reference(TempoMap(bpm, _SOURCE_LEAD, 0)), Play()):
        transport.handle(order, 0.0)
    source.start(_SOURCE_LEAD)
    now = 0.0
    while now <= _SOURCE_LEAD + seconds:
        for heard in told:
            answer.handle(heard, now)
        told.clear()
        before, begun = answer.view.answers, perf_counter()
        wakes = [answer.advance(now)]
        view = answer.view
        if view.answers > before:
            turns.append(Turn(answers[-1].at or 0, view.round_trip_bars, 0.0, 0.0, perf_counter() - begun))
        if turns:  # what is told of the last answer is mended as it is
            turns[-1] = turns[-1]._replace(round_trip=view.round_trip, reaction=view.reaction)
        for answered in answers:
            listen.handle(answered, now)
        answers.clear()
        wakes.append(listen.advance(now))
        for cue in cues:
            transport.handle(cue, now)
        cues.clear()
        wakes.append(transport.advance(now))
        now = max(now + 1e-4, min(wake for wake in wakes if wake is not None))
    transport.handle(Stop(), now)
    tempo = transport.view.map
    return Conversation(
        [(tempo.tick + (at - tempo.seconds) / tempo.seconds_per_tick, d) for at, d in tape.events], turns
    )


def rehearse(
    groove: Grid, performance: Performance, bars: int, bpm: BeatsPerMinute, meter: Meter, tools: Tools | None = None
) -> list[tuple[float, bytes]]:
    """What is played of `groove` as it is performed for `bars` bars: events as `(song position in ticks, MIDI bytes)`,
    through the cores that perform and keep time."""
    tape, cues = _Tape(), list[Cue]()
    transport = Transport(lost=_nobody, retire=lambda thing: None)
    pad = ListenView()
    perform = Perform(cues.append, lambda request: None, _nobody, lambda: transport.view, lambda: pad)
    for order in (Routing(sink=tape, meter=meter), SetTempo(bpm)):
        transport.handle(order, 0.0)
    for message in (SetTools(tools), SetPerformance(performance), Cue(groove.to_pattern(), groove.to_bytes(), STEP)):
        perform.handle(message, 0.0)
    now, playing = 0.0, False
    while transport.view.tick(now) < bars * meter.bar:
        wakes = [perform.advance(now)]
        for cue in cues:
            transport.handle(cue, now)
        cues.clear()
        if not playing and wakes[0] != now:
            playing = True
            transport.handle(Play(), now)
        wakes.append(transport.advance(now))
        now = max(now + 1e-4, min((wake for wake in wakes if wake is not None), default=now + _HAND_EVERY))
    tempo, end = transport.view.map, bars * meter.bar - CUT
    transport.handle(Stop(), now)
    events = [(tempo.tick + (at - tempo.seconds) / tempo.seconds_per_tick, data) for at, data in tape.events]
    kept, sounding = list[tuple[float, bytes]](), set[int]()
    for tick, data in events:  # planning runs ahead of the end
        if is_note_on(data) and tick < end - 1:
            sounding.add(data[1])
            kept.append((tick, data))
        elif is_note_off(data) and data[1] in sounding:
            sounding.discard(data[1])
            kept.append((tick, data))
    return kept


def _nobody(text: str) -> None:
    raise RuntimeError(text)
