"""Where a hand is between patterns, lane by lane, and what is to be made there."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

from livemusic.session.preset import Clip
from livemusic.session.sketchbook import MOST_STEPS, Between, Way
from livemusic.ui.sketchbook.polygon import MIDDLE, Place, place_of, weights

Value = TypeVar("Value")

FEWEST = 2
#: The whole way has about so many steps.
_STOPS = 8


@dataclass(frozen=True, slots=True)
class Course:
    """`main`: the place of all lanes but those with one of their own (`places`) or that stay with a pattern (`locks`).

    Each verb returns another course.
    """

    clips: tuple[Clip, ...] = ()
    mode: Literal["trade", "blend"] = "trade"
    main: Place = MIDDLE
    places: Mapping[int, Place] = field(default_factory=dict)
    locks: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, recipe: Between | Way) -> "Course":
        """As a recipe says; what is out of its ranges is left out."""
        count = len(recipe.clips)
        locks = {voice: place for voice, place in recipe.locks.items() if 0 <= place < count}
        places = {v: place_of(own) for v, own in recipe.lanes.items() if len(own) == count and v not in locks}
        shares = recipe.weights if isinstance(recipe, Between) else ()
        return cls(recipe.clips, recipe.mode, place_of(shares) if len(shares) == count else MIDDLE, places, locks)

    def with_clips(self, clips: tuple[Clip, ...]) -> "Course":
        """Other patterns, more or fewer at the end; the pucks stay with those that they were near to."""
        before, count = len(self.clips), len(clips)

        def spread(place: Place) -> Place:
            return place_of([*weights(before, place), *[0.0] * count][:count]) if before >= FEWEST else place

        return replace(
            self,
            clips=clips,
            main=spread(self.main),
            places={voice: spread(place) for voice, place in self.places.items()},
            locks={voice: place for voice, place in self.locks.items() if place < count},
        )

    def without(self, number: int) -> "Course":
        """One pattern less, as long as two are left; what stayed with it goes along."""
        if len(self.clips) <= FEWEST:
            return self
        keep = [place for place in range(len(self.clips)) if place != number]

        def kept(place: Place) -> Place:
            shares = weights(len(self.clips), place)
            return place_of([shares[one] for one in keep])

        return replace(
            self,
            clips=tuple(self.clips[place] for place in keep),
            main=kept(self.main),
            places={voice: kept(place) for voice, place in self.places.items()},
            locks={voice: keep.index(place) for voice, place in self.locks.items() if place != number},
        )

    def moved(self, lane: int | None, place: Place) -> "Course":
        """The puck of a lane, or None for that of all, somewhere else; a lane that is moved is free."""
        if lane is None:
            return replace(self, main=place)
        return replace(self.freed(lane), places={**_less(self.places, lane), lane: place})

    def freed(self, lane: int) -> "Course":
        """A lane that goes along."""
        return replace(self, places=_less(self.places, lane), locks=_less(self.locks, lane))

    def locked(self, lane: int, number: int) -> "Course":
        """A lane that stays with a pattern."""
        freed = self.freed(lane)
        return replace(freed, locks={**freed.locks, lane: number})

    def between(self, bpm: float, bar: int) -> Between | None:
        """What to make; None while there are no patterns."""
        if len(self.clips) < FEWEST:
            return None
        lanes = {voice: self._shares(place) for voice, place in sorted(self.places.items())}
        return Between(
            clips=self.clips,
            weights=self._shares(self.main),
            mode=self.mode,
            lanes=lanes,
            locks=dict(sorted(self.locks.items())),
            bpm=bpm,
            bar=bar,
        )

    def way(self, bpm: float, bar: int) -> Way | None:
        """From the first pattern to the last in about eight steps, as far as they fit in one clip."""
        here = self.between(bpm, bar)
        if here is None:
            return None
        room = MOST_STEPS // max(clip.steps for clip in self.clips) - 1
        steps = max(1, min(_STOPS, room) // (len(self.clips) - 1))
        return Way(clips=here.clips, steps=steps, mode=here.mode, lanes=here.lanes, locks=here.locks, bpm=bpm, bar=bar)

    def _shares(self, place: Place) -> tuple[float, ...]:
        return tuple(round(share, 6) for share in weights(len(self.clips), place))


def _less(some: Mapping[int, Value], lane: int) -> dict[int, Value]:
    return {voice: value for voice, value in some.items() if voice != lane}
