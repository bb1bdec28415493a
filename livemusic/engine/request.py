"""What every request has in common, and the two plain replies. All are frozen `msgspec` structs; nothing is pickled."""

from typing import ClassVar, Literal

import msgspec

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
    "sound",
    "engine",
]
Limits = dict[str, tuple[float, float]]


class Request(msgspec.Struct, frozen=True, tag=True, tag_field="verb"):
    """Base of everything a client may ask. `owner` does it; `limits`: least and most of its numbers, by field."""

    owner: ClassVar[Owner] = "engine"
    limits: ClassVar[Limits] = {}

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
