"""All that there is to see of the music: its path, and what goes with it. Shared by the window and the stage."""

from collections.abc import Mapping, Sequence
from math import exp
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from livemusic.latent.structure import letter
from livemusic.music.tempo import Seconds
from livemusic.ui.views.extent import Extent
from livemusic.ui.views.moment import Caption, Hit, Marker, Moment, Place
from livemusic.ui.views.tint import Stretch
from livemusic.ui.views.trail import Placer, Rows, Trail

#: In silence the head fades to so much of itself, within about this time; it comes back faster.
FAINT = 0.15
_FADE: Seconds = 0.7
_RETURN: Seconds = 0.12
#: How fast the glow of a drum dies.
_RING: Seconds = 0.2
_RUNG_OUT = 0.03
#: A corner further away than so many radii of the path, captured in other music, is shown on the way there.
_FURTHEST = 1.4
#: So many sections are named at most, the longest first.
_NAMED = 12


Span = tuple[Seconds, Seconds]


class Anchor(NamedTuple):
    """A corner captured at `z` `(D,)`; `weight` 0..1 is how strongly it is called up."""

    label: str
    z: tuple[float, ...]
    weight: float


class Sight:
    """Told what is so, it knows what is to be painted: `moment`. `changes` counts what makes another picture.

    All of it in seconds of one clock, so that a film is painted as the window would have been.
    """

    def __init__(self, trail: Trail | None = None) -> None:
        self.trail = trail or Trail()
        self.other: Trail | None = None
        self.sections: tuple[Stretch, ...] = ()
        self.changes = 0
        self.glow = 0.3
        self._anchors: tuple[Anchor, ...] = ()
        self._names: Mapping[int, str] = {}
        self._captions: tuple[tuple[str, int, int], ...] = ()
        self._captioned = 0
        self._forecast: Rows = np.empty((0, 0), np.float32)
        self._certainty = 0.0
        self._mark: Seconds | None = None
        self._heard: Seconds | None = None
        self._hits: list[tuple[int, float, Seconds]] = []
        self._present = True
        self._presence = 1.0
        self._now: Seconds = 0.0

    def extend(self, epoch: int, first: int, rows: Rows) -> None:
        """New points of the path (see `Trail.extend`)."""
        self.trail.extend(epoch, first, rows)
        self.changes += 1

    def look(self, view: Placer, now: Seconds) -> None:
        """Another view of the song; everything turns to it."""
        self.trail.look(view, now)
        if self.other is not None:
            self.other.look(view.projection, now)
        self.changes += 1

    def compare(self, other: Trail | None) -> None:
        """Another take in the same space, drawn in a tone of its own; None ends that."""
        self.other = other
        self.changes += 1

    def light(self, spans: Sequence[Span], spans_of_other: Sequence[Span]) -> None:
        """Let stretches of both paths stand out, from and to their times."""
        self.trail.lit = tuple(spans)
        if self.other is not None:
            self.other.lit = tuple(spans_of_other)
        self.changes += 1

    def show_anchors(self, anchors: tuple[Anchor, ...]) -> None:
        """The captured corners."""
        if anchors != self._anchors:
            self._anchors = anchors
            self.changes += 1

    def show_sections(self, sections: Sequence[Stretch], names: Mapping[int, str] | None = None) -> None:
        """The sections of the music, and what labels are called where that is not A, B, C…"""
        if tuple(sections) != self.sections or (names or {}) != self._names:
            self.sections, self._names = tuple(sections), dict(names or {})
            self._captioned = -1
            self.changes += 1

    def foresee(self, forecast: npt.ArrayLike, certainty: float) -> None:
        """Where the path goes next, `(k, D)`, and how sure that is, 0..1; none `(0, D)` where nothing is known."""
        self._forecast, self._certainty = np.asarray(forecast, np.float32), certainty
        self.changes += 1

    def show_level(self, glow: float, present: bool) -> None:
        """How strong the head glows, 0..1, and whether there is any music at all."""
        self.glow, self._present = glow, present

    def hit(self, voice: int, strength: float, now: Seconds) -> None:
        """A drum is hit, as hard as `strength` 0..1."""
        self._hits = [*self._hits[-15:], (voice, 0.4 + 0.6 * min(max(strength, 0.0), 1.0), now)]

    def hear(self, t: Seconds | None) -> None:
        """Where in the path one is: at a time of it, or at its end (None), where it is drawn as it is heard."""
        before, self._heard = self.head, t
        if self.head != before:
            self.changes += 1

    @property
    def head(self) -> int:
        """The index of the point that is heard now; 0 where there is none."""
        if self._heard is None:
            return max(len(self.trail) - 1, 0)
        return max(int(np.searchsorted(self.trail.t, self._heard, "right")) - 1, 0)

    @property
    def now_at(self) -> Seconds:
        """The time in the music that is heard now."""
        return float(self.trail.t[self.head]) if len(self.trail) else 0.0

    def mark(self, t: Seconds | None) -> None:
        """Point at the path at a time, or no longer."""
        if t != self._mark:
            self._mark = t
            self.changes += 1

    def advance(self, now: Seconds) -> None:
        """Let what moves by itself go on to `now`."""
        elapsed, self._now = min(max(now - self._now, 0.0), 0.1), now
        turning, hits, presence = self.trail.left, len(self._hits), self._presence
        self.trail.advance(now)
        if self.other is not None:
            self.other.advance(now)
        self._hits = [hit for hit in self._hits if _ring(hit, now) > _RUNG_OUT]
        wanted, time = (1.0, _RETURN) if self._present else (FAINT, _FADE)
        self._presence += (wanted - self._presence) * (1 - exp(-elapsed / time))
        if turning or hits or abs(self._presence - presence) > 1e-3:
            self.changes += 1

    def moment(self, now: Seconds, hits: bool = True, captions: bool = True, text: bool = True) -> Moment:
        """What is painted beside the path now; without what is not wanted."""
        ghost = self._ghost()
        return Moment(
            now=now,
            glow=self.glow,
            presence=self._presence,
            markers=self._markers(),
            captions=self._section_captions() if captions else (),
            ghost=ghost if len(ghost) else None,
            certainty=self._certainty,
            mark=None if self._mark is None or not len(self.trail) else self.place_at(self._mark),
            hits=tuple(Hit(hit[0], _ring(hit, now)) for hit in self._hits) if hits else (),
            text=text,
            head=self.head if self._heard is not None else None,
        )

    def extent(self) -> Extent:
        """All that is to be in the picture."""
        extent, ghost, markers = self.trail.extent, self._ghost(), self._markers()
        if len(ghost):
            extent = extent.joined(ghost)
        if markers:
            extent = extent.joined(np.array([marker.place for marker in markers], np.float32))
        if self.other is not None and len(self.other):
            extent = extent.with_(self.other.extent)
        return extent

    def place_at(self, t: Seconds) -> Place:
        """Where the path is at a time."""
        index = self.trail.at(t)
        x, y, z = self.trail.places(index, index + 1)[0].tolist()
        return x, y, z

    def label_at(self, t: Seconds) -> int | None:
        """The label of the section that a time is in."""
        inside = [section.label for section in self.sections if section.start <= t]
        return inside[-1] if inside else None

    def _ghost(self) -> Rows:
        if not len(self.trail) or self._forecast.shape[1:] != (self.trail.z.shape[1],):
            return np.empty((0, 3), np.float32)
        return self.trail.ahead(self._forecast, self.head)

    def _markers(self) -> tuple[Marker, ...]:
        width = self.trail.z.shape[1]
        known = [anchor for anchor in self._anchors if len(anchor.z) == width]
        if not known or not len(self.trail):
            return ()
        apart = self.trail.place([anchor.z for anchor in known]) - self.trail.extent.centre
        distance = np.linalg.norm(apart, axis=1, keepdims=True)
        reach = np.minimum(distance, _FURTHEST * self.trail.extent.radius)
        places = (self.trail.extent.centre + apart * (reach / np.maximum(distance, 1e-9))).tolist()
        return tuple(Marker(each.label, (x, y, z), each.weight) for each, (x, y, z) in zip(known, places, strict=True))

    def _section_captions(self) -> tuple[Caption, ...]:
        """Each label once, at the point of its longest section that is nearest to the section's middle."""
        if self._captioned < 0 or len(self.trail) > 1.05 * self._captioned + 20:
            self._captioned = len(self.trail)
            self._captions = self._name_sections()
        here = (self.trail.places(index, index + 1)[0].tolist() for _, index, _ in self._captions)
        return tuple(
            Caption(text, (x, y, z), label) for (text, _, label), (x, y, z) in zip(self._captions, here, strict=True)
        )

    def _name_sections(self) -> tuple[tuple[str, int, int], ...]:
        longest: dict[int, Stretch] = {}
        for section in self.sections:
            best = longest.get(section.label)
            if best is None or section.end - section.start > best.end - best.start:
                longest[section.label] = section
        named = []
        for label, section in sorted(longest.items())[:_NAMED]:
            begin, end = (int(i) for i in np.searchsorted(self.trail.t, (section.start, section.end)))
            if end > begin:
                places = self.trail.places(begin, end)
                middle = int(np.linalg.norm(places - np.median(places, axis=0), axis=1).argmin())
                named.append((self._names.get(label) or letter(label), begin + middle, label))
        return tuple(named)


def _ring(hit: tuple[int, float, Seconds], now: Seconds) -> float:
    _, strength, at = hit
    return strength * exp(-(now - at) / _RING) if now >= at else 0.0
