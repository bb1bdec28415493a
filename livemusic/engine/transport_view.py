"""How the transport is, as everybody else sees it."""

from dataclasses import dataclass

from livemusic.engine.lateness import Percentiles
from livemusic.music.tempo import BeatsPerMinute, Meter, Seconds, TempoMap, Ticks


@dataclass(frozen=True, slots=True)
class TransportView:
    """The transport as others see it, replaced whole after every step. `cued_at`: when the last pattern came in, `cut`:
    the song position that it sounds from, with `swing`. `stops`: how often it was stopped. `heard_late`: how long after
    a drum was heard to be played its note left. `silent`: the drums that are muted."""

    playing: bool = False
    map: TempoMap = TempoMap()
    meter: Meter = Meter()
    stopped_at: Ticks = 0
    grid: bytes = b""
    cued_at: Seconds = 0.0
    notes_sent: int = 0
    last_hits: tuple[tuple[int, int], ...] = ()
    late: Percentiles = Percentiles()
    skipped: int = 0
    stops: int = 0
    heard_late: Percentiles = Percentiles()
    cut: Ticks = 0
    swing: float = 0.0
    silent: frozenset[int] = frozenset()

    def tick(self, now: Seconds) -> float:
        """The song position at `now`, before 0 while counting in."""
        if not self.playing:
            return float(self.stopped_at)
        return self.map.position(now)

    def bpm(self, now: Seconds) -> BeatsPerMinute:
        """The tempo at `now`."""
        return self.map.bpm_at(self.tick(now))
