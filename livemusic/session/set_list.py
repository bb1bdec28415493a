"""The set list: presets in the order of the show, each with a note for whoever plays."""

from collections.abc import Sequence

import msgspec


class SetEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A preset by its name, and what is to be remembered then: a capo, brushes, who counts in."""

    preset: str
    note: str = ""

    def __post_init__(self) -> None:
        if not self.preset.strip():
            raise ValueError("an entry of a set list needs the name of a preset")


def place_of(entries: Sequence[SetEntry], place: int, playing: str) -> int | None:
    """Where in the set we are while the preset `playing` plays: at `place` if that is it, else where it first stands;
    None where it is not in the set."""
    if 0 <= place < len(entries) and entries[place].preset.casefold() == playing.casefold():
        return place
    return next((at for at, entry in enumerate(entries) if entry.preset.casefold() == playing.casefold()), None)


def step(entries: Sequence[SetEntry], place: int, playing: str, by: int) -> int:
    """The place `by` further on; where another preset plays, the kept `place` or the one before. `ValueError` at an
    end."""
    here = place_of(entries, place, playing)
    if here is None:
        return min(max(place, 0), len(entries) - 1) if by > 0 else max(0, min(place, len(entries)) - 1)
    if not 0 <= here + by < len(entries):
        raise ValueError(f"This is the {'last' if by > 0 else 'first'} preset of the set list.")
    return here + by


def in_words(entries: Sequence[SetEntry], place: int) -> str:
    """What is said when a place of the set is reached."""
    entry = entries[place]
    note = f" {entry.note}" if entry.note else ""
    return f"{place + 1} of {len(entries)}: {entry.preset}.{note}"
