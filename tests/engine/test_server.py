"""Server and client over a real socket: one reply for each request, and no message that can break it."""

import os
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from multiprocessing import connection as sockets
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livemusic.engine import server
from livemusic.engine.client import Client, EngineSilentError
from livemusic.engine.messages import AnyRequest, Look, MovePad, Play
from livemusic.engine.place import engine_folder, occupied, read_door
from livemusic.engine.request import Done, Failed
from livemusic.engine.server import Server
from livemusic.engine.snapshot import AnyReply
from livemusic.errors import EngineError


class Desk:
    """Answers everything, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[AnyRequest] = []

    def answer(self, request: AnyRequest) -> AnyReply:
        self.asked.append(request)
        if isinstance(request, MovePad) and request.x > 1:
            return Failed("outside")
        if isinstance(request, Look):
            raise ValueError("no view from here")
        return Done()


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    with occupied(engine_folder()) as door:
        server = Server(door, desk.answer)
        server.start()
        yield desk
        server.close()


def test_each_request_has_its_reply(desk: Desk) -> None:
    client = Client.connect()
    assert client.ask(Play()) == Done()
    assert client.ask(MovePad(2.0, 0.0)) == Failed("outside")
    assert client.ask(Look()) == Failed("no view from here")
    assert desk.asked == [Play(), MovePad(2.0, 0.0), Look()]
    client.close()


def test_several_clients_at_once(desk: Desk) -> None:
    with ExitStack() as stack:
        clients = [Client.connect() for _ in range(5)]
        for client in clients:
            stack.callback(client.close)
        assert [client.ask(Play()) for client in clients] == [Done()] * 5


@pytest.mark.usefixtures("desk")
def test_the_door_is_for_this_user_alone() -> None:
    folder = engine_folder()
    if os.name == "posix":
        assert (folder / "engine.json").stat().st_mode & 0o077 == 0
        assert Path(read_door(folder).address).stat().st_mode & 0o077 == 0


def link(folder: Path) -> None:
    (folder.parent / "other").mkdir(mode=0o700)
    folder.symlink_to(folder.parent / "other")


#: What may be at the engine's place, and what is said of it.
PLACES: dict[str, tuple[Callable[[Path], object], str]] = {
    "link": (link, "is a link"),
    "link to nothing": (lambda folder: folder.symlink_to(folder.parent / "nothing"), "is a link"),
    "open to read": (lambda folder: folder.mkdir() or folder.chmod(0o755), "open to other users"),
    "open to write": (lambda folder: folder.mkdir() or folder.chmod(0o1777), "open to other users"),
    "open to a group": (lambda folder: folder.mkdir() or folder.chmod(0o710), "open to other users"),
    "file": (lambda folder: folder.touch(), "is no folder"),
    "pipe": (lambda folder: os.mkfifo(folder), "is no folder"),
}


@pytest.mark.skipif(os.name != "posix", reason="owners and modes of files")
@pytest.mark.parametrize("what", PLACES)
def test_a_place_that_is_not_this_users_alone_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, what: str
) -> None:
    make, why = PLACES[what]
    folder = tmp_path / "engine"
    monkeypatch.setenv("LIVEMUSIC_ENGINE", str(folder))
    make(folder)
    with pytest.raises(EngineError, match=f"{folder}.*({why}).*LIVEMUSIC_ENGINE"), occupied(engine_folder()):
        pass
    with pytest.raises(EngineError, match=why):
        Client.connect()
    assert [path.name for path in (tmp_path / "other").glob("*")] == []


@pytest.mark.skipif(os.name != "posix", reason="owners and modes of files")
def test_the_place_of_another_user_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "engine"
    folder.mkdir(mode=0o700)
    monkeypatch.setattr("os.geteuid", lambda: folder.stat().st_uid + 1)
    with pytest.raises(EngineError, match="belongs to another user"), occupied(folder):
        pass
    with pytest.raises(EngineError, match="belongs to another user"):
        Client.connect(folder)


@pytest.mark.usefixtures("desk")
def test_a_second_engine_is_refused_by_name() -> None:
    script = (
        "from livemusic.engine.place import occupied, engine_folder\n"
        "from livemusic.errors import EngineError\n"
        "try:\n    occupied(engine_folder()).__enter__()\n"
        "except EngineError as problem:\n    print(problem)\n"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert f"already running (process {os.getpid()})" in result.stdout


def test_no_engine_is_said_so() -> None:
    with pytest.raises(EngineError, match="No engine is running"):
        Client.connect()


def test_a_stale_note_is_no_engine() -> None:
    folder = engine_folder()
    with occupied(folder):
        note = (folder / "engine.json").read_bytes()
    (folder / "engine.json").write_bytes(note)
    with pytest.raises(EngineError, match="No engine is running"):
        Client.connect()


def test_an_engine_that_ends_is_noticed() -> None:
    with occupied(engine_folder()) as door:
        server = Server(door, Desk().answer)
        server.start()
        client = Client.connect()
        server.close()
        with pytest.raises(EngineError, match="gone"):
            client.ask(Play())
        client.close()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(min_size=1, max_size=200),
        st.recursive(st.none() | st.integers(-(2**63), 2**63) | st.text(), st.lists).map(msgspec.msgpack.encode),
    )
)
def test_garbage_gets_a_sentence_and_the_line_stays_open(desk: Desk, garbage: bytes) -> None:
    door = read_door(engine_folder())
    with sockets.Client(door.address, authkey=door.key) as line:
        line.send_bytes(garbage)
        assert isinstance(msgspec.msgpack.decode(line.recv_bytes(), type=AnyReply), Failed)
        line.send_bytes(msgspec.msgpack.encode(Play()))
        assert msgspec.msgpack.decode(line.recv_bytes(), type=AnyReply) == Done()
    assert desk.asked[-1] == Play()


def test_silent_clients_keep_nobody_out(desk: Desk) -> None:
    door = read_door(engine_folder())
    with ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(sockets.Client(door.address))
        client = Client.connect()
        assert client.ask(Play()) == Done()
        client.close()
    assert desk.asked == [Play()]


@pytest.mark.skipif(os.name != "posix", reason="Unix sockets")
@pytest.mark.parametrize("waiting", [0, 1])
def test_an_engine_that_lets_nobody_in_is_said(waiting: int) -> None:
    with occupied(engine_folder()) as door, sockets.Listener(door.address, backlog=0), ExitStack() as stack:
        for _ in range(waiting):  # then the queue is full
            stack.enter_context(sockets.Client(door.address))
        with pytest.raises(EngineSilentError, match=rf"process {os.getpid()}\) runs but has not answered for 0.2"):
            Client.connect(patience=0.2)


def test_the_server_gives_up_a_client_that_says_nothing(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(server, "_PATIENCE", 0.05)
    with sockets.Client(read_door(engine_folder()).address) as line:
        assert line.recv_bytes().startswith(b"#CHALLENGE#")
        assert line.poll(5.0)
        with pytest.raises(EOFError):
            line.recv_bytes()
    assert desk.asked == []


HALVES = [
    b"\0",
    b"\0\0\0",
    b"\0\0\0\x14",
    b"\0\0\0\x14#CHALL",
    b"\xff\xff\xff\xff",
    b"\xff\xff\xff\xff\0\0",
    b"\x7f\xff\xff\xff",
]


@pytest.mark.skipif(os.name != "posix", reason="Unix sockets")
@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("admitted", [False, True])
def test_the_server_gives_up_a_client_that_says_half(
    monkeypatch: pytest.MonkeyPatch, desk: Desk, half: bytes, admitted: bool
) -> None:
    monkeypatch.setattr(server, "_PATIENCE", 1.0)
    door = read_door(engine_folder())
    with sockets.Client(door.address, authkey=door.key if admitted else None) as line:
        if not admitted:
            line.recv_bytes()
        os.write(line.fileno(), half)
        assert line.poll(20.0)
        with pytest.raises((EOFError, ConnectionResetError)):
            line.recv_bytes()
    assert desk.asked == []


@pytest.mark.skipif(os.name != "posix", reason="Unix sockets")
def test_a_request_that_comes_byte_by_byte_is_answered(desk: Desk) -> None:
    door = read_door(engine_folder())
    request = msgspec.msgpack.encode(Play())
    with sockets.Client(door.address, authkey=door.key) as line:
        for byte in struct.pack("!i", len(request)) + request:
            os.write(line.fileno(), bytes((byte,)))
        assert msgspec.msgpack.decode(line.recv_bytes(), type=AnyReply) == Done()
    assert desk.asked == [Play()]


@pytest.mark.skipif(os.name != "posix", reason="Unix sockets")
def test_the_server_gives_up_a_client_that_does_not_read(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(server, "_PATIENCE", 1.0)
    door = read_door(engine_folder())
    request = msgspec.msgpack.encode(Play())
    message = struct.pack("!i", len(request)) + request
    with sockets.Client(door.address, authkey=door.key) as line, suppress(OSError):
        while True:
            os.write(line.fileno(), message * 1000)
    client = Client.connect()
    assert client.ask(Play()) == Done()
    client.close()


def test_a_wrong_key_does_not_stop_the_server(desk: Desk) -> None:
    from multiprocessing import AuthenticationError

    door = read_door(engine_folder())
    with pytest.raises(AuthenticationError):
        sockets.Client(door.address, authkey=b"guess")
    client = Client.connect()
    assert client.ask(Play()) == Done()
    client.close()
    assert desk.asked == [Play()]
