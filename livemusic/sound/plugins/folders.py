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
    """All plugin files and bundles in `folders` (this system's by default) and below, by name, each once.

    Of links to a plugin and the plugin itself it is the plugin. A link to one elsewhere is kept while it has its name.
    """
    found: dict[str, list[str]] = {}
    for folder in plugin_folders() if folders is None else folders:
        for path in _below(folder, plugin_suffixes(system), _DEEPEST, set()):
            found.setdefault(os.path.realpath(path), []).append(str(path))
    return sorted((Path(_entry(*item)) for item in found.items()), key=lambda path: (path.stem.casefold(), str(path)))


def real(path: str) -> str:
    """The plugin that `path` leads to, under the name it was made with: under another one it cannot be opened."""
    where = os.path.realpath(path)
    return where if Path(where).suffix.lower() in plugin_suffixes() and os.path.exists(where) else path


def printable(path: str) -> str:
    """`path` as text that can be shown and stored: another one where its name is not UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")


def listed(path: str) -> str:
    """How `find_plugins` names the plugin that `path` leads to; by its real name where it does not list it."""
    where = os.path.realpath(path)
    return next((str(each) for each in find_plugins() if os.path.realpath(each) == where), real(path))


def _entry(where: str, paths: Sequence[str]) -> str:
    """How the plugin at `where` that was found as `paths` is listed."""
    if where in paths:
        return where
    return next((path for path in paths if Path(path).name == Path(where).name), real(paths[0]))


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


def _below(folder: Path, suffixes: tuple[str, ...], depth: int, seen: set[str]) -> list[Path]:
    """The plugins in `folder` and `depth` folders below; those `seen` already are passed over, as links may lead back.

    macOS leaves a file that begins with `._` beside every file it copies to a foreign disk.
    """
    where = os.path.realpath(folder)
    if where in seen:
        return []
    seen.add(where)
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return []  # it is not there, or not ours to read
    found = []
    for entry in entries:
        if entry.suffix.lower() in suffixes:
            found += [] if entry.name.startswith("._") else [entry]
        elif depth and entry.is_dir():
            found += _below(entry, suffixes, depth - 1, seen)
    return found
