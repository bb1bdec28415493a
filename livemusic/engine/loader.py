"""Opens, checks, watches and closes what is outside: devices, ports, models, files. It alone may wait for them."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any, cast

import msgspec
import psutil

from livemusic.audio.source import Source
from livemusic.engine.conductor import Heard, Lead
from livemusic.engine.demo import DemoSource
from livemusic.engine.listen import Hear, Morph, TrackBeats
from livemusic.engine.openers import NoSound, Openers, Sound
from livemusic.engine.orders import Plugged, Reference, Start, Tempo
from livemusic.engine.snapshot import Notice, Plug
from livemusic.errors import LiveMusicError
from livemusic.inference.dictionary import Dictionary
from livemusic.inference.encoder import Ear, Embedder
from livemusic.inference.morpher import Morpher
from livemusic.midi.input import NoIn
from livemusic.midi.memory import NoOut
from livemusic.midi.port import Out
from livemusic.music.tempo import Meter, Seconds, TempoMap
from livemusic.session.changes import Change, Changes, differences
from livemusic.session.settings import Session, Settings

#: From committing a source to its first sample, so that every thread hears of it in time.
_SOURCE_LEAD: Seconds = 0.1
_WATCH_EVERY: Seconds = 1.0
#: Trying a lost port again holds the interpreter for some 25 ms, so not more often than this.
_RETRY_EVERY: Seconds = 3.0
_NOTICES = 8
_PORTS: tuple[Change, ...] = ("midi_out", "midi_in")
_MORPHS: Changes = frozenset(("drums", "channel", "corners", "meter", "pad", "launch", "swing", "follow", "anchors"))
_NONE: dict[Change, Callable[[], Any]] = {
    "source": lambda: None,
    "midi_out": NoOut,
    "midi_in": NoIn,
    "sound_out": NoSound,
    "embedder": lambda: None,
    "drums": lambda: None,
}


@dataclass(frozen=True, slots=True)
class Load:
    """Change to `session`; `done(reason)` is told None or why not. `forgiving`: go on without what fails."""

    session: Session
    done: Callable[[str | None], None]
    forgiving: bool = False
    play: bool = False


@dataclass(frozen=True, slots=True)
class Retire:
    """Close what another thread no longer uses."""

    thing: Any


@dataclass(frozen=True, slots=True)
class Lost:
    """`slot` (`midi_out` or `source`) has failed while it was used."""

    slot: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The source `thing` has played to its end."""

    thing: Any


