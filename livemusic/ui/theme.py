"""How everything looks: colours, type sizes and the style sheet, in one place."""

import re

from PySide6.QtCore import QCoreApplication, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPalette, QPen
from PySide6.QtWidgets import QApplication

_LIGHT_WORN = "livemusic light"


class Ink(str):
    """A colour of the interface. It reads as what it is in the dark; `light` is what it is in a light window."""

    light: str
    __slots__ = ("light",)

    def __new__(cls, dark: str, light: str) -> "Ink":
        made = super().__new__(cls, dark)
        made.light = light
        return made


BACKGROUND = Ink("#0b0e13", "#e9edf2")
SURFACE = Ink("#12171f", "#f8fafc")
RAISED = Ink("#1c2430", "#e1e7ee")
LINE = Ink("#2b3644", "#bcc7d4")
TEXT = Ink("#eef2f7", "#141b26")
MUTED = Ink("#a3b0c2", "#455264")
FAINT = Ink("#8593a8", "#586577")
ACCENT = Ink("#ffb454", "#8f4c00")
GOOD = Ink("#7fd18b", "#1b6a35")
WARN = Ink("#f2d060", "#735500")
BAD = Ink("#ff6f6f", "#b01c2c")

#: The accent under the mouse, and pressed.
LIT, PRESSED = Ink("#ffc475", "#7a4100"), Ink("#d9953f", "#6b3900")
#: What is chosen, and what warns under the mouse: a breath of the accent, and of red.
CHOSEN, ALARM = Ink("#2a2519", "#fdf0dc"), Ink("#33191d", "#fde4e4")

#: The ground the path is drawn on, its rim, and the floor's lines.
DEEP, DARKEST, FLOOR = Ink("#121924", "#f6f8fb"), Ink("#070a0e", "#e5eaf1"), Ink("#42546e", "#a9b6c8")
#: A level that is far from too loud.
SOFT = Ink("#2f7f6f", "#3f9a86")
#: What flashes.
FLASH = Ink("#ffffff", "#000000")

#: One colour for each drum voice, kick first; similar brightness, so none shouts.
LANES = (
    Ink("#ff8f66", "#a83608"), Ink("#ffc95c", "#735200"), Ink("#a4d97f", "#3a660f"), Ink("#62d3b0", "#0d6650"),
    Ink("#5cc0e8", "#0a6189"), Ink("#7fa5fa", "#2c51b8"), Ink("#a992f5", "#5f3fbc"), Ink("#dd8fe0", "#8f2c92"),
    Ink("#f590ae", "#a62a55"),
)  # fmt: skip

#: What stands for each corner of the pad in a small place.
CORNERS = ("◤", "◥", "◣", "◢")

#: Colours of the path from the oldest to the newest point: cool and dim to warm and bright.
AGES = (
    Ink("#4663a8", "#7089c4"), Ink("#4379b5", "#5584bb"), Ink("#3f98b8", "#2f7ba3"), Ink("#58b3a2", "#2f8474"),
    Ink("#bdb574", "#8b7618"), Ink("#f5ad58", "#b9640a"), Ink("#ffdca3", "#8c2f06"),
)  # fmt: skip

#: Everything that has a look in the light, too.
INKS: tuple[Ink, ...] = (
    BACKGROUND, SURFACE, RAISED, LINE, TEXT, MUTED, FAINT, ACCENT, GOOD, WARN, BAD, LIT, PRESSED, CHOSEN, ALARM,
    DEEP, DARKEST, FLOOR, SOFT, FLASH, *LANES, *AGES,
)  # fmt: skip
#: What is read, and what it is read on: every one of these on every one of those has a contrast of 4.5 (WCAG 2.2).
READ: tuple[Ink, ...] = (TEXT, MUTED, FAINT, ACCENT, GOOD, WARN, BAD, *LANES)
GROUNDS: tuple[Ink, ...] = (BACKGROUND, SURFACE, RAISED, DEEP, DARKEST)

