"""Both ends of a new connection prove that they know the key, and neither waits for ever for the other."""

import socket
import sys
from multiprocessing import connection as sockets
from multiprocessing.connection import Connection
from time import monotonic, sleep
from typing import Any, cast

from livemusic.engine.place import Door
from livemusic.music.tempo import Seconds

_AGAIN: Seconds = 0.02


class _Patient:
    """What `multiprocessing` needs of a connection to prove a key; `TimeoutError` once `patience` is over."""

    def __init__(self, connection: Connection, patience: Seconds) -> None:
        self._connection = connection
        self._deadline = monotonic() + patience
        self.send_bytes = connection.send_bytes

    def recv_bytes(self, limit: int) -> bytes:
        if not self._connection.poll(max(0.0, self._deadline - monotonic())):
            raise TimeoutError("the other end says nothing")
        return self._connection.recv_bytes(limit)


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
