"""Every console can say everything: where it has no sign for something, a plain one stands in."""

import codecs
import sys
import unicodedata
from typing import TextIO

_NAME = "livemusic.plain"
#: What stands for our own signs. All ASCII, so that every console has it.
_PLAIN = {
    "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "−": "-", "…": "...", "·": "-", "•": "*",
    "✓": "+", "✗": "x", "×": "x", "→": "->", "←": "<-", "↑": "^", "↓": "v", "≤": "<=", "≥": ">=", "±": "+/-",
    "∞": "inf", "½": "1/2", "µ": "u", "♯": "#", "♭": "b", "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE",
    "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D",
}  # fmt: skip


def speak_plainly() -> None:
    """Let stdout and stderr put plain signs for those that they cannot encode, instead of raising or escaping them."""
    codecs.register_error(_NAME, _replace)
    for stream in (sys.stdout, sys.stderr):
        _teach(stream)


def plain(text: str) -> str:
    """`text` in ASCII: our own signs by what stands for them, letters without their accents, `?` for the rest."""
    return "".join(map(_plain, text))


def _plain(sign: str) -> str:
    if sign.isascii():
        return sign
    letters = "".join(letter for letter in unicodedata.normalize("NFKD", sign) if letter.isascii())
    return _PLAIN.get(sign) or letters or ("" if unicodedata.combining(sign) else "?")


def _replace(problem: UnicodeError) -> tuple[str, int]:
    if not isinstance(problem, UnicodeEncodeError):
        raise problem
    return plain(problem.object[problem.start : problem.end]), problem.end


def _teach(stream: TextIO | None) -> None:
    """A stand-in that a test or another program has put in a stream's place may have nothing to be taught."""
    change = getattr(stream, "reconfigure", None)
    if change is not None:
        change(errors=_NAME)