_HEX = re.compile(r"(#(?:[0-9a-fA-F]{2})?)([0-9a-fA-F]{6})\b")
_TO_LIGHT = {ink[1:]: ink.light[1:] for ink in INKS if ink != FLASH}
_TO_DARK = {light: dark for dark, light in _TO_LIGHT.items()}

SMALL, NORMAL, LARGE, HUGE = 13, 15, 20, 46
GAP = 10

_FAMILIES = ["Inter", "SF Pro Text", "Segoe UI", "Noto Sans", "DejaVu Sans", "Sans Serif"]


def font(pixels: int = NORMAL, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The interface's typeface at a size in pixels, with digits of equal width."""
    face = QFont()
    face.setFamilies(_FAMILIES)
    face.setPixelSize(max(1, pixels))
    face.setWeight(weight)
    if hasattr(face, "setFeature"):
        face.setFeature(QFont.Tag("tnum"), 1)
    return face


def is_light() -> bool:
    """Whether the application wears its light look, see `wear`."""
    app = QCoreApplication.instance()
    return app is not None and bool(app.property(_LIGHT_WORN))


def wear(app: QApplication, *, light: bool) -> None:
    """Give the application, and all of it that is there already, its light or its dark look."""
    app.setProperty(_LIGHT_WORN, light)
    app.setPalette(palette())
    app.setStyleSheet(dressed(STYLE_SHEET))
    for widget in app.allWidgets():
        if sheet := widget.styleSheet():
            widget.setStyleSheet(dressed(sheet))
        widget.update()


def dressed(sheet: str) -> str:
    """A style sheet in the colours that are worn, whichever it is in."""
    worn = _TO_LIGHT if is_light() else _TO_DARK
    return _HEX.sub(lambda found: found[1] + worn.get(found[2].lower(), found[2]), sheet)


def shown(name: str) -> str:
    """A colour as it is worn: an `Ink` has two looks, any other colour is what it is."""
    return name.light if isinstance(name, Ink) and is_light() else str(name)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1..21 (WCAG 2.2)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(name: str) -> float:
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in QColor(name).getRgbF()[:3]
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def colour(name: str, alpha: float = 1.0) -> QColor:
    """A palette colour with an opacity of 0..1."""
    value = QColor(shown(name))
    value.setAlphaF(min(1.0, max(0.0, alpha)))
    return value


def mix(low: str, high: str, amount: float) -> QColor:
    """The colour `amount` (0..1) of the way from `low` to `high`."""
    a, b, u = QColor(shown(low)), QColor(shown(high)), min(1.0, max(0.0, amount))
    return QColor.fromRgbF(*(p + (q - p) * u for p, q in zip(a.getRgbF()[:3], b.getRgbF()[:3], strict=True)))


def ramp(names: tuple[str, ...], amount: float) -> QColor:
    """A colour along several, at `amount` 0..1 of the way."""
    place = min(1.0, max(0.0, amount)) * (len(names) - 1)
    index = min(int(place), len(names) - 2)
    return mix(names[index], names[index + 1], place - index)


def draw_ring(painter: QPainter, place: QRect) -> None:
    """Say that the keys are here, around what we paint ourselves."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour(ACCENT), 1.5))
    painter.drawRoundedRect(QRectF(place).adjusted(1, 1, -1, -1), 6, 6)


def brightness(name: str) -> float:
    """How bright a colour looks, 0..1 (Rec. 709 luma)."""
    red, green, blue, _ = QColor(shown(name)).getRgbF()
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def palette() -> QPalette:
    """The same colours for what the style sheet does not name: questions, file dialogs, lists, selections."""
    roles = QPalette.ColorRole
    made = QPalette(colour(RAISED), colour(SURFACE))
    for role, tone in (
        (roles.Base, BACKGROUND),
        (roles.AlternateBase, SURFACE),
        (roles.Text, TEXT),
        (roles.WindowText, TEXT),
        (roles.ButtonText, TEXT),
        (roles.PlaceholderText, FAINT),
        (roles.ToolTipBase, RAISED),
        (roles.ToolTipText, TEXT),
        (roles.Highlight, ACCENT),
        (roles.HighlightedText, BACKGROUND),
        (roles.Link, ACCENT),
    ):
        made.setColor(role, colour(tone))
    return made


#: Where the keys are, and what is on but cannot be changed: at the end of every style sheet, so that nothing hides it.
RING = f"""
QPushButton:focus, QComboBox:focus {{ border-color: {ACCENT}; }}
QPushButton[role]:focus, QPushButton:checked:focus {{ border-color: {TEXT}; }}
QPushButton[role]:checked:focus {{ border-color: {TEXT}; }}
QPushButton:checked:disabled, QPushButton[role]:checked:disabled {{ background: {LINE}; border-color: {LINE};
    color: {MUTED}; }}
QCheckBox:focus {{ color: {ACCENT}; }}
QListWidget#pages:focus, QListWidget#tools:focus, QListWidget#drafts:focus,
QListView:focus, QListWidget:focus, QTableView:focus, QTreeView:focus, QTextBrowser:focus {{
    border: 1px solid {ACCENT}; }}
"""

STYLE_SHEET = f"""
* {{ color: {TEXT}; font-size: {NORMAL}px; }}
QMainWindow, QWidget#page {{ background: {BACKGROUND}; }}
QWidget[card="true"] {{ background: {SURFACE}; border-radius: 10px; }}
QLabel[role="editing"] {{ color: {ACCENT}; font-weight: 600; }}
QLabel[role="caption"] {{ color: {MUTED}; font-size: {SMALL}px; }}
QMenuBar {{ background: {BACKGROUND}; color: {MUTED}; padding: 2px 6px; }}
QMenuBar::item {{ padding: 4px 10px; border-radius: 5px; }}
QMenuBar::item:selected {{ background: {RAISED}; color: {TEXT}; }}
QMenu {{ background: {RAISED}; border: 1px solid {LINE}; padding: 6px; }}
QMenu::item {{ padding: 6px 26px 6px 14px; border-radius: 5px; }}
QMenu::item:selected {{ background: {LINE}; }}
QLabel[role="heading"] {{ color: {MUTED}; font-size: {SMALL}px; font-weight: 600; padding: 4px 14px 2px 14px; }}
QMenu::separator {{ height: 1px; background: {LINE}; margin: 5px 8px; }}
QPushButton {{ background: {RAISED}; border: 1px solid {LINE}; border-radius: 8px; padding: 6px 12px;
    min-height: 20px; }}
QPushButton:hover {{ border-color: {FAINT}; }}
QPushButton:pressed {{ background: {LINE}; }}
QPushButton:checked {{ background: {ACCENT}; border-color: {ACCENT}; color: {BACKGROUND}; }}
QPushButton:disabled {{ color: {FAINT}; border-color: {RAISED}; }}
QPushButton[role="panic"] {{ background: transparent; border: 2px solid {BAD}; color: {BAD}; font-size: {LARGE}px;
    font-weight: 700; padding: 8px 14px; }}
QPushButton[role="panic"]:hover {{ background: {ALARM}; }}
QPushButton[role="panic"]:pressed {{ background: {BAD}; color: {BACKGROUND}; }}
QPushButton[role="left"] {{ border-top-right-radius: 0; border-bottom-right-radius: 0; }}
QPushButton[role="middle"] {{ border-radius: 0; border-left: 0; }}
QPushButton[role="left"], QPushButton[role="middle"], QPushButton[role="right"] {{ padding: 6px 10px; }}
QPushButton[role="right"] {{ border-top-left-radius: 0; border-bottom-left-radius: 0; border-left: 0; }}
QPushButton[role="corner"] {{ padding: 6px 4px; }}
QPushButton[role="corner"]:checked {{ background: {CHOSEN}; border-color: {ACCENT}; color: {ACCENT}; }}
QPushButton[role="quiet"] {{ background: transparent; border-color: {LINE}; color: {MUTED}; padding: 3px 10px; }}
QPushButton[role="quiet"]:checked {{ border-color: {ACCENT}; color: {ACCENT}; background: transparent; }}
QPushButton[role="slim"] {{ background: transparent; border-color: {LINE}; color: {MUTED}; padding: 0 6px;
    min-height: 18px; border-radius: 6px; font-size: {SMALL}px; }}
QPushButton[role="slim"]:checked {{ border-color: {ACCENT}; color: {ACCENT}; background: transparent; }}
QPushButton[role="small"] {{ padding: 2px 6px; border-radius: 7px; min-height: 20px; }}
QPushButton[role="record"] {{ font-weight: 600; color: {BAD}; }}
QPushButton[role="record"]:disabled {{ color: {FAINT}; }}
QPushButton[role="record"]:checked {{ background: {BAD}; border-color: {BAD}; color: {BACKGROUND}; }}
QPushButton[role="take"] {{ background: transparent; border-color: {LINE}; color: {BAD}; padding: 3px 10px;
    font-weight: 600; }}
QPushButton[role="take"]:checked {{ background: {BAD}; border-color: {BAD}; color: {BACKGROUND}; }}
QPushButton[role="erase"]:checked {{ background: {WARN}; border-color: {WARN}; color: {BACKGROUND}; }}
QPushButton[role="help"] {{ background: transparent; border-color: {BAD}; color: {BAD}; padding: 0 8px;
    min-height: 18px; border-radius: 6px; font-size: {SMALL}px; }}
QComboBox {{ background: {RAISED}; border: 1px solid {LINE}; border-radius: 8px; padding: 5px 10px; min-height: 20px; }}
QComboBox:hover {{ border-color: {FAINT}; }}
QComboBox:disabled {{ color: {FAINT}; border-color: {RAISED}; }}
QComboBox::drop-down {{ border: 0; width: 24px; }}
QComboBox QAbstractItemView {{ background: {RAISED}; border: 1px solid {LINE}; padding: 4px; outline: 0;
    selection-background-color: {LINE}; selection-color: {TEXT}; }}
QDialog {{ background: {SURFACE}; }}
QCheckBox::indicator {{ width: 16px; height: 16px; border: 1px solid {FAINT}; border-radius: 4px;
    background: {BACKGROUND}; }}
QCheckBox::indicator:checked {{ background: {ACCENT}; border-color: {ACCENT}; }}
QCheckBox::indicator:disabled {{ border-color: {LINE}; }}
QInputDialog QLineEdit, QFileDialog QLineEdit {{ background: {BACKGROUND}; border: 1px solid {LINE};
    border-radius: 8px; padding: 6px 10px; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QDoubleSpinBox, QDoubleSpinBox QLineEdit {{ background: transparent; border: 0; font-size: {HUGE}px; font-weight: 600;
    padding: 0; margin: 0; selection-background-color: {ACCENT}; selection-color: {BACKGROUND}; }}
QDoubleSpinBox:focus {{ border-bottom: 2px solid {ACCENT}; }}
QToolTip {{ background: {RAISED}; color: {TEXT}; border: 1px solid {LINE}; padding: 6px; }}
QSplitter::handle {{ background: transparent; }}
QSplitter::handle:hover {{ background: {LINE}; }}
QScrollArea {{ background: transparent; border: 0; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {LINE}; border-radius: 4px; min-height: 40px; margin: 0 1px; }}
QScrollBar::handle:vertical:hover {{ background: {FAINT}; }}
QScrollBar:horizontal {{ background: transparent; height: 8px; margin: 0; }}
QScrollBar::handle:horizontal {{ background: {LINE}; border-radius: 3px; min-width: 40px; margin: 1px 0; }}
QScrollBar::handle:horizontal:hover {{ background: {FAINT}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
{RING}"""
