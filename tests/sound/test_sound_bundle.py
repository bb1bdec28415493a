"""Plugin files that cannot be opened here: which machine they are for, or what is wrong with them."""

import os
import struct
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.sound.plugins.binary import Build, NotABinaryError, builds_in, this_machine
from livemusic.sound.plugins.bundle import binary_in, fault, loading_fault

PC, ARM_PC = Build("Linux", "x86-64"), Build("Linux", "64-bit ARM")
WINDOWS, MAC = Build("Windows", "x86-64"), Build("macOS", "64-bit ARM")


def elf(machine: int, wide: int = 2, order: str = "<", system: int = 0) -> bytes:
    """A shared library of one segment, for a machine of the ELF list."""
    head = b"\x7fELF" + bytes((wide, 1 if order == "<" else 2, 1, system)) + bytes(8)
    size = 256
    if wide == 2:
        head += struct.pack(f"{order}HHIQQQIHHH", 3, machine, 1, 0, 64, 0, 0, 64, 56, 1)
        head = head.ljust(64, b"\0") + struct.pack(f"{order}IIQQQQQQ", 1, 5, 0, 0, 0, size, size, 4096)
    else:
        head += struct.pack(f"{order}HHIIIIIHHH", 3, machine, 1, 0, 52, 0, 0, 52, 32, 1)
        head = head.ljust(52, b"\0") + struct.pack(f"{order}IIIIIIII", 1, 0, 0, 0, size, size, 5, 4096)
    return head.ljust(size, b"\0")


def pe(machine: int) -> bytes:
    """A library for Windows with one section."""
    head = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64) + b"PE\0\0" + struct.pack("<HH", machine, 1)
    head = head.ljust(88, b"\0") + b".text".ljust(16, b"\0") + struct.pack("<II", 128, 128)
    return head.ljust(256, b"\0")


def mach(processor: int, magic: int = 0xFEEDFACF, order: str = "<") -> bytes:
    """A library for macOS with one segment."""
    head = struct.pack(f"{order}IIIIIII", magic, processor, 0, 6, 1, 72, 0).ljust(32, b"\0")
    segment = struct.pack(f"{order}II16sQQQQ", 0x19, 72, b"__TEXT", 0, 256, 0, 256)
    return (head + segment).ljust(256, b"\0")


def fat(*processors: int) -> bytes:
    """A library for macOS that holds several."""
    head = struct.pack(">II", 0xCAFEBABE, len(processors))
    for number, processor in enumerate(processors):
        head += struct.pack(">IIIII", processor, 0, 256 * (number + 1), 256, 0)
    return head.ljust(256, b"\0") + b"".join(map(mach, processors))


X64, ARM64 = 7 | 1 << 24, 12 | 1 << 24
HEADS = {
    PC: elf(62),
    ARM_PC: elf(183),
    WINDOWS: pe(0x8664),
    Build("Windows", "64-bit ARM"): pe(0xAA64),
    Build("Windows", "32-bit x86"): pe(0x14C),
    MAC: mach(ARM64),
    Build("macOS", "x86-64"): mach(X64),
    Build("macOS", "32-bit PowerPC"): mach(18, 0xFEEDFACE, ">"),
    Build("Linux", "32-bit x86"): elf(3, wide=1),
    Build("Linux", "32-bit ARM"): elf(40, wide=1),
    Build("Linux", "x86-64 with 32-bit addresses (x32)"): elf(62, wide=1),
    Build("Linux", "64-bit PowerPC"): elf(21, order=">"),
    Build("Linux", "64-bit RISC-V"): elf(243),
    Build("Linux", "64-bit LoongArch"): elf(258),
    Build("Linux", "processor 4321 of the ELF list"): elf(4321),
    Build("FreeBSD", "x86-64"): elf(62, system=9),
}


def bundle(folder: Path, name: str, **binaries: bytes) -> str:
    """A VST3 bundle with a binary in each folder of `Contents` that is named (`x86_64_linux` is `x86_64-linux`)."""
    for where, data in binaries.items():
        system = where.rpartition("_")[2]
        inner = folder / f"{name}.vst3" / "Contents" / (where if where == "MacOS" else f"-{system}".join(_split(where)))
        inner.mkdir(parents=True, exist_ok=True)
        (inner / (name + {"linux": ".so", "win": ".vst3"}.get(system, ""))).write_bytes(data)
    return str(folder / f"{name}.vst3")


def _split(where: str) -> tuple[str, str]:
    return where.rpartition("_")[0], ""


