"""A knob, key or pedal of a controller, and what it was taught to do: remembered by the port's name."""

import msgspec

#: `control14` is a pair of controls (MSB `number`, LSB `number` + 32); `bend` and `pressure` have no number; `nrpn` and
#: `rpn` are (non-)registered parameters, 14 bits.
KINDS = ("note", "control", "control14", "bend", "pressure", "program", "nrpn", "rpn")
#: How an endless encoder says that it was turned; empty for a control that says where it is. Two's complement (1, 2 up,
#: 127, 126 down), 64 more or less (65 up, 63 down), a sign bit (1 up, 65 down), increment and decrement (96 and 97).
CODINGS = ("", "twos", "offset", "sign", "steps")
_PARAMETERS = ("nrpn", "rpn")
_CODING_WORDS = {
    "": "",
    "twos": ", endless (two’s complement)",
    "offset": ", endless (64 ± n)",
    "sign": ", endless (sign bit)",
    "steps": ", endless (up and down)",
}


class Control(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One control of the controller at `port`. `channel` 1..16; `number` 0..127: key, controller or program; 0..16383:
    parameter. `coding`: one of `CODINGS`; encoders are controls or parameters."""

    port: str
    kind: str
    channel: int
    number: int = 0
    coding: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"control kind {self.kind!r} must be one of {', '.join(map(repr, KINDS))}")
        if not 1 <= self.channel <= 16:
            raise ValueError(f"control channel {self.channel} is outside 1..16")
        most = 16383 if self.kind in _PARAMETERS else 127
        if not 0 <= self.number <= most:
            raise ValueError(f"control number {self.number} is outside 0..{most}")
        if self.coding not in CODINGS:
            raise ValueError(f"control coding {self.coding!r} must be one of {', '.join(map(repr, CODINGS))}")
        allowed = CODINGS if self.kind == "control" else ("", "steps") if self.kind in _PARAMETERS else ("",)
        if self.coding not in allowed:
            raise ValueError(f"control kind {self.kind!r} has no coding {self.coding!r}")
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
            "nrpn": f"NRPN {self.number}",
            "rpn": f"RPN {self.number}",
        }
        return f"{words[self.kind]}{_CODING_WORDS[self.coding]}, channel {self.channel}, {self.port}"


class Binding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`control` moves `target`, from `low` at its least to `high` at its most, both 0..1 of the target's range."""

    control: Control
    target: str
    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        if not (0.0 <= self.low <= 1.0 and 0.0 <= self.high <= 1.0):
            raise ValueError(f"binding of {self.target!r}: {self.low}..{self.high} is outside 0..1")
