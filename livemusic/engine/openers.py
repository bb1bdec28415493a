"""How each thing a session names is opened: one function a plug, replaceable where a test brings its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from livemusic.audio.file import FileSource
from livemusic.audio.rtmix import DeviceSource
from livemusic.audio.source import Source
from livemusic.dsp.matching.voice import DrumVoice
from livemusic.engine.demo import DemoSource, DemoTrack
from livemusic.engine.tools import Tools
from livemusic.errors import ModelError
from livemusic.inference.dictionary import Dictionary
from livemusic.inference.drummer import OnnxDrummer
from livemusic.inference.encoder import Embedder
from livemusic.inference.fills import open_fills
from livemusic.inference.hearing import Hearing
from livemusic.inference.library import Library
from livemusic.inference.metre import OnnxMetre
from livemusic.inference.styles import open_styles
from livemusic.midi.controllers import Controllers
from livemusic.midi.input import Hear, In, open_in
from livemusic.midi.port import Out
from livemusic.midi.rtmidi import open_out
from livemusic.music.grid import Grid
from livemusic.music.playhead import Playhead
from livemusic.music.tempo import Seconds
from livemusic.session.files import path_of
from livemusic.session.plugin import PluginSlot
from livemusic.sound.balance import Balance
from livemusic.sound.plugins.description import Plugin
from livemusic.sound.process import SoundProcess, SoundStatus
from livemusic.sound.protocol import Blocked, KitTold, Levels, Recorded

#: Files that are listened to.
SUFFIXES = (".wav", ".flac", ".ogg", ".mp3", ".aiff", ".aif", ".au", ".caf", ".w64", ".rf64", ".opus", ".oga")
HearPort = Callable[[str, bytes, Seconds], None]


class Sound(Protocol):
    """What the engine asks of the sound process."""

    def send(self, batch: Sequence[tuple[Seconds, bytes]]) -> None: ...
    def backing(self, path: Path | None, started_at: Seconds, sample_rate: int) -> None: ...
    def song(self, path: Path | None, sample_rate: int, playhead: Playhead, gain: float) -> None: ...
    def record(self, hear: Callable[[Recorded], None] | None) -> None: ...
    def chain(self, instrument: PluginSlot | None, effects: Sequence[PluginSlot]) -> None: ...
    def route(self, pitches: tuple[int, ...]) -> None: ...
    def matched(self, voices: Mapping[str, DrumVoice], at: Seconds = 0.0) -> None: ...
    def prepare(self, voices: Mapping[str, DrumVoice]) -> None: ...
    def live_in(self, wanted: str) -> None: ...
    def balance(self, balance: Balance) -> None: ...
    def play_kit(self, wanted: str) -> None: ...
    def click_to(self, pairs: int) -> None: ...
    @property
    def levels(self) -> Levels: ...
    @property
    def kit_told(self) -> KitTold: ...
    def parameter(self, place: int, name: str, value: float, at: Seconds = 0.0) -> None: ...
    def editor(self, place: int | None) -> None: ...
    def captured(self) -> tuple[PluginSlot | None, tuple[PluginSlot | None, ...]]: ...
    def retry(self, path: str) -> None: ...
    def blocked(self) -> tuple[Blocked, ...]: ...
    def known(self) -> tuple[Plugin, ...]: ...
    def status(self) -> SoundStatus: ...
    def close(self) -> None: ...


class NoSound:
    """No kit and no speakers."""

    levels, kit_told = Levels(), KitTold()

    def send(self, batch: Sequence[tuple[Seconds, bytes]]) -> None:
        pass

    def backing(self, path: Path | None, started_at: Seconds, sample_rate: int) -> None:
        pass

    def song(self, path: Path | None, sample_rate: int, playhead: Playhead, gain: float) -> None:
        pass

    def record(self, hear: Callable[[Recorded], None] | None) -> None:
        pass

    def chain(self, instrument: PluginSlot | None, effects: Sequence[PluginSlot]) -> None:
        pass

    def route(self, pitches: tuple[int, ...]) -> None:
        pass

    def matched(self, voices: Mapping[str, DrumVoice], at: Seconds = 0.0) -> None:
        pass

    def prepare(self, voices: Mapping[str, DrumVoice]) -> None:
        pass

    def live_in(self, wanted: str) -> None:
        pass

    def balance(self, balance: Balance) -> None:
        pass

    def play_kit(self, wanted: str) -> None:
        pass

    def click_to(self, pairs: int) -> None:
        pass

    def parameter(self, place: int, name: str, value: float, at: Seconds = 0.0) -> None:
        pass

    def editor(self, place: int | None) -> None:
        pass

    def captured(self) -> tuple[PluginSlot | None, tuple[PluginSlot | None, ...]]:
        return None, ()

    def retry(self, path: str) -> None:
        pass

    def blocked(self) -> tuple[Blocked, ...]:
        return ()

    def known(self) -> tuple[Plugin, ...]:
        return ()

    def status(self) -> SoundStatus:
        return SoundStatus()

    def close(self) -> None:
        pass


#: Dictionaries that earlier versions came with: settings may still name them.
GONE = ("drums-1", "drums-2")


def open_source(wanted: str) -> Source | None:
    """`demo`, `none`, an audio file's path, or an input device's name. `DeviceError`, `MediaError`."""
    if wanted == "none":
        return None
    if wanted == "demo":
        return DemoSource(DemoTrack.open())
    if path_of(wanted).suffix and path_of(wanted).exists():
        return FileSource(wanted)
    if is_path(wanted):
        return FileSource(wanted)  # says that it is missing
    return DeviceSource(wanted)


def is_path(wanted: str) -> bool:
    """Whether a source that is not there is a file: JACK's ports have slashes in their names, too."""
    client, colon, _ = wanted.partition(":")
    named_port = bool(colon) and "/" not in client and len(client) > 1 and client.casefold() != "file"
    return ("/" in wanted and not named_port) or Path(wanted).suffix.lower() in SUFFIXES


