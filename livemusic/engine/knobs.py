"""Where the plugins' controls are, so that a session can hold it and undo can bring it back."""

from collections.abc import Iterator

import msgspec

from livemusic.session.plugin import PluginSlot
from livemusic.session.preset import Preset
from livemusic.sound.protocol import ChainReport, Control

#: What a plugin makes of a value it is given may differ by this.
_ROUNDING = 0.005
#: A control that we have moved ourselves is believed to be there until it has been looked at so often.
_LOOKS = 2


class Knobs:
    """Compares how plugins are set with how they were when their chain began. Thread: loader."""

    def __init__(self) -> None:
        self._number = -1
        self._begun: dict[int, dict[str, float]] = {}
        self._report = ChainReport()
        self._moved: dict[tuple[int, str], int] = {}

    def hear(self, report: ChainReport) -> None:
        """How the plugins are now; the first report of a chain is where its controls began."""
        if report.number != self._number:
            self._number, self._begun = report.number, {}
        for plugin in report.plugins:
            if plugin.controls and plugin.place not in self._begun:
                self._begun[plugin.place] = {control.parameter.name: control.value for control in plugin.controls}
        self._report = report
        self._moved = {control: looks - 1 for control, looks in self._moved.items() if looks}

    def turned(self, preset: Preset) -> Preset:
        """`preset` with the controls as they have been moved since."""
        instrument, *effects = (self._slot(place, slot) for place, slot in enumerate(_slots(preset)))
        if (instrument, *effects) == (preset.instrument, *preset.effects):
            return preset
        kept = tuple(effect for effect in effects if effect is not None)
        return msgspec.structs.replace(preset, instrument=instrument, effects=kept)

    def moves(self, old: Preset, new: Preset) -> Iterator[tuple[int, str, float]] | None:
        """Place, name and value of each control to move to get from `old` to `new`; None where other plugins are."""
        before, after = list(_slots(old)), list(_slots(new))
        if list(map(_kind, before)) != list(map(_kind, after)):
            return None
        return self._moves(before, after)

    def _moves(
        self, before: list[PluginSlot | None], after: list[PluginSlot | None]
    ) -> Iterator[tuple[int, str, float]]:
        for place, (was, wanted) in enumerate(zip(before, after, strict=True)):
            if was is None or wanted is None:
                continue
            begun = self._begun.get(place, {})
            for name in was.values.keys() | wanted.values.keys():
                value = wanted.values.get(name, begun.get(name))
                if value is not None and value != was.values.get(name):
                    self._moved[place, name] = _LOOKS
                    yield place, name, value

    def _slot(self, place: int, slot: PluginSlot | None) -> PluginSlot | None:
        plugin = next((each for each in self._report.plugins if each.place == place), None)
        if slot is None or plugin is None or plugin.path != slot.path:
            return slot
        begun = self._begun.get(place, {})
        moved = {
            control.parameter.name: control.value
            for control in plugin.controls
            if (place, control.parameter.name) not in self._moved
            and abs(control.value - _rest(slot, control, begun)) > _ROUNDING
        }
        return msgspec.structs.replace(slot, values=slot.values | moved) if moved else slot


def _slots(preset: Preset) -> tuple[PluginSlot | None, ...]:
    return (preset.instrument, *preset.effects)


def _kind(slot: PluginSlot | None) -> tuple[str, str, bytes] | None:
    return None if slot is None else (slot.path, slot.name, slot.state)


def _rest(slot: PluginSlot, control: Control, begun: dict[str, float]) -> float:
    """Where a control is while nobody moves it, as far as the session knows."""
    name = control.parameter.name
    return slot.values.get(name, begun.get(name, control.value))
