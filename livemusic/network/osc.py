"""OSC over UDP: tells other programs what happens, and takes controls from them. The addresses: `network.address`.

Both ways stay on this machine unless told otherwise. UDP may lose messages, and anybody who reaches the port may send:
what comes in is checked to the last byte and what does not fit is counted, never guessed.
"""

import re
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from difflib import get_close_matches
from queue import Empty, SimpleQueue
from threading import Event, Thread

from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from livemusic.errors import DeviceError
from livemusic.music.tempo import Seconds
from livemusic.network.address import Control, Stand, Told, Value

_LOOPBACK = "127.0.0.1"
_LARGEST = 65536
#: Bytes asked of the system for what has come and is not fetched, and datagrams that wait to be done.
_BUFFER = 4 << 20
_WAITING = 20_000
_LAST_PORT = 65535
_PATIENCE: Seconds = 0.1
_BUNDLE = b"#bundle\0"
_BUNDLE_HEAD = 16  # the mark and a time tag
_SIZE = 4
#: An address and the types that a control can have; python-osc logs a line for any other type, whoever sent it.
_PLAIN = re.compile(rb"(/[!-~]+)\0{1,4}(?:,[ifdhsTF]*\0.*)?", re.DOTALL)

Handle = Callable[[str, tuple[Value, ...]], None]
Refuse = Callable[[str], None]

#: How OSC carries each kind of value.
_TYPES = {int: "i", float: "f", str: "s"}


def _passed_over(reason: str) -> None:
    """Nobody asked why."""


class OscOut:
    """Sends what happens to `host`:`port`. Never waits: what cannot be sent at once is dropped and counted.

    A value that comes more often than its kind goes out (50 times a second) waits, the newest only, for the next
    `send`. Thread: any, one at a time. `DeviceError` when there is no such host.
    """

    def __init__(self, host: str, port: int) -> None:
        self.sent = 0
        self.dropped = 0
        self._due: dict[type[Told], Seconds] = {}
        self._waiting: dict[type[Told], Told] = {}
        family, where = _look_up(host, port, 1)
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        try:
            self._socket.setblocking(False)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            self._socket.connect(where)
        except OSError as problem:
            self._socket.close()
            raise DeviceError(f"OSC cannot be sent to {host}:{port}: {problem}. Choose another address.") from problem

    def send(self, *values: Told | Stand, now: Seconds) -> None:
        """Send `values`, and of those that waited what is due at `now`."""
        for value in values:
            if isinstance(value, Stand) or value.at_most is None:
                self._emit(value)
            else:
                self._waiting[type(value)] = value
        for kind in [kind for kind in self._waiting if now >= self._due.get(kind, now)]:
            self._emit(self._waiting.pop(kind))
            self._due[kind] = now + 1 / (kind.at_most or 1)

    def close(self) -> None:
        self._socket.close()

    def _emit(self, value: Told | Stand) -> None:
        message = OscMessageBuilder(value.path)
        try:
            for each in value.values():
                message.add_arg(each, _TYPES[type(each)])
            self._socket.send(message.build().dgram)
            self.sent += 1
        except (ValueError, OverflowError):  # no number: a model went wrong
            self.dropped += 1
        except OSError:  # full, unreachable, or nobody listens there
            self.dropped += 1


