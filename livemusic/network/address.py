"""The OSC address space: what livemusic tells other programs, and what they may tell it.

Out: one message for each value below, under `/livemusic/`, numbers first, so that every program can use them; and how
all that can be set stands, at its own address.
In: one message for each control. A control without arguments may come with one number, as buttons send: it acts
unless the number is 0 (the button let go). Whole numbers may come as floats. Everything else is refused.
`addresses()` lists all of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from math import isfinite
from typing import ClassVar

from livemusic.dsp.lanes import LANES, VOICES
from livemusic.music.kit import VOICE_NAMES

PREFIX = "/livemusic/"
#: Messages a second.
_FINEST = 50.0
#: What both an OSC `i` and an OSC `f` can hold.
_LARGEST = 2**31 - 1
_NAME_LENGTH = 200

Value = float | int | str


@dataclass(frozen=True, slots=True)
class Address:
    """One line of the address space. `way`: `out`, `in` or both; `arguments`: each with its unit or range."""

    way: str
    path: str
    arguments: tuple[str, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class Told:
    """Base of what goes out: `path`, and how often a second at most (None: every one, a moment must not be lost)."""

    path: ClassVar[str]
    arguments: ClassVar[tuple[str, ...]]
    at_most: ClassVar[float | None] = None

    def values(self) -> "tuple[Value, ...]":
        """The OSC arguments, ints as OSC `i`, floats as `f`, words as `s`; `ValueError` where OSC cannot carry them."""
        values = tuple(field.type(getattr(self, field.name)) for field in fields(self))  # type: ignore[operator]
        if not all(isinstance(value, str) or (isfinite(value) and abs(value) <= _LARGEST) for value in values):
            raise ValueError(f"{self.path} {values} is not finite or too large")
        return values


@dataclass(frozen=True, slots=True)
class Point(Told):
    """Where the path is, and when it was there."""

    path: ClassVar = PREFIX + "point"
    arguments: ClassVar = ("x", "y", "z", "t seconds")
    at_most: ClassVar = _FINEST
    x: float
    y: float
    z: float
    t: float


@dataclass(frozen=True, slots=True)
class Ahead(Told):
    """Where the path is likely to be in a second, and how sure that is."""

    path: ClassVar = PREFIX + "ahead"
    arguments: ClassVar = ("x", "y", "z", "certainty 0..1")
    at_most: ClassVar = _FINEST
    x: float
    y: float
    z: float
    certainty: float


@dataclass(frozen=True, slots=True)
class Wide(Told):
    """Where the path is in the space of its embedder, in all its numbers."""

    path: ClassVar = PREFIX + "wide"
    arguments: ClassVar = ("as many numbers as the embedder gives",)
    at_most: ClassVar = _FINEST
    z: tuple[float, ...]

    def values(self) -> tuple[float | int, ...]:
        if not all(isfinite(number) for number in self.z):
            raise ValueError(f"{self.path} holds a number that is not finite")
        return self.z


@dataclass(frozen=True, slots=True)
class Beat(Told):
    """A beat begins."""

    path: ClassVar = PREFIX + "beat"
    arguments: ClassVar = ("bar from 1", "beat from 1", "bpm")
    bar: int
    beat: int
    bpm: float


@dataclass(frozen=True, slots=True)
class Hit(Told):
    """A drum is struck."""

    path: ClassVar = PREFIX + "hit"
    arguments: ClassVar = (
        "voice: " + ", ".join(f"{index} {name}" for index, name in enumerate(VOICE_NAMES)),
        "velocity 0..1",
    )
    voice: int
    velocity: float


@dataclass(frozen=True, slots=True)
class Heard(Told):
    """A drum was struck in the music that is heard."""

    path: ClassVar = PREFIX + "heard"
    arguments: ClassVar = (
        "lane: as voice, or where that is not sure "
        + ", ".join(f"{VOICES + i} {n}" for i, n in enumerate(LANES[VOICES:])),
        "velocity 0..1",
        "the lane's name",
    )
    lane: int
    velocity: float
    name: str


@dataclass(frozen=True, slots=True)
class Weights(Told):
    """How much each corner of the pad counts; the four sum to 1."""

    path: ClassVar = PREFIX + "weights"
    arguments: ClassVar = ("first", "second", "third", "fourth")
    at_most: ClassVar = _FINEST
    first: float
    second: float
    third: float
    fourth: float


@dataclass(frozen=True, slots=True)
class Level(Told):
    """How loud the music that is heard is."""

    path: ClassVar = PREFIX + "level"
    arguments: ClassVar = ("peak dB full scale", "rms dB full scale")
    at_most: ClassVar = _FINEST
    peak: float
    rms: float


@dataclass(frozen=True, slots=True)
class Playing(Told):
    """The drums start (1) or stop (0)."""

    path: ClassVar = PREFIX + "playing"
    arguments: ClassVar = ("0 or 1",)
    on: int


@dataclass(frozen=True, slots=True)
class Corner(Told):
    """Another corner of the pad is the nearest now."""

    path: ClassVar = PREFIX + "corner"
    arguments: ClassVar = ("corner: 0 top left, 1 top right, 2 bottom left, 3 bottom right",)
    corner: int


@dataclass(frozen=True, slots=True)
class Section(Told):
    """Another section of the music that is heard has begun."""

    path: ClassVar = PREFIX + "section"
    arguments: ClassVar = ("label: 0 is A", "its name", "1 where it was heard before")
    label: int
    name: str
    returned: int


@dataclass(frozen=True, slots=True)
class Loop(Told):
    """The music that is heard goes round in another loop now; 0 for none."""

    path: ClassVar = PREFIX + "loop"
    arguments: ClassVar = ("seconds", "beats, 0 where no tempo is known")
    seconds: float
    beats: int


@dataclass(frozen=True, slots=True)
class KeyTold(Told):
    """The music that is heard is in another key now, or in none that is sure."""

    path: ClassVar = PREFIX + "key"
    arguments: ClassVar = ("tonic: 0 C to 11 B, -1 none", "major, minor or -", "confidence 0..1", "its name")
    tonic: int
    mode: str
    confidence: float
    name: str


@dataclass(frozen=True, slots=True)
class ChordTold(Told):
    """Another chord is heard, or none."""

    path: ClassVar = PREFIX + "chord"
    arguments: ClassVar = ("root: 0 C to 11 B, -1 none", "its name, - for none")
    root: int
    name: str


@dataclass(frozen=True, slots=True)
class NoticeTold(Told):
    """The musician is told something, what was undone for one."""

    path: ClassVar = PREFIX + "notice"
    arguments: ClassVar = ("words",)
    words: str


@dataclass(frozen=True, slots=True)
class Centre(Told):
    """Where the tonal centre is on the spiral of fifths."""

    path: ClassVar = PREFIX + "centre"
    arguments: ClassVar = ("x", "y", "z, sqrt(2/15) a fifth")
    at_most: ClassVar = _FINEST
    x: float
    y: float
    z: float


@dataclass(frozen=True, slots=True)
class Stand:
    """How something that can be set stands now: at the address that sets it, with the same arguments.

    What is a button has one number, 1 while its light is on; what has a button for each number has that number first.
    """

    path: str
    told: tuple[Value, ...]

    def values(self) -> tuple[Value, ...]:
        """The OSC arguments; `ValueError` where OSC cannot carry them."""
        if not all(isinstance(value, str) or (isfinite(value) and abs(value) <= _LARGEST) for value in self.told):
            raise ValueError(f"{self.path} {self.told} is not finite or too large")
        return self.told


@dataclass(frozen=True, slots=True)
class SetEntryTold(Told):
    """Another entry of the set list plays, or it was written anew; 0 where none of it plays."""

    path: ClassVar = PREFIX + "setlist/entry"
    arguments: ClassVar = ("number from 1", "of how many", "preset", "its note")
    number: int
    count: int
    preset: str
    note: str


OUT: tuple[type[Told], ...] = (
    Point, Wide, Ahead, Beat, Hit, Heard, Weights, Level, Playing, Corner, Section, Loop, KeyTold, ChordTold, Centre,
    NoticeTold, SetEntryTold,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Number:
    """An argument from `low` to `high`; `whole` for counting."""

    name: str
    low: float
    high: float
    whole: bool = False

    def __str__(self) -> str:
        return f"{self.name} {self.low:g}..{self.high:g}"

    def read(self, value: object) -> Value:
        """`value` as a float or int; `ValueError` where it is none or outside."""
        if not isinstance(value, float | int) or not self.low <= value <= self.high:
            raise ValueError(f"{self.name} {value!r} is outside {self.low:g}..{self.high:g}")
        if self.whole and value != int(value):
            raise ValueError(f"{self.name} {value!r} is not a whole number")
        return int(value) if self.whole else float(value)


@dataclass(frozen=True, slots=True)
class Word:
    """An argument that is one of `choices`; any printable name where there are none."""

    name: str
    choices: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}: {' or '.join(self.choices)}" if self.choices else self.name

    def read(self, value: object) -> Value:
        """`value` as it is; `ValueError` where it is no word or none of the choices."""
        if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= _NAME_LENGTH:
            raise ValueError(f"{self.name} {value!r:.40} is not a name")
        if self.choices and value not in self.choices:
            raise ValueError(f"{self.name} {value!r:.40} is none of {', '.join(self.choices)}")
        return value


@dataclass(frozen=True, slots=True)
class Control:
    """Something another program may do, with the arguments it takes. `told`: how it stands goes out, see `Stand`."""

    path: str
    arguments: tuple[Number | Word, ...]
    meaning: str
    told: bool = False

    def read(self, values: Sequence[object]) -> tuple[Value, ...] | None:
        """The arguments, checked and typed; None when a button was let go; `ValueError` where they do not fit."""
        if not self.arguments and len(values) == 1:
            pressed = values[0]
            if not isinstance(pressed, float | int) or not isfinite(pressed):
                raise ValueError(f"{self.path} takes no argument but a button's number, not {pressed!r:.40}")
            return () if pressed else None
        if len(values) != len(self.arguments):
            raise ValueError(f"{self.path} takes {len(self.arguments)} arguments, not {len(values)}")
        return tuple(argument.read(value) for argument, value in zip(self.arguments, values, strict=True))


def addresses(controls: Mapping[str, Control]) -> tuple[Address, ...]:
    """The whole address space, for the help and the docs: what is told, and what `controls` take."""
    told = tuple(Address("out", kind.path, kind.arguments, _first_line(kind)) for kind in OUT)
    taken = tuple(
        Address("in, out" if control.told else "in", control.path, tuple(map(str, control.arguments)), control.meaning)
        for control in controls.values()
    )
    return told + taken


def _first_line(kind: type[Told]) -> str:
    line = (kind.__doc__ or "").splitlines()[0].rstrip(".")
    return line[:1].lower() + line[1:]
