"""A film of a recording's path, from the file to the MP4: for `livemusic embed --video`."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from livemusic.dsp.beat import BeatTracker
from livemusic.dsp.onset import SpectralFlux
from livemusic.dsp.strokes import strokes
from livemusic.session.show import Show
from livemusic.ui.film import Score, Stroke, pictures

#: What a stroke in a band is drawn as: kick, snare, closed hat.
_VOICES = (0, 1, 2)
Seconds = float


class Rhythm:
    """Listens for beats and strokes beside the embedder. `hear` every block, then ask."""

    def __init__(self, sample_rate: int) -> None:
        self._tracker = BeatTracker(sample_rate)
        self._flux = SpectralFlux(sample_rate)
        self._activations = [np.empty((0, 3))]
        self._beats: list[tuple[Seconds, int]] = []

    def hear(self, samples: np.ndarray) -> None:
        self._activations.append(self._flux.push(samples))
        self._beats += [(beat.t, beat.count) for beat in self._tracker.push(samples)]

    @property
    def beats(self) -> Sequence[Seconds]:
        """Times of the beats, from the first of a bar on."""
        return [t for t, _ in self._beats]

    @property
    def strokes(self) -> list[Stroke]:
        """What is struck when."""
        found = strokes(np.concatenate(self._activations), self._flux)
        return [Stroke(stroke.t, _VOICES[stroke.band], stroke.strength) for stroke in found]


def write_film(
    path: Path,
    sound: Path,
    score: Score,
    show: Show,
    height: int,
    fps: int,
    tell: Callable[[Seconds, Seconds], None],
) -> None:
    """Write the film of `score` with the sound of the file `sound`, 16:9 and `height` pixels high. `MediaError`.

    `tell` hears how many seconds of how many are done.
    """
    from livemusic.audio.file import Recording
    from livemusic.video.writer import FilmWriter

    recording = Recording(sound)
    try:
        seconds = float(score.rows[-1, 0])
        channels = recording.channels
        size = 2 * round(height * 8 / 9), 2 * (height // 2)
        with FilmWriter(path, size, fps, recording.sample_rate, channels) as film:
            heard = 0
            for number, pixels in enumerate(pictures(score, show, seconds, size, fps), 1):
                due = round(number / fps * recording.sample_rate)
                film.sound(recording.stretch(heard, due - heard))
                heard = due
                film.picture(pixels)
                if number % fps == 0:
                    tell(number / fps, seconds)
    finally:
        recording.close()
