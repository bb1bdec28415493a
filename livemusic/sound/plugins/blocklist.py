"""The plugins that are not opened any more, because they crashed, hung or were shut out by hand."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import platformdirs
from filelock import FileLock

from livemusic.errors import PresetError
from livemusic.session.files import replacing, set_aside
from livemusic.sound.plugins.folders import printable
from livemusic.sound.protocol import Blocked

FORMAT = 1


class _Content(msgspec.Struct, frozen=True):
    blocked: tuple[Blocked, ...] = ()
    format: int = FORMAT


class BlockList:
    """A small file, read at every question, so that the command line and a running engine share it.

    Plugins are known by their file. A broken list is set aside and begun anew: better to try a plugin again than to
    have none. `PresetError` where it cannot be written.
    """

    def __init__(self, path: Path | None = None) -> None:
        folder = Path(platformdirs.user_config_dir("livemusic", appauthor=False))
        self._path = folder / "blocked-plugins.json" if path is None else path

    def all(self) -> tuple[Blocked, ...]:
        """Who is on it, oldest first."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=_Content).blocked
        except msgspec.MsgspecError:
            set_aside(self._path)
        except OSError:
            pass  # there is none yet
        return ()

    def reason(self, path: str) -> str:
        """Why `path` is blocked, empty where it is not."""
        return next((entry.reason for entry in self.all() if entry.path == path), "")

    def add(self, path: str, reason: str) -> Blocked:
        """Block `path`; a new reason takes the place of an old one."""
        if path != printable(path):
            raise PresetError(f"{printable(path)} cannot be blocked: its name is not in UTF-8. Rename it.")
        entry = Blocked(path, reason, datetime.now(UTC).isoformat(timespec="seconds"))
        self._write(lambda old: [*(each for each in old if each.path != path), entry])
        return entry

    def remove(self, path: str) -> bool:
        """Let `path` try again; False where it was not blocked."""
        if not self.reason(path):
            return False
        self._write(lambda old: [each for each in old if each.path != path])
        return True

    def _write(self, change: Callable[[Iterable[Blocked]], Iterable[Blocked]]) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self._path.with_suffix(".lock"), timeout=5):
                content = _Content(tuple(change(self.all())))
                with replacing(self._path) as file:
                    file.write(msgspec.json.format(msgspec.json.encode(content), indent=2))
        except OSError as problem:  # filelock's Timeout is one too
            raise PresetError(f"The list of blocked plugins, {self._path}, cannot be written: {problem}.") from problem
