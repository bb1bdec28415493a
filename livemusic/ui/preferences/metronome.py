"""Preferences: how the metronome clicks, and where: at the speakers, at outputs of its own, as notes."""

import sys

from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from livemusic.engine.snapshot import Plug
from livemusic.music.metronome import LEVEL_DB
from livemusic.session.metronome import COUNT_INS, OUTPUTS, Metronome, named_outputs
from livemusic.ui.panels.sources import ChoiceBox
from livemusic.ui.preferences.fields import NoteBox, NumberBox, Switch
from livemusic.ui.preferences.page import Card, Entries, PlugLine

_OUTPUTS_HELP = "A pair of its own is for headphones: nothing but the click is heard there."
if sys.platform == "linux":
    _OUTPUTS_HELP += (
        " PulseAudio and PipeWire may offer more outputs than the device has and mix them into the first two: choose "
        "the device itself above."
    )


class MetronomeCard(Card):
    """`changed` carries the setting. `state` says where the click is while that is not where it is wanted."""

    changed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("METRONOME", parent)
        self._metronome, self._plug = Metronome(), Plug()
        self.speakers = Switch("Audio click", "The metronome is heard at the audio output", self)
        self.outputs = ChoiceBox("Click to", "Outputs of the metronome", self)
        self.level = NumberBox("Level of the metronome", "How loud the click is at the audio output", *LEVEL_DB, self)
        self.level.setSuffix(" dB")
        self.level.setSpecialValueText("off")
        self.midi = Switch("MIDI click", "The metronome is sent as notes", self)
        self.channel = NumberBox("Channel of the metronome", "The MIDI channel of the click, 1 to 16", 1, 16, self)
        self.accent = NoteBox("Accent note", "The note on the first beat of a bar", self)
        self.beat = NoteBox("Beat note", "The note on the other beats", self)
        self.count_in = ChoiceBox("Count-in", "Bars that are clicked before recording begins", self)
        self.state = PlugLine(self)
        self.add("Audio click", self.speakers, "Heard with the drums, in no take and no export.")
        self.add("Click to", self.outputs, _OUTPUTS_HELP, self.state)
        self.add("Level", self.level, "Independent of the master level.")
        self.add("MIDI click", self.midi, "Notes at the MIDI output, apart from the drums.")
        self.add("Its channel", self.channel, "A channel of its own can go to a track and mix of its own.")
        self.add("Accent", self.accent, "The first beat of a bar; by number or name.")
        self.add("Beat", self.beat, "The other beats.")
        self.add("Count-in", self.count_in, "Before recording, where nothing plays yet.")
        for switch, field in ((self.speakers, "speakers"), (self.midi, "midi")):
            switch.chosen.connect(lambda on, field=field: self._change(**{field: on}))
        for box, field in ((self.channel, "channel"), (self.accent, "accent"), (self.beat, "beat")):
            box.chosen.connect(lambda value, field=field: self._change(**{field: round(value)}))
        self.level.chosen.connect(lambda db: self._change(level_db=db))
        self.outputs.chosen.connect(lambda outputs: self._change(outputs=outputs))
        self.count_in.chosen.connect(lambda bars: self._change(count_in=int(bars)))

    def show_metronome(self, metronome: Metronome) -> None:
        """What is so."""
        self._metronome = metronome
        self.speakers.show_on(metronome.speakers)
        self.midi.show_on(metronome.midi)
        self.level.show_value(round(metronome.level_db))
        for box, value in (
            (self.channel, metronome.channel), (self.accent, metronome.accent), (self.beat, metronome.beat),
        ):  # fmt: skip
            box.show_value(value)
        lengths = tuple(("Off" if bars == 0 else f"{bars} bar{'s' * (bars > 1)}", str(bars)) for bars in COUNT_INS)
        self.count_in.show_entries(lengths, str(metronome.count_in))
        self._offer()

    def show_plug(self, plug: Plug) -> None:
        """The audio output as it is."""
        self._plug = plug
        self._offer()

    def _offer(self) -> None:
        plug, wanted = self._plug, self._metronome
        self.outputs.show_entries(output_entries(plug.outputs, wanted.outputs), wanted.outputs)
        missing = plug.state == "on" and plug.outputs < 2 * wanted.pairs > 2
        self.state.setVisible(missing)
        if missing:
            self.state.show_text(
                "lost", f"{plug.name} has no {named_outputs(wanted.outputs)}: the click goes to the main outputs."
            )

    def _change(self, **fields: object) -> None:
        self.changed.emit({"metronome": replace(self._metronome, **fields)})


def output_entries(outputs: int, wanted: str) -> Entries:
    """The pairs of outputs that a device with so many outputs offers to the click, and the one that is `wanted`."""
    there = OUTPUTS[: max(1, outputs // 2)]
    return tuple((named_outputs(each).capitalize(), each) for each in OUTPUTS if each in there or each == wanted)
