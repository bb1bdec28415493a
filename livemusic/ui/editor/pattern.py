"""The pattern under the hand: as the engine has it, with what was asked for and is not done yet, and what is chosen."""

from collections.abc import Callable, Collection

from livemusic.music.editing import HitId, hits_of, pasted_hits
from livemusic.music.grid import STEP, Grid
from livemusic.music.kit import VOICE_COUNT
from livemusic.music.tempo import Meter, Seconds, Ticks
from livemusic.session.pattern_edits import DrawHit, MoveHits, PasteHits, PatternEdit

#: What was asked for and has not come about by then never will.
_PATIENCE: Seconds = 2.0


class EditedPattern:
    """`grid` is what is seen: the engine's, every edit that was sent, and the one that a hand is at (`try_out`).

    `selected`: the hits that are chosen. `cursor`: the voice and the step where the keyboard is.
    """

    def __init__(self, send: Callable[[PatternEdit], None]) -> None:
        self._send = send
        self._known = Grid.empty(16)
        self._sent: list[Grid] = []
        self._sent_at: Seconds = 0.0
        self._tried: Grid | None = None
        self._meter = Meter()
        self.selected: frozenset[HitId] = frozenset()
        self.cursor = (0, 0)

    @property
    def bar(self) -> Ticks:
        """The length of a bar."""
        return self._meter.bar

    @property
    def beat(self) -> Ticks:
        """The length of a beat."""
        return self.bar // self._meter.beats

    @property
    def settled(self) -> Grid:
        """The pattern without what a hand only tries."""
        return self._sent[-1] if self._sent else self._known

    @property
    def grid(self) -> Grid:
        """The pattern that is seen."""
        return self.settled if self._tried is None else self._tried

    def show(self, grid: Grid, meter: Meter, now: Seconds) -> None:
        """The engine's pattern, in this meter."""
        self._meter = meter
        if grid is self._known and not self._sent:
            return
        if grid in self._sent:  # so far it is done
            self._sent = self._sent[self._sent.index(grid) + 1 :]
        elif grid != self._known or now - self._sent_at > _PATIENCE:
            self._sent = []
        self._known = grid
        self._prune()

    def begin(self) -> None:
        """Another pattern comes under the hand."""
        self._sent, self._tried, self.selected = [], None, frozenset()

    def try_out(self, edit: PatternEdit | None) -> None:
        """See what `edit` would make of it; None: nothing is tried."""
        self._tried = None if edit is None else edit.made_of(self.settled, self.bar)

    def do(self, edit: PatternEdit, now: Seconds) -> bool:
        """Send `edit`, and see it at once; whether that changes anything. `ValueError` where it cannot be."""
        self._tried = None
        before = self.settled
        after = edit.made_of(before, self.bar)
        if after == before:
            return False
        self._sent.append(after)
        self._sent_at = now
        self._follow(edit, before)
        self._send(edit)
        return True

    def _follow(self, edit: PatternEdit, before: Grid) -> None:
        """What is chosen after an edit."""
        match edit:
            case MoveHits(hits, ticks, lanes):
                voices = [voice for voice, _ in hits]
                lanes = max(-min(voices, default=0), min(lanes, VOICE_COUNT - 1 - max(voices, default=0)))
                there = {(voice + lanes, (tick + ticks) % before.length) for voice, tick in self.selected}
                self.selected = frozenset(
                    (voice, tick) for voice, tick in hits_of(self.grid) if (voice, tick % before.length) in there
                )
            case PasteHits(rows, step):
                self.selected = frozenset(pasted_hits(before, rows, step))
            case DrawHit():
                self.selected = frozenset()
        self._prune()

    def _prune(self) -> None:
        self.selected &= frozenset(hits_of(self.grid))
        voice, step = self.cursor
        self.cursor = voice, min(step, self.grid.steps - 1)

    # What is where.

    def main_at(self, voice: int, step: int) -> HitId | None:
        """The main hit of a step."""
        for at, lane, hits in self.settled.cells():
            if (at, lane) == (step, voice):
                return voice, step * STEP + hits[0][1]
        return None

    @property
    def chosen(self) -> tuple[HitId, ...]:
        """The hits that are selected, or else the one under the cursor."""
        here = self.main_at(*self.cursor)
        return tuple(sorted(self.selected)) or (() if here is None else (here,))

    def choose(self, hits: Collection[HitId]) -> None:
        """Select these hits."""
        self.selected = frozenset(hits) & frozenset(hits_of(self.grid))

    def choose_between(self, one: tuple[int, int], other: tuple[int, int]) -> None:
        """Select the hits from a voice and step to another."""
        voices, steps = (sorted(pair) for pair in zip(one, other, strict=True))
        self.choose(
            [
                (voice, step * STEP + offset)
                for step, voice, _, offset in self.grid.rows()
                if voices[0] <= voice <= voices[1] and steps[0] <= step <= steps[1]
            ]
        )

    @property
    def bars(self) -> int:
        """How many bars it has."""
        return -(-self.grid.length // self.bar)

    @property
    def bar_here(self) -> int:
        """The bar in which the cursor is, from 0."""
        return self.cursor[1] * STEP // self.bar
