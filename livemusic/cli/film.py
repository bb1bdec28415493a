"""The film of a recording's path, from the file to the MP4: `livemusic embed --video`."""

import os
from _thread import interrupt_main
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from livemusic.cli.options import number
from livemusic.cli.output import file_for
from livemusic.cli.progress import show_line
from livemusic.errors import LiveMusicError
from livemusic.session.film_steps import Failed, Filmed, Filming, as_line
from livemusic.session.show import COLOURS, THEMES, Show

if TYPE_CHECKING:
    from livemusic.ui.film import Score, Stroke
    from livemusic.ui.views.tint import Stretch
    from livemusic.ui.views.trail import Placer

Seconds = float
Rows = npt.NDArray[np.float32]

_HEIGHT, _HEIGHTS = 1080, (180, 2160)
#: What a stroke in a band is drawn as: kick, snare, closed hat.
_VOICES = (0, 1, 2)
_TOLD_EVERY: Seconds = 0.5
_NICE = 5


def add_film_options(parser: ArgumentParser) -> None:
    """The options of a film."""
    parser.add_argument("--video", type=Path, metavar="MP4", help="make a film of it as well: the path, and the sound")
    parser.add_argument("--fps", type=int, choices=(30, 60), default=30, help="frames per second (default: 30)")
    parser.add_argument(
        "--height", type=_height, default=_HEIGHT, metavar="PIXELS", help="of the film, 16:9 (default: 1080)"
    )
    parser.add_argument("--colour", choices=COLOURS, default=COLOURS[0], help="what the colour of the path tells")
    parser.add_argument("--theme", choices=THEMES, default=THEMES[0], help="the colours of the film (default: Night)")
    parser.add_argument("--motion", type=_share, default=0.5, metavar="0..1", help="how much its camera moves")
    parser.add_argument("--hits", action="store_true", help="let the path glow where something is struck")
    parser.add_argument(
        "--json-lines",
        action="store_true",
        help="a line of JSON for each step, for another program, which stops it by closing its standard input",
    )


@contextmanager
def telling(on: bool) -> Iterator[None]:
    """Tell also another program why it could not be done."""
    try:
        yield
    except LiveMusicError as problem:
        if on:
            os.write(1, as_line(Failed(str(problem))))
        raise


class FilmOrder:
    """What was asked for; none where `path` is None. `hear` every block of the recording, then `write`."""

    def __init__(self, path: Path | None, arguments: Namespace) -> None:
        self.path = path
        self._arguments = arguments
        self._rhythm: Rhythm | None = None
        if path is not None and arguments.json_lines:
            Thread(target=_watch, daemon=True).start()

    @classmethod
    def of(cls, arguments: Namespace) -> "FilmOrder":
        """From the command line; `MediaError` where the film cannot be put there."""
        return cls(file_for(arguments.video, ".mp4") if arguments.video else None, arguments)

    def hear(self, samples: Rows, sample_rate: int) -> None:
        """The next samples of the recording `(n,)`."""
        if self.path is not None:
            self._rhythm = self._rhythm or Rhythm(sample_rate)
            self._rhythm.hear(samples)

    def write(self, rows: Rows, view: "Placer", sections: "Sequence[Stretch]" = ()) -> None:
        """Make the film of the path, rows `t, level, z…` placed by `view`. `MediaError` where it cannot be written."""
        from livemusic.ui.film import Score

        assert self.path is not None
        if self._arguments.json_lines and hasattr(os, "nice"):
            os.nice(_NICE)  # the music goes first
        asked, rhythm = self._arguments, self._rhythm
        show = Show(theme=asked.theme, colour=asked.colour, motion=asked.motion, hits=asked.hits)
        score = Score(rows, view, sections)
        if rhythm is not None:
            score = Score(rows, view, sections, rhythm.beats, strokes=rhythm.strokes)
        try:
            write_film(self.path, asked.audio, score, show, asked.height, asked.fps, self._tell)
        finally:
            show_line("")
        if asked.json_lines:
            os.write(1, as_line(Filmed(str(self.path))))

    def _tell(self, done: Seconds, whole: Seconds) -> None:
        if self._arguments.json_lines:
            os.write(1, as_line(Filming(done, whole)))
        else:
            show_line(f"filming … {done:.0f} of {whole:.0f} s, {100 * done / whole:.0f} %")


class Rhythm:
    """Listens for beats and strokes beside the embedder. `hear` every block, then ask."""

    def __init__(self, sample_rate: int) -> None:
        from livemusic.dsp.beat import BeatTracker
        from livemusic.dsp.onset import SpectralFlux

        self._tracker = BeatTracker(sample_rate)
        self._flux = SpectralFlux(sample_rate)
        self._activations = [np.empty((0, 3))]
        self._beats: list[Seconds] = []

    def hear(self, samples: Rows) -> None:
        """The next samples `(n,)`."""
        self._activations.append(self._flux.push(samples))
        self._beats += [beat.t for beat in self._tracker.push(samples)]

    @property
    def beats(self) -> Sequence[Seconds]:
        """When the beats were."""
        return self._beats

    @property
    def strokes(self) -> "list[Stroke]":
        """What is struck when."""
        from livemusic.dsp.strokes import strokes
        from livemusic.ui.film import Stroke

        found = strokes(np.concatenate(self._activations), self._flux)
        return [Stroke(stroke.t, _VOICES[stroke.band], stroke.strength) for stroke in found]


def write_film(
    path: Path,
    sound: Path,
    score: "Score",
    show: Show,
    height: int,
    fps: int,
    tell: Callable[[Seconds, Seconds], None],
) -> None:
    """Write the film of `score` with the sound of the file `sound`, 16:9 and `height` pixels high. `MediaError`.

    `tell` hears how many seconds of how many are done.
    """
    from livemusic.engine.film import open_sound
    from livemusic.ui.film import pictures
    from livemusic.video.writer import FilmWriter

    recording = open_sound(sound)
    try:
        seconds, rate = max(float(score.rows[-1, 0]), recording.length), recording.sample_rate
        size = 2 * round(height * 8 / 9), 2 * (height // 2)
        with FilmWriter(path, size, fps, rate, recording.channels) as film:
            heard = 0
            for count, pixels in enumerate(pictures(score, show, seconds, size, fps), 1):
                due = round(count / fps * rate)
                film.sound(recording.stretch(heard, due - heard))
                heard = due
                film.picture(pixels)
                if count % round(_TOLD_EVERY * fps) == 0:
                    tell(count / fps, seconds)
    finally:
        recording.close()


def _watch() -> None:
    while os.read(0, 1024):
        pass
    interrupt_main()


def _height(text: str) -> int:
    value = number(text)
    if not _HEIGHTS[0] <= value <= _HEIGHTS[1]:
        raise ArgumentTypeError(f"{text} is outside {_HEIGHTS[0]}..{_HEIGHTS[1]} pixels")
    return round(value)


def _share(text: str) -> float:
    value = number(text)
    if not 0 <= value <= 1:
        raise ArgumentTypeError(f"{text} is outside 0..1")
    return value
