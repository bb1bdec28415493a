"""Speaks to an engine in another process, in the same words as to one in this process."""

from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock

import msgspec

from livemusic.engine.handshake import knock
from livemusic.engine.place import engine_folder, read_door
from livemusic.engine.request import Request
from livemusic.engine.snapshot import AnyReply
from livemusic.errors import EngineError
from livemusic.music.tempo import Seconds

_PATIENCE: Seconds = 5.0


class EngineSilentError(EngineError):
    """The engine runs but does not answer: it is stopped, or stuck."""


class Client:
    """One connection to the engine. `ask` blocks until its reply is there. Thread: any; one question at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = Lock()

    @classmethod
    def connect(cls, folder: Path | None = None, patience: Seconds = _PATIENCE) -> "Client":
        """Find this user's engine and connect.

        `EngineError` when it is not there, `EngineSilentError` when it does not let anybody in for `patience`.
        """
        door = read_door(folder or engine_folder())
        try:
            return cls(knock(door, patience))
        except (TimeoutError, BlockingIOError) as problem:
            raise EngineSilentError(
                f"The engine (process {door.pid}) runs but has not answered for {patience:g} seconds. "
                "End that process, then start livemusic again."
            ) from problem
        except (OSError, EOFError, AuthenticationError) as problem:
            raise EngineError("No engine is running. Start it with 'livemusic' or 'livemusic engine'.") from problem

    def ask(self, request: Request) -> AnyReply:
        """The engine's reply to `request`; `EngineError` when it is gone, `EngineSilentError` after 5 s."""
        with self._lock:
            try:
                self._connection.send_bytes(msgspec.msgpack.encode(request))
                if not self._connection.poll(_PATIENCE):
                    self._connection.close()  # a late reply would answer the wrong question
                    raise EngineSilentError(f"The engine has not answered for {_PATIENCE:g} seconds.")
                reply: AnyReply = msgspec.msgpack.decode(self._connection.recv_bytes(), type=AnyReply)
                return reply
            except (OSError, EOFError, msgspec.DecodeError) as problem:
                raise EngineError("The engine is gone.") from problem

    def close(self) -> None:
        self._connection.close()
