"""One thing that can be done, and the ways there are to do it: by a control that learned it, by key, menu and OSC."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from livemusic.engine.messages import AnyRequest
from livemusic.engine.snapshot import Snapshot
from livemusic.network.address import Number, Value, Word

Argument = Number | Word
#: What OSC tells of a snapshot, with the arguments that set it; several where there is one for each number.
Tell = Callable[[Snapshot], tuple[tuple[Value, ...], ...]]
#: Numbers are told to so many digits.
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Trigger:
    """Acts whenever it is pressed. `lit`: whether its light is on."""

    act: Callable[[Snapshot], AnyRequest]
    lit: Callable[[Snapshot], bool] | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """Acts while it is held down: on when pressed, off when let go."""

    act: Callable[[bool], AnyRequest]
    lit: Callable[[Snapshot], bool]


@dataclass(frozen=True, slots=True)
class Fader:
    """Goes from 0 to 1."""

    move: Callable[[float], AnyRequest]
    value: Callable[[Snapshot], float | None]


@dataclass(frozen=True, slots=True)
class Drum:
    """A drum of its own, played as hard as the pad is hit."""

    voice: int


@dataclass(frozen=True, slots=True)
class Program:
    """A program change picks the preset of its number."""


Target = Trigger | Held | Fader | Drum | Program


class Kind(Protocol):
    """What sort of thing it is: `arguments`, `request` and `told` for OSC, `targets` for controls that learn.

    `told`: None where there is nothing that stays, so nothing to tell.
    """

    @property
    def arguments(self) -> tuple[Argument, ...]: ...

    @property
    def told(self) -> Tell | None: ...

    def request(self, *arguments: Value) -> AnyRequest: ...

    def targets(self, name: str) -> Mapping[str, Target]: ...


@dataclass(frozen=True, slots=True)
class Press:
    """Something that is done at once."""

    make: Callable[[], AnyRequest]
    lit: Callable[[Snapshot], bool] | None = None

    @property
    def arguments(self) -> tuple[Argument, ...]:
        return ()

    @property
    def told(self) -> Tell | None:
        lit = self.lit
        return None if lit is None else lambda now: ((int(lit(now)),),)

    def request(self, *arguments: Value) -> AnyRequest:
        return self.make()

    def targets(self, name: str) -> Mapping[str, Target]:
        return {name: Trigger(lambda now: self.make(), self.lit)}


@dataclass(frozen=True, slots=True)
class Switch:
    """Something that is on or off. `held`: a control keeps it on only while it is pressed."""

    make: Callable[[bool], AnyRequest]
    on: Callable[[Snapshot], bool]
    held: bool = False

    @property
    def arguments(self) -> tuple[Argument, ...]:
        return (Number("on", 0, 1, whole=True),)

    @property
    def told(self) -> Tell:
        return lambda now: ((int(self.on(now)),),)

    def request(self, *arguments: Value) -> AnyRequest:
        return self.make(bool(arguments[0]))

    def targets(self, name: str) -> Mapping[str, Target]:
        return {
            name: Held(self.make, self.on) if self.held else Trigger(lambda now: self.make(not self.on(now)), self.on)
        }


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of `argument`'s range; a knob goes from `low` to `high` of it, all of the range where that is None."""

    argument: Number
    make: Callable[[float], AnyRequest]
    value: Callable[[Snapshot], float]
    low: float | None = None
    high: float | None = None

    @property
    def arguments(self) -> tuple[Argument, ...]:
        return (self.argument,)

    @property
    def told(self) -> Tell:
        return lambda now: ((plainly(self.argument, self.value(now)),),)

    def request(self, *arguments: Value) -> AnyRequest:
        return self.make(float(arguments[0]))

    def targets(self, name: str) -> Mapping[str, Target]:
        low = self.argument.low if self.low is None else self.low
        span = (self.argument.high if self.high is None else self.high) - low
        return {name: Fader(lambda part: self.make(low + span * part), lambda now: (self.value(now) - low) / span)}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of `words`: a knob goes through them, and where there are two a button changes between them."""

    argument: str
    words: tuple[str, ...]
    make: Callable[[str], AnyRequest]
    value: Callable[[Snapshot], str]

    @property
    def arguments(self) -> tuple[Argument, ...]:
        return (Word(self.argument, self.words),)

    @property
    def told(self) -> Tell:
        return lambda now: ((self.value(now),),)

    def request(self, *arguments: Value) -> AnyRequest:
        return self.make(str(arguments[0]))

    def next(self, now: Snapshot) -> AnyRequest:
        """Change to the word after the one that is so."""
        return self.make(self.words[(self.words.index(self.value(now)) + 1) % len(self.words)])

    def targets(self, name: str) -> Mapping[str, Target]:
        words, last = self.words, len(self.words) - 1
        if last == 1:
            return {name: Trigger(self.next, lambda now: self.value(now) == words[1])}
        return {
            name: Fader(
                lambda part: self.make(words[min(int(part * len(words)), last)]),
                lambda now: words.index(self.value(now)) / last,
            )
        }


@dataclass(frozen=True, slots=True)
class Numbered:
    """One of `count` things of a kind, which controls know by numbers from 1."""

    argument: str
    count: int
    make: Callable[[int], AnyRequest]
    lit: Callable[[Snapshot, int], bool] | None = None

    @property
    def arguments(self) -> tuple[Argument, ...]:
        return (Number(self.argument, 0, self.count - 1, whole=True),)

    @property
    def told(self) -> Tell | None:
        lit = self.lit
        return None if lit is None else lambda now: tuple((each, int(lit(now, each))) for each in range(self.count))

    def request(self, *arguments: Value) -> AnyRequest:
        return self.make(int(arguments[0]))

    def targets(self, name: str) -> Mapping[str, Target]:
        return {f"{name} {number + 1}": self._target(number) for number in range(self.count)}

    def _target(self, number: int) -> Trigger:
        lit = self.lit
        return Trigger(lambda now: self.make(number), None if lit is None else lambda now: lit(now, number))


@dataclass(frozen=True, slots=True)
class Special:
    """What OSC says in its own way with `make`, and what controls learn in theirs, `learned`; either may be missing."""

    make: Callable[..., AnyRequest] | None = None
    arguments: tuple[Argument, ...] = ()
    learned: Mapping[str, Target] = field(default_factory=dict)
    told: Tell | None = None

    def request(self, *arguments: Value) -> AnyRequest:
        if self.make is None:
            raise ValueError("it cannot be said so")
        return self.make(*arguments)

    def targets(self, name: str) -> Mapping[str, Target]:
        return self.learned


def plainly(argument: Number, value: float) -> Value:
    """`value` as OSC tells it: a whole number where `argument` is one, else to some digits."""
    return round(value) if argument.whole else round(float(value), _DIGITS)


@dataclass(frozen=True, slots=True)
class Action:
    """A row of the table. `name` is kept in mappings and never changes; `words` stand in menus, help and lists.

    `kind` is None for what only the window can do. `keys`: the shortcuts, one for each of a numbered kind. `osc`: the
    address under `/livemusic/`, empty where there is none. `titles`: what the targets are called, if not `words`.
    """

    name: str
    group: str
    words: str
    kind: Kind | None = None
    keys: tuple[str, ...] = ()
    osc: str = ""
    titles: tuple[str, ...] = ()

    @property
    def targets(self) -> Mapping[str, Target]:
        """What a control can learn of it, by name."""
        return {} if self.kind is None else self.kind.targets(self.name)

    @property
    def titled(self) -> tuple[tuple[str, str], ...]:
        """The name of each target, and what it is called."""
        targets = self.targets
        return tuple(zip(targets, self.titles or (self.words,) * len(targets), strict=True))
