"""Tries of a moving hand, at a pace the engine can follow."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from livemusic.engine.request import Request

_BREATH_MS = 50


class Pace(QObject):
    """Sends a request at once, then at most one every 50 ms; of those that have to wait the last one counts."""

    def __init__(self, send: Callable[[Request], None], parent: QObject) -> None:
        super().__init__(parent)
        self._send = send
        self._waiting: Request | None = None
        self._breath = QTimer(self)
        self._breath.setSingleShot(True)
        self._breath.setInterval(_BREATH_MS)
        self._breath.timeout.connect(self._go_on)

    def ask(self, request: Request) -> None:
        """Send it as soon as it may be."""
        self._waiting = request
        if not self._breath.isActive():
            self._go_on()

    def forget(self) -> None:
        """What waits is not wanted any more."""
        self._waiting = None

    def _go_on(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._send(waiting)
            self._breath.start()
