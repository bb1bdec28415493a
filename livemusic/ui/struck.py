"""Which drums were hit since the window looked last."""

from collections.abc import Iterator

from livemusic.engine.snapshot import TransportState
from livemusic.music.kit import VOICE_OF_PITCH


class Struck:
    """Told of every state, it knows what is new in it."""

    def __init__(self) -> None:
        self._sent: int | None = None

    def news(self, transport: TransportState) -> Iterator[tuple[int, float]]:
        """The voices hit since the last time, and how hard, 0..1; nothing the first time."""
        before, self._sent = self._sent, transport.notes_sent
        fresh = 0 if before is None else transport.notes_sent - before
        for pitch, velocity in transport.last_hits[max(0, len(transport.last_hits) - fresh) :] if fresh > 0 else ():
            if pitch in VOICE_OF_PITCH:
                yield int(VOICE_OF_PITCH[pitch]), velocity / 127
