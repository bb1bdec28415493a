"""Opens, checks, watches and closes what is outside: devices, ports, models, files. It alone may wait for them.

Every change of what is played goes through it, as a new session, so it keeps the way back as well.
"""

from collections.abc import Callable
from pathlib import Path
from threading import Event
from time import perf_counter
from typing import Any, cast

import msgspec

from livemusic.audio.source import Source
from livemusic.engine.board import SLOTS, Board, BoardView, Slot, close, in_words
from livemusic.engine.cabling import CablingWatch
from livemusic.engine.conductor import Heard, Lead
from livemusic.engine.demo import DemoSource
from livemusic.engine.hands import RULES, Came, Lit, Rules
from livemusic.engine.knobs import Knobs
from livemusic.engine.listen_orders import Hear, Morph, TrackBeats
from livemusic.engine.loader_orders import Amend, Ended, Load, Lost, Pick, Retire, Save, Say, Step
from livemusic.engine.openers import Openers, Sound
from livemusic.engine.orders import Plugged, Reference, Settle, Start, Tempo
from livemusic.engine.studio import Corners, Equip
from livemusic.engine.watcher import Watcher
from livemusic.errors import LiveMusicError, PresetError
from livemusic.inference.dictionary import Dictionary
from livemusic.inference.encoder import Ear, Embedder
from livemusic.midi.controllers import Controllers
from livemusic.midi.memory import NoOut
from livemusic.midi.port import Out
from livemusic.music.event import SYSTEM
from livemusic.music.tempo import Meter, Seconds, TempoMap
from livemusic.session.changes import Change, Changes, History, differences
from livemusic.session.codec import read_preset, write_preset, write_session
from livemusic.session.edits import with_preset
from livemusic.session.library import list_presets
from livemusic.session.settings import Session, Settings
from livemusic.sketch.path import Path as Way

#: From committing a source to its first sample, so that every thread hears of it in time.
_SOURCE_LEAD: Seconds = 0.1
_WATCH_EVERY: Seconds = 1.0
_SETTLING: Seconds = 1.0
#: What of a preset the hand moves, what is only edited, and all that a morph is made of.
_BY_HAND: Changes = frozenset(("pad", "launch", "swing", "follow", "anchors"))
_EDITS: Changes = frozenset(("corners", "mode", "locks"))
_MORPHS: Changes = _BY_HAND | _EDITS | {"drums", "meter"}


