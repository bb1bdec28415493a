"""Edits of how recording goes: ramp, metronome, count-in, and the corner that is recorded into."""

from typing import ClassVar

from msgspec.structs import replace

from livemusic.engine.edits import Edit
from livemusic.engine.request import Limits
from livemusic.music.metronome import LEVEL_DB
from livemusic.music.tempo import MAX_BPM, MIN_BPM
from livemusic.session import edits
from livemusic.session.metronome import COUNT_INS, OUTPUTS
from livemusic.session.settings import RAMP_BARS, RECORD_TO, Session


class SetRamp(Edit, frozen=True):
    """Where the next ramp of the tempo goes, and in how many bars; what is None stays as it is."""

    limits: ClassVar[Limits] = {"bpm": (MIN_BPM, MAX_BPM), "bars": RAMP_BARS}
    together: ClassVar[str] = "ramp"
    bpm: float | None = None
    bars: int | None = None

    def called(self) -> str:
        return ""

    def made_of(self, session: Session) -> Session:
        given = {"ramp_bpm": self.bpm, "ramp_bars": self.bars}
        return edits.with_settings(session, **{name: value for name, value in given.items() if value is not None})


class SetMetronome(Edit, frozen=True):
    """Let the metronome click, and where; what is None stays as it is, see `session.metronome`."""

    limits: ClassVar[Limits] = {
        "count_in": (0, COUNT_INS[-1]),
        "channel": (1, 16),
        "accent": (0, 127),
        "beat": (0, 127),
    }
    on: bool | None = None
    count_in: int | None = None
    speakers: bool | None = None
    midi: bool | None = None
    channel: int | None = None
    accent: int | None = None
    beat: int | None = None
    outputs: str | None = None

    def check(self) -> None:
        super().check()
        if self.outputs is not None and self.outputs not in OUTPUTS:
            raise ValueError(f"outputs {self.outputs[:40]!r} must be one of {', '.join(OUTPUTS)}")

    def called(self) -> str:
        return ""

    def made_of(self, session: Session) -> Session:
        given = {name: getattr(self, name) for name in self.__struct_fields__ if getattr(self, name) is not None}
        return edits.with_settings(session, metronome=replace(session.settings.metronome, **given))


class SetClickLevel(Edit, frozen=True):
    """How loud the metronome is at the speakers, in dB."""

    limits: ClassVar[Limits] = {"db": LEVEL_DB}
    together: ClassVar[str] = "click level"
    db: float

    def called(self) -> str:
        return ""

    def made_of(self, session: Session) -> Session:
        return edits.with_settings(session, metronome=replace(session.settings.metronome, level_db=self.db))


class SetQuantise(Edit, frozen=True):
    """How far a recorded hit is moved to its step: `amount` 0 leaves it where it was played."""

    limits: ClassVar[Limits] = {"amount": (0.0, 1.0)}
    together: ClassVar[str] = "quantise"
    amount: float

    def called(self) -> str:
        return ""

    def made_of(self, session: Session) -> Session:
        return edits.with_settings(session, quantise=self.amount)


class SetRecordTo(Edit, frozen=True):
    """Record what is played by hand into a corner A to D, or into the one that is `nearest` to the hand."""

    to: str

    def check(self) -> None:
        if self.to not in RECORD_TO:
            raise ValueError(f"record to {self.to[:40]!r} must be one of {', '.join(RECORD_TO)}")

    def called(self) -> str:
        return ""

    def made_of(self, session: Session) -> Session:
        return edits.with_settings(session, record_to=self.to)
