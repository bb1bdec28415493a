"""What making a film tells on its way, for a window: a line of JSON for each step."""

import msgspec

from livemusic.music.tempo import Seconds


class Filming(msgspec.Struct, frozen=True, tag=True):
    """So many seconds of so many are done."""

    done: Seconds
    whole: Seconds


class Filmed(msgspec.Struct, frozen=True, tag=True):
    """It is there."""

    path: str


class Failed(msgspec.Struct, frozen=True, tag=True):
    """It could not be made, and why."""

    reason: str


Step = Filming | Filmed | Failed


def as_line(step: Step) -> bytes:
    """For another program to read."""
    return msgspec.json.encode(step) + b"\n"