@pytest.mark.parametrize("build", HEADS)
def test_what_a_file_was_built_for_is_read_from_its_head(build: Build, tmp_path: Path) -> None:
    path = tmp_path / "library"
    path.write_bytes(HEADS[build])
    assert builds_in(path) == (build,)


def test_a_file_for_several_processors_names_all_of_them(tmp_path: Path) -> None:
    path = tmp_path / "library"
    path.write_bytes(fat(X64, ARM64))
    assert builds_in(path) == (Build("macOS", "x86-64"), MAC)


def test_this_machine_is_what_python_runs_as() -> None:
    assert this_machine() in builds_in(Path(os.path.realpath("/proc/self/exe")))


@pytest.mark.parametrize("build", HEADS)
def test_a_binary_of_another_machine_in_our_folder_is_said(build: Build, tmp_path: Path) -> None:
    said = fault(bundle(tmp_path, "Any", x86_64_linux=HEADS[build]), PC)
    if build == PC:
        assert said == ""
    else:
        assert said.startswith("It is for ")
        assert build.processor in said
        assert (build.system in said) == (build.system != "Linux")
        assert "x86-64" in said


@pytest.mark.parametrize(
    ("folder", "machine", "said"),
    [
        ("aarch64_linux", PC, "It is for 64-bit ARM; this machine is x86-64. Install its version for x86-64."),
        ("x86_64_linux", ARM_PC, "It is for x86-64; this machine is 64-bit ARM. Install its version for 64-bit ARM."),
        ("i386_linux", PC, "It is for 32-bit x86; this machine is x86-64. Install its version for x86-64."),
        (
            "armv7l_linux",
            ARM_PC,
            "It is for 32-bit ARM; this machine is 64-bit ARM. Install its version for 64-bit ARM.",
        ),
        (
            "x86_64_win",
            PC,
            "It is for Windows (x86-64); this machine runs Linux on x86-64. Install its version for Linux.",
        ),
        (
            "arm64_win",
            WINDOWS,
            "It is for 64-bit ARM; this machine is x86-64. Install its version for x86-64.",
        ),
        (
            "x86_64_linux",
            MAC,
            "It is for Linux (x86-64); this machine runs macOS on 64-bit ARM. Install its version for macOS.",
        ),
    ],
)
def test_a_bundle_with_only_another_folder_is_for_that_machine(
    folder: str, machine: Build, said: str, tmp_path: Path
) -> None:
    assert fault(bundle(tmp_path, "Any", **{folder: elf(62)}), machine) == said


def test_a_bundle_names_all_it_is_for(tmp_path: Path) -> None:
    path = bundle(tmp_path, "Any", MacOS=fat(X64, ARM64), x86_64_win=pe(0x8664))
    assert fault(path, PC).startswith("It is for macOS (x86-64 and 64-bit ARM) and Windows (x86-64); this machine runs")
    assert fault(path, MAC) == fault(path, WINDOWS) == ""
    assert fault(bundle(tmp_path, "Any", aarch64_linux=elf(183)), PC).startswith("It is for 64-bit ARM; this")
    assert fault(bundle(tmp_path, "Any", x86_64_linux=elf(62)), PC) == ""


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty (0 bytes): install it again."),
        (elf(62)[:40], "is damaged: it breaks off after 40 bytes. Install it again."),
        (elf(62)[:200], "is damaged: it breaks off after 200 of 256 bytes. Install it again."),
        (pe(0x8664)[:180], "is damaged: it breaks off after 180 of 256 bytes. Install it again."),
        (mach(X64)[:180], "is damaged: it breaks off after 180 of 256 bytes. Install it again."),
        (fat(X64, ARM64)[:600], "is damaged: it breaks off after 600 of 768 bytes. Install it again."),
        (b"MZ", "is damaged: it breaks off after 2 bytes. Install it again."),
        (bytes(5000), "is damaged: it begins with nothing but zeros. Install it again."),
        (bytes(range(128, 256)), "is no plugin: no system could load what is in it."),
        (b"hello", "is no plugin but a text."),
        ("gr\u00fcn".encode() * 40, "is no plugin but a text."),
        (b"\r\n<!DOCTYPE HTML>\n", "is no plugin but a web page, which a download may leave: download it again."),
        (b"PK\x03\x04" + bytes(90), "is no plugin but a zip archive: unpack it first."),
        (b"#!/bin/sh\n", "is no plugin but a script."),
        (b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(90), "is no plugin but a Java class."),
        (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull."),
    ],
)
def test_an_empty_damaged_or_foreign_binary_is_told_apart(data: bytes, said: str, tmp_path: Path) -> None:
    inside = fault(bundle(tmp_path, "Any", x86_64_linux=data), PC)
    assert inside.startswith("Its binary, Any.so, is ")
    assert inside.endswith(said)
    bare = tmp_path / "Bare.vst3"
    bare.write_bytes(data)
    assert fault(str(bare), WINDOWS).startswith("It is ")
    assert fault(str(bare), WINDOWS).endswith(said)


