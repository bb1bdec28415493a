"""Where the engine of this user can be found: one folder with a lock, an address and a key."""

import os
import secrets
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout
from platformdirs import user_runtime_path, user_state_path

from livemusic.errors import EngineError

_MAX_UNIX_PATH = 100


class Door(msgspec.Struct, frozen=True):
    """How a client gets in: a Unix socket's path or a named pipe, and the key both sides must know.

    `attended`: started for a window, whose closing ends the engine too.
    """

    address: str
    key: bytes
    pid: int
    attended: bool = False


def engine_folder() -> Path:
    """This user's folder for a running engine; `LIVEMUSIC_ENGINE` names another one."""
    if named := os.environ.get("LIVEMUSIC_ENGINE"):
        return Path(named)
    if sys.platform == "linux" and not os.environ.get("XDG_RUNTIME_DIR"):
        return user_state_path("livemusic") / "engine"
    return user_runtime_path("livemusic")


def read_door(folder: Path) -> Door:
    """The running engine's door; `EngineError` when there is none, or when somebody else may have put it there."""
    _require_own(folder)
    try:
        return msgspec.json.decode((folder / "engine.json").read_bytes(), type=Door)
    except (OSError, msgspec.DecodeError) as problem:
        raise EngineError("No engine is running. Start it with 'livemusic' or 'livemusic engine'.") from problem


@contextmanager
def occupied(folder: Path, attended: bool = False) -> Iterator[Door]:
    """Hold `folder` for the one engine of this user, and publish its door there while the block runs.

    Raises `EngineError` when another engine holds it, when the folder cannot be written, or when others could.
    """
    lock = FileLock(folder / "engine.lock")
    _require_own(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _require_own(folder)  # somebody may have been quicker
        lock.acquire(timeout=0)
    except Timeout:
        raise EngineError(_already(folder)) from None
    except OSError as problem:
        raise EngineError(
            f"The engine cannot use {folder}: {problem.strerror}. Set LIVEMUSIC_ENGINE to a folder of yours."
        ) from problem
    note = folder / "engine.json"
    try:
        door = Door(_address(folder), secrets.token_bytes(32), os.getpid(), attended)
        note.unlink(missing_ok=True)
        with os.fdopen(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(msgspec.json.encode(door))
        yield door
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _require_own(folder: Path) -> None:
    """`EngineError` where `folder` is there and anybody but this user could put something into it, or look."""
    if sys.platform == "win32":
        return
    try:
        found = folder.lstat()
    except OSError:
        return
    if not stat.S_ISDIR(found.st_mode):
        fault, cure = "is no folder" if not stat.S_ISLNK(found.st_mode) else "is a link", "Remove it"
    elif found.st_uid != os.geteuid():
        fault, cure = "belongs to another user", "Remove it"
    elif found.st_mode & 0o077:
        fault, cure = "is open to other users", f"Close it (chmod 700 {folder})"
    else:
        return
    raise EngineError(
        f"The folder of the running engine, {folder}, {fault}, and the engine would not be yours alone. {cure}, or "
        "set LIVEMUSIC_ENGINE to another."
    )


def _already(folder: Path) -> str:
    try:
        pid = f" (process {read_door(folder).pid})"
    except EngineError:
        pid = ""
    return f"An engine is already running{pid}. Open its window with 'livemusic', or end it first."


def _address(folder: Path) -> str:
    if sys.platform == "win32":
        return rf"\\.\pipe\livemusic-{os.getpid()}"
    path = folder / "engine.sock"
    if len(str(path)) > _MAX_UNIX_PATH:
        raise EngineError(f"The folder name {folder} is too long for a socket. Set LIVEMUSIC_ENGINE to a shorter one.")
    path.unlink(missing_ok=True)
    return str(path)
