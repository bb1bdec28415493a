"""The rows of the table of actions that change presets and say how."""

from livemusic.engine.action import Action, Choice, Press, Program, Special, Switch, Trigger
from livemusic.engine.edits import GoPreset, GoSetList, StepPreset
from livemusic.engine.preset_edits import SetPresetChange
from livemusic.engine.snapshot import Snapshot
from livemusic.network.address import Number, Value, Word
from livemusic.session.set_list import place_of
from livemusic.session.settings import PRESET_CHANGES, Settings

#: So many places of the set list can be learned; OSC reaches all.
_PLACES = 16


def _settings(now: Snapshot) -> Settings:
    return Settings() if now.session is None else now.session.settings


def _told_place(now: Snapshot) -> tuple[tuple[Value, ...], ...]:
    """From 1; 0 while a preset plays that is not in the set list."""
    if now.session is None:
        return ()
    settings = now.session.settings
    place = place_of(settings.set_list, settings.set_place, now.session.preset.name)
    return ((0 if place is None else place + 1,),)


def _told_preset(now: Snapshot) -> tuple[tuple[Value, ...], ...]:
    return () if now.session is None else ((now.session.preset.name,),)


def _place(number: int) -> Trigger:
    return Trigger(lambda now: GoSetList(number), lambda now: _told_place(now) == ((number,),))


PRESET_ACTIONS: tuple[Action, ...] = (
    Action("next preset", "Presets", "Next preset", Press(lambda: StepPreset(1)), ("PgDown",), "next"),
    Action("previous preset", "Presets", "Previous preset", Press(lambda: StepPreset(-1)), ("PgUp",), "previous"),
    Action("set list place", "Presets", "Go to a place of the set list, from 1",
           Special(GoSetList, (Number("number", 1, 999, whole=True),),
                   {f"set list {number}": _place(number) for number in range(1, _PLACES + 1)}, _told_place),
           osc="setlist", titles=tuple(f"Set list, place {number}" for number in range(1, _PLACES + 1))),
    Action("set list", "Presets", "Set list…", keys=("Ctrl+L",)),
    Action("preset", "Presets", "Change to a preset",
           Special(GoPreset, (Word("name"),), {"preset": Program()}, _told_preset),
           osc="preset", titles=("By program change",)),
    Action("preset change", "Presets", "When another preset starts",
           Choice("when", tuple(PRESET_CHANGES), lambda when: SetPresetChange(preset_change=when),
                  lambda now: _settings(now).preset_change),
           osc="preset/change"),
    Action("keep tempo", "Presets", "Keep my tempo when the preset changes",
           Switch(lambda on: SetPresetChange(keep_tempo=on), lambda now: _settings(now).keep_tempo),
           osc="preset/keep-tempo"),
    Action("keep scenes", "Presets", "Keep my scenes when the preset changes",
           Switch(lambda on: SetPresetChange(keep_scenes=on), lambda now: _settings(now).keep_scenes),
           osc="preset/keep-scenes"),
)  # fmt: skip
