"""Which programs somebody connected to our ports on JACK, kept beside the session so that they are connected again."""

from pathlib import Path

import msgspec

from livemusic.session.codec import Readers, read_versioned, recover, write_whole
from livemusic.session.files import AnyPath

FORMAT = 1
FILE = "connections.json"
Cable = tuple[str, str]


class Plugged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The cables of one of our ports' uses, each `(source, sink)` by full names; they hold for what was `chosen` there.

    `laid`: those that were there last; `cut`: those that we lay by ourselves and somebody took away.
    """

    chosen: str = ""
    laid: frozenset[Cable] = frozenset()
    cut: frozenset[Cable] = frozenset()


class Connections(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By the name of the setting that a port serves."""

    plugged: dict[str, Plugged] = {}
    format: int = FORMAT


_READERS: Readers[Connections] = {1: msgspec.json.Decoder(Connections).decode}


def read_connections(path: AnyPath) -> Connections:
    """`PresetError` says what is wrong with the file."""
    return read_versioned(path, "file of connections", _READERS)


def kept_connections(path: AnyPath) -> Connections:
    """Those of last time; none where there are none, and a broken file is set aside."""
    return recover(path, Connections(), read_connections)[0]


def write_connections(path: AnyPath, connections: Connections) -> None:
    """Write them whole or not at all; `PresetError` where that fails."""
    write_whole(
        path, "file of connections", lambda: msgspec.json.format(msgspec.json.encode(connections, order="sorted"))
    )


def connections_file(session: Path) -> Path:
    """Beside the session."""
    return session.with_name(FILE)
