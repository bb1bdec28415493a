"""The nine lanes between patterns: each goes along, has a place of its own, or stays with one pattern."""

from collections.abc import Mapping, Set

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QWidget

from livemusic.music.kit import VOICE_COUNT, VOICE_NAMES
from livemusic.ui import theme
from livemusic.ui.panels.sources import ChoiceBox

_ALONG, _OWN = "along", "own"
_ROW = 25
_COMPACT = f"QComboBox {{ font-size: {theme.SMALL}px; padding: 1px 8px; min-height: 18px; border-radius: 6px; }}"


class LaneName(QAbstractButton):
    """A lane by its name and colour; checked while the puck moves it."""

    def __init__(self, name: str, tone: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._tone = tone
        self._own = False
        self.setText(name)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFixedHeight(_ROW)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"Move {name}")
        self.setToolTip(tip)

    def show_own(self, own: bool) -> None:
        """Whether it goes its own way."""
        if own != self._own:
            self._own = own
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(theme.font(theme.SMALL)).horizontalAdvance(self.text()) + 34, _ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 1.5, -0.5, -1.5)
        rim = theme.ACCENT if self.hasFocus() or self.isChecked() else theme.FAINT if self.underMouse() else None
        painter.setPen(Qt.PenStyle.NoPen if rim is None else theme.colour(rim))
        painter.setBrush(theme.colour(theme.ACCENT, 0.14) if self.isChecked() else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 7, 7)
        painter.setPen(theme.colour(self._tone))
        painter.setBrush(theme.colour(self._tone) if self._own else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QRectF(9, box.center().y() - 4, 8, 8))
        painter.setPen(theme.colour(theme.TEXT if self.isChecked() else theme.MUTED))
        painter.setFont(theme.font(theme.SMALL))
        painter.drawText(box.adjusted(25, 0, -2, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()


class Lanes(QWidget):
    """`picked` tells whose puck the hand moves, -1 for that of all. A lane is to go `along`, have a place of its `own`,
    or be `locked` to a pattern.
    """

    picked = Signal(int)
    along = Signal(int)
    own = Signal(int)
    locked = Signal(int, int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.everything = LaneName("All lanes", theme.TEXT, "The puck moves every lane that follows it", self)
        self.everything.setChecked(True)
        self.everything.show_own(True)
        self.names = tuple(
            LaneName(name, theme.LANES[voice], f"The puck moves the {name} alone", self)
            for voice, name in enumerate(VOICE_NAMES)
        )
        self.boxes = tuple(ChoiceBox(f"How the {name} goes", _tip(name), self) for name in VOICE_NAMES)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(1)
        grid.setHorizontalSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.everything, 0, 0)
        self.everything.clicked.connect(lambda: self.picked.emit(-1))
        for voice in range(VOICE_COUNT):
            row = VOICE_COUNT - voice  # the kick at the bottom, as in the pattern
            name, box = self.names[voice], self.boxes[voice]
            box.setStyleSheet(_COMPACT)
            grid.addWidget(name, row, 0)
            grid.addWidget(box, row, 1)
            name.clicked.connect(lambda _, voice=voice: self.picked.emit(voice))
            box.chosen.connect(lambda value, voice=voice: self._choose(voice, value))
        grid.setRowStretch(VOICE_COUNT + 1, 1)

    def show_lanes(self, names: tuple[str, ...], own: Set[int], locks: Mapping[int, int], picked: int | None) -> None:
        """What the patterns are called, and how each lane goes."""
        keeps = tuple((f"as in {name}", str(place)) for place, name in enumerate(names))
        for voice, (name, box) in enumerate(zip(self.names, self.boxes, strict=True)):
            value = str(locks[voice]) if voice in locks else _OWN if voice in own else _ALONG
            box.show_entries((("Follows the pad", _ALONG), ("own place", _OWN), *keeps), value)
            name.show_own(voice in own or voice in locks)
            if voice == picked:
                name.setChecked(True)
        if picked is None:
            self.everything.setChecked(True)

    def _choose(self, voice: int, value: str) -> None:
        if value == _ALONG:
            self.along.emit(voice)
        elif value == _OWN:
            self.own.emit(voice)
        else:
            self.locked.emit(voice, int(value))


def _tip(name: str) -> str:
    return f"Whether the {name} follows the puck, has a place of its own, or stays as one pattern has it"
