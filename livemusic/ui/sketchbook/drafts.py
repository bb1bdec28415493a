"""Everything that was made, the newest first: a picture, its name, and by which seed."""

from PySide6.QtCore import QEvent, QModelIndex, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from livemusic.engine.messages import DiscardDraft, Make, RecallDraft
from livemusic.engine.pattern_edits import RenameDraft
from livemusic.engine.snapshot import StudioState
from livemusic.music.grid import STEP
from livemusic.music.kit import VOICE_COUNT
from livemusic.session.preset import Clip
from livemusic.session.sketchbook import MOST_DRAFTS, Draft
from livemusic.session.sketchbook import words as words_of
from livemusic.ui import theme
from livemusic.ui.panels.naming import ask_name
from livemusic.ui.rack.widgets import Elided, press, words

_HEIGHT, _PICTURE, _CROSS = 84, 34, 22
_OFFER_MS = 12_000
_DRAFT = Qt.ItemDataRole.UserRole


def paint_clip(painter: QPainter, clip: Clip, field: QRectF) -> None:
    """A clip in little: nine lanes, a mark for each hit, brighter where it is louder, thin and in its own place for an
    ornament."""
    lane, step = field.height() / VOICE_COUNT, field.width() / clip.steps
    painter.setPen(Qt.PenStyle.NoPen)
    for at, voice, hits in clip.grid().cells():
        top = field.bottom() - (voice + 1) * lane
        for number, (velocity, offset) in enumerate(hits):
            place, width = (at + offset / STEP, max(1.0, 0.25 * step)) if number else (at, max(1.5, 0.8 * step))
            painter.setBrush(theme.mix(theme.RAISED, theme.LANES[voice], 0.35 + 0.65 * velocity / 127))
            painter.drawRect(QRectF(field.left() + place * step, top + 0.4, width, max(1.5, lane - 0.8)))


class DraftPainter(QStyledItemDelegate):
    """Draws a draft, with a cross to throw it away under the mouse. `crossed`: the cross was hit."""

    crossed = Signal(object)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(120, _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        draft: Draft = index.data(_DRAFT)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        box = QRectF(option.rect).adjusted(0.5, 2.5, -0.5, -3.5)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour(theme.ACCENT if chosen else theme.FAINT if hovered else theme.RAISED), 1))
        painter.setBrush(theme.colour(theme.RAISED if chosen else theme.SURFACE))
        painter.drawRoundedRect(box, 8, 8)
        paint_clip(painter, draft.clip, QRectF(box.left() + 10, box.top() + 8, box.width() - 20, _PICTURE))
        line = QRectF(box.left() + 10, box.top() + _PICTURE + 10, box.width() - 20, box.height() - _PICTURE - 14)
        self._write(painter, line, draft.clip.name, words_of(draft.recipe).partition(" · ")[2])
        if hovered:
            self._cross(painter, QRectF(cross(option.rect)))
        painter.restore()

    def _write(self, painter: QPainter, line: QRectF, told: str, seed: str) -> None:
        """The name, and the seed beside it where there is one."""
        painter.setFont(theme.font(theme.SMALL))
        face = painter.fontMetrics()
        width = face.horizontalAdvance(seed) + 8 if seed else 0
        painter.setPen(theme.colour(theme.TEXT))
        text = face.elidedText(told, Qt.TextElideMode.ElideMiddle, int(line.width()) - width)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.setPen(theme.colour(theme.MUTED))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, seed)

    def _cross(self, painter: QPainter, box: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(theme.BACKGROUND, 0.85))
        painter.drawEllipse(box)
        painter.setPen(QPen(theme.colour(theme.TEXT), 1.6))
        middle, arm = box.center(), 3.8
        for side in (-1, 1):
            reach = QPointF(arm, side * arm)
            painter.drawLine(middle - reach, middle + reach)

    def editorEvent(self, event: QEvent, model: object, option: QStyleOptionViewItem, index: QModelIndex) -> bool:
        """A press on the cross belongs to it, and so does what follows."""
        if isinstance(event, QMouseEvent) and cross(option.rect).contains(event.position().toPoint()):
            if event.type() == QEvent.Type.MouseButtonRelease:
                self.crossed.emit(index.data(_DRAFT))
            return True
        return False


def cross(row: QRect) -> QRect:
    """Where in the row of a draft it is thrown away."""
    return QRect(row.right() - _CROSS - 6, row.top() + 8, _CROSS, _CROSS)


