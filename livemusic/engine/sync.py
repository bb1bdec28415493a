"""Keeps us in time with whoever leads: ourselves, a MIDI clock, an Ableton Link session, or the music that is heard."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from livemusic.engine.loader_orders import TakeLead
from livemusic.engine.orders import Join, Reference, Settle, Steer
from livemusic.engine.timing import (
    GiveBack,
    Nudge,
    Panic,
    Play,
    Ramp,
    Resume,
    SetLead,
    SetTempo,
    StepTempo,
    Stop,
    TapTempo,
)
from livemusic.engine.transport_view import TransportView
from livemusic.errors import DeviceError
from livemusic.music.follow import Begin, ClockFollower, End, Turn
from livemusic.music.tap import Taps
from livemusic.music.tempo import MAX_BPM, MIN_BPM, TICKS_PER_BEAT, BeatsPerMinute, Meter, Seconds, TempoMap
from livemusic.network.link import LinkPeer, LinkState

#: How often a Link session is looked at.
_LINK_EVERY: Seconds = 0.05
#: A beat heard less surely than this is not followed.
_SURE = 0.6
#: Why something cannot be is said again after so long.
_SAID_AGAIN: Seconds = 5.0
_TAKEN = {
    "audio": "The tempo is set by hand now, and no longer follows the audio. “Follow audio” gives it back.",
    "demo": "The tempo is set by hand now, and the drums no longer go with the demo song. “Demo song” gives it back.",
}


@dataclass(frozen=True, slots=True)
class Follow:
    """Keep time with `leader`, one of `session.settings.LEADERS` or `demo`, the demo song; `meter` is ours.
    `demo`: that song is there to lead."""

    leader: str
    meter: Meter
    demo: bool = False


@dataclass(frozen=True, slots=True)
class MidiIn:
    """A MIDI message that came in at `at`."""

    data: bytes
    at: Seconds


@dataclass(frozen=True, slots=True)
class Beat:
    """A beat of the music that is listened to, the `count`th since listening began. `confidence` 0..1."""

    bpm: float
    at: Seconds
    count: int
    confidence: float


@dataclass(frozen=True, slots=True)
class SyncView:
    """Who leads, and how firmly we follow: `state` is `own`, `searching`, `unsure`, `locked` or `coasting`.

    `bpm`: the leader's tempo, free of jitter, to be shown; None where our own is. `trouble`: what is wrong with the
    leader's clock, in a sentence. `taken`: who led before a tempo was set by hand, `` where that was nobody.
    """

    leader: str = "own"
    state: str = "own"
    phase_error: Seconds = 0.0
    peers: int = 0
    bpm: BeatsPerMinute | None = None
    trouble: str = ""
    taken: str = ""


class Sync:
    """The core between those who set the time and the transport.

    `transport` posts to the transport, `listen` to the listening core, `loader` to the loader, `played` tells
    how the transport is now, `notice` tells the musician; none may block.
    Thread: sync.
    """

    def __init__(
        self,
        transport: Callable[[Any], None],
        listen: Callable[[Any], None],
        played: Callable[[], TransportView],
        notice: Callable[[str], None],
        loader: Callable[[TakeLead], None],
    ) -> None:
        self._loader = loader
        self._refused: Seconds = -_SAID_AGAIN
        self._early: SetTempo | Ramp | None = None
        self._begun = False
        self.view = SyncView()
        self._transport = transport
        self._listen = listen
        self._played = played
        self._notice = notice
        self._follower = ClockFollower()
        self._peer: LinkPeer | None = None
        self._session: LinkState | None = None
        self._link_due: Seconds = 0.0
        self._apart: int | None = None
        self._taps = Taps()

    def handle(self, message: Any, now: Seconds) -> None:
        match message:
            case Play() | Resume() | Stop() | Panic():
                self._pass_on(message, now)
            case SetTempo():
                self._set_tempo(message, now)
            case StepTempo(by):
                bpm = round(self._played().bpm(now) + by, 1)
                self._set_tempo(SetTempo(min(max(bpm, MIN_BPM), MAX_BPM)), now)
            case TapTempo(at):
                tapped = self._taps.hear(now if at is None else at)
                if tapped is not None:
                    self._set_tempo(SetTempo(tapped), now)
            case Ramp():
                self._ramp(message, now)
            case SetLead(leader):
                self._give_lead(leader, now)
            case GiveBack():
                if self.view.taken:
                    self._give_lead(self.view.taken, now)
            case Settle(done):
                done()
            case Nudge():
                self._nudge(message)
            case Follow(leader, meter, demo):
                self._follow(leader, meter, demo, now)
            case MidiIn(data, at):
                if self.view.leader == "midi":
                    self._hear(data, at)
            case Beat():
                if self.view.leader == "audio":
                    self._feel(message)
            case _:
                raise TypeError(f"sync does not know {message!r}")

    def advance(self, now: Seconds) -> Seconds | None:
        if self.view.leader == "midi":
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

    def _follow(self, leader: str, meter: Meter, demo: bool, now: Seconds) -> None:
        if leader != "link":
            self.close()
        if leader == "midi" and self.view.leader != "midi":
            self._follower = ClockFollower(self._played().bpm(now))
        if leader == "link" and self._peer is None:
            try:
                self._peer = LinkPeer.join(self._played().map, meter, now)
            except DeviceError as problem:
                self._notice(str(problem))
                leader = "own"
        elif self._peer is not None:
            self._peer.set_meter(meter)
        self._apart = None
        state = {"own": "own", "demo": "locked"}.get(leader, "searching")
        before = self.view.taken if self.view.leader == "own" else self.view.leader
        back = leader == "own" and (before == "audio" or (before == "demo" and demo))
        self.view = SyncView(leader, state, taken=before if back else "")
        early, self._early, self._begun = self._early, None, True
        if early is not None and leader == "demo":
            self._set_tempo(early, now)

    def _hear(self, data: bytes, at: Seconds) -> None:
        for move in self._follower.hear(data, at):
            match move:
                case Begin(tempo):
                    self._transport(Join(tempo))
                case Turn(tempo):
                    self._transport(Steer(tempo))
                case End():
                    self._transport(Stop())

    def _feel(self, beat: Beat) -> None:
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

    def _late(self, beat: Beat, played: TransportView) -> Seconds:
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

    def _set_tempo(self, request: SetTempo | Ramp, now: Seconds) -> None:
        """A tempo set by hand stays: we set the time from then on, but where a MIDI clock or a Link session does."""
        leader = self.view.leader
        if not self._begun:  # the demo song is still being opened
            self._early = request
        if leader == "midi" and self.view.state == "locked":
            self._refuse("The MIDI clock sets the tempo. Choose Internal under “Time from” to set it here.", now)
            return
        if leader in ("audio", "demo"):
            self.view = SyncView(taken=leader)
            self._transport(Reference(None))
            self._notice(_TAKEN[leader])
            self._loader(TakeLead("own", request.bpm))
        self._pass_on(request, now)

    def _ramp(self, ramp: Ramp, now: Seconds) -> None:
        if not self._played().playing:
            self._refuse("A ramp of the tempo needs drums that play: press play first.", now)
        elif self.view.leader == "link":
            self._refuse("In a Link session the tempo is everybody's: choose Internal under “Time from” to ramp.", now)
        else:
            self._set_tempo(ramp, now)

    def _refuse(self, reason: str, now: Seconds) -> None:
        """Say why it cannot be, but not for every move of a knob."""
        if now - self._refused >= _SAID_AGAIN:
            self._refused = now
            self._notice(reason)

    def _give_lead(self, leader: str, now: Seconds) -> None:
        """Let another set the time, or go on ourselves as it goes now."""
        self._loader(TakeLead(leader, round(self._played().bpm(now), 2) if leader == "own" else None))

    def _pass_on(self, request: Play | Resume | Stop | Panic | SetTempo | Ramp, now: Seconds) -> None:
        """Let the transport do it, and a Link session hear of it."""
        peer, session = self._peer, self._session
        if peer is None or session is None:
            self._transport(request)
            return
        if isinstance(request, Play | Resume) and session.peers and session.map is not None:
            self._transport(Reference(session.map))
        self._transport(request)
        match request:
            case Play() | Resume():
                peer.set_playing(True, now)
            case Stop() | Panic():
                peer.set_playing(False, now)
            case SetTempo(bpm):
                peer.set_bpm(bpm, now)

    def _nudge(self, nudge: Nudge) -> None:
        """Move our own beat, or help the one that is heard; what others send cannot be moved from here."""
        if self.view.leader in ("own", "demo"):
            self._transport(nudge)
        elif self.view.leader == "audio":
            self._listen(nudge)
        else:
            self._notice("The beat cannot be nudged while another program leads: use the delays in the preferences.")

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
            self._transport(Play())
        elif stopped and played.playing:
            self._transport(Stop())
        error = abs(session.map.seconds_at(0) - played.map.seconds_at(0)) if played.playing else 0.0
        beat = 60 / session.map.bpm
        error = min(error % beat, beat - error % beat)
        self.view = replace(
            self.view, state="locked", peers=session.peers, phase_error=error, bpm=round(session.map.bpm, 2)
        )
