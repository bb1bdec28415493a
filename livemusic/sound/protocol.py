"""What the engine says to the sound process and hears back: frozen structs over pipes, never pickled."""

import struct
from typing import Any, BinaryIO

import msgspec

Seconds = float
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


class Gain(msgspec.Struct, frozen=True, tag=True):
    """How loud kit and backing are, 0..2."""

    kit: float = 1.0
    backing: float = 1.0


class SoundStatus(msgspec.Struct, frozen=True, tag=True):
    """How the sound process is.

    `state`: `off` (no device was asked for), `on`, `failed`, or `gone` when the process has ended. `latency_ms`: from
    an event's moment to the speaker. `load`: rendering a block, p99, in parts of its length. `dropped`: batches that
    a stuck process did not take. `detail`: a sentence for the musician.
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


Request = Events | Backing | Gain


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
