"""Whose time we play in: our own, a MIDI clock's, an Ableton Link session's, or that of the music heard."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from livemusic.engine.orders import Beaten, Halt, Hush, Join, Reference, Shift, Start, Steer, Tempo
from livemusic.engine.transport import TransportView
from livemusic.errors import DeviceError
from livemusic.music.follow import Begin, ClockFollower, End, Turn
from livemusic.music.tap import TapTempo
from livemusic.music.tempo import MAX_BPM, MIN_BPM, TICKS_PER_BEAT, BeatsPerMinute, Meter, Seconds, TempoMap
from livemusic.network.link import LinkPeer, LinkState

#: How often a Link session is looked at.
_LINK_EVERY: Seconds = 0.05
#: A beat heard less surely than this is not followed.
_SURE = 0.6


@dataclass(frozen=True, slots=True)
class Lead:
    """Follow `who`: one of `session.settings.LEADERS`; `meter` is ours."""

    who: str
    meter: Meter


@dataclass(frozen=True, slots=True)
class Heard:
    """A MIDI message that came in at `at`."""

    data: bytes
    at: Seconds


@dataclass(frozen=True, slots=True)
class Pressed:
    """The musician's own hand on the transport."""

    order: Start | Halt | Hush | Tempo | Shift


@dataclass(frozen=True, slots=True)
class Tapped:
    """The musician tapped the tempo at `at`."""

    at: Seconds


@dataclass(frozen=True, slots=True)
class ConductorView:
    """Who leads, and how firmly we follow: `state` is `own`, `searching`, `unsure`, `locked` or `coasting`.

    `bpm`: the leader's tempo, free of jitter, to be shown; None where our own is. `trouble`: what is wrong with the
    leader's clock, in a sentence.
    """

    who: str = "own"
    state: str = "own"
    phase_error: Seconds = 0.0
    peers: int = 0
    bpm: BeatsPerMinute | None = None
    trouble: str = ""


class Conductor:
    """The core between those who set the time and the transport.

    `transport` posts an order, `played` tells how the transport is now, `notice` tells the musician; none may block.
    Thread: conductor.
    """

    def __init__(
        self, transport: Callable[[Any], None], played: Callable[[], TransportView], notice: Callable[[str], None]
    ) -> None:
        self.view = ConductorView()
        self._transport = transport
        self._played = played
        self._notice = notice
        self._follower = ClockFollower()
        self._peer: LinkPeer | None = None
        self._session: LinkState | None = None
        self._link_due: Seconds = 0.0
        self._apart: int | None = None
        self._taps = TapTempo()

    def handle(self, message: Any, now: Seconds) -> None:
        match message:
            case Lead(who, meter):
                self._follow(who, meter, now)
            case Heard(data, at):
                if self.view.who == "midi":
                    self._hear(data, at)
            case Beaten():
                if self.view.who == "audio":
                    self._feel(message)
            case Pressed(order):
                self._press(order, now)
            case Tapped(at):
                bpm = self._taps.hear(at)
                if bpm is not None:
                    self._press(Tempo(bpm), now)
            case _:
                raise TypeError(f"the conductor does not know {message!r}")

    def advance(self, now: Seconds) -> Seconds | None:
        if self.view.who == "midi":
            wake = self._follower.advance(now)
            self._show_follower()
            return wake
        if self._peer is not None:
            if now >= self._link_due:
                self._link_due = now + _LINK_EVERY
                self._poll(self._peer, now)
            return self._link_due
        return None

    def close(self) -> None:
        """Leave the session, if any."""
        if self._peer is not None:
            self._peer.leave()
            self._peer = None

    def _follow(self, who: str, meter: Meter, now: Seconds) -> None:
        if who != "link":
            self.close()
        if who == "midi" and self.view.who != "midi":
            self._follower = ClockFollower(self._played().map.bpm)
        if who == "link" and self._peer is None:
            try:
                self._peer = LinkPeer.join(self._played().map, meter, now)
            except DeviceError as problem:
                self._notice(str(problem))
                who = "own"
        elif self._peer is not None:
            self._peer.set_meter(meter)
        self._apart = None
        self.view = ConductorView(who, "own" if who == "own" else "searching")

    def _hear(self, data: bytes, at: Seconds) -> None:
        for move in self._follower.hear(data, at):
            match move:
                case Begin(tempo):
                    self._transport(Join(tempo))
                case Turn(tempo):
                    self._transport(Steer(tempo))
                case End():
                    self._transport(Halt())

    def _feel(self, beat: Beaten) -> None:
        """Lean the nearest beat of ours on the one heard, which never moves the bar line."""
        sure = beat.confidence >= _SURE and MIN_BPM <= beat.bpm <= MAX_BPM
        state = "locked" if sure else "coasting" if self.view.state != "searching" else "searching"
        self.view = replace(self.view, state=state, bpm=round(beat.bpm, 1) if sure else self.view.bpm)
        if not sure:
            return
        played = self._played()
        if self._apart is None or not played.playing:
            self._apart = round(played.tick(beat.at) / TICKS_PER_BEAT) - beat.count
        if abs(self._late(beat, played)) > 30 / beat.bpm:
            self._apart = round(played.tick(beat.at) / TICKS_PER_BEAT) - beat.count
        error = self._late(beat, played)
        self.view = replace(self.view, phase_error=abs(error))
        self._transport(Steer(TempoMap(beat.bpm, beat.at, (beat.count + self._apart) * TICKS_PER_BEAT)))

    def _late(self, beat: Beaten, played: TransportView) -> Seconds:
        """How much later than the beat heard ours comes."""
        return played.map.seconds_at((beat.count + (self._apart or 0)) * TICKS_PER_BEAT) - beat.at

    def _show_follower(self) -> None:
        state, error = str(self._follower.state), self._follower.phase_error
        trouble = self._follower.trouble
        if trouble != self.view.trouble:
            if trouble:
                self._notice(trouble)
            self.view = replace(self.view, trouble=trouble)
        if (state, error) != (self.view.state, self.view.phase_error):
            if state == "coasting" and self._follower.running and not trouble:
                self._notice("The MIDI clock has stopped coming. The drums go on at its last tempo.")
            self.view = replace(self.view, state=state, phase_error=error, bpm=self._follower.bpm)

    def _press(self, order: Start | Halt | Hush | Tempo | Shift, now: Seconds) -> None:
        peer, session = self._peer, self._session
        if peer is None or session is None:
            self._transport(order)
            return
        if isinstance(order, Start) and session.peers and session.map is not None:
            self._transport(Reference(session.map))
        self._transport(order)
        match order:
            case Start():
                peer.set_playing(True, now)
            case Halt() | Hush():
                peer.set_playing(False, now)
            case Tempo(bpm):
                peer.set_bpm(bpm, now)

    def _poll(self, peer: LinkPeer, now: Seconds) -> None:
        played, before = self._played(), self._session
        self._session = session = peer.poll(now)
        if session.map is None:
            return
        target = session.beside(played.tick(now), now)
        if target is not None and (session.peers or not played.playing):
            self._transport(Steer(target))
        started = before is not None and session.playing and not before.playing
        stopped = before is not None and before.playing and not session.playing
        if started and not played.playing:
            self._transport(Reference(session.map))
            self._transport(Start())
        elif stopped and played.playing:
            self._transport(Halt())
        error = abs(session.map.seconds_at(0) - played.map.seconds_at(0)) if played.playing else 0.0
        beat = 60 / session.map.bpm
        error = min(error % beat, beat - error % beat)
        self.view = replace(
            self.view, state="locked", peers=session.peers, phase_error=error, bpm=round(session.map.bpm, 2)
        )
