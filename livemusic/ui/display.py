"""Whether a window can be opened here: Qt ends the program where it cannot, so a child tries it first."""

import os
import subprocess
import sys

from livemusic.errors import DisplayError

#: A display that has not answered by then does not answer.
PATIENCE_S = 10.0
_TRY = """
import sys
if sys.platform != "win32":
    import resource
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
from PySide6.QtGui import QGuiApplication
QGuiApplication(["livemusic"])
"""
_WITHOUT = "'livemusic engine' plays without a window, 'livemusic demo' writes what it would play to files."


class DisplayTrial:
    """A child that opens what the window will need; it runs beside whatever else is loaded. `ended` says what came."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _TRY],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )

    def ended(self, patience: float = PATIENCE_S) -> None:
        """Return once a window can be opened; `DisplayError` says why it cannot, after `patience` seconds at most."""
        try:
            _, said = self._process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            raise DisplayError(
                f"{_here()} has not answered for {patience:g} seconds, so no window can be opened. {_WITHOUT}"
            ) from None
        finally:
            self._process.kill()
            self._process.communicate()
        if self._process.returncode:
            raise DisplayError(_why(said))


def _why(said: str) -> str:
    """What Qt's last words mean."""
    if "could not connect to display" in said or "Failed to create wl_display" in said:
        if not _named():
            return (
                f"There is no display here to open the window on: DISPLAY and WAYLAND_DISPLAY are not set. {_WITHOUT}"
            )
        return f"{_here()} is not there or lets nobody in, so no window can be opened. {_WITHOUT}"
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if "needed" in line or "Could not" in line] or lines[-1:] or ["it fell"]
    reason = telling[0].removeprefix("qt.qpa.plugin: ")
    return f"Qt cannot open a window here ({reason.rstrip('.')}). Install what is missing. {_WITHOUT}"


def _named() -> str:
    return os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or ""


def _here() -> str:
    return f"The display {_named()!r}" if _named() else "The display"
