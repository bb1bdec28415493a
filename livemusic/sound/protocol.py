"""What the engine says to the sound process and hears back: frozen structs over pipes, never pickled."""

import struct
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from livemusic.dsp.matching.voice import DrumVoice
from livemusic.music.playhead import Playhead
from livemusic.session.plugin import PluginSlot
from livemusic.sound.balance import Balance
from livemusic.sound.plugins.description import Parameter

Seconds = float
#: The exit code of a process that can open no device any more, where a new one can.
STRANDED = 75
_LENGTH = struct.Struct("<I")
_LARGEST = 1 << 24


class Events(msgspec.Struct, frozen=True, tag=True):
    """MIDI messages with the moment they are due, `time.perf_counter` seconds."""

    batch: tuple[tuple[Seconds, bytes], ...]


class Backing(msgspec.Struct, frozen=True, tag=True):
    """Repeat the stereo float32 array in the `.npy` at `path`, its first frame due at `started_at`; None is silence."""

    path: str | None
    started_at: Seconds
    sample_rate: int


class Song(msgspec.Struct, frozen=True, tag=True):
    """Play the audio file at `path`, whose rate is `sample_rate`, where `playhead` is, at `gain`; None: none."""

    path: str | None
    sample_rate: int
    playhead: Playhead
    gain: float = 1.0


class Record(msgspec.Struct, frozen=True, tag=True):
    """Answer with all that the kit, or the instrument in its place, plays from now on (`Recorded`), or stop that."""

    on: bool


class Recorded(msgspec.Struct, frozen=True, tag=True):
    """What the kit has played: float32 `(n, 2)` as bytes, its first frame at the speakers at `at`."""

    at: Seconds
    sample_rate: int
    sound: bytes


class Gain(msgspec.Struct, frozen=True, tag=True):
    """How loud kit and backing are, 0..2."""

    kit: float = 1.0
    backing: float = 1.0


class Levels(msgspec.Struct, frozen=True, tag=True):
    """How loud what goes to the speakers is, left and right, and each voice of the kit, in dB full scale.

    `peak_db` and `rms_db` as in `dsp.level`; `voices_db`: the highest peak of each voice since this was last told.
    """

    peak_db: tuple[float, float] = (-120.0, -120.0)
    rms_db: tuple[float, float] = (-120.0, -120.0)
    voices_db: tuple[float, ...] = (-120.0,) * 9


class LiveIn(msgspec.Struct, frozen=True, tag=True):
    """Hear the input device `wanted` with kit and band; `none` ends it."""

    wanted: str


class Voices(msgspec.Struct, frozen=True, tag=True):
    """The nine notes by which an instrument is to play our nine voices."""

    pitches: tuple[int, ...]


class Matched(msgspec.Struct, frozen=True, tag=True):
    """The drums of the kit that sound as somebody's own, by name; all others as they do by themselves. `at`: from that
    moment on, 0 as soon as they are made.
    """

    voices: dict[str, DrumVoice] = {}
    at: Seconds = 0.0


class Prepare(msgspec.Struct, frozen=True, tag=True):
    """Make these drums, which are to be played soon: that takes a second or so for each."""

    voices: dict[str, DrumVoice]


class PlayKit(msgspec.Struct, frozen=True, tag=True):
    """Let the kit play the samples in the folder or SFZ file `wanted`; empty: the drums that are computed."""

    wanted: str = ""


class KitTold(msgspec.Struct, frozen=True, tag=True):
    """What became of the kit `wanted`: `played` or not, and in sentences what is missing of it."""

    wanted: str = ""
    played: bool = True
    told: str = ""


class ClickTo(msgspec.Struct, frozen=True, tag=True):
    """Let the metronome be heard at the last of so many `pairs` of outputs; 1: with everything else."""

    pairs: int = 1


class Begin(msgspec.Struct, frozen=True, tag=True):
    """Open the output device `wanted` and play; until then a process waits, ready to take another's place."""

    wanted: str


class SetChain(msgspec.Struct, frozen=True, tag=True):
    """Play `instrument` in place of the kit, and kit and backing through `effects` (None: an empty place).

    A plugin that stays where only its values differ plays on. `number` grows with every chain.
    """

    number: int
    instrument: PluginSlot | None = None
    effects: tuple[PluginSlot | None, ...] = ()

    @property
    def places(self) -> dict[int, PluginSlot]:
        """The plugins by place: 0 the instrument, then the effects in order."""
        slots = enumerate((self.instrument, *self.effects))
        return {place: slot for place, slot in slots if slot is not None}

    def with_slot(self, place: int, slot: PluginSlot | None) -> "SetChain":
        """The same with `slot` at `place`."""
        slots = [self.instrument, *self.effects]
        slots[place] = slot
        return SetChain(self.number, slots[0], tuple(slots[1:]))

    def as_heard(self, report: "ChainReport") -> "SetChain":
        """The same with the values that the plugins were last heard to have; those of another chain do not count."""
        chain = self
        for plugin in report.plugins if report.number == self.number else ():
            slot = self.places.get(plugin.place)
            if slot is not None and plugin.controls:
                values = {control.parameter.name: control.value for control in plugin.controls}
                chain = chain.with_slot(plugin.place, msgspec.structs.replace(slot, values=values))
        return chain


