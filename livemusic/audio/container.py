"""Where a sound file breaks off or is damaged, by what its container promises: decoders often end without a word."""

import mmap
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from livemusic.audio.mp3 import mp3_faults
from livemusic.audio.ogg import ogg_faults

Seconds = float
#: What writers of streams put where a length is not known yet.
_UNKNOWN = (0, 0xFFFFFFFF, 0x7FFFFFFF, 0xFFFFFFFFFFFFFFFF, 0x7FFFFFFFFFFFFFFF)


class Fault(NamedTuple):
    """`at`: after how much sound; `whole`: how much there should be, 0 where nobody knows; `missing`: to the end."""

    at: Seconds
    whole: Seconds = 0.0
    missing: bool = True


def faults(path: Path) -> list[Fault]:
    """What is wrong with the file at `path`, in its order; nothing for kinds of files that promise nothing."""
    with open(path, "rb") as file:
        if not path.stat().st_size:
            return []
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return list(_faults(data))


def _faults(data: mmap.mmap) -> Iterator[Fault]:
    head = data[:12]
    if head[:4] in (b"RIFF", b"RF64", b"RIFX") and head[8:] == b"WAVE":
        yield from _wave(data, ">" if head[:4] == b"RIFX" else "<")
    elif head[:4] == b"FORM" and head[8:] in (b"AIFF", b"AIFC"):
        yield from _aiff(data)
    elif head[:4] == b"riff" and data[24:28] == b"wave":
        yield from _wave64(data)
    elif head[:4] == b".snd":
        yield from _au(data)
    elif head[:4] == b"OggS":
        yield from (Fault(*fault) for fault in ogg_faults(data))
    elif head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0):
        yield from (Fault(*fault) for fault in mp3_faults(data))


def _chunks(data: mmap.mmap, order: str, begin: int = 12) -> Iterator[tuple[bytes, int, int]]:
    """Name, begin and announced length of each chunk."""
    at = begin
    while at + 8 <= len(data):
        name, length = struct.unpack(f"{order}4sI", data[at : at + 8])
        yield name, at + 8, length
        at += 8 + length + length % 2


def _wave(data: mmap.mmap, order: str) -> Iterator[Fault]:
    bytes_per_second, long_length = 0, 0
    for name, begin, length in _chunks(data, order):
        if name == b"fmt " and length >= 16 and begin + 12 <= len(data):
            (bytes_per_second,) = struct.unpack(f"{order}I", data[begin + 8 : begin + 12])
        elif name == b"ds64" and begin + 16 <= len(data):
            (long_length,) = struct.unpack(f"{order}Q", data[begin + 8 : begin + 16])
        elif name == b"data":
            yield from _short(len(data) - begin, long_length if length == 0xFFFFFFFF else length, bytes_per_second)
            return


def _wave64(data: mmap.mmap) -> Iterator[Fault]:
    at, bytes_per_second = 40, 0
    while at + 24 <= len(data):
        name, length = struct.unpack("<4s12xQ", data[at : at + 24])
        if name == b"fmt " and at + 36 <= len(data):
            (bytes_per_second,) = struct.unpack("<I", data[at + 32 : at + 36])
        elif name == b"data":
            yield from _short(len(data) - at - 24, length - 24, bytes_per_second)
            return
        at += max(24, -(-length // 8) * 8)


def _aiff(data: mmap.mmap) -> Iterator[Fault]:
    bytes_per_second = 0.0
    for name, begin, length in _chunks(data, ">"):
        if name == b"COMM" and begin + 18 <= len(data):
            channels, _, bits = struct.unpack(">hIh", data[begin : begin + 8])
            exponent, mantissa = struct.unpack(">HQ", data[begin + 8 : begin + 18])
            rate = mantissa * 2.0 ** ((exponent & 0x7FFF) - 16383 - 63) if exponent < 0x7000 else 0.0
            bytes_per_second = rate * channels * ((bits + 7) // 8)
        elif name == b"SSND":
            yield from _short(len(data) - begin - 8, length - 8, bytes_per_second)
            return


def _au(data: mmap.mmap) -> Iterator[Fault]:
    if len(data) < 24:
        return
    begin, length, encoding, rate, channels = struct.unpack(">IIIII", data[4:24])
    size = {1: 1, 2: 1, 3: 2, 4: 3, 5: 4, 6: 4, 7: 8, 27: 1}.get(encoding, 0)
    yield from _short(len(data) - begin, length, rate * channels * size)


def _short(there: int, promised: int, bytes_per_second: float) -> Iterator[Fault]:
    if there < promised and promised not in _UNKNOWN and bytes_per_second > 0:
        yield Fault(max(0, there) / bytes_per_second, promised / bytes_per_second)
