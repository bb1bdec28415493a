"""OSC in: what other programs send is checked to the last byte, and done whole and in order."""

import socket
import struct
from collections.abc import Iterator
from queue import Queue
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.udp_client import SimpleUDPClient

from livemusic.engine.actions import osc_controls
from livemusic.errors import DeviceError
from livemusic.network.address import (
    Number,
)
from livemusic.network.osc import OscIn

CONTROLS = osc_controls()
PATIENCE = 5.0

BURST = 3000


class Ears:
    """An `OscIn` on a free port, what it heard, and a client that talks to it."""

    def __init__(self) -> None:
        self.heard: Queue[tuple[str, tuple[object, ...]]] = Queue()
        self.osc = OscIn(0, CONTROLS, lambda path, arguments: self.heard.put((path, arguments)))
        self.client = SimpleUDPClient("127.0.0.1", self.osc.port)

    def next(self) -> tuple[str, tuple[object, ...]]:
        return self.heard.get(timeout=PATIENCE)

    def close(self) -> None:
        self.osc.close()
        self.client.close()


@pytest.fixture
def ears() -> Iterator[Ears]:
    pair = Ears()
    pair.osc.start()
    yield pair
    pair.close()


@pytest.mark.parametrize(
    ("path", "sent", "taken"),
    [
        ("play", [], ()),
        ("stop", 1.0, ()),
        ("resume", True, ()),
        ("panic", 127, ()),
        ("clear", [], ()),
        ("test", [], ()),
        ("tempo", 120.5, (120.5,)),
        ("tempo", 90, (90.0,)),
        ("pad", [0.0, 1.0], (0.0, 1.0)),
        ("follow", 1, (1,)),
        ("follow", False, (0,)),
        ("launch", "bar", ("bar",)),
        ("capture", 3.0, (3,)),
        ("preset", "Zürich 🥁", ("Zürich 🥁",)),
    ],
)
def test_each_control_arrives_checked_and_typed(ears: Ears, path: str, sent: object, taken: tuple[object, ...]) -> None:
    ears.client.send_message(f"/livemusic/{path}", sent)
    assert ears.next() == (f"/livemusic/{path}", taken)


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/livemusic/tempo", 19.9),
        ("/livemusic/tempo", float("nan")),
        ("/livemusic/tempo", float("inf")),
        ("/livemusic/tempo", "120"),
        ("/livemusic/tempo", []),
        ("/livemusic/pad", 0.5),
        ("/livemusic/pad", [0.5, 1.01]),
        ("/livemusic/pad", [0.5, 0.5, 0.5]),
        ("/livemusic/capture", 4),
        ("/livemusic/capture", 1.5),
        ("/livemusic/capture", -1),
        ("/livemusic/launch", "never"),
        ("/livemusic/preset", ""),
        ("/livemusic/preset", "a\nb"),
        ("/livemusic/preset", "x" * 201),
        ("/livemusic/preset", 3),
        ("/livemusic/play", "now"),
        ("/livemusic/play", [1, 1]),
        ("/livemusic/play", float("nan")),
        ("/livemusic/quit", []),
        ("/livemusic/", []),
        ("/other/play", []),
        ("/livemusic/play", b"blob"),
        ("/livemusic/pad", [[0.5, 0.5]]),
    ],
)
def test_what_does_not_fit_is_ignored_and_counted(ears: Ears, path: str, sent: object) -> None:
    ears.client.send_message(path, sent)
    ears.client.send_message("/livemusic/stop", [])
    assert ears.next() == ("/livemusic/stop", ())
    assert ears.osc.ignored == 1


def test_a_button_let_go_does_nothing_and_is_no_mistake(ears: Ears) -> None:
    for value in (1.0, 0.0, 1, 0):
        ears.client.send_message("/livemusic/play", value)
    ears.client.send_message("/livemusic/stop", [])
    assert [ears.next()[0] for _ in range(3)] == ["/livemusic/play", "/livemusic/play", "/livemusic/stop"]
    assert ears.osc.ignored == 0


