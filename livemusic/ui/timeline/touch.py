"""What the hand does on the time line: go there, move along, zoom, and loop."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from livemusic.music.playhead import SHORTEST_LOOP
from livemusic.music.tempo import Seconds
from livemusic.ui.timeline.items import View
from livemusic.ui.timeline.plot import TimePlot
from livemusic.ui.timeline.sections import Span

#: A press that moves less than this is a click; so near to an edge of the loop it is that which is dragged. Pixels.
_CLICK, _EDGE = 4, 6
_ZOOM = 1.25
_STEP_S, _FINE_S = 5.0, 1.0
_TIP = (
    "The song over time. Click: go there; drag: move along; wheel: zoom; double click: all of it.\n"
    "Drag in the ruler above: a loop. Double click a section's name: loop it; right click: more.\n"
    "Space: play or pause; ← →: go 5 s (Shift: 1 s); ↑ ↓: zoom; [ and ]: the loop begins or ends here."
)


class TouchPlot(TimePlot):
    """A `TimePlot` for mouse and keys. `sought`: a time to go to; `hovered`: the time under the mouse, or None;
    `looped`: a new loop `(begin, end)`; `toggled`: play or pause; `menu_wanted`: a `Span` and the place of the screen
    for its menu.
    """

    sought = Signal(float)
    hovered = Signal(object)
    looped = Signal(object)
    toggled = Signal()
    menu_wanted = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pressed: QPointF | None = None
        self._grip: Seconds | None = None
        self._panned: View | None = None
        self._dragged = False
        self.setToolTip(_TIP)
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            return
        self._pressed, self._panned, self._dragged, self.held = event.position(), self.view, False, True
        if self.ruler.contains(event.position()):
            self._grip = self._other_edge(event.position().x())
            if self._grip is None:
                self._grip = self._inside(event.position().x())
            self._panned = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.accept()
        spot = event.position()
        if self._pressed is None or not event.buttons():
            self._hover_over(self._inside(spot.x()))
            near = self.ruler.contains(spot) and self._other_edge(spot.x()) is not None
            self.setCursor(Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor)
        elif self._dragged or abs(spot.x() - self._pressed.x()) >= _CLICK:
            self._dragged = True
            self.setCursor(Qt.CursorShape.SizeHorCursor)
            if self._panned is not None:
                seen = self._panned
                moved = seen.time(spot.x()) - seen.time(self._pressed.x())
                self.look(seen.begin - moved, seen.end - seen.begin)
            elif self._grip is not None:
                end = self._inside(spot.x())
                if abs(end - self._grip) >= SHORTEST_LOOP:
                    self.draw_loop((min(self._grip, end), max(self._grip, end)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if self._pressed is None:
            return
        grip, self._pressed, self._grip, self._panned, self.held = self._grip, None, None, None, False
        self.setCursor(Qt.CursorShape.ArrowCursor)
        if not self._dragged:
            self.sought.emit(self._inside(event.position().x()))
        elif grip is not None and self.loop is not None:
            self.looped.emit(self.loop)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()
        row = event.position().y() - self.ruler.bottom()
        section = self._section(self._inside(event.position().x()))
        if section is not None and 0 <= row < self.strip:
            self._ask_loop(section.begin, min(section.end, self.length))
        else:
            self.show_all()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.accept()
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        section = self._section(self.head if by_key else self._inside(event.pos().x()))
        if section is not None:
            self.menu_wanted.emit(section, self.mapToGlobal(self.rect().center()) if by_key else event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        turn, view = event.angleDelta(), self.view
        along = turn.x() or (turn.y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0)
        if along:
            self.look(view.begin - along / 120 * (view.end - view.begin) / 8, view.end - view.begin)
        else:
            self.zoom(_ZOOM ** (turn.y() / 120), self._inside(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover_over(None)

    def viewportEvent(self, event: QEvent) -> bool:
        """What can be done is told over the ruler only: elsewhere it would lie over what the hand looks at."""
        if isinstance(event, QHelpEvent) and not self.ruler.contains(QPointF(event.pos())):
            QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keys that mean something else elsewhere are ours while the hand is here."""
        if event.type() == QEvent.Type.ShortcutOverride and not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier:
            ours = (Qt.Key.Key_Space, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight)
            if event.key() in ours:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _FINE_S if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _STEP_S
        match event.key():
            case Qt.Key.Key_Space:
                if not event.isAutoRepeat():
                    self.toggled.emit()
            case Qt.Key.Key_Left:
                self.sought.emit(max(0.0, self.head - step))
            case Qt.Key.Key_Right:
                self.sought.emit(min(self.length, self.head + step))
            case Qt.Key.Key_Home:
                self.sought.emit(0.0)
            case Qt.Key.Key_End:
                self.sought.emit(self.length)
            case Qt.Key.Key_Up:
                self.zoom(_ZOOM)
            case Qt.Key.Key_Down:
                self.zoom(1 / _ZOOM)
            case Qt.Key.Key_BracketLeft:
                end = self.loop[1] if self.loop is not None and self.loop[1] > self.head else self.length
                self._ask_loop(self.head, end)
            case Qt.Key.Key_BracketRight:
                self._ask_loop(self.loop[0] if self.loop is not None and self.loop[0] < self.head else 0, self.head)
            case _:
                event.ignore()

    def _ask_loop(self, begin: Seconds, end: Seconds) -> None:
        if end - begin >= SHORTEST_LOOP:
            self.looped.emit((begin, end))

    def _section(self, seconds: Seconds) -> Span | None:
        return next((span for span in self.spans if span.begin <= seconds < span.end), None)

    def _inside(self, x: float) -> Seconds:
        return min(max(self.view.time(x), 0.0), self.length)

    def _other_edge(self, x: float) -> Seconds | None:
        """Where an edge of the loop is at `x`, the other one: it stays while this one is dragged."""
        if self.loop is not None:
            for edge, other in (self.loop, self.loop[::-1]):
                if abs(self.view.x(edge) - x) <= _EDGE:
                    return other
        return None

    def _hover_over(self, seconds: Seconds | None) -> None:
        self.show_hover(seconds)
        self.hovered.emit(seconds)
