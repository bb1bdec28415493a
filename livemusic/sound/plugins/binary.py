"""Which system and which processor a program file is for, read from its head without loading it.

ELF: System V ABI, chapter 4, and the machine numbers of the Linux kernel's elf-em.h. PE: Microsoft's "PE Format".
Mach-O: Apple's mach-o/loader.h, fat.h and mach/machine.h.
"""

import platform
import struct
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

_SYSTEMS = {"linux": "Linux", "win32": "Windows", "darwin": "macOS"}
_X86, _X64, _ARM, _ARM64 = "32-bit x86", "x86-64", "32-bit ARM", "64-bit ARM"
_ELF: Mapping[int, tuple[str, str]] = {
    # machine: its name in a 32-bit and in a 64-bit file
    3: (_X86, _X86),
    8: ("32-bit MIPS", "64-bit MIPS"),
    20: ("32-bit PowerPC", "32-bit PowerPC"),
    21: ("64-bit PowerPC", "64-bit PowerPC"),
    22: ("32-bit S/390", "64-bit S/390"),
    40: (_ARM, _ARM),
    62: ("x86-64 with 32-bit addresses (x32)", _X64),
    183: ("64-bit ARM with 32-bit addresses", _ARM64),
    243: ("32-bit RISC-V", "64-bit RISC-V"),
    258: ("32-bit LoongArch", "64-bit LoongArch"),
}
_PE = {
    0x014C: _X86, 0x8664: _X64, 0x01C0: _ARM, 0x01C4: _ARM, 0xAA64: _ARM64, 0x0200: "Itanium",
    0xA641: _X64, 0xA64E: _ARM64, 0x5064: "64-bit RISC-V", 0x6264: "64-bit LoongArch",
}  # fmt: skip
_MACH = {
    7: _X86, 7 | 1 << 24: _X64, 12: _ARM, 12 | 1 << 24: _ARM64, 12 | 1 << 25: "64-bit ARM with 32-bit addresses",
    18: "32-bit PowerPC", 18 | 1 << 24: "64-bit PowerPC",
}  # fmt: skip
_MACHINES = {
    "x86_64": _X64, "amd64": _X64, "aarch64": _ARM64, "arm64": _ARM64, "i386": _X86, "i486": _X86, "i586": _X86,
    "i686": _X86, "x86": _X86, "armv6l": _ARM, "armv7l": _ARM, "armv8l": _ARM, "riscv64": "64-bit RISC-V",
    "loongarch64": "64-bit LoongArch", "ppc64le": "64-bit PowerPC", "ppc64": "64-bit PowerPC", "ppc": "32-bit PowerPC",
}  # fmt: skip
#: A Java class begins like a Mach-O file for several processors, but with a version where that has their number.
_MOST_SLICES = 30
_PT_LOAD, _LC_SEGMENT, _LC_SEGMENT_64 = 1, 0x1, 0x19
_MOST_COMMANDS = 4096
_LARGEST = 1 << 40
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a zip archive: unpack it first"),
    (b"\x1f\x8b", "a packed archive: unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a packed archive: unpack it first"),
    (b"Rar!", "a packed archive: unpack it first"),
    (b"\xfd7zXZ\0", "a packed archive: unpack it first"),
    (b"!<arch>\n", "a package or a static library: install it first"),
    (b"#!", "a script"),
    (b"version https://git-lfs", "the pointer to a file (Git LFS), not the file: fetch it with git lfs pull"),
)


class Build(NamedTuple):
    """What a program file was built for, in words: `Linux`, `64-bit ARM`."""

    system: str
    processor: str


class NotABinaryError(ValueError):
    """A file that no system could load; the text goes on after "It is" or "Its binary is"."""


def this_machine() -> Build:
    """What a plugin must be built for to be loaded into this process: what Python itself was built for.

    Asked of its file, because a 32-bit Python on a 64-bit system, or one that is translated, loads what is like itself.
    """
    system = _SYSTEMS.get(sys.platform, sys.platform)
    try:
        own = {build.processor for build in builds_in(Path(sys.executable))}
    except (OSError, NotABinaryError):
        own = set()
    return Build(system, own.pop() if len(own) == 1 else processor_name(platform.machine()))


def processor_name(machine: str) -> str:
    """A processor in words by what systems call it, as `aarch64`."""
    return _MACHINES.get(machine.lower(), machine or "an unknown processor")


