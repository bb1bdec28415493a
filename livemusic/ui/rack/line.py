"""The plugins in the order they are played, as the session wants them and as the sound process reports them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path

import msgspec

from livemusic.engine.edits import Rewire
from livemusic.session.control import Binding
from livemusic.session.plugin import PluginSlot
from livemusic.session.preset import Preset
from livemusic.sound.protocol import ChainReport, PluginReport

INSTRUMENT = 0


@dataclass(frozen=True, slots=True)
class Seat:
    """One plugin: what is wanted, and the newest that is known of it (None while it is being opened).

    `was`: its place before the last edit, None where it is new.
    """

    slot: PluginSlot
    report: PluginReport | None = None
    was: int | None = None

    @property
    def name(self) -> str:
        """What to call it."""
        reported = self.report.name if self.report is not None else ""
        return reported or self.slot.name or Path(self.slot.path).stem

    @property
    def state(self) -> str:
        """As in a `PluginReport`, or `waiting`."""
        return self.report.state if self.report is not None else "waiting"

    def as_set(self) -> PluginSlot:
        """The slot with its controls where they are now. A control that says no number stays as it was wanted."""
        controls = self.report.controls if self.report is not None else ()
        values = {each.parameter.name: min(1.0, max(0.0, each.value)) for each in controls if isfinite(each.value)}
        return msgspec.structs.replace(self.slot, values=self.slot.values | values)


@dataclass(frozen=True, slots=True)
class Line:
    """The instrument, if any, at place 0, then the effects at 1, 2, … Every edit gives a new line."""

    instrument: Seat | None = None
    effects: tuple[Seat, ...] = ()

    @classmethod
    def of(cls, preset: Preset, chain: ChainReport) -> "Line":
        """What `preset` wants, with those reports of `chain` that are about it."""
        slots = (preset.instrument, *preset.effects)
        instrument, *effects = (None if slot is None else Seat(slot, was=place) for place, slot in enumerate(slots))
        return cls(instrument, tuple(seat for seat in effects if seat is not None)).reported(chain)

    @property
    def seats(self) -> dict[int, Seat]:
        """The plugins by place."""
        everyone = enumerate((self.instrument, *self.effects))
        return {place: seat for place, seat in everyone if seat is not None}

    def reported(self, chain: ChainReport) -> "Line":
        """The same with what `chain` says; a report about another file is not about us."""
        reports = {(report.place, report.path): report for report in chain.plugins}

        def told(place: int, seat: Seat) -> Seat:
            return replace(seat, report=reports.get((place, seat.slot.path)))

        instrument = None if self.instrument is None else told(INSTRUMENT, self.instrument)
        return Line(instrument, tuple(told(place, seat) for place, seat in enumerate(self.effects, 1)))

    def with_instrument(self, slot: PluginSlot) -> "Line":
        """`slot` plays instead of the kit, or of the instrument that did."""
        return replace(self, instrument=Seat(slot))

    def with_effect(self, slot: PluginSlot) -> "Line":
        """Another effect at the end."""
        return replace(self, effects=(*self.effects, Seat(slot)))

    def without(self, place: int) -> "Line":
        """All but the plugin at `place`."""
        if place == INSTRUMENT:
            return replace(self, instrument=None)
        return replace(self, effects=self.effects[: place - 1] + self.effects[place:])

    def moved(self, place: int, to: int) -> "Line":
        """The effect at `place` (from 1) goes to place `to`; the others close up. Places beyond the ends mean them."""
        if not 1 <= place <= len(self.effects):
            return self
        effects = list(self.effects)
        seat = effects.pop(place - 1)
        effects.insert(min(max(to, 1), len(self.effects)) - 1, seat)
        return replace(self, effects=tuple(effects))

    def rewire(self, bindings: Iterable[Binding] = ()) -> Rewire:
        """The request that makes it so, every plugin set as it is now, `bindings` following their plugins."""
        before = tuple(bindings)
        after = self.rebound(before)
        instrument = None if self.instrument is None else self.instrument.as_set()
        effects = tuple(seat.as_set() for seat in self.effects)
        return Rewire(instrument, effects, None if after == before else after)

    def settled(self) -> "Line":
        """The same once it is so: the slots hold what they were sent with, and the places are the places."""
        seats = {place: replace(seat, slot=seat.as_set(), was=place) for place, seat in self.seats.items()}
        return Line(seats.pop(INSTRUMENT, None), tuple(seats.values()))

    def rebound(self, bindings: Iterable[Binding]) -> tuple[Binding, ...]:
        """`bindings` for the plugins' new places; those of plugins that have gone are left out."""
        new_places = {seat.was: place for place, seat in self.seats.items() if seat.was is not None}
        kept = []
        for binding in bindings:
            kind, _, rest = binding.target.partition(" ")
            place, _, name = rest.partition(" ")
            if kind != "plugin" or not place.isdecimal():
                kept.append(binding)
            elif (new := new_places.get(int(place))) is not None:
                kept.append(msgspec.structs.replace(binding, target=target_of(new, name)))
        return tuple(kept)


def target_of(place: int, name: str) -> str:
    """What a control is taught to move: the control `name` of the plugin at `place`."""
    return f"plugin {place} {name}"