class Loader:
    """The core that opens and commits: all of a session, or nothing of it. `keep` is offered it once a second.

    `as_played` tells what has become of a session under the musician's hands.

    Thread: loader.
    """

    def __init__(
        self,
        openers: Openers,
        transport: Callable[[Any], None],
        listen: Callable[[Any], None],
        keep: Callable[[Session], None],
        conductor: Callable[[Any], None],
        hands: Callable[[Any], None],
        studio: Callable[[Any], None],
        as_played: Callable[[Session], Session],
        cabling: CablingWatch | None = None,
    ) -> None:
        self._studio = studio
        self._open_tools = openers.tools
        self._hands = hands
        self._as_played = as_played
        self._keep = keep
        self._conductor = conductor
        self._transport = transport
        self._listen = listen
        self._board = Board(
            {
                "source": openers.source,
                "midi_out": openers.midi_out,
                "midi_in": lambda wanted: openers.midi_in(wanted, self._hear_midi),
                "controllers": lambda wanted: openers.controllers(wanted, self._hear_hands),
                "sound_out": openers.sound,
                "embedder": openers.embedder,
                "drums": openers.dictionary,
            }
        )
        self._cabling = cabling
        self._watcher = Watcher(self._board, self._gone, self._back)
        self._source_began: Seconds = 0.0
        self._watch_due: Seconds = 0.0
        self._knobs = Knobs()
        self._history: History | None = None
        self._rested: Session | None = None
        self._leaving = Event()

    @property
    def view(self) -> BoardView:
        """How everything is."""
        return self._board.view

    def show(self, port: str, data: bytes) -> None:
        """Send to a controller. Thread: hands."""
        cast(Controllers, self._board.thing("controllers")).send(port, data)

    def handle(self, message: Any, now: Seconds) -> None:
        match message:
            case Load() | Amend() | Step() | Pick() | Save() if self._leaving.is_set():
                message.done("livemusic is ending.")
            case Load(session, done, forgiving, play):
                done(self._load(session, self._stale(), forgiving))
                if play:
                    self._transport(Start())
            case Amend(alter, done, again):
                done(self._amend(alter, self._stale() if again else frozenset()))
            case Step(step, done):
                done(self._step(step))
            case Pick(choose, done):
                done(self._pick(choose))
            case Save(path, name, done):
                done(self._save(path, name))
            case Retire(thing):
                close(thing)
            case Lost(slot, reason):
                self._board.mark(slot, "lost", reason)
                self._board.say(reason)
            case Ended(thing):
                self._end(thing)
            case Say(text):
                self._board.say(text)
            case _:
                raise TypeError(f"the loader does not know {message!r}")

    def advance(self, now: Seconds) -> Seconds | None:
        if now >= self._watch_due:
            self._watch_due = now + _WATCH_EVERY
            self._watcher.look(now)
            self._knobs.hear(cast(Sound, self._board.thing("sound_out")).status().chain)
            self._rest()
        if self._cabling is None or self.view.session is None:
            return self._watch_due
        return min(self._watch_due, self._cabling.look(self.view.session.settings, now))

    def leave(self) -> None:
        """Change nothing any more: the engine is ending. Thread: any."""
        self._leaving.set()

    def close(self) -> None:
        """Close everything that is open, in reverse. After the other threads have ended."""
        if self._cabling is not None:
            self._cabling.close()
        self._board.close()

    @property
    def _present(self) -> Session | None:
        """The session as it is played now."""
        session = self.view.session
        if session is None:
            return None
        played = self._as_played(session)
        if isinstance(self._board.thing("source"), DemoSource):
            played = with_preset(played, bpm=session.preset.bpm)  # the tempo is the band's
        return msgspec.structs.replace(played, preset=self._knobs.turned(played.preset))

    def _load(self, new: Session, again: Changes = frozenset(), forgiving: bool = False) -> str | None:
        """Change to `new` and remember what was; the reason where that cannot be."""
        old = self._present
        reason = self._change_to(old, new, again, forgiving)
        if reason is None:
            history = History(new) if self._history is None or old is None else self._history.push(old).push(new)
            self._remember(history)
        return reason

    def _amend(self, alter: Callable[[Session], Session], again: Changes) -> str | None:
        present = self._present
        if present is None:
            return "Nothing is plugged in yet."
        try:
            return self._load(alter(present), again)
        except ValueError as problem:
            return str(problem)

    def _step(self, step: int) -> str | None:
        present = self._present
        if self._history is None or present is None:
            return None
        history = self._history.push(present)
        there = history.undo() if step < 0 else history.redo()
        reason = self._change_to(present, there.present, frozenset(), forgiving=True)
        if reason is None:
            self._remember(there)
        return reason

    def _pick(self, choose: Callable[[list[str], str], int]) -> str | None:
        presets = list_presets()
        present = self._present
        if present is None or not presets:
            return "There are no presets."
        try:
            _, path = presets[choose([name for name, _ in presets], present.preset.name)]
            return self._load(msgspec.structs.replace(present, preset=read_preset(path)))
        except (ValueError, PresetError) as problem:
            return str(problem)

    def _save(self, path: Path, name: str) -> str | None:
        present = self._present
        if present is None:
            return "Nothing is plugged in yet."
        instrument, effects = cast(Sound, self._board.thing("sound_out")).captured()
        if [slot.path for slot in effects if slot is not None] == [slot.path for slot in present.preset.effects]:
            kept = tuple(slot for slot in effects if slot is not None)
            present = with_preset(present, instrument=instrument, effects=kept)
        saved = with_preset(present, name=name or present.preset.name)
        try:
            if name:
                write_preset(path, saved.preset)
            else:
                write_session(path, saved)
        except PresetError as problem:
            return str(problem)
        self._board.change(session=saved, revision=self.view.revision + 1)
        what = f"“{name}” is saved" if name else "Everything is saved: settings, controls and preset are"
        self._board.say(f"{what} in {path}.")
        return None

    def _remember(self, history: History) -> None:
        self._history = history
        self._board.change(can_undo=bool(history.past), can_redo=bool(history.future))

    def _rest(self) -> None:
        """What the hands have changed since the last step of history is a step too, once they rest."""
        present, history = self._present, self._history
        if history is not None and present is not None and present == self._rested:
            still = present
            if present.preset.follow:  # it is not the hand that moves the pad
                still = with_preset(present, pad=history.present.preset.pad)
            if still != history.present:
                self._remember(history.push(present))
        self._rested = present
        if present is not None:
            self._keep(present)

    def _change_to(self, old: Session | None, new: Session, again: Changes, forgiving: bool) -> str | None:
        """Open what `new` needs and commit it, or say why that cannot be. What is only opened `again` may fail."""
        wished = differences(old, new)
        changes = wished | again
        opened: dict[str, Slot] = {}
        try:
            for name in SLOTS:
                if name in changes:
                    wanted = getattr(new.settings, name)
                    self._board.change(busy=f"opening {in_words(wanted) or name}")
                    opened[name] = self._board.open(name, wanted, forgiving or name not in wished)
            slots = self.view.slots | opened
            morph = self._morph(new, slots, changes) if changes & _MORPHS else None
        except (LiveMusicError, ValueError) as problem:
            for slot in opened.values():
                close(slot.thing)
            self._board.change(busy="")
            return str(problem)
        replaced = [self.view.slots[name].thing for name in ("midi_in", "controllers") if name in opened]
        self._board.change(slots=slots, session=new, revision=self.view.revision + 1, busy="")
        self._commit(old, new, changes, morph)
        for thing in replaced:
            close(thing)
        return None

    def _stale(self) -> Changes:
        """What is to be opened again though the same is asked for: what failed, was lost, or has ended."""
        slots = self.view.slots
        stale: set[Change] = {name for name in SLOTS if slots[name].plug.state in ("lost", "failed", "ended")}
        return frozenset(stale)

    def _end(self, source: Any) -> None:
        if source is self.view.slots["source"].thing:
            text = getattr(source, "fault", "") or f"{source.name} has ended."
            self._board.mark("source", "ended", text)
            self._board.say(text)

    def _morph(self, new: Session, slots: dict[str, Slot], changes: Changes) -> Morph | None:
        """The corners ready to play, or None without a dictionary. What does not change is left to the hands."""
        dictionary = cast(Dictionary | None, slots["drums"].thing)
        if dictionary is None:
            return None
        preset = new.preset
        return Morph(
            Way(dictionary, [clip.grid() for clip in preset.corners], preset.mode),
            Meter(*preset.meter),
            at_once="name" not in changes and bool(changes & _EDITS),
            locks=preset.locked(),
            **{name: getattr(preset, name) for name in _BY_HAND if name in changes},
        )

    def _commit(self, old: Session | None, new: Session, changes: Changes, morph: Morph | None) -> None:
        slots, settings = self.view.slots, new.settings
        sound = cast(Sound, slots["sound_out"].thing)
        self._transport(
            Plugged(
                out=cast(Out, slots["midi_out"].thing) if "midi_out" in changes else None,
                sink=sound if "sound_out" in changes else None,
                sends_clock=settings.clock_out,
                meter=Meter(*new.preset.meter),
                midi_delay=settings.midi_delay_ms / 1e3,
                sound_delay=settings.sound_delay_ms / 1e3,
                route=settings.drum_map.route(settings.channel),
            )
        )
        if changes & {"source", "embedder"}:
            self._hear(same_source="source" not in changes)
        if changes & {"source", "sound_out", "monitor"}:
            self._accompany(settings)
        self._wire(sound, old, new, changes)
        if changes & RULES:
            self._hands(Rules.of(settings))
        # a preset brings its tempo, but not while the demo song's band sets it
        if changes & {"bpm", "name"} and not isinstance(slots["source"].thing, DemoSource):
            self._transport(Tempo(new.preset.bpm))
        if changes & {"tempo_from", "meter"}:
            self._conductor(Lead(settings.tempo_from, Meter(*new.preset.meter)))
        if changes & {"tempo_from", "source_latency_ms"}:
            self._listen(TrackBeats(settings.tempo_from == "audio", settings.source_latency_ms / 1e3))
        if morph is not None:
            self._listen(morph)
        self._supply(new, changes)
        self._settle()

    def _supply(self, new: Session, changes: Changes) -> None:
        """Let the studio work with the dictionary and the corners that are played."""
        if "drums" in changes:
            self._studio(Equip(self._open_tools(cast(Dictionary | None, self._board.thing("drums")))))
        if "corners" in changes:
            self._studio(Corners(tuple(clip.grid() for clip in new.preset.corners)))

    def _settle(self) -> None:
        """Wait until everybody plays the new session, or what is played would be mistaken for a change of it."""
        for post in (self._transport, self._listen):
            taken = Event()
            post(Settle(taken.set))
            if not self._leaving.is_set():
                taken.wait(_SETTLING)

    def _wire(self, sound: Sound, old: Session | None, new: Session, changes: Changes) -> None:
        """Let the sound process play through what the session wants."""
        if changes & {"sound_out", "drum_map"}:
            sound.route(tuple(lane.pitch for lane in new.settings.drum_map.lanes))
        if changes & {"sound_out", "live_in"}:
            sound.live_in(new.settings.live_in)
        if changes & {"sound_out", "instrument", "effects"}:
            moves = None if old is None or "sound_out" in changes else self._knobs.moves(old.preset, new.preset)
            if moves is None:
                sound.chain(new.preset.instrument, new.preset.effects)
            for place, name, value in moves or ():
                sound.parameter(place, name, value)

    def _gone(self, name: Change) -> None:
        if name == "midi_out":
            self._transport(Plugged(out=NoOut()))
        else:
            close(self._board.thing(name))

    def _back(self, name: Change) -> None:
        if name == "source":
            self._hear(same_source=False)
        elif name == "midi_out":
            self._transport(Plugged(out=self._board.thing(name)))
        elif name == "controllers":
            self._hands(Lit())

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
        session = self.view.session
        late = 0.0 if session is None else session.settings.midi_in_latency_ms / 1e3
        self._conductor(Heard(data, at - late))
        if data[0] < SYSTEM:
            self._hands(Came(self.view.slots["midi_in"].plug.wanted, data, at))

    def _hear_hands(self, port: str, data: bytes, at: Seconds) -> None:
        """Hand on what a controller sent. Thread: the system's MIDI thread."""
        self._hands(Came(port, data, at))

    def _accompany(self, settings: Settings) -> None:
        """Let the speakers play the demo song's band, in time with what is heard."""
        source, sound = self.view.slots["source"].thing, cast(Sound, self._board.thing("sound_out"))
        if isinstance(source, DemoSource) and settings.monitor:
            sound.backing(source.band, self._source_began, source.sample_rate)
        else:
            sound.backing(None, 0.0, 44100)
