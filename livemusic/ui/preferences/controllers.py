"""Preferences: which controllers are heard, how, and what they were taught."""

import msgspec
from PySide6.QtWidgets import QWidget

from livemusic.engine.snapshot import Snapshot
from livemusic.session.control import Binding
from livemusic.session.settings import Settings
from livemusic.ui.choices import Choices
from livemusic.ui.preferences.fields import PercentBox, Switch
from livemusic.ui.preferences.learn import LearnTable
from livemusic.ui.preferences.page import Page, words
from livemusic.ui.preferences.ports import Ports


class ControllersPage(Page):
    """Ports, how hands are heard, and the table of what is taught."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Controllers", "Pads, keys and knobs, remembered by the name of their port.", parent)
        self._settings, self._choices = Settings(), Choices()
        self.ports = Ports(self.sheet)
        self.ports.chosen.connect(lambda names: self.changed.emit({"controllers": names}))
        self.thru = Switch("Pad monitoring", "Hear pads as you play them")
        self.thru.chosen.connect(lambda on: self.changed.emit({"thru": on}))
        self.quantise = PercentBox("Quantise", "Record quantise strength")
        self.quantise.chosen.connect(lambda percent: self.changed.emit({"quantise": percent / 100}))
        self.pickup = Switch("Knob pickup", "A knob takes over once it passes the current value")
        self.pickup.chosen.connect(lambda on: self.changed.emit({"pickup": on}))
        self.learn = LearnTable(self.sheet)
        self.learn.asked.connect(self.asked)
        self.learn.ranged.connect(self._range)
        self.learn.coded.connect(self._code)
        ports = self.card("MIDI INPUTS")
        ports.rows.addWidget(self.ports)
        ports.rows.addWidget(
            words(
                "Enabled ports are used whenever they are plugged in. The “MIDI from” port is used too.",
                "help",
                self.sheet,
            )
        )
        hands = self.card("PLAYING")
        hands.add("Pad monitoring", self.thru, "Turn it off if your pads make their own sound.")
        hands.add("Quantise", self.quantise, "Record quantise: 0 % keeps hits as played.")
        hands.add("Knob pickup", self.pickup, "No jumps: a knob takes over once it passes the current value.")
        taught = self.card("MIDI MAPPINGS")
        taught.rows.addWidget(self.learn)
        self.cards.addStretch(1)

    def show_settings(self, settings: Settings) -> None:
        """What is so."""
        self._settings = settings
        self.thru.show_on(settings.thru)
        self.quantise.show_part(settings.quantise)
        self.pickup.show_on(settings.pickup)
        self.learn.show_ears(bool(settings.controllers) or settings.midi_in != "none")
        self.learn.show_bindings(settings.bindings)
        self._fill()

    def show_choices(self, choices: Choices) -> None:
        """What there is to choose from."""
        self._choices = choices
        self.learn.show_presets(tuple(preset.name for preset in choices.presets))
        self._fill()

    def show_state(self, snapshot: Snapshot) -> None:
        """How the controllers are, and what they do."""
        self.ports.show_plugs(snapshot.surface.controllers)
        self.learn.show_surface(snapshot.surface, snapshot.now)

    def _fill(self) -> None:
        self.ports.show_ports(self._settings.controllers, self._choices.midi_ins)

    def _code(self, target: str, coding: str) -> None:
        def coded(binding: Binding) -> Binding:
            if binding.target != target:
                return binding
            return msgspec.structs.replace(binding, control=msgspec.structs.replace(binding.control, coding=coding))

        self.changed.emit({"bindings": tuple(map(coded, self._settings.bindings))})

    def _range(self, target: str, low: float, high: float) -> None:
        def ranged(binding: Binding) -> Binding:
            return msgspec.structs.replace(binding, low=low, high=high) if binding.target == target else binding

        self.changed.emit({"bindings": tuple(map(ranged, self._settings.bindings))})
