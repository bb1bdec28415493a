"""An open output device and the stage that plays through it, rendered a little ahead of the speakers."""

from collections import deque
from collections.abc import Callable
from time import perf_counter

import numpy as np

from livemusic.audio.output import DeviceOutput
from livemusic.sound.ear import Heard
from livemusic.sound.kit import Kit
from livemusic.sound.live import Live
from livemusic.sound.meter import OutputMeter
from livemusic.sound.protocol import Levels, Recorded
from livemusic.sound.stage import OnAir, Stage
from livemusic.sound.voices import Samples, Seconds

BLOCK = 256
#: Rendered ahead of the speakers: at least this, and more where the device takes more at a time.
_AHEAD: Seconds = 0.018
#: From the last rendered frame to the first moment that can still be met; events come some 10 ms early besides.
_GRACE: Seconds = 0.004
_STALLED: Seconds = 1.0
#: What the kit has played is told in pieces of this length.
_PIECE: Seconds = 0.05


class Desk:
    """An open device and the stage that plays through it; `tell` is given how loud that is. Thread: the renderer's."""

    def __init__(
        self,
        output: DeviceOutput,
        kit: Kit | None,
        beat: Callable[[], None],
        tell: Callable[[Levels], None] = lambda levels: None,
    ) -> None:
        self.output = output
        self._beat = beat
        ahead = max(_AHEAD, min(0.1, output.latency) + 0.008)
        self._way: Seconds = output.latency + output.cycle
        self.stage = Stage(output.sample_rate, ahead + _GRACE, kit, output.pairs)
        self._meter = OutputMeter(output.sample_rate, self.stage.kit.strips.peaks, tell)
        self._latency: Seconds = ahead + _GRACE + self._way
        self._queue = round(ahead * output.sample_rate)
        self._times: deque[float] = deque(maxlen=1000)
        self._gaps = 0
        self._taken = -1
        self._moved: Seconds | None = None
        self._input_latency: Seconds = 0.0

    def record(self, tell: Callable[[Recorded], None] | None) -> None:
        """Tell all that the kit plays from now on, in pieces of some hundredths of a second; None: no more."""
        if tell is None:
            self.stage.record(None)
            return
        rate, blocks, first = self.output.sample_rate, list[Samples](), 0

        def tap(frame: int, block: Samples) -> None:
            nonlocal blocks, first
            first = first if blocks else frame
            blocks.append(block)
            if frame + len(block) - first >= _PIECE * rate:
                at = self.stage.clock.time_at(first) + self._way - self.stage.clock.error
                tell(Recorded(at, rate, np.concatenate(blocks).tobytes()))
                blocks = []

        self.stage.record(tap)

    @property
    def latency(self) -> Seconds:
        """From an event's moment to the speaker."""
        return self._latency + self.stage.chain.latency() / self.output.sample_rate - self.stage.clock.error

    @property
    def load(self) -> float:
        """The 99th percentile of a block's rendering time, in parts of the block's length."""
        ranked = sorted(self._times)
        return ranked[int(0.99 * (len(ranked) - 1))] * self.output.sample_rate / BLOCK if ranked else 0.0

    @property
    def live_latency(self) -> Seconds:
        """From the microphone to the speaker; 0 while there is none."""
        live = self.stage.live
        effects = self.stage.chain.latency() / self.output.sample_rate
        return 0.0 if live is None else self._input_latency + live.delay + self.output.latency + effects

    def hear(self, heard: Heard) -> None:
        """Put an input on stage, or take it away."""
        source, rate = heard.source, self.output.sample_rate
        self._input_latency = 0.0 if source is None else source.latency
        self.stage.handle(OnAir(None if source is None else Live(source, rate, (self._queue + BLOCK) / rate)))

    def fill(self, now: Seconds) -> bool:
        """Render as much as the queue wants; False once the device takes no more."""
        taken = self.stage.kit.position - self.output.queued
        if taken != self._taken or self._moved is None:
            self._taken, self._moved = taken, now
        if self.output.underflows != self._gaps:
            self._gaps = self.output.underflows
            self.stage.clock.reset()
        self.stage.look(taken, now)
        for _ in range(2 + self._queue // BLOCK):
            if self.output.queued >= self._queue:
                break
            self._beat()
            begun = perf_counter()
            block = self.stage.render(BLOCK)
            self.output.write(block)
            self._meter.push(block[:, :2])
            self._times.append(perf_counter() - begun)
        self.output.keep_playing()
        return self.output.active and now - self._moved < _STALLED