@dataclass(frozen=True, slots=True)
class Say:
    """Tell the musician."""

    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One place where something is plugged in."""

    thing: Any = None
    plug: Plug = Plug()


@dataclass(frozen=True, slots=True)
class LoaderView:
    """What is plugged in, as others see it. `revision` grows with every committed session."""

    revision: int = 0
    session: Session | None = None
    slots: dict[str, Slot] = field(default_factory=lambda: {name: Slot() for name in _NONE})
    notices: tuple[Notice, ...] = ()
    busy: str = ""
    cpu_percent: float = 0.0
    memory_mb: float = 0.0
    xruns: int = 0


class Loader:
    """The core that opens and commits: all of a session, or nothing of it. `keep` is offered it once a second.

    Thread: loader.
    """

    def __init__(
        self,
        openers: Openers,
        transport: Callable[[Any], None],
        listen: Callable[[Any], None],
        keep: Callable[[Session], None],
        conductor: Callable[[Any], None],
    ) -> None:
        self.view = LoaderView()
        self._keep = keep
        self._conductor = conductor
        self._openers: dict[str, Callable[[str], Any]] = {
            "source": openers.source,
            "midi_out": openers.midi_out,
            "midi_in": lambda wanted: openers.midi_in(wanted, self._hear_midi),
            "sound_out": openers.sound,
            "embedder": openers.embedder,
            "drums": openers.dictionary,
        }
        self._transport = transport
        self._listen = listen
        self._source_began: Seconds = 0.0
        self._process = psutil.Process()
        self._watch_due: Seconds = 0.0
        self._retry_due: Seconds = 0.0
        self._restarts = 0
        self._blocked = 0

    def handle(self, message: Any, now: Seconds) -> None:
        match message:
            case Load():
                self._load(message)
            case Retire(thing):
                _close(thing)
            case Lost(slot, reason):
                self._set_state(slot, "lost", reason)
                self._say(reason)
            case Ended(thing):
                self._end(thing)
            case Say(text):
                self._say(text)
            case _:
                raise TypeError(f"the loader does not know {message!r}")

    def advance(self, now: Seconds) -> Seconds | None:
        if now >= self._watch_due:
            self._watch(now)
            self._watch_due = now + _WATCH_EVERY
        return self._watch_due

    def close(self) -> None:
        """Close everything that is open, in reverse. After the other threads have ended."""
        for slot in reversed(self.view.slots.values()):
            _close(slot.thing)

    def _load(self, load: Load) -> None:
        new, changes = load.session, differences(self.view.session, load.session) | self._stale()
        opened: dict[str, Slot] = {}
        try:
            for name in _NONE:
                if name in changes:
                    wanted = getattr(new.settings, name)
                    self._change(busy=f"opening {wanted or name}")
                    opened[name] = self._open(name, wanted, load.forgiving)
            slots = self.view.slots | opened
            morph = self._morph(new, slots) if changes & _MORPHS else None
        except (LiveMusicError, ValueError) as problem:
            for slot in opened.values():
                _close(slot.thing)
            self._change(busy="")
            load.done(str(problem))
            return
        replaced = self.view.slots["midi_in"].thing if "midi_in" in opened else None
        self._change(slots=slots, session=new, revision=self.view.revision + 1, busy="")
        self._commit(new, changes, morph)
        _close(replaced)
        if load.play:
            self._transport(Start())
        load.done(None)

    def _stale(self) -> Changes:
        """What is to be opened again though the same is asked for: what failed, was lost, or has ended."""
        slots = self.view.slots
        stale: set[Change] = {name for name in _NONE if slots[name].plug.state in ("lost", "failed", "ended")}
        return frozenset(stale)

    def _end(self, source: Any) -> None:
        if source is self.view.slots["source"].thing:
            text = getattr(source, "fault", "") or f"{source.name} has ended."
            self._set_state("source", "ended", text)
            self._say(text)

    def _open(self, name: Change, wanted: str, forgiving: bool) -> Slot:
        try:
            thing = self._openers[name](wanted)
        except LiveMusicError as problem:
            if not forgiving:
                raise
            self._say(str(problem))
            return Slot(_NONE[name](), Plug(wanted, "", "failed", str(problem)))
        label = getattr(thing, "name", "") or wanted
        state = "off" if wanted == "none" or name == "sound_out" else "on"  # the sound process says later how it went
        return Slot(thing, Plug(wanted, str(label), state))

    def _morph(self, new: Session, slots: dict[str, Slot]) -> Morph | None:
        """The corners ready to play, or None without a dictionary."""
        dictionary = cast(Dictionary | None, slots["drums"].thing)
        if dictionary is None:
            return None
        preset = new.preset
        return Morph(
            Morpher(dictionary, [clip.grid() for clip in preset.corners]),
            Meter(*preset.meter),
            new.settings.channel - 1,
            preset.pad,
            preset.launch,
            preset.swing,
            preset.follow,
            preset.anchors,
        )

    def _commit(self, new: Session, changes: Changes, morph: Morph | None) -> None:
        slots = self.view.slots
        self._transport(
            Plugged(
                out=cast(Out, slots["midi_out"].thing) if "midi_out" in changes else None,
                sink=cast(Sound, slots["sound_out"].thing) if "sound_out" in changes else None,
                sends_clock=new.settings.clock_out,
                meter=Meter(*new.preset.meter),
                midi_delay=new.settings.midi_delay_ms / 1e3,
                sound_delay=new.settings.sound_delay_ms / 1e3,
            )
        )
        if changes & {"source", "embedder"}:
            self._hear(same_source="source" not in changes)
        if changes & {"source", "sound_out", "monitor"}:
            self._back(new.settings)
        if changes & {"sound_out", "instrument", "effects"}:
            cast(Sound, slots["sound_out"].thing).chain(new.preset.instrument, new.preset.effects)
        # a preset brings its tempo, but not while the demo song's band sets it
        if changes & {"bpm", "name"} and not isinstance(slots["source"].thing, DemoSource):
            self._transport(Tempo(new.preset.bpm))
        if changes & {"tempo_from", "meter"}:
            self._conductor(Lead(new.settings.tempo_from, Meter(*new.preset.meter)))
            self._listen(TrackBeats(new.settings.tempo_from == "audio"))
        if morph is not None:
            self._listen(morph)

    def _hear(self, same_source: bool) -> None:
        """Start the source and hand it to the listening thread, on a new path."""
        source = cast(Source | None, self.view.slots["source"].thing)
        embedder = cast(Embedder | None, self.view.slots["embedder"].thing)
        if source is not None and not same_source:
            self._source_began = perf_counter() + _SOURCE_LEAD
            source.start(self._source_began)
        ear = Ear(embedder, source.sample_rate) if source is not None and embedder is not None else None
        self._listen(Hear(source, ear))
        tempo = TempoMap(source.bpm, self._source_began, 0) if isinstance(source, DemoSource) else None
        self._transport(Reference(tempo))

    def _hear_midi(self, data: bytes, at: Seconds) -> None:
        """Hand on what came in. Thread: the system's MIDI thread."""
        self._conductor(Heard(data, at))

    def _back(self, settings: Settings) -> None:
        """Let the speakers play the demo song's band, in time with what is heard."""
        source, sound = self.view.slots["source"].thing, cast(Sound, self.view.slots["sound_out"].thing)
        if isinstance(source, DemoSource) and settings.monitor:
            sound.backing(source.band, self._source_began, source.sample_rate)
        else:
            sound.backing(None, 0.0, 44100)

    def _watch(self, now: Seconds) -> None:
        """Once a second: how are we, and did anything vanish or come back?"""
        self._change(
            cpu_percent=self._process.cpu_percent(),
            memory_mb=self._process.memory_info().rss / 1e6,
        )
        if self.view.session is None:
            return
        self._keep(self.view.session)
        self._watch_sound()
        for name in _PORTS:
            slot = self.view.slots[name]
            if slot.plug.state == "on" and not getattr(slot.thing, "alive", True):
                self._set_state(name, "lost", f"MIDI port {slot.plug.name!r} has gone.")
                self._say(f"MIDI port {slot.plug.name!r} has gone. The drums go on and return to it when it is back.")
                if name == "midi_out":
                    self._transport(Plugged(out=NoOut()))
                else:
                    _close(slot.thing)
        if now >= self._retry_due:
            self._retry_due = now + _RETRY_EVERY
            for name in (*_PORTS, "source"):
                if self.view.slots[name].plug.state in ("lost", "failed"):
                    self._reopen(name)

    def _watch_sound(self) -> None:
        """The sound process looks after itself; what becomes of it is passed on."""
        slot = self.view.slots["sound_out"]
        status = cast(Sound, slot.thing).status()
        self._change(xruns=status.xruns)
        if slot.plug.wanted == "none":
            return
        if status.restarts > self._restarts and status.state == "on":
            self._say("The sound had stopped and is back. MIDI went on.")
        self._restarts = status.restarts
        for blocked in status.blocked[self._blocked :]:
            self._say(f"The plugin {blocked.path} was left out: {blocked.reason}.")
        self._blocked = len(status.blocked)
        state = "failed" if status.state == "gone" else status.state
        if slot.plug.state != state or slot.plug.detail != status.detail:
            if state == "failed" and slot.plug.state != "failed":
                self._say(status.detail)
            plug = Plug(slot.plug.wanted, status.device, state, status.detail)
            self._change(slots=self.view.slots | {"sound_out": Slot(slot.thing, plug)})

    def _reopen(self, name: Change) -> bool:
        """Try what failed again, quietly; True when it is back."""
        slot = self.view.slots[name]
        try:
            fresh = self._open(name, slot.plug.wanted, forgiving=False)
        except LiveMusicError as problem:
            if str(problem) != slot.plug.detail:
                self._set_state(name, slot.plug.state, str(problem))
            return False
        self._change(slots=self.view.slots | {name: fresh})
        if name == "source":
            self._hear(same_source=False)
        elif name == "midi_out":
            self._transport(Plugged(out=fresh.thing))
        if slot.plug.state == "lost":
            self._say(f"{fresh.plug.name} is back.")
        return True

    def _set_state(self, name: str, state: str, detail: str) -> None:
        slot = self.view.slots[name]
        plug = msgspec.structs.replace(slot.plug, state=state, detail=detail)
        self._change(slots=self.view.slots | {name: Slot(slot.thing, plug)})

    def _say(self, text: str) -> None:
        notices = self.view.notices
        number = notices[-1].number + 1 if notices else 1
        self._change(notices=(*notices, Notice(number, text))[-_NOTICES:])

    def _change(self, **fields: Any) -> None:
        self.view = replace(self.view, **fields)


def _close(thing: Any) -> None:
    close = getattr(thing, "close", None)
    if close is not None:
        with suppress(LiveMusicError):
            close()
