"""Films of a path: what the stage shows, with the sound that made it, picture by picture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter

from livemusic.music.tempo import Seconds
from livemusic.session.show import Show
from livemusic.ui.picture import application
from livemusic.ui.views.camera import Camera
from livemusic.ui.views.motion import Motion
from livemusic.ui.views.path_painter import PathPainter, Style
from livemusic.ui.views.sight import Sight
from livemusic.ui.views.tint import Stretch
from livemusic.ui.views.trail import Placer, Rows, Trail

#: The camera knows so much of what comes.
_AHEAD: Seconds = 4.0
#: The head glows from the first to the second of these, dB full scale; below the first there is no music.
_SOFT, _LOUD = -54.0, -6.0
_SILENCE = -60.0


class Writer(Protocol):
    """Takes the pictures, see `video.writer.FilmWriter`."""

    def picture(self, pixels: npt.NDArray[np.uint8]) -> None: ...


class Stroke(NamedTuple):
    """A drum at `t` (s): which voice, how hard 0..1."""

    t: Seconds
    voice: int
    strength: float


@dataclass(frozen=True, slots=True)
class Score:
    """What is known of a recording beside its path. `rows`: `(n, 2 + D)`, `t, level, z…`, placed by `view`; `beats`:
    times of beats, the first of a bar first; `strokes` in order of time.
    """

    rows: Rows
    view: Placer | None = None
    sections: Sequence[Stretch] = ()
    beats: Sequence[Seconds] = ()
    beats_in_bar: int = 4
    strokes: Sequence[Stroke] = field(default=())


def pictures(
    score: Score, show: Show, seconds: Seconds, size: tuple[int, int], fps: int
) -> Iterator[npt.NDArray[np.uint8]]:
    """Every picture of a film `seconds` long, `(height, width, 4)` bytes; one is valid until the next is asked for.

    The same every time: nothing in it looks at a clock.
    """
    app = application()
    width, height = size
    image = QImage(width, height, QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.bits(), np.uint8).reshape(height, width, 4)
    scene, painter = _Scene(score, show), PathPainter(Style.stage(show, height))
    painter.show_sections(score.sections)
    for number in range(round(seconds * fps)):
        scene.advance(number / fps, 1 / fps)
        canvas = QPainter(image)
        moment = scene.sight.moment(number / fps, show.hits, show.colour == "section", show.text)
        painter.paint(canvas, QSize(width, height), scene.sight.trail, scene.camera, moment)
        canvas.end()
        yield pixels
    del app


class _Scene:
    """The path as far as it is heard at a time, and the camera on it."""

    def __init__(self, score: Score, show: Show) -> None:
        self._score = score
        self.sight = Sight(Trail(score.view))
        self.sight.show_sections(score.sections)
        self._ahead = Trail(score.view)
        self._motion = Motion()
        self._motion.amount = show.motion
        self._known = self._foreseen = self._struck = 0
        self._extend_ahead(_AHEAD)
        self.camera = Camera(extent=self._ahead.extent)

    def advance(self, now: Seconds, elapsed: Seconds) -> None:
        score, sight = self._score, self.sight
        times = score.rows[:, 0]
        known = int(np.searchsorted(times, now, "right"))
        rows = score.rows[self._known : known]
        if 0 < known < len(score.rows):
            rows = np.concatenate([rows, _between(score.rows, known, now)])
        sight.extend(0, self._known, rows)
        self._known = known
        if known:
            level = float(score.rows[known - 1, 1])
            sight.show_level(min(max((level - _SOFT) / (_LOUD - _SOFT), 0.15), 1.0), level > _SILENCE)
        while self._struck < len(score.strokes) and score.strokes[self._struck].t <= now + elapsed / 2:
            stroke = score.strokes[self._struck]
            sight.hit(stroke.voice, stroke.strength, min(stroke.t, now))
            self._struck += 1
        self._extend_ahead(now + _AHEAD)
        self._motion.advance(now, self._beat(now), score.beats_in_bar, sight.label_at(now))
        sight.advance(now)
        self.camera = self._motion.applied(self.camera.settling(self._ahead.extent, elapsed))

    def _extend_ahead(self, until: Seconds) -> None:
        end = int(np.searchsorted(self._score.rows[:, 0], until, "right"))
        if end > self._foreseen:
            self._ahead.extend(0, self._foreseen, self._score.rows[self._foreseen : end])
            self._foreseen = end

    def _beat(self, now: Seconds) -> float | None:
        beats = self._score.beats
        if len(beats) < 2 or not beats[0] <= now <= beats[-1]:
            return None
        return float(np.interp(now, beats, np.arange(len(beats))))


def _between(rows: Rows, known: int, now: Seconds) -> Rows:
    """Where the head is on its way from row `known - 1` to row `known`, so that it moves evenly: `(1, 2 + D)`."""
    before, after = rows[known - 1], rows[known]
    share = np.float32(min(max((now - before[0]) / max(float(after[0] - before[0]), 1e-9), 0.0), 1.0))
    return (before + (after - before) * share)[None]
