"""What a pattern that was made is called: short, and by what was done to what."""

import re
from collections.abc import Collection, Sequence

from livemusic.session.preset import Clip
from livemusic.session.short_name import MADE, free_name, shortened
from livemusic.session.sketchbook import (
    AnyRecipe,
    Between,
    Clean,
    Edited,
    Figures,
    Invent,
    Landmark,
    Played,
    Tapped,
    Touch,
    Vary,
    Way,
    shares,
)
from livemusic.sketch.style_names import in_words

#: What was done last is said, what was done before is not: House, varied, edited would grow without end.
_DONE = re.compile(r", (continued|varied|cleaned|humanised|new figures|edited)( \d+)?$")
#: A weight so small is not heard.
_HEARD = 0.005


def draft_name(recipe: AnyRecipe, taken: Collection[str] = ()) -> str:
    """A name for what `recipe` makes that none of the `taken` ones is: Funk sketch 3, House, varied, Tapped 2."""
    start, end = _told(recipe)
    name = f"{shortened(start, MADE - len(end))}{end}"
    return free_name(name, taken)


def _told(recipe: AnyRecipe) -> tuple[str, str]:
    """What can be shortened of a name, and what comes after that."""
    match recipe:
        case Invent(start=None, style=style):
            return (f"{in_words(style)} sketch" if style else "Sketch"), ""
        case Invent(start=Clip() as start):
            return _origin(start), ", continued"
        case Vary(clip=clip):
            return _origin(clip), ", varied"
        case Clean(clip=clip):
            return _origin(clip), ", cleaned"
        case Touch(clip=clip):
            return _origin(clip), ", humanised"
        case Tapped():
            return "Tapped", ""
        case Between(clips=clips):
            return _mix(clips, shares(recipe))
        case Way(clips=clips):
            return _pair(clips[0], clips[-1], " → ", " morph")
        case Landmark(style=style):
            return (f"{in_words(style)} groove" if style else "Map groove"), ""
        case Figures(clip=clip):
            return _origin(clip), ", new figures"
        case Played():
            return f"Take {recipe.take}, pass {recipe.number}", f" in {recipe.corner}" if recipe.corner else ""
        case Edited(clip=clip):
            return _origin(clip), ", edited"
    raise TypeError(f"{recipe!r} has no name")


def _mix(clips: Sequence[Clip], parts: Sequence[float]) -> tuple[str, str]:
    """The two patterns that are heard most and how far it is from one to the other, or how many more there are."""
    heard = [number for number, part in enumerate(parts) if part >= _HEARD]
    most = sorted(range(len(parts)), key=lambda number: -parts[number])[:2]
    first, second = (clips[number] for number in sorted(most))
    if len(heard) > 2:
        return _pair(first, second, " + ", f" + {len(heard) - 2} more")
    return _pair(first, second, " → ", f" {100 * parts[max(most)]:.0f} %")


def _pair(first: Clip, second: Clip, between: str, end: str) -> tuple[str, str]:
    """Two names with as much of each as there is room for."""
    room = MADE - len(between) - len(end)
    a, b = _origin(first), _origin(second)
    least = room // 2
    a = shortened(a, max(least, room - len(b)))
    return f"{a}{between}{shortened(b, room - len(a))}", end


def _origin(clip: Clip) -> str:
    """The name of a clip without what was done to it."""
    return _DONE.sub("", clip.name) or "Pattern"
