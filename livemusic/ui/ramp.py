"""A small window: where a ramp of the tempo goes, and in how many bars."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractSpinBox, QDialog, QGridLayout, QHBoxLayout, QLabel, QWidget

from livemusic.engine.messages import Ramp, SetTempo
from livemusic.engine.recording_edits import SetRamp
from livemusic.engine.snapshot import Snapshot
from livemusic.music.tempo import MAX_BPM, MIN_BPM
from livemusic.session.settings import RAMP_BARS, Session
from livemusic.ui import theme
from livemusic.ui.decimal_box import DecimalBox
from livemusic.ui.panels.button import button

_STYLE_SHEET = f"""
QDoubleSpinBox {{ background: {theme.RAISED}; border: 1px solid {theme.LINE}; border-radius: 8px; min-height: 34px; }}
QDoubleSpinBox:focus {{ border-color: {theme.ACCENT}; }}
QDoubleSpinBox, QDoubleSpinBox QLineEdit {{ font-size: {theme.LARGE}px; }}
"""


class _Field(DecimalBox):
    """A number of the ramp."""

    rim = (10, 1)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)


class RampDialog(QDialog):
    """`asked` carries the requests; it stays open while the ramp goes on, which ends where it has come to."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Ramp the tempo")
        self._tempo = 120.0
        self.setStyleSheet(theme.dressed(_STYLE_SHEET))
        self.tempo = _Field(self)
        self.tempo.setRange(MIN_BPM, MAX_BPM)
        self.tempo.setDecimals(1)
        self.tempo.setSuffix(" bpm")
        self.tempo.setAccessibleName("Tempo at the end of the ramp")
        self.bars = _Field(self)
        self.bars.setRange(*RAMP_BARS)
        self.bars.setDecimals(0)
        self.bars.setSuffix(" bars")
        self.bars.setAccessibleName("How many bars the ramp takes")
        self.start = button("Start at the next bar", "The tempo goes there evenly, bar by bar", self, "primary")
        self.end = button("Stop here", "The tempo stays where the ramp has come to", self)
        self.said = QLabel(self)
        self.said.setProperty("role", "caption")
        self._lay_out()
        for box in (self.tempo, self.bars):
            box.editingFinished.connect(self._keep)
        self.start.clicked.connect(self._begin)
        self.end.clicked.connect(lambda: self.asked.emit(SetTempo(round(self._tempo, 1))))

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        for row, (words, box) in enumerate((("To", self.tempo), ("Over", self.bars))):
            label = QLabel(words, self)
            label.setBuddy(box)
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(box, row, 1)
        grid.addWidget(self.said, 2, 0, 1, 2)
        buttons = QHBoxLayout()
        buttons.addWidget(self.end)
        buttons.addWidget(self.start)
        grid.addLayout(buttons, 3, 0, 1, 2)
        self.start.setDefault(True)

    def show_session(self, session: Session) -> None:
        """The ramp that is set."""
        for box, value in ((self.tempo, session.settings.ramp_bpm), (self.bars, session.settings.ramp_bars)):
            if not box.hasFocus():
                box.setValue(value)

    def show_state(self, snapshot: Snapshot) -> None:
        """Where the tempo is."""
        transport = snapshot.transport
        self._tempo = transport.bpm
        self.end.setEnabled(transport.ramp_to is not None)
        self.start.setEnabled(transport.playing)
        going = "" if transport.ramp_to is None else f", on its way to {transport.ramp_to:g}"
        self.said.setText(f"Now {transport.bpm:.1f} bpm{going}" if transport.playing else "Press play first")

    def _keep(self) -> None:
        self.asked.emit(SetRamp(self.tempo.value(), round(self.bars.value())))

    def _begin(self) -> None:
        self._keep()
        self.asked.emit(Ramp(self.tempo.value(), round(self.bars.value())))
