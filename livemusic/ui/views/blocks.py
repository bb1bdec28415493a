"""The hits of a grid as they are drawn."""

from dataclasses import dataclass, replace

from livemusic.music.grid import STEP, Grid
from livemusic.music.kit import VOICE_COUNT

#: How large an ornament is drawn beside a main hit.
_ORNAMENT = 0.5


@dataclass(frozen=True, slots=True)
class Block:
    """One hit as drawn: its `lane` (voice), where it starts in ticks from the loop's start, velocity 0..1.

    `room`: ticks to the lane's next hit. `size`: 1 for a main hit, less for an ornament. `main`: where its main hit is.
    """

    lane: int
    tick: float
    velocity: float
    room: float = STEP
    size: float = 1.0
    main: float = 0.0


def blocks_of(grid: Grid) -> tuple[Block, ...]:
    """All hits of a grid, to be drawn, in the order of its rows."""
    blocks = [
        Block(
            voice,
            step * STEP + offset,
            loud / 127,
            size=_ORNAMENT if number else 1.0,
            main=step * STEP + hits[0][1],
        )
        for step, voice, hits in grid.cells()
        for number, (loud, offset) in enumerate(hits)
    ]
    for voice in range(VOICE_COUNT):
        lane = sorted((block.tick, number) for number, block in enumerate(blocks) if block.lane == voice)
        for (tick, number), (following, _) in zip(lane, [*lane[1:], (grid.length + STEP, -1)], strict=False):
            blocks[number] = replace(blocks[number], room=following - tick)
    return tuple(blocks)