def test_a_bundle_without_a_binary_is_said(tmp_path: Path) -> None:
    for inner in ("Empty.vst3", "Parts.vst3/Contents/Resources", "Folder.vst3/Contents/x86_64-linux"):
        (tmp_path / inner).mkdir(parents=True)
    assert fault(str(tmp_path / "Empty.vst3"), PC).startswith("It has no binary: it is a folder without a plugin")
    assert fault(str(tmp_path / "Parts.vst3"), PC).startswith("It has no binary: it is a folder without a plugin")
    assert "no library in its folder Contents/x86_64-linux" in fault(str(tmp_path / "Folder.vst3"), PC)
    (tmp_path / "Folder.vst3/Contents/x86_64-linux/Folder.so").mkdir()
    assert fault(str(tmp_path / "Folder.vst3"), PC) == "Its binary, Folder.so, is no file that can be read."


def test_a_bundle_that_was_renamed_says_its_name(tmp_path: Path) -> None:
    path = bundle(tmp_path, "Old", x86_64_linux=elf(62))
    os.rename(path, tmp_path / "New.vst3")
    said = "It was renamed: its binary is Old.so, so its folder must be Old.vst3."
    assert fault(str(tmp_path / "New.vst3"), PC) == said


def test_a_bare_library_belongs_in_a_bundle_but_on_windows(tmp_path: Path) -> None:
    bare = tmp_path / "Bare.vst3"
    bare.write_bytes(elf(62))
    assert "Bare.vst3/Contents/" in fault(str(bare), PC)
    bare.write_bytes(pe(0x8664))
    assert fault(str(bare), WINDOWS) == ""
    assert fault(str(bare), PC).startswith("It is for Windows (x86-64)")


def test_links_that_lead_nowhere_and_things_that_are_no_files(tmp_path: Path) -> None:
    for name, target in (("gone", "nowhere.vst3"), ("one", "two.vst3"), ("two", "one.vst3")):
        (tmp_path / f"{name}.vst3").symlink_to(target)
    assert fault(str(tmp_path / "gone.vst3"), PC).startswith("It is a link to nowhere.vst3, which is not there.")
    assert fault(str(tmp_path / "one.vst3"), PC).startswith("It is a link that leads in a circle.")
    assert fault(str(tmp_path / "none.vst3"), PC) == "It is not there."
    os.mkfifo(tmp_path / "pipe.vst3")
    assert fault(str(tmp_path / "pipe.vst3"), PC) == "It is neither a file nor a folder."


def test_a_library_that_is_no_plugin_or_lacks_another_is_said(tmp_path: Path) -> None:
    import _ctypes

    assert loading_fault(Path(_ctypes.__file__)) == "It is no VST3 plugin but a library of another kind."
    broken = tmp_path / "broken.so"
    broken.write_bytes(b"text")
    assert loading_fault(broken).startswith("It cannot be loaded: ")


def test_the_binary_of_a_bundle_is_the_one_of_its_name(tmp_path: Path) -> None:
    path = bundle(tmp_path, "Any", x86_64_linux=elf(62))
    other = tmp_path / "Any.vst3/Contents/x86_64-linux/A.so"
    other.write_bytes(b"")
    assert binary_in(path, PC) == other.with_name("Any.so")
    assert binary_in(path, ARM_PC) is None
    assert fault(path, PC) == ""


@given(st.sampled_from(sorted(HEADS.values())), st.data())
def test_no_damage_to_a_head_is_more_than_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, head: bytes, data: st.DataObject
) -> None:
    damaged = bytearray(head[: data.draw(st.integers(0, len(head)))])
    for place, value in data.draw(st.dictionaries(st.integers(0, 127), st.integers(0, 255), max_size=12)).items():
        if place < len(damaged):
            damaged[place] = value
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(damaged)
    with suppress(NotABinaryError):
        assert all(isinstance(build, Build) for build in builds_in(path))
