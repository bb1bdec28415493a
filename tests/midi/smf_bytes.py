"""Small MIDI files written byte by byte, as other programs write them, faults and all."""

import struct
from collections.abc import Iterable

END = b"\xff\x2f\x00"
Row = tuple[int, bytes]
#: Tick at 480 to the beat, note, velocity.
Hit = tuple[int, int, int]

#: A bar of rock, twice as long as wide: hats on eighths, kick and snare.
BEAT: list[Hit] = sorted(
    [
        *((eighth * 240, 42, 80 + eighth) for eighth in range(8)),
        (0, 36, 110),
        (480, 38, 101),
        (960, 36, 104),
        (1440, 38, 99),
    ]
)


def number(value: int) -> bytes:
    """A number of variable length."""
    parts = [value & 0x7F]
    while value := value >> 7:
        parts.append(value & 0x7F | 0x80)
    return bytes(reversed(parts))


def header(kind: int = 0, tracks: int = 1, division: int = 480, length: int = 6) -> bytes:
    return b"MThd" + struct.pack(">IHHH", length, kind, tracks, division & 0xFFFF)


def chunk(body: bytes, tag: bytes = b"MTrk", length: int | None = None) -> bytes:
    return tag + struct.pack(">I", len(body) if length is None else length) + body


def body(rows: Iterable[Row], end: int | None = 1920, mark: bytes = END) -> bytes:
    """Rows at their ticks, with an end of track at `end` or with the last of them."""
    out, now = b"", 0
    for tick, data in sorted(rows, key=lambda row: row[0]):
        out += number(tick - now) + data
        now = tick
    return out + number(max(0, (now if end is None else end) - now)) + mark


def hits(notes: Iterable[Hit], channel: int = 9, length: int = 60) -> list[Row]:
    return [
        row
        for tick, pitch, velocity in notes
        for row in (
            (tick, bytes((0x90 | channel, pitch, velocity))),
            (tick + length, bytes((0x80 | channel, pitch, 64))),
        )
    ]


def meta(kind: int, payload: bytes = b"") -> bytes:
    return bytes((0xFF, kind)) + number(len(payload)) + payload


def name(text: str) -> bytes:
    return meta(0x03, text.encode())


def tempo(bpm: float) -> bytes:
    return meta(0x51, round(60e6 / bpm).to_bytes(3, "big"))


def meter(beats: int, power: int = 2) -> bytes:
    return meta(0x58, bytes((beats, power, 24, 8)))


def exclusive(data: bytes) -> bytes:
    return b"\xf0" + number(len(data)) + data


def smf(rows: Iterable[Row], end: int | None = 1920) -> bytes:
    return header() + chunk(body(rows, end))


def folded(notes: Iterable[Hit]) -> list[Hit]:
    """What must come back: ticks at 960."""
    return sorted((2 * tick, pitch, velocity) for tick, pitch, velocity in notes)
