"""Why a plugin file or bundle cannot be opened here, told without running anything of it.

The layout of VST3 bundles: Steinberg's "VST 3 Plug-in Format".
"""

import ctypes
import os
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from livemusic.sound.plugins.binary import Build, NotABinaryError, builds_in, processor_name, this_machine

_FACTORY = "GetPluginFactory"
#: Entry points of other kinds of plugin.
_OTHER_KINDS = {
    "clap_entry": "a CLAP plugin", "VSTPluginMain": "a VST2 plugin", "lv2_descriptor": "an LV2 plugin",
    "ladspa_descriptor": "a LADSPA plugin",
}  # fmt: skip
_MISSING = re.compile(r"^(\S+): cannot open shared object file")
_TOO_NEW = re.compile(r"version [`'](\S+)' not found")
_SYSTEM_FOLDERS = {"linux": "Linux", "win": "Windows"}
#: Kinds of code for ARM under Windows: one is loaded into programs for x86-64, one into those for ARM.
_ALIKE = {"arm64ec": "x86_64", "arm64x": "arm64"}


def fault(path: str, machine: Build | None = None) -> str:
    """Why `path` cannot be a plugin for `machine` (this one by default); empty where nothing speaks against it."""
    machine = this_machine() if machine is None else machine
    place = Path(path)
    try:
        if not os.path.lexists(place):
            return "It is not there."
        if not place.exists():
            if not os.path.lexists(os.path.realpath(place)):
                return (
                    f"It is a link to {os.readlink(place)}, which is not there. Remove it, or install the plugin again."
                )
            return "It is a link that leads in a circle. Remove it, and install the plugin again."
        return _bundle(place, machine) if place.is_dir() else _file(place, machine)
    except OSError as problem:
        return f"It cannot be read: {problem.strerror or problem}."


def binary_in(path: str, machine: Build | None = None) -> Path | None:
    """The library that is loaded for the plugin `path` on `machine`; None where there is none."""
    machine = this_machine() if machine is None else machine
    place = Path(path)
    if place.is_file():
        return place
    libraries = [library for folder in _folders(place, machine) for library in _libraries(folder)]
    return next((library for library in libraries if library.stem == place.stem), libraries[0] if libraries else None)


def loading_fault(binary: Path) -> str:
    """Why `binary`, which is for this machine, is not loaded by the system, or is no VST3 plugin; empty where it is.

    It is loaded for that: only where that was tried already.
    """
    try:
        library = ctypes.CDLL(str(binary))
    except OSError as problem:
        said = str(problem)
        if missing := _MISSING.search(said):
            return f"It needs {missing[1]}, which is not installed here."
        if newer := _TOO_NEW.search(said):
            return f"It was built for a newer system: it needs {newer[1]}."
        return f"It cannot be loaded: {said.removeprefix(f'{binary}: ').strip().splitlines()[0].rstrip('.')}."
    if hasattr(library, _FACTORY):
        return ""
    kind = next((kind for name, kind in _OTHER_KINDS.items() if hasattr(library, name)), "a library of another kind")
    return f"It is no VST3 plugin but {kind}."


def _file(place: Path, machine: Build) -> str:
    """A plugin in one file is what Windows has; elsewhere it is a bundle."""
    if not place.is_file():
        return "It is neither a file nor a folder."
    if problem := _built(place, machine, "It"):
        return problem
    if machine.system == "Windows":
        return ""
    inner = f"{place.name}/Contents/{'MacOS' if machine.system == 'macOS' else f'{os.uname().machine}-linux'}"
    return f"It is a bare library: on {machine.system} a plugin is a folder, with the library in {inner}."


def _bundle(place: Path, machine: Build) -> str:
    folders = [folder for folder in _sorted(place / "Contents") if _for(folder.name) is not None]
    ours = _folders(place, machine)
    libraries = [library for folder in ours for library in _libraries(folder)]
    if libraries:
        binary = binary_in(str(place), machine) or libraries[0]
        problem = _built(binary, machine, f"Its binary, {binary.name},")
        if not problem and machine.system == "Linux" and binary.stem != place.stem:
            return f"It was renamed: its binary is {binary.name}, so its folder must be {binary.stem}{place.suffix}."
        return problem
    others = _others(folder for folder in folders if folder not in ours and list(_libraries(folder)))
    if others:
        return _elsewhere(others, machine)
    if ours:
        return f"It has no binary: there is no library in its folder Contents/{ours[0].name}. Install it again."
    return "It has no binary: it is a folder without a plugin in it. Install it again."


def _built(binary: Path, machine: Build, what: str) -> str:
    """Why the library cannot be loaded on `machine`, as far as its head tells."""
    if not binary.is_file():
        return f"{what} is no file that can be read."
    try:
        builds = builds_in(binary)
    except NotABinaryError as problem:
        return f"{what} is {problem}."
    except PermissionError:
        return f"{what} cannot be read: you may not. Change its permissions."
    return "" if machine in builds else _elsewhere(builds, machine)


def _elsewhere(builds: Sequence[Build], machine: Build) -> str:
    at_home = [build.processor for build in builds if build.system == machine.system]
    if at_home:
        return (
            f"It is for {_list(at_home)}; this machine is {machine.processor}. Install its version for "
            f"{machine.processor}."
        )
    systems = list(dict.fromkeys(build.system for build in builds))
    kinds = [f"{system} ({_list(b.processor for b in builds if b.system == system)})" for system in systems]
    return (
        f"It is for {_list(kinds)}; this machine runs {machine.system} on {machine.processor}. Install its version for "
        f"{machine.system}."
    )


def _folders(place: Path, machine: Build) -> list[Path]:
    """The folders in a bundle that hold binaries for `machine`."""
    return [folder for folder in _sorted(place / "Contents") if machine in (_for(folder.name) or ())]


def _for(folder: str) -> tuple[Build, ...] | None:
    """What a folder in `Contents` holds binaries for; None where it holds something else."""
    if folder == "MacOS":
        return tuple(Build("macOS", processor) for processor in ("x86-64", "64-bit ARM"))
    name, _, system = folder.rpartition("-")
    if system not in _SYSTEM_FOLDERS or not name:
        return None
    return (Build(_SYSTEM_FOLDERS[system], processor_name(_ALIKE.get(name, name))),)


def _others(folders: Iterable[Path]) -> tuple[Build, ...]:
    """What the binaries in `folders` are for: by the folder's name, or on macOS by what they say themselves."""
    found: list[Build] = []
    for folder in folders:
        builds = _for(folder.name) or ()
        if len(builds) > 1:
            with suppress(OSError, NotABinaryError):
                builds = builds_in(_libraries(folder)[0])
        found += builds
    return tuple(dict.fromkeys(found))


def _libraries(folder: Path) -> list[Path]:
    """What may be a binary in one of a bundle's folders."""
    endings = (".so",) if folder.name.endswith("-linux") else (".vst3",) if folder.name.endswith("-win") else ("",)
    return [path for path in _sorted(folder) if path.suffix.lower() in endings and not path.name.startswith(".")]


def _sorted(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _list(words: Iterable[str]) -> str:
    """`a, b and c`, each once."""
    *others, last = dict.fromkeys(words)
    return f"{', '.join(others)} and {last}" if others else last