def test_a_bundle_in_a_bundle_is_done_in_order(ears: Ears) -> None:
    inner, outer = OscBundleBuilder(IMMEDIATELY), OscBundleBuilder(2e9)  # at once, and in 2033
    for bpm in (60.0, 70.0):
        inner.add_content(built("/livemusic/tempo", bpm))
    outer.add_content(built("/livemusic/tempo", 50.0))
    outer.add_content(inner.build())
    outer.add_content(built("/livemusic/tempo", 80.0))
    ears.client.send(outer.build())
    assert [ears.next()[1][0] for _ in range(4)] == [50.0, 60.0, 70.0, 80.0]


def built(path: str, *values: float | str) -> OscMessage:
    builder = OscMessageBuilder(path)
    for value in values:
        builder.add_arg(value)
    return builder.build()


@pytest.mark.parametrize("buffer", ["ours", "small"])
def test_a_burst_is_done_whole_and_in_order(monkeypatch: pytest.MonkeyPatch, buffer: str) -> None:
    if buffer == "small":  # as where the system gives no more
        monkeypatch.setattr("livemusic.network.osc._BUFFER", 212_992)
    done: list[float] = []
    begun, go_on, over = Event(), Event(), Event()

    def handle(path: str, arguments: tuple[object, ...]) -> None:
        begun.set()
        assert go_on.wait(PATIENCE)
        done.append(float(str(arguments[0])))
        if len(done) == BURST:
            over.set()

    osc = OscIn(0, CONTROLS, handle)
    osc.start()
    messages = [built("/livemusic/tempo", 20 + number / 10).dgram for number in range(BURST)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.connect(("127.0.0.1", osc.port))
        for number, message in enumerate(messages):  # nothing is done until all of it is there
            client.send(message)
            if buffer == "small" and number % 100 == 99:
                until_fetched(osc, number)
        assert begun.wait(PATIENCE)
        go_on.set()
        assert over.wait(60)
    osc.close()
    assert done == pytest.approx([20 + number / 10 for number in range(BURST)], rel=1e-6)
    assert (osc.taken, osc.ignored) == (BURST, 0)


def until_fetched(osc: OscIn, number: int) -> None:
    """Only the system's small buffer is to be spared; what waits behind it is not done yet."""
    pause = Event()
    while osc._waiting.qsize() < number:
        pause.wait(0.001)


def test_a_handler_that_fails_ends_nothing() -> None:
    calls: Queue[str] = Queue()

    def handle(path: str, arguments: tuple[object, ...]) -> None:
        calls.put(path)
        raise RuntimeError("the engine has gone")

    osc = OscIn(0, CONTROLS, handle)
    osc.start()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        for _ in range(2):
            client.sendto(built("/livemusic/play").dgram, ("127.0.0.1", osc.port))
            assert calls.get(timeout=PATIENCE) == "/livemusic/play"
    osc.close()
    assert (osc.taken, osc.ignored) == (0, 2)


def test_a_port_in_use_is_told_and_free_again_after_closing(ears: Ears) -> None:
    with pytest.raises(DeviceError, match=rf"127.0.0.1:{ears.osc.port}.*choose another"):
        OscIn(ears.osc.port, CONTROLS, print)
    ears.osc.close()
    OscIn(ears.osc.port, CONTROLS, print).close()


def test_only_this_machine_is_heard_unless_told_otherwise(ears: Ears) -> None:
    assert ears.osc._socket.getsockname()[0] == "127.0.0.1"


@pytest.mark.parametrize(("port", "host"), [(-1, "127.0.0.1"), (65536, "127.0.0.1"), (0, "198.51.100.7")])
def test_a_place_that_is_not_ours_is_told(port: int, host: str) -> None:
    with pytest.raises(DeviceError, match="OSC"):
        OscIn(port, CONTROLS, print, host)


def bundle(*parts: bytes) -> bytes:
    return b"#bundle\0" + b"\0" * 7 + b"\1" + b"".join(struct.pack(">i", len(part)) + part for part in parts)


PLAY = built("/livemusic/play").dgram
DEEP = PLAY
for _ in range(3000):
    DEEP = bundle(DEEP)


@pytest.mark.parametrize(
    ("datagram", "taken", "ignored"),
    [
        (b"", 0, 1),
        (b"\0" * 40, 0, 1),
        (b"/livemusic/play", 0, 1),
        (b"/livemusic/tempo\0\0\0\0,f\0\0", 0, 1),
        (b"/livemusic/preset\0\0\0,s\0\0\xff\xfe\0\0", 0, 1),
        (b"/livemusic/play\0,q\0\0", 0, 1),
        (b"#bundle\0", 0, 0),
        (bundle(), 0, 0),
        (bundle(PLAY, b"", PLAY), 2, 1),
        (bundle(PLAY) + struct.pack(">i", -4), 1, 1),
        (bundle(PLAY) + struct.pack(">i", -24) + PLAY, 1, 1),
        (bundle(PLAY) + struct.pack(">i", 1000) + PLAY, 1, 1),
        (bundle(PLAY) + b"\0", 1, 1),
        (bundle(PLAY)[:-1], 0, 1),
        (DEEP, 1, 0),
        (bundle(*[b""] * 16000), 0, 16000),
    ],
    ids=range(16),
)
def test_a_malformed_datagram_is_understood_as_far_as_it_goes(datagram: bytes, taken: int, ignored: int) -> None:
    osc = OscIn(0, CONTROLS, lambda path, arguments: None)
    osc.take(datagram)
    assert (osc.taken, osc.ignored) == (taken, ignored)
    osc.close()


PATHS = st.sampled_from([path.encode() for path in CONTROLS])
TAGS = st.text("ifdhsTFbrmtN[]q", max_size=6).map(lambda tags: b"," + tags.encode())
LIKE_MESSAGES = st.builds(
    lambda path, pad, tags, body: path + b"\0" * pad + tags + b"\0" * (4 - len(tags) % 4) + body,
    PATHS,
    st.integers(0, 5),
    TAGS,
    st.binary(max_size=40),
)
LIKE_BUNDLES = st.builds(
    lambda parts, sizes, end: (
        b"#bundle\0"
        + b"\0" * 8
        + b"".join(struct.pack(">i", size) + part for size, part in zip(sizes, parts, strict=False))
        + end
    ),
    st.lists(LIKE_MESSAGES, max_size=4),
    st.lists(st.integers(-(2**31), 2**31 - 1) | st.integers(-60, 60), max_size=4),
    st.binary(max_size=8),
)


@given(st.lists(st.binary(max_size=200) | LIKE_MESSAGES | LIKE_BUNDLES, max_size=20))
def test_no_datagram_gets_past_the_check(datagrams: list[bytes]) -> None:
    heard: list[tuple[str, tuple[object, ...]]] = []
    osc = OscIn(0, CONTROLS, lambda path, arguments: heard.append((path, arguments)))
    for datagram in datagrams:
        osc.take(datagram)
    osc.close()
    assert len(heard) == osc.taken
    for path, arguments in heard:
        for argument, value in zip(CONTROLS[path].arguments, arguments, strict=True):
            assert argument.read(value) == value
            if isinstance(argument, Number):
                assert argument.low <= value <= argument.high


def test_random_datagrams_over_the_wire_leave_the_thread_alive(ears: Ears) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for size in (0, 1, 7, 8, 15, 16, 500, 9000, 60000):
            for seed in range(4):
                stranger.sendto(
                    bytes((seed * 89 + index * 37) % 256 for index in range(size)), ("127.0.0.1", ears.osc.port)
                )
    ears.client.send_message("/livemusic/test", [])
    assert ears.next() == ("/livemusic/test", ())
