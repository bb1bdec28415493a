"""Which presets there are and where: the shipped ones and the musician's own."""

import unicodedata
from collections.abc import Sequence
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path

import msgspec
import platformdirs

from livemusic.errors import PresetError


class _Title(msgspec.Struct, frozen=True):
    """The name a preset goes by; the rest is skipped."""

    name: str


def preset_folders() -> list[Path]:
    """Where presets are looked for: the musician's folder (which need not exist), then the shipped one.

    The shipped one is `livemusic/presets` in an installed package and `presets` beside it in a checkout.
    """
    package = Path(str(files("livemusic")))
    shipped = package / "presets"
    own = Path(platformdirs.user_data_dir("livemusic", appauthor=False)) / "presets"
    return [own, shipped if shipped.is_dir() else package.parent / "presets"]


def list_presets(folders: Sequence[Path] | None = None) -> list[tuple[str, Path]]:
    """All presets as `(name, path)`, by name; one in an earlier folder hides its namesakes in later ones.

    A file that cannot be read is listed under its file name, so that it can be found and mended.
    """
    found: dict[str, tuple[str, Path]] = {}
    for folder in preset_folders() if folders is None else folders:
        for path in sorted(folder.glob("*.json")):
            name = _title(path)
            found.setdefault(_plain(name), (name, path))
    return [found[key] for key in sorted(found)]


def find_preset(name: str, folders: Sequence[Path] | None = None) -> Path:
    """The file of the preset called `name`: its name or file name, in any case, or else the path of any file.

    `PresetError` lists the names there are, the closest first.
    """
    presets = list_presets(folders)
    named = {path.stem: path for _, path in presets} | dict(presets)
    for known, path in reversed(named.items()):
        if _plain(known) == _plain(name):
            return path
    try:
        if Path(name).is_file():
            return Path(name)
    except (OSError, ValueError):
        pass
    names = {_plain(known): known for known, _ in presets}
    close = get_close_matches(_plain(name)[:200], names, n=1)
    hint = f"did you mean {names[close[0]]!r}? " if close else ""
    raise PresetError(
        f"no preset and no file is called {name!r}: {hint}There are: {', '.join(names.values()) or 'none'}"
    )


def _title(path: Path) -> str:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Title).name
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
        return path.stem


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().strip()
