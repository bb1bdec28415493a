"""A knob, key or pedal of a controller, and what it was taught to do: remembered by the port's name."""

import msgspec

#: `control14` is a pair of controls (MSB `number`, LSB `number` + 32); `bend` and `pressure` have no number.
KINDS = ("note", "control", "control14", "bend", "pressure", "program")


class Control(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One control of the controller at `port`. `channel` 1..16; `number` 0..127: key, controller or program."""

    port: str
    kind: str
    channel: int
    number: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"control kind {self.kind!r} must be one of {', '.join(map(repr, KINDS))}")
        if not 1 <= self.channel <= 16:
            raise ValueError(f"control channel {self.channel} is outside 1..16")
        if not 0 <= self.number <= 127:
            raise ValueError(f"control number {self.number} is outside 0..127")
        if self.kind == "control14" and self.number > 31:
            raise ValueError(f"control number {self.number} of a 14-bit pair is outside 0..31")

    def __str__(self) -> str:
        words = {
            "note": f"note {self.number}",
            "control": f"control {self.number}",
            "control14": f"control {self.number} (14 bit)",
            "bend": "pitch bend",
            "pressure": "pressure",
            "program": f"program {self.number + 1}",
        }
        return f"{words[self.kind]}, channel {self.channel}, {self.port}"


class Binding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`control` moves `target`, from `low` at its least to `high` at its most, both 0..1 of the target's range."""

    control: Control
    target: str
    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        if not (0.0 <= self.low <= 1.0 and 0.0 <= self.high <= 1.0):
            raise ValueError(f"binding of {self.target!r}: {self.low}..{self.high} is outside 0..1")
