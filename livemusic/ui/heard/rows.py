"""How lanes are laid out in rows, as drums are noted: cymbals above, the kick at the bottom."""

from dataclasses import dataclass

from livemusic.dsp.lanes import LANES, VOICES
from livemusic.ui import theme

#: Names of the rows, from the top down.
ROWS: tuple[str, ...] = ("ride", "crash", "hi-hat", "toms", "snare", "kick")
_RIDE, _CRASH, _HATS, _TOMS, _SNARE, _KICK = range(len(ROWS))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a lane is drawn: in the rows from `top` to `bottom`, `lift` of a row above its middle; `tone`: its colour;
    `hollow`: an open hat; `sure`: a voice, not what is only known to be one of several.
    """

    top: int
    bottom: int
    tone: str
    lift: float = 0.0
    hollow: bool = False
    sure: bool = True


def _voice(voice: int, row: int, lift: float = 0.0, hollow: bool = False) -> Place:
    return Place(row, row, theme.LANES[voice], lift, hollow)


#: For every lane of `dsp.lanes`: its voices, then hat, tom, drum, cymbal, hit.
PLACES: tuple[Place, ...] = (
    _voice(0, _KICK),
    _voice(1, _SNARE),
    _voice(2, _HATS),
    _voice(3, _HATS, hollow=True),
    _voice(4, _TOMS, -0.26),
    _voice(5, _TOMS),
    _voice(6, _TOMS, 0.26),
    _voice(7, _CRASH),
    _voice(8, _RIDE),
    Place(_HATS, _HATS, theme.LANES[2], sure=False),
    Place(_TOMS, _TOMS, theme.LANES[5], sure=False),
    Place(_TOMS, _KICK, theme.MUTED, sure=False),
    Place(_RIDE, _HATS, theme.MUTED, sure=False),
    Place(_RIDE, _KICK, theme.MUTED, sure=False),
)
#: What each lane is called where there is room.
WORDS: tuple[str, ...] = (*LANES[:VOICES], "some hat", "some tom", "some drum", "some cymbal", "something")
