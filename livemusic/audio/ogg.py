"""Ogg pages: their sums, their count and the flag that the last of a stream carries (RFC 3533)."""

import struct
import zlib
from collections.abc import Iterator
from mmap import mmap

_MARK = b"OggS"
_HEAD = 27
_FIRST, _LAST = 0x02, 0x04
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_NO_POSITION = -1


def ogg_faults(data: mmap) -> Iterator[tuple[float, float, bool]]:
    """Where pages are damaged or lacking, as `(seconds before, 0, whether it is the end)`."""
    rate, position, ended, at = 0, 0, False, 0
    next_page: dict[int, int] = {}
    while (page := data.find(_MARK, at)) >= 0:
        broken = page > at
        size = _size(data, page)
        if size is None or page + size > len(data):
            break  # the last page is not all there
        flags, granule, stream, number = struct.unpack("<BqII", data[page + 5 : page + 22])
        if _sum(data[page : page + size]) != struct.unpack("<I", data[page + 22 : page + 26])[0]:
            yield _seconds(position, rate), 0.0, False
            at = page + len(_MARK)  # its length may be wrong, too
            next_page.clear()
            at = max(at, _after(data, page, size))
            continue
        if flags & _FIRST:
            rate, position, ended = _rate(data[page : page + size]) or rate, 0, False
        elif broken or (stream in next_page and next_page[stream] != number):
            yield _seconds(position, rate), 0.0, False
        next_page[stream] = number + 1
        position = granule if granule != _NO_POSITION else position
        ended = bool(flags & _LAST)
        at = page + size
    if not ended and rate:
        yield _seconds(position, rate), 0.0, True


def _after(data: mmap, page: int, size: int) -> int:
    """Where a damaged page ends, if its length seems right; otherwise where the next may begin."""
    return page + size if data[page + size : page + size + 4] in (_MARK, b"") else page + len(_MARK)


def _size(data: mmap, page: int) -> int | None:
    """Of a page with its head; None where not even that is there."""
    if page + _HEAD > len(data):
        return None
    count = data[page + 26]
    lengths = data[page + _HEAD : page + _HEAD + count]
    return _HEAD + count + sum(lengths) if len(lengths) == count else None


def _rate(page: bytes) -> int:
    """The sample rate that a stream's first page says; positions of Opus are at 48 kHz whatever it says."""
    body = page[_HEAD + page[26] :]
    if body[:7] == b"\x01vorbis" and len(body) >= 16:
        return int(struct.unpack("<I", body[12:16])[0])
    if body[:8] == b"OpusHead":
        return 48000
    if body[:5] == b"\x7fFLAC" and len(body) >= 30:
        return int.from_bytes(body[27:30], "big") >> 4
    if body[:8] == b"Speex   " and len(body) >= 40:
        return int(struct.unpack("<I", body[36:40])[0])
    return 0


def _seconds(position: int, rate: int) -> float:
    return max(0, position) / rate if rate else 0.0


def _sum(page: bytes) -> int:
    """Ogg's checksum: that of zlib with the bits the other way round, and nothing inverted."""
    blank = page[:22] + bytes(4) + page[26:]
    mirrored = zlib.crc32(blank.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)
