"""What plugins say of themselves, in words and numbers that can be read at a glance."""

import re
from math import isfinite

from livemusic.sound.plugins.description import Parameter
from livemusic.sound.protocol import Control

UNKNOWN = "–"
_DECIMAL_COMMA = re.compile(r"([-+]?\d+),(\d{1,2}|\d{4,})")
#: Words in the names of controls that are reached for first, by any maker.
_USEFUL = frozenset(
    (
        "amount", "amp", "attack", "blend", "ceiling", "cutoff", "damp", "decay", "delay", "depth", "drive",
        "dry", "feedback", "freq", "frequency", "gain", "knee", "level", "limit", "makeup", "master", "mix",
        "output", "pan", "pitch", "pre-delay", "ratio", "release", "resonance", "reverb", "room", "saturation",
        "size", "sustain", "threshold", "time", "tone", "tune", "volume", "wet", "width",
    )
)  # fmt: skip
_LAST = ("bypass", "midi", "reserved", "unused", "program")
_SWITCH_STEPS = 2


def number(text: str) -> float | None:
    """`text` as a number, NaN and infinity among them; None where it is words.

    A comma is a decimal one, as plugins write it in some languages, but before three digits it may also set off
    thousands: those are words.
    """
    comma = _DECIMAL_COMMA.fullmatch(text.strip())
    try:
        return float(".".join(comma.groups()) if comma else text)
    except ValueError:
        return None


def short(amount: float) -> str:
    """A number with three digits that matter, and no minus before nothing."""
    decimals = 0 if abs(amount) >= 99.95 else 1 if abs(amount) >= 9.995 else 2
    text = f"{amount:.{decimals}f}"
    text = text[:-1] if decimals == 2 and text.endswith("0") else text
    return text.removeprefix("-") if not text.strip("-0.") else text


def value_text(control: Control, value: float) -> str:
    """Where a control is, as its plugin says it, at a readable length. `value`: where the hand has it, 0..1."""
    text, unit = control.text.strip(), control.parameter.unit.strip()
    if is_switch(control.parameter) and isfinite(value) and number(text or "0") is not None:
        return "On" if value >= 0.5 else "Off"
    return spoken(text, unit) or (f"{100 * value:.0f} %" if isfinite(value) else UNKNOWN)


def spoken(text: str, unit: str) -> str:
    """What a plugin says of a value, with its unit where that is not in it already: `-6.200000`, `dB` is `-6.2 dB`."""
    text = text.strip()
    amount = number(text)
    if amount is None:
        return text
    if not isfinite(amount):
        return "–∞ dB" if amount < 0 and unit == "dB" else UNKNOWN
    return f"{short(amount)} {unit}".rstrip()


def is_switch(parameter: Parameter) -> bool:
    """True for a control with two positions."""
    return parameter.steps == _SWITCH_STEPS


def is_dead(parameter: Parameter) -> bool:
    """True for a control that says the same wherever it is, as an empty list of programs does."""
    return not parameter.steps and parameter.low != "" and parameter.low == parameter.high


def by_use(controls: tuple[Control, ...]) -> tuple[Control, ...]:
    """The controls a hand reaches for first, then the others, then what is seldom touched; else as the plugin has them.

    Names are all there is to go by.
    """
    return tuple(sorted(controls, key=lambda control: _rank(control.parameter)))


def _rank(parameter: Parameter) -> int:
    name = parameter.name.casefold()
    if is_dead(parameter):
        return 3
    if any(word in name for word in _LAST):
        return 2
    return 0 if _USEFUL.intersection(name.replace("/", " ").split()) else 1


def range_text(parameter: Parameter) -> str:
    """From where to where a control goes and where it is when new, as far as the plugin says."""
    low, high, start = (spoken(text, parameter.unit) for text in (parameter.low, parameter.high, parameter.start))
    reach = f"{low} to {high}" if low and high and low != high else ""
    return ", ".join(part for part in (reach, f"new: {start}" if start else "") if part)


def latency_text(milliseconds: float) -> str:
    """How late a plugin makes the sound."""
    if not isfinite(milliseconds):
        return "latency unknown"
    return "no latency" if milliseconds < 0.05 else f"{milliseconds:.1f} ms"


def load_text(load: float) -> str:
    """How much of the time there is a plugin needs."""
    if not isfinite(load) or load < 0:
        return "load unknown"
    return "load < 1 %" if load < 0.005 else f"load {100 * load:.0f} %"


def sides_text(channels: int) -> str:
    """What there is to know about a plugin's channels; nothing where it is plain stereo."""
    return "mono, played once a side" if channels == 1 else ""
