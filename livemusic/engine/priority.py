"""Asks the system to let the engine go first, as far as it allows."""

import sys
from contextlib import suppress

import psutil

_NICER_THAN_THE_REST = -10


def go_first() -> None:
    """Raise this process's priority, where that is permitted. On Windows also ask for a timer of 1 ms."""
    process = psutil.Process()
    with suppress(psutil.Error, OSError):
        process.nice(psutil.HIGH_PRIORITY_CLASS if sys.platform == "win32" else _NICER_THAN_THE_REST)
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.winmm.timeBeginPeriod(1)
