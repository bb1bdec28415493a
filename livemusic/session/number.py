"""Numbers as people type them: with a decimal point or a decimal comma, whatever the system's language."""

import unicodedata
from math import isfinite

#: Signs that stand for the decimal point, and those that stand for a minus.
_POINTS, _MINUSES = ",،٫", "−–"


def plain(text: str) -> str:
    """`text` with a point for every decimal sign and ASCII for every digit: `98,5` is `98.5`. As long as it was."""
    return "".join(map(_plain, text))


def read_number(text: str) -> float:
    """The number that `98.5`, `98,5` or `９８．５` means; `ValueError` where it is none, or not finite."""
    words = plain(text).strip()
    if not words or words.lstrip("+-")[:1] not in "0123456789." or "_" in words:
        raise ValueError(f"{text.strip()[:20] or 'nothing'!r} is not a number")
    try:
        value = float(words)
    except ValueError:
        raise ValueError(f"{text.strip()[:20]!r} is not a number") from None
    if not isfinite(value):
        raise ValueError(f"{text.strip()[:20]!r} is too large a number")
    return value


def read_numbers(text: str) -> list[float]:
    """The numbers in `0.5,0.25`, or in `0,5;0,25` where commas are decimal ones; `ValueError`."""
    return [read_number(part) for part in text.split(";" if ";" in text else ",")]


def _plain(sign: str) -> str:
    if sign.isascii() and sign != ",":
        return sign
    narrow = unicodedata.normalize("NFKC", sign)
    if sign in _POINTS or narrow in _POINTS:
        return "."
    if sign in _MINUSES:
        return "-"
    digit = unicodedata.decimal(sign, None)
    return str(digit) if digit is not None else narrow if len(narrow) == 1 else sign
