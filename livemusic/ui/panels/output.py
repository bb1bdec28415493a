"""How loud what goes to the speakers is, its master level, and the way to the mixer."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from livemusic.engine.mixer_state import MixerState
from livemusic.engine.mixing import SetMaster
from livemusic.music.tempo import Seconds
from livemusic.session.lane_mix import LEVELS_DB
from livemusic.ui.panels.button import button
from livemusic.ui.panels.fader import METER_DB, Fader, in_decibels


class OutputPanel(QWidget):
    """The master level over the output meter. `asked` carries the requests, `opened` whether the mixer is wanted."""

    asked = Signal(object)
    opened = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mixer = button("Mixer", "Mute, solo, level and pan of each drum [Ctrl+M]", self, "quiet")
        self.mixer.setCheckable(True)
        self.master = Fader(
            "Master level",
            LEVELS_DB,
            0.0,
            0.1,
            10,
            in_decibels,
            "How loud everything that goes to the speakers is. Double click puts it back.\n"
            "Its groove shows how loud that is: peak, loudness and the highest recent peak.",
            self,
        )
        self.master.show_level(-120.0, -120.0, 0.0)
        self.told = QLabel("", self)
        self.told.setProperty("role", "caption")
        self.told.setAccessibleName("Output level")
        self.told.setToolTip("The highest recent peak that went to the speakers, in dB full scale")
        self.told.setFixedWidth(58)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.mixer)
        row.addWidget(self.master, 1)
        row.addWidget(self.told)
        self.mixer.toggled.connect(self.opened)
        self.master.moved.connect(lambda db: self.asked.emit(SetMaster(db)))

    def show_state(self, state: MixerState, now: Seconds) -> None:
        """What the engine says."""
        levels = state.levels
        self.master.show_number(state.master_db)
        self.master.show_level(max(levels.peak_db), max(levels.rms_db), now)
        held = self.master.held
        words = "silent" if held <= METER_DB[0] else f"{held:.1f} dB"
        if words != self.told.text():
            self.told.setText(words)
