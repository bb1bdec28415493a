"""Where a command writes to: checked before the work, and what the work came to is not lost if that fails."""

import errno
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile, gettempdir

from platformdirs import user_data_path

from livemusic.errors import LiveMusicError, MediaError
from livemusic.session.files import shown

#: What a full disk, a quota or a broken one says.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
UNHEARD = 1


def folder_for(folder: Path) -> Path:
    """`folder`, made if need be and known to be writable; `MediaError` otherwise."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise MediaError(
            f"The folder {shown(folder)} cannot be made: {problem.strerror}. Choose another one with --out."
        ) from problem
    try:
        with NamedTemporaryFile(dir=folder, prefix=".livemusic-"):
            pass
    except OSError as problem:
        raise MediaError(
            f"The folder {shown(folder)} cannot be written to: {problem.strerror}. Choose another one with --out."
        ) from problem
    return folder


def file_for(path: Path, *suffixes: str) -> Path:
    """`path`, whose folder exists or can be made, ending in one of `suffixes`; `MediaError` otherwise."""
    if path.suffix.lower() not in suffixes:
        raise MediaError(f"{shown(path)} should end in {' or '.join(suffixes)}.")
    folder_for(path.parent)
    try:
        there, other = path.is_dir(), path.exists() and not path.is_file()
    except OSError as problem:
        raise MediaError(
            f"{shown(path)} cannot be written: {problem.strerror}. Choose another name with --out."
        ) from problem
    if there or other:
        raise MediaError(
            f"{shown(path)} is a folder; name a file to write."
            if there
            else f"{shown(path)} is no file; name a file to write."
        )
    return path


def keep(path: Path, write: Callable[[Path], None]) -> tuple[Path, str]:
    """`write` to `path`, or, where that fails, to where there is room: that place, and what is to be said of it.

    Where there is none, the file is not there either.
    """
    try:
        write(path)
    except LiveMusicError as problem:
        for folder in spare_folders():
            other = folder / path.name
            try:
                write(other)
            except LiveMusicError:
                continue
            return other, f"{str(problem).rstrip('.')}. It is kept in {shown(other)}."
        return path, str(problem)
    return path, ""


def complaints(written: Sequence[tuple[Path, str]]) -> int:
    """Say what `keep` had to say; the exit code: 2 where anything is not where it was wanted."""
    said = [text for _, text in written if text]
    for text in said:
        print(f"livemusic: {text}", file=sys.stderr)
    return 2 if said else 0


def spare_folders() -> list[Path]:
    """Where to put what finds no room where it was wanted."""
    return [user_data_path("livemusic", appauthor=False) / "kept", Path(gettempdir()) / "livemusic-kept"]


def heard(do: Callable[[], int], complain: Callable[[str], int]) -> int:
    """What `do` returns once all that it printed has gone out; where that cannot be written, a complaint and 1."""
    try:
        try:
            return do()
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as problem:
        if problem.errno not in _NO_ROOM:
            raise
        _stop_printing()
        complain(f"what it has to say cannot be written: {problem.strerror}. Make room, or send it elsewhere.")
        return UNHEARD


def _stop_printing() -> None:
    """What still waits to be printed would fail again at the very end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
