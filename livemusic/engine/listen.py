"""Hears the source, draws the path, and turns the pad (or the path) into patterns for the transport."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import exp, inf
from typing import Any

import numpy as np
import numpy.typing as npt

from livemusic.audio.source import Source
from livemusic.dsp.level import Level, LevelMeter
from livemusic.dsp.spiral import nearest_name
from livemusic.engine.lateness import Lateness, Percentiles
from livemusic.engine.listen_orders import Anchor, Answered, Drawn, Hear, Keep, Morph, Preview, Scenes
from livemusic.engine.listeners import Listener
from livemusic.engine.messages import (
    Capture,
    ClearAnchors,
    ClearPath,
    LaunchCorner,
    LaunchScene,
    MovePad,
    SetFollow,
    SetFollowed,
    SetLaunch,
    SetSwing,
)
from livemusic.engine.orders import Cue, Settle
from livemusic.errors import DeviceError
from livemusic.latent.morph import anchor_weights, pad_place, pad_weights
from livemusic.latent.points import Points
from livemusic.latent.trajectory import Trajectory
from livemusic.music.grid import STEP, Grid
from livemusic.music.tempo import Meter, Seconds, Ticks
from livemusic.session.preset import Scene

Array = npt.NDArray[np.float32]

#: A followed pattern leans towards the path within about this time.
GLIDE: Seconds = 0.25
#: Places in hours of music are no surer than this in float32.
_CLOSE: Seconds = 1e-3
_NO_ANCHORS: tuple[Anchor, ...] = (None, None, None, None)
#: What of the view has the anchors of what is followed, and what is said where there is nothing to capture.
_ANCHORS = {"path": "anchors", "harmony": "harmony_anchors"}
_NOTHING = {
    "path": "Nothing to capture yet: the path begins half a second after the music.",
    "harmony": "There is no harmony to capture: play chords or a melody for some seconds.",
}


@dataclass(frozen=True, slots=True)
class ListenView:
    """The listening side as others see it; replaced whole after every step.

    `at`: when it last listened, None while there is nothing to hear. `path`: never changed once published. That of a
    song is drawn ahead: its `t` are places in the song, and the music is at `position`.
    """

    at: Seconds | None = None
    level: Level = Level()
    position: Seconds = 0.0
    epoch: int = 0
    path: Points | None = None
    pad: tuple[float, float] = (0.0, 1.0)
    weights: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0)
    follow: bool = False
    launch: str = "step"
    swing: float = 0.0
    anchors: tuple[Anchor, ...] = _NO_ANCHORS
    followed: str = "path"
    harmony_anchors: tuple[Anchor, ...] = _NO_ANCHORS
    overflows: int = 0
    hop: Percentiles = Percentiles()
    morph: Percentiles = Percentiles()

    @property
    def head(self) -> int:
        """How many rows of the path lie up to where the music is."""
        return 0 if self.path is None else bisect_right(self.path.t, self.position + _CLOSE)


class Listen:
    """The listening core.

    `play` hands a pattern to the transport, `notice` tells the musician, `lost` reports a dead source, `retire` a
    replaced one, `ended` one that has played to its end, `audition_ended` that the hand went to the pad while another
    pattern was auditioned, `answer_ended` the same of an answer and its turn, `draw` lets the whole path of what is a
    song be `Drawn` for an epoch; none may block. `stopwatch` measures how long thinking takes, for the status bar
    only. `listeners` hear the same samples; `harmony` tells where the tonal centre is on the spiral, None where it is
    nowhere.

    Thread: listen.
    """

    def __init__(
        self,
        play: Callable[[Cue], None],
        notice: Callable[[str], None],
        lost: Callable[[str], None],
        retire: Callable[[Source], None],
        ended: Callable[[Source], None],
        audition_ended: Callable[[], None],
        stopwatch: Callable[[], Seconds],
        draw: Callable[[int, Hear], None] = lambda epoch, hear: None,
        answer_ended: Callable[[int], None] = lambda turn: None,
        listeners: Sequence[Listener] = (),
        harmony: Callable[[], Anchor] = lambda: None,
    ) -> None:
        self.view = ListenView()
        self._play = play
        self._notice = notice
        self._lost = lost
        self._retire = retire
        self._ended = ended
        self._audition_ended = audition_ended
        self._stopwatch = stopwatch
        self._draw = draw
        self._answer_ended = answer_ended
        self._listeners = tuple(listeners)
        self._harmony = harmony
        self._hear = Hear(None, None)
        self._remark = ""
        self._meter = LevelMeter(44100)
        self._path: Trajectory | None = None
        self._morph: Morph | None = None
        self._weights: Array = pad_weights(0.0, 1.0)
        self._scenes: tuple[Scene | None, ...] = ()
        self._asked: tuple[float, float] | None = None
        self._grid: Grid | None = None
        self._preview: Grid | None = None
        self._answer: Answered | None = None
        self._hop_times = Lateness()
        self._morph_times = Lateness()

    def handle(self, message: Any, now: Seconds) -> None:
        match message:
            case Hear():
                self._listen_to(message)
            case Drawn(epoch, points):
                if epoch == self.view.epoch and self._path is not None:
                    self._path.append(points)
                    self._change(path=self._path.points)
            case ClearPath():
                self._clear_path()
            case Morph():
                self._between(message)
            case MovePad(x, y):
                self._move(x, y)
            case SetFollow(on):
                self._set_follow(on)
            case SetFollowed(what):
                self._change(followed=what, follow=self.view.follow and any(getattr(self.view, _ANCHORS[what])))
            case SetLaunch(launch):
                self._change(launch=launch)
            case SetSwing(amount):
                self._change(swing=amount)
                if not self._answering:
                    self._hand_over()
            case Capture(corner):
                self._capture(corner)
            case ClearAnchors():
                self._change(**{self._anchors: _NO_ANCHORS}, follow=False)
            case LaunchCorner(corner):
                self._go((corner % 2, 1.0 - corner // 2))
            case LaunchScene(number):
                self._launch(number)
            case Scenes(scenes):
                self._scenes = scenes
            case Preview(grid, launch):
                self._preview = grid
                self._hand_over(STEP if grid is not None else self._quantum_of(launch))
            case Answered(grid, at):
                self._answer = message if grid is not None else None
                if self._preview is None:
                    self._hand_over(STEP if grid is not None else self._quantum_of("bar"), at)
            case Keep():
                self._preview = self._preview or self._grid
            case Settle(done):
                done()
            case _:
                self._hand_on(message, now)

    def advance(self, now: Seconds) -> Seconds | None:
        if self._asked is not None:  # of all moves since the last time the last one counts
            asked, self._asked = self._asked, None
            self._lean(pad_weights(*asked))
        return self._listen(now)

    def _listen(self, now: Seconds) -> Seconds | None:
        """Hear what has come in; when to listen again."""
        source, ear = self._hear.source, self._hear.ear
        if source is None or ear is None:
            return None
        begun = self._stopwatch()
        try:
            samples = source.read(now)
        except DeviceError as problem:
            self._listen_to(Hear(None, None))
            self._lost(str(problem))
            return None
        if source.remark != self._remark:
            self._remark = source.remark
            self._notice(self._remark)
        if len(samples):
            for listener in self._listeners:
                listener.hear(samples, source.sample_rate, now - source.late)
        points = ear.hear(samples if not self._hear.song else samples[:0])
        if source.done and not self._hear.song:
            points = Points.joined([points, ear.flush()])
        self._change(at=now, level=self._meter.push(samples), position=source.position(now), overflows=source.overflows)
        if (count := len(points.rows)) and self._path is not None:
            self._path.append(points)
            self._hop_times.add((self._stopwatch() - begun) / count)
            self._change(path=self._path.points, hop=self._hop_times.summary())
            if self.view.follow and self.view.followed == "path":
                self._drift(points.z[-1], count * ear.hop_s)
        song_path = self._hear.song or self.view.followed == "harmony"
        if song_path and self.view.follow and (here := self._here) is not None and len(samples):
            self._drift(here, len(samples) / source.sample_rate)
        if source.done:
            self._change(at=None, level=Level())
            self._ended(source)
            return None
        return now + min(ear.hop_s / 2, *(each.every or inf for each in self._listeners), inf)

    def _listen_to(self, hear: Hear) -> None:
        old, self._hear = self._hear.source, hear
        self._remark = ""
        if old is not None and old is not hear.source:
            self._retire(old)
        if hear.source is not None and hear.ear is not None:
            self._meter = LevelMeter(hear.source.sample_rate)
            self._begin_path(hear.ear.trajectory())
        self._draw(self.view.epoch, hear)
        for listener in self._listeners:
            listener.begin()
        self._change(at=None, level=Level(), position=0.0)

    def _begin_path(self, path: Trajectory) -> None:
        self._path = path
        self._change(epoch=self.view.epoch + 1, path=path.points)

    def _clear_path(self) -> None:
        """Let the path begin anew; that of a song is drawn once more."""
        if self._path is not None:
            self._begin_path(Trajectory(self._path.dim, self._path.model_id, self._path.bands))
            self._draw(self.view.epoch, self._hear)

    @property
    def _anchors(self) -> str:
        """Where what is followed has its anchors."""
        return _ANCHORS[self.view.followed]

    @property
    def _here(self) -> Array | None:
        """The point where the music is, on what is followed."""
        if self.view.followed == "harmony":
            centre = self._harmony()
            return None if centre is None else np.array(centre, np.float32)
        head = self.view.head
        return self._path.z[head - 1] if self._path is not None and head else None

    def _hand_on(self, message: Any, now: Seconds) -> None:
        """Let the listener have what is for it."""
        for listener in self._listeners:
            if isinstance(message, listener.orders):
                listener.handle(message, now)
                return
        raise TypeError(f"listen does not know {message!r}")

    def _between(self, morph: Morph) -> None:
        self._morph = morph
        self._grid = None
        if not morph.at_once:
            self._end_audition()
        wanted = {name: getattr(morph, name) for name in ("launch", "swing", "anchors")}
        self._change(**{name: value for name, value in wanted.items() if value is not None})
        if morph.follow is not None:
            self._change(follow=False)
            if morph.follow:
                self._set_follow(True)
        weights = self._weights if morph.pad is None else pad_weights(*morph.pad)
        self._lean(weights, STEP if morph.at_once else 0, morph.line)

    def _end_audition(self) -> None:
        """The pad is wanted, not the pattern that is auditioned, nor the answer."""
        if self._preview is not None:
            self._preview = self._grid = None
            self._audition_ended()
        if self._answer is not None:
            self._answer_ended(self._answer.turn)
            self._answer = self._grid = None

    def _move(self, x: float | None, y: float | None) -> None:
        """The hand is on the pad; of an axis that it leaves alone the place is the one asked for last."""
        self._change(follow=False)
        self._end_audition()
        at = self._asked or self.view.pad
        self._asked = at[0] if x is None else x, at[1] if y is None else y

    def _launch(self, number: int) -> None:
        """To a scene, at a bar line."""
        scene = self._scenes[number] if number < len(self._scenes) else None
        if scene is None:
            self._notice(f"Scene {number + 1} is empty. Store one there first.")
            return
        self._change(swing=scene.swing)
        self._go(scene.pad)

    def _go(self, pad: tuple[float, float]) -> None:
        """To a place on the pad, at a bar line."""
        self._end_audition()
        self._change(follow=False)
        if self._morph is not None:
            self._asked = None
            self._grid = None
            self._lean(pad_weights(*pad), max(self._quantum, self._morph.meter.bar))

    def _set_follow(self, on: bool) -> None:
        if on and not any(getattr(self.view, self._anchors)):
            self._notice(
                f"To follow the {self.view.followed}, first capture where a corner lives: play, then press one "
                "of the Capture buttons."
            )
            return
        self._change(follow=on)

    def _capture(self, corner: int) -> None:
        if (here := self._here) is None:
            self._notice(_NOTHING[self.view.followed])
        else:
            anchors = list(getattr(self.view, self._anchors))
            anchors[corner] = tuple(float(value) for value in here)
            self._change(**{self._anchors: tuple(anchors)})

    def _drift(self, point: Array, elapsed: Seconds) -> None:
        anchors = [
            np.array(anchor, np.float32) if anchor is not None and len(anchor) == len(point) else None
            for anchor in getattr(self.view, self._anchors)
        ]
        if self.view.followed == "harmony":
            anchors = [None if anchor is None else nearest_name(anchor, point) for anchor in anchors]
        if not any(anchor is not None for anchor in anchors):
            self._change(follow=False)
            self._notice("The captured corners belong to another embedder; capture them again to follow the path.")
            return
        share = 1 - exp(-elapsed / GLIDE)
        self._lean(self._weights + np.float32(share) * (anchor_weights(point, anchors) - self._weights))

    def _lean(self, weights: Array, quantum: Ticks = 0, at: Ticks | None = None) -> None:
        """Weigh the corners anew, and hand over the pattern if that changed it; `quantum`, `at`: other than at
        `launch`."""
        self._weights = weights
        self._change(weights=tuple(float(weight) for weight in weights), pad=pad_place(weights))
        if self._morph is None:
            return
        begun = self._stopwatch()
        grid = self._morph.path.at(weights, locks=self._morph.locks)
        if grid == self._grid:
            return
        self._grid = grid
        if self._preview is None and self._answer is None:
            self._hand_over(quantum, at)
        self._morph_times.add(self._stopwatch() - begun)
        self._change(morph=self._morph_times.summary())

    @property
    def _quantum(self) -> Ticks:
        """Where patterns take over."""
        return self._quantum_of(self.view.launch)

    def _quantum_of(self, launch: str) -> Ticks:
        bar = Meter().bar if self._morph is None else self._morph.meter.bar
        return {"step": STEP, "bar": bar, "4 bars": 4 * bar}[launch]

    @property
    def _answering(self) -> bool:
        """Whether an answer is heard, which has a swing of its own."""
        return self._preview is None and self._answer is not None

    def _hand_over(self, quantum: Ticks = 0, at: Ticks | None = None) -> None:
        """Let the transport play the pattern as it is now, the one that is auditioned, or the answer."""
        grid = self._preview or (self._grid if self._answer is None else self._answer.grid)
        if grid is not None:
            swing = 0.0 if self._answering else self.view.swing
            pattern = grid.to_pattern(swing=swing)
            self._play(Cue(pattern, grid.to_bytes(), quantum or self._quantum, swing, at, self._preview is not None))

    def _change(self, **fields: Any) -> None:
        self.view = replace(self.view, **fields)
