"""How a groove is performed: how busy, how tricky and how hard, with what fills, in which feel, and how it varies."""

import msgspec

from livemusic.music.kit import VOICE_COUNT

#: The feel at the same tempo: as written, the backbeat half as often, or everything twice as often.
FEELS = ("normal", "half", "double")
#: After how many bars a fill or a variation comes; 0 for never.
FILLS_EVERY = (0, 4, 8)
VARIES_EVERY = (0, 2, 4, 8)
#: So many ways there are to vary the same bars.
VARIATIONS = 1 << 16


class Dials(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What can be turned up and down of a drum or of all: each -1..1, and at 0 it is as written.

    `density`: fewer or more hits. `complexity`: straighter or more syncopated, with about as many hits. `intensity`:
    softer or harder, at the top with open hats and crashes. `ValueError` outside -1..1.
    """

    density: float = 0.0
    complexity: float = 0.0
    intensity: float = 0.0

    def __post_init__(self) -> None:
        for name in DIALS:
            if not -1.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} {getattr(self, name):g} is outside -1..1")


DIALS = Dials.__struct_fields__


class Performance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is made of a groove while it is played; as it is by default, nothing.

    `whole`: the dials of all drums; `lanes`: what is added for each drum, from the kick on. A fill ends every
    `fill_every` bars (0: never); `fill_amount` 0..1 makes it longer, from a beat to a bar, and busier. `feel`: see
    `FEELS`. One bar in `vary_every` (0: none) is played differently each time, `vary_amount` 0..1 of it; another
    `vary_seed`, below `VARIATIONS`, varies all of them otherwise. `ValueError` for anything else.
    """

    whole: Dials = Dials()
    lanes: tuple[Dials, ...] = ()
    fill_every: int = 0
    fill_amount: float = 0.5
    feel: str = "normal"
    vary_every: int = 0
    vary_amount: float = 0.3
    vary_seed: int = 0

    def __post_init__(self) -> None:
        if len(self.lanes) > VOICE_COUNT:
            raise ValueError(f"a performance has the dials of {VOICE_COUNT} drums at most, not of {len(self.lanes)}")
        for name, value, allowed in (
            ("fill_every", self.fill_every, FILLS_EVERY),
            ("vary_every", self.vary_every, VARIES_EVERY),
        ):
            if value not in allowed:
                raise ValueError(f"{name} {value} must be one of {', '.join(map(str, allowed))}")
        for name in ("fill_amount", "vary_amount"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} {getattr(self, name):g} is outside 0..1")
        if not 0 <= self.vary_seed < VARIATIONS:
            raise ValueError(f"vary_seed {self.vary_seed} is outside 0..{VARIATIONS - 1}")
        check_feel(self.feel)

    @property
    def reshapes(self) -> bool:
        """Whether it makes something else of the whole loop, not only of single bars."""
        return self.feel != "normal" or self.whole != Dials() or any(lane != Dials() for lane in self.lanes)

    @property
    def neutral(self) -> bool:
        """Whether all bars are as written."""
        return not (self.reshapes or self.fill_every or self.vary_every)

    def lane(self, voice: int) -> Dials:
        """What is added for a drum 0..8."""
        return self.lanes[voice] if voice < len(self.lanes) else Dials()

    def varied_anew(self) -> "Performance":
        """With other variations from now on."""
        return msgspec.structs.replace(self, vary_seed=(self.vary_seed + 1) % VARIATIONS)

    def turned(self, voice: int | None, **dials: float) -> "Performance":
        """With dials of a drum 0..8, or of all of them (None), turned to these values. `ValueError` outside -1..1."""
        if voice is None:
            return msgspec.structs.replace(self, whole=msgspec.structs.replace(self.whole, **dials))
        lanes = [*self.lanes, *[Dials()] * VOICE_COUNT][:VOICE_COUNT]
        lanes[voice] = msgspec.structs.replace(lanes[voice], **dials)
        while lanes and lanes[-1] == Dials():
            lanes.pop()
        return msgspec.structs.replace(self, lanes=tuple(lanes))


def check_feel(feel: str) -> str:
    """`feel` itself, or `ValueError` where it is none of `FEELS`."""
    if feel not in FEELS:
        raise ValueError(f"feel {feel!r} must be one of {', '.join(FEELS)}")
    return feel
