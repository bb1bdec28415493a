"""Where the system's clock and the sound card's meet: which frame sounds when."""

from livemusic.sound.voices import Seconds

_WINDOW: Seconds = 0.5
_SETTLE: Seconds = 0.1
_JUMP: Seconds = 0.02
_DEAD_BAND, _CLOSE_ENOUGH = 0.5e-3, 0.1e-3
_CATCH_UP: Seconds = 4.0
_FASTEST = 300e-6


class FrameClock:
    """Knows the frame that leaves at a given `time.perf_counter`, from what the sound card has taken so far.

    A card takes blocks, and whoever looks is late by chance, so within a window the most advanced look is the truth.
    Between corrections the relation is a straight line at the nominal rate: what is played stays exact to the sample.
    Only when it is off by half a millisecond the line leans by 300 millionths at most until it fits again; after a gap
    (`reset`), or when it is off by 20 ms, it jumps. `error`: how much earlier than it says frames leave, as last seen.
    """

    def __init__(self, sample_rate: int) -> None:
        self.sample_rate = sample_rate
        self._time: Seconds = 0.0
        self._frame = 0.0
        self._rate = float(sample_rate)
        self._best: Seconds | None = None
        self._window_end: Seconds = 0.0
        self._settled = False
        self._known = False
        self.error: Seconds = 0.0

    @property
    def settled(self) -> bool:
        """True once one whole window has been seen since the start or the last gap."""
        return self._settled

    def reset(self) -> None:
        """The flow was broken; the next window decides anew."""
        self._settled = False
        self._best = None

    def observe(self, taken: int, now: Seconds) -> None:
        """At `now` the card has taken `taken` frames altogether."""
        if not self._known:
            self._time, self._frame, self._known = now, float(taken), True
        ahead = (taken - self.frame_at(now)) / self.sample_rate
        if self._best is None:
            self._best, self._window_end = ahead, now + (_WINDOW if self._settled else _SETTLE)
        self._best = max(self._best, ahead)
        if now >= self._window_end:
            self._correct(self._best, now)
            self._best = None

    def frame_at(self, moment: Seconds) -> float:
        return self._frame + (moment - self._time) * self._rate

    def time_at(self, frame: float) -> Seconds:
        return self._time + (frame - self._frame) / self._rate

    def _correct(self, error: Seconds, now: Seconds) -> None:
        self.error = error
        self._frame, self._time = self.frame_at(now), now
        if not self._settled or abs(error) > _JUMP:
            self._frame += error * self.sample_rate
            self._rate = float(self.sample_rate)
            self._settled = True
            self.error = 0.0
        elif abs(error) > _DEAD_BAND or (self._rate != self.sample_rate and abs(error) > _CLOSE_ENOUGH):
            self._rate = self.sample_rate * (1 + max(-_FASTEST, min(_FASTEST, error / _CATCH_UP)))
        else:
            self._rate = float(self.sample_rate)
