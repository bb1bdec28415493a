"""How the sketchbook looks, beyond what all windows share."""

from livemusic.ui import theme

LIST_WIDTH, DRAFTS_WIDTH = 132, 226
NARROW_LIST_WIDTH, NARROW_DRAFTS_WIDTH = 128, 164

STYLE_SHEET = f"""
QDialog {{ background: {theme.BACKGROUND}; }}
QLabel {{ background: transparent; }}
QScrollArea, QScrollArea > QWidget > QWidget#sheet {{ background: transparent; border: 0; }}
QLabel[role="title"] {{ font-size: 22px; font-weight: 600; }}
QLabel[role="lead"] {{ color: {theme.MUTED}; }}
QLabel[role="name"] {{ font-size: 16px; font-weight: 600; }}
QLabel[role="section"] {{ color: {theme.ACCENT}; font-size: {theme.SMALL}px; font-weight: 600; }}
QLabel[role="help"] {{ color: {theme.MUTED}; font-size: {theme.SMALL}px; }}
QLabel[role="value"] {{ color: {theme.TEXT}; }}
QLabel[role="warning"] {{ color: {theme.WARN}; font-size: {theme.SMALL}px; }}
QLabel[role="fault"] {{ color: {theme.BAD}; font-size: {theme.SMALL}px; }}
QFrame[role="note"] {{ background: {theme.RAISED}; border-radius: 8px; }}
QListWidget#tools {{ background: {theme.SURFACE}; border: 0; border-radius: 10px; padding: 8px; outline: 0; }}
QListWidget#tools::item {{ padding: 9px 10px; border-radius: 7px; color: {theme.MUTED}; }}
QListWidget#tools::item:hover {{ color: {theme.TEXT}; }}
QListWidget#tools::item:selected {{ background: {theme.RAISED}; color: {theme.TEXT}; }}
QListWidget#tools:focus::item:selected {{ color: {theme.ACCENT}; }}
QListWidget#drafts {{ background: transparent; border: 0; outline: 0; }}
QDoubleSpinBox, QLineEdit {{ background: {theme.RAISED}; border: 1px solid {theme.LINE}; border-radius: 8px;
    padding: 5px 10px; min-height: 20px; font-size: {theme.NORMAL}px; font-weight: 400;
    selection-background-color: {theme.ACCENT}; selection-color: {theme.BACKGROUND}; }}
QDoubleSpinBox QLineEdit {{ background: transparent; border: 0; border-radius: 0; padding: 0; margin: 0;
    font-size: {theme.NORMAL}px; font-weight: 400; }}
QDoubleSpinBox:hover, QLineEdit:hover {{ border-color: {theme.FAINT}; }}
QDoubleSpinBox QLineEdit:hover {{ border: 0; }}
QDoubleSpinBox:focus, QLineEdit:focus {{ border-color: {theme.ACCENT}; }}
QDoubleSpinBox:disabled, QLineEdit:disabled, QComboBox:disabled {{ color: {theme.FAINT}; }}
QLabel:disabled {{ color: {theme.FAINT}; }}
QPushButton[role="main"] {{ background: {theme.ACCENT}; border-color: {theme.ACCENT}; color: {theme.BACKGROUND};
    font-weight: 600; padding: 7px 18px; }}
QPushButton[role="main"]:hover {{ background: {theme.LIT}; border-color: {theme.LIT}; }}
QPushButton[role="main"]:pressed {{ background: {theme.PRESSED}; }}
QPushButton[role="main"]:focus {{ border-color: {theme.TEXT}; }}
QPushButton[role="main"]:disabled {{ background: {theme.RAISED}; border-color: {theme.RAISED}; color: {theme.FAINT}; }}
QPushButton[role="quiet"]:hover {{ color: {theme.TEXT}; border-color: {theme.FAINT}; }}
QPushButton[role="quiet"]:focus {{ border-color: {theme.ACCENT}; }}
QPushButton[role="quiet"]:disabled {{ color: {theme.FAINT}; border-color: {theme.RAISED}; }}
QPushButton[role="listen"] {{ font-size: {theme.LARGE}px; font-weight: 600; padding: 6px 18px; }}
{theme.RING}"""
