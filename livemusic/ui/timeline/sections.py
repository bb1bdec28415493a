"""The sections of a song as they are drawn over time."""

from typing import NamedTuple

from livemusic.music.tempo import Seconds


class Span(NamedTuple):
    """A section from `begin` to `end`, called `name`, in the colour `tone`."""

    begin: Seconds
    end: Seconds
    name: str
    tone: str
