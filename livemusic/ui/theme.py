"""How everything looks: colours, type sizes and the style sheet, in one place."""

from PySide6.QtGui import QColor, QFont, QPalette

BACKGROUND = "#0b0e13"
SURFACE = "#12171f"
RAISED = "#1c2430"
LINE = "#2b3644"
TEXT = "#eef2f7"
MUTED = "#a3b0c2"
FAINT = "#66758a"
ACCENT = "#ffb454"
GOOD = "#7fd18b"
WARN = "#f2d060"
BAD = "#ff6f6f"

#: The ground the path is drawn on, its rim, and the floor's lines.
DEEP, DARKEST, FLOOR = "#121924", "#070a0e", "#42546e"

#: One colour for each drum voice, kick first; similar brightness, so none shouts.
LANES = ("#ff8f66", "#ffc95c", "#a4d97f", "#62d3b0", "#5cc0e8", "#7fa5fa", "#a992f5", "#dd8fe0", "#f590ae")

#: What stands for each corner of the pad in a small place.
CORNERS = ("◤", "◥", "◣", "◢")

#: Colours of the path from the oldest to the newest point: cool and dim to warm and bright.
AGES = ("#4663a8", "#4379b5", "#3f98b8", "#58b3a2", "#bdb574", "#f5ad58", "#ffdca3")

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


def colour(name: str, alpha: float = 1.0) -> QColor:
    """A palette colour with an opacity of 0..1."""
    value = QColor(name)
    value.setAlphaF(min(1.0, max(0.0, alpha)))
    return value


def mix(low: str, high: str, amount: float) -> QColor:
    """The colour `amount` (0..1) of the way from `low` to `high`."""
    a, b, u = QColor(low), QColor(high), min(1.0, max(0.0, amount))
    return QColor.fromRgbF(*(p + (q - p) * u for p, q in zip(a.getRgbF()[:3], b.getRgbF()[:3], strict=True)))


def ramp(names: tuple[str, ...], amount: float) -> QColor:
    """A colour along several, at `amount` 0..1 of the way."""
    place = min(1.0, max(0.0, amount)) * (len(names) - 1)
    index = min(int(place), len(names) - 2)
    return mix(names[index], names[index + 1], place - index)


def brightness(name: str) -> float:
    """How bright a colour looks, 0..1 (Rec. 709 luma)."""
    red, green, blue, _ = QColor(name).getRgbF()
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


