"""Knows what we play ourselves, so that a microphone beside our speakers does not take it for the drummer."""

from typing import NamedTuple

from livemusic.dsp.lanes import CYMBAL, DRUM, HIT, above
from livemusic.engine.transport_view import TransportView
from livemusic.music.grid import Grid
from livemusic.music.kit import VOICE_OF_PITCH
from livemusic.music.pattern import Pattern
from livemusic.music.tempo import TICKS_PER_BEAT, Seconds, Ticks
from livemusic.music.window import onsets

#: What we play is heard so much before its moment at the earliest (a sloppy onset), and so much after it at the latest
#: (output, room and input).
_EARLY, _LATE = 0.015, 0.07
#: Patterns that sounded longer ago are forgotten.
_KEPT = 8


class _Sounding(NamedTuple):
    begin: Ticks
    pattern: Pattern


class OwnSound:
    """The patterns that sound, and since which tick. Thread: one."""

    def __init__(self) -> None:
        self._cued_at: Seconds | None = None
        self._from: Ticks = 0
        self._sounding: list[_Sounding] = []
        self._silent: frozenset[int] = frozenset()

    def see(self, played: TransportView) -> None:
        """The transport as it is now; seldom enough looked at, a pattern that sounded for a moment may be missed."""
        self._silent = played.silent
        if played.cued_at != self._cued_at and played.grid:
            self._cued_at = played.cued_at
            pattern = Grid.from_bytes(played.grid).to_pattern(played.swing)
            begin = played.cut if self._sounding else min(played.cut, self._from)
            before = [one for one in self._sounding if one.begin < begin]
            self._sounding = [*before, _Sounding(begin, pattern)][-_KEPT:]

    def begin(self, tick: Ticks) -> None:
        """The song goes on from `tick`: what sounds now sounds from there on at the latest."""
        self._cued_at, self._from = None, tick
        self._sounding = []

    def sent(self, begin: Ticks, end: Ticks) -> list[tuple[Ticks, int]]:
        """What we play from `begin` to before `end`, as (tick, voice)."""
        ends = [*(one.begin for one in self._sounding[1:]), end][: len(self._sounding)]
        return [
            (tick, VOICE_OF_PITCH[note.pitch])
            for one, stop in zip(self._sounding, ends, strict=True)
            if max(begin, one.begin) < min(end, stop)
            for tick, note in onsets(one.pattern, max(begin, one.begin), min(end, stop))
            if VOICE_OF_PITCH[note.pitch] not in self._silent
        ]

    def late(self, tick: Ticks, lane: int, played: TransportView, delay: Seconds = 0.0) -> Seconds | None:
        """How much later than a note of ours a hit was heard that may be that note; None where we play no such drum
        then. `delay`: how much later than its tick what we play sounds."""
        spt = 60 / (played.map.bpm_at(tick) * TICKS_PER_BEAT)
        begin, end = tick - round((_LATE + delay) / spt), tick + round((_EARLY - delay) / spt) + 1
        near = [tick - sent for sent, voice in self.sent(begin, end) if _same_side(voice, lane)]
        return min(near, key=abs) * spt if near else None


def _same_side(voice: int, lane: int) -> bool:
    """Whether a voice may be taken for a lane: drums for drums, cymbals for cymbals."""
    sides = {side for side in (DRUM, CYMBAL) if side == lane or side in above(lane)}
    return lane == HIT or bool(sides & set(above(voice)))
