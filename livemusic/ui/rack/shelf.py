"""The plugins that may be added, grouped by maker, with a field to find them."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from livemusic.session.plugin import PluginSlot
from livemusic.sound.plugins.description import Plugin
from livemusic.ui import theme
from livemusic.ui.rack.readings import load_text, sides_text
from livemusic.ui.rack.scanning import ScanBar
from livemusic.ui.rack.widgets import finder, press, words

ITEM = Qt.ItemDataRole.UserRole
NO_MAKER = "Other makers"
_ROW, _HEADING = 40, 38

Index = QModelIndex | QPersistentModelIndex


class Stock(QAbstractListModel):
    """Makers as headings (a `str` under `ITEM`), each with its plugins."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._items: list[str | Plugin] = []

    def show_plugins(self, plugins: list[Plugin]) -> None:
        """What to list; the order is ours."""
        self.beginResetModel()
        self._items = []
        maker: str | None = None
        for plugin in sorted(plugins, key=_order):
            if (own := plugin.maker.strip() or NO_MAKER).casefold() != (maker or "").casefold():
                maker = own
                self._items.append(own)
            self._items.append(plugin)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._items)

    def flags(self, index: Index) -> Qt.ItemFlag:
        heading = isinstance(index.data(ITEM), str)
        return Qt.ItemFlag.NoItemFlags if heading else Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._items):
            return None
        item = self._items[index.row()]
        match role:
            case _ if role == ITEM:
                return item
            case Qt.ItemDataRole.DisplayRole:
                return item if isinstance(item, str) else item.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return item if isinstance(item, str) else f"{item.name}, {about(item)}"
            case Qt.ItemDataRole.ToolTipRole if isinstance(item, Plugin):
                return f"{item.name} {item.version}".strip() + f"\n{item.path}\nIn its trial: {load_text(item.load)}"
        return None


class Shelf(QWidget):
    """`chosen` brings the `PluginSlot` and whether it is an instrument; `left` that nothing is to be added."""

    chosen = Signal(object, bool)
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._known: tuple[Plugin, ...] = ()
        self._blocked: frozenset[str] = frozenset()
        self.stock = Stock(self)
        self.find = finder("Find a plugin", "Find by name, maker or format", self)
        self.effects = press("Effects", "Effect plugins", self, "left")
        self.instruments = press("Instruments", "Plugins that play instead of the kit", self, "right")
        self.list = _PluginList(self.stock, self)
        self.hint = words("", "lead", self, wrap=True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.add = press("Add", "Put it on the path [Return]", self)
        self.back = press("Done", "Back to the controls [Esc]", self, "quiet")
        self.scan = ScanBar(self)
        self._kinds = QButtonGroup(self)
        for kind in (self.effects, self.instruments):
            kind.setCheckable(True)
            self._kinds.addButton(kind)
        self.effects.setChecked(True)
        self._lay_out()
        self._kinds.buttonToggled.connect(lambda _, on: self._fill() if on else None)
        self.find.textChanged.connect(self._fill)
        self.find.returnPressed.connect(self._add)
        self.find.installEventFilter(self)
        self.list.activated.connect(lambda _: self._add())
        self.list.selectionModel().currentChanged.connect(self._tell)
        self.add.clicked.connect(self._add)
        self.back.clicked.connect(self.left)
        self._fill()

    def _lay_out(self) -> None:
        column, top, kinds, bottom = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        column.setContentsMargins(20, 16, 12, 16)
        column.setSpacing(12)
        kinds.setSpacing(0)
        kinds.addWidget(self.effects)
        kinds.addWidget(self.instruments)
        top.setSpacing(12)
        top.addLayout(kinds)
        top.addWidget(self.find, 1)
        bottom.addWidget(self.add)
        bottom.addStretch(1)
        bottom.addWidget(self.back)
        column.addWidget(words("Add a plugin", "title", self))
        column.addLayout(top)
        column.addWidget(self.list, 1)
        column.addWidget(self.hint, 1)
        column.addLayout(bottom)
        column.addWidget(self.scan)

    def show_known(self, known: tuple[Plugin, ...], blocked: frozenset[str]) -> None:
        """What the last scan found, without the files that are blocked."""
        if (known, blocked) != (self._known, self._blocked):
            self._known, self._blocked = known, blocked
            self._fill()

    def ask_for(self, instrument: bool) -> None:
        """Offer instruments or effects."""
        (self.instruments if instrument else self.effects).setChecked(True)
        self.find.clear()
        self.find.setFocus()

    def eventFilter(self, watched: QWidget, event: Any) -> bool:
        keys = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)
        if watched is self.find and isinstance(event, QKeyEvent) and event.key() in keys:
            if event.type() == QKeyEvent.Type.KeyPress:
                self.list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    def _fill(self, *_: object) -> None:
        before = self.list.currentIndex().data(ITEM)
        wanted = [
            plugin
            for plugin in self._known
            if plugin.is_instrument == self.instruments.isChecked() and plugin.path not in self._blocked
        ]
        words_wanted = self.find.text().casefold().split()
        found = [plugin for plugin in wanted if all(word in _haystack(plugin) for word in words_wanted)]
        self.stock.show_plugins(found)
        self.list.choose(before)
        self.list.setVisible(bool(found))
        self.hint.setVisible(not found)
        kind = "instrument" if self.instruments.isChecked() else "effect"
        if wanted:
            self.hint.setText(f"No {kind} has “{self.find.text().strip()}” in its name, maker or format.")
        else:
            other = f"No {kind} is known yet." if self._known else "No plugin is known yet."
            self.hint.setText(f"{other} Scan for plugins to find those that are installed.")
        self._tell()

    def _tell(self, *_: object) -> None:
        item = self.list.currentIndex().data(ITEM)
        chosen = isinstance(item, Plugin)
        self.add.setEnabled(chosen)
        self.add.setText(("Play " if item.is_instrument else "Add ") + item.name if chosen else "Add")

    def _add(self) -> None:
        item = self.list.currentIndex().data(ITEM)
        if isinstance(item, Plugin):
            several = sum(plugin.path == item.path for plugin in self._known) > 1
            self.chosen.emit(PluginSlot(item.path, item.name if several else ""), item.is_instrument)


