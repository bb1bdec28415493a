"""Writes what is played by hand into the corner that is heard, and takes out of it what is erased."""

from collections.abc import Callable

from livemusic.engine.transport import LOOKAHEAD, TransportView
from livemusic.music.grid import STEP
from livemusic.music.overdub import erased, struck
from livemusic.music.tempo import Seconds, Ticks
from livemusic.session.edits import with_grid
from livemusic.session.settings import Session

Alter = Callable[[Session], Session]


class Recorder:
    """`amend` changes the session, `corner` says which corner is heard most. Neither may block. Thread: surface."""

    def __init__(self, amend: Callable[[Alter], None], corner: Callable[[], int]) -> None:
        self._amend = amend
        self._corner = corner
        self._hits: list[tuple[Seconds, Ticks, int, int, int]] = []
        self._erasing: dict[int, Ticks] = {}

    @property
    def due(self) -> Seconds | None:
        """When the next hit is to be written."""
        return self._hits[0][0] if self._hits else None

    @property
    def erasing(self) -> tuple[int, ...]:
        """The drums that are held down to be erased."""
        return tuple(self._erasing)

    def add(self, voice: int, velocity: int, tick: Ticks, at: Seconds, played: TransportView) -> None:
        """A drum was played at song position `tick`; it is written once the loop has passed its step."""
        if played.playing and tick >= -STEP // 2:
            # by then the loop has passed the hit's step, and cannot play it as well as the hand did
            due = at + STEP * played.map.seconds_per_tick + 2 * LOOKAHEAD
            self._hits.append((due, tick, self._corner(), voice, velocity))

    def write(self, now: Seconds, quantise: float) -> None:
        """Let the hits that are due join their corners, while others may go on coming."""
        hits = [hit for hit in self._hits if hit[0] <= now]
        if not hits:
            return
        self._hits = [hit for hit in self._hits if hit[0] > now]

        def alter(session: Session) -> Session:
            for _, tick, corner, voice, velocity in hits:
                grid = session.preset.corners[corner].grid()
                session = with_grid(
                    session, corner, struck(grid, tick % grid.length, voice, min(velocity, 127), quantise)
                )
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
