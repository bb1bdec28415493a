"""How much room a screen has, and how a window shares it out."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QScrollArea, QSplitter, QVBoxLayout, QWidget

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


def card() -> QWidget:
    """A place for what belongs together."""
    place = QWidget()
    place.setProperty("card", True)
    return place


def stacked(above: QWidget, below: QWidget) -> QWidget:
    """`above`, which has all the room that `below` does not need."""
    pile = QWidget()
    layout = QVBoxLayout(pile)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(2)
    layout.addWidget(above, 1)
    layout.addWidget(below)
    return pile


def splitter(
    orientation: Qt.Orientation, widgets: tuple[QWidget, ...], sizes: tuple[int, ...], stretch: tuple[int, ...]
) -> QSplitter:
    """`widgets` of `sizes` in pixels, which share more room by `stretch`; none can be made to vanish."""
    parts = QSplitter(orientation)
    parts.setChildrenCollapsible(False)
    parts.setHandleWidth(8)
    for index, widget in enumerate(widgets):
        parts.addWidget(widget)
        parts.setStretchFactor(index, stretch[index])
    parts.setSizes(list(sizes))
    return parts
