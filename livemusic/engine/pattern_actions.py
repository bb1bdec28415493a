"""The rows of the table of actions that edit a pattern: a control acts on the corner that is edited, OSC names one."""

from collections.abc import Callable, Mapping

from livemusic.engine.action import Action, Argument, Special, Target, Trigger
from livemusic.engine.edits import LockLane
from livemusic.engine.messages import AnyRequest
from livemusic.engine.pattern_edits import EditPattern, SelectCorner, SetBars, SetMeter
from livemusic.engine.snapshot import Snapshot
from livemusic.music.editing import ORNAMENTS
from livemusic.music.grid import STEP
from livemusic.music.kit import VOICE_NAMES
from livemusic.music.tempo import Meter
from livemusic.network.address import Number, Value, Word
from livemusic.session.edits import MOST_BARS
from livemusic.session.pattern_edits import (
    AnyPatternEdit,
    ClearLane,
    DoublePattern,
    DuplicateBar,
    FillLane,
    HalvePattern,
    RandomiseVelocity,
    RemoveBar,
    RotateLane,
    SetStep,
    SetStepOrnament,
)

_CORNER = Number("corner", 0, 3, whole=True)
_VOICE = Number("voice", 0, len(VOICE_NAMES) - 1, whole=True)
#: A pattern has so many steps at most.
_MOST_STEPS = 1024


def _select(now: Snapshot) -> AnyRequest:
    """Edit the corner that is heard most, or end that."""
    return SelectCorner(now.surface.corner if now.surface.selected is None else None)


def _told_bars(now: Snapshot) -> tuple[tuple[Value, ...], ...]:
    if now.session is None:
        return ()
    preset = now.session.preset
    return ((-(-max(clip.steps for clip in preset.corners) * STEP // Meter(*preset.meter).bar),),)


def _trigger(edit: AnyPatternEdit) -> Trigger:
    """A button that does `edit` in the corner that is edited."""
    return Trigger(lambda now: EditPattern(now.surface.edited, edit))


def _whole(edit: AnyPatternEdit, name: str) -> Special:
    """What is done to a whole pattern."""
    return Special(lambda corner: EditPattern(corner, edit), (_CORNER,), {name: _trigger(edit)})


def _lanes(name: str, edit: Callable[[int], AnyPatternEdit], ending: str = "") -> dict[str, Target]:
    """A button for each voice."""
    return {f"{name} {voice}{ending}": _trigger(edit(number)) for number, voice in enumerate(VOICE_NAMES)}


def _lock(voice: int, corner: int) -> AnyRequest:
    return LockLane(voice, None if corner < 0 else corner)


def _told_locks(now: Snapshot) -> tuple[tuple[Value, ...], ...]:
    locks = {} if now.session is None else now.session.preset.locked()
    return tuple((voice, locks.get(voice, -1)) for voice in range(len(VOICE_NAMES)))


def _told_meter(now: Snapshot) -> tuple[tuple[Value, ...], ...]:
    return (now.transport.meter,)


def _lock_here(voice: int) -> Trigger:
    """A button that locks the lane of a voice to the corner that is edited or heard most, or unlocks it."""

    def locked(now: Snapshot) -> bool:
        return now.session is not None and voice in now.session.preset.locked()

    return Trigger(lambda now: LockLane(voice, None if locked(now) else now.surface.edited), locked)


def _lane(
    edit: Callable[..., AnyPatternEdit], arguments: tuple[Argument, ...], learned: Mapping[str, Target]
) -> Special:
    """What is done to a lane."""

    def make(corner: int, voice: int, *rest: Value) -> AnyRequest:
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
    Action("remove bar", "Pattern", "Remove the last bar", _whole(RemoveBar(), "remove bar"), osc="pattern/remove"),
    Action("bars", "Pattern", "Length of all four patterns, in bars",
           Special(SetBars, (Number("bars", 1, MOST_BARS, whole=True),), told=_told_bars), osc="pattern/bars"),
    Action("meter", "Pattern", "Meter of all four patterns",
           Special(SetMeter, (Number("beats", 1, 32, whole=True), Number("unit", 2, 16, whole=True)), told=_told_meter),
           osc="pattern/meter"),
    Action("step", "Pattern", "Set a step; velocity 0 removes its hit",
           _lane(lambda voice, step, velocity: SetStep(voice, step, round(127 * velocity)),
                 (Number("step", 0, _MOST_STEPS - 1, whole=True), Number("velocity", 0, 1)), {}),
           osc="step"),
    Action("ornament", "Pattern", "Set the ornament of a step",
           _lane(SetStepOrnament, (Number("step", 0, _MOST_STEPS - 1, whole=True), Word("kind", tuple(ORNAMENTS))), {}),
           osc="step/ornament"),
    Action("lock lane", "Pattern", "Lock a lane to a corner; corner -1 lets it follow the pad",
           Special(_lock, (_VOICE, Number("corner", -1, 3, whole=True)),
                   {f"lock {name}": _lock_here(voice) for voice, name in enumerate(VOICE_NAMES)}, _told_locks),
           osc="lane/lock", titles=_each("Lock the {} lane to the corner heard most, or unlock it")),
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
