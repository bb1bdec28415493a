"""Windows on small screens: none is larger than its screen, and all that is in them can be reached."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtWidgets import QApplication, QDialog, QScrollArea, QWidget

from livemusic.ui import theme
from livemusic.ui.preferences import Preferences
from livemusic.ui.rack import PluginRack
from livemusic.ui.room import fit
from livemusic.ui.sketchbook import SketchbookDialog

#: What 1920×1080 at 200 % and 1366×768 at 150 % have room for, less a frame and a task bar.
SMALL = [(940, 470), (892, 440)]
WANTED, LEAST = QSize(1600, 1000), QSize(892, 440)


class Screened(QWidget):
    """A window on a screen of another size."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__()
        self._size = QSize(width, height)

    def screen(self) -> "Screened":
        return self

    def availableSize(self) -> QSize:  # noqa: N802
        return self._size


@pytest.mark.parametrize("screen", [(1920, 1080), (1366, 768), (1280, 720), (960, 540), (911, 512), (800, 480)])
def test_a_window_fits_its_screen(app, screen: tuple[int, int]) -> None:
    window = Screened(*screen)
    fit(window, WANTED, LEAST)
    assert window.width() <= screen[0]
    assert window.height() <= screen[1] - 28
    assert window.minimumSize().boundedTo(window.size()) == window.minimumSize()
    assert (window.size() == WANTED) == (screen == (1920, 1080))


@pytest.fixture(params=[Preferences, PluginRack, SketchbookDialog])
def small(app: QApplication, request: pytest.FixtureRequest) -> Iterator[QDialog]:
    app.setStyleSheet(theme.STYLE_SHEET)
    dialog = request.param()
    yield dialog
    dialog.close()
    dialog.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    app.setStyleSheet("")


@pytest.mark.parametrize("size", SMALL)
def test_dialogs_fit_small_screens(app: QApplication, small: QDialog, size: tuple[int, int]) -> None:
    small.setMinimumSize(0, 0)
    small.resize(*size)
    small.show()
    for page in getattr(small, "pages", ()) if not isinstance(small, PluginRack) else ():
        small.open_page(page)
        QApplication.processEvents()
        assert (small.width(), small.height()) == size
        for area in small.findChildren(QScrollArea):
            if area.isVisible() and area.widget() is not None:
                assert area.widget().minimumSizeHint().width() <= area.viewport().width(), page
    assert small.minimumSizeHint().width() <= size[0]
    assert small.minimumSizeHint().height() <= size[1]


def test_the_side_of_a_very_low_window_scrolls(window) -> None:
    window.setStyleSheet(theme.STYLE_SHEET)
    window.resize(892, 440)
    QApplication.processEvents()
    assert (window.width(), window.height()) == (892, 440)
    (area,) = [area for area in window.findChildren(QScrollArea) if area.isAncestorOf(window.pad)]
    assert area.verticalScrollBar().maximum() > 0
    assert area.widget().width() <= area.viewport().width()