class SetParameter(msgspec.Struct, frozen=True, tag=True):
    """Move the control `name` of the plugin at `place` to `value`, 0..1. `at`: at that moment, 0 at once."""

    place: int
    name: str
    value: float
    at: Seconds = 0.0


class ShowEditor(msgspec.Struct, frozen=True, tag=True):
    """Show the window of the plugin at `place`, or close the one that is shown (None)."""

    place: int | None


class ReadStates(msgspec.Struct, frozen=True, tag=True):
    """Answer with `States`, of the same `number`."""

    number: int


class States(msgspec.Struct, frozen=True, tag=True):
    """Every plugin as it is set now, by place."""

    number: int
    slots: dict[int, PluginSlot]


class Control(msgspec.Struct, frozen=True):
    """A parameter and where it is: `value` 0..1, and as the plugin says it."""

    parameter: Parameter
    value: float
    text: str


class PluginReport(msgspec.Struct, frozen=True):
    """How the plugin at `place` is.

    `state`: `on`, `failed` (never opened), `bypassed` (it misbehaved and is played around) or `blocked`. `load`: its
    rendering time, p99, in parts of a block. `latency_ms` is what it adds. `detail`: a sentence for the musician.
    """

    place: int
    path: str
    name: str = ""
    state: str = "on"
    detail: str = ""
    channels: int = 2
    latency_ms: float = 0.0
    load: float = 0.0
    controls: tuple[Control, ...] = ()

    @classmethod
    def out(cls, place: int, slot: PluginSlot, state: str, detail: str) -> "PluginReport":
        """Of a plugin that does not play."""
        return cls(place, slot.path, slot.name or Path(slot.path).stem, state, detail)


class ChainReport(msgspec.Struct, frozen=True, tag=True):
    """How the plugins of chain `number` are; `editor` is the place of the one whose window is open."""

    number: int = 0
    plugins: tuple[PluginReport, ...] = ()
    editor: int | None = None
    detail: str = ""


class Blocked(msgspec.Struct, frozen=True):
    """A plugin file that is not opened any more, why, and since when (ISO 8601)."""

    path: str
    reason: str
    since: str


class SoundStatus(msgspec.Struct, frozen=True, tag=True):
    """How the sound process is.

    `state`: `off` (no device was asked for), `on`, `failed` (the device), `lost` while a process that has stopped is
    being replaced, or `gone` when it was closed or keeps stopping. `latency_ms`: from an event's moment to the speaker.
    `load`: rendering a block, p99, in parts of its length. `dropped`: batches that a stuck process did not take.
    `detail`: a sentence for the musician. `restarts`: how often the process was replaced; `blocked`: the plugins that
    were blocked for it, newest last; `chain`: how the plugins are.

    `outputs`: how many the device has, as far as it opens them. `live_in`: `off`, `on`, `failed` (it could not be
    opened) or `lost` (it has gone); `live_in_detail` a sentence, `live_in_ms` from the microphone to the speaker,
    `live_in_gaps` how often it came too late.
    """

    state: str = "off"
    device: str = ""
    sample_rate: int = 0
    latency_ms: float = 0.0
    xruns: int = 0
    late: int = 0
    load: float = 0.0
    dropped: int = 0
    pid: int = 0
    detail: str = ""
    restarts: int = 0
    blocked: tuple[Blocked, ...] = ()
    chain: ChainReport = ChainReport()
    live_in: str = "off"
    live_in_detail: str = ""
    live_in_ms: float = 0.0
    live_in_gaps: int = 0
    outputs: int = 0


Request = (
    Events
    | Backing
    | Song
    | Record
    | Gain
    | Balance
    | LiveIn
    | Voices
    | Matched
    | Prepare
    | PlayKit
    | ClickTo
    | Begin
    | SetChain
    | SetParameter
    | ShowEditor
    | ReadStates
)
Reply = SoundStatus | ChainReport | States | Recorded | Levels | KitTold


def write_message(pipe: BinaryIO, message: msgspec.Struct) -> None:
    """Send one message. May wait while the pipe is full; `OSError` when nobody reads any more."""
    data = msgspec.msgpack.encode(message)
    pipe.write(_LENGTH.pack(len(data)) + data)
    pipe.flush()


def read_message(pipe: BinaryIO, kind: Any) -> Any:
    """The next message of `kind`, a struct or a union of them; None when the other side has ended.

    `msgspec.DecodeError` for anything else.
    """
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > _LARGEST:
        raise msgspec.DecodeError(f"a message of {length} bytes is too long")
    data = pipe.read(length)
    return msgspec.msgpack.decode(data, type=kind) if len(data) == length else None
