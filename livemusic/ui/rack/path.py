"""The way of the sound, from top to bottom: kit or instrument, the effects, out."""

from collections.abc import Mapping
from math import isfinite

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from livemusic.sound.plugins.description import Plugin
from livemusic.ui import theme
from livemusic.ui.rack.card import Card
from livemusic.ui.rack.line import INSTRUMENT, Line
from livemusic.ui.rack.readings import latency_text
from livemusic.ui.rack.widgets import Arrow, press, words


class End(QFrame):
    """A quiet card for where the path begins or ends."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.title, self.about = words(title, "name", self), words("", "help", self)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(16, 7, 12, 7)
        column = QVBoxLayout()
        column.setSpacing(1)
        column.addWidget(self.title)
        column.addWidget(self.about)
        self.row.addLayout(column, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.colour(theme.RAISED))
        painter.setBrush(theme.colour(theme.SURFACE, 0.6))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)
        painter.end()


class SignalPath(QScrollArea):
    """Cards that keep their place while reports come in. `moved`: effect and its new place, both from 1."""

    picked = Signal(int)
    entered = Signal(int)
    opened = Signal(int, bool)
    removed = Signal(int)
    moved = Signal(int, int)
    retried = Signal(int)
    effect_wanted = Signal()
    instrument_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: dict[int, Card] = {}
        self.arrows: list[Arrow] = []
        self._shape: tuple[str | None, ...] | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.sheet = QWidget()
        self.sheet.setObjectName("sheet")
        self.kit, self.out = End("Kit", self.sheet), End("Out", self.sheet)
        self.kit.about.setText("The built-in kit plays.")
        self.instead = press("Instrument…", "Play a plugin instead of the kit", self.kit, "quiet")
        self.instead.setAccessibleName("Choose an instrument to play instead of the kit")
        self.instead.clicked.connect(self.instrument_wanted)
        self.kit.row.addWidget(self.instead)
        self.add = press("+  Add an effect", "Processes everything you hear [Ctrl+N]", self.sheet, "add")
        self.add.setAccessibleName("Add an effect")
        self.add.clicked.connect(self.effect_wanted)
        self.column = QVBoxLayout(self.sheet)
        self.column.setContentsMargins(0, 0, 8, 0)
        self.column.setSpacing(0)
        self.setWidget(self.sheet)

    def show_line(self, line: Line, known: Mapping[str, Plugin], editor: int | None, waits: str) -> None:
        """How the path is. `known`: what is known of each file; `editor`: the place whose own window is open."""
        seats = line.seats
        shape = tuple(seat.slot.path for seat in (line.instrument, *line.effects) if seat is not None)
        shape = (None if line.instrument is None else "instrument", *shape)
        if shape != self._shape:
            self._shape = shape
            self._build(line)
        for place, seat in seats.items():
            self.cards[place].show_seat(seat, known.get(seat.slot.path), len(line.effects), place == editor, waits)
        late = sum(
            seat.report.latency_ms
            for seat in seats.values()
            if seat.report is not None and seat.state == "on" and isfinite(seat.report.latency_ms)
        )
        self.out.about.setText(f"To the speakers, {latency_text(late)} later" if late >= 0.05 else "To the speakers")

    def select(self, place: int | None) -> None:
        """The card whose controls are shown."""
        for each, card in self.cards.items():
            card.show_selected(each == place)

    def focus(self, place: int) -> None:
        """Give the keys to a card, and bring it into view."""
        if place in self.cards:
            self.cards[place].setFocus(Qt.FocusReason.OtherFocusReason)
            self.sheet.layout().activate()
            self.ensureWidgetVisible(self.cards[place])

    def _build(self, line: Line) -> None:
        while (item := self.column.takeAt(0)) is not None:
            widget = item.widget()
            if isinstance(widget, Card | Arrow):
                widget.hide()
                widget.deleteLater()
        self.cards = {place: self._card(place) for place in line.seats}
        self.arrows = []
        self.kit.setVisible(line.instrument is None)
        self.column.addWidget(self.kit)
        before: QWidget = self.instead
        for place, card in self.cards.items():
            if place != INSTRUMENT:
                self._arrow()
            self.column.addWidget(card)
            for widget in (card, card.up, card.down, card.remove, card.retry, card.open):
                QWidget.setTabOrder(before, widget)
                before = widget
        self._arrow()
        self.column.addWidget(self.add)
        QWidget.setTabOrder(before, self.add)
        self.column.addWidget(end := Arrow(self.sheet))
        end.show()
        self.column.addWidget(self.out)
        self.column.addStretch(1)

    def _arrow(self) -> None:
        self.arrows.append(Arrow(self.sheet))
        self.column.addWidget(self.arrows[-1])
        self.arrows[-1].show()

    def _card(self, place: int) -> Card:
        card = Card(place, self.sheet)
        card.picked.connect(lambda: self.picked.emit(place))
        card.entered.connect(lambda: self.entered.emit(place))
        card.opened.connect(lambda on: self.opened.emit(place, on))
        card.removed.connect(lambda: self.removed.emit(place))
        card.retried.connect(lambda: self.retried.emit(place))
        card.stepped.connect(lambda step: self.moved.emit(place, place + step))
        card.walked.connect(lambda step: self.focus(place + step))
        card.dragged.connect(lambda spot: self._drag(place, spot))
        card.dropped.connect(lambda spot: self._drop(place, spot))
        card.show()
        return card

    def _drag(self, place: int, spot: QPoint) -> None:
        """Light up where the card would land; near an edge, scroll."""
        to = self._landing(place, spot)
        for gap, arrow in enumerate(self.arrows):
            arrow.show_drop(to != place and gap == (to if to > place else to - 1))
        y = self.mapFromGlobal(spot).y()
        self.ensureVisible(0, self.sheet.mapFromGlobal(spot).y(), 0, 40 if 0 <= y <= self.height() else 80)

    def _drop(self, place: int, spot: QPoint) -> None:
        to = self._landing(place, spot)
        for arrow in self.arrows:
            arrow.show_drop(False)
        if to != place:
            self.moved.emit(place, to)

    def _landing(self, place: int, spot: QPoint) -> int:
        """The place an effect would have if it were let go of at `spot`."""
        y = self.sheet.mapFromGlobal(spot).y()
        others = (card for each, card in self.cards.items() if each not in (INSTRUMENT, place))
        return 1 + sum(card.geometry().center().y() < y for card in others)
