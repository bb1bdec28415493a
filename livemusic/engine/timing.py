"""Requests on time: start, stop, and how fast."""

from typing import ClassVar

from livemusic.engine.request import Limits, Owner, Request
from livemusic.music.tempo import MAX_BPM, MIN_BPM, Seconds
from livemusic.session.metronome import COUNT_INS
from livemusic.session.settings import LEADERS, RAMP_BARS


class SyncRequest(Request, frozen=True):
    """For who sets the time and passes it on to the transport."""

    owner: ClassVar[Owner] = "sync"


class Play(SyncRequest, frozen=True):
    """Start the drums from the top of the loop (or in time with the source, where it has a tempo), after so many bars
    of `count_in`."""

    limits: ClassVar[Limits] = {"count_in": (0, COUNT_INS[-1])}
    count_in: int = 0


class Resume(SyncRequest, frozen=True):
    """Go on from where the drums were stopped (MIDI continue)."""


class Stop(SyncRequest, frozen=True):
    """Stop the drums; sounding notes are ended."""


class Panic(SyncRequest, frozen=True):
    """Silence everything now: note-offs for all that sounds, then all-notes-off on every channel."""


class SetTempo(SyncRequest, frozen=True):
    """`bpm` 20..400, from the next planned tick."""

    limits: ClassVar[Limits] = {"bpm": (MIN_BPM, MAX_BPM)}
    bpm: float


class TapTempo(SyncRequest, frozen=True):
    """One tap of the tempo; from the third on in time, it counts. `at`: when, where that is known; else now."""

    at: Seconds | None = None


class StepTempo(SyncRequest, frozen=True):
    """Faster (or slower) by `by` bpm, from the tempo that is played."""

    limits: ClassVar[Limits] = {"by": (-MAX_BPM, MAX_BPM)}
    by: float


class Ramp(SyncRequest, frozen=True):
    """From the next bar line on go to `bpm` within `bars`, by equal steps of tempo in equal stretches of music."""

    limits: ClassVar[Limits] = {"bpm": (MIN_BPM, MAX_BPM), "bars": RAMP_BARS}
    bpm: float
    bars: int


class SetLead(SyncRequest, frozen=True):
    """Let `leader` set the time from now on: one of `session.settings.LEADERS`, or `demo`, the demo song."""

    leader: str

    def check(self) -> None:
        if self.leader not in (*LEADERS, "demo"):
            raise ValueError(f"time from {self.leader[:40]!r} must be one of {', '.join(LEADERS)}, demo")


class GiveBack(SyncRequest, frozen=True):
    """Whoever set the time before a tempo was set by hand sets it again."""


class Nudge(SyncRequest, frozen=True):
    """Move the beat that is heard (or our own) by `beats`, -1..1, later where positive."""

    limits: ClassVar[Limits] = {"beats": (-1.0, 1.0)}
    beats: float
