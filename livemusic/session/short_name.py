"""Names short enough for a corner of the pad, and names that nothing else has."""

import re
from collections.abc import Collection

#: Names that are made are no longer, in characters.
MADE = 24
#: Nor are those that a musician gives.
GIVEN = 80


def shortened(name: str, most: int = MADE) -> str:
    """`name` in at most so many characters, with … at its end where some were left out."""
    return name if len(name) <= most else f"{name[: most - 1].rstrip(' ,')}…"


def free_name(name: str, taken: Collection[str], most: int = MADE) -> str:
    """`name`, with the next number where it is among the `taken` ones in any case: Funk, Funk 2, Funk 3."""
    known = {each.casefold() for each in taken}
    free = shortened(name, most)
    if free.casefold() not in known:
        return free
    numbered = re.fullmatch(r"(.*\D) (\d{1,3})", name)
    base, number = (numbered[1], int(numbered[2])) if numbered is not None else (name, 1)
    while free.casefold() in known:
        number += 1
        free = f"{shortened(base, most - len(f' {number}'))} {number}"
    return free


def check_name(name: str) -> None:
    """`ValueError` where `name` is none that can be shown."""
    if not name.strip() or not name.isprintable():
        raise ValueError("a name needs at least one letter and no line breaks")
    if len(name) > GIVEN:
        raise ValueError(f"a name has {GIVEN} characters at most, not {len(name)}")
