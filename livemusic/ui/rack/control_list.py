"""The controls of a plugin as sliders, steps and switches: painted, so that three hundred are as quick as three."""

from math import isfinite

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from livemusic.ui import theme
from livemusic.ui.rack.controls import ROW, Controls, Row

HEIGHT = 46
_NAME, _VALUE = 0.39, 112
_MARGIN, _HANDLE = 14, 7.0
#: How far a key moves a control, in parts of its range: plainly, and with Shift.
_STEP, _FINE = 0.02, 0.002


def slider_area(row: QRect) -> QRect:
    """Where in a row the slider runs, from its least to its most."""
    left = row.left() + _MARGIN + int(_NAME * row.width())
    return QRect(left, row.top(), max(24, row.right() - _VALUE - _MARGIN - left), row.height())


class ControlList(QListView):
    """Drag to move, double-click (or Delete) for how it was new, right-click to teach a controller.

    `taught` and `forgotten` tell the name of the control.
    """

    taught = Signal(str)
    forgotten = Signal(str)

    def __init__(self, controls: Controls, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controls = controls
        self._held: int | None = None
        self._offset = 0.0
        self.setModel(controls)
        self.setItemDelegate(_Painter(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName("Controls of the plugin")
        self.setAccessibleDescription("Up and Down choose a control, Left and Right move it, Delete resets it.")
        controls.modelAboutToBeReset.connect(self._drop)

    @property
    def held(self) -> int | None:
        """The row under the hand."""
        return self._held

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            super().mousePressEvent(event)
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.setCurrentIndex(index)
        area, x = slider_area(self.visualRect(index)), event.position().x()
        if not area.left() - _HANDLE <= x <= area.right() + _HANDLE:
            return
        row: Row = index.data(ROW)
        if row.is_switch:
            self._controls.put(index.row(), 0.0 if row.value >= 0.5 else 1.0)
            return
        self._held = index.row()
        at = area.left() + row.value * area.width() if isfinite(row.value) else x
        self._offset = at - x if abs(at - x) <= _HANDLE + 2 else 0.0
        self._controls.grab(self._held, self._value_at(area, x))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            super().mouseMoveEvent(event)
        else:
            area = slider_area(self.visualRect(self._controls.index(self._held)))
            self._controls.grab(self._held, self._value_at(area, event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            super().mouseReleaseEvent(event)
        self._drop()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            self._drop()
            if not index.data(ROW).is_switch:
                self.restore(index)
            else:
                self.mousePressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._drop()
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if not index.isValid():
            super().keyPressEvent(event)
            return
        amount = _FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _STEP
        match event.key():
            case Qt.Key.Key_Right | Qt.Key.Key_Plus:
                self._controls.step(index.row(), amount)
            case Qt.Key.Key_Left | Qt.Key.Key_Minus:
                self._controls.step(index.row(), -amount)
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.restore(index)
            case Qt.Key.Key_Space if index.data(ROW).is_switch:
                self._controls.put(index.row(), 0.0 if index.data(ROW).value >= 0.5 else 1.0)
            case _:
                super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            spot = self.visualRect(index).center() if by_key else event.pos()
            self.menu(index).popup(self.viewport().mapToGlobal(spot))

    def menu(self, index: QModelIndex | QPersistentModelIndex) -> QMenu:
        """What a right click on a control offers."""
        row: Row = index.data(ROW)
        place = QPersistentModelIndex(index)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Learn MIDI…").triggered.connect(lambda *_: self.taught.emit(row.name))
        if self._controls.bound(row.name):
            menu.addAction(f"Forget {row.bound}").triggered.connect(lambda *_: self.forgotten.emit(row.name))
        menu.addSeparator()
        menu.addAction("Reset to default").triggered.connect(lambda *_: self.restore(place))
        return menu

    def restore(self, index: QModelIndex | QPersistentModelIndex) -> None:
        """Put a control where it was when the plugin was new."""
        if index.isValid():
            self._controls.put(index.row(), index.data(ROW).default)

    def _value_at(self, area: QRect, x: float) -> float:
        return (x + self._offset - area.left()) / area.width()

    def _drop(self) -> None:
        self._held = None
        self._controls.let_go()


class _Painter(QStyledItemDelegate):
    """Draws one control: name, what moves it, slider or switch, value."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: Row = index.data(ROW)
        rect, view = option.rect, self.parent()
        enabled = bool(option.state & QStyle.StateFlag.State_Enabled)
        hovered = enabled and bool(option.state & QStyle.StateFlag.State_MouseOver)
        current = view.currentIndex() == index and view.hasFocus()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if hovered or current or row.learning:
            painter.setPen(theme.colour(theme.ACCENT) if current or row.learning else Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(theme.RAISED, 0.6))
            painter.drawRoundedRect(QRectF(rect).adjusted(1.5, 1.5, -1.5, -1.5), 8, 8)
        area = slider_area(rect)
        left = rect.left() + _MARGIN
        self._names(painter, row, QRect(left, rect.top(), area.left() - left - _MARGIN, rect.height()), enabled)
        if row.is_switch:
            self._switch(painter, row, area, enabled)
        else:
            self._slider(painter, row, area, enabled, hovered or current)
        painter.setFont(theme.font(theme.NORMAL))
        painter.setPen(theme.colour(theme.TEXT if enabled else theme.FAINT))
        value = QRect(area.right() + 10, rect.top(), rect.right() - _MARGIN - area.right() - 10, rect.height())
        text = painter.fontMetrics().elidedText(row.text, Qt.TextElideMode.ElideRight, value.width())
        painter.drawText(value, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
        painter.restore()

    def _names(self, painter: QPainter, row: Row, area: QRect, enabled: bool) -> None:
        lines = [(row.name, theme.NORMAL, theme.TEXT if enabled else theme.FAINT)]
        if row.bound:
            lines.append((row.bound, 11, theme.ACCENT))
        top = area.top() + (area.height() - sum(size + 5 for _, size, _ in lines)) // 2
        for text, size, tone in lines:
            painter.setFont(theme.font(size))
            painter.setPen(theme.colour(tone))
            line = QRect(area.left(), top, area.width(), size + 5)
            text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)
            top += size + 5

    def _slider(self, painter: QPainter, row: Row, area: QRect, enabled: bool, lively: bool) -> None:
        middle, left, width = area.center().y() + 0.5, area.left(), area.width()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(theme.LINE))
        painter.drawRoundedRect(QRectF(left, middle - 2, width, 4), 2, 2)
        self._marks(painter, row, area, middle)
        if not isfinite(row.value):
            return
        tone = theme.ACCENT if enabled else theme.FAINT
        at = left + row.value * width
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(tone))
        painter.drawRoundedRect(QRectF(left, middle - 2, at - left, 4), 2, 2)
        painter.setBrush(theme.colour(tone if lively or not enabled else theme.TEXT))
        painter.drawEllipse(QPointF(at, middle), _HANDLE, _HANDLE)

    def _marks(self, painter: QPainter, row: Row, area: QRect, middle: float) -> None:
        """Every position of a stepped control; of a smooth one, where it was when new."""
        painter.setPen(theme.colour(theme.FAINT))
        places = [step / (row.steps - 1) for step in range(row.steps)] if row.steps else [row.default]
        for place in places:
            x = round(area.left() + place * area.width()) + 0.5
            painter.drawLine(QPointF(x, middle + 6), QPointF(x, middle + 9))

    def _switch(self, painter: QPainter, row: Row, area: QRect, enabled: bool) -> None:
        on = row.value >= 0.5
        track = QRectF(area.left(), area.center().y() - 9.5, 38, 20)
        painter.setPen(theme.colour(theme.ACCENT if on and enabled else theme.FAINT))
        painter.setBrush(theme.colour(theme.ACCENT if on and enabled else theme.RAISED))
        painter.drawRoundedRect(track, 10, 10)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(theme.BACKGROUND if on and enabled else theme.MUTED))
        painter.drawEllipse(QPointF(track.left() + (28 if on else 10), track.center().y()), 6.5, 6.5)
