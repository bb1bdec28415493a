"""Atoms of the dictionary as small pictures, and the choice of another one for a figure's place."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from livemusic.engine.snapshot import Figure
from livemusic.music.kit import VOICE_COUNT, VOICE_NAMES
from livemusic.ui import theme
from livemusic.ui.rack.widgets import words

#: From here on a drum is struck.
STRUCK = 0.5
_HINTED = 0.12
_TILE = QSize(84, 138)
_SHORT = ("kick", "snare", "hat", "open hat", "low tom", "mid tom", "high tom", "crash", "ride")

Picture = npt.NDArray[np.float32]


def picture(data: bytes) -> Picture:
    """`(width, 9)`: how loudly an atom strikes at each step; silence for what is none."""
    whole = np.frombuffer(data, np.float32)
    return whole.reshape(-1, VOICE_COUNT) if whole.size % VOICE_COUNT == 0 else np.zeros((0, VOICE_COUNT), np.float32)


def drums_in(voices: Iterable[int], names: tuple[str, ...] = VOICE_NAMES) -> str:
    """The drums struck, in words: `kick, 2 × closed hat`."""
    struck = list(voices)
    counts = [(names[voice], struck.count(voice)) for voice in sorted(set(struck))]
    return ", ".join(name if count == 1 else f"{count} × {name}" for name, count in counts) or "nothing"


def drums_of(atom: Picture, names: tuple[str, ...] = VOICE_NAMES) -> str:
    """The drums an atom strikes, in words."""
    return drums_in((int(voice) for voice in np.argwhere(atom >= STRUCK)[:, 1]), names)


def draw_atom(painter: QPainter, box: QRectF, atom: Picture, tone: str) -> None:
    """Its steps from left to right, the kick at the bottom; bright where a drum is struck."""
    columns = max(1, len(atom))
    width, height = box.width() / columns, box.height() / VOICE_COUNT
    painter.setPen(Qt.PenStyle.NoPen)
    for step in range(columns):
        for voice in range(VOICE_COUNT):
            loud = float(atom[step, voice]) if len(atom) else 0.0
            cell = QRectF(box.left() + step * width, box.bottom() - (voice + 1) * height, width, height)
            if loud >= STRUCK:
                painter.setBrush(theme.colour(tone, 0.6 + 0.4 * min(1.0, loud - STRUCK)))
            elif loud > _HINTED:
                painter.setBrush(theme.colour(tone, 0.30 * loud))
            else:
                painter.setBrush(theme.colour(theme.LINE, 0.45))
            painter.drawRoundedRect(cell.adjusted(1, 1, -1, -1), 2, 2)


class Tile(QAbstractButton):
    """One atom that could play here."""

    def __init__(self, atom: Picture, tone: str, caption: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._atom = atom
        self._tone = tone
        self.setText(caption)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFixedSize(_TILE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"{caption}: {drums_of(atom)}" if caption else drums_of(atom))
        self.setToolTip(drums_of(atom).capitalize())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.isChecked() or self.hasFocus()
        painter.setPen(
            QPen(
                theme.colour(theme.ACCENT if lit else theme.FAINT if self.underMouse() else theme.LINE),
                2 if self.hasFocus() else 1,
            )
        )
        painter.setBrush(theme.colour(theme.ACCENT, 0.12) if self.isChecked() else theme.colour(theme.SURFACE))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        draw_atom(painter, QRectF(14, 10, self.width() - 28, 84), self._atom, self._tone)
        face = theme.font(theme.SMALL)
        painter.setFont(face)
        painter.setPen(theme.colour(theme.TEXT if lit else theme.MUTED))
        lines = [self.text()] if self.text() else drums_of(self._atom, _SHORT).split(", ")
        if len(lines) > 2:
            lines = [lines[0], f"+ {len(lines) - 1} more"]
        metrics = QFontMetrics(face)
        for number, line in enumerate(lines):
            row = QRectF(5, 98 + 17 * number, self.width() - 10, 17)
            text = metrics.elidedText(line, Qt.TextElideMode.ElideRight, int(row.width()))
            painter.drawText(row, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()


class Swaps(QFrame):
    """Opens over the window with what could play in a figure's place. `chosen` brings an atom; it stays open, so that
    several can be heard in turn, until Esc or a press beside it.
    """

    chosen = Signal(int)

    def __init__(self, figure: Figure, playing: int, tone: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("swaps")
        sheet = f"QFrame#swaps {{ background: {theme.RAISED}; border: 1px solid {theme.FAINT}; border-radius: 10px; }}"
        self.setStyleSheet(theme.dressed(sheet))
        self.setAccessibleName("Alternatives")
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(14, 12, 14, 14)
        column.setSpacing(10)
        row.setSpacing(8)
        column.addWidget(words("Alternatives, closest first", "caption", self))
        column.addLayout(row)
        self.tiles: dict[int, Tile] = {}
        for place, atom in enumerate((figure.atom, *figure.others)):
            tile = Tile(picture(figure.pictures[place]), tone, "" if place else "as it was", self)
            tile.setChecked(atom == playing)
            tile.toggled.connect(lambda on, atom=atom: self.chosen.emit(atom) if on else None)
            row.addWidget(tile)
            self.tiles[atom] = tile

    def open_at(self, spot: QPoint) -> None:
        """Show it with its top left corner at a place of the screen, or as near as there is room."""
        self.adjustSize()
        screen = QApplication.screenAt(spot) or QApplication.primaryScreen()
        room = screen.availableGeometry()
        x = max(room.left(), min(spot.x(), room.right() - self.width()))
        y = max(room.top(), min(spot.y(), room.bottom() - self.height()))
        self.move(x, y)
        self.show()
        for tile in self.tiles.values():
            if tile.isChecked():
                tile.setFocus(Qt.FocusReason.PopupFocusReason)
