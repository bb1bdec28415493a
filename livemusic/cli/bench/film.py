"""How fast films are made: 1080p, of a path of three minutes that is there when the film begins."""

import tempfile
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from livemusic.cli.bench.figure import Figure

_RATE = 48000
_PATH_S = 180.0


def measure(seconds: float) -> list[Figure]:
    """So many seconds of film at 30 and at 60 pictures a second, with noise for sound."""
    from livemusic.audio.file import write_audio
    from livemusic.cli.film import write_film
    from livemusic.session.show import Show
    from livemusic.ui.film import Score, Stroke
    from livemusic.ui.views.trajectory import wandering

    figures = []
    rows = wandering(round(_PATH_S * 43.07))
    rows[:, 0] -= rows[-1, 0] - np.float32(seconds)  # most of it is there when the film begins
    strokes = [Stroke(t, number % 3, 0.8) for number, t in enumerate(np.arange(0.0, seconds, 0.25).tolist())]
    score = Score(rows, beats=np.arange(0.0, seconds, 0.5).tolist(), strokes=strokes)
    with tempfile.TemporaryDirectory() as made:
        sound, film = Path(made) / "sound.wav", Path(made) / "film.mp4"
        noise = np.random.default_rng(0).normal(0, 0.1, (round(seconds * _RATE), 2))
        write_audio(sound, noise.astype(np.float32), _RATE)
        for fps in (30, 60):
            begun, busy = perf_counter(), process_time()
            write_film(film, sound, score, Show(), 1080, fps, lambda done, whole: None)
            took, busy = perf_counter() - begun, process_time() - busy
            name = f"1080p, {fps} frames per second"
            figures += [
                Figure("film", f"{name}, times real time", seconds / took, "×", 1.0 if fps == 30 else None, True),
                Figure("film", f"{name}, of one core", 1e3 * busy / (seconds * fps), "ms"),
                Figure("film", f"{name}, size", film.stat().st_size * 8e-6 / seconds, "Mbit/s"),
            ]
    return figures
