"""Preferences: what is listened to, and what the effects let through."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from livemusic.engine.snapshot import Snapshot
from livemusic.session.settings import Settings
from livemusic.ui.choices import Choices
from livemusic.ui.panels.sources import OPEN_FILE
from livemusic.ui.preferences.fields import DelayBox, Switch
from livemusic.ui.preferences.models import Models
from livemusic.ui.preferences.page import Page, PlugLine, entries_of, words

_SOURCES = (("Demo song", "demo"), ("Nothing", "none"))
_FILE = (("Open a file…", OPEN_FILE),)
_NOTHING = (("Nothing", "none"),)
_AUDIO_FILES = "Audio files (*.wav *.flac *.ogg *.mp3 *.aif *.aiff *.opus);;All files (*)"


class ListenPage(Page):
    """The ear: source, model, drums, latency, live input, the demo's band."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Listen", "Audio input and monitoring.", parent)
        self._settings, self._choices, self._models = Settings(), Choices(), Models()
        self.source = self.choice("Listen to", "Audio input", "source")
        self.source.chosen.disconnect()
        self.source.chosen.connect(self._choose_source)
        self.embedder = self.choice("Model", "The model that turns sound into a path", "embedder")
        self.drums = Switch("Detect drums", "Detect which drums are played in the music")
        self.drums.chosen.connect(lambda on: self.changed.emit({"hear_drums": on}))
        self.hearing = self.choice("Drum detection model", "The model that detects drums", "hearing")
        self.latency = DelayBox("Input latency", "Milliseconds between a sound and its arrival")
        self.latency.chosen.connect(lambda ms: self.changed.emit({"source_latency_ms": ms}))
        self.monitor = Switch("Hear the demo's band", "Let the demo song sound as well")
        self.monitor.chosen.connect(lambda on: self.changed.emit({"monitor": on}))
        self.live = self.choice("Live input", "An input device that is heard through the effects", "live_in")
        self._state = PlugLine(self.sheet)
        self._warning = words(
            "Microphone and loudspeakers in one room feed back. Use headphones, or turn the speakers down first.",
            "warning",
            self.sheet,
        )
        self._warning.hide()
        ear = self.card("INPUT")
        ear.add("Listen to", self.source, "The demo song, an input device, or a file of yours.", self._state)
        ear.add("Model", self.embedder, "Turns the audio into the path; “newest” follows updates.")
        ear.add(
            "Input latency",
            self.latency,
            "How late the input arrives; the beat is corrected by as much.",
        )
        drums = self.card("DRUMS IN THE MUSIC")
        drums.add("Hear them", self.drums, "Lanes under the path, detected drums as MIDI, drums in takes.")
        drums.add("Model", self.hearing, "Turns the audio into drum hits; “newest” follows updates.")
        heard = self.card("MONITORING")
        heard.add(
            "Live input", self.live, "An instrument or a microphone, through the preset's effects.", self._warning
        )
        heard.add("Demo's band", self.monitor, "Bass and keys of the demo song sound along with the drums.")
        self.cards.addStretch(1)

    def show_settings(self, settings: Settings) -> None:
        """What is so."""
        self._settings = settings
        self.latency.show_value(settings.source_latency_ms)
        self.monitor.show_on(settings.monitor)
        self.drums.show_on(settings.hear_drums)
        self._warning.setVisible(settings.live_in != "none")
        self._fill()

    def show_choices(self, choices: Choices) -> None:
        """What there is to choose from."""
        self._choices = choices
        self._fill()

    def show_models(self, models: Models) -> None:
        """Which models there are."""
        self._models = models
        self._fill()

    def show_state(self, snapshot: Snapshot) -> None:
        """Whether anything comes in."""
        if snapshot.source.state == "on" and snapshot.listen.silent:
            self._state.show_text(
                "lost", "The input is completely silent: is it muted, or is livemusic not allowed to use it?"
            )
        else:
            self._state.show_plug(snapshot.source)

    def _fill(self) -> None:
        settings, inputs = self._settings, entries_of(self._choices.inputs)
        self.source.show_entries(_SOURCES + inputs + _FILE, settings.source)
        self.embedder.show_entries(self._models.embedder_entries(), settings.embedder)
        self.hearing.show_entries(self._models.hearing_entries(), settings.hearing)
        self.live.show_entries(_NOTHING + inputs, settings.live_in)

    def _choose_source(self, value: str) -> None:
        if value != OPEN_FILE:
            self.changed.emit({"source": value})
            return
        self._fill()
        name, _ = QFileDialog.getOpenFileName(self, "Listen to an audio file", str(Path.home()), _AUDIO_FILES)
        if name:
            self.changed.emit({"source": name})