def builds_in(path: Path) -> tuple[Build, ...]:
    """What the program or library `path` was built for; several where it holds several.

    `NotABinaryError` says what it is instead, or that it breaks off. `OSError` where it cannot be read.
    """
    with open(path, "rb") as file:
        head = file.read(64)
        size = file.seek(0, 2)
        if not size:
            raise NotABinaryError("empty (0 bytes): install it again")
        try:
            if head.startswith(b"\x7fELF"):
                return (_elf(file, head, size),)
            if head.startswith(b"MZ"):
                return (_pe(file, head, size),)
            if head[:4] in (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf"):
                return _fat(file, head, size)
            if head[:4] in (b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"):
                return (_mach(file, 0, size),)
        except (struct.error, IndexError):
            raise _cut(size) from None
    raise NotABinaryError(_other(head))


def _elf(file: BinaryIO, head: bytes, size: int) -> Build:
    wide, order = head[4] == 2, ">" if head[5] == 2 else "<"
    machine = _at(file, 18, f"{order}H")[0]
    names = _ELF.get(machine)
    system = {9: "FreeBSD", 12: "OpenBSD", 2: "NetBSD", 6: "Solaris"}.get(head[7], "Linux")
    build = Build(system, names[wide] if names else f"processor {machine} of the ELF list")
    start = _at(file, 32 if wide else 28, f"{order}{'Q' if wide else 'I'}")[0]
    length, count = _at(file, 54 if wide else 42, f"{order}HH")
    for number in range(count):
        kind = _at(file, start + number * length, f"{order}I")[0]
        place, bytes_ = start + number * length + (8 if wide else 4), f"{order}{'QQQQ' if wide else 'IIII'}"
        offset, _, _, stored = _at(file, place, bytes_)
        if kind == _PT_LOAD and offset + stored > size:
            raise _cut(size, offset + stored)
    return build


def _pe(file: BinaryIO, head: bytes, size: int) -> Build:
    start = _at(file, 60, "<I")[0] if size >= 64 else size
    if start >= size:
        raise _cut(size)
    if _at(file, start, "4s")[0] != b"PE\0\0":
        raise NotABinaryError("no plugin but a program for MS-DOS or 16-bit Windows")
    machine, sections = _at(file, start + 4, "<HH")
    optional = _at(file, start + 20, "<H")[0]
    for number in range(sections):
        stored, offset = _at(file, start + 24 + optional + 40 * number + 16, "<II")
        if stored and offset + stored > size:
            raise _cut(size, offset + stored)
    return Build("Windows", _PE.get(machine, f"processor {machine:#x} of the PE list"))


def _fat(file: BinaryIO, head: bytes, size: int) -> tuple[Build, ...]:
    count = _at(file, 4, ">I")[0]
    if not 0 < count < _MOST_SLICES:
        raise NotABinaryError("no plugin but a Java class")
    wide = head[3] == 0xBF
    builds = []
    for number in range(count):
        if wide:
            processor, _, offset, stored = _at(file, 8 + 32 * number, ">IIQQ")
        else:
            processor, _, offset, stored = _at(file, 8 + 20 * number, ">IIII")
        if offset + stored > size:
            raise _cut(size, offset + stored)
        builds.append(Build("macOS", _mach_name(processor)))
    return tuple(builds)


def _mach(file: BinaryIO, start: int, size: int) -> Build:
    magic = _at(file, start, "4s")[0]
    order = ">" if magic.startswith(b"\xfe") else "<"
    processor, _, _, commands = _at(file, start + 4, f"{order}IIII")
    place = start + (32 if 0xCF in (magic[0], magic[3]) else 28)
    for _ in range(min(commands, _MOST_COMMANDS)):
        kind, length = _at(file, place, f"{order}II")
        if kind in (_LC_SEGMENT, _LC_SEGMENT_64):
            wide = kind == _LC_SEGMENT_64
            offset, stored = _at(file, place + (40 if wide else 32), f"{order}{'QQ' if wide else 'II'}")
            if offset + stored > size:
                raise _cut(size, offset + stored)
        place += max(length, 8)
    return Build("macOS", _mach_name(processor))


def _mach_name(processor: int) -> str:
    return _MACH.get(processor, f"processor {processor:#x} of the Mach-O list")


def _at(file: BinaryIO, offset: int, layout: str) -> tuple[Any, ...]:
    """The values at `offset`; `struct.error` where the file ends before."""
    if offset > _LARGEST:
        raise struct.error
    file.seek(offset)
    return struct.unpack(layout, file.read(struct.calcsize(layout)))


def _cut(size: int, whole: int = 0) -> NotABinaryError:
    of = f"after {size:,} of {whole:,} bytes" if whole else f"after {size:,} bytes"
    return NotABinaryError(f"damaged: it breaks off {of}. Install it again")


def _other(head: bytes) -> str:
    """What begins with `head`, as far as that can be told."""
    for mark, name in _OTHERS:
        if head.startswith(mark):
            return f"no plugin but {name}"
    if not head.strip(b"\0"):
        return "damaged: it begins with nothing but zeros. Install it again"
    text = head.decode("utf-8", "ignore")
    if text.lstrip("\ufeff \r\n\t").lower().startswith(("<!doctype html", "<html")):
        return "no plugin but a web page, which a download may leave: download it again"
    whole = len(text.encode()) >= len(head) - 3  # its last sign may be cut
    if whole and text and all(sign.isprintable() or sign.isspace() for sign in text):
        return "no plugin but a text"
    return "no plugin: no system could load what is in it"
