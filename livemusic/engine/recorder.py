"""Writes what is played by hand into a corner, and takes out of it what is erased."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from livemusic.engine.passes import Passes
from livemusic.engine.studio import KeepPass
from livemusic.engine.transport import LOOKAHEAD
from livemusic.engine.transport_view import TransportView
from livemusic.music.grid import STEP
from livemusic.music.kit import VOICE_NAMES
from livemusic.music.overdub import TimedHit, erased, nearest, overdubbed
from livemusic.music.tempo import Seconds, Ticks
from livemusic.session.edits import with_grid
from livemusic.session.preset import CORNER_LETTERS, Clip
from livemusic.session.settings import Session
from livemusic.session.sketchbook import Played

Alter = Callable[[Session], Session]
#: Change the session so; what undo calls it, and the group of changes that are undone together.
Amend = Callable[[Alter, str, str], None]


@dataclass(frozen=True, slots=True)
class OtherPreset:
    """Another preset plays from now on, called `name`: a take that was played in the one before is over."""

    name: str


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
    """`amend` changes the session by a step of undo with these words, in this group; `corner` says which corner is
    heard most; `keep` is given each pass of a take once it is over. None may block. Thread: surface.
    """

    def __init__(self, amend: Amend, corner: Callable[[], int], keep: Callable[[KeepPass], None]) -> None:
        self._amend = amend
        self._corner = corner
        self._keep = keep
        self._hits: list[_Hit] = []
        self._erasing: dict[int, Ticks] = {}
        self._begun = 0
        self._recording = False
        self._left: str | None = None
        self.take: Passes | None = None

    @property
    def due(self) -> Seconds | None:
        """When the next hit is to be written."""
        return min((hit.due for hit in self._hits), default=None)

    @property
    def erasing(self) -> tuple[int, ...]:
        """The drums that are held down to be erased."""
        return tuple(self._erasing)

    def begin(self, corner: int, clip: Clip, now: Seconds, quantise: float) -> None:
        """A take begins in `corner`, where `clip` is: from now on what is written is one step of undo."""
        self._finish(now, quantise)
        self._begun += 1
        self.take = Passes(self._begun, corner, clip.grid(), clip.name)
        self._recording = True

    def end(self) -> None:
        """The take is over once what was played is written."""
        self._recording = False

    def leave(self, preset: str, now: Seconds, quantise: float) -> None:
        """The take is over, for another `preset` plays, into which nothing of it is written."""
        self._left = preset
        self._recording = False
        self._finish(now, quantise)
        self._left, self.take = None, None

    def add(self, voice: int, velocity: int, tick: Ticks, at: Seconds, played: TransportView) -> None:
        """A drum was played at song position `tick`; it is written once the loop has passed its step."""
        if self.take is not None and played.playing and tick >= -STEP // 2:
            # by then whatever the hand plays on this step has come, and the loop has passed it and cannot play it, too
            passed = (nearest(tick) + 1) * STEP
            due = at + played.map.seconds_at(passed) - played.map.seconds_at(tick) + 2 * LOOKAHEAD
            self._hits.append(_Hit(due, tick, self.take.corner, voice, velocity))

    def write(self, now: Seconds, quantise: float, played: TransportView) -> None:
        """Let the hits that are due join their corners, those on one step together, while others may go on coming."""
        self._write({hit.cell for hit in self._hits if hit.due <= now}, quantise)
        if self.take is None:
            return
        if self._recording and played.playing:
            pending = min((nearest(hit.tick) for hit in self._hits), default=nearest(played.map.tick_at(now)))
            self._keep_passes(min(pending, nearest(played.map.tick_at(now))))
        elif not self._hits and not self._recording:
            self._keep_passes(None)

    def choose(self, number: int) -> None:
        """Put pass `number` of the last take in its corner, from 1, or (0) all. `ValueError` where there is none."""
        if self.take is None:
            raise ValueError("Nothing was recorded yet: press Record and play.")
        take, grid = self.take, self.take.grid(number)
        words = f"{f'pass {number}' if number else 'all passes'} of take {take.take} in {CORNER_LETTERS[take.corner]}"
        self._amend(lambda session: with_grid(session, take.corner, grid), words, f"passes {take.take}")

    def hold(self, voice: int, tick: Ticks) -> None:
        """A drum is held down from song position `tick` on, to be erased."""
        self._erasing[voice] = tick

    def let_go(self, voice: int, tick: Ticks) -> None:
        """It is let go at `tick`: its hits in between leave the pattern."""
        if voice not in self._erasing:
            return
        recording = self._recording and self.take is not None
        begin, corner = self._erasing.pop(voice), self.take.corner if recording and self.take else self._corner()
        end = max(begin, tick)

        def alter(session: Session) -> Session:
            grid = session.preset.corners[corner].grid()
            start = begin % grid.length
            return with_grid(session, corner, erased(grid, voice, start, start + end - begin))

        self._amend(alter, f"erase {VOICE_NAMES[voice]} in {CORNER_LETTERS[corner]}", "")

    def _finish(self, now: Seconds, quantise: float) -> None:
        """Write what is still to come of the last take."""
        self._write({hit.cell for hit in self._hits}, quantise)
        self._keep_passes(None)

    def _write(self, due: set[tuple[int, int, int]], quantise: float) -> None:
        if not due or self.take is None:
            return
        cells: dict[tuple[int, int, int], list[TimedHit]] = {cell: [] for cell in sorted(due)}
        for hit in self._hits:
            if hit.cell in due:
                cells[hit.cell].append((hit.tick, hit.velocity))
        self._hits = [hit for hit in self._hits if hit.cell not in due]
        for (_, _, voice), played in cells.items():
            self.take.add(voice, played, quantise)

        left = self._left

        def alter(session: Session) -> Session:
            if session.preset.name == left:
                return session
            for (_, corner, voice), played in cells.items():
                grid = session.preset.corners[corner].grid()
                session = with_grid(session, corner, overdubbed(grid, played, voice, quantise))
            return session

        take, hits = self.take, self.take.hits
        words = f"take of {hits} hit{'' if hits == 1 else 's'} in {CORNER_LETTERS[take.corner]}"
        self._amend(alter, words, f"take {take.take}")

    def _keep_passes(self, here: int | None) -> None:
        for number, grid in self.take.ended(here) if self.take is not None else ():
            assert self.take is not None
            clip, corner = Clip.of(grid, self.take.name), CORNER_LETTERS[self.take.corner]
            self._keep(KeepPass(Played(clip=clip, take=self.take.take, number=number, corner=corner)))
