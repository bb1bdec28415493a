"""What a hand did, from the MIDI of one controller, and the MIDI that shows it there."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from livemusic.midi.encoder import coding_of, may_turn, steps
from livemusic.midi.message import checked
from livemusic.midi.port import plain
from livemusic.music.event import CONTROL, NOTE_OFF, NOTE_ON, PITCH_BEND, note_on
from livemusic.session.control import Control

Seconds = float

_PROGRAM, _PRESSURE = 0xC0, 0xD0
_MOST, _MOST_14 = 127, 16383
_CENTRE = 8192
#: A least significant byte so soon after its most significant one belongs to it.
_PAIRED: Seconds = 0.03
_LSB = 32
#: Selecting a parameter, and the data that then go to it: (N)RPN, MIDI 1.0 detailed specification.
_SELECT = {98: ("nrpn", 0), 99: ("nrpn", 1), 100: ("rpn", 0), 101: ("rpn", 1)}
_MSB, _LSB_DATA, _UP, _DOWN = 6, 38, 96, 97
_DATA = (_MSB, _LSB_DATA, _UP, _DOWN)
_NO_PARAMETER = 0x3FFF
#: Channel mode messages, which no knob sends.
_MODES = 120
#: Closer than this a knob is where its target is.
_NEAR = 0.02
_ON = 0.5
_ECHOES = 64


@dataclass(frozen=True, slots=True)
class Gesture:
    """A control now stands at `value` 0..1; `pressed`: it is down, or past half of its way.

    `raw`: the 7 bits that it sent last, which is all that an endless encoder says.
    """

    control: Control
    value: float
    pressed: bool
    raw: int = field(default=0, compare=False)


@dataclass(slots=True)
class _Pair:
    """What came on control `number` and `number` + 32 of one channel, or on a parameter's two."""

    msb: int = 0
    lsb: int = 0
    at: Seconds = -float("inf")
    known: bool = False
    waits: bool = False


@dataclass(slots=True)
class _Parameter:
    """What is selected on a channel: of `kind`, by its two halves, lower first. `fresh`: no data have come since."""

    kind: str = ""
    halves: dict[str, list[int]] = field(default_factory=lambda: {"nrpn": [0, 0], "rpn": [0, 0]})
    fresh: bool = False
    lower_first: bool = False

    @property
    def number(self) -> int | None:
        """None while no parameter is selected."""
        low, high = self.halves.get(self.kind, (0x7F, 0x7F))
        return None if (high << 7 | low) == _NO_PARAMETER else high << 7 | low


