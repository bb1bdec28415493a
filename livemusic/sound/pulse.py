"""Tells from the beacon whether the sound process still lives as it should, and which plugin holds it up."""

from typing import NamedTuple

from livemusic.sound.beacon import BUSY, Reading
from livemusic.sound.voices import Seconds

#: How long everything may stand still: while a plugin renders; while one that is opened or asked holds the
#: interpreter; while a device is opened or the process starts; and otherwise.
_RENDERING: Seconds = 0.4
_TENDING: Seconds = 1.5
_STARTING: Seconds = 20.0
_OTHERWISE: Seconds = 2.0
#: How long the main thread may take over one plugin while the music goes on.
_OPENING: Seconds = 20.0
#: A look that comes later than this says nothing about the other process: this one did not run either.
_LATE: Seconds = 0.15


class Hang(NamedTuple):
    """Nothing moves. `culprit` is the plugin's code, 0 where it is none; `doing` what it was asked to do."""

    culprit: int
    doing: str


class Pulse:
    """Looks at one process's beacon some twenty times a second. Time counts only while the looks come in time."""

    def __init__(self) -> None:
        self._last: Seconds | None = None
        self._seen = Reading(0, 0, 0, 0)
        self._still: Seconds = 0.0
        self._same_task: Seconds = 0.0

    def look(self, reading: Reading, now: Seconds) -> Hang | None:
        """What is wrong at `now`, None while nothing is."""
        passed = 0.0 if self._last is None else now - self._last
        if passed > _LATE:
            passed = 0.0
        seen, self._seen, self._last = self._seen, reading, now
        moved = reading.beat != seen.beat or (reading.playing != seen.playing and reading.playing != BUSY)
        same_task = reading.tending > 0 and (reading.tending, reading.tended) == (seen.tending, seen.tended)
        self._still = 0.0 if moved else self._still + passed
        self._same_task = self._same_task + passed if same_task else 0.0
        if reading.playing > 0 and self._still > _RENDERING:
            return Hang(reading.playing, "while it played")
        if reading.tending > 0 and self._still > _TENDING and reading.beat:
            return Hang(reading.tending, "while it was opened or asked")
        if self._same_task > _OPENING:
            return Hang(reading.tending, "while it was opened or asked")
        starting = reading.playing == BUSY or not reading.beat
        if not reading.playing > 0 and self._still > (_STARTING if starting else _OTHERWISE):
            return Hang(-reading.tending, "while its window was open") if reading.tending < 0 else Hang(0, "")
        return None


def suspect(reading: Reading) -> tuple[int, str]:
    """The plugin that most likely fell, and what it was doing.

    To open one is more dangerous than to play another meanwhile; a window that is merely open is less so.
    """
    if reading.tending > 0:
        return reading.tending, "while it was opened or asked"
    if reading.playing > 0:
        return reading.playing, "while it played"
    return -reading.tending, "while its window was open"
