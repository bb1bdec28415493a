"""What a section of the music is called, and what it carries."""

from collections.abc import Sequence

import msgspec

from livemusic.latent.structure import letter

#: So many kinds of sections can have a name or carry something.
SECTIONS = 26
_NAME_LENGTH = 40


class SectionNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`name` in place of its letter, where there is one. Where sections are followed, one begins with what it carries:
    a `corner` of the pad (0..3), a `scene` (0..7) or the `preset` of a name; one of them at most.
    """

    name: str = ""
    corner: int | None = None
    scene: int | None = None
    preset: str = ""

    def __post_init__(self) -> None:
        if len(self.name) > _NAME_LENGTH:
            raise ValueError(f"the name of a section has {_NAME_LENGTH} letters at most, not {len(self.name)}")
        for what, number, most in (("corner", self.corner, 3), ("scene", self.scene, 7)):
            if number is not None and not 0 <= number <= most:
                raise ValueError(f"the {what} {number} that a section carries is outside 0..{most}")
        if (self.corner is not None) + (self.scene is not None) + bool(self.preset) > 1:
            raise ValueError("a section carries a corner, a scene or a preset, not several")


#: What is noted of each label, A first.
Notes = Sequence[SectionNote | None]


def note_on(label: int, notes: Notes) -> SectionNote:
    """What is noted of a label, an empty note where that is nothing."""
    return (notes[label] if 0 <= label < len(notes) else None) or SectionNote()


def called(label: int, notes: Notes) -> str:
    """The name of a section: the one that was given to its label, or its letter."""
    return note_on(label, notes).name or letter(label)
