"""Pages that share one place: a row of tabs, and the page of the one that is chosen."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from livemusic.ui.panels.button import button

_ROLES = ("left", "right")


class Tabs(QWidget):
    """Two `pages`, by what their tabs say and the tip that explains it; `turned` tells which is shown."""

    turned = Signal(int)

    def __init__(self, pages: tuple[tuple[str, str, QWidget], ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pages = QStackedWidget(self)
        self._names = tuple(name for name, _, _ in pages)
        self._group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(0)
        for number, (name, tip, page) in enumerate(pages):
            tab = button(name, tip, self, _ROLES[number])
            tab.setCheckable(True)
            self._group.addButton(tab, number)
            tab.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            row.addWidget(tab, number + 1)
            self.pages.addWidget(page)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.addLayout(row)
        self._rows.addWidget(self.pages)
        self._group.idClicked.connect(self.turn)
        self.turn(0)

    def turn(self, number: int) -> None:
        """Show a page."""
        self.pages.setCurrentIndex(number)
        self._group.button(number).setChecked(True)
        self.turned.emit(number)

    def remark(self, number: int, words: str) -> None:
        """Say beside the name of a tab what goes on in its page."""
        text = f"{self._names[number]}: {words}" if words else self._names[number]
        if text != self._group.button(number).text():
            self._group.button(number).setText(text)

    def make_room(self, scarce: bool) -> None:
        """Where room is scarce everything moves together."""
        self._rows.setSpacing(4 if scarce else 8)
