"""Both ends of a new connection prove that they know the key, and neither waits for ever for the other."""

import os
import select
import socket
import struct
import sys
from multiprocessing import connection as sockets
from multiprocessing.connection import Connection
from time import monotonic, sleep
from typing import Any, cast

from livemusic.engine.place import Door
from livemusic.music.tempo import Seconds

_AGAIN: Seconds = 0.02
#: How `multiprocessing` says how long a message is.
_HEAD = struct.Struct("!i")


class _Patient:
    """What `multiprocessing` needs of a connection to prove a key; `TimeoutError` once `patience` is over."""

    def __init__(self, connection: Connection, patience: Seconds) -> None:
        self._connection = connection
        self._deadline = monotonic() + patience
        self.send_bytes = connection.send_bytes

    def recv_bytes(self, limit: int) -> bytes:
        return receive(self._connection, limit, self._deadline)


def receive(connection: Connection, limit: int, deadline: Seconds) -> bytes:
    """The next message, whole, by `deadline` of `time.monotonic`, however slowly its bytes come.

    `TimeoutError` where it is not there by then, `OSError` where it is longer than `limit`, `EOFError` at the end.
    """
    if sys.platform == "win32":  # its pipes hand over whole messages only
        if not connection.poll(max(0.0, deadline - monotonic())):
            raise TimeoutError("the other end says nothing")
        return connection.recv_bytes(limit)
    (size,) = _HEAD.unpack(_read(connection.fileno(), _HEAD.size, deadline))
    if not 0 <= size <= limit:
        raise OSError(f"a message of {size} bytes is none of ours")
    return _read(connection.fileno(), size, deadline)


def _read(descriptor: int, count: int, deadline: Seconds) -> bytes:
    """So many bytes of a connection."""
    poll, data = select.poll(), bytearray()
    poll.register(descriptor, select.POLLIN)
    while len(data) < count:
        if not poll.poll(max(0.0, deadline - monotonic()) * 1e3):
            raise TimeoutError("the other end says nothing, or not all of it")
        part = os.read(descriptor, count - len(data))
        if not part:
            raise EOFError
        data += part
    return bytes(data)


def bound_sending(connection: Connection, patience: Seconds) -> None:
    """Let sending to a client that does not read end in an `OSError` after `patience` seconds."""
    if sys.platform != "win32":
        with socket.socket(fileno=os.dup(connection.fileno())) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", int(patience), 0))


def admit(connection: Connection, key: bytes, patience: Seconds) -> None:
    """The engine's end. `AuthenticationError`, `OSError` or `EOFError` where the client is none of ours."""
    line = cast(Any, _Patient(connection, patience))
    sockets.deliver_challenge(line, key)
    sockets.answer_challenge(line, key)


def knock(door: Door, patience: Seconds) -> Connection:
    """The client's end: a new connection. `TimeoutError` where nobody opens; the others as `admit`."""
    connection = _reached(door.address, patience)
    try:
        line = cast(Any, _Patient(connection, patience))
        sockets.answer_challenge(line, door.key)
        sockets.deliver_challenge(line, door.key)
    except BaseException:
        connection.close()
        raise
    return connection


def _reached(address: str, patience: Seconds) -> Connection:
    if sys.platform == "win32":
        return sockets.Client(address)  # gives up by itself
    deadline = monotonic() + patience
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(patience)
        while True:
            try:
                line.connect(address)
                break
            except BlockingIOError:  # the queue is full: those before us are let in one after the other
                if monotonic() > deadline:
                    raise
                sleep(_AGAIN)
        line.setblocking(True)
        return Connection(line.detach())
