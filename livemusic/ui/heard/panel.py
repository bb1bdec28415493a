"""The lanes with their switch: MIDI out of your drummer."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from livemusic.engine.edits import SendHeard
from livemusic.engine.snapshot import HeardState
from livemusic.music.tempo import Seconds
from livemusic.session.settings import Settings
from livemusic.ui.heard.strip import HeardStrip
from livemusic.ui.panels.button import button

_SWITCH = 86


class HeardPanel(QWidget):
    """Shows `Snapshot.heard` while drums are listened for; `asked` carries the requests."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strip = HeardStrip(self)
        self.midi = button("MIDI out", "", self, "quiet", "Send detected drums as MIDI")
        self.midi.setCheckable(True)
        self.midi.clicked.connect(lambda on: self.asked.emit(SendHeard(on)))
        self.late = QLabel("", self)
        self.late.setProperty("role", "caption")
        self.late.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.late.setToolTip("Detection latency: how long after a hit it appears")
        self._channel = 0
        side = QVBoxLayout()
        side.setContentsMargins(0, 0, 6, 0)
        side.setSpacing(1)
        side.addStretch(1)
        side.addWidget(self.midi)
        side.addWidget(self.late)
        side.addStretch(1)
        for widget in (self.midi, self.late):
            widget.setFixedWidth(_SWITCH)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.strip, 1)
        row.addLayout(side)
        self.setProperty("card", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.show_settings(Settings())
        self.hide()

    def make_room(self, scarce: bool) -> None:
        """Where room is scarce the lanes are folded."""
        self.strip.make_room(scarce)
        self.late.setVisible(not scarce)
        self.midi.setProperty("role", "slim" if scarce else "quiet")
        self.midi.style().polish(self.midi)

    def show_settings(self, settings: Settings) -> None:
        """What is chosen."""
        self.midi.setChecked(settings.heard_midi)
        if settings.heard_channel != self._channel:
            self._channel = settings.heard_channel
            self.midi.setToolTip(
                f"Sends the drums detected in the music to the MIDI port as notes, on channel {self._channel}.\n"
                "The notes are those of the drum map. Another channel: Preferences, MIDI."
            )

    def show_state(self, heard: HeardState) -> None:
        """What the engine says."""
        self.setVisible(heard.on)
        self.strip.show_heard(heard)
        text = f"{heard.late_ms:.0f} ms" if heard.late_ms else ""
        if text != self.late.text():
            self.late.setText(text)

    def advance(self, now: Seconds) -> None:
        """Move what moves; call for every frame."""
        if self.isVisible():
            self.strip.advance(now)
