"""Which place of one take is which of another: straight lines between pairs of places."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from livemusic.music.tempo import Seconds

Places = tuple[Seconds, ...]


@dataclass(frozen=True, slots=True)
class Pairing:
    """Places `here` and `there`, as many of both, neither ever going back. Outside them both takes go on as fast.

    `ValueError` where that is not so.
    """

    here: Places
    there: Places

    def __post_init__(self) -> None:
        if len(self.here) < 2 or len(self.here) != len(self.there):
            raise ValueError(f"{len(self.here)} and {len(self.there)} places are no pairs")
        for places in (self.here, self.there):
            if any(after < before for before, after in pairwise(places)):
                raise ValueError("places of a pairing never go back")
            if not all(abs(place) < float("inf") for place in places):
                raise ValueError("places of a pairing are numbers")

    @classmethod
    def of(cls, pairs: Sequence[tuple[Seconds, Seconds]]) -> "Pairing":
        """From pairs of places."""
        return cls(tuple(float(here) for here, _ in pairs), tuple(float(there) for _, there in pairs))

    def to_other(self, place: Seconds) -> Seconds:
        """The place of the other take that is `place` here."""
        return _between(place, self.here, self.there)

    def to_this(self, place: Seconds) -> Seconds:
        """The place of this take that is `place` in the other."""
        return _between(place, self.there, self.here)


def _between(place: Seconds, given: Places, wanted: Places) -> Seconds:
    """Where the given places do not move, the wanted one is the first of them."""
    if place <= given[0]:
        return wanted[0] + place - given[0]
    if place >= given[-1]:
        return wanted[-1] + place - given[-1]
    after = bisect_right(given, place)
    before = after - 1
    step = given[after] - given[before]
    return wanted[before] + (wanted[after] - wanted[before]) * (place - given[before]) / step
