"""Preferences: where notes and clock go, and whose time is kept."""

import re
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from livemusic.engine.snapshot import Snapshot, TransportState
from livemusic.session.settings import Settings
from livemusic.ui import theme
from livemusic.ui.choices import Choices
from livemusic.ui.panels.lead import LEADERS
from livemusic.ui.panels.sources import ChoiceBox, leaders
from livemusic.ui.preferences.fields import DelayBox, NumberBox, Switch
from livemusic.ui.preferences.page import Page, PlugLine, entries_of, words

_PORTS = (("Virtual port", "virtual"), ("None", "none"))
_INPUTS = (("None", "none"), ("Virtual port", "virtual"))
_LINK = re.compile(r"https://[^\s)<>\"]+")
_LEAD_TONES = {"own": "on", "locked": "on", "searching": "lost", "unsure": "lost", "coasting": "lost"}


class MidiPage(Page):
    """To the DAW and from it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("MIDI", "MIDI output and sync.", parent)
        self._settings, self._choices = Settings(), Choices()
        self.midi_out = self.choice("MIDI to", "MIDI output port for the drums", "midi_out")
        self.channel = NumberBox("MIDI channel", "The channel of the drums, 1 to 16", 1, 16)
        self.channel.chosen.connect(lambda value: self.changed.emit({"channel": round(value)}))
        self.heard = Switch("Send detected drums", "Detected drums as MIDI")
        self.heard.chosen.connect(
            lambda on: self.changed.emit({"heard_midi": on, **({"hear_drums": True} if on else {})})
        )
        self.heard_channel = NumberBox("Channel of detected drums", "The channel of detected drums", 1, 16)
        self.heard_channel.chosen.connect(lambda value: self.changed.emit({"heard_channel": round(value)}))
        self.clock_out = Switch("Send clock", "Send MIDI clock, start, stop and song position")
        self.clock_out.chosen.connect(lambda on: self.changed.emit({"clock_out": on}))
        self.delay = DelayBox("MIDI delay", "Delay of the MIDI output in milliseconds")
        self.delay.chosen.connect(lambda ms: self.changed.emit({"midi_delay_ms": ms}))
        self.tempo_from = ChoiceBox("Time from", "Tempo source", self.sheet)
        self.tempo_from.chosen.connect(self._lead)
        self.midi_in = self.choice("MIDI from", "MIDI input port for clock", "midi_in")
        self.latency = DelayBox("Input latency", "Milliseconds between a hit and its arrival")
        self.latency.chosen.connect(lambda ms: self.changed.emit({"midi_in_latency_ms": ms}))
        self._out_state, self._lead_state, self._in_state = (PlugLine(self.sheet) for _ in range(3))
        self._guidance = words("", "guidance", self.sheet)
        self._guidance.setTextFormat(Qt.TextFormat.RichText)
        self._guidance.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self._guidance.setOpenExternalLinks(True)
        self._guidance.setAccessibleName("How to reach a DAW on this system")
        self._guidance.hide()
        self._compose()

    def _compose(self) -> None:
        out = self.card("OUTPUT")
        out.add(
            "MIDI to", self.midi_out, "A virtual port shows up in your DAW as an input of its own.", self._out_state
        )
        out.rows.addWidget(self._guidance)
        out.add("Channel", self.channel, "Drums are usually on 10. A drum map can send single drums elsewhere.")
        out.add("Drums heard", self.heard, "Sends the drums detected in the music to the port as notes.")
        out.add("Their channel", self.heard_channel, "A channel of its own, with the notes of the drum map.")
        out.add("Send clock", self.clock_out, "The DAW can follow livemusic: clock, start, stop, song position.")
        out.add("Delay", self.delay, "Delays the notes to line up with a slower instrument.")
        time = self.card("TIME")
        time.add(
            "Time from", self.tempo_from, "Where tempo and beat come from; livemusic stays in sync.", self._lead_state
        )
        time.add(
            "MIDI from", self.midi_in, "The port that a MIDI clock comes in by; its pads are heard too.", self._in_state
        )
        hands = self.card("PLAYING")
        hands.add(
            "Input latency",
            self.latency,
            "How late your notes arrive; recordings are moved earlier by as much.",
        )
        self.cards.addStretch(1)

    def show_guidance(self, text: str) -> None:
        """How a DAW is reached on this system; nothing where `text` is empty."""
        steps = re.sub(r" (?=\d\. )", "\n", text)
        links = _LINK.sub(
            rf'<a href="\g<0>" style="color: {theme.shown(theme.ACCENT)}">\g<0></a>', escape(steps, quote=False)
        )
        self._guidance.setText(links.replace("\n", "<br>"))
        self._guidance.setVisible(bool(text))

    def show_settings(self, settings: Settings) -> None:
        """What is so."""
        self._settings = settings
        self.channel.show_value(settings.channel)
        self.heard.show_on(settings.heard_midi)
        self.heard_channel.show_value(settings.heard_channel)
        self.clock_out.show_on(settings.clock_out)
        self.delay.show_value(settings.midi_delay_ms)
        self.latency.show_value(settings.midi_in_latency_ms)
        self._fill()

    def show_choices(self, choices: Choices) -> None:
        """What there is to choose from."""
        self._choices = choices
        self._fill()

    def show_state(self, snapshot: Snapshot) -> None:
        """How the ports are, and whose time it is."""
        self._out_state.show_plug(snapshot.midi_out)
        self._in_state.show_plug(snapshot.midi_in)
        self._in_state.setVisible(snapshot.midi_in.wanted != "none")
        transport = snapshot.transport
        self._lead_state.show_text(_LEAD_TONES.get(transport.lead_state, "lost"), _led(transport))

    def _fill(self) -> None:
        settings, choices = self._settings, self._choices
        self.midi_out.show_entries(_PORTS + entries_of(choices.midi_outs), settings.midi_out)
        self.midi_in.show_entries(_INPUTS + entries_of(choices.midi_ins), settings.midi_in)
        self.tempo_from.show_entries(*leaders(settings))

    def _lead(self, leader: str) -> None:
        demo = {"demo_leads": leader == "demo"} if leader in ("own", "demo") else {}
        self.changed.emit({"tempo_from": "own" if leader == "demo" else leader, **demo})


def _led(transport: TransportState) -> str:
    """Who leads, how well, in a sentence."""
    who = LEADERS.get(transport.lead, transport.lead)
    if transport.lead in ("own", "demo"):
        return f"{who}, {transport.bpm:.1f} bpm."
    if transport.lead_trouble:
        return f"{who}: {transport.lead_state} at {transport.bpm:.1f} bpm. {transport.lead_trouble}"
    peers = "" if transport.lead != "link" else f", {transport.peers} {'peer' if transport.peers == 1 else 'peers'}"
    if transport.lead_state == "locked":
        return f"{who}: locked at {transport.bpm:.1f} bpm, {abs(transport.phase_error_ms):.1f} ms off{peers}."
    if transport.lead_state == "coasting":
        return f"{who}: lost, going on at {transport.bpm:.1f} bpm{peers}."
    return f"{who}: not found yet{peers}."
