"""Where plugins are installed, and how a file is told from the one it was."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_DEEPEST = 4


class Stamp(NamedTuple):
    """A plugin file or bundle at one time: the newest change (ns) and the bytes of all that is in it."""

    changed: int
    size: int


def plugin_folders(
    system: str = sys.platform, home: Path | None = None, environ: Mapping[str, str] = os.environ
) -> list[Path]:
    """The folders for plugins on `system`, the user's own first. They need not exist.

    VST3: Steinberg's "Plug-in Locations" for each system, and `lib64`, which some Linux systems use instead. Audio
    Units: Apple's Components folders.
    """
    home = Path.home() if home is None else home
    if system == "darwin":
        audio = Path("Library/Audio/Plug-Ins")
        return [root / audio / kind for root in (home, Path("/")) for kind in ("VST3", "Components")]
    if system == "win32":
        local = Path(environ.get("LOCALAPPDATA", home / "AppData/Local"))
        programs = Path(environ.get("COMMONPROGRAMFILES", "C:/Program Files/Common Files"))
        return [local / "Programs/Common/VST3", programs / "VST3"]
    return [home / ".vst3", *(Path(f"/{folder}/vst3") for folder in ("usr/local/lib", "usr/lib", "usr/lib64"))]


def plugin_suffixes(system: str = sys.platform) -> tuple[str, ...]:
    """How the names of plugin files and bundles end on `system`."""
    return (".component", ".vst3") if system == "darwin" else (".vst3",)


def find_plugins(folders: Sequence[Path] | None = None, system: str = sys.platform) -> list[Path]:
    """All plugin files and bundles in `folders` (this system's by default) and below, by name, each once."""
    found: dict[Path, Path] = {}
    for folder in plugin_folders() if folders is None else folders:
        for path in _below(folder, plugin_suffixes(system), _DEEPEST):
            found.setdefault(path.resolve(), path)
    return sorted(found.values(), key=lambda path: (path.stem.casefold(), str(path)))


def stamp(path: Path) -> Stamp:
    """What `path` is like now; zeros where it cannot be read."""
    files = [path, *path.rglob("*")] if path.is_dir() else [path]
    changed = size = 0
    for file in files:
        try:
            status = file.stat()
        except OSError:
            continue
        changed = max(changed, status.st_mtime_ns)
        size += status.st_size
    return Stamp(changed, size)


def _below(folder: Path, suffixes: tuple[str, ...], depth: int) -> list[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return []  # it is not there, or not ours to read
    found = []
    for entry in entries:
        if entry.suffix.lower() in suffixes:
            found.append(entry)
        elif depth and entry.is_dir():
            found += _below(entry, suffixes, depth - 1)
    return found
