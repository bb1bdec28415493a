"""Owns musical time: plans the playing pattern a few milliseconds ahead and sends each event when it is due."""

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from livemusic.engine.click_track import ClickTrack
from livemusic.engine.heard_notes import HeardNotes
from livemusic.engine.lateness import Lateness
from livemusic.engine.listeners.drums import HitsHeard
from livemusic.engine.messages import PlayDrum, TestNote
from livemusic.engine.note_gate import NoteGate
from livemusic.engine.orders import Cue, Join, LastBars, MixFrom, Reference, Retempo, Routing, Settle, Sink, Steer, Tape
from livemusic.engine.outlet import Outlet
from livemusic.engine.reel import Reel
from livemusic.engine.timing import Nudge, Panic, Play, Ramp, Resume, SetTempo, Stop
from livemusic.engine.transport_view import TransportView
from livemusic.errors import DeviceError
from livemusic.midi.memory import NoOut
from livemusic.music import clock
from livemusic.music.event import ALL_SOUND_OFF, CONTROL, SYSTEM, Event, is_note_on, note_off, note_on
from livemusic.music.grid import STEP
from livemusic.music.kit import GM_PITCHES, Voice
from livemusic.music.mix import Mix
from livemusic.music.pattern import Pattern
from livemusic.music.player import Player
from livemusic.music.route import DRUM_CHANNEL, GM_ROUTE, Route, routed
from livemusic.music.tempo import Seconds, TempoMap, Ticks, next_multiple
from livemusic.music.window import CUT, lead_in

#: Events are planned between half of this and all of it ahead.
LOOKAHEAD: Seconds = 0.020
#: From pressing play to the first planned tick.
START_LEAD: Seconds = 0.005
#: A new start comes this long after the last event of the old one, so that no stop follows it.
_APART: Seconds = 0.001
#: After a stall longer than this (a machine asleep, a process stopped) missed notes are skipped, not caught up.
STALL: Seconds = 0.25
#: A phase error of more than this is jumped, a smaller one is leaned against over a beat.
_LEAN: Seconds = 0.1
_SUMMARY_EVERY: Seconds = 0.5
#: How long a drum struck by hand is held.
_HELD: Seconds = 0.1
_TEST_VELOCITY = 100
#: A port that takes nothing is asked this often whether it does again.
_RESUME_EVERY: Seconds = 0.005