class _PluginList(QListView):
    """Skips the headings, with keys and without."""

    def __init__(self, stock: Stock, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModel(stock)
        self.setItemDelegate(_Painter(self))
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName("Plugins")
        self.setAccessibleDescription("Return adds the chosen one.")

    def choose(self, wanted: object) -> None:
        """Make `wanted` the current one again, or the first."""
        model = self.model()
        rows = [model.index(row, 0) for row in range(model.rowCount())]
        plugins = [index for index in rows if isinstance(index.data(ITEM), Plugin)]
        if plugins:
            self.setCurrentIndex(next((index for index in plugins if index.data(ITEM) == wanted), plugins[0]))
            if self.currentIndex() == plugins[0]:
                self.scrollToTop()


class _Painter(QStyledItemDelegate):
    """A maker as a heading; a plugin as its name and what there is to know at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, _HEADING if isinstance(index.data(ITEM), str) else _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item = index.data(ITEM)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = option.rect.adjusted(12, 0, -12, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        if isinstance(item, str):
            painter.setFont(theme.font(theme.SMALL, theme.QFont.Weight.DemiBold))
            painter.setPen(theme.colour(theme.MUTED))
            painter.drawText(row.adjusted(0, 8, 0, 0), middle, item)
        else:
            current = self.parent().currentIndex() == index
            if current or option.state & QStyle.StateFlag.State_MouseOver:
                painter.setPen(theme.colour(theme.ACCENT) if current else Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour(theme.RAISED))
                painter.drawRoundedRect(QRectF(option.rect).adjusted(1.5, 1.5, -1.5, -1.5), 8, 8)
            painter.setFont(theme.font(theme.SMALL))
            painter.setPen(theme.colour(theme.MUTED))
            painter.drawText(row, middle | Qt.AlignmentFlag.AlignRight, about(item))
            room = row.width() - painter.fontMetrics().horizontalAdvance(about(item)) - 16
            painter.setFont(theme.font(theme.NORMAL))
            painter.setPen(theme.colour(theme.TEXT))
            name = painter.fontMetrics().elidedText(item.name, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRect(row.left(), row.top(), room, row.height()), middle, name)
        painter.restore()


def about(plugin: Plugin) -> str:
    """What there is to know before adding it."""
    return "  ·  ".join(part for part in (sides_text(plugin.channels), plugin.format) if part)


def _haystack(plugin: Plugin) -> str:
    return f"{plugin.name} {plugin.maker} {plugin.format}".casefold()


def _order(plugin: Plugin) -> tuple[bool, str, str, str]:
    return not plugin.maker.strip(), plugin.maker.strip().casefold(), plugin.name.casefold(), plugin.path