STYLE_SHEET = f"""
* {{ color: {TEXT}; font-size: {NORMAL}px; }}
QMainWindow, QWidget#page {{ background: {BACKGROUND}; }}
QWidget[card="true"] {{ background: {SURFACE}; border-radius: 10px; }}
QLabel[role="caption"] {{ color: {MUTED}; font-size: {SMALL}px; }}
QMenuBar {{ background: {BACKGROUND}; color: {MUTED}; padding: 2px 6px; }}
QMenuBar::item {{ padding: 4px 10px; border-radius: 5px; }}
QMenuBar::item:selected {{ background: {RAISED}; color: {TEXT}; }}
QMenu {{ background: {RAISED}; border: 1px solid {LINE}; padding: 6px; }}
QMenu::item {{ padding: 6px 26px 6px 14px; border-radius: 5px; }}
QMenu::item:selected {{ background: {LINE}; }}
QMenu::separator {{ height: 1px; background: {LINE}; margin: 5px 8px; }}
QPushButton {{ background: {RAISED}; border: 1px solid {LINE}; border-radius: 8px; padding: 6px 12px;
    min-height: 20px; }}
QPushButton:hover {{ border-color: {FAINT}; }}
QPushButton:pressed {{ background: {LINE}; }}
QPushButton:checked {{ background: {ACCENT}; border-color: {ACCENT}; color: {BACKGROUND}; }}
QPushButton:disabled {{ color: {FAINT}; border-color: {RAISED}; }}
QPushButton:focus, QComboBox:focus {{ border-color: {ACCENT}; }}
QPushButton[role="panic"] {{ background: transparent; border: 2px solid {BAD}; color: {BAD}; font-size: {LARGE}px;
    font-weight: 700; padding: 8px 14px; }}
QPushButton[role="panic"]:hover {{ background: #33191d; }}
QPushButton[role="panic"]:pressed {{ background: {BAD}; color: {BACKGROUND}; }}
QPushButton[role="left"] {{ border-top-right-radius: 0; border-bottom-right-radius: 0; }}
QPushButton[role="middle"] {{ border-radius: 0; border-left: 0; }}
QPushButton[role="left"], QPushButton[role="middle"], QPushButton[role="right"] {{ padding: 6px 10px; }}
QPushButton[role="right"] {{ border-top-left-radius: 0; border-bottom-left-radius: 0; border-left: 0; }}
QPushButton[role="corner"] {{ padding: 6px 4px; }}
QPushButton[role="corner"]:checked {{ background: #2a2519; border-color: {ACCENT}; color: {ACCENT}; }}
QPushButton[role="quiet"] {{ background: transparent; border-color: {LINE}; color: {MUTED}; padding: 3px 10px; }}
QPushButton[role="quiet"]:checked {{ border-color: {ACCENT}; color: {ACCENT}; background: transparent; }}
QPushButton[role="slim"] {{ background: transparent; border-color: {LINE}; color: {MUTED}; padding: 0 6px;
    min-height: 18px; border-radius: 6px; font-size: {SMALL}px; }}
QPushButton[role="slim"]:checked {{ border-color: {ACCENT}; color: {ACCENT}; background: transparent; }}
QPushButton[role="small"] {{ padding: 2px 6px; border-radius: 7px; min-height: 20px; }}
QPushButton[role="record"] {{ font-weight: 600; color: {BAD}; }}
QPushButton[role="record"]:checked {{ background: {BAD}; border-color: {BAD}; color: {BACKGROUND}; }}
QPushButton[role="take"] {{ background: transparent; border-color: {LINE}; color: {BAD}; padding: 3px 10px;
    font-weight: 600; }}
QPushButton[role="take"]:checked {{ background: {BAD}; border-color: {BAD}; color: {BACKGROUND}; }}
QPushButton[role="erase"]:checked {{ background: {WARN}; border-color: {WARN}; color: {BACKGROUND}; }}
QPushButton[role="help"] {{ background: transparent; border-color: {BAD}; color: {BAD}; padding: 0 8px;
    min-height: 18px; border-radius: 6px; font-size: {SMALL}px; }}
QComboBox {{ background: {RAISED}; border: 1px solid {LINE}; border-radius: 8px; padding: 5px 10px; min-height: 20px; }}
QComboBox:hover {{ border-color: {FAINT}; }}
QComboBox::drop-down {{ border: 0; width: 24px; }}
QComboBox QAbstractItemView {{ background: {RAISED}; border: 1px solid {LINE}; padding: 4px; outline: 0;
    selection-background-color: {LINE}; selection-color: {TEXT}; }}
QDialog {{ background: {SURFACE}; }}
QInputDialog QLineEdit, QFileDialog QLineEdit {{ background: {BACKGROUND}; border: 1px solid {LINE};
    border-radius: 8px; padding: 6px 10px; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QDoubleSpinBox, QDoubleSpinBox QLineEdit {{ background: transparent; border: 0; font-size: {HUGE}px; font-weight: 600;
    padding: 0; margin: 0; selection-background-color: {ACCENT}; selection-color: {BACKGROUND}; }}
QToolTip {{ background: {RAISED}; color: {TEXT}; border: 1px solid {LINE}; padding: 6px; }}
QSplitter::handle {{ background: transparent; }}
QSplitter::handle:hover {{ background: {LINE}; }}
QScrollArea {{ background: transparent; border: 0; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {LINE}; border-radius: 4px; min-height: 40px; margin: 0 1px; }}
QScrollBar::handle:vertical:hover {{ background: {FAINT}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""
