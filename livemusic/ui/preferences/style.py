"""How the preferences look, beyond what all windows share."""

from livemusic.ui import theme

PAGE_WIDTH, LABEL_WIDTH, CONTROL_WIDTH = 800, 178, 400

STYLE_SHEET = f"""
QDialog {{ background: {theme.BACKGROUND}; }}
QScrollArea, QScrollArea > QWidget > QWidget#sheet {{ background: transparent; border: 0; }}
QLabel {{ background: transparent; }}
QLabel[role="title"] {{ font-size: 24px; font-weight: 600; }}
QLabel[role="lead"] {{ color: {theme.MUTED}; }}
QLabel[role="section"] {{ color: {theme.ACCENT}; font-size: {theme.SMALL}px; font-weight: 600; }}
QLabel[role="group"] {{ color: {theme.MUTED}; font-size: {theme.SMALL}px; font-weight: 600; }}
QLabel[role="help"] {{ color: {theme.MUTED}; font-size: {theme.SMALL}px; }}
QLabel[role="warning"] {{ color: {theme.WARN}; font-size: {theme.SMALL}px; }}
QLabel[role="guidance"] {{ color: {theme.TEXT}; background: {theme.RAISED}; border-radius: 8px; padding: 12px 14px; }}
QLabel[role="path"] {{ color: {theme.MUTED}; font-size: {theme.SMALL}px; }}
QFrame[role="line"] {{ background: {theme.RAISED}; border: 0; max-height: 1px; min-height: 1px; }}
QListWidget#pages {{ background: {theme.SURFACE}; border: 0; border-radius: 10px; padding: 8px; outline: 0; }}
QListWidget#pages::item {{ padding: 9px 12px; border-radius: 7px; color: {theme.MUTED}; }}
QListWidget#pages::item:hover {{ color: {theme.TEXT}; }}
QListWidget#pages::item:selected {{ background: {theme.RAISED}; color: {theme.TEXT}; }}
QListWidget#pages:focus::item:selected {{ color: {theme.ACCENT}; }}
QDoubleSpinBox, QLineEdit {{ background: {theme.RAISED}; border: 1px solid {theme.LINE}; border-radius: 8px;
    padding: 5px 10px; min-height: 20px; font-size: {theme.NORMAL}px; font-weight: 400;
    selection-background-color: {theme.ACCENT}; selection-color: {theme.BACKGROUND}; }}
QDoubleSpinBox QLineEdit {{ background: transparent; border: 0; border-radius: 0; padding: 0; margin: 0;
    font-size: {theme.NORMAL}px; font-weight: 400; }}
QDoubleSpinBox[role="small"] {{ padding: 2px 6px; min-height: 20px; }}
QDoubleSpinBox:hover, QLineEdit:hover {{ border-color: {theme.FAINT}; }}
QDoubleSpinBox QLineEdit:hover {{ border: 0; }}
QDoubleSpinBox:focus, QLineEdit:focus {{ border-color: {theme.ACCENT}; }}
QDoubleSpinBox:disabled, QLineEdit:disabled, QComboBox:disabled {{ color: {theme.FAINT}; }}
QPushButton[role="quiet"] {{ padding: 4px 10px; }}
QPushButton[role="quiet"]:hover {{ color: {theme.TEXT}; }}
QPushButton[role="quiet"]:focus {{ border-color: {theme.ACCENT}; }}
QPushButton[role="quiet"]:disabled {{ color: {theme.FAINT}; border-color: {theme.RAISED}; }}
QPushButton[role="grave"] {{ background: transparent; border-color: {theme.BAD}; color: {theme.BAD}; }}
QPushButton[role="grave"]:hover {{ background: {theme.ALARM}; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {theme.LINE}; border-radius: 4px; min-height: 40px; margin: 0 1px; }}
QScrollBar::handle:vertical:hover {{ background: {theme.FAINT}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
{theme.RING}"""