class GestureReader:
    """Reads the messages of the controller at `port`, in the order they come.

    Two controls 32 apart, the lower less than 30 ms before the higher, are from then on one of 14 bits: it moves when
    its lower half comes, and is two plain controls again when the lower half fails to come. So it is with the two
    halves of a parameter's value, which may also come the lower first.

    `encoders`: channels and numbers of controls that are no halves of anything.
    """

    def __init__(self, port: str) -> None:
        self._port = port
        self._pairs: dict[tuple[int, int], _Pair] = {}
        self._parameters: dict[int, _Parameter] = {}
        self._values: dict[tuple[int, str, int], _Pair] = {}
        self.encoders: frozenset[tuple[int, int]] = frozenset()

    def read(self, data: bytes, at: Seconds) -> Gesture | None:
        """The gesture that `data`, arrived at `at`, makes; None for half a gesture, and for what no hand does.

        That is: clock and other system messages, polyphonic pressure, channel modes, parameters, and anything broken.
        """
        try:
            status = checked(data)[0]
        except ValueError:
            return None
        kind, channel = status & 0xF0, (status & 0x0F) + 1
        if kind in (NOTE_ON, NOTE_OFF):
            velocity = data[2] if kind == NOTE_ON else 0
            return Gesture(Control(self._port, "note", channel, data[1]), velocity / _MOST, velocity > 0)
        if kind == CONTROL:
            return self._control(channel, data[1], data[2], at)
        if kind == PITCH_BEND:
            raw = data[1] | data[2] << 7
            return Gesture(Control(self._port, "bend", channel), _from_bend(raw), raw > _CENTRE)
        if kind == _PRESSURE:
            return self._moved("pressure", channel, 0, data[1] / _MOST)
        if kind == _PROGRAM:
            return Gesture(Control(self._port, "program", channel, data[1]), 1.0, True)
        return None

    def _moved(self, kind: str, channel: int, number: int, value: float, raw: int = 0) -> Gesture:
        return Gesture(Control(self._port, kind, channel, number), value, value >= _ON, raw)

    def _control(self, channel: int, number: int, value: int, at: Seconds) -> Gesture | None:
        parameter = self._parameters.setdefault(channel, _Parameter())
        if number in _SELECT:
            parameter.kind, half = _SELECT[number]
            parameter.halves[parameter.kind][half] = value
            parameter.fresh = True
            return None
        if number >= _MODES:
            return None
        if number in _DATA and parameter.number is not None:
            return self._datum(parameter, parameter.number, channel, number, value, at)
        if number >= 2 * _LSB or number in _DATA or (channel, number) in self.encoders:
            return self._moved("control", channel, number, value / _MOST, value)
        pair = self._pairs.setdefault((channel, number % _LSB), _Pair())
        if number < _LSB:
            pair.known &= not pair.waits
            pair.msb, pair.at, pair.waits = value, at, pair.known
            return None if pair.known else self._moved("control", channel, number, value / _MOST, value)
        pair.waits = False
        pair.known |= 0.0 <= at - pair.at <= _PAIRED
        if not pair.known:
            return self._moved("control", channel, number, value / _MOST, value)
        return self._moved("control14", channel, number - _LSB, (pair.msb << 7 | value) / _MOST_14)

    def _datum(
        self, parameter: _Parameter, selected: int, channel: int, number: int, value: int, at: Seconds
    ) -> Gesture | None:
        """A half of a parameter's value, or a step of it."""
        kind = parameter.kind
        if number in (_UP, _DOWN):
            up = number == _UP
            return Gesture(Control(self._port, kind, channel, selected, "steps"), float(up), up, _step(number, value))
        pair = self._values.setdefault((channel, kind, selected), _Pair())
        if parameter.fresh:
            parameter.fresh, parameter.lower_first = False, number == _LSB_DATA
        if number == _LSB_DATA:
            pair.lsb = value
            if parameter.lower_first:
                pair.at = at
                return None
            pair.waits = False
            pair.known |= 0.0 <= at - pair.at <= _PAIRED
        else:
            pair.msb = value
            if parameter.lower_first:
                pair.known = 0.0 <= at - pair.at <= _PAIRED
            else:
                pair.known &= not pair.waits
                pair.at, pair.waits = at, pair.known
                if pair.known:
                    return None
            if not pair.known:
                return self._moved(kind, channel, selected, value / _MOST)
        return self._moved(kind, channel, selected, (pair.msb << 7 | pair.lsb) / _MOST_14)


def turn(control: Control, gesture: Gesture) -> int:
    """By how many steps `gesture` turns the endless encoder `control`."""
    if control.coding == "steps" and gesture.control.kind == "control":
        return steps("steps", gesture.raw) * (1 if gesture.control.number == _UP else -1)
    if control.coding == "steps":
        return steps("steps", abs(gesture.raw)) * (1 if gesture.raw > 0 else -1)
    return steps(control.coding, gesture.raw)


def _step(number: int, value: int) -> int:
    return max(value, 1) * (1 if number == _UP else -1)


def learned(gestures: Sequence[Gesture]) -> Control:
    """The control that made `gestures` in one turn, the last of them, with the coding that they show."""
    control = gestures[-1].control
    moved = [
        gesture
        for gesture in gestures
        if (gesture.control.kind, gesture.control.channel) == ("control", control.channel)
    ]
    if control.kind != "control":
        return control
    if control.number in (_UP, _DOWN) and {gesture.control.number for gesture in moved} <= {_UP, _DOWN}:
        both = len({gesture.control.number for gesture in moved}) == 2
        repeated = len(moved) > 1 and len({gesture.raw for gesture in moved}) == 1
        return msgspec.structs.replace(control, number=_UP, coding="steps") if both or repeated else control
    return msgspec.structs.replace(control, coding=coding_of([each.raw for each in moved if each.control == control]))


