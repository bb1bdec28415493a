"""The plugins that are not opened any more: why, since when, and a way back."""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from livemusic.sound.protocol import Blocked
from livemusic.ui.rack.widgets import Dot, Elided, press, words


class BlockedPage(QWidget):
    """`retried` tells the file that is to have another chance; `left` that there is no more to do here."""

    retried = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown: tuple[Blocked, ...] | None = None
        self.rows: dict[str, QFrame] = {}
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._sheet = QWidget()
        self._sheet.setObjectName("sheet")
        scroll.setWidget(self._sheet)
        self._list = QVBoxLayout(self._sheet)
        self._list.setContentsMargins(0, 0, 8, 0)
        self._list.setSpacing(10)
        self.back = press("Done", "Back to the controls [Esc]", self, "quiet")
        self.back.clicked.connect(self.left)
        bottom = QHBoxLayout()
        bottom.addStretch(1)
        bottom.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 12, 16)
        column.setSpacing(12)
        column.addWidget(words("Blocked plugins", "title", self))
        self.lead = words("", "lead", self, wrap=True)
        column.addWidget(self.lead)
        column.addWidget(scroll, 1)
        column.addLayout(bottom)

    def show_blocked(self, blocked: tuple[Blocked, ...]) -> None:
        """Who is on the list, the newest first."""
        if blocked == self._shown:
            return
        self._shown = blocked
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.rows = {}
        for entry in reversed(blocked):
            self.rows[entry.path] = self._row(entry)
            self._list.addWidget(self.rows[entry.path])
        self._list.addStretch(1)
        self.lead.setText(
            "They crashed, hung or were blocked by you. The music went on without them."
            if blocked
            else "No plugin is blocked. One that crashes or hangs is left out, and listed here."
        )

    def _row(self, entry: Blocked) -> QFrame:
        card = QFrame(self._sheet)
        card.setObjectName("entry")
        name = Path(entry.path).stem
        title, dot = Elided("name", card), Dot(card)
        title.show_text(name)
        title.setToolTip(entry.path)
        dot.show_state("blocked")
        again = press("Try again", "Take it off this list and open it where it is wanted", card, "quiet")
        again.setObjectName("retry")
        again.setAccessibleName(f"Try {name} again")
        again.clicked.connect(lambda: self.retried.emit(entry.path))
        top, column = QHBoxLayout(), QVBoxLayout(card)
        top.setSpacing(8)
        top.addWidget(dot)
        top.addWidget(title, 1)
        top.addWidget(again)
        column.setContentsMargins(16, 10, 12, 12)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(words(entry.reason.strip() or "No reason was noted.", "fault", card, wrap=True))
        column.addWidget(words(since_text(entry.since), "help", card))
        card.setAccessibleName(f"{name}: {entry.reason}")
        card.show()
        return card


def since_text(moment: str) -> str:
    """An ISO 8601 moment in the musician's own time; as it stands where it is none."""
    try:
        return datetime.fromisoformat(moment).astimezone().strftime("since %d %B %Y, %H:%M")
    except (ValueError, OverflowError, OSError):
        return f"since {moment}" if moment else ""