def open_sound(wanted: str) -> Sound:
    """The sound process on an output device, `default` or by name; nothing for `none`."""
    if wanted == "none":
        return NoSound()
    process = SoundProcess(wanted)
    process.start()
    return process


def open_embedder(model_id: str) -> Embedder:
    """An embedder by id, the newest for ``. `ModelError`."""
    return Embedder.open(Library().folder("embedder", model_id))


def open_hearing(model_id: str) -> Hearing | None:
    """A hearing by id, the newest for ``; where there is none at all, nobody hears drums. `ModelError`."""
    library = Library()
    if not model_id and not any(card.kind == "hearing" for card in library.list()):
        return None
    return Hearing.open(library.folder("hearing", model_id))


def open_metre() -> OnnxMetre | None:
    """The newest metre; where there is none at all, beats are found by the sound alone. `ModelError`."""
    library = Library()
    if not any(card.kind == "metre" for card in library.list()):
        return None
    return OnnxMetre.open(library.folder("metre"))


def open_dictionary(model_id: str) -> Dictionary:
    """A drum dictionary by id, the newest for `` and for one that shipped once and is gone. `ModelError`."""
    library = Library()
    gone = model_id in GONE and all(card.id != model_id for card in library.list())
    return Dictionary.open(library.folder("drums", "" if gone else model_id))


def open_tools(dictionary: Dictionary | None) -> Tools | None:
    """The sketching tools that go with a dictionary; what is missing they say when it is asked for."""
    if dictionary is None:
        return None
    library, drummer, styles, missing = Library(), None, None, list[str]()
    fills: tuple[Grid, ...] = ()
    try:
        drummer = OnnxDrummer.open(library.folder("drummer"))
    except ModelError as problem:
        missing.append(str(problem))
    try:
        styles = open_styles(library.folder("drums", dictionary.card.id))
    except ModelError as problem:
        missing.append(str(problem))
    try:
        fills = open_fills()
    except ModelError as problem:
        missing.append(str(problem))
    return Tools(dictionary, drummer, styles, " ".join(missing), fills)


@dataclass(frozen=True, slots=True)
class Openers:
    """Each raises a `LiveMusicError` that says what is wrong and what to do."""

    source: Callable[[str], Source | None] = open_source
    midi_out: Callable[[str], Out] = open_out
    midi_in: Callable[[str, Hear], In] = open_in
    controllers: Callable[[Sequence[str], HearPort], Controllers] = Controllers
    sound: Callable[[str], Sound] = open_sound
    embedder: Callable[[str], Embedder] = open_embedder
    dictionary: Callable[[str], Dictionary] = open_dictionary
    hearing: Callable[[str], Hearing | None] = open_hearing
    metre: Callable[[], OnnxMetre | None] = open_metre
    tools: Callable[[Dictionary | None], Tools | None] = open_tools
