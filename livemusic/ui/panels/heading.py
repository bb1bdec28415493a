"""A heading within a menu: the style sheet draws a line alone for a section of Qt's."""

from PySide6.QtWidgets import QLabel, QMenu, QWidgetAction


def add_heading(menu: QMenu, title: str) -> None:
    """Say what the entries that follow are about; a line stands before it, unless it is the first."""
    if not menu.isEmpty():
        menu.addSeparator()
    label = QLabel(title, menu)
    label.setProperty("role", "heading")
    entry = QWidgetAction(menu)
    entry.setText(title)
    entry.setEnabled(False)  # neither the mouse nor the keys choose it
    entry.setDefaultWidget(label)
    menu.addAction(entry)
