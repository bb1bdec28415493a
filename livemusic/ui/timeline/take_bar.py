"""In the corner of the path: record a take, for how long that has been going on, and the list of takes."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QWidget

from livemusic.engine.playback import RecordTake
from livemusic.engine.snapshot import TakeState
from livemusic.ui import theme
from livemusic.ui.panels.button import button
from livemusic.ui.timeline.clock import in_minutes

_RECORD_TIP = "Record audio, kit, MIDI and path as one take [Ctrl+R]"
_STOP_TIP = "A take is being recorded. Click to end it [Ctrl+R]"
#: With less room on the disk than this, how much is left is said.
_SCARCE_BYTES = 2_000_000_000
_MARGIN = 12
#: The path passes behind.
_GROUND = theme.colour(theme.DEEP, 0.82).name(QColor.NameFormat.HexArgb)
_STYLE = f"""
QPushButton[role="quiet"], QPushButton[role="take"] {{ background: {_GROUND}; }}
QPushButton[role="take"]:checked {{ background: {theme.BAD}; }}
{theme.RING}"""
#: What a button needs beside its text, what the buttons in the other corner need, and the least of a name.
_BUTTON, _RIGHT, _SHORTEST = 72, 236, 48


class TakeBar(QWidget):
    """Lies over the upper left corner of `view`. `asked` carries the requests; `wanted`: the list of takes; `ended`: no
    other path beside this one any more.
    """

    asked = Signal(object)
    wanted = Signal()
    ended = Signal()

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self.setStyleSheet(theme.dressed(_STYLE))
        self.record = button("● Take", _RECORD_TIP, self, "take", "Record a take")
        self.record.setCheckable(True)
        self.takes = button("Takes…", "Recorded takes: open or compare them", self, "quiet")
        self._name, self._doing = "", ""
        self.beside = button("", "Show only the current path", self, "quiet", "End comparing")
        self.beside.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.record)
        row.addWidget(self.takes)
        row.addWidget(self.beside)
        self.record.clicked.connect(lambda on: self.asked.emit(RecordTake(on)))
        self.takes.clicked.connect(self.wanted)
        self.beside.clicked.connect(self.ended)
        self._settle()
        view.installEventFilter(self)

    def show_state(self, take: TakeState) -> None:
        """What the engine says."""
        text = "● Take"
        if take.recording:
            text = f"● {in_minutes(take.seconds, 0)}"
            if 0 <= take.bytes_free < _SCARCE_BYTES:
                text += f"  {take.bytes_free / 1e6:.0f} MB left"
        self.record.setChecked(take.recording)
        if text != self.record.text():
            self.record.setText(text)
            self.record.setToolTip(_STOP_TIP if take.recording else _RECORD_TIP)
            self.record.setAccessibleName("End the take" if take.recording else "Record a take")
            self.record.setAccessibleDescription(text.removeprefix("● ") if take.recording else "")
            self._settle()

    def show_beside(self, name: str, busy: bool) -> None:
        """Whose path is seen beside this one, or is being computed; `` for none."""
        self._name, self._doing = name, "…" if busy else "×"
        self.beside.setAccessibleName(f"End comparing with {name}")
        told = "Its path is being computed" if busy else "Its path is seen beside that of what plays, in violet"
        self.beside.setToolTip(f"{name}\n{told}. Click to end that.")
        self.beside.setVisible(bool(name))
        self._settle()

    def show_share(self, share: float) -> None:
        """How much of it is computed, 0..1."""
        self._doing = f"{100 * share:.0f} %"
        self._settle()

    def _settle(self) -> None:
        around = self.takes.x() + self.takes.sizeHint().width() + _BUTTON
        room = max(self.parentWidget().width() - around - _RIGHT, _SHORTEST)
        short = self.beside.fontMetrics().elidedText(f"Beside: {self._name}", Qt.TextElideMode.ElideRight, room)
        self.beside.setText(f"{short}  {self._doing}")
        self.layout().activate()
        self.resize(self.sizeHint())
        self.move(_MARGIN, _MARGIN)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.Resize):
            self._settle()
        return super().eventFilter(watched, event)
