"""What a place for MIDI to go to has to be, and how one is found by name."""

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from livemusic.errors import DeviceError


class Out(Protocol):
    """Takes raw MIDI messages, each sent at once. Thread: one sends; another may ask `alive` and close."""

    @property
    def name(self) -> str:
        """As the musician knows it."""

    @property
    def alive(self) -> bool:
        """False once the port has vanished. Cheap enough to ask every second."""

    @property
    def flows(self) -> bool:
        """False while it is there but takes nothing, because its server stands still. As cheap as sending."""

    def send(self, data: bytes) -> None:
        """One message. `DeviceError` when the port is gone, `PortHeldError` while it takes nothing."""

    def close(self) -> None:
        """Let what was sent leave, then free the port; again does nothing."""


def find_port(wanted: str, names: Sequence[str], kind: str = "MIDI output") -> int:
    """The index in `names` of the port that `wanted` means.

    The exact name wins, then the same name whatever its case and its numbers (ALSA's `129:0`, Windows' trailing
    index: they change from day to day), then the only name that contains `wanted`. `DeviceError` lists what is there.
    """
    for matches in (
        [index for index, name in enumerate(names) if name == wanted][:1],
        [index for index, name in enumerate(names) if plain(name) == plain(wanted)],
        [index for index, name in enumerate(names) if wanted.strip() and plain(wanted) in plain(name)],
    ):
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise DeviceError(
                f"{kind} {wanted!r} could be {_listed(names[index] for index in matches)}. Give more of its name."
            )
    there = f"There is {_listed(names)}." if names else "There is none at all."
    raise DeviceError(f"No {kind} is named {wanted!r}. {there} Plug it in or choose another.")


def plain(name: str) -> str:
    """A port's name without the numbers a system appends, in lower case."""
    return re.sub(r"\s+\d+(:\d+)?$", "", name.strip()).casefold()


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)
