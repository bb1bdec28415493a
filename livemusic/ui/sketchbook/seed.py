"""A seed: the number that gives the same pattern again, and the die that rolls another."""

from random import randrange

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from livemusic.ui import theme
from livemusic.ui.preferences.fields import NumberBox
from livemusic.ui.rack.widgets import press

_MOST_SEED = float(1 << 53)
_DICE_SEEDS = 10_000
#: Where the pips of each face of a die lie, in thirds of it.
_PIPS = {
    1: ((1, 1),),
    2: ((0, 0), (2, 2)),
    3: ((0, 0), (1, 1), (2, 2)),
    4: ((0, 0), (2, 0), (0, 2), (2, 2)),
    5: ((0, 0), (2, 0), (1, 1), (0, 2), (2, 2)),
    6: ((0, 0), (2, 0), (0, 1), (2, 1), (0, 2), (2, 2)),
}


class DiceButton(QPushButton):
    """Rolls another seed; shows the face of the one there is."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._face = 1
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("New seed")
        self.setToolTip("New seed: another pattern with the same settings")
        self.setFixedSize(36, 34)

    def show_seed(self, seed: int) -> None:
        """Which seed there is."""
        self._face = seed % 6 + 1
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(theme.TEXT if self.isEnabled() else theme.FAINT))
        die = QRectF(self.width() / 2 - 9, self.height() / 2 - 9, 18, 18)
        painter.drawRoundedRect(die, 4, 4)
        painter.setBrush(theme.colour(theme.RAISED))
        for x, y in _PIPS[self._face]:
            painter.drawEllipse(QPointF(die.left() + 4.5 + 4.5 * x, die.top() + 4.5 + 4.5 * y), 1.8, 1.8)
        painter.end()


class Seed(QWidget):
    """A number that gives the same pattern again, and a die for another. `settled` where it is another.

    `another`: the button that rolls the die too, because that is what is wanted most.
    """

    settled = Signal()

    def __init__(self, another: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.box = NumberBox("Seed", "The same seed gives the same pattern", 0.0, _MOST_SEED, self)
        self.dice = DiceButton(self)
        self.another = press(another, tip, self, "main")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.box)
        row.addWidget(self.dice)
        row.addStretch(1)
        row.addWidget(self.another)
        self.box.chosen.connect(lambda _: self.settled.emit())
        self.box.valueChanged.connect(lambda value: self.dice.show_seed(int(value)))
        for button in (self.dice, self.another):
            button.clicked.connect(self.roll)
        self.show_seed(1)

    def seed(self) -> int:
        """The number."""
        return int(self.box.value())

    def show_seed(self, seed: int) -> None:
        """Which it was."""
        self.box.blockSignals(True)
        self.box.setValue(seed)
        self.box.blockSignals(False)
        self.dice.show_seed(seed)

    def roll(self) -> None:
        """Take another number."""
        self.show_seed((self.seed() + randrange(1, _DICE_SEEDS)) % _DICE_SEEDS)
        self.settled.emit()
