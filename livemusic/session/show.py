"""How the path is shown: its colours in the window, and all of the stage."""

import msgspec

from livemusic.music.tempo import Seconds

#: What the colour of a point tells: when it was, in which section, how loud it was, or how lately.
COLOURS = ("time", "section", "loudness", "recency")
THEMES = ("Night", "Ember", "Aurora", "Neon", "Mono", "Paper")
WIDTHS = (0.5, 8.0)
TRAILS: tuple[Seconds, Seconds] = (2.0, 600.0)


class Show(msgspec.Struct, frozen=True):
    """`stage`: the path fills a screen. `theme`: one of `THEMES`; `colour`: one of `COLOURS`; `width` of the lines in
    pixels of a screen 1080 high; `trail`: so many seconds of the path are drawn, all of it from 600 on; `motion`: how
    much the camera moves with the music, 0..1; `hits`: drums glow as they are hit; `text`: names are written;
    `harmony`: the spiral of fifths is beside the path. `locked`: the window plays, and nothing in it can be edited,
    opened or closed.

    Theme, width, trail, motion and text are the stage's; colour, hits and harmony are the window's, too.
    """

    stage: bool = False
    theme: str = THEMES[0]
    colour: str = COLOURS[0]
    width: float = 2.0
    trail: Seconds = TRAILS[1]
    motion: float = 0.5
    hits: bool = True
    text: bool = False
    harmony: bool = False
    locked: bool = False
