"""MPEG audio frames: whether they follow one another, and whether there are as many as the first one says."""

from collections.abc import Iterator
from mmap import mmap
from typing import NamedTuple

_RATES = (44100, 48000, 32000)
_KILOBITS = {
    (1, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_TAGS = (b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"ID3", b"3DI")


class Frame(NamedTuple):
    """`length` in bytes, `samples` of each channel; `kind` is what all frames of a file have in common."""

    length: int
    samples: int
    rate: int
    kind: tuple[int, int, int]


def mp3_faults(data: mmap) -> Iterator[tuple[float, float, bool]]:
    """Where frames are damaged or lacking, as `(seconds before, seconds promised or 0, whether it is the end)`."""
    begin = _after_tag(data)
    first = _frame(data, begin)
    if first is None:
        return
    promised = _promised(data, begin, first)
    second = first.rate / first.samples
    heard, end, damaged = -int(promised is not None), False, False
    for at, until, frames in _runs(data, begin, first):
        if at > begin and frames:
            damaged = True
            yield heard / second, 0.0, False
        heard += frames
        end = until < len(data) and _frame(data, until) is not None
    if end or (promised and heard < promised and not damaged):  # its last frame is not all there, or not even that
        yield heard / second, (promised or 0) / second, True


def sound_only(data: bytes | mmap) -> bytes:
    """The file's whole frames and nothing else; nothing where it is no MPEG audio."""
    begin = _after_tag(data)
    first = _frame(data, begin)
    return b"" if first is None else b"".join(data[at:until] for at, until, _ in _runs(data, begin, first))


def _runs(data: bytes | mmap, begin: int, first: Frame) -> Iterator[tuple[int, int, int]]:
    """Each stretch of frames that follow one another: begin, end and number."""
    at: int | None = begin
    while at is not None:
        start, count = at, 0
        while (frame := _frame(data, at)) is not None and frame.kind == first.kind and at + frame.length <= len(data):
            at += frame.length
            count += 1
        yield start, at, count
        over = data[at : at + 11].startswith(_TAGS) or not any(data[at : at + 4096])
        at = None if over else _next(data, at + 1, first)


def _after_tag(data: bytes | mmap) -> int:
    """Behind the ID3v2 tags at the beginning."""
    at = 0
    while data[at : at + 3] == b"ID3" and at + 10 <= len(data):
        size = data[at + 6 : at + 10]
        at += 10 + sum((byte & 0x7F) << shift for byte, shift in zip(size, (21, 14, 7, 0), strict=True))
    found = at
    while found < min(len(data), at + 65536):  # some writers leave room behind the tag
        frame = _frame(data, found)
        if frame is not None and _frame(data, found + frame.length) is not None:
            return found
        found += 1
    return at


def _frame(data: bytes | mmap, at: int) -> Frame | None:
    """The frame whose head is at `at`; None where there is none."""
    head = data[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = (head[1] >> 3) & 3, 4 - ((head[1] >> 1) & 3)
    bits, rate, padding = head[2] >> 4, (head[2] >> 2) & 3, (head[2] >> 1) & 1
    if version == 1 or layer == 4 or bits in (0, 15) or rate == 3:
        return None
    low = version != 3
    hertz = _RATES[rate] // {3: 1, 2: 2, 0: 4}[version]
    kilobits = _KILOBITS[2 if low else 1, layer][bits - 1]
    if layer == 1:
        return Frame((12000 * kilobits // hertz + padding) * 4, 384, hertz, (version, layer, hertz))
    samples = 576 if layer == 3 and low else 1152
    return Frame(samples * 125 * kilobits // hertz + padding, samples, hertz, (version, layer, hertz))


def _promised(data: bytes | mmap, at: int, first: Frame) -> int | None:
    """How many frames the first one, which then holds no sound, says there are; 0 where it says none, else None."""
    body = data[at : at + min(first.length, 256)]
    for mark, flags, count in ((b"Xing", 4, 8), (b"Info", 4, 8), (b"VBRI", None, 14)):
        place = body.find(mark, 4)
        if place >= 0 and len(body) >= place + count + 4:
            says = flags is None or body[place + flags + 3] & 1
            return int.from_bytes(body[place + count : place + count + 4], "big") if says else 0
    return None


def _next(data: bytes | mmap, at: int, first: Frame) -> int | None:
    """Where frames of the same kind go on, two of them in a row."""
    while (at := data.find(b"\xff", at)) >= 0:
        frame = _frame(data, at)
        if frame is not None and frame.kind == first.kind:
            following = _frame(data, at + frame.length)
            if at + frame.length == len(data) or (following is not None and following.kind == first.kind):
                return at
        at += 1
    return None
