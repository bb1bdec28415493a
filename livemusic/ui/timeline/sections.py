"""The sections of a song as they are drawn over time."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from livemusic.latent.structure import letter
from livemusic.music.tempo import Seconds
from livemusic.ui.views.themes import theme_worn
from livemusic.ui.views.tint import Stretch


class Span(NamedTuple):
    """A section from `begin` to `end`, called `name`, in the colour `tone`; those of one `label` are alike."""

    begin: Seconds
    end: Seconds
    name: str
    tone: str
    label: int = 0


def spans(sections: Sequence[Stretch], names: Mapping[int, str]) -> tuple[Span, ...]:
    """Sections as they are drawn: in the colours that they have on the path; `names` by label, else A, B, C…"""
    tones = theme_worn().sections

    def drawn(each: Stretch) -> Span:
        name, tone = names.get(each.label) or letter(each.label), tones[each.label % len(tones)]
        return Span(each.start, each.end, name, tone, each.label)

    return tuple(map(drawn, sections))
