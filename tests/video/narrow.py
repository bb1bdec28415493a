"""A disk with little room."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any, BinaryIO

from livemusic.session.files import replacing


class Narrow:
    """A file that takes so many bytes and then says what a full disk says."""

    def __init__(self, file: BinaryIO, room: int) -> None:
        self._file, self._room = file, room

    def write(self, data: bytes) -> int:
        self._room -= len(data)
        if self._room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self._file.write(data)

    def close(self) -> None:
        self._file.close()
        if self._room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def narrow(room: int) -> Callable[[Any], AbstractContextManager[Any]]:
    """Stands in for `replacing` on such a disk."""

    @contextmanager
    def replace(path: Any) -> Iterator[Any]:
        with replacing(path) as file, closing(Narrow(file, room)) as narrow_file:
            yield narrow_file

    return replace
