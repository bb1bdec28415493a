"""Small pieces the pages of the rack are made of."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QSizePolicy, QWidget

from livemusic.ui import theme
from livemusic.ui.panels.button import button

_TONES = {
    "on": theme.GOOD,
    "bypassed": theme.WARN,
    "failed": theme.BAD,
    "blocked": theme.BAD,
    "waiting": theme.FAINT,
}


def words(text: str, role: str, parent: QWidget, wrap: bool = False) -> QLabel:
    """Text in a role of the style sheet; never read as markup."""
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    label.setWordWrap(wrap)
    return label


def press(text: str, tip: str, parent: QWidget, role: str = "", name: str = "") -> QPushButton:
    """A button that Return in a field beside it does not press."""
    made = button(text, tip, parent, role, name)
    made.setAutoDefault(False)
    return made


def finder(name: str, placeholder: str, parent: QWidget) -> QLineEdit:
    """A field to search a list with."""
    field = QLineEdit(parent)
    field.setPlaceholderText(placeholder)
    field.setAccessibleName(name)
    field.setToolTip("Shows only what has all these words in it")
    field.setClearButtonEnabled(True)
    return field


class Elided(QLabel):
    """One line that ends in … where there is no room; the tooltip has all of it."""

    def __init__(self, role: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str) -> None:
        """What to say."""
        self.setText(text)
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)
        painter.end()


class Dot(QWidget):
    """The colour of a state; a ring while something is awaited."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._state = "waiting"
        self.setFixedSize(14, 14)

    def show_state(self, state: str) -> None:
        """As in a `PluginReport`, or `waiting`."""
        if state != self._state:
            self._state = state
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tone = theme.colour(_TONES.get(self._state, theme.WARN))
        if self._state == "waiting":
            painter.setPen(tone)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tone)
        painter.drawEllipse(QPointF(7, 7), 4.5, 4.5)
        painter.end()


class LoadBar(QWidget):
    """How much of the time there is a plugin needs, as a short bar that turns yellow and red."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._load = 0.0
        self.setFixedSize(52, 14)

    def show_load(self, load: float) -> None:
        """In parts of a block; what is no number is nothing."""
        load = load if 0.0 < load < float("inf") else 0.0
        if load != self._load:
            self._load = load
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(theme.LINE))
        painter.drawRoundedRect(QRectF(0, 5, self.width(), 4), 2, 2)
        tone = theme.GOOD if self._load < 0.4 else theme.WARN if self._load < 0.75 else theme.BAD
        painter.setBrush(theme.colour(tone))
        if self._load:
            painter.drawRoundedRect(QRectF(0, 5, max(4.0, min(1.0, self._load) * self.width()), 4), 2, 2)
        painter.end()


class Arrow(QWidget):
    """The way the sound goes, from one card down to the next; `show_drop` lights it up as a place to drop a card."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._drop = False
        self.setFixedHeight(22)

    @property
    def drop(self) -> bool:
        return self._drop

    def show_drop(self, drop: bool) -> None:
        """Whether a card that is let go of now lands here."""
        if drop != self._drop:
            self._drop = drop
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = 28.0
        if self._drop:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(theme.ACCENT))
            painter.drawRoundedRect(QRectF(0, 9, self.width(), 4), 2, 2)
        else:
            pen = painter.pen()
            pen.setColor(theme.colour(theme.FAINT))
            pen.setWidthF(1.6)
            painter.setPen(pen)
            painter.drawLine(QPointF(x, 2), QPointF(x, 19))
            painter.drawLine(QPointF(x - 4.5, 14), QPointF(x, 19))
            painter.drawLine(QPointF(x + 4.5, 14), QPointF(x, 19))
        painter.end()
