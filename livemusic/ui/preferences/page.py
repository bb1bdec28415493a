"""A page of the preferences: a title, cards, and rows of label, control and one plain sentence."""

from html import escape
from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from livemusic.engine.snapshot import Plug, Snapshot
from livemusic.session.settings import Settings
from livemusic.ui import theme
from livemusic.ui.choices import Choices
from livemusic.ui.panels.sources import ChoiceBox
from livemusic.ui.preferences.style import CONTROL_WIDTH, LABEL_WIDTH, PAGE_WIDTH

Entries = tuple[tuple[str, str], ...]

_TONES = {"on": theme.GOOD, "off": theme.FAINT, "ended": theme.FAINT, "lost": theme.WARN, "failed": theme.BAD}

_STORIES = {
    "on": "{} is on.",
    "off": "Nothing is connected.",
    "ended": "{} has ended.",
    "lost": "{} is gone; it comes back by itself once it is there again.",
    "failed": "{} cannot be used.",
}


def entries_of(names: tuple[str, ...]) -> Entries:
    """Names as a list to choose from."""
    return tuple((name, name) for name in names)


def words(text: str, role: str, parent: QWidget) -> QLabel:
    """Text in a role of the style sheet, wrapped where it is long; never read as markup."""
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    label.setWordWrap(role in ("lead", "help", "warning", "guidance"))
    return label


class Elided(QLabel):
    """Text on one line, shortened where there is no room; the tooltip has all of it."""

    def __init__(self, role: str, mode: Qt.TextElideMode, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.whole = ""
        self._mode = mode

    def show_whole(self, text: str) -> None:
        """What is to be read."""
        self.whole = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self._shorten()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._shorten()

    def _shorten(self) -> None:
        self.setText(self.fontMetrics().elidedText(self.whole, self._mode, max(self.width() - 2, 0)))


class PlugLine(QLabel):
    """How something plugged in is: a dot in the colour of its state, and a sentence."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "help")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self._shown: Plug | None = None

    def show_plug(self, plug: Plug) -> None:
        """What the engine says of it."""
        if plug != self._shown:
            self._shown = plug
            wanted = plug.name or plug.wanted
            name = Path(wanted).name if "/" in wanted or "\\" in wanted else wanted
            self.show_text(plug.state, plug.detail or _STORIES.get(plug.state, "{} is away.").format(name))

    def show_text(self, state: str, story: str) -> None:
        """A state and a sentence."""
        tone = theme.shown(_TONES.get(state, theme.WARN))
        self.setText(f'<span style="color:{tone}">●</span>&nbsp; {escape(story)}')
        self.setAccessibleName(story)


class GlowRow(QWidget):
    """A row that can glow, 0..1, to say that it waits for the hands."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._glow = 0.0

    def show_glow(self, glow: float) -> None:
        """How bright."""
        if glow != self._glow:
            self._glow = glow
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._glow > 0:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(theme.colour(theme.ACCENT, 0.25 + 0.6 * self._glow))
            painter.setBrush(theme.colour(theme.ACCENT, 0.04 + 0.12 * self._glow))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
            painter.end()


class Card(QFrame):
    """A part of a page. `rows` may be filled freely; `add` brings label, control and help."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(20, 16, 20, 18)
        self.rows.setSpacing(14)
        if title:
            self.rows.addWidget(words(title, "section", self))

    def add(self, label: str, control: QWidget, text: str, *below: QWidget) -> None:
        """One row; `below` the sentence stands what the engine says of it."""
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        name = QLabel(label, self)
        name.setBuddy(control)
        name.setMinimumHeight(30)
        name.setWordWrap(True)
        name.setFixedWidth(LABEL_WIDTH)
        across = QHBoxLayout()
        if isinstance(control, ChoiceBox):
            control.setMaximumWidth(CONTROL_WIDTH)
        if control.sizePolicy().horizontalPolicy() in (QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding):
            across.addWidget(control, 1000)
        else:
            across.addWidget(control)
        across.addStretch(1)
        control.setAccessibleDescription(text)
        grid.addWidget(name, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addLayout(across, 0, 1)
        for row, each in enumerate((words(text, "help", self), *below), 1):
            grid.addWidget(each, row, 1)
        self.rows.addLayout(grid)


class Page(QScrollArea):
    """What all pages share. `changed` carries settings by field name, `asked` other requests, `opened` that fresh
    names are wanted.
    """

    changed = Signal(object)
    asked = Signal(object)
    opened = Signal()

    def __init__(self, title: str, lead: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.sheet = QWidget()
        self.sheet.setObjectName("sheet")
        across = QHBoxLayout(self.sheet)
        across.setContentsMargins(0, 0, 10, 12)
        column = QWidget(self.sheet)
        column.setMaximumWidth(PAGE_WIDTH)
        across.addWidget(column, 1000)
        across.addStretch(1)
        self.cards = QVBoxLayout(column)
        self.cards.setContentsMargins(0, 0, 0, 0)
        self.cards.setSpacing(12)
        self.cards.addWidget(words(title, "title", column))
        self.cards.addWidget(words(lead, "lead", column))
        self.cards.addSpacing(4)
        self.setWidget(self.sheet)

    def card(self, title: str = "") -> Card:
        """Another part at the end of the page."""
        card = Card(title, self.sheet)
        self.cards.addWidget(card)
        return card

    def choice(self, name: str, tip: str, field: str) -> ChoiceBox:
        """A list whose choice changes the setting `field`."""
        box = ChoiceBox(name, tip, self.sheet)
        box.opened.connect(self.opened)
        box.chosen.connect(lambda value: self.changed.emit({field: value}))
        return box

    def show_settings(self, settings: Settings) -> None:
        """What is so."""

    def show_choices(self, choices: Choices) -> None:
        """What there is to choose from."""

    def show_state(self, snapshot: Snapshot) -> None:
        """What the engine says."""
