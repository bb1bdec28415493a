"""How much of something: a slider that says what it is set to."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGraphicsOpacityEffect, QHBoxLayout, QWidget

from livemusic.ui.panels.slider import PercentSlider
from livemusic.ui.rack.widgets import press, words

_VALUE_WIDTH = 48
_DIM = 0.35


class Amount(QWidget):
    """A slider with what it says beside it. `moved` while it moves, `settled` once it rests.

    `free`: what it is called when it is left to the tool, which is so at first; otherwise it always counts.
    """

    moved = Signal()
    settled = Signal()

    def __init__(self, name: str, tip: str, start: int, parent: QWidget, free: str = "") -> None:
        super().__init__(parent)
        self.slider = PercentSlider(name, tip, self)
        self.slider.show_value(start / 100)
        self._dimmed = QGraphicsOpacityEffect(self.slider)
        self.slider.setGraphicsEffect(self._dimmed)
        self.value = words("", "value", self)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.value.setFixedWidth(_VALUE_WIDTH)
        self.free = press(free, f"{name}: {free}, chosen automatically", self, "quiet", f"{name} {free}")
        self.free.setCheckable(True)
        self.free.setChecked(bool(free))
        self.free.setVisible(bool(free))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.slider, 1)
        row.addWidget(self.free)
        row.addWidget(self.value)
        self.slider.valueChanged.connect(self._move)
        self.slider.settled.connect(lambda _: self.settled.emit())
        self.free.clicked.connect(self._leave)
        self._say()

    def part(self) -> float | None:
        """0..1, or None where it is left to the tool."""
        return None if self.free.isChecked() else self.percent / 100

    @property
    def percent(self) -> int:
        """0..100, whoever decides."""
        return self.slider.value()

    def show_part(self, part: float | None) -> None:
        """How it was set."""
        self.free.setChecked(part is None)
        if part is not None:
            self.slider.show_value(part)
        self._say()

    def _move(self) -> None:
        self.free.setChecked(False)
        self._say()
        self.moved.emit()

    def _leave(self) -> None:
        """Left to the tool, or not any more."""
        self._say()
        self.settled.emit()

    def _say(self) -> None:
        free = self.free.isChecked()
        self.value.setText("" if free else f"{self.slider.value()} %")
        self._dimmed.setOpacity(_DIM if free else 1.0)
