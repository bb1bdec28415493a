"""The mixer's rows of the table of actions."""

from collections.abc import Callable
from dataclasses import dataclass

from livemusic.engine.action import Action, Amount, Fader, Press, Special, Target, Trigger, plainly
from livemusic.engine.messages import AnyRequest
from livemusic.engine.mixing import HearAll, MuteLanes, SetLane, SetMaster
from livemusic.engine.snapshot import Snapshot
from livemusic.music.kit import VOICE_NAMES
from livemusic.network.address import Number, Value
from livemusic.session.lane_mix import LEVELS_DB, MUTE_GROUPS, VELOCITY_SCALES, LaneMix, group_muted

_VOICE = Number("voice", 0, len(VOICE_NAMES) - 1, whole=True)
_ON = Number("on", 0, 1, whole=True)


@dataclass(frozen=True, slots=True)
class _Lane:
    """What is learned of one drum: a button for its mute and its solo, a knob for the rest."""

    voice: int

    def button(self, name: str) -> Trigger:
        def on(now: Snapshot) -> bool:
            return bool(getattr(now.mixer.lanes[self.voice], name))

        return Trigger(lambda now: _set(name, self.voice, not on(now)), on)

    def knob(self, name: str, low: float, high: float) -> Fader:
        def value(now: Snapshot) -> float:
            return (float(getattr(now.mixer.lanes[self.voice], name)) - low) / (high - low)

        return Fader(lambda part: _set(name, self.voice, low + part * (high - low)), value)


def _set(name: str, voice: int, value: Value) -> AnyRequest:
    kind = type(getattr(LaneMix(), name))
    return SetLane(int(voice), **{name: kind(value)})


def _row(name: str, words: str, field: str, argument: Number, each: Callable[[_Lane], Target]) -> Action:
    """A row whose targets are one for each drum."""
    return Action(
        name,
        "Mix",
        f"{words} a drum, 0 to 8" if argument is _ON else f"{words} of a drum, 0 to 8",
        Special(
            lambda voice, value: _set(field, voice, value),
            (_VOICE, argument),
            {f"{name} {drum}": each(_Lane(voice)) for voice, drum in enumerate(VOICE_NAMES)},
            lambda now: tuple(
                (voice, plainly(argument, getattr(lane, field))) for voice, lane in enumerate(now.mixer.lanes)
            ),
        ),
        osc=f"mix/{name}",
        titles=tuple(f"{words} the {d}" if argument is _ON else f"{words} of the {d}" for d in VOICE_NAMES),
    )


def _group_muted(now: Snapshot, number: int) -> bool:
    groups = now.mixer.groups
    return number < len(groups) and group_muted(groups[number], now.mixer.lanes)


def _group(number: int) -> Trigger:
    return Trigger(lambda now: MuteLanes(number, not _group_muted(now, number)), lambda now: _group_muted(now, number))


MIX_ACTIONS: tuple[Action, ...] = (
    _row("mute", "Mute", "mute", _ON, lambda lane: lane.button("mute")),
    _row("solo", "Solo", "solo", _ON, lambda lane: lane.button("solo")),
    _row("level", "Level", "level_db", Number("db", *LEVELS_DB), lambda lane: lane.knob("level_db", *LEVELS_DB)),
    _row("pan", "Pan", "pan", Number("pan", -1, 1), lambda lane: lane.knob("pan", -1.0, 1.0)),
    _row(
        "velocity",
        "MIDI velocity",
        "velocity",
        Number("scale", *VELOCITY_SCALES),
        lambda lane: lane.knob("velocity", *VELOCITY_SCALES),
    ),
    Action(
        "mute group",
        "Mix",
        "Mute a group of drums, 0 to 3",
        Special(
            lambda number, on: MuteLanes(int(number), bool(on)),
            (Number("number", 0, MUTE_GROUPS - 1, whole=True), _ON),
            {f"mute group {number + 1}": _group(number) for number in range(MUTE_GROUPS)},
            lambda now: tuple((number, int(_group_muted(now, number))) for number in range(MUTE_GROUPS)),
        ),
        osc="mix/group",
        titles=tuple(f"Mute group {number + 1}" for number in range(MUTE_GROUPS)),
    ),
    Action("unmute all", "Mix", "Unmute all drums, and no solo", Press(HearAll), osc="mix/clear"),
    Action(
        "master",
        "Mix",
        "Master level, in dB",
        Amount(Number("db", *LEVELS_DB), SetMaster, lambda now: now.mixer.master_db),
        osc="mix/master",
        titles=("Master level",),
    ),
)
