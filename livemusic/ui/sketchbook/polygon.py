"""Between many corners: where they lie, and how much of each there is at a place.

Weights are Wachspress coordinates (E. L. Wachspress, A Rational Finite Element Basis, 1975): 1 at a corner, linear
along an edge, smooth inside, and the corners in their weights meet at the place again. On a square they are those of
the morph pad.
"""

from collections.abc import Sequence
from math import cos, pi, sin

Place = tuple[float, float]

MIDDLE: Place = (0.5, 0.5)


def corners(count: int) -> tuple[Place, ...]:
    """`count` places, x to the right, y upwards, 0..1: two ends, the corners of the pad in its order, or a ring."""
    if count < 2:
        raise ValueError(f"{count} corners are fewer than 2")
    if count == 2:
        return (0.0, 0.5), (1.0, 0.5)
    if count == 4:
        return (0.0, 1.0), (1.0, 1.0), (0.0, 0.0), (1.0, 0.0)
    turns = (2 * pi * number / count for number in range(count))
    return tuple((0.5 + 0.5 * sin(turn), 0.5 + 0.5 * cos(turn)) for turn in turns)


def ring(count: int) -> tuple[int, ...]:
    """The corners in the order in which the edge runs through them."""
    return (0, 1, 3, 2) if count == 4 else tuple(range(count))


def weights(count: int, place: Place) -> tuple[float, ...]:
    """How much of each of `count` corners there is at a place; they sum to 1."""
    some = corners(count)
    x, y = within(count, place)
    if count == 2:
        return 1.0 - x, x
    order = ring(count)
    edge = [some[number] for number in order]
    # the areas of the triangles that the place makes with each edge: zero on it
    areas = [max(0.0, _area((x, y), edge[n], edge[(n + 1) % count])) for n in range(count)]
    shares = [0.0] * count
    for n, number in enumerate(order):
        share = _area(edge[n - 1], edge[n], edge[(n + 1) % count])
        for other, area in enumerate(areas):
            if other not in (n, (n - 1) % count):
                share *= area
        shares[number] = share
    whole = sum(shares)
    return tuple(share / whole for share in shares) if whole > 0 else _nearest(some, (x, y))


def place_of(shares: Sequence[float]) -> Place:
    """Where the corners meet in these weights; the middle where there are none."""
    whole = sum(shares)
    if len(shares) < 2 or whole <= 0:
        return MIDDLE
    some = corners(len(shares))
    x, y = (sum(share * corner[axis] for share, corner in zip(shares, some, strict=True)) / whole for axis in (0, 1))
    return x, y


def within(count: int, place: Place) -> Place:
    """The place itself, or the nearest one on the edge where it lies outside."""
    some = corners(count)
    if count == 2:
        return min(1.0, max(0.0, place[0])), 0.5
    edge = [some[number] for number in ring(count)]
    if all(_area(place, a, b) >= 0 for a, b in zip(edge, (*edge[1:], edge[0]), strict=True)):
        return place
    feet = [_foot(place, a, b) for a, b in zip(edge, (*edge[1:], edge[0]), strict=True)]
    return min(feet, key=lambda foot: _far(place, foot))


def _area(a: Place, b: Place, c: Place) -> float:
    """Twice the area of a triangle, positive where it runs clockwise."""
    return (c[0] - a[0]) * (b[1] - a[1]) - (b[0] - a[0]) * (c[1] - a[1])


def _foot(place: Place, a: Place, b: Place) -> Place:
    """The point of an edge that is nearest to a place."""
    along = (b[0] - a[0], b[1] - a[1])
    part = ((place[0] - a[0]) * along[0] + (place[1] - a[1]) * along[1]) / (along[0] ** 2 + along[1] ** 2)
    part = min(1.0, max(0.0, part))
    return a[0] + part * along[0], a[1] + part * along[1]


def _far(a: Place, b: Place) -> float:
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2


def _nearest(some: Sequence[Place], place: Place) -> tuple[float, ...]:
    best = min(range(len(some)), key=lambda number: _far(some[number], place))
    return tuple(float(number == best) for number in range(len(some)))
