"""Our end of what is listened to on JACK: ports of the same names each time, and cables to what was asked for."""

from collections.abc import Sequence

from livemusic.audio.devices import Device, PortAudio
from livemusic.audio.graph import JackGraph
from livemusic.errors import DeviceError


class Inlet:
    """The input ports of a stream that is about to be opened on `device`; on other systems than JACK it does nothing.

    PortAudio numbers the ports of all its streams and connects them to a program's first ports. `settle`, once the
    stream runs, calls them `NAME_1` and `NAME_2` and connects them to `device.ports`. Thread: one opens and closes, any
    asks.
    """

    def __init__(self, device: Device, name: str) -> None:
        self._name = name
        self._wanted = device.ports
        self._found: tuple[str, ...] = ()
        self._graph: JackGraph | None = None
        if device.ports:
            self._graph = JackGraph(f"{PortAudio.client_name} {name}")
            self._own = f"{PortAudio.jack_name()}:"
            self._before = self._graph.inputs(self._own)

    def settle(self) -> None:
        """Name the stream's ports and connect them. `DeviceError`."""
        graph = self._graph
        if graph is None:
            return
        ours = [port for port in graph.inputs(self._own) if port not in self._before]
        for sink, source in zip(named(graph, ours, self._name), self._wanted, strict=False):
            for other in graph.cables(sink) - {source}:
                graph.disconnect(other, sink)
            graph.connect(source, sink)
        self._found = graph.present(self._wanted)
        if not self._found:
            raise DeviceError(f"{self._wanted[0]!r} has gone.")

    @property
    def there(self) -> bool:
        """False once what is listened to has gone. Takes some microseconds.

        While somebody opens or closes a device it is taken to be there.
        """
        graph = self._graph
        if graph is None or not graph.changing.acquire(blocking=False):
            return True
        try:
            return graph.present(self._wanted) == self._found
        finally:
            graph.changing.release()

    def close(self) -> None:
        """See nothing any more."""
        if self._graph is not None:
            self._graph.close()


def named(graph: JackGraph, ports: Sequence[str], name: str) -> list[str]:
    """Call the ports of one stream `NAME_1`, `NAME_2`; returns their full names, the old ones where JACK will not.

    PortAudio numbers the ports of all streams that a process ever opened, `in_0` and so on, so a DAW would not find
    them again; `name` must be another than its own.
    """
    there, ours = graph.ports(), sorted(ports, key=_number)
    wanted = [f"{port.partition(':')[0]}:{name}_{side}" for side, port in enumerate(ours, 1)]
    for place, old in enumerate(sorted(there.intersection(wanted) - set(ours))):  # of the stream that is replaced
        graph.rename(old, f"leaving {name}_{place}")
    for port, new in zip(ours, wanted, strict=True):
        graph.rename(port, new.partition(":")[2])
    there = graph.ports()
    return [new if new in there else port for port, new in zip(ours, wanted, strict=True)]


def _number(port: str) -> int:
    """Its place in PortAudio's count."""
    return int(port.rpartition("_")[2])
