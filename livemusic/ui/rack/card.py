"""One plugin on the signal path: what it is, how it is, and what can be done with it."""

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from livemusic.sound.plugins.description import Plugin
from livemusic.ui import theme
from livemusic.ui.rack.line import INSTRUMENT, Seat
from livemusic.ui.rack.readings import latency_text, load_text, sides_text
from livemusic.ui.rack.widgets import Dot, Elided, LoadBar, press, words

_STATES = {
    "on": "on",
    "bypassed": "bypassed",
    "failed": "not open",
    "blocked": "blocked",
    "waiting": "opening…",
}
_REASONS = {
    "bypassed": "It misbehaved and is bypassed.",
    "failed": "It could not be opened.",
    "blocked": "It is blocked.",
}


class Card(QFrame):
    """The plugin at `place`. Drag it, or use its buttons and keys, to change the path.

    `picked` by the mouse, `entered` by the keys. `dragged` and `dropped` tell the hand's place on the screen; the rest
    say what is asked for.
    """

    picked = Signal()
    entered = Signal()
    opened = Signal(bool)
    removed = Signal()
    stepped = Signal(int)
    walked = Signal(int)
    retried = Signal()
    dragged = Signal(QPoint)
    dropped = Signal(QPoint)

    def __init__(self, place: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.place = place
        self._selected = False
        self._pressed: QPoint | None = None
        self._dragging = False
        self._editor_open = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor if place != INSTRUMENT else Qt.CursorShape.ArrowCursor)
        self.dot = Dot(self)
        self.name, self.about = Elided("name", self), Elided("help", self)
        self.state = words("", "help", self)
        self.detail = words("", "fault", self, wrap=True)
        self.load = LoadBar(self)
        self.figures = words("", "help", self)
        self.up = press("↑", "Earlier in the path [Alt+Up]", self, "icon", "Move up")
        self.down = press("↓", "Later in the path [Alt+Down]", self, "icon", "Move down")
        self.remove = press("×", "Take it off the path [Delete]", self, "icon", "Remove")
        self.open = press("Open", "Show the plugin's own window [Return]", self, "quiet")
        self.retry = press("Try again", "Try to open it again", self, "quiet")
        self._lay_out()
        self.up.clicked.connect(lambda: self.stepped.emit(-1))
        self.down.clicked.connect(lambda: self.stepped.emit(1))
        self.remove.clicked.connect(self.removed)
        self.open.clicked.connect(self._toggle)
        self.retry.clicked.connect(self.retried)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 9, 10, 11)
        column.setSpacing(3)
        top, middle, bottom = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for row in (top, middle, bottom):
            column.addLayout(row)
        column.addWidget(self.detail)
        top.setSpacing(2)
        top.addWidget(self.dot)
        top.addSpacing(6)
        top.addWidget(self.name, 1)
        top.addWidget(self.state)
        top.addSpacing(4)
        for icon in (self.up, self.down, self.remove):
            top.addWidget(icon)
        middle.setSpacing(6)
        middle.addWidget(self.about, 1)
        middle.addWidget(self.retry)
        middle.addWidget(self.open)
        middle.setContentsMargins(0, 0, 4, 0)
        bottom.setSpacing(8)
        bottom.addWidget(self.load)
        bottom.addWidget(self.figures)
        bottom.addStretch(1)

    def show_seat(self, seat: Seat, known: Plugin | None, effects: int, editor_open: bool, waits: str) -> None:
        """How the plugin is. `effects`: how many there are; `waits`: why one is not open yet."""
        report, state = seat.report, seat.state
        self.dot.show_state(state)
        self.name.show_text(seat.name)
        channels = report.channels if report is not None else known.channels if known is not None else 2
        parts = [known.maker, known.format] if known is not None else []
        self.about.show_text("  ·  ".join(part for part in (*parts, sides_text(channels)) if part))
        self.state.setText(_STATES.get(state, state) if state != "on" else "")
        detail = (report.detail.strip() if report is not None else waits) or _REASONS.get(state, "")
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))
        role = "help" if state == "waiting" else "warning" if state in ("on", "bypassed") else "fault"
        if role != self.detail.property("role"):
            self.detail.setProperty("role", role)
            self.detail.style().polish(self.detail)
        plays = state == "on" and report is not None
        self.load.setVisible(plays)
        self.figures.setVisible(plays)
        if report is not None:
            self.load.show_load(report.load)
            self.figures.setText(f"{load_text(report.load)}  ·  {latency_text(report.latency_ms)}")
        self.retry.setVisible(state in ("failed", "blocked", "bypassed"))
        self._editor_open = editor_open
        self.open.setVisible(state in ("on", "bypassed"))
        self.open.setText("Close" if editor_open else "Open")
        self.open.setAccessibleName(f"{self.open.text()} the window of {seat.name}")
        for icon in (self.up, self.down):
            icon.setVisible(self.place != INSTRUMENT)
        self.up.setEnabled(self.place > 1)
        self.down.setEnabled(self.place < effects)
        for icon, verb in ((self.up, "Move up"), (self.down, "Move down"), (self.remove, "Remove")):
            icon.setAccessibleName(f"{verb}: {seat.name}")
        role_text = "Instrument" if self.place == INSTRUMENT else f"Effect {self.place}"
        self.setAccessibleName(f"{role_text}: {seat.name}, {_STATES.get(state, state)}")
        self.setAccessibleDescription(detail or self.figures.text())
        self.setToolTip(seat.slot.path)

    def show_selected(self, selected: bool) -> None:
        """Whether its controls are the ones beside the path."""
        if selected != self._selected:
            self._selected = selected
            self.update()

    @property
    def selected(self) -> bool:
        return self._selected

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()
        if event.reason() not in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        match event.key():
            case Qt.Key.Key_Up if alt and self.up.isVisibleTo(self) and self.up.isEnabled():
                self.stepped.emit(-1)
            case Qt.Key.Key_Down if alt and self.down.isVisibleTo(self) and self.down.isEnabled():
                self.stepped.emit(1)
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.removed.emit()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.open.isVisibleTo(self):
                self._toggle()
            case Qt.Key.Key_Up:
                self.walked.emit(-1)
            case Qt.Key.Key_Down:
                self.walked.emit(1)
            case _:
                super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit()
            self._pressed = event.globalPosition().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or self.place == INSTRUMENT:
            return
        spot = event.globalPosition().toPoint()
        if not self._dragging and (spot - self._pressed).manhattanLength() >= QApplication.startDragDistance():
            self._dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.update()
        if self._dragging:
            self.dragged.emit(spot)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragging, self._dragging, self._pressed = self._dragging, False, None
        if dragging:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
            self.update()
            self.dropped.emit(event.globalPosition().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.open.isVisibleTo(self):
            self._toggle()

    def _toggle(self) -> None:
        self.opened.emit(not self._editor_open)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rim = theme.ACCENT if self._selected or self.hasFocus() else theme.LINE
        pen = painter.pen()
        pen.setColor(theme.colour(rim))
        pen.setWidthF(2.0 if self.hasFocus() else 1.2)
        painter.setPen(pen)
        painter.setBrush(
            theme.colour(theme.RAISED if self._selected else theme.SURFACE, 0.5 if self._dragging else 1.0)
        )
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)
        painter.end()
