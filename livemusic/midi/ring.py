"""Room in RtMidi's queue to JACK: where there is none, sending spins for ever and holds the interpreter."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

Seconds = float

#: A server that is late by more than this, and by more than some of its turns, stands still.
STILL: Seconds = 0.03
_TURNS = 3
#: What is written between two turns, and with those before them not yet fetched, stays below RtMidi's 16 KiB.
ROOM = 12_000
#: Bytes that RtMidi puts before each message.
_HEAD = 4


@dataclass(frozen=True, slots=True)
class _Turn:
    """A turn of the server's: its number, when it was first seen, and the bytes written in the one before and in it."""

    number: int
    since: Seconds
    before: int = 0
    written: int = 0


class Ring:
    """Counts what is written against the turns of the server, which fetches all there is at each.

    `turn` tells a number that changes with every turn, None where it cannot be told: then there is always room.
    `length` tells how long a turn takes. Thread: one writes, any may ask `flows`.
    """

    def __init__(
        self,
        turn: Callable[[], int | None],
        length: Callable[[], Seconds],
        clock: Callable[[], Seconds] = perf_counter,
    ) -> None:
        self._number = turn
        self._length = length
        self._clock = clock
        self._turn: _Turn | None = None

    @property
    def flows(self) -> bool:
        """False while the server stands still. Takes a few microseconds."""
        turn = self._look()
        return turn is None or not self._still(turn)

    def takes(self, size: int) -> bool:
        """Whether a message of `size` bytes may be written; it counts as written then."""
        turn = self._look()
        if turn is None:
            return True
        written = turn.written + _HEAD + size
        if self._still(turn) or turn.before + written > ROOM:
            return False
        self._turn = _Turn(turn.number, turn.since, turn.before, written)
        return True

    def _still(self, turn: _Turn) -> bool:
        return self._clock() - turn.since > STILL + _TURNS * self._length()

    def _look(self) -> _Turn | None:
        number, turn = self._number(), self._turn
        if number is None:
            return None
        if turn is None or turn.number != number:
            turn = self._turn = _Turn(number, self._clock(), turn.written if turn is not None else 0)
        return turn
