"""Shows the real window and its stage on a running engine for a while, and prints how fluid the stage was, as JSON.

A program of its own, so that `livemusic bench stage` measures what a projectionist would see.
"""

import sys
from itertools import pairwise
from time import perf_counter, process_time

import msgspec
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication

from livemusic.engine.client import Client
from livemusic.ui import theme
from livemusic.ui.bridge import Bridge
from livemusic.ui.choices import Choices
from livemusic.ui.window import Window

#: From the start until it is measured: the path begins, and everything is drawn for the first time.
_WARM_UP_MS = 4000


class Fluency(msgspec.Struct, frozen=True):
    """`intervals` (s) from one painted picture of the stage to the next, on a screen of `width` × `height` pixels;
    `busy` seconds of one core that the window's process took meanwhile; `points` of the path at the end.
    """

    width: int
    height: int
    points: int
    busy: float
    intervals: tuple[float, ...]


def stage_trial(seconds: float) -> Fluency:
    """Watch it for so long."""
    app = QApplication(["livemusic"])
    app.setStyle("Fusion")
    app.setStyleSheet(theme.STYLE_SHEET)
    bridge = Bridge(Client.connect)
    window = Window(bridge, Choices, QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "", "trial"))
    bridge.start()
    window.show()
    window.set_stage("1")
    at: list[float] = []
    busy: list[float] = []

    def watch() -> None:
        stage = window.stage_hand.stage
        if stage is not None:
            stage.painted.connect(lambda: (at.append(perf_counter()), busy.append(process_time())))

    QTimer.singleShot(_WARM_UP_MS, watch)
    QTimer.singleShot(_WARM_UP_MS + round(1e3 * seconds), app.quit)
    app.exec()
    screen = window.stage_hand.screen
    size = screen.size() * screen.devicePixelRatio()
    points = len(window.trajectory.trail)
    window.close()
    return Fluency(size.width(), size.height(), points, busy[-1] - busy[0], tuple(b - a for a, b in pairwise(at)))


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(stage_trial(float(sys.argv[1]))))
