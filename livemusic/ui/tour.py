"""The first steps: five bubbles beside the controls that matter most, shown once and skipped with a click."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QSettings
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from livemusic.ui import theme
from livemusic.ui.panels.button import button

_SEEN = "tour seen"
_WIDTH, _GAP = 340, 12


@dataclass(frozen=True, slots=True)
class Step:
    """What is said beside which widget."""

    widget: Callable[[], QWidget]
    title: str
    text: str


class Tour(QFrame):
    """Lies over `page`, beside the widget of its step, and takes no key but its buttons'."""

    def __init__(self, page: QWidget, steps: tuple[Step, ...], settings: QSettings) -> None:
        super().__init__(page)
        self.setObjectName("tour")
        self.setAccessibleName("First steps")
        self.setFixedWidth(_WIDTH)
        self._steps, self._settings, self._at = steps, settings, 0
        self.title, self.text, self.count = QLabel(self), QLabel(self), QLabel(self)
        self.text.setWordWrap(True)
        self.skip = button("Skip", "Close the tour; Help > Tour brings it back", self, "quiet")
        self.next = button("Next", "To the next step", self)
        row, column = QHBoxLayout(), QVBoxLayout(self)
        row.addWidget(self.count)
        row.addStretch(1)
        row.addWidget(self.skip)
        row.addWidget(self.next)
        column.setContentsMargins(16, 14, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.text)
        column.addLayout(row)
        self.skip.clicked.connect(self.end)
        self.next.clicked.connect(self.advance)
        page.installEventFilter(self)
        self.hide()

    @property
    def seen(self) -> bool:
        """Whether it was shown before on this machine."""
        return str(self._settings.value(_SEEN, "")) == "true"

    def begin(self) -> None:
        """Show the first step."""
        self._at = 0
        self._show_step()

    def advance(self) -> None:
        """To the next step, or away after the last."""
        self._at += 1
        if self._at < len(self._steps):
            self._show_step()
        else:
            self.end()

    def end(self) -> None:
        """Go away, and remember that it was seen."""
        self._settings.setValue(_SEEN, "true")
        self.hide()

    def _show_step(self) -> None:
        step, last = self._steps[self._at], self._at == len(self._steps) - 1
        sheet = f"QFrame#tour {{ background: {theme.RAISED}; border: 2px solid {theme.ACCENT}; border-radius: 12px; }}"
        self.setStyleSheet(theme.dressed(sheet + "QFrame#tour QLabel { background: transparent; }"))
        self.title.setText(step.title)
        self.title.setFont(theme.font(theme.LARGE, theme.QFont.Weight.DemiBold))
        self.text.setText(step.text)
        self.count.setText(f"{self._at + 1} of {len(self._steps)}")
        self.next.setText("Done" if last else "Next")
        self.setAccessibleDescription(f"{step.title}. {step.text}")
        self.show()
        self._place()
        self.raise_()

    def _place(self) -> None:
        """Beside the widget, inside the page, over it only where there is no room elsewhere."""
        page, widget = self.parentWidget(), self._steps[self._at].widget()
        self.setFixedHeight(self.layout().totalHeightForWidth(_WIDTH))
        corner = widget.mapTo(page, QPoint(0, 0))
        size, room = widget.size(), page.size()
        tries = (
            QPoint(corner.x(), corner.y() + size.height() + _GAP),
            QPoint(corner.x(), corner.y() - self.height() - _GAP),
            QPoint(corner.x() - self.width() - _GAP, corner.y()),
            QPoint(corner.x() + size.width() + _GAP, corner.y()),
        )
        inside = page.rect()
        for spot in tries:
            held = QPoint(min(max(8, spot.x()), room.width() - self.width() - 8), spot.y())
            if inside.contains(self.rect().translated(held)) and not self.rect().translated(held).intersects(
                widget.rect().translated(corner)
            ):
                self.move(held)
                return
        self.move((room.width() - self.width()) // 2, (room.height() - self.height()) // 2)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)