class DraftList(QListWidget):
    """Click, arrow keys or Return take a draft up, Delete throws it away, a double click lets it be heard, its menu
    renames it: `renaming`.
    """

    recalled = Signal(object)
    discarded = Signal(object)
    renaming = Signal(object)
    listened = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("drafts")
        self.setAccessibleName("Drafts")
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.painter = DraftPainter(self)
        self.setItemDelegate(self.painter)
        self.painter.crossed.connect(self.discarded)
        self._drafts: tuple[Draft, ...] = ()

    def show_drafts(self, drafts: tuple[Draft, ...], number: int) -> None:
        """All there are, the newest last, and the number of the one at hand."""
        if drafts != self._drafts:
            self._drafts = drafts
            self.clear()
            for draft in reversed(drafts):
                item = QListWidgetItem()
                item.setData(_DRAFT, draft)
                text = f"{draft.clip.name}: {words_of(draft.recipe)}"
                item.setData(Qt.ItemDataRole.AccessibleTextRole, text)
                item.setToolTip(f"{text}\nClick to select, double-click to play, F2 to rename, Delete to discard")
                self.addItem(item)
        row = next((row for row in range(self.count()) if self.draft(row).number == number), -1)
        if row != self.currentRow() or row < 0:
            self.setCurrentRow(row)
            self.clearSelection() if row < 0 else self.scrollToItem(self.item(row))

    def draft(self, row: int) -> Draft:
        """The draft in a row, counted from the top."""
        return self.item(row).data(_DRAFT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if (draft := self._under(event)) is not None:
            self.recalled.emit(draft)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        if self._under(event) is not None:
            self.listened.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if (item := self.currentItem()) is not None:
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self.fill_menu(menu, item.data(_DRAFT))
            menu.popup(event.globalPos())

    def fill_menu(self, menu: QMenu, draft: Draft) -> None:
        """What can be done with a draft."""
        menu.addAction("Rename…\tF2").triggered.connect(lambda *_: self.renaming.emit(draft))
        menu.addAction("Discard\tDel").triggered.connect(lambda *_: self.discarded.emit(draft))

    def _under(self, event: QMouseEvent) -> Draft | None:
        """The draft that is clicked on, unless the cross is meant."""
        spot = event.position().toPoint()
        item = self.itemAt(spot)
        if item is None or event.button() != Qt.MouseButton.LeftButton:
            return None
        return None if cross(self.visualItemRect(item)).contains(spot) else item.data(_DRAFT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._drop(self.currentRow())
        elif event.key() == Qt.Key.Key_Space:
            event.ignore()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.currentItem() is not None:
                self.recalled.emit(self.currentItem().data(_DRAFT))
        else:
            before = self.currentRow()
            super().keyPressEvent(event)
            if self.currentRow() not in (before, -1):
                self.recalled.emit(self.currentItem().data(_DRAFT))

    def _drop(self, row: int) -> None:
        """Throw a draft away and go on to the one below, or above where it was the last."""
        if row >= 0:
            beside = row + 1 if row + 1 < self.count() else row - 1
            following = self.draft(beside) if beside >= 0 else None
            self.discarded.emit(self.draft(row))
            if following is not None:
                self.recalled.emit(following)


class Drafts(QWidget):
    """The list with its title, and for a while after one was thrown away the offer to bring it back."""

    asked = Signal(object)
    recalled = Signal(object)
    listened = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.list = DraftList(self)
        self.empty = words("Patterns you make are kept here, with their seeds.", "help", self, wrap=True)
        self.count = words("", "help", self)
        self.offer = QFrame(self)
        self.offer.setProperty("role", "note")
        self.gone = Elided("help", self.offer)
        self.back = press("Restore", "Restore the discarded draft", self.offer, "quiet")
        self.offer.hide()
        self._thrown: Draft | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_OFFER_MS)
        self._patience.timeout.connect(self.offer.hide)
        head, inside, column = QHBoxLayout(), QHBoxLayout(self.offer), QVBoxLayout(self)
        head.addWidget(words("Drafts", "name", self))
        head.addStretch(1)
        head.addWidget(self.count)
        inside.setContentsMargins(10, 6, 6, 6)
        inside.addWidget(self.gone, 1)
        inside.addWidget(self.back)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.empty)
        column.addWidget(self.list, 1)
        column.addWidget(self.offer)
        self.list.recalled.connect(self._recall)
        self.list.discarded.connect(self._discard)
        self.list.renaming.connect(self._rename)
        self.list.listened.connect(self.listened)
        self.back.clicked.connect(self.bring_back)

    def show_studio(self, studio: StudioState) -> None:
        """What was made."""
        self.list.show_drafts(studio.drafts, studio.number)
        self.empty.setVisible(not studio.drafts)
        count = len(studio.drafts)
        self.count.setText(f"{count} of {MOST_DRAFTS}" if count > MOST_DRAFTS // 2 else str(count or ""))

    def bring_back(self) -> None:
        """Make the draft again that was thrown away last."""
        thrown, self._thrown = self._thrown, None
        self._patience.stop()
        self.offer.hide()
        if thrown is not None:
            self.asked.emit(Make(thrown.recipe))
            self.asked.emit(RenameDraft(thrown.clip.name))

    def _recall(self, draft: Draft) -> None:
        self.asked.emit(RecallDraft(draft.number))
        self.recalled.emit(draft)

    def _rename(self, draft: Draft) -> None:
        if new := ask_name(self, "Rename the pattern", "What is this pattern called?", draft.clip.name):
            self._recall(draft)  # what is renamed is at hand, where that can be undone
            self.asked.emit(RenameDraft(new, draft.number))

    def _discard(self, draft: Draft) -> None:
        self._thrown = draft
        self.gone.show_text(f"“{draft.clip.name}” is gone.")
        self.offer.show()
        self._patience.start()
        self.asked.emit(DiscardDraft(draft.number))

    def hideEvent(self, event: QEvent) -> None:
        self._patience.stop()
        self.offer.hide()
        super().hideEvent(event)
