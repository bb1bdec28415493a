"""Requests of whoever edits a pattern: in a corner of the pad, which the loader takes, or in the sketchbook."""

from typing import ClassVar

from livemusic.engine.edits import Edit
from livemusic.engine.request import Limits, Owner, Request
from livemusic.music.tempo import Meter
from livemusic.session import edits
from livemusic.session.edits import MOST_BARS
from livemusic.session.pattern_edits import AnyPatternEdit
from livemusic.session.preset import CORNER_LETTERS
from livemusic.session.settings import Session
from livemusic.session.short_name import check_name

_CORNER = (0, 3)


class EditPattern(Edit, frozen=True):
    """Edit the pattern in a corner (0..3) of the pad. Those of one `press` of a key that is held are one step of undo;
    0 is a step of its own.
    """

    limits: ClassVar[Limits] = {"corner": _CORNER}
    corner: int
    edit: AnyPatternEdit
    press: int = 0

    def part_of(self) -> str:
        return f"pattern {self.corner} {self.press}" if self.press else ""

    def called(self) -> str:
        return f"{self.edit.called()} in {CORNER_LETTERS[self.corner]}"

    def made_of(self, session: Session) -> Session:
        preset = session.preset
        grid = self.edit.made_of(preset.corners[self.corner].grid(), Meter(*preset.meter).bar)
        return edits.with_grid(session, self.corner, grid)


class SetBars(Edit, frozen=True):
    """Make all four patterns `bars` long: longer ones are cut, shorter ones repeat."""

    limits: ClassVar[Limits] = {"bars": (1, MOST_BARS)}
    bars: int

    def called(self) -> str:
        return f"{self.bars} bar{'' if self.bars == 1 else 's'}"

    def made_of(self, session: Session) -> Session:
        return edits.reshaped(session, Meter(*session.preset.meter), self.bars)


class SetMeter(Edit, frozen=True):
    """Play all four patterns in a meter of `beats` beats to the bar, each an `unit`-th; all stay as many bars long as
    the longest is."""

    beats: int
    unit: int

    def called(self) -> str:
        return f"{self.beats}/{self.unit}"

    def check(self) -> None:
        Meter(self.beats, self.unit)

    def made_of(self, session: Session) -> Session:
        bar = Meter(*session.preset.meter).bar
        bars = max(-(-clip.grid().length // bar) for clip in session.preset.corners)
        return edits.reshaped(session, Meter(self.beats, self.unit), min(bars, MOST_BARS))


class SelectCorner(Request, frozen=True):
    """The pattern of a corner (0..3) is edited from now on; None: of none, and controls mean the one heard most."""

    owner: ClassVar[Owner] = "surface"
    limits: ClassVar[Limits] = {"corner": _CORNER}
    corner: int | None


class EditDraft(Request, frozen=True):
    """Edit the pattern at hand in the sketchbook; `press` as in `EditPattern`."""

    owner: ClassVar[Owner] = "studio"
    edit: AnyPatternEdit
    press: int = 0


class RenameDraft(Request, frozen=True):
    """Call draft `number` of the sketchbook something else; None: the pattern at hand, which is kept by that."""

    owner: ClassVar[Owner] = "studio"
    name: str
    number: int | None = None

    def check(self) -> None:
        check_name(self.name)


class UndoDraft(Request, frozen=True):
    """Take back the last edit of the pattern at hand, or (`again`) that."""

    owner: ClassVar[Owner] = "studio"
    again: bool = False
