"""How long it takes to compare two takes of ten minutes, in a process that begins cold."""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from livemusic.cli.bench.figure import Figure

_MINUTES, _RUNS, _PACE = 10, 3, 1.04
_SECONDS, _ERROR_MS = 10.0, 25.0


def measure(seconds: float) -> list[Figure]:
    """The demo song over and over, and the same 4 % faster and so higher; three runs."""
    from livemusic.audio.file import write_audio
    from livemusic.engine.demo import SAMPLE_RATE, DemoTrack

    mix = np.asarray(DemoTrack.open().mix, np.float32)
    first = np.take(mix, np.arange(60 * _MINUTES * SAMPLE_RATE), mode="wrap")
    places = np.arange(0, len(first) - 1, _PACE)
    second = np.interp(places, np.arange(len(first)), first).astype(np.float32)
    spent = []
    with TemporaryDirectory(prefix="livemusic-") as folder:
        takes = [Path(folder) / name for name in ("a.wav", "b.wav")]
        for take, sound in zip(takes, (first, second), strict=True):
            write_audio(take, sound[:, None], SAMPLE_RATE)
        for _ in range(_RUNS):
            begun = perf_counter()
            command = [sys.executable, "-m", "livemusic", "compare", *map(str, takes), "--json"]
            told = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
            spent.append(perf_counter() - begun)
    a, b = np.array(told["pairs"]).T
    error = 1000 * float(np.median(np.abs(b - a / _PACE)))
    return [
        Figure("compare", f"two takes of {_MINUTES} minutes, cold, p50 of {_RUNS}", median(spent), "s", _SECONDS),
        Figure("compare", f"two takes of {_MINUTES} minutes, cold, worst", max(spent), "s", _SECONDS),
        Figure("compare", "their pairs, median error", error, "ms", _ERROR_MS),
    ]
