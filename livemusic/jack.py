"""Keeps a JACK server that dies from taking the program along, and JACK's own messages from its output.

Rooms that reach JACK through another library (RtMidi, PortAudio) meet the same two faults of it, so this stands below
them all.
"""

import ctypes
import os
import re
import select
import socket
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from livemusic.errors import DeviceError

#: Where JACK servers put their sockets on Linux, by how they were built.
_SOCKET_FOLDERS = ("/dev/shm", "/tmp")
#: `jack_client_open`: rather no client than a server started for it.
_NO_START_SERVER = 1
#: A server that has not answered for so many seconds hangs. It waits half a second itself for a client that fell.
ANSWER_S = 1.5


class JackPulse:
    """Knows at once when the JACK server that runs now has died, which RtMidi and PortAudio do not say.

    RtMidi's queue to a dead server is never emptied: once its 16 KiB are full the next send spins for ever and holds
    the interpreter. PortAudio aborts the program when it is ended after the server. So an idle connection to the
    server's socket is kept: it ends when the server does. Where there is no server it counts as living.
    """

    def __init__(self) -> None:
        self._sockets = tuple(_connections())

    @property
    def beats(self) -> bool:
        """False once the server is gone. Takes some microseconds; any thread may ask, at the same time as others."""
        sockets = self._sockets
        if not sockets:
            return True
        poll = select.poll()  # of its own: one that is shared refuses the second thread; Windows has none, and no JACK
        for descriptor in sockets:
            poll.register(descriptor, select.POLLIN)
        return not poll.poll(0)

    def close(self) -> None:
        sockets, self._sockets = self._sockets, ()
        for descriptor in sockets:
            os.close(descriptor)


def _connections() -> Iterator[int]:
    """A connection, as a file descriptor, to each socket on which the user's JACK server answers."""
    if sys.platform != "linux":
        return
    server = os.environ.get("JACK_DEFAULT_SERVER", "default")
    named = re.compile(rf"jack_{re.escape(server)}_(\d+_)?0")
    for folder in _SOCKET_FOLDERS:
        for path in filter(lambda path: named.fullmatch(path.name), Path(folder).glob("jack_*_0")):
            with socket.socket(socket.AF_UNIX) as connection:
                try:
                    connection.settimeout(0.1)
                    connection.connect(str(path))
                except OSError:
                    continue
                yield connection.detach()


def require_jack(patience: float = ANSWER_S) -> None:
    """Return at once where a JACK server answers or there is none; `DeviceError` where one runs and does not answer.

    Whoever opens, lists or closes anything on a server that hangs waits for it for ever, RtMidi with the interpreter
    held. So this is asked before. The server closes a connection that we end on our side: that is an answer, within
    a millisecond. One that does not, and in `patience` seconds does not even begin to work at anything, hangs.
    """
    connections = tuple(_connections())
    try:
        for descriptor in connections:
            with socket.socket(fileno=os.dup(descriptor)) as connection:
                connection.shutdown(socket.SHUT_WR)
                if _ended(descriptor, patience / 2):
                    continue
                before = _switches(connection)
                if not _ended(descriptor, patience / 2) and before == _switches(connection):
                    raise DeviceError(
                        "The JACK server runs but does not answer. Restart it, or wait until it goes on again."
                    )
    finally:
        for descriptor in connections:
            os.close(descriptor)


def _ended(descriptor: int, patience: float) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(patience * 1e3))


def _switches(connection: socket.socket) -> str:
    """How often each thread at the other end has got and left a processor so far."""
    pid = int.from_bytes(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 4), sys.byteorder)
    counts = []
    for status in sorted(Path(f"/proc/{pid}/task").glob("*/status")):
        with suppress(OSError):
            counts += re.findall(r"ctxt_switches:\s*(\d+)", status.read_text())
    return " ".join(counts)


class JackEye:
    """Sees which ports are connected to which and whether the server runs, about which RtMidi keeps silent.

    A client without ports, by the copy of libjack named `library`. Where it cannot be one it sees nothing. Like every
    client it must be closed before another one is opened on a server that came after its own.
    """

    def __init__(self, library: str, client_name: str) -> None:
        self._client: Any = None
        try:
            self._jack = _signed(ctypes.CDLL(library))
            self._client = self._jack.jack_client_open(client_name.encode(), _NO_START_SERVER, None)
        except (OSError, AttributeError):
            return  # no JACK here

    @property
    def turn(self) -> int | None:
        """A number that changes with every turn of the server's; None where nothing can be seen. Takes 1 µs."""
        client = self._client
        return int(self._jack.jack_last_frame_time(client)) if client else None

    @property
    def length(self) -> float:
        """How many seconds a turn takes; 0 where nothing can be seen."""
        client = self._client
        return self._jack.jack_get_buffer_size(client) / self._jack.jack_get_sample_rate(client) if client else 0.0

    def connected(self, port: str) -> frozenset[str]:
        """The full names of the ports connected to `port`; none where it is gone."""
        found = self._jack.jack_port_by_name(self._client, port.encode()) if self._client else None
        if not found:
            return frozenset()
        names = self._jack.jack_port_get_all_connections(self._client, found)
        if not names:
            return frozenset()
        try:
            return frozenset(_texts(names))
        finally:
            self._jack.jack_free(names)

    def close(self) -> None:
        client, self._client = self._client, None
        if client:
            self._jack.jack_client_close(client)


def _signed(jack: ctypes.CDLL) -> ctypes.CDLL:
    """What goes into and comes out of the functions used here: pointers, which ctypes would cut to 32 bits."""
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    for name, result, arguments in (
        ("jack_client_open", pointer, (text, ctypes.c_int, pointer)),
        ("jack_client_close", ctypes.c_int, (pointer,)),
        ("jack_port_by_name", pointer, (pointer, text)),
        ("jack_port_get_all_connections", ctypes.POINTER(text), (pointer, pointer)),
        ("jack_last_frame_time", ctypes.c_uint32, (pointer,)),
        ("jack_get_buffer_size", ctypes.c_uint32, (pointer,)),
        ("jack_get_sample_rate", ctypes.c_uint32, (pointer,)),
        ("jack_free", None, (pointer,)),
    ):
        function = getattr(jack, name)
        function.restype, function.argtypes = result, arguments
    return jack


def _texts(names: Any) -> Iterator[str]:
    """The strings of an array that ends with a null."""
    index = 0
    while names[index] is not None:
        yield names[index].decode(errors="replace")
        index += 1


def mute_jack(libraries: Iterable[str] = ("libjack.so.0",)) -> None:
    """Stop copies of libjack printing on stdout and stderr: that would spoil `--json` and every error sentence.

    The C library's `strlen` takes a message and does nothing, so it serves as the silent listener; no Python runs in
    JACK's threads.
    """
    for name in libraries:
        try:
            library = ctypes.CDLL(name)
            nothing = ctypes.cast(ctypes.CDLL(None).strlen, ctypes.c_void_p)
            library.jack_set_error_function(nothing)
            library.jack_set_info_function(nothing)
        except (OSError, AttributeError, TypeError):
            continue  # no JACK here
