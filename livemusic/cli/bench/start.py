"""How soon everything is there, and whether the engine's memory stays where it is."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, sleep

import psutil

from livemusic.cli.bench.figure import Figure

_HELP_S, _WINDOW_S, _DEMO_S = 0.5, 3.0, 10.0
_WARM_S = 10.0


def measure(seconds: float) -> list[Figure]:
    """Each as a program of its own, as a musician starts it. `seconds`: how long memory is watched."""
    with tempfile.TemporaryDirectory() as made:
        return [
            Figure("start", "python alone", _timed([sys.executable, "-c", "pass"]), "s"),
            Figure("start", "livemusic --help", _timed(_livemusic("--help")), "s", _HELP_S),
            *_window(),
            Figure(
                "start", "demo --seconds 10", _timed(_livemusic("demo", "--seconds", "10", "--out", made)), "s", _DEMO_S
            ),
            *_memory(Path(made), seconds),
        ]


def _livemusic(*words: str) -> list[str]:
    return [sys.executable, "-m", "livemusic", *words]


def _timed(command: list[str]) -> float:
    begun = perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return perf_counter() - begun


def _window() -> list[Figure]:
    """Left out, and said so, where there is no display to show one on."""
    begun = perf_counter()
    result = subprocess.run(
        [sys.executable, "-m", "livemusic.ui.first_paint"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    if result.returncode:
        print("No window can be shown here: left out. On a machine without a display, use xvfb-run.", file=sys.stderr)
        return []
    return [Figure("start", "window visible", float(result.stdout) - begun, "s", _WINDOW_S)]


def _memory(folder: Path, seconds: float) -> list[Figure]:
    """An engine on the demo song: its memory once it is warm, and how much more later."""
    environment = os.environ | {"LIVEMUSIC_ENGINE": str(folder / "engine")}
    command = _livemusic("engine", "--midi-out", "none", "--no-sound")
    engine = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    try:
        process = psutil.Process(engine.pid)
        sleep(_WARM_S)
        warm = process.memory_info().rss
        sleep(seconds)
        later = process.memory_info().rss
    finally:
        engine.terminate()
        engine.wait()
    return [
        Figure("start", f"engine memory after {_WARM_S:g} s", warm / 1e6, "MB"),
        Figure("start", f"more of it {seconds:g} s later", (later - warm) / 1e6, "MB", 1.0),
    ]
