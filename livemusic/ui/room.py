"""How much room a screen has: no window is larger than that, nor wants to be."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QScrollArea, QWidget

#: How much of a screen's width and height: the rest is for a window's frame, and for a bar along its edge.
_OF_WIDTH, _OF_HEIGHT = 0.98, 0.94


def fit(window: QWidget, wanted: QSize, least: QSize) -> None:
    """Give `window` the size that is `wanted`, and a `least` one, both no larger than its screen has room for."""
    screen = window.screen().availableSize()
    room = QSize(int(screen.width() * _OF_WIDTH), int(screen.height() * _OF_HEIGHT))
    window.setMinimumSize(least.boundedTo(room))
    window.resize(wanted.boundedTo(room).expandedTo(window.minimumSize()))


def scrolling(content: QWidget, parent: QWidget | None = None) -> QScrollArea:
    """`content`, scrolled up and down where its place is too low for it."""
    area = QScrollArea(parent)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    for widget in (area.viewport(), content):
        widget.setAutoFillBackground(False)
    return area
