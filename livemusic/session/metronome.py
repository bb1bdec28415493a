"""How the metronome clicks, and where it is heard."""

import msgspec

from livemusic.music.metronome import LEVEL_DB

COUNT_INS = (0, 1, 2)
#: The outputs of the sound device that it may be heard at: those of everything else, or a pair of its own.
OUTPUTS = ("main", *(f"{first}-{first + 1}" for first in range(3, 16, 2)))


class Metronome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`on`: it clicks while the drums play. `count_in`: so many bars are clicked before recording begins.

    `speakers`: it is heard there, as loud as `level_db`; the softest is silence. `midi`: it goes to the MIDI port, on
    its own `channel` 1..16, as the note `accent` on the first beat of a bar and `beat` on the others. `outputs`: one
    of `OUTPUTS`, the main ones where the device has no such.
    """

    on: bool = False
    count_in: int = 1
    level_db: float = -6.0
    speakers: bool = True
    midi: bool = False
    channel: int = 16
    accent: int = 76
    beat: int = 77
    outputs: str = "main"

    def __post_init__(self) -> None:
        if self.count_in not in COUNT_INS:
            raise ValueError(f"count_in {self.count_in} must be {', '.join(map(str, COUNT_INS))} bars")
        if self.outputs not in OUTPUTS:
            raise ValueError(f"metronome: outputs {self.outputs!r} must be one of {', '.join(map(repr, OUTPUTS))}")
        for name, low, high in (
            ("level_db", *LEVEL_DB),
            ("channel", 1, 16),
            ("accent", 0, 127),
            ("beat", 0, 127),
        ):
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"metronome: {name} {getattr(self, name):g} is outside {low:g}..{high:g}")

    @property
    def pairs(self) -> int:
        """How many pairs of outputs a device must have for it."""
        return OUTPUTS.index(self.outputs) + 1


def named_outputs(outputs: str) -> str:
    """What one of `OUTPUTS` is called, within a sentence."""
    return "main outputs" if outputs == OUTPUTS[0] else f"outputs {outputs.replace('-', '–')}"
