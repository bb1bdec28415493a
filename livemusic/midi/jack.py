"""Keeps a JACK server that dies from taking the engine along."""

import ctypes
import os
import select
import socket
from collections.abc import Iterator
from pathlib import Path

#: Where JACK servers put their sockets on Linux, by how they were built.
_SOCKET_FOLDERS = ("/dev/shm", "/tmp")


class JackPulse:
    """Knows at once when the JACK server has died; RtMidi does not notice.

    RtMidi's queue to a dead server is never emptied, and once its 16 KiB are full the next send spins for ever and
    holds the interpreter. So one idle connection to the server's socket is kept: it ends when the server does.
    Where no socket is found the server counts as living.
    """

    def __init__(self) -> None:
        self._sockets = list(_connections())
        self._poll = select.poll()
        for connection in self._sockets:
            self._poll.register(connection, select.POLLIN)

    @property
    def beats(self) -> bool:
        """False once the server is gone. Takes about a microsecond."""
        return not self._poll.poll(0)

    def close(self) -> None:
        for connection in self._sockets:
            self._poll.unregister(connection)
            connection.close()
        self._sockets.clear()


def _connections() -> Iterator[socket.socket]:
    """A connection to each socket on which the user's JACK server answers."""
    server = os.environ.get("JACK_DEFAULT_SERVER", "default")
    for folder in _SOCKET_FOLDERS:
        for path in Path(folder).glob(f"jack_{server}_*0"):
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.settimeout(0.1)
                connection.connect(str(path))
            except OSError:
                connection.close()
                continue
            yield connection


def mute_jack(package: Path) -> None:
    """Stop libjack printing on stdout and stderr: its own messages would spoil `--json` and every error sentence.

    `package`: the folder of the package that uses it; wheels carry a copy beside it. The C library's `strlen` takes a
    message and does nothing, so it serves as the silent listener; no Python runs in JACK's threads.
    """
    copies = [str(path) for path in package.parent.glob("*.*/libjack-*.so*")]
    for name in copies or ["libjack.so.0"]:
        try:
            library = ctypes.CDLL(name)
            nothing = ctypes.cast(ctypes.CDLL(None).strlen, ctypes.c_void_p)
            library.jack_set_error_function(nothing)
            library.jack_set_info_function(nothing)
        except (OSError, AttributeError):
            continue
