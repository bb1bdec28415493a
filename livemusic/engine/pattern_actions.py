"""The rows of the table of actions that edit a pattern: a control acts on the corner that is edited, OSC names one."""

from collections.abc import Callable, Mapping

from livemusic.engine.action import Action, Special, Target, Trigger
from livemusic.engine.messages import AnyRequest
from livemusic.engine.pattern_edits import EditPattern, SelectCorner
from livemusic.engine.snapshot import Snapshot
from livemusic.music.kit import VOICE_NAMES
from livemusic.network.address import Number
from livemusic.session.pattern_edits import (
    AnyPatternEdit,
    ClearLane,
    DoublePattern,
    DuplicateBar,
    FillLane,
    HalvePattern,
    RandomiseVelocity,
    RotateLane,
    SetStep,
)

_CORNER = Number("corner", 0, 3, whole=True)
_VOICE = Number("voice", 0, len(VOICE_NAMES) - 1, whole=True)
#: A pattern has so many steps at most.
_MOST_STEPS = 1024


def _select(now: Snapshot) -> AnyRequest:
    """Edit the corner that is heard most, or end that."""
    return SelectCorner(now.surface.corner if now.surface.selected is None else None)


def _trigger(edit: AnyPatternEdit) -> Trigger:
    """A button that does `edit` in the corner that is edited."""
    return Trigger(lambda now: EditPattern(now.surface.edited, edit))


def _whole(edit: AnyPatternEdit, name: str) -> Special:
    """What is done to a whole pattern."""
    return Special(lambda corner: EditPattern(corner, edit), (_CORNER,), {name: _trigger(edit)})


def _lanes(name: str, edit: Callable[[int], AnyPatternEdit], ending: str = "") -> dict[str, Target]:
    """A button for each voice."""
    return {f"{name} {voice}{ending}": _trigger(edit(number)) for number, voice in enumerate(VOICE_NAMES)}


def _lane(edit: Callable[..., AnyPatternEdit], arguments: tuple[Number, ...], learned: Mapping[str, Target]) -> Special:
    """What is done to a lane."""

    def make(corner: int, voice: int, *rest: float) -> AnyRequest:
        return EditPattern(corner, edit(voice, *rest))

    return Special(make, (_CORNER, _VOICE, *arguments), learned)


def _each(words: str) -> tuple[str, ...]:
    return tuple(words.format(voice) for voice in VOICE_NAMES)


PATTERN_ACTIONS: tuple[Action, ...] = (
    Action("edit pattern", "Pattern", "Edit the pattern",
           Special(lambda corner: SelectCorner(None if corner < 0 else corner), (Number("corner", -1, 3, whole=True),),
                   {"edit pattern": Trigger(_select, lambda now: now.surface.selected is not None)},
                   lambda now: ((-1 if now.surface.selected is None else now.surface.selected,),)),
           ("Ctrl+G",), "edit"),
    Action("duplicate bar", "Pattern", "Duplicate the last bar", _whole(DuplicateBar(), "duplicate bar"),
           osc="pattern/duplicate"),
    Action("double pattern", "Pattern", "Double the pattern", _whole(DoublePattern(), "double pattern"),
           osc="pattern/double"),
    Action("halve pattern", "Pattern", "Halve the pattern", _whole(HalvePattern(), "halve pattern"),
           osc="pattern/halve"),
    Action("step", "Pattern", "Set a step; velocity 0 removes its hit",
           _lane(lambda voice, step, velocity: SetStep(voice, step, round(127 * velocity)),
                 (Number("step", 0, _MOST_STEPS - 1, whole=True), Number("velocity", 0, 1)), {}),
           osc="step"),
    Action("clear lane", "Pattern", "Clear a lane", _lane(ClearLane, (), _lanes("clear lane", ClearLane)),
           osc="lane/clear", titles=_each("Clear the {} lane")),
    Action("fill lane", "Pattern", "Fill a lane on every so many steps",
           _lane(FillLane, (Number("every", 1, 64, whole=True),),
                 _lanes("fill lane", lambda voice: FillLane(voice, 2), " 2")
                 | _lanes("fill lane", lambda voice: FillLane(voice, 4), " 4")),
           osc="lane/fill",
           titles=(*_each("Fill every 2nd step of the {} lane"), *_each("Fill every 4th step of the {} lane"))),
    Action("rotate lane", "Pattern", "Rotate a lane by steps, later where positive",
           _lane(RotateLane, (Number("steps", -64, 64, whole=True),),
                 _lanes("rotate lane", lambda voice: RotateLane(voice, -1), " left")
                 | _lanes("rotate lane", lambda voice: RotateLane(voice, 1), " right")),
           osc="lane/rotate", titles=(*_each("Rotate the {} lane left"), *_each("Rotate the {} lane right"))),
    Action("randomise velocity", "Pattern", "Randomise the velocity of a lane, by up to so much",
           _lane(RandomiseVelocity, (Number("amount", 0, 1),), _lanes("randomise velocity", RandomiseVelocity)),
           osc="lane/randomise", titles=_each("Randomise the velocity of the {} lane")),
)  # fmt: skip
