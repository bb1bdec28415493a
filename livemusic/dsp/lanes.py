"""The drums as a listener tells them apart: from any hit at all down to the nine voices, coarse lanes above fine ones.

The finest lanes, the first nine, are the voices of the kit in their order. Every other lane is what a listener still
knows where he cannot tell its children apart.
"""

#: Names of all lanes; a lane is known by its index here.
LANES: tuple[str, ...] = (
    "kick", "snare", "closed hat", "open hat", "low tom", "mid tom", "high tom", "crash", "ride",
    "hat", "tom", "drum", "cymbal", "hit",
)  # fmt: skip
#: So many of them, the first, are voices.
VOICES = 9
HAT, TOM, DRUM, CYMBAL, HIT = range(VOICES, len(LANES))
#: The lane above each; -1 above the topmost.
PARENTS: tuple[int, ...] = (DRUM, DRUM, HAT, HAT, TOM, TOM, TOM, CYMBAL, CYMBAL, CYMBAL, DRUM, HIT, HIT, -1)
#: The lanes right below each.
CHILDREN: tuple[tuple[int, ...], ...] = tuple(
    tuple(child for child, parent in enumerate(PARENTS) if parent == lane) for lane in range(len(LANES))
)
#: Lanes by level, the finest first: what can be told apart if one can tell no more than that.
LEVELS: tuple[tuple[int, ...], ...] = (
    tuple(range(VOICES)),
    (0, 1, TOM, HAT, 7, 8),
    (DRUM, CYMBAL),
    (HIT,),
)


def above(lane: int) -> tuple[int, ...]:
    """All lanes above `lane`, the nearest first."""
    parent = PARENTS[lane]
    return () if parent < 0 else (parent, *above(parent))
