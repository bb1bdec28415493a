"""What may be written to RtMidi's queue, at made-up turns of a made-up server."""

from livemusic.midi.ring import ROOM, STILL, Ring


class Server:
    """Turns of 5 ms, by hand."""

    def __init__(self) -> None:
        self.turn: int | None = 0
        self.now = 100.0
        self.ring = Ring(lambda: self.turn, lambda: 0.005, lambda: self.now)

    def run(self, seconds: float) -> None:
        assert self.turn is not None
        self.turn += 256
        self.now += seconds


def test_a_server_that_turns_takes_everything() -> None:
    server = Server()
    for _ in range(1000):
        server.run(0.005)
        assert all(server.ring.takes(3) for _ in range(100))
    assert server.ring.flows


def test_a_server_that_stands_still_takes_nothing_after_a_moment() -> None:
    server = Server()
    assert server.ring.takes(3)
    server.now += STILL + 0.014
    assert server.ring.takes(3)
    server.now += 0.002
    assert not server.ring.takes(3)
    assert not server.ring.flows
    server.run(0.0)
    assert server.ring.flows
    assert server.ring.takes(3)


def test_after_a_rest_the_first_message_is_taken() -> None:
    server = Server()
    assert server.ring.takes(3)
    server.run(60.0)
    assert server.ring.takes(3)


def test_no_more_is_written_in_two_turns_than_the_queue_holds() -> None:
    server = Server()
    written = sum(7 for _ in range(3000) if server.ring.takes(3))
    server.run(0.005)
    written += sum(7 for _ in range(3000) if server.ring.takes(3))
    assert ROOM - 7 < written <= ROOM
    server.run(0.005)
    server.run(0.005)
    assert server.ring.takes(3)


def test_a_message_that_is_too_long_is_never_taken() -> None:
    assert not Server().ring.takes(ROOM)


def test_where_turns_cannot_be_seen_there_is_always_room() -> None:
    server = Server()
    server.turn = None
    assert all(server.ring.takes(1000) for _ in range(100))
    server.now += 60.0
    assert server.ring.flows
