"""What was found out about plugin files, kept so that only new and changed ones are tried again."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec
import platformdirs

from livemusic.session.files import replacing
from livemusic.sound.plugins.description import Plugin
from livemusic.sound.plugins.folders import Stamp, stamp
from livemusic.sound.plugins.probe import Findings

FORMAT = 1


class _Entry(msgspec.Struct, frozen=True):
    stamp: Stamp
    findings: Findings


class _Content(msgspec.Struct, frozen=True):
    files: dict[str, _Entry]
    format: int


class Catalog:
    """A cache file, read again when it has changed.

    A broken or older one, or one that cannot be written, only costs another scan. Thread: one.
    """

    def __init__(self, path: Path | None = None) -> None:
        folder = Path(platformdirs.user_cache_dir("livemusic", appauthor=False))
        self._path = folder / "plugins.json" if path is None else path
        self._read_at: Stamp | None = None
        self._files: dict[str, _Entry] = {}

    def plugins(self) -> list[Plugin]:
        """All known plugins, by name; those whose file has gone are left out."""
        known = self._read().items()
        found = [plugin for path, entry in known if Path(path).exists() for plugin in entry.findings.plugins]
        return sorted(found, key=lambda plugin: (plugin.name.casefold(), plugin.path))

    def find(self, path: str) -> Findings | None:
        """What is known of `path` as it is now; None where it is new or has changed."""
        entry = self._read().get(path)
        return entry.findings if entry is not None and entry.stamp == stamp(Path(path)) else None

    def put(self, path: str, findings: Findings) -> None:
        """Remember what was found in `path`."""
        self._write(self._read() | {path: _Entry(stamp(Path(path)), findings)})

    def keep(self, paths: Iterable[str]) -> None:
        """Forget all but `paths`."""
        known, wanted = self._read(), set(paths)
        if known.keys() - wanted:
            self._write({path: entry for path, entry in known.items() if path in wanted})

    def _read(self) -> dict[str, _Entry]:
        """What the file says; it is opened only where it has changed."""
        now = stamp(self._path)
        if now != self._read_at:
            content = _Content({}, FORMAT)
            with suppress(OSError, msgspec.MsgspecError):
                content = msgspec.json.decode(self._path.read_bytes(), type=_Content)
            self._read_at, self._files = now, content.files if content.format == FORMAT else {}
        return self._files

    def _write(self, files: dict[str, _Entry]) -> None:
        try:
            with replacing(self._path) as file:
                file.write(msgspec.json.encode(_Content(files, FORMAT)))
        except OSError:
            pass
