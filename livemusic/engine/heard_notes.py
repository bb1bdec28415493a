"""Drums that are heard as notes on a MIDI channel of their own: MIDI out of your drummer."""

from collections.abc import Iterator, Sequence

from livemusic.engine.lateness import Lateness, Percentiles
from livemusic.engine.listeners.drums import PlayedHit
from livemusic.music.event import note_off, note_on
from livemusic.music.route import Route
from livemusic.music.tempo import Seconds

#: A note is held so long, or until its drum is struck again.
_HELD: Seconds = 0.05
#: What is told later than this, after a stall, is told in vain.
_TOO_LATE: Seconds = 0.25
_NOWHERE = -1


class HeardNotes:
    """Makes the notes; whoever sends them sends those of `ends` when they are due (`wake`). Every note ends once, also
    after the channel was changed.

    `channel` 0..15 is where they go, -1 for nowhere. Thread: transport.
    """

    def __init__(self) -> None:
        self.channel = _NOWHERE
        self._ends: dict[tuple[int, int], Seconds] = {}
        self._late = Lateness()

    @property
    def late(self) -> Percentiles:
        """How long after a drum was played its note left."""
        return self._late.summary()

    @property
    def wake(self) -> Seconds | None:
        """When the next note ends."""
        return min(self._ends.values(), default=None)

    def notes(self, hits: Sequence[PlayedHit], route: Route, now: Seconds) -> Iterator[bytes]:
        """The messages for hits that were just heard, with the notes that `route` has for their voices."""
        for hit in hits:
            if self.channel == _NOWHERE or now - hit.at > _TOO_LATE:
                continue
            self._late.add(now - hit.at)
            key = self.channel, route[hit.voice][1]
            if key in self._ends:
                yield note_off(*key)
            self._ends[key] = now + _HELD
            yield note_on(*key, hit.velocity)

    def ends(self, now: Seconds) -> Iterator[bytes]:
        """The messages that end what has sounded long enough."""
        for key in [key for key, due in self._ends.items() if due <= now]:
            del self._ends[key]
            yield note_off(*key)
