"""The ports of the JACK server and the cables between them: seen, made and cut by a client without ports."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import RLock
from typing import Any, ClassVar

from livemusic.errors import DeviceError
from livemusic.jack import JackPulse, mute_jack, require_jack

#: JACK takes no longer name for a client.
_LONGEST_NAME = 63
_REFUSED = "JACK refuses it"


class JackGraph:
    """All ports and cables of the JACK server that runs now, by their full names (`client:port`).

    Where there is no JACK, or it has died, there are none. libjack frees every client of a dead server as soon as a
    new client is opened in the same process; so whoever opens, uses or closes one holds `changing`, and a client whose
    server has died is only forgotten; so is one whose server hangs, which would be waited for. Thread: any.
    """

    changing: ClassVar[RLock] = RLock()
    _library_missing: ClassVar[bool] = False

    def __init__(self, client_name: str) -> None:
        self._client: Any = None
        with self.changing:
            self._pulse = JackPulse()
            if JackGraph._library_missing or hangs():
                return
            try:
                self._client = _opened(client_name[:_LONGEST_NAME])
            except (ImportError, OSError):  # no libjack, which is not looked for again: that takes long
                JackGraph._library_missing = True
            except _errors():
                self._pulse.close()

    @property
    def alive(self) -> bool:
        """False where there is no server, or not any more: then another graph must be opened."""
        with self.changing:
            self._forget_dead()
            return self._client is not None

    def holds(self, client: str) -> bool:
        """Whether a client of that name is there."""
        with self._in_use() as own, suppress(_errors()):
            return own is not None and bool(own.get_uuid_for_client_name(client))
        return False

    @property
    def cycle(self) -> int:
        """The frames that everybody plays and hears at a time; 0 where there is no JACK."""
        with self._in_use() as client:
            return 0 if client is None else int(client.blocksize)

    def outputs(self, prefix: str = "") -> tuple[str, ...]:
        """The audio ports that sound comes out of, in their programs' order."""
        return self._ports(prefix, is_audio=True, is_output=True)

    def inputs(self, prefix: str = "") -> tuple[str, ...]:
        """The audio ports that sound goes into."""
        return self._ports(prefix, is_audio=True, is_input=True)

    def sources(self) -> tuple[str, ...]:
        """The ports that anything comes out of, MIDI as well."""
        return self._ports("", is_output=True)

    def ports(self) -> frozenset[str]:
        """All of them, MIDI as well."""
        return frozenset(self._ports(""))

    def present(self, ports: Sequence[str]) -> tuple[str, ...]:
        """Those of `ports` that are there. Takes some microseconds."""
        found = []
        with self._in_use() as client:
            for port in ports if client is not None else ():
                with suppress(_errors()):
                    client.get_port_by_name(port)
                    found.append(port)
        return tuple(found)

    def cables(self, port: str) -> frozenset[str]:
        """The ports that `port` is connected with; none where it is not there."""
        with self._in_use() as client, suppress(_errors(), UnicodeDecodeError):
            if client is not None:
                return frozenset(other.name for other in client.get_all_connections(client.get_port_by_name(port)))
        return frozenset()

    def connect(self, source: str, sink: str) -> None:
        """Lay a cable, unless there is one. `DeviceError`."""
        with self._in_use() as client:
            if client is not None and sink not in self.cables(source):
                try:
                    client.connect(source, sink)
                except _errors() as problem:
                    raise DeviceError(f"{source!r} cannot be connected to {sink!r}: {_REFUSED}.") from problem

    def disconnect(self, source: str, sink: str) -> None:
        """Cut a cable, if there is one."""
        with self._in_use() as client, suppress(_errors()):
            if client is not None:
                client.disconnect(source, sink)

    def rename(self, port: str, short: str) -> None:
        """Give a port of this process another name behind its client's; where JACK will not, it keeps its own."""
        with self._in_use() as client, suppress(_errors()):
            if client is not None:
                client.get_port_by_name(port).shortname = short

    def close(self) -> None:
        """See nothing any more; again does nothing."""
        with self.changing:
            self._forget_dead()
            client, self._client = self._client, None
            if client is not None and not hangs():
                with suppress(_errors()):
                    client.close()
            self._pulse.close()

    def _ports(self, prefix: str, **kinds: bool) -> tuple[str, ...]:
        names = []
        with self._in_use() as client:
            for port in client.get_ports(**kinds) if client is not None else ():
                with suppress(UnicodeDecodeError):  # JACK lets programs use any bytes
                    names.append(port.name)
        return tuple(name for name in names if name.startswith(prefix))

    @contextmanager
    def _in_use(self) -> Iterator[Any]:
        with self.changing:
            self._forget_dead()
            yield self._client

    def _forget_dead(self) -> None:
        """A client that is freed with its server must not be used any more."""
        if not self._pulse.beats:
            self._client = None


def hangs() -> bool:
    """Whether a JACK server runs that does not answer: then nothing may be opened or closed."""
    try:
        require_jack()
    except DeviceError:
        return True
    return False


def _opened(name: str) -> Any:
    import jack  # not everywhere there is a libjack

    class Client(jack.Client):  # type: ignore[misc]
        def __del__(self) -> None:
            """Not closed by being thrown away: after its server's end that would crash."""

    mute_jack()
    return Client(name, no_start_server=True)


def _errors() -> Any:
    """What JACK's own library raises."""
    try:
        import jack
    except (ImportError, OSError):
        return ()
    return jack.JackError
