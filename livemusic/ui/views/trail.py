"""The path as the window keeps it: every point of it, and where the song's view places it."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

from livemusic.music.tempo import Seconds
from livemusic.ui.views.extent import Extent

Rows = npt.NDArray[np.float32]

#: So long does it take to turn to another view.
TURN: Seconds = 1.0
_LIMIT = np.float32(1e15)
#: The middle is looked for anew when the path has grown by this share, and taken where it lies so many radii off.
_GROWN, _OFF = 0.02, 0.03


class Placer(Protocol):
    """A view of the wide space that a path lies in: where in three dimensions its points are drawn."""

    def place(self, z: Rows, first: int | None = 0) -> Rows:
        """`(n, D)` to `(n, 3)`; `first`: which point of the path the first one is, None where they are none of it."""
        ...

    @property
    def projection(self) -> "Placer":
        """The same for the points of another path."""
        ...


class Flat:
    """The view where there is none: the first three numbers of each point."""

    def place(self, z: Rows, first: int | None = 0) -> Rows:
        places = np.zeros((len(z), 3), np.float32)
        places[:, : z.shape[1]] = z[:, :3]
        return places

    @property
    def projection(self) -> "Flat":
        return self


class Trail:
    """All points so far; index 0 here is index `base` of the engine's path in `epoch`.

    Each has its `t` (s), `level` (dB full scale) and `z` `(D,)`, and a place `(3,)` by the newest view. A new view
    does not jump: for `TURN` seconds the points are on their way, see `advance`. `lit`: stretches, from and to their
    `t`, that stand out.
    """

    def __init__(self, view: Placer | None = None) -> None:
        self.lit: tuple[tuple[Seconds, Seconds], ...] = ()
        self.epoch = -1
        self.base = 0
        self.extent = Extent.of(())
        self._view: Placer = view or Flat()
        self._before: Placer = self._view
        self._count = 0
        self._measured = 0
        self._began: Seconds | None = None
        self._left = 0.0
        self._rows: Rows = np.empty((0, 2), np.float32)
        self._places: Rows = np.empty((0, 3), np.float32)
        self._offsets: Rows | None = None

    @classmethod
    def of(cls, rows: npt.ArrayLike, view: Placer | None = None) -> "Trail":
        """A finished path from `(n, 2 + D)` rows `t, level, z…`."""
        trail, given = cls(view), np.asarray(rows, np.float32)
        trail.extend(0, 0, given)
        return trail

    def __len__(self) -> int:
        return self._count

    @property
    def t(self) -> Rows:
        """`(n,)` seconds; like the others valid until the next `extend`."""
        return self._rows[: self._count, 0]

    @property
    def level(self) -> Rows:
        """`(n,)` dB full scale."""
        return self._rows[: self._count, 1]

    @property
    def z(self) -> Rows:
        """`(n, D)`."""
        return self._rows[: self._count, 2:]

    @property
    def view(self) -> Placer:
        """The newest view."""
        return self._view

    @property
    def left(self) -> float:
        """How much of a turn to another view is still to come: 0..1, 0 where all points are where they belong."""
        return self._left

    def places(self, begin: int = 0, end: int | None = None, step: int = 1) -> Rows:
        """`(m, 3)` where the points `begin:end:step` are drawn now."""
        cut = slice(begin, self._count if end is None else min(end, self._count), step)
        if self._offsets is None or not self._left:
            return self._places[cut]
        return self._places[cut] + self._offsets[cut] * np.float32(self._left)

    def place(self, z: npt.ArrayLike) -> Rows:
        """`(m, 3)` where other points of the same space, `(m, D)`, are drawn now."""
        given = np.asarray(z, np.float32)
        there = self._view.place(given, None)
        return there + (self._before.place(given, None) - there) * np.float32(self._left) if self._left else there

    def ahead(self, z: npt.ArrayLike, index: int) -> Rows:
        """`(m, 3)` where points that go on from the one at `index`, `(m, D)`, are drawn now."""
        here = self._places[index] - self._view.place(self.z[index : index + 1], None)[0]
        there = self._view.place(np.asarray(z, np.float32), None) + here
        if self._offsets is not None and self._left:
            there = there + self._offsets[index] * np.float32(self._left)
        return there

    def at(self, t: Seconds) -> int:
        """The index of the point nearest in time; of none 0."""
        index = int(np.searchsorted(self.t, t))
        around = [i for i in (index - 1, index) if 0 <= i < self._count]
        return min(around, key=lambda i: abs(float(self._rows[i, 0]) - t), default=0)

    def extend(self, epoch: int, first: int, rows: Rows) -> None:
        """Put `(n, 2 + D)` rows at index `first`; a new epoch or a gap starts a new path, an overlap is written anew.

        A row that isn't finite repeats the one before it, so that one bad frame is not a hole.
        """
        width = rows.shape[1] if len(rows) else self._rows.shape[1]
        fresh = epoch != self.epoch or not self.base <= first <= self.base + self._count
        if fresh or width != self._rows.shape[1]:
            self.epoch, self.base = epoch, first
            self._rows = np.empty((0, width), np.float32)
            self._places = np.empty((0, 3), np.float32)
            self._end_turn()
        self._count = first - self.base
        if not self._count:
            self._measured, self.extent = 0, Extent.of(())
        if not len(rows):
            return
        end = self._count + len(rows)
        self._make_room(end)
        self._rows[self._count : end] = self._mended(rows)
        self._places[self._count : end] = self._placed(self._rows[self._count : end, 2:], self._count)
        if self._offsets is not None:
            self._offsets[self._count : end] = self._offsets[self._count - 1] if self._count else 0
        begin, self._count = self._count, end
        if not begin:
            self.extent = Extent.of(self._places[:end])
            self._measured = end
        self.extent = self.extent.joined(self._places[begin:end])
        if self._left:
            self.extent = self.extent.joined(self.places(begin))
        if end - self._measured > max(16, _GROWN * end) or end < 64:
            self._measure()

    def look(self, view: Placer, now: Seconds) -> None:
        """Place all points by another view; they are on their way from `now` on."""
        here = self.places().copy()
        self._before, self._view = self._view, view
        if not self._count:
            self._end_turn()
            return
        self._places[: self._count] = self._placed(self._rows[: self._count, 2:], 0)
        self._offsets = np.zeros_like(self._places)
        self._offsets[: self._count] = here - self._places[: self._count]
        self._began, self._left = now, 1.0
        self.extent = self.extent.joined(self._places[: self._count])

    def advance(self, now: Seconds) -> None:
        """Go on turning to the newest view, as far as one is at `now`."""
        if self._began is not None:
            done = min(max((now - self._began) / TURN, 0.0), 1.0)
            self._left = 1.0 - done * done * (3 - 2 * done)
            if done >= 1.0:
                self._end_turn()
                self.extent, self._measured = Extent.of(self._places[: self._count]), self._count

    def _end_turn(self) -> None:
        self._began, self._left, self._offsets, self._before = None, 0.0, None, self._view

    def _placed(self, z: Rows, index: int) -> Rows:
        places = np.asarray(self._view.place(z, self.base + index), np.float32)
        return np.nan_to_num(np.clip(places, -_LIMIT, _LIMIT), copy=False)

    def _measure(self) -> None:
        """Look for the middle anew; where it is elsewhere, how far the path reaches from there."""
        self._measured, places = self._count, self._places[: self._count]
        if not self._count:
            return
        middle = (places.min(0).astype(float) + places.max(0)) / 2
        if np.linalg.norm(middle - self.extent.centre) > _OFF * self.extent.radius:
            self.extent = Extent.about(middle, places)
            if self._left:
                self.extent = self.extent.joined(self.places())

    def _make_room(self, count: int) -> None:
        if count > len(self._rows):
            room = max(count, 2 * len(self._rows), 4096)
            for name in ("_rows", "_places", "_offsets"):
                kept = getattr(self, name)
                if kept is not None:
                    grown = np.empty((room, kept.shape[1]), np.float32)
                    grown[: self._count] = kept[: self._count]
                    setattr(self, name, grown)

    def _mended(self, rows: Rows) -> Rows:
        good = (np.isfinite(rows) & (np.abs(rows) < _LIMIT)).all(1)
        if good.all():
            return rows
        before = self._rows[self._count - 1 : self._count] if self._count else np.zeros((1, rows.shape[1]), np.float32)
        known = np.concatenate([before, rows])
        source = np.maximum.accumulate(np.where(np.concatenate([[True], good]), np.arange(len(known)), 0))
        return np.asarray(known[source][1:])
