"""The window as a program: shown until it is closed, or until a signal closes it."""

import signal
from collections.abc import Callable

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication

from livemusic.errors import DisplayError
from livemusic.ui.appearance import Appearance
from livemusic.ui.bridge import Bridge, Connect
from livemusic.ui.choices import ListChoices
from livemusic.ui.stage import find_screen
from livemusic.ui.tips import Tips
from livemusic.ui.window import Window

_PULSE_MS = 250


def run(
    connect: Connect,
    list_choices: ListChoices,
    stage: str | None = None,
    ends_engine: Callable[[], bool] = lambda: True,
) -> bool:
    """Show the window until it is closed, or until Ctrl-C or a termination signal closes it.

    `connect` reaches the engine; `list_choices` names what is plugged in; `stage` is a screen, by number or name, that
    the path fills; `ends_engine` tells whether the music ends with the window. True if the music is to go on without
    it. `DisplayError` where the display has gone, `DeviceError` where there is no such screen.
    """
    app = QApplication.instance() or QApplication(["livemusic"])
    app.setApplicationName("livemusic")
    settings = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "livemusic", "window")
    if stage is not None:
        find_screen(stage)
    bridge = Bridge(connect)
    appearance = Appearance(app, settings)
    bridge.session_changed.connect(lambda session: appearance.choose(session.settings.appearance))
    Tips(app)
    window = Window(bridge, list_choices, settings)
    window.guard.ends_engine = ends_engine

    def end(*_: object) -> None:
        window.guard.forced = True
        window.close()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    pulse = QTimer()  # lets Python see a signal while a minimised window does nothing
    pulse.timeout.connect(lambda: None)
    pulse.start(_PULSE_MS)
    bridge.start()
    window.show()
    window.assistance.greet()
    if stage is not None:
        window.set_stage(stage)
    try:
        if app.exec():  # Qt's own way out of a connection that broke
            raise DisplayError("The display has gone, and the window with it. The music goes on: 'livemusic' shows it.")
        return window.leaves
    finally:
        pulse.stop()
        for number, handler in before.items():
            signal.signal(number, handler)
