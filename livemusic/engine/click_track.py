"""The metronome's clicks, on their way to the speakers and to a MIDI note of their own."""

import heapq
from collections.abc import Iterator

from livemusic.music.event import CLICK, CLICK_0_DB, note_off, note_on
from livemusic.music.metronome import LEVEL_DB, clicks
from livemusic.music.tempo import Meter, Seconds, TempoMap, Ticks
from livemusic.session.metronome import Metronome

_ACCENT, _BEAT = 127, 96
#: How long its note is held.
_HELD: Seconds = 0.05


class ClickTrack:
    """Plans clicks as the transport plans notes, and holds back those that go to the port. Thread: transport."""

    def __init__(self) -> None:
        self.metronome = Metronome()
        self._due: list[tuple[Seconds, bytes]] = []

    @property
    def wake(self) -> Seconds | None:
        """When the next one is due at the port."""
        return self._due[0][0] if self._due else None

    def plan(
        self, tempo: TempoMap, meter: Meter, start: Ticks, stop: Ticks, midi_delay: Seconds
    ) -> list[tuple[Seconds, bytes]]:
        """The clicks in `[start, stop)` for the speakers, with their moments; the port's come later. Before song
        position 0 there are some whether the metronome is on or not: it counts in.
        """
        metronome, heard = self.metronome, list[tuple[Seconds, bytes]]()
        for tick, accent in clicks(meter, start, stop if metronome.on else min(stop, 0)):
            at = tempo.seconds_at(tick)
            if metronome.speakers and metronome.level_db > LEVEL_DB[0]:
                heard.append((at, bytes((CLICK, accent, round(metronome.level_db) + CLICK_0_DB))))
            if metronome.midi:
                channel, pitch = metronome.channel - 1, metronome.accent if accent else metronome.beat
                on, off = note_on(channel, pitch, _ACCENT if accent else _BEAT), note_off(channel, pitch)
                for moment, data in ((at, on), (at + _HELD, off)):
                    heapq.heappush(self._due, (moment + midi_delay, data))
        return heard

    def notes(self, now: Seconds) -> Iterator[bytes]:
        """What is due at the port."""
        while self._due and self._due[0][0] <= now:
            yield heapq.heappop(self._due)[1]

    def clear(self) -> None:
        """Click no more of what is planned."""
        self._due.clear()
