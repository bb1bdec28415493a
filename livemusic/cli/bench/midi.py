"""MIDI lateness of a whole engine (listening, morphing, playing, clock), alone and beside a window that paints."""

import subprocess
import sys

from livemusic.cli.bench.figure import Figure, milliseconds
from livemusic.engine.lateness import Percentiles

_ROOM_MS = 1.0


def measure(seconds: float) -> list[Figure]:
    """Idle floor, engine alone, engine beside the painting window, one after the other."""
    floor = _lateness("floor", seconds)
    alone = _lateness("performer", seconds)
    with subprocess.Popen(_command("painter", 3600.0), stdout=subprocess.PIPE) as painter:
        try:
            assert painter.stdout is not None
            painter.stdout.readline()  # it paints from here on
            beside = _lateness("performer", seconds)
            loaded_floor = _lateness("floor", seconds)
        finally:
            painter.terminate()
    limit = 1e3 * Percentiles.of(floor).p99 + _ROOM_MS
    return [
        *milliseconds("midi", "idle floor", floor),
        *milliseconds("midi", "engine alone", alone),
        *milliseconds("midi", "engine beside the painting window", beside, limit),
        *milliseconds("midi", "bare loop beside the painting window", loaded_floor),
        Figure("midi", "messages measured beside the window", len(beside), ""),
    ]


def _lateness(module: str, seconds: float) -> list[float]:
    result = subprocess.run(_command(module, seconds), stdout=subprocess.PIPE, text=True, check=True)
    return [float(word) for word in result.stdout.split()]


def _command(module: str, seconds: float) -> list[str]:
    return [sys.executable, "-m", f"livemusic.cli.bench.{module}", str(seconds)]
