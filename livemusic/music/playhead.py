"""Where a recording is at a moment: played, paused, moved and repeated by arithmetic alone."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from livemusic.music.tempo import Seconds

#: A shorter loop than this would be a tone.
SHORTEST_LOOP: Seconds = 0.05
_INSTANT: Seconds = 1e-6


class Span(NamedTuple):
    """From the moment `begin` to `end` a recording plays on from its place `position`."""

    begin: Seconds
    end: Seconds
    position: Seconds


@dataclass(frozen=True, slots=True)
class Playhead:
    """A recording of `length` seconds that stands at `position` and, while `playing`, runs from the moment `at` on.

    `loop`: from its second place it goes back to its first; once beyond, it runs to the end of the recording. Moments
    are seconds of one clock, places seconds from the recording's beginning. Every verb returns another playhead.
    """

    length: Seconds
    at: Seconds = 0.0
    position: Seconds = 0.0
    playing: bool = False
    loop: tuple[Seconds, Seconds] | None = None

    def place(self, moment: Seconds) -> Seconds:
        """Where it is at `moment`."""
        if not self.playing or moment <= self.at:
            return self.position
        place = self.position + (moment - self.at)
        if self.loop is not None and self.position < self.loop[1] <= place:
            begin, end = self.loop
            return begin + (place - end) % (end - begin)
        return min(place, self.length)

    @property
    def ends(self) -> Seconds | None:
        """The moment it comes to the recording's end; None where it does not."""
        if not self.playing or (self.loop is not None and self.position < self.loop[1]):
            return None
        return self.at + self.length - self.position

    def spans(self, begin: Seconds, end: Seconds) -> Iterator[Span]:
        """What plays between the moments `begin` and `end`, stretch by stretch; it is silent between them."""
        moment = max(begin, self.at)
        while self.playing and moment < end:
            place = self.place(moment)
            turn = self.length if self.loop is None or place >= self.loop[1] else self.loop[1]
            if turn - place < _INSTANT:  # nearer than a clock can tell
                if self.loop is None or turn != self.loop[1]:
                    return
                place = self.loop[0]
            until = min(end, moment + turn - place)
            yield Span(moment, until, place)
            moment = until

    def played(self, moment: Seconds) -> "Playhead":
        """Playing on from `moment`, from the beginning where it had come to its end."""
        if self.playing and not self.over(moment):
            return self
        place = self.place(moment)
        return replace(self, at=moment, position=place if place < self.length else 0.0, playing=True)

    def paused(self, moment: Seconds) -> "Playhead":
        """Standing where it is at `moment`."""
        return replace(self, at=moment, position=self.place(moment), playing=False)

    def sought(self, place: Seconds, moment: Seconds) -> "Playhead":
        """At `place` from `moment` on."""
        return replace(self, at=moment, position=min(max(place, 0.0), self.length))

    def looped(self, begin: Seconds | None, end: Seconds | None, moment: Seconds) -> "Playhead":
        """Repeating from `begin` to `end`, or no more; from behind `end` it goes to `begin`. `ValueError`."""
        check_loop(begin, end)
        here = replace(self, at=max(moment, self.at), position=self.place(moment))
        if begin is None or end is None:
            return replace(here, loop=None)
        end = min(end, self.length)
        if end - begin < SHORTEST_LOOP:
            raise ValueError(f"the loop from {begin:g} to {end:g} s lies behind the end of the song, {self.length:g} s")
        return replace(here, loop=(begin, end), position=begin if here.position >= end else here.position)

    def over(self, moment: Seconds) -> bool:
        """Whether it has come to its end by `moment`."""
        ends = self.ends
        return ends is not None and moment >= ends


def check_loop(begin: Seconds | None, end: Seconds | None) -> None:
    """`ValueError` where that cannot be repeated."""
    if (begin is None) != (end is None):
        raise ValueError("a loop has a begin and an end, or neither")
    if begin is not None and end is not None and end - begin < SHORTEST_LOOP:
        raise ValueError(f"a loop from {begin:g} to {end:g} s is shorter than {SHORTEST_LOOP:g} s")
