"""The set list: presets in the order of the show, each with a note for whoever plays."""

from collections.abc import Collection, Sequence

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


def step(
    entries: Sequence[SetEntry], place: int, playing: str, by: int, presets: Collection[str]
) -> tuple[int, tuple[str, ...]]:
    """The place `by` (1 or -1) further on, and what was passed over on the way because none of `presets` is called so.

    Where another preset plays than one of the set, the kept `place` is next, and the one before it the previous.
    `ValueError` at an end.
    """
    here = place_of(entries, place, playing)
    if here is not None:
        at = here + by
    else:
        at = min(max(place, 0), len(entries) - 1) if by > 0 else min(place, len(entries)) - 1
    known, missing = {name.casefold() for name in presets}, list[str]()
    while 0 <= at < len(entries) and entries[at].preset.casefold() not in known:
        missing.append(entries[at].preset)
        at += by
    if not 0 <= at < len(entries):
        end = f"This is the {'last' if by > 0 else 'first'} preset of the set list."
        raise ValueError(f"{end} {passed_over(missing)}".rstrip())
    return at, tuple(missing)


def passed_over(missing: Sequence[str]) -> str:
    """What is said of presets of the set that there are none of; empty where there are all."""
    names = ", ".join(f"“{name}”" for name in dict.fromkeys(missing))
    return f"Skipped {names}: no such preset." if names else ""


def in_words(entries: Sequence[SetEntry], place: int) -> str:
    """What is said when a place of the set is reached."""
    entry = entries[place]
    note = f" {entry.note}" if entry.note else ""
    return f"{place + 1} of {len(entries)}: {entry.preset}.{note}"
