"""Colours to tell styles, figures and patterns apart."""

from livemusic.ui import theme

#: Neighbours in a list look as different as they can.
_ORDER = (4, 0, 2, 7, 1, 3, 6, 8, 5)


def tone(number: int) -> str:
    """The colour of the `number`-th of many, from 0; after the ninth they come again, fainter each time."""
    times, place = divmod(number, len(_ORDER))
    name = theme.LANES[_ORDER[place]]
    return theme.mix(name, theme.FAINT, 1 - 0.5**times).name()
