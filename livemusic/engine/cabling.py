"""Remembers what somebody connected to our ports on JACK, and connects it again when either side has come back."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from livemusic.audio.graph import JackGraph
from livemusic.errors import DeviceError, LiveMusicError
from livemusic.music.tempo import Seconds
from livemusic.session.connections import Cable, Connections, Plugged, kept_connections, write_connections
from livemusic.session.settings import Settings

#: A port is new for so long; and only a cable that has been missing so long, with both its ports there, was taken away:
#: a program that ends takes its cables out before its ports.
GRACE: Seconds = 3.0
#: No program ends and begins again so quickly that it would be missed.
_LOOK_EVERY: Seconds = 0.2
#: Which setting each of our ports serves, by the beginning of its name. MIDI ports that somebody else's port was chosen
#: for look after themselves.
_USES = {
    "livemusic:": "midi_out",
    "livemusic in:": "midi_in",
    "livemusic listen:input_": "source",
    "livemusic sound:output_": "sound_out",
    "livemusic sound:live_": "live_in",
}
_BY_THEMSELVES = ("midi_out", "midi_in")


class Changes(NamedTuple):
    """What is to be done now."""

    lay: tuple[Cable, ...] = ()
    cut: tuple[Cable, ...] = ()


def use_of(port: str) -> str:
    """The setting that one of our ports serves; `` for any other."""
    return next((use for start, use in _USES.items() if port.startswith(start)), "")


def chosen(settings: Settings) -> dict[str, str]:
    """What is plugged in at each use whose cables are remembered."""
    wanted = {use: str(getattr(settings, use)) for use in _USES.values()}
    return {use: name for use, name in wanted.items() if use not in _BY_THEMSELVES or name == "virtual"}


class Cabling:
    """Thinks about what it is shown. Thread: loader."""

    def __init__(self, kept: Connections) -> None:
        self.connections = kept
        self._appeared: dict[str, Seconds] = {}
        self._missing: dict[Cable, Seconds] = {}
        self._seen: frozenset[Cable] = frozenset()

    def look(self, ports: frozenset[str], cables: Iterable[Cable], uses: Mapping[str, str], now: Seconds) -> Changes:
        """At `now` there are `ports` and `cables`; `uses` says what is chosen where. What is to be done about it.

        A cable comes back once both its ports are there again. One that goes while both stay was taken away by
        somebody, and stays away.
        """
        self._appeared = {port: self._appeared.get(port, now) for port in ports}
        there = frozenset(cables)
        self._seen = there | {cable for cable in self._seen if ports.issuperset(cable)}
        plugged, lay, cut = dict[str, Plugged](), list[Cable](), list[Cable]()
        for use, name in uses.items():
            before = self.connections.plugged.get(use, Plugged(name))
            if before.chosen != name:
                before = Plugged(name)
            ours = frozenset(cable for cable in there if use in map(use_of, cable))
            unwanted = frozenset(cable for cable in ours & before.cut if self._is_new(self._end(cable, use), now))
            gone = frozenset(cable for cable in before.laid - ours if self._taken_away(cable, ports, now))
            lay += [cable for cable in before.laid - ours - gone if self._is_back(cable, ports, now)]
            cut += unwanted
            keeps = use not in _BY_THEMSELVES
            plugged[use] = Plugged(
                name,
                (before.laid | ours) - unwanted - gone,
                (before.cut - (ours - unwanted)) | (gone if keeps else frozenset()),
            )
        self._missing = {cable: since for cable, since in self._missing.items() if cable not in there}
        kept = {use: entry for use, entry in self.connections.plugged.items() if use not in uses}
        self.connections = Connections(kept | plugged)
        return Changes(tuple(sorted(lay)), tuple(sorted(cut)))

    def _end(self, cable: Cable, use: str) -> str:
        """Our end of it."""
        return cable[0] if use_of(cable[0]) == use else cable[1]

    def _is_new(self, port: str, now: Seconds) -> bool:
        return now - self._appeared.get(port, now) < GRACE

    def _is_back(self, cable: Cable, ports: frozenset[str], now: Seconds) -> bool:
        """Both its ports are there, one for only a short while, and since then it has not been laid."""
        return ports.issuperset(cable) and cable not in self._seen and any(self._is_new(port, now) for port in cable)

    def _taken_away(self, cable: Cable, ports: frozenset[str], now: Seconds) -> bool:
        if not ports.issuperset(cable) or self._is_back(cable, ports, now):
            self._missing.pop(cable, None)
            return False
        return now - self._missing.setdefault(cable, now) >= GRACE


class CablingWatch:
    """Shows a cabling what there is on JACK, a few times a second, and does what it says. Thread: loader."""

    def __init__(self, kept: Connections, keep: Callable[[Connections], None]) -> None:
        self._cabling = Cabling(kept)
        self._keep = keep
        self._graph: JackGraph | None = None
        self._retry_due: Seconds = 0.0
        self._due: Seconds = 0.0

    def look(self, settings: Settings, now: Seconds) -> Seconds:
        """See to the cables of what `settings` plug in; returns when to look again."""
        if now >= self._due:
            self._due = now + _LOOK_EVERY
            self._look(settings, now)
        return self._due

    def _look(self, settings: Settings, now: Seconds) -> None:
        graph = self._seen(now)
        if graph is None:
            return
        ports, before = graph.ports(), self._cabling.connections
        if not graph.alive:
            return
        changes = self._cabling.look(ports, _cables(graph, ports), chosen(settings), now)
        for source, sink in changes.lay:
            with suppress(DeviceError):
                graph.connect(source, sink)
        for source, sink in changes.cut:
            graph.disconnect(source, sink)
        if self._cabling.connections != before:
            with suppress(LiveMusicError):
                self._keep(self._cabling.connections)

    def close(self) -> None:
        if self._graph is not None:
            self._graph.close()

    def _seen(self, now: Seconds) -> JackGraph | None:
        """The graph of the server that runs now."""
        if self._graph is None or not self._graph.alive:
            if now < self._retry_due:
                return None
            self._retry_due = now + GRACE
            self._graph = JackGraph("livemusic cabling")
            self._cabling = Cabling(self._cabling.connections)  # on another server everything is new
        return self._graph if self._graph.alive else None


def _cables(graph: JackGraph, ports: frozenset[str]) -> Iterable[Cable]:
    """Those at our own ports."""
    outputs = frozenset(graph.sources())
    for port in filter(use_of, ports):
        for other in graph.cables(port):
            yield (port, other) if port in outputs else (other, port)


def kept_cabling(path: Path) -> CablingWatch:
    """Keeps the connections of our ports on JACK in `path`."""
    return CablingWatch(kept_connections(path), lambda connections: write_connections(path, connections))
