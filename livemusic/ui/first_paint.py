"""Opens the real window without an engine, prints the moment it was first painted, and closes it.

A program of its own, so that `livemusic bench start` times all that a musician waits for.
"""

import sys
from time import perf_counter

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from livemusic.errors import EngineError
from livemusic.ui import theme
from livemusic.ui.bridge import Bridge, Link
from livemusic.ui.choices import Choices
from livemusic.ui.window import Window


def first_paint() -> float:
    """`time.perf_counter` seconds of the first finished painting of the whole window."""

    def nobody() -> Link:
        raise EngineError("no engine while measuring")

    app = QApplication(["livemusic"])
    app.setStyleSheet(theme.STYLE_SHEET)
    window = Window(Bridge(nobody), Choices, QSettings())
    window.show()
    while not window.isVisible():
        app.processEvents()
    app.processEvents()
    window.grab()
    painted = perf_counter()
    window.close()
    return painted


if __name__ == "__main__":
    sys.stdout.write(str(first_paint()))
