"""Files that are whole or not there at all, and broken ones put where nothing is lost."""

import errno
import os
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote_to_bytes

AnyPath = str | os.PathLike[str]
_ADDRESS = "file://"


@contextmanager
def replacing(path: AnyPath) -> Iterator[BinaryIO]:
    """Write a file so that a crash, a full disk or Ctrl-C leaves the old one, never half of the new one.

    Yields a binary file in the same folder (made where it is missing); when the block ends well its bytes are
    on the disk and take the place of `path`, or of what `path` links to. `OSError` as it comes.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "it is no file", str(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with open(draft, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def kept_from(path: AnyPath) -> bytes:
    """The first bytes of what writing to `path` would replace: empty where there is nothing to lose. `OSError`."""
    if not os.path.isfile(path):
        return b""
    with open(path, "rb") as file:
        return file.read(16)


def free_path(path: AnyPath, taken: Collection[Path] = ()) -> Path:
    """`path`, or with the next number (`NAME 2`, `NAME 3`, ...) where there is something or it is among `taken`."""
    first = free = Path(path)
    number = 1
    while free in taken or os.path.lexists(free):
        number += 1
        free = first.with_name(f"{first.stem} {number}{first.suffix}")
    return free


def shown(path: AnyPath) -> str:
    """A path, or words with one in them, as text that can be printed: what is not UTF-8 in it is replaced."""
    return os.fsencode(path).decode(errors="replace")


def kept(path: AnyPath) -> str:
    """A path as text that can be kept in JSON: a `file:` address where its name is not UTF-8. `path_of` reads both."""
    text = os.fspath(path)
    try:
        text.encode()
    except UnicodeEncodeError:
        return Path(text).absolute().as_uri()
    return text


def path_of(text: AnyPath) -> Path:
    """The path that `kept` was given."""
    address = str(text)
    if not address.startswith(_ADDRESS):
        return Path(text)
    return Path(os.fsdecode(unquote_to_bytes(address.removeprefix(_ADDRESS))))


def set_aside(path: AnyPath) -> Path:
    """Rename a broken file to `NAME.broken` (`NAME.broken.2`, ... where that is taken) and return where it is now."""
    source = Path(path)
    number = 1
    while os.path.lexists(kept := source.with_name(f"{source.name}.broken" + (f".{number}" if number > 1 else ""))):
        number += 1
    return source.rename(kept)
