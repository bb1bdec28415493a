"""What every request has in common, and the two plain replies. All are frozen `msgspec` structs; nothing is pickled."""

import re
from collections.abc import Callable
from typing import ClassVar, Literal

import msgspec

from livemusic.music.kit import VOICE_NAMES
from livemusic.session.preset import CORNER_LETTERS

#: Who does what is asked: a core by its name, the `sound` process, or the `engine` itself, at once.
Owner = Literal[
    "sync",
    "transport",
    "listen",
    "song",
    "takes",
    "analysis",
    "surface",
    "loader",
    "studio",
    "answer",
    "perform",
    "matching",
    "mixer",
    "sound",
    "engine",
]
Limits = dict[str, tuple[float, float]]

#: What a number says where a request's words are told.
_IN_WORDS: dict[str, Callable[[int], str]] = {
    "voice": lambda voice: VOICE_NAMES[voice],
    "corner": lambda corner: f"in {CORNER_LETTERS[corner]}",
    "number": lambda number: str(number + 1),
    "bars": lambda bars: f"{bars} bar{'' if bars == 1 else 's'}",
}


class Request(msgspec.Struct, frozen=True, tag=True, tag_field="verb"):
    """Base of everything a client may ask. `owner` does it; `limits`: least and most of its numbers, by field."""

    owner: ClassVar[Owner] = "engine"
    limits: ClassVar[Limits] = {}

    def called(self) -> str:
        """What undo calls it: its type's name as words, or that of the `edit` in it, and which drum, corner or number.
        Empty: what it changes."""
        what = getattr(self, "edit", self)
        words = [re.sub(r"(?<!^)(?=[A-Z])", " ", type(what).__name__).lower()]
        for name, say in _IN_WORDS.items():
            value = getattr(what, name, getattr(self, name, None))
            if isinstance(value, int) and not isinstance(value, bool):
                words.append(say(value))
        if isinstance(on := getattr(self, "on", None), bool):
            words.append("on" if on else "off")
        return " ".join(words)

    def check(self) -> None:
        """`ValueError` with name and range where it asks for what cannot be."""
        for name, (low, high) in self.limits.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise ValueError(f"{name} {value:g} is outside {low:g}..{high:g}")


class Done(msgspec.Struct, frozen=True, tag=True, tag_field="verb"):
    """It was done."""


class Failed(msgspec.Struct, frozen=True, tag=True, tag_field="verb"):
    """It was not done; `reason` is a sentence for the musician."""

    reason: str
