"""OSC through real UDP sockets on this machine, from and to python-osc's own client and bare sockets."""

import socket
from collections.abc import Iterator

import pytest
from pythonosc.osc_message import OscMessage

from livemusic.errors import DeviceError
from livemusic.network.address import (
    Beat,
    Heard,
    Hit,
    Level,
    Playing,
    Point,
    Section,
    Weights,
)
from livemusic.network.osc import OscOut

PATIENCE = 5.0


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Another program that listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        ear.settimeout(PATIENCE)
        yield ear


@pytest.fixture
def out(listener: socket.socket) -> Iterator[OscOut]:
    sender = OscOut("localhost", listener.getsockname()[1])
    yield sender
    sender.close()


def heard(listener: socket.socket) -> tuple[str, list[object]]:
    message = OscMessage(listener.recv(4096))
    return message.address, message.params


@pytest.mark.parametrize(
    ("value", "path", "arguments"),
    [
        (Point(0.5, -1.0, 2.0, 3.25), "/livemusic/point", [0.5, -1.0, 2.0, 3.25]),
        (Beat(3, 1, 120.0), "/livemusic/beat", [3, 1, 120.0]),
        (Hit(8, 0.75), "/livemusic/hit", [8, 0.75]),
        (Weights(1.0, 0.0, 0.0, 0.0), "/livemusic/weights", [1.0, 0.0, 0.0, 0.0]),
        (Level(-6.0, -18.5), "/livemusic/level", [-6.0, -18.5]),
        (Playing(1), "/livemusic/playing", [1]),
        (Section(2, "Bridge", 1), "/livemusic/section", [2, "Bridge", 1]),
        (Heard(12, 0.5, "cymbal"), "/livemusic/heard", [12, 0.5, "cymbal"]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_value_arrives_as_documented(
    out: OscOut, listener: socket.socket, value: Point, path: str, arguments: list[object]
) -> None:
    out.send(value, now=0.0)
    address, params = heard(listener)
    assert (address, params) == (path, arguments)
    assert [type(param) for param in params] == [type(argument) for argument in arguments]
    assert out.sent == 1


def test_points_go_out_fifty_times_a_second_at_most_and_the_newest_is_not_lost(
    out: OscOut, listener: socket.socket
) -> None:
    for hop in range(1000):
        out.send(Point(0.0, 0.0, 0.0, hop / 1000), now=hop / 1000)
    out.send(now=2.0)
    moments = [heard(listener)[1][3] for _ in range(out.sent)]
    assert 48 <= len(moments) <= 52
    assert moments == sorted(moments)
    assert moments[-1] == pytest.approx(0.999)


def test_every_hit_goes_out_however_close(out: OscOut, listener: socket.socket) -> None:
    out.send(*[Hit(voice, 1.0) for voice in range(9)], now=0.0)
    assert [heard(listener)[1][0] for _ in range(9)] == list(range(9))


@pytest.mark.parametrize(
    "value",
    [
        Point(float("nan"), 0, 0, 0),
        Level(float("-inf"), 0),
        Hit(2**40, 1.0),
        Weights(1e39, 0, 0, 0),
        Beat(1, 1, 10**400),
    ],
)
def test_what_is_no_number_is_dropped(out: OscOut, listener: socket.socket, value: Point) -> None:
    out.send(value, Playing(0), now=0.0)
    assert heard(listener) == ("/livemusic/playing", [0])
    assert (out.sent, out.dropped) == (1, 1)


def test_nobody_listening_stops_nothing(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    listener.close()
    out = OscOut("127.0.0.1", port)
    for _ in range(10):
        out.send(Playing(1), now=0.0)
    assert out.sent + out.dropped == 10
    out.close()


@pytest.mark.parametrize(
    ("host", "port", "says"),
    [
        ("no.such.host.invalid", 9000, "no.such.host.invalid"),
        ("127.0.0.1", 70000, "70000"),
        ("127.0.0.1", 0, "1..65535"),
        ("a" * 300, 9000, "Check its name"),
    ],
)
def test_an_address_that_is_none_is_told(host: str, port: int, says: str) -> None:
    with pytest.raises(DeviceError, match=says):
        OscOut(host, port)
