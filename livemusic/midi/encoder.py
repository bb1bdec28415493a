"""Endless encoders: what they send instead of a place, and how to tell which of the usual codings it is."""

from collections.abc import Sequence
from itertools import pairwise

#: One more than the largest step that a hand makes with one message.
_LARGE = 21
_REPEATED = 0.3
_SWEEP = 5
_CENTRE = 64


def steps(coding: str, raw: int) -> int:
    """By how many steps `raw`, 0..127, turns an encoder: positive to the right; `coding` as in `session.control`.

    Steps of increment and decrement messages are 1, unless the message carries a plausible number.
    """
    match coding:
        case "twos":
            return raw if raw < _CENTRE else raw - 2 * _CENTRE
        case "offset":
            return raw - _CENTRE
        case "sign":
            return raw if raw < _CENTRE else _CENTRE - raw
        case "steps":
            return raw if 0 < raw < _LARGE else 1
    raise ValueError(f"there is no coding {coding!r}")


def may_turn(values: Sequence[int]) -> bool:
    """Whether `values`, all that a control has sent, may be turns of an encoder rather than places of a knob."""
    return bool(values) and any(all(_small(coding, raw) for raw in values) for coding in ("twos", "offset", "sign"))


def coding_of(values: Sequence[int]) -> str:
    """The coding that `values`, sent in one turn by one control, are in; empty for places of a plain knob.

    A knob sends a value when it has another: it seldom repeats one, and leaps nowhere. Turned to one side only, an
    encoder may be of two codings; then the commoner is told, and `recoded` mends it at the first turn back.
    """
    fits = [coding for coding in ("twos", "offset", "sign") if all(_small(coding, raw) for raw in values)]
    if len(values) < 3 or not fits:
        return ""
    turned = [steps(fits[0], raw) for raw in values]
    if min(map(abs, turned)) > 2:
        return ""
    pairs = list(pairwise(values))
    repeated = sum(one == other for one, other in pairs) >= _REPEATED * len(pairs)
    leaps = min(turned) < 0 < max(turned) and any(abs(one - other) > 1 for one, other in pairs)
    sweep = len(set(values)) > _SWEEP and (list(values) in (sorted(values), sorted(values, reverse=True)))
    return fits[0] if (repeated or leaps) and not sweep else ""


def recoded(coding: str, raw: int) -> str:
    """The coding that an encoder taken for one of `coding` must be of, now that it has sent `raw`."""
    if coding == "steps" or raw == 0 or _small(coding, raw):
        return coding
    others = [other for other in ("twos", "offset", "sign") if _small(other, raw)]
    if coding == "twos" and "sign" in others:  # it was turned to the right only, and is now turned back
        return "sign"
    if coding == "offset" and raw < _LARGE:  # it was turned to the left only
        return "sign"
    return "twos" if coding == "sign" and others == ["twos"] else coding


def _small(coding: str, raw: int) -> bool:
    return 0 < abs(steps(coding, raw)) < _LARGE
