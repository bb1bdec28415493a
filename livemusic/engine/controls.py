"""Everything that can be taught to a knob, key or pad, by name: what it asks of the engine, and where it stands."""

from collections.abc import Callable
from dataclasses import dataclass

from livemusic.engine import messages as say
from livemusic.engine.messages import AnyRequest
from livemusic.engine.snapshot import Snapshot
from livemusic.music.kit import VOICE_NAMES
from livemusic.session.preset import LAUNCHES, SCENES

#: The tempo of a knob's least and most: one bpm for each of a plain knob's 127 steps.
_SLOWEST, _FASTEST = 60.0, 187.0
_NUDGE = 0.02
_ON = 0.5


@dataclass(frozen=True, slots=True)
class Trigger:
    """Acts whenever it is pressed. `lit`: whether its light is on."""

    act: Callable[[Snapshot], AnyRequest | None]
    lit: Callable[[Snapshot], bool] | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """Acts while it is held down: on when pressed, off when let go."""

    act: Callable[[bool], AnyRequest]
    lit: Callable[[Snapshot], bool]


@dataclass(frozen=True, slots=True)
class Fader:
    """Goes from 0 to 1."""

    move: Callable[[float, Snapshot], AnyRequest]
    value: Callable[[Snapshot], float | None]


@dataclass(frozen=True, slots=True)
class Drum:
    """A drum of its own, struck as hard as the pad."""

    voice: int


@dataclass(frozen=True, slots=True)
class Program:
    """A program change picks the preset of its number."""


Target = Trigger | Held | Fader | Drum | Program


def _launch(value: float, now: Snapshot) -> AnyRequest:
    return say.SetLaunch(LAUNCHES[min(int(value * len(LAUNCHES)), len(LAUNCHES) - 1)])


def _blends(now: Snapshot) -> bool:
    return now.session is not None and now.session.preset.mode == "blend"


TARGETS: dict[str, Target] = {
    "play/stop": Trigger(
        lambda now: say.Stop() if now.transport.playing else say.Play(), lambda now: now.transport.playing
    ),
    "play": Trigger(lambda now: say.Play(), lambda now: now.transport.playing),
    "stop": Trigger(lambda now: say.Stop()),
    "resume": Trigger(lambda now: say.Resume()),
    "panic": Trigger(lambda now: say.Panic()),
    "tap": Trigger(lambda now: say.TapTempo()),
    "tempo": Fader(
        lambda value, now: say.SetTempo(_SLOWEST + value * (_FASTEST - _SLOWEST)),
        lambda now: (now.transport.bpm - _SLOWEST) / (_FASTEST - _SLOWEST),
    ),
    "tempo half": Trigger(lambda now: say.Octave(-1)),
    "tempo double": Trigger(lambda now: say.Octave(1)),
    "nudge earlier": Trigger(lambda now: say.Nudge(-_NUDGE)),
    "nudge later": Trigger(lambda now: say.Nudge(_NUDGE)),
    "hold": Trigger(lambda now: say.Hold(not now.transport.held), lambda now: now.transport.held),
    "swing": Fader(lambda value, now: say.SetSwing(value), lambda now: now.listen.swing),
    "pad x": Fader(lambda value, now: say.MovePad(value, now.listen.pad[1]), lambda now: now.listen.pad[0]),
    "pad y": Fader(lambda value, now: say.MovePad(now.listen.pad[0], value), lambda now: now.listen.pad[1]),
    "follow": Trigger(lambda now: say.SetFollow(not now.listen.follow), lambda now: now.listen.follow),
    "launch": Fader(_launch, lambda now: LAUNCHES.index(now.listen.launch) / (len(LAUNCHES) - 1)),
    **{
        f"capture {corner + 1}": Trigger(
            lambda now, corner=corner: say.Capture(corner),  # type: ignore[misc]
            lambda now, corner=corner: now.listen.anchors[corner] is not None,  # type: ignore[misc]
        )
        for corner in range(4)
    },
    "clear": Trigger(lambda now: say.ClearAnchors()),
    "trade/blend": Trigger(lambda now: say.SetMode("trade" if _blends(now) else "blend"), lambda now: _blends(now)),
    **{
        f"scene {number + 1}": Trigger(lambda now, number=number: say.LaunchScene(number))  # type: ignore[misc]
        for number in range(SCENES)
    },
    "record": Trigger(lambda now: say.SetRecord(not now.hands.record), lambda now: now.hands.record),
    "erase": Held(say.SetErase, lambda now: now.hands.erase),
    "undo": Trigger(lambda now: say.Undo(), lambda now: now.can_undo),
    "redo": Trigger(lambda now: say.Redo(), lambda now: now.can_redo),
    "next preset": Trigger(lambda now: say.StepPreset(1)),
    "previous preset": Trigger(lambda now: say.StepPreset(-1)),
    "preset": Program(),
    **{f"strike {name}": Drum(voice) for voice, name in enumerate(VOICE_NAMES)},
}


def target_of(name: str) -> Target:
    """The target called `name`, also `preset NAME` and `plugin PLACE NAME`; `ValueError` where there is none."""
    if name in TARGETS:
        return TARGETS[name]
    kind, _, rest = name.partition(" ")
    if kind == "preset" and rest:
        return Trigger(lambda now: say.GoPreset(rest))
    place, _, parameter = rest.partition(" ")
    if kind == "plugin" and place.isdecimal() and parameter:
        return Fader(lambda value, now: say.SetParameter(int(place), parameter, value), lambda now: None)
    raise ValueError(f"there is nothing called {name!r} that a control could do")
