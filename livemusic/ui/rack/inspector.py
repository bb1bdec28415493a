"""Beside the path: the controls of the plugin that was picked, or an invitation where there is none."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from livemusic.session.control import Binding
from livemusic.ui.rack.control_list import ControlList
from livemusic.ui.rack.controls import Controls
from livemusic.ui.rack.line import INSTRUMENT, Seat
from livemusic.ui.rack.widgets import Elided, finder, press, words

#: From this many controls on there is a field to find one.
_MANY = 12
_INVITATION = "The built-in kit plays. Add an effect, or an instrument to play instead of the kit."


class Inspector(QWidget):
    """`moved` tells name and value of a control, `taught` and `forgotten` the name of one, all of the shown plugin."""

    moved = Signal(str, float)
    taught = Signal(str)
    forgotten = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown: tuple[int, str, str] | None = None
        self.name, self.about = Elided("title", self), words("", "help", self)
        self.find = finder("Find a control", "Find a control", self)
        self.find.setFixedWidth(210)
        self.controls = Controls(self)
        self.list = ControlList(self.controls, self)
        self.hint = words("", "lead", self, wrap=True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        head, titles, column = QHBoxLayout(), QVBoxLayout(), QVBoxLayout(self)
        titles.setSpacing(2)
        titles.addWidget(self.name)
        titles.addWidget(self.about)
        head.setContentsMargins(14, 0, 14, 0)
        head.addLayout(titles, 1)
        head.addWidget(self.find)
        column.setContentsMargins(12, 16, 8, 12)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.list, 1)
        column.addWidget(self.hint, 1)
        self.hint.setContentsMargins(14, 0, 14, 0)
        self.find.textChanged.connect(self._sift)
        self.find.returnPressed.connect(self._enter)
        self.controls.moved.connect(self.moved)
        self.list.taught.connect(self.taught)
        self.list.forgotten.connect(self.forgotten)

    def show_seat(self, place: int, seat: Seat, bindings: dict[str, Binding], learning: str, settled: bool) -> None:
        """The plugin at `place`; where it is not `settled`, its place is about to change, and hands wait."""
        shown = place, seat.slot.path, seat.slot.name
        if shown != self._shown:
            self.controls.forget_hand()
            self._shown = shown
            self.find.clear()
        controls = seat.report.controls if seat.report is not None else ()
        self.controls.show_controls(controls)
        self.controls.show_bindings(bindings, learning)
        self.list.setEnabled(settled and seat.state == "on")
        self.name.show_text(seat.name)
        role = "plays instead of the kit" if place == INSTRUMENT else f"effect {place}"
        count = f"{len(controls)} control{'s' * (len(controls) != 1)}" if controls else ""
        self.about.setText("  ·  ".join(part for part in (role, count) if part))
        self.find.setVisible(len(controls) > _MANY)
        self._sift(self.find.text())

    def _sift(self, text: str) -> None:
        self.controls.sift(text)
        there = self.controls.rowCount() > 0
        self.list.setVisible(there)
        self.hint.setVisible(not there)
        if self.controls.count:
            self.hint.setText(f"No control is called “{text.strip()}”.")
        else:
            self.hint.setText("It shows no controls now. Its own window may have some.")

    def _enter(self) -> None:
        if self.controls.rowCount():
            self.list.setCurrentIndex(self.controls.index(0))
            self.list.setFocus()


class Invitation(QWidget):
    """What to do while no plugin is on the path."""

    effect_wanted = Signal()
    instrument_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = words(_INVITATION, "invitation", self, wrap=True)
        self.effect = press("Add an effect", "Processes everything you hear", self)
        self.instrument = press("Add an instrument", "It plays instead of the kit", self)
        self.effect.clicked.connect(self.effect_wanted)
        self.instrument.clicked.connect(self.instrument_wanted)
        row, column = QHBoxLayout(), QVBoxLayout(self)
        row.addWidget(self.effect)
        row.addWidget(self.instrument)
        row.addStretch(1)
        column.setContentsMargins(48, 24, 48, 24)
        column.setSpacing(18)
        column.addStretch(2)
        column.addWidget(self.text)
        column.addLayout(row)
        column.addStretch(3)
