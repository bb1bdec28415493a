"""A button as all panels have them: reached with Tab, named, and explained."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget


def button(text: str, tip: str, parent: QWidget, role: str = "", name: str = "") -> QPushButton:
    """A button that says `text`; `tip` explains it, `role` is its look in the style sheet, `name` what is read out."""
    made = QPushButton(text, parent)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setAccessibleName(name or text)
    made.setToolTip(tip)
    made.setProperty("role", role)
    return made