def undecided(gestures: Sequence[Gesture]) -> bool:
    """Whether more of the turn that made `gestures` would tell better what control it was."""
    control = gestures[-1].control
    if control.kind != "control":
        return False
    return control.number in (_UP, _DOWN) or may_turn([each.raw for each in gestures if each.control == control])


def matches(bound: Control, moved: Control) -> bool:
    """Whether moving `moved` moves what `bound` was taught: the same control at the port of that name.

    One of 14 bits is also its coarser half, and the other way round.
    """
    if (plain(bound.port), bound.channel) != (plain(moved.port), moved.channel):
        return False
    if bound.kind in ("bend", "pressure"):
        return bound.kind == moved.kind
    if bound.coding == "steps" and bound.kind == "control":
        return moved.kind == "control" and moved.number in (_UP, _DOWN)
    if moved.coding != (bound.coding if bound.coding == "steps" else ""):
        return False
    return bound.number == moved.number and _coarse(bound.kind) == _coarse(moved.kind)


def feedback(control: Control, value: float) -> tuple[bytes, ...]:
    """The messages that show `value` 0..1 on a controller: a light, a ring, a fader with a motor.

    None for what a controller cannot show: programs and pressure, and encoders of increments and decrements. The ring
    of lights around any other encoder shows places, though it sends none. Beyond 0..1 counts as its end.
    """
    if control.coding == "steps":
        return ()
    value, channel = min(max(0.0, value), 1.0), control.channel - 1
    match control.kind:
        case "note":
            return (note_on(channel, control.number, round(value * _MOST)),)
        case "control":
            return (bytes((CONTROL | channel, control.number, round(value * _MOST))),)
        case "control14":
            high, low = divmod(round(value * _MOST_14), 128)
            return (
                bytes((CONTROL | channel, control.number, high)),
                bytes((CONTROL | channel, control.number + _LSB, low)),
            )
        case "nrpn" | "rpn":
            high, low = divmod(round(value * _MOST_14), 128)
            first = 98 if control.kind == "nrpn" else 100
            halves = (first + 1, control.number >> 7), (first, control.number & 0x7F), (_MSB, high), (_LSB_DATA, low)
            return tuple(bytes((CONTROL | channel, number, half)) for number, half in halves)
        case "bend":
            high, low = divmod(_to_bend(value), 128)
            return (bytes((PITCH_BEND | channel, low, high)),)
    return ()


class Pickup:
    """Keeps a knob from making its target jump: it does nothing until it comes to, or passes, where the target is.

    One for each control. Once it has the target it keeps it, as long as nothing else moves that.
    """

    def __init__(self) -> None:
        self._last: float | None = None
        self._given: deque[float] = deque(maxlen=_ECHOES)

    def accept(self, value: float, current: float) -> bool:
        """Whether the knob, now at `value`, may move its target, which stands at `current`; both 0..1.

        The target may follow late: as long as it stands where the knob has just sent it, the knob has it.
        """
        last, self._last = self._last, value
        passed = last is not None and (last - current) * (value - current) <= 0.0
        if not (self._has(current) or passed or abs(value - current) <= _NEAR):
            self._given.clear()
            return False
        if not self._given:
            self._given.append(current)
        self._given.append(value)
        return True

    def _has(self, current: float) -> bool:
        for passed, given in enumerate(self._given):
            if abs(given - current) <= _NEAR:
                for _ in range(passed):
                    self._given.popleft()
                return True
        return False


def _coarse(kind: str) -> str:
    return "control" if kind == "control14" else kind


def _from_bend(raw: int) -> float:
    """0..1 with the centre at exactly one half: there is one step less above it than below."""
    return raw / (2 * _CENTRE) if raw <= _CENTRE else 0.5 + (raw - _CENTRE) / (2 * (_CENTRE - 1))


def _to_bend(value: float) -> int:
    return round(value * 2 * _CENTRE) if value <= 0.5 else _CENTRE + round((value - 0.5) * 2 * (_CENTRE - 1))
