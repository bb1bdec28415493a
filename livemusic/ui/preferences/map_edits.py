"""Changes to a drum map as they are made by hand: notes as people write them, and one lane after another."""

import re
from collections.abc import Sequence

import msgspec

from livemusic.midi.message import note_name
from livemusic.music.kit import VOICE_NAMES
from livemusic.session.drum_map import DrumMap, Lane

CHANGED = " (changed)"
_STEPS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_NAMED = re.compile(r"([a-g])([#b♯♭]?)(-?\d)", re.IGNORECASE)


def note_text(note: int) -> str:
    """A note by number and name: `36  C1`."""
    return f"{note}  {note_name(note)}"


def note_of(text: str) -> int:
    """The note 0..127 that `36`, `C1` or `36  C1` means; `ValueError` where it means none."""
    words = text.split()
    first = words[0] if words else ""
    if first.isascii() and first.isdecimal():
        note = int(first[:4])
    elif named := _NAMED.fullmatch(first):
        letter, sign, octave = named.groups()
        note = _STEPS[letter.lower()] + {"#": 1, "♯": 1, "b": -1, "♭": -1}.get(sign.lower(), 0) + 12 * (int(octave) + 2)
    else:
        raise ValueError(f"{text.strip()[:20] or 'nothing'!r} is no note: write 36 or C1")
    if not 0 <= note <= 127:
        raise ValueError(f"note {first} is outside 0..127")
    return note


def notes_of(text: str) -> tuple[int, ...]:
    """The notes in `36, 35` or `C1 B0`, each once; `ValueError` names the one that is none."""
    return tuple(dict.fromkeys(note_of(word) for word in re.split(r"[,;\s]+", text) if word))


def notes_text(notes: Sequence[int]) -> str:
    """`36, 35`."""
    return ", ".join(map(str, notes))


def base_name(name: str) -> str:
    """The name of the map that a changed one was made from."""
    return name.removesuffix(CHANGED)


def shown_name(drum_map: DrumMap, known: Sequence[DrumMap]) -> str:
    """What `drum_map` is called where it is shown: one that differs from its namesake in `known` has been changed."""
    namesake = next((each for each in known if each.name == drum_map.name), drum_map)
    return drum_map.name if namesake == drum_map else drum_map.name + CHANGED


def with_lane(drum_map: DrumMap, voice: int, lane: Lane, known: Sequence[DrumMap] = ()) -> DrumMap:
    """`drum_map` with `lane` for `voice`: what it hears no other voice hears.

    It is called `NAME (changed)`, unless it has become the map of that name in `known` again.
    """
    lanes = [
        msgspec.structs.replace(other, hears=tuple(note for note in other.hears if note not in lane.hears))
        for other in drum_map.lanes
    ]
    lanes[voice] = lane
    name = base_name(drum_map.name)
    unchanged = any(each.name == name and each.lanes == tuple(lanes) for each in known)
    return DrumMap(name if unchanged else name + CHANGED, tuple(lanes))


def moved(drum_map: DrumMap, voice: int, notes: Sequence[int]) -> str:
    """A sentence on those of `notes` that another voice than `voice` hears until now; empty where there is none."""
    before = {note: drum_map.voice(note) for note in notes}
    taken = [
        f"{note_name(note)} ({note}) from the {VOICE_NAMES[other]}"
        for note, other in before.items()
        if other not in (None, voice)
    ]
    return f"Taken over: {', '.join(taken)}." if taken else ""
