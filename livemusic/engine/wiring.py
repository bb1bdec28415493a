"""Hands what was opened to the cores that play it, and what comes in from outside to the cores that wait for it."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from time import perf_counter
from typing import Any, cast

from livemusic.audio.file import FileSource, Recording
from livemusic.audio.source import Source
from livemusic.engine.answer import SoundDelay
from livemusic.engine.changeover import Line
from livemusic.engine.demo import DemoSource
from livemusic.engine.knobs import Knobs
from livemusic.engine.listen_orders import Hear, HearDrums, Morph, Scenes, TrackBeats
from livemusic.engine.messages import SetAnswer, SetFreedom, SetTempo
from livemusic.engine.mixer import Mixed
from livemusic.engine.openers import Openers, Sound
from livemusic.engine.orders import Reference, Retempo, Routing, Settle
from livemusic.engine.patchbay import Patchbay, Slot, close
from livemusic.engine.perform import SetPerformance
from livemusic.engine.playback import PairSong, SetSongVolume
from livemusic.engine.recorder import OtherPreset
from livemusic.engine.sections import FollowNotes
from livemusic.engine.song_player import Opened, Paired, Speakers
from livemusic.engine.studio import SetCorners, SetTools
from livemusic.engine.surface import MAPPING, ControlMessage, Mapping, Refresh
from livemusic.engine.sync import Follow, MidiIn
from livemusic.engine.takes import Plugged
from livemusic.errors import LiveMusicError, ModelError
from livemusic.inference.dictionary import Dictionary
from livemusic.inference.encoder import Ear, Embedder
from livemusic.inference.hearing import Hearing
from livemusic.inference.metre import OnnxMetre
from livemusic.midi.memory import NoOut
from livemusic.midi.port import Out
from livemusic.music.event import SYSTEM
from livemusic.music.pairing import Pairing
from livemusic.music.tempo import Meter, Seconds, TempoMap
from livemusic.session.changes import Change, Changes
from livemusic.session.files import path_of
from livemusic.session.lane_mix import all_lanes
from livemusic.session.preset import Preset
from livemusic.session.settings import Session, Settings
from livemusic.sketch.path import Path as Way
from livemusic.sketch.path import common_length

#: From committing a source to its first sample, so that every thread hears of it in time.
_SOURCE_LEAD: Seconds = 0.1
_SETTLING: Seconds = 1.0
#: What of a preset the hand moves, what is only edited, and all that a morph is made of.
_BY_HAND: Changes = frozenset(("pad", "launch", "swing", "follow", "anchors", "followed", "harmony_anchors"))
_EDITS: Changes = frozenset(("corners", "mode", "locks"))
MORPHS: Changes = _BY_HAND | _EDITS | {"drums", "meter"}


@dataclass(frozen=True, slots=True)
class Posts:
    """The inbox of each core, by the name of the core. Thread: any."""

    transport: Callable[[Any], None]
    listen: Callable[[Any], None]
    sync: Callable[[Any], None]
    loader: Callable[[Any], None]
    surface: Callable[[Any], None]
    studio: Callable[[Any], None]
    answer: Callable[[Any], None]
    perform: Callable[[Any], None]
    song: Callable[[Any], None]
    takes: Callable[[Any], None]
    ahead: Callable[[Any], None]
    analysis: Callable[[Any], None]
    sections: Callable[[Any], None]
    matching: Callable[[Any], None]
    mixer: Callable[[Any], None]


class Wiring:
    """Connects what is plugged into `patchbay` with the cores. `ending`: nobody is waited for any more.

    Thread: loader, but for `hear_midi` and `hear_controller`.
    """

    def __init__(self, patchbay: Patchbay, knobs: Knobs, openers: Openers, post: Posts, ending: Event) -> None:
        self._patchbay = patchbay
        self._knobs = knobs
        self._open_tools = openers.tools
        self._open_metre = openers.metre
        self._metre: OnnxMetre | None = None
        self._way: Way | None = None
        self._post = post
        self._ending = ending
        self._source_began: Seconds = 0.0

    def morph(self, new: Session, slots: dict[str, Slot], changes: Changes, line: Line | None = None) -> Morph | None:
        """The corners ready to play, or None without a dictionary. What does not change is left to the hands."""
        dictionary = cast(Dictionary | None, slots["drums"].thing)
        if dictionary is None:
            return None
        preset = new.preset
        return Morph(
            self._prepared(dictionary, preset),
            Meter(*preset.meter),
            at_once="name" not in changes and bool(changes & _EDITS),
            line=None if line is None else line.tick,
            locks=preset.locked(),
            **{name: getattr(preset, name) for name in _BY_HAND if name in changes},
        )

    def prepare(self, preset: Preset) -> None:
        """Encode the corners and make the matched drums of a preset that is to be played at the next line."""
        dictionary = cast(Dictionary | None, self._patchbay.thing("drums"))
        if dictionary is not None:
            self._prepared(dictionary, preset)
        if preset.voices:
            cast(Sound, self._patchbay.thing("sound_out")).prepare(preset.voices)

    def _prepared(self, dictionary: Dictionary, preset: Preset) -> Way:
        steps = common_length([clip.steps for clip in preset.corners])
        corners = [clip.grid().looped(steps) for clip in preset.corners]
        self._way = Way(dictionary, corners, preset.mode, self._way)
        return self._way

    def commit(
        self, old: Session | None, new: Session, changes: Changes, morph: Morph | None, line: Line | None = None
    ) -> None:
        """Let everybody play `new`, which differs from `old` in `changes`, and wait until they know.

        What a preset brings is heard from `line` on, where there is one.
        """
        slots, settings = self._patchbay.view.slots, new.settings
        sound = cast(Sound, slots["sound_out"].thing)
        self._post.transport(
            Routing(
                out=cast(Out, slots["midi_out"].thing) if "midi_out" in changes else None,
                sink=sound if "sound_out" in changes else None,
                sends_clock=settings.clock_out,
                meter=Meter(*new.preset.meter),
                midi_delay=settings.midi_delay_ms / 1e3,
                sound_delay=settings.sound_delay_ms / 1e3,
                route=settings.drum_map.route(settings.channel),
                heard_channel=settings.heard_channel - 1 if settings.heard_midi else -1,
                metronome=settings.metronome,
            )
        )
        if changes & {"sound_out", "sound_delay_ms"}:
            self._post.song(Speakers(sound, settings.sound_delay_ms / 1e3, settings.sound_out != "none"))
        if "song_volume_db" in changes:
            self._post.song(SetSongVolume(settings.song_volume_db))
        if changes & {"source", "embedder"}:
            self._hear(settings, same_source="source" not in changes)
        if changes & {"source", "embedder", "hearing", "hear_drums", "source_latency_ms"}:
            self._hear_drums(settings)
        if changes & {"source", "sound_out", "monitor"}:
            self._accompany(settings)
        if changes & {"source", "sound_out", "sound_delay_ms", "embedder"}:
            self._tell_takes(settings)
        cut = 0.0 if line is None else line.cut + settings.sound_delay_ms / 1e3
        self._wire(sound, old, new, changes, cut)
        self._post.mixer(
            Mixed(
                lanes=all_lanes(new.preset.mix) if "mix" in changes else None,
                groups=new.preset.mute_groups if "mute_groups" in changes else None,
                master_db=settings.master_db if "master_db" in changes else None,
                sound=sound if "sound_out" in changes else None,
                line=None if line is None else line.tick,
                cut=cut,
            )
        )
        if changes & MAPPING:
            self._post.surface(Mapping.of(settings))
        if "name" in changes and old is not None:
            self._post.surface(OtherPreset(new.preset.name))
        # a preset brings its tempo, but not while the demo song's band sets it
        leader = self._leader(settings)
        if ("name" in changes and leader != "demo") or ("bpm" in changes and leader not in ("demo", "audio")):
            self._post.transport(SetTempo(new.preset.bpm) if line is None else Retempo(new.preset.bpm, line.tick))
        if changes & {"tempo_from", "demo_leads"} and not changes & {"source", "embedder"}:
            self._refer(settings)
        if changes & {"tempo_from", "meter", "demo_leads", "source"}:
            demo = isinstance(slots["source"].thing, DemoSource)
            self._post.sync(Follow(leader, Meter(*new.preset.meter), demo))
        if changes & {"tempo_from", "source_latency_ms"}:
            self._track_beats(settings)
        if changes & {"sections", "follow_sections"}:
            self._post.sections(FollowNotes(new.preset.sections, new.preset.follow_sections))
        if "scenes" in changes:
            self._post.listen(Scenes(new.preset.scenes))
        if "performance" in changes:  # before the pattern that a preset brings with it
            self._post.perform(SetPerformance(new.preset.performance, None if line is None else line.tick))
        if morph is not None:
            self._post.listen(morph)
        if changes & {"answer", "answer_freedom", "name"}:  # after the morph, which ends what the last preset answered
            self._post.answer(SetFreedom(new.preset.answer_freedom))
            self._post.answer(SetAnswer(new.preset.answer))
        if "sound_delay_ms" in changes:
            self._post.answer(SoundDelay(settings.sound_delay_ms / 1e3))
        self._supply(new, changes)
        self._settle()

    def _supply(self, new: Session, changes: Changes) -> None:
        """Let the studio work with the dictionary and the corners that are played."""
        if "drums" in changes:
            dictionary = cast(Dictionary | None, self._patchbay.thing("drums"))
            wanted = new.settings.drums
            if dictionary is not None and wanted not in ("", dictionary.card.id):
                self._patchbay.say(
                    f"The drum dictionary {wanted} no longer comes with livemusic: {dictionary.card.id} plays instead. "
                    "Choose one in the preferences."
                )
            tools = SetTools(self._open_tools(dictionary))
            self._post.studio(tools)
            self._post.answer(tools)
            self._post.perform(tools)
        if "corners" in changes:
            self._post.studio(SetCorners(tuple(clip.grid() for clip in new.preset.corners)))

    def _settle(self) -> None:
        """Wait until everybody plays the new session, or what is played would be mistaken for a change of it."""
        post = self._post
        for each in (post.mixer, post.transport, post.listen, post.song, post.answer, post.perform, post.sync):
            taken = Event()
            each(Settle(taken.set))
            if not self._ending.is_set():
                taken.wait(_SETTLING)

    def _wire(self, sound: Sound, old: Session | None, new: Session, changes: Changes, cut: Seconds) -> None:
        """Let the sound process play through what the session wants; what a preset brings from the moment `cut` on, or
        at once. Plugins are opened at once."""
        if changes & {"sound_out", "drum_map"}:
            sound.route(tuple(lane.pitch for lane in new.settings.drum_map.lanes))
        if changes & {"sound_out", "voices"}:
            sound.matched(new.preset.voices, cut)
        if changes & {"sound_out", "kit"}:
            sound.play_kit(new.settings.kit)
        sound.click_to(new.settings.metronome.pairs)
        if changes & {"sound_out", "live_in"}:
            sound.live_in(new.settings.live_in)
        if changes & {"sound_out", "instrument", "effects"}:
            moves = None if old is None or "sound_out" in changes else self._knobs.moves(old.preset, new.preset)
            if moves is None:
                sound.chain(new.preset.instrument, new.preset.effects)
            for place, name, value in moves or ():
                sound.parameter(place, name, value, cut)

    def _tell_takes(self, settings: Settings) -> None:
        """Let whoever records know what is heard and played."""
        source, sound = self._patchbay.thing("source"), cast(Sound, self._patchbay.thing("sound_out"))
        embedder = cast(Embedder | None, self._patchbay.thing("embedder"))
        model = ("", 0, 0) if embedder is None else (embedder.card.id, embedder.dim, embedder.spec.bins)
        self._post.takes(Plugged(source, sound, settings.sound_delay_ms / 1e3, *model))

    def gone(self, name: Change) -> None:
        """What was plugged in there has vanished."""
        if name == "midi_out":
            self._post.transport(Routing(out=NoOut()))
        else:
            close(self._patchbay.thing(name))

    def back(self, name: Change) -> None:
        """What had vanished is there again."""
        session = self._patchbay.view.session
        if name == "source":
            if session is not None:
                self._hear(session.settings, same_source=False)
                self._hear_drums(session.settings)
                self._tell_takes(session.settings)
        elif name == "midi_out":
            self._post.transport(Routing(out=self._patchbay.thing(name)))
        elif name == "controllers":
            self._post.surface(Refresh())

    def _hear(self, settings: Settings, same_source: bool) -> None:
        """Start the source and hand it to the listening thread, on a new path."""
        source = cast(Source | None, self._patchbay.view.slots["source"].thing)
        embedder = cast(Embedder | None, self._patchbay.view.slots["embedder"].thing)
        if source is not None and not same_source:
            self._source_began = perf_counter() + _SOURCE_LEAD
            source.start(self._source_began)
        ear = Ear(embedder, source.sample_rate) if source is not None and embedder is not None else None
        self._post.listen(Hear(source, ear, self._song))
        if not same_source:
            self._post.song(Opened(source if isinstance(source, FileSource) else None, self._song))
        self._refer(settings)

    def _refer(self, settings: Settings) -> None:
        """Let the drums fall in with the demo song's band, where nobody else has the time."""
        source = self._patchbay.thing("source")
        band = isinstance(source, DemoSource) and self._leader(settings) in ("demo", "audio")
        self._post.transport(Reference(TempoMap(source.bpm, self._source_began, 0) if band else None))

    def _leader(self, settings: Settings) -> str:
        """Who sets the time: one of `LEADERS`, or `demo`."""
        demo = isinstance(self._patchbay.thing("source"), DemoSource)
        return "demo" if demo and settings.demo_leads and settings.tempo_from == "own" else settings.tempo_from

    @property
    def _song(self) -> str:
        """The audio file that is listened to, where it is one."""
        slot = self._patchbay.view.slots["source"]
        return slot.plug.wanted if isinstance(slot.thing, FileSource) else ""

    def _hear_drums(self, settings: Settings) -> None:
        """Let the drums be heard in what is listened to, or not."""
        hearing = cast(Hearing | None, self._patchbay.thing("hearing")) if settings.hear_drums else None
        self._post.listen(HearDrums(hearing, settings.source_latency_ms / 1e3, self._song))

    def _track_beats(self, settings: Settings) -> None:
        """Let the beat be found in what is listened to, or not."""
        on = settings.tempo_from == "audio"
        if on and self._metre is None:
            try:
                self._metre = self._open_metre()
            except ModelError as problem:
                self._patchbay.say(str(problem))
        self._post.listen(TrackBeats(on, settings.source_latency_ms / 1e3, self._metre))

    def pair(self, request: PairSong) -> str | None:
        """Open another take of the song, or say why that cannot be."""
        if not request.pairs:
            self._post.song(Paired())
            return None
        try:
            recording = Recording(path_of(request.other))
        except LiveMusicError as problem:
            return str(problem)
        self._post.song(Paired(recording, request.other, Pairing.of(request.pairs), request.louder_db))
        return None

    def hear_midi(self, data: bytes, at: Seconds) -> None:
        """Hand on what came in. Thread: the system's MIDI thread."""
        session = self._patchbay.view.session
        late = 0.0 if session is None else session.settings.midi_in_latency_ms / 1e3
        self._post.sync(MidiIn(data, at - late))
        if data[0] < SYSTEM:
            self._post.surface(ControlMessage(self._patchbay.view.slots["midi_in"].plug.wanted, data, at))

    def hear_controller(self, port: str, data: bytes, at: Seconds) -> None:
        """Hand on what a controller sent. Thread: the system's MIDI thread."""
        self._post.surface(ControlMessage(port, data, at))

    def _accompany(self, settings: Settings) -> None:
        """Let the speakers play the demo song's band, in time with what is heard."""
        source, sound = self._patchbay.view.slots["source"].thing, cast(Sound, self._patchbay.thing("sound_out"))
        if isinstance(source, DemoSource) and settings.monitor:
            sound.backing(source.band, self._source_began, source.sample_rate)
        else:
            sound.backing(None, 0.0, 44100)
