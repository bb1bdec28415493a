"""How the rack looks, beyond what all windows share."""

from livemusic.ui import theme

PATH_WIDTH = 396

STYLE_SHEET = f"""
QDialog {{ background: {theme.BACKGROUND}; }}
QLabel {{ background: transparent; }}
QScrollArea, QScrollArea > QWidget > QWidget#sheet {{ background: transparent; border: 0; }}
QLabel[role="title"] {{ font-size: 22px; font-weight: 600; }}
QLabel[role="name"] {{ font-size: 16px; font-weight: 600; }}
QLabel[role="lead"] {{ color: {theme.MUTED}; }}
QLabel[role="section"] {{ color: {theme.ACCENT}; font-size: {theme.SMALL}px; font-weight: 600; }}
QLabel[role="help"] {{ color: {theme.MUTED}; font-size: {theme.SMALL}px; }}
QLabel[role="fault"] {{ color: {theme.BAD}; font-size: {theme.SMALL}px; }}
QLabel[role="warning"] {{ color: {theme.WARN}; font-size: {theme.SMALL}px; }}
QLabel[role="note"] {{ background: {theme.RAISED}; border-radius: 8px; padding: 10px 14px; }}
QLabel[role="invitation"] {{ font-size: {theme.LARGE}px; }}
QLineEdit {{ background: {theme.RAISED}; border: 1px solid {theme.LINE}; border-radius: 8px; padding: 5px 10px;
    min-height: 20px; selection-background-color: {theme.ACCENT}; selection-color: {theme.BACKGROUND}; }}
QLineEdit:hover {{ border-color: {theme.FAINT}; }}
QLineEdit:focus {{ border-color: {theme.ACCENT}; }}
QPushButton[role="quiet"] {{ padding: 3px 10px; min-height: 20px; }}
QPushButton[role="quiet"]:hover {{ color: {theme.TEXT}; border-color: {theme.FAINT}; }}
QPushButton[role="quiet"]:focus, QPushButton[role="icon"]:focus {{ border-color: {theme.ACCENT}; }}
QPushButton[role="quiet"]:disabled {{ color: {theme.FAINT}; border-color: {theme.RAISED}; }}
QPushButton[role="icon"] {{ background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 0;
    min-height: 26px; max-height: 26px; min-width: 26px; max-width: 26px; color: {theme.MUTED}; }}
QPushButton[role="icon"]:hover {{ background: {theme.LINE}; color: {theme.TEXT}; }}
QPushButton[role="icon"]:disabled {{ color: {theme.FAINT}; background: transparent; }}
QPushButton[role="add"] {{ background: transparent; border: 1px dashed {theme.FAINT}; border-radius: 10px;
    padding: 10px; color: {theme.MUTED}; }}
QPushButton[role="add"]:hover, QPushButton[role="add"]:focus {{ border-color: {theme.ACCENT}; color: {theme.TEXT}; }}
QFrame#entry {{ background: {theme.RAISED}; border-radius: 10px; }}
QListView {{ background: transparent; border: 0; outline: 0; }}
QProgressBar {{ background: {theme.LINE}; border: 0; border-radius: 3px; max-height: 6px; min-height: 6px; }}
QProgressBar::chunk {{ background: {theme.ACCENT}; border-radius: 3px; }}
{theme.RING}"""