class Transport:
    """The scheduler core. Everything takes effect at the end of what is already planned: nothing is ever called back.

    `lost(reason)` is called when a port fails, `retire(thing)` when a port or sink was replaced; neither may block.
    Thread: transport.
    """

    def __init__(self, lost: Callable[[str], None], retire: Callable[[Any], None]) -> None:
        self.view = TransportView()
        self._lost = lost
        self._retire = retire
        self._player = Player(Pattern())
        self._outlet = Outlet(NoOut())
        self._sink: Sink | None = None
        self._sends_clock = True
        self._downbeat: Ticks = 0
        self._planned_until: Seconds = 0.0
        self._midi_delay: Seconds = 0.0
        self._sound_delay: Seconds = 0.0
        self._route: Route = GM_ROUTE
        self._reel = Reel()
        self._gate = NoteGate()
        self._recording = Tape(None)
        self._heard = HeardNotes()
        self._clicks = ClickTrack()
        self._reference: TempoMap | None = None
        self._due: list[tuple[Seconds, int, bytes]] = []
        self._sequence = 0
        self._took: Seconds = 0.0
        self._lateness = Lateness()
        self._summary_due: Seconds = 0.0
        self._last_hits: deque[tuple[int, int]] = deque(maxlen=16)

    def handle(self, message: Any, now: Seconds) -> None:
        match message:
            case Cue():
                self._cue(message, now)
            case Play(count_in):
                self._start(now, 0, count_in)
            case Resume():
                self._stop()
                self._start(now, next_multiple(max(0, self.view.stopped_at), STEP))
            case Stop():
                self._stop()
            case Panic():
                self._panic(now)
            case SetTempo(bpm):
                self._change(map=self.view.map.with_bpm(bpm, self._player.planned))
            case Retempo(bpm, tick):
                here = self._player.planned
                tempo = self.view.map.with_bpm(self.view.map.bpm_at(here), here)
                self._change(map=tempo.ramped(bpm, tick, 1) if tick > here else tempo.with_bpm(bpm, here))
            case Ramp(bpm, bars):
                self._ramp(bpm, bars)
            case Routing():
                self._route_to(message)
            case Mix() | MixFrom():
                self._gate.take(message, self.view.playing)
            case Tape():
                self._recording = message
            case Reference(tempo):
                self._refer(tempo, now)
            case Steer(tempo):
                self._steer(tempo, now)
            case Join(tempo):
                self._join(tempo, now)
            case LastBars(bars, done):
                here = self._player.planned if self.view.playing else self.view.stopped_at
                done(self._reel.last_bars(here, bars))
            case PlayDrum(voice, velocity):
                self._play_drum(GM_PITCHES[voice], velocity, now)
            case TestNote():
                self._play_drum(GM_PITCHES[self._gate.heard(Voice.SNARE)], _TEST_VELOCITY, now)
            case HitsHeard(hits):
                self._send_all(self._heard.notes(hits, self._route, now))
            case Nudge(beats):
                self._nudge(beats)
            case Settle(done):
                done()
            case _:
                raise TypeError(f"the transport does not know {message!r}")

    def advance(self, now: Seconds) -> Seconds | None:
        if self._outlet.held:
            self._resume(now)
        if not self._outlet.held:
            self._took = now
        self._plan(now)
        if self.view.silent != self._gate.mix.silent:
            self._change(silent=self._gate.mix.silent)
        self._send_due(now)
        self._send_all(self._clicks.notes(now))
        self._send_all(self._heard.ends(now))
        if now >= self._summary_due and (not self._due or self._due[0][0] > now + 0.002):
            self._summary_due = now + _SUMMARY_EVERY
            self._change(late=self._lateness.summary(), heard_late=self._heard.late)
        wakes = [self._due[0][0]] if self._due else []
        wakes += [wake for wake in (self._heard.wake, self._clicks.wake) if wake is not None]
        if self.view.playing:
            wakes.append(self.view.map.seconds_at(self._player.planned) - LOOKAHEAD / 2)
        wakes += [now + _RESUME_EVERY] if self._outlet.held else []
        return min(wakes, default=None)

    def _plan(self, now: Seconds) -> None:
        if not self.view.playing:
            return
        ahead = self.view.map.seconds_at(self._player.planned) - now
        if ahead < -STALL:
            self._skip(now)
        if ahead < LOOKAHEAD / 2 + 1e-4:
            until = self.view.map.tick_at(now + LOOKAHEAD) + 1
            if self._gate.due is not None and self._gate.due < until:
                self._plan_to(self._gate.due)
                self._gate.bring()
            self._plan_to(until)

    def _plan_to(self, until: Ticks) -> None:
        start = self._player.planned
        if until > start:
            events = self._player.advance(until)
            self._reel.pass_over(self.view.map, start, until)
            self._emit(clock.merged(events, start, until, self._downbeat) if self._sends_clock else events)
            self._click(start, until)

    def _click(self, start: Ticks, until: Ticks) -> None:
        heard = self._clicks.plan(self.view.map, self.view.meter, start, until, self._midi_delay)
        if heard and self._sink is not None:
            self._sink.send([(at + self._sound_delay, data) for at, data in heard])

    def _skip(self, now: Seconds) -> None:
        """Give up what should have sounded while the engine could not run."""
        self._emit(self._player.release())
        self._player.locate(max(self._player.planned, self.view.map.tick_at(now)))
        self._gather(now)

    def _gather(self, now: Seconds) -> None:
        """Whoever follows has fallen behind: stop them, and go on together from the next sixteenth."""
        if self._sends_clock:
            self._schedule([(now, data) for _, data in clock.end(0)])
            self._downbeat = next_multiple(self._player.planned + 1, STEP)
        self._change(skipped=self.view.skipped + 1)

    def _emit(self, events: Sequence[Event]) -> None:
        events = [event for event in events if self._gate.mix.lets(event.data)]
        self._reel.add([Event(tick, self._at_port(data)) for tick, data in events])
        batch = [(self.view.map.seconds_at(tick), data) for tick, data in events]
        self._planned_until = max([self._planned_until, *(seconds for seconds, _ in batch)])
        self._schedule(batch)

    def _schedule(self, batch: list[tuple[Seconds, bytes]]) -> None:
        for seconds, data in batch:
            self._sequence += 1
            heapq.heappush(self._due, (seconds + self._midi_delay, self._sequence, self._gate.mix.scaled(data)))
        notes = [(seconds + self._sound_delay, data) for seconds, data in batch if data[0] < SYSTEM]
        if notes and self._sink is not None:
            self._sink.send(notes)
        if self._recording.hear is not None:
            self._recording.hear([(at, self._at_port(data)) for at, data in batch if data[0] < SYSTEM])

    def _at_port(self, data: bytes) -> bytes:
        return routed(self._gate.mix.scaled(data), self._route)

    def _play_drum(self, pitch: int, velocity: int, now: Seconds) -> None:
        on, off = note_on(DRUM_CHANNEL, pitch, velocity), note_off(DRUM_CHANNEL, pitch)
        if not self._gate.mix.lets(on):
            return
        self._schedule([(now, on), (now + _HELD, off)])
        if self.view.playing:
            tempo = self.view.map
            struck = ((tempo.tick_at(now), on), (tempo.tick_at(now + _HELD), off))
            self._reel.add([Event(tick, self._at_port(data)) for tick, data in struck])

    def _send_due(self, now: Seconds) -> None:
        while self._due and self._due[0][0] <= now:
            seconds, _, data = heapq.heappop(self._due)
            self._send(routed(data, self._route))
            self._lateness.add(now - seconds)
            if is_note_on(data):
                self._last_hits.append((data[1], data[2]))
                self._change(notes_sent=self.view.notes_sent + 1, last_hits=tuple(self._last_hits))

    def _send_all(self, messages: Iterable[bytes]) -> None:
        for data in messages:
            self._send(data)

    def _send(self, data: bytes) -> None:
        try:
            self._outlet.send(data)
        except DeviceError as problem:
            self._unplug(str(problem))

    def _resume(self, now: Seconds) -> None:
        """Go on at a port that took nothing for a while; after a stall what was due meanwhile is given up."""
        late = now - self._took > STALL
        try:
            if self._outlet.resume(late) and late:
                self._gather(now)
        except DeviceError as problem:
            self._unplug(str(problem))

    def _unplug(self, reason: str) -> None:
        """The port is gone: go on without it; the loader looks for it."""
        gone, self._outlet = self._outlet.out, Outlet(NoOut())
        self._retire(gone)
        self._lost(reason)

    def _cue(self, cue: Cue, now: Seconds) -> None:
        counting_in = self.view.playing and self._player.planned < -CUT
        tick = self._player.cue(cue.pattern, cue.quantum, 0 if counting_in and (cue.at or 0) <= 0 else cue.at)
        self._reel.swing(tick, cue.swing)
        if not self.view.playing:
            self._player.locate(self._player.planned)
        self._change(grid=cue.grid, cued_at=now, cut=tick, swing=cue.swing)

    def _start(self, now: Seconds, tick: Ticks, count_in: int = 0) -> None:
        """Start at `tick`, with all of its step, or so many bars before the top, which are only clicked."""
        if self.view.playing:
            self._stop()
        self._player.locate(tick)
        pattern = self._player.pattern
        lead = CUT if tick else lead_in(pattern or Pattern())
        enters = tick - lead
        if count_in:
            lead = count_in * self.view.meter.bar
        begin = max(now + START_LEAD, self._planned_until + _APART)
        tempo = TempoMap(self.view.map.final, begin, tick - lead)
        if self._reference is not None:
            tempo = self._reference.falling_in(tick, begin, lead, self.view.meter.bar)
        self._player.locate(tick - lead)
        if count_in:
            self._player.pattern = None
            self._player.cue_at(pattern, enters)
        self._downbeat = tick
        self._reel.splice(tick, self.view.meter, self.view.swing)
        self._change(playing=True, map=tempo)

    def _refer(self, reference: TempoMap | None, now: Seconds) -> None:
        """From now on starts fall in with `reference`; what plays already does so at once."""
        new, self._reference = reference != self._reference, reference
        if reference is not None and new:
            target = reference.numbered(self.view.tick(now), now, self.view.meter.bar)
            (self._jump if self.view.playing else self._steer)(target, now)

    def _ramp(self, bpm: float, bars: int) -> None:
        """Begin at the next bar line; until then the tempo stays as it is."""
        here, bar = self._player.planned, self.view.meter.bar
        if self.view.playing:
            tempo = self.view.map.with_bpm(self.view.map.bpm_at(here), here)
            self._change(map=tempo.ramped(bpm, next_multiple(here, bar), bars * bar))

    def _join(self, target: TempoMap, now: Seconds) -> None:
        """Start at the target's song position, or where it is by now."""
        self._stop()
        self._player.locate(target.tick)
        lead = lead_in(self._player.pattern or Pattern())
        begun = target.tick_at(now - _LEAN)  # a downbeat that has only just gone by is still played
        here = target.tick - lead if begun <= target.tick else target.tick_at(now + START_LEAD)
        self._player.locate(here)
        self._downbeat = max(target.tick, next_multiple(here, STEP))
        self._reel.splice(max(0, here), self.view.meter, self.view.swing)
        self._change(playing=True, map=target)

    def _steer(self, target: TempoMap, now: Seconds) -> None:
        """Lean towards `target` so as to meet it a beat from here; jump where that would be too far."""
        if not self.view.playing:
            self._change(map=TempoMap(target.bpm, self.view.map.seconds, self.view.map.tick))
            return
        if (leaning := self.view.map.meeting(target, self._player.planned, _LEAN)) is None:
            self._jump(target, now)
        else:
            self._change(map=leaning)

    def _jump(self, target: TempoMap, now: Seconds) -> None:
        """Go on where `target` is."""
        here = self._player.planned
        begin = self.view.map.seconds_at(here)
        ends = self._player.release()
        if self._sends_clock:  # whoever follows counts pulses: they go on together with us from the next sixteenth
            ends += clock.end(here)
        self._emit(ends)
        self._gate.bring()
        there = target.tick_at(max(now + START_LEAD, begin))
        self._player.locate(there)
        self._downbeat = max(0, next_multiple(there + 1, STEP))
        self._reel.splice(there, self.view.meter, self.view.swing)
        self._change(map=target)

    def _nudge(self, beats: float) -> None:
        """Move what is not planned yet; never before what is."""
        tempo, here = self.view.map, self._player.planned
        moved = beats * 60 / tempo.bpm_at(here)
        self._change(map=tempo.later(max(moved, self._planned_until - tempo.seconds_at(here))))

    def _stop(self) -> None:
        if not self.view.playing:
            return
        ends = self._player.release()
        if self._sends_clock:
            ends += clock.end(self._player.planned)
        self._emit(ends)
        self._gate.bring()
        here = self._player.planned
        tempo = self.view.map.with_bpm(self.view.map.bpm_at(here), here)  # a ramp ends where it has come to
        self._change(map=tempo, playing=False, stopped_at=max(0, self._player.planned), stops=self.view.stops + 1)

    def _panic(self, now: Seconds) -> None:
        self._stop()
        stops = [data for _, _, data in self._due if data[0] >= SYSTEM]
        self._due.clear()
        self._clicks.clear()
        try:
            self._outlet.panic()
        except DeviceError as problem:
            self._unplug(str(problem))
        self._send_all(stops[-1:])
        if self._sink is not None:
            silent = now + LOOKAHEAD  # after whatever the sound process was told already
            self._sink.send([(silent, bytes((CONTROL | channel, ALL_SOUND_OFF, 0))) for channel in range(16)])

    def _route_to(self, routing: Routing) -> None:
        if routing.out is not None:
            old = self._outlet.out
            self._quiet()
            self._outlet = Outlet(routing.out)
            self._retire(old)
        if routing.sink is not None:
            if self._sink is not None:
                self._retire(self._sink)
            self._sink = routing.sink
        self._sends_clock = self._sends_clock if routing.sends_clock is None else routing.sends_clock
        if routing.meter is not None:
            self._change(meter=routing.meter)
            if self.view.playing:
                self._reel.meter(next_multiple(self._player.planned, routing.meter.bar), routing.meter)
        self._midi_delay = self._midi_delay if routing.midi_delay is None else routing.midi_delay
        self._sound_delay = self._sound_delay if routing.sound_delay is None else routing.sound_delay
        self._clicks.metronome = routing.metronome or self._clicks.metronome
        self._heard.channel = self._heard.channel if routing.heard_channel is None else routing.heard_channel
        if routing.route is not None and routing.route != self._route:
            self._quiet()  # what sounds would never hear of its end
            self._route = routing.route

    def _quiet(self) -> None:
        """End what sounds at a port that is changed; one that has gone is found out when next it is needed."""
        with suppress(DeviceError):
            self._outlet.silence()

    def _change(self, **fields: Any) -> None:
        self.view = replace(self.view, **fields)
