"""Writes what is played by hand into the corner that is heard, and takes out of it what is erased."""

from collections.abc import Callable
from typing import NamedTuple

from livemusic.engine.transport import LOOKAHEAD
from livemusic.engine.transport_view import TransportView
from livemusic.music.grid import STEP
from livemusic.music.overdub import TimedHit, erased, nearest, overdubbed
from livemusic.music.tempo import Seconds, Ticks
from livemusic.session.edits import with_grid
from livemusic.session.settings import Session

Alter = Callable[[Session], Session]


class _Hit(NamedTuple):
    """A drum played by hand, and when it is to be written."""

    due: Seconds
    tick: Ticks
    corner: int
    voice: int
    velocity: int

    @property
    def cell(self) -> tuple[int, int, int]:
        """The step of the song, the corner and the drum that it belongs to."""
        return nearest(self.tick), self.corner, self.voice


class Recorder:
    """`amend` changes the session, `corner` says which corner is heard most. Neither may block. Thread: surface."""

    def __init__(self, amend: Callable[[Alter], None], corner: Callable[[], int]) -> None:
        self._amend = amend
        self._corner = corner
        self._hits: list[_Hit] = []
        self._erasing: dict[int, Ticks] = {}

    @property
    def due(self) -> Seconds | None:
        """When the next hit is to be written."""
        return min((hit.due for hit in self._hits), default=None)

    @property
    def erasing(self) -> tuple[int, ...]:
        """The drums that are held down to be erased."""
        return tuple(self._erasing)

    def add(self, voice: int, velocity: int, tick: Ticks, at: Seconds, played: TransportView) -> None:
        """A drum was played at song position `tick`; it is written once the loop has passed its step."""
        if played.playing and tick >= -STEP // 2:
            # by then whatever the hand plays on this step has come, and the loop has passed it and cannot play it, too
            passed = (nearest(tick) + 1) * STEP
            due = at + played.map.seconds_at(passed) - played.map.seconds_at(tick) + 2 * LOOKAHEAD
            self._hits.append(_Hit(due, tick, self._corner(), voice, velocity))

    def write(self, now: Seconds, quantise: float) -> None:
        """Let the hits that are due join their corners, those on one step together, while others may go on coming."""
        due = {hit.cell for hit in self._hits if hit.due <= now}
        if not due:
            return
        cells: dict[tuple[int, int, int], list[TimedHit]] = {cell: [] for cell in sorted(due)}
        for hit in self._hits:
            if hit.cell in due:
                cells[hit.cell].append((hit.tick, hit.velocity))
        self._hits = [hit for hit in self._hits if hit.cell not in due]

        def alter(session: Session) -> Session:
            for (_, corner, voice), played in cells.items():
                grid = session.preset.corners[corner].grid()
                session = with_grid(session, corner, overdubbed(grid, played, voice, quantise))
            return session

        self._amend(alter)

    def hold(self, voice: int, tick: Ticks) -> None:
        """A drum is held down from song position `tick` on, to be erased."""
        self._erasing[voice] = tick

    def let_go(self, voice: int, tick: Ticks) -> None:
        """It is let go at `tick`: its hits in between leave the pattern."""
        if voice not in self._erasing:
            return
        begin, corner = self._erasing.pop(voice), self._corner()
        end = max(begin, tick)

        def alter(session: Session) -> Session:
            grid = session.preset.corners[corner].grid()
            start = begin % grid.length
            return with_grid(session, corner, erased(grid, voice, start, start + end - begin))

        self._amend(alter)
