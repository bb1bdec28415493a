"""The stage beside a playing engine: how many pictures a second, and how evenly they come."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import sleep

import msgspec
import numpy as np

from livemusic.cli.bench.figure import Figure, milliseconds

_FPS = 58.0
_ENGINE_S = 8.0


def measure(seconds: float) -> list[Figure]:
    """The real window, its stage and an engine that plays the demo, each a process; left out where there is no display.

    For 1080p on a machine without a screen: xvfb-run -s "-screen 0 1920x1080x24" livemusic bench stage
    """
    with tempfile.TemporaryDirectory() as made:
        return _measure(Path(made), seconds)


def _measure(folder: Path, seconds: float) -> list[Figure]:
    environment = os.environ | {"LIVEMUSIC_ENGINE": str(folder / "engine"), "XDG_CONFIG_HOME": str(folder)}
    words = [sys.executable, "-m", "livemusic", "engine", "--fresh", "--source", "demo", "--midi-out", "none"]
    engine = subprocess.Popen([*words, "--no-sound"], stdout=subprocess.DEVNULL, env=environment)
    try:
        sleep(_ENGINE_S)
        trial = subprocess.run(
            [sys.executable, "-m", "livemusic.ui.stage_trial", str(seconds)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            check=False,
        )
    finally:
        engine.terminate()
        engine.wait()
    if trial.returncode or not trial.stdout:
        print("No stage can be shown here: left out. On a machine without a display, use xvfb-run.", file=sys.stderr)
        return []
    return _figures(msgspec.json.decode(trial.stdout))


def _figures(told: dict[str, object]) -> list[Figure]:
    intervals = np.array(told["intervals"], float)
    if not len(intervals):
        return []
    where = f"stage of {told['width']}×{told['height']}"
    return [
        Figure("stage", f"{where}, frames per second", len(intervals) / float(intervals.sum()), "fps", _FPS, True),
        *milliseconds("stage", "from one picture to the next", intervals.tolist()),
        Figure("stage", "the window's process, for a picture", 1e3 * float(str(told["busy"])) / len(intervals), "ms"),
        Figure("stage", "points of the path", float(str(told["points"])), ""),
    ]
