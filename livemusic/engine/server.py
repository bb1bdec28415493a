"""Lets clients in by the local socket, one thread each; every request gets one reply."""

from collections.abc import Callable
from contextlib import suppress
from multiprocessing import AuthenticationError
from multiprocessing import connection as sockets
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from threading import Lock, Thread
from time import monotonic

import msgspec

from livemusic.engine.handshake import admit, bound_sending, receive
from livemusic.engine.messages import AnyRequest
from livemusic.engine.place import Door
from livemusic.engine.request import Failed
from livemusic.engine.snapshot import AnyReply
from livemusic.music.tempo import Seconds

MAX_MESSAGE = 1 << 22
_PATIENCE: Seconds = 5.0
#: Clients that may wait to be let in.
_QUEUE = 16


class Server:
    """Answers clients with `answer(request)`. Nothing is pickled; a message that is no request gets `Failed`.

    Thread: `server` accepts; one more for each client. `start` and `close` belong to the owner's.
    """

    def __init__(self, door: Door, answer: Callable[[AnyRequest], AnyReply]) -> None:
        self._door = door
        self._answer = answer
        self._clients: dict[Connection, Thread] = {}
        self._lock = Lock()
        self._closing = False
        self._listener: Listener | None = None
        self._thread = Thread(target=self._accept, name="livemusic-server", daemon=True)

    def start(self) -> None:
        self._listener = Listener(self._door.address, backlog=_QUEUE)
        with suppress(OSError):
            Path(self._door.address).chmod(0o600)
        self._thread.start()

    def close(self) -> None:
        """Let everybody go and end all threads."""
        if self._listener is None:
            return
        self._closing = True
        with suppress(OSError):
            sockets.Client(self._door.address).close()  # only to wake the accepting thread
        self._thread.join(2.0)
        self._listener.close()
        with self._lock:
            threads = list(self._clients.values())
        for thread in threads:
            thread.join(1.0)

    def _accept(self) -> None:
        assert self._listener is not None
        while not self._closing:
            try:
                connection = self._listener.accept()
            except OSError:
                continue
            thread = Thread(target=self._serve, args=(connection,), name="livemusic-client", daemon=True)
            with self._lock:
                self._clients[connection] = thread
            thread.start()

    def _serve(self, connection: Connection) -> None:
        with suppress(OSError, EOFError, AuthenticationError), connection:
            bound_sending(connection, _PATIENCE)
            admit(connection, self._door.key, _PATIENCE)
            while not self._closing:
                if connection.poll(0.25):
                    request = receive(connection, MAX_MESSAGE, monotonic() + _PATIENCE)
                    connection.send_bytes(self._reply(request))
        with self._lock:
            self._clients.pop(connection, None)

    def _reply(self, data: bytes) -> bytes:
        try:
            request = msgspec.msgpack.decode(data, type=AnyRequest)
        except (msgspec.DecodeError, ValueError, RecursionError) as problem:
            return msgspec.msgpack.encode(Failed(f"That is no request this engine knows: {problem}"))
        try:
            return msgspec.msgpack.encode(self._answer(request))
        except Exception as problem:  # a thread's edge: nothing may cross it
            return msgspec.msgpack.encode(Failed(str(problem) or type(problem).__name__))
