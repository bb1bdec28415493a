"""Finds the beats of what is heard, where our time is to be taken from the music."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from livemusic.audio.source import Samples
from livemusic.dsp.beat import BeatTracker
from livemusic.dsp.hits import HeardHit
from livemusic.engine.listen_orders import TrackBeats
from livemusic.engine.listeners.listener import Sounded
from livemusic.engine.messages import Hold, Nudge, Octave
from livemusic.engine.sync import Beat
from livemusic.music.tempo import Seconds


@dataclass(frozen=True, slots=True)
class BeatsView:
    """`held`: the tempo that was heard is kept, whatever is heard."""

    held: bool = False


class Beats:
    """Tracks the beat while it is asked to; `beat` hears of each, `notice` tells the musician. `drums`: the hits heard
    in the block that comes, which it asks for after they were heard; their `t` counts from its end. Thread: listen.
    """

    orders: tuple[type, ...] = (TrackBeats, Hold, Nudge, Octave)
    every: Seconds | None = None

    def __init__(
        self,
        beat: Callable[[Beat], None],
        notice: Callable[[str], None],
        drums: Callable[[], Sequence[HeardHit]] = tuple,
    ) -> None:
        self.view = BeatsView()
        self._beat = beat
        self._notice = notice
        self._drums = drums
        self._samples = 0
        self._tracks = TrackBeats(False)
        self._tracker: BeatTracker | None = None
        self._sounded = Sounded()

    def handle(self, message: Any, now: Seconds) -> None:
        match message:
            case TrackBeats():
                before, self._tracks = self._tracks, message
                if message.on != before.on:
                    self.begin()
            case Hold() | Nudge() | Octave():
                self._correct(message)
            case _:
                raise TypeError(f"beats do not know {message!r}")

    def begin(self) -> None:
        self._tracker = None
        self._sounded.begin()
        self.view = BeatsView()

    def hear(self, samples: Samples, sample_rate: int, at: Seconds) -> None:
        if not self._tracks.on:
            return
        if self._tracker is None:
            self._tracker, self._samples = BeatTracker(sample_rate, drums=self._tracks.metre), 0
        self._samples += len(samples)
        end = self._samples / sample_rate
        hits = [hit._replace(t=end + hit.t) for hit in self._drums()]
        self._sounded.add(samples, sample_rate, at)
        if beats := self._tracker.push(samples, hits):
            last = beats[-1]
            moment = self._sounded.moment(last.t) - self._tracks.late
            self._beat(Beat(last.bpm, moment, last.count, last.confidence))

    def _correct(self, message: Hold | Nudge | Octave) -> None:
        """Let the musician's ear help the tracker's."""
        tracker = self._tracker
        if tracker is None:
            if message != Hold(False):
                self._notice("The tempo is not taken from the music that is heard, so there is none to correct.")
            return
        try:
            match message:
                case Hold(on):
                    (tracker.hold if on else tracker.release)()
                    self.view = BeatsView(on)
                case Nudge(beats):
                    tracker.nudge(beats)
                case Octave(step):
                    (tracker.double if step > 0 else tracker.halve)()
        except ValueError as problem:
            self._notice(f"The tempo heard cannot be counted that way: {problem}.")