class OscIn:
    """Takes controls on `port` and calls `handle(path, arguments)` for each that fits `controls`, one after the other.

    Bundles are taken apart and done at once, whatever their time. `taken` counts controls handed on, `ignored`
    messages that did not fit and handlers that failed; `refuse` hears why, in a sentence. `host`: the address of ours
    to listen on; `0.0.0.0` for the whole network. `DeviceError` when the port is taken. `port`: the real one where 0
    was asked for.
    A burst is kept until it is done: `_WAITING` datagrams, however small the system's own buffer.
    Threads: two of its own, from `start` to `close`: one only receives, the other calls `handle`.
    """

    def __init__(
        self,
        port: int,
        controls: Mapping[str, Control],
        handle: Handle,
        host: str = _LOOPBACK,
        refuse: Refuse = _passed_over,
    ) -> None:
        self.taken = 0
        self.ignored = 0
        self._controls = controls
        self._handle = handle
        self._refuse = refuse
        self._closing = Event()
        self._threads: list[Thread] = []
        self._waiting: SimpleQueue[bytes] = SimpleQueue()
        family, where = _look_up(host, port, 0)
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        with suppress(OSError):  # some systems refuse what is more than they give
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        try:
            self._socket.bind(where)
        except OSError as problem:
            self._socket.close()
            raise DeviceError(
                f"OSC cannot listen on {host}:{port}: {problem}. Another program may use that port; choose another."
            ) from problem
        self._socket.settimeout(_PATIENCE)
        self.port: int = self._socket.getsockname()[1]

    def start(self) -> None:
        self._threads = [
            Thread(target=work, name=f"livemusic-osc-{name}", daemon=True)
            for name, work in (("in", self._receive), ("do", self._run))
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop listening; returns within a second."""
        self._closing.set()
        for thread in self._threads:
            thread.join(1.0)
        self._threads = []
        self._socket.close()

    def _receive(self) -> None:
        """As fast as can be: the system's own buffer may hold no more than some hundred datagrams."""
        receive, put, view = self._socket.recv_into, self._waiting.put, memoryview(bytearray(_LARGEST))
        while not self._closing.is_set():
            try:
                data = bytes(view[: receive(view)])
                if self._waiting.qsize() < _WAITING:
                    put(data)
                else:
                    self.ignored += 1
            except TimeoutError:
                continue
            except OSError:  # Windows reports here that somebody we never wrote to is not there
                self._closing.wait(_PATIENCE)

    def _run(self) -> None:
        while not self._closing.is_set():
            with suppress(Empty):
                self.take(self._waiting.get(timeout=_PATIENCE))

    def take(self, datagram: bytes) -> None:
        """Do what `datagram` says, where it can be understood."""
        for message in _messages(datagram):
            path = ""
            try:
                path, values = self._read(message)
                arguments = self._controls[path].read(values)
                if arguments is not None:
                    self._handle(path, arguments)
                    self.taken += 1
            except Exception as problem:  # a thread's edge, and strangers on the other side of it
                self.ignored += 1
                self._refuse(_refusal(path, problem))

    def _read(self, message: bytes) -> tuple[str, list[object]]:
        """Address and arguments; an exception where it is no control of ours."""
        plain = _PLAIN.fullmatch(message)
        if plain is None:
            raise ValueError("what came in is no OSC message that can be read")
        path = plain[1].decode()
        if path not in self._controls:
            near = get_close_matches(path, self._controls, 1)
            raise ValueError(f"there is no control {path[:80]}{f'; did you mean {near[0]}?' if near else ''}")
        return path, OscMessage(message).params


def _messages(datagram: bytes) -> Iterator[bytes]:
    """The messages in `datagram`, taken out of bundles and of bundles in bundles; damaged ends come as they are."""
    parts = [datagram]
    while parts:
        part = parts.pop()
        if not part.startswith(_BUNDLE):
            yield part
            continue
        inside = []
        begin = _BUNDLE_HEAD
        while begin < len(part):
            end = begin + _SIZE + int.from_bytes(part[begin : begin + _SIZE])
            inside.append(part[begin + _SIZE : end] if end <= len(part) else b"")
            begin = end
        parts += reversed(inside)


def _refusal(path: str, problem: Exception) -> str:
    """Why a message is not done: for `path`, empty where it has none of ours."""
    reason = str(problem) or type(problem).__name__
    where = f"OSC {path}" if path and path not in reason else "OSC"
    return f"{where}: {reason}" + ("" if reason.endswith((".", "?")) else ".")


def _look_up(host: str, port: int, lowest: int) -> tuple[socket.AddressFamily, tuple[object, ...]]:
    """The address that `host` and `port` mean, IPv4 before IPv6. May ask the network: do it while nothing is due."""
    if not lowest <= port <= _LAST_PORT:
        raise DeviceError(f"OSC port {port} is outside {lowest}..{_LAST_PORT}. Choose another.")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError) as problem:
        raise DeviceError(f"OSC cannot find the host {host!r}: {problem}. Check its name.") from problem
    family, _, _, _, where = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    return family, where
