"""Preferences: where the drums and the metronome are heard, and how late."""

from PySide6.QtWidgets import QWidget

from livemusic.engine.snapshot import Snapshot
from livemusic.session.settings import Settings
from livemusic.ui.choices import Choices
from livemusic.ui.preferences.fields import DelayBox
from livemusic.ui.preferences.metronome import MetronomeCard
from livemusic.ui.preferences.page import Page, PlugLine, entries_of, words

_SOUNDS = (("Default output", "default"), ("No sound", "none"))
_HINT = (
    "To measure from end to end, connect an output to an input and run “livemusic doctor --loopback” in a terminal. "
    "It says how late sound and MIDI are on this machine, and which delays make them one."
)


class SoundPage(Page):
    """To the loudspeakers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Sound", "Audio output of the kit or plugin, and the metronome.", parent)
        self._settings, self._choices = Settings(), Choices()
        self.sound_out = self.choice("Sound to", "Audio output", "sound_out")
        self.delay = DelayBox("Sound delay", "Delay of the sound in milliseconds")
        self.delay.chosen.connect(lambda ms: self.changed.emit({"sound_delay_ms": ms}))
        self._state, self._lateness, self._dropouts = (PlugLine(self.sheet) for _ in range(3))
        self._latency = PlugLine(self.sheet)
        out = self.card("OUTPUT")
        out.add("Sound to", self.sound_out, "The kit and effects play here; MIDI works without it.", self._state)
        out.add("Delay", self.delay, "Delays the sound to line up with the DAW.")
        self.metronome = MetronomeCard(self.sheet)
        self.metronome.changed.connect(self.changed)
        self.cards.addWidget(self.metronome)
        timing = self.card("MEASURED")
        timing.rows.addWidget(self._lateness)
        timing.rows.addWidget(self._latency)
        timing.rows.addWidget(self._dropouts)
        timing.rows.addWidget(words(_HINT, "help", self.sheet))
        self.cards.addStretch(1)

    def show_settings(self, settings: Settings) -> None:
        """What is so."""
        self._settings = settings
        self.delay.show_value(settings.sound_delay_ms)
        self.metronome.show_metronome(settings.metronome)
        self._fill()

    def show_choices(self, choices: Choices) -> None:
        """What there is to choose from."""
        self._choices = choices
        self._fill()

    def show_state(self, snapshot: Snapshot) -> None:
        """How the device is and what was measured."""
        health = snapshot.health
        self._state.show_plug(snapshot.sound)
        self.metronome.show_plug(snapshot.sound)
        self._lateness.show_text(
            "on" if health.late_p99_ms < 5.0 else "lost",
            f"Notes leave within {health.late_p99_ms:.1f} ms of their moment, 99 of 100; "
            f"the latest was {health.late_max_ms:.1f} ms late.",
        )
        on = snapshot.sound.state == "on"
        self._latency.show_text("on" if on else "off", _way(health.sound_ms) if on else "")
        if not on:
            self._dropouts.show_text("off", "Sound is off.")
        elif health.xruns:
            times = "once" if health.xruns == 1 else f"{health.xruns} times"
            self._dropouts.show_text("lost", f"The sound has dropped out {times}.")
        else:
            self._dropouts.show_text("on", "No dropouts.")

    def _fill(self) -> None:
        self.sound_out.show_entries(_SOUNDS + entries_of(self._choices.sound_outs), self._settings.sound_out)


def _way(ms: float) -> str:
    return f"A drum is heard {ms:.0f} ms after its moment, effects included, as far as the sound system knows."
