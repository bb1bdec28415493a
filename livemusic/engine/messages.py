"""What the window (or the command line, or a test) may say to the engine, and what it hears back.

Every request has exactly one reply: a `Snapshot` to `Look`, otherwise `Done` or `Failed`. All are
frozen `msgspec` structs; nothing is pickled.
"""

import msgspec

from livemusic.session.settings import Session


class Request(msgspec.Struct, frozen=True, tag=True, tag_field="verb"):
    """Base of everything a client may ask."""


class Look(Request, frozen=True):
    """How is everything? `epoch` and `points` say how much of the path is known already, `revision` which session."""

    epoch: int = -1
    points: int = 0
    revision: int = -1


class Play(Request, frozen=True):
    """Start the drums from the top of the loop (or in time with the source, where it has a tempo)."""


class Stop(Request, frozen=True):
    """Stop the drums; sounding notes are ended."""


class Resume(Request, frozen=True):
    """Go on from where the drums were stopped (MIDI continue)."""


class Panic(Request, frozen=True):
    """Silence everything now: note-offs for all that sounds, then all-notes-off on every channel."""


class SetTempo(Request, frozen=True):
    """`bpm` 20..400, from the next planned tick."""

    bpm: float


class MovePad(Request, frozen=True):
    """`x` to the right, `y` upwards, 0..1; a hand on the pad ends following."""

    x: float
    y: float


class SetFollow(Request, frozen=True):
    """Let the path drive the pad (needs at least one captured anchor), or give it back to the hand."""

    on: bool


class SetLaunch(Request, frozen=True):
    """New patterns take over at the next `step`, the next `bar` or the next `4 bars`."""

    launch: str


class SetSwing(Request, frozen=True):
    """Delay every second sixteenth: `amount` 0 is straight, 1 a triplet."""

    amount: float


class Export(Request, frozen=True):
    """Write what was played in the last `bars` to the MIDI file `path`: the same events as at the port."""

    path: str
    bars: int


class Capture(Request, frozen=True):
    """Anchor a corner (0..3) where the path is now."""

    corner: int


class ClearAnchors(Request, frozen=True):
    """Forget all captured anchors."""


class Apply(Request, frozen=True):
    """Change to `session`, all of it or nothing."""

    session: Session


class TestNote(Request, frozen=True):
    """Send one audible note to port and kit."""


class Quit(Request, frozen=True):
    """End the engine cleanly."""


class Done(msgspec.Struct, frozen=True, tag=True, tag_field="verb"):
    """It was done."""


class Failed(msgspec.Struct, frozen=True, tag=True, tag_field="verb"):
    """It was not done; `reason` is a sentence for the musician."""

    reason: str


AnyRequest = (
    Look | Play | Stop | Resume | Panic | SetTempo | MovePad | SetFollow | SetLaunch | SetSwing | Export | Capture
    | ClearAnchors | Apply | TestNote | Quit
)  # fmt: skip
