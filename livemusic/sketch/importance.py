"""Which hits carry a groove, by where they are in the bar, how hard they are and on what drum."""

import numpy as np
import numpy.typing as npt

from livemusic.music.grid import HIT, STEPS_PER_BEAT, VELOCITY, Grid
from livemusic.music.kit import VOICE_COUNT, Voice

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Cells = npt.NDArray[np.intp]

#: How much each drum matters besides where and how hard it is struck.
_DRUMS = np.array([0.7, 0.7, 0.35, 0.35, 0.2, 0.2, 0.2, 0.5, 0.4])
_FIRM = 1.4
#: A snare on a beat that is so loud beside the loudest is a backbeat.
_BACKBEAT = 0.6
#: So much more than anything else does what holds the bar together matter.
_FRAME = 10.0


def strength(steps: int, bar: int) -> npt.NDArray[np.intp]:
    """How strong each step is: 4 on bar lines, 3 in the middle of a bar of whole beats, 2 on beats, 1 on eighths, 0
    between them. `bar`: its sixteenths."""
    place = np.arange(steps) % bar
    middle = (place == bar // 2) & (bar % (2 * STEPS_PER_BEAT) == 0)
    return np.select([place == 0, middle, place % STEPS_PER_BEAT == 0, place % 2 == 0], [4, 3, 2, 1], 0)


def frame(grid: Grid, bar: int) -> Bools:
    """What holds the bars together `(steps, 9)`: kicks on bar lines and the backbeat."""
    strong = strength(grid.steps, bar)
    found = np.zeros((grid.steps, VOICE_COUNT), bool)
    found[:, Voice.KICK] = grid.hits[:, Voice.KICK] & (strong == 4)
    loud = grid.values[:, Voice.SNARE, VELOCITY]
    on_beats = grid.hits[:, Voice.SNARE] & (strong >= 2) & (strong < 4)
    found[:, Voice.SNARE] = on_beats & (loud >= _BACKBEAT * loud.max(initial=0.0))
    return found


def importance(grid: Grid, bar: int) -> Floats:
    """How much each hit `(steps, 9)` matters; 0 where there is none."""
    strong = strength(grid.steps, bar)[:, None] / 4
    matters = strong + _FIRM * grid.values[..., VELOCITY] + _DRUMS + _FRAME * frame(grid, bar)
    return np.asarray(matters * (grid.values[..., HIT] > 0), np.float64)


def ordered(cells: Cells, scores: Floats, bar: int) -> Cells:
    """`cells` `(n, 2)`, steps and voices, those with the highest of `scores` `(n,)` first; of equals those that are at
    the same place of each bar follow one another."""
    step, voice = cells.T
    order: Cells = np.lexsort((step, voice, step % bar, -np.round(scores, 3)))
    return cells[order]
