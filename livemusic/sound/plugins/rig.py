"""One plugin on stage: played around when it fails, faded in and out so that no change clicks."""

import heapq
from collections import deque
from collections.abc import Callable
from itertools import count
from time import perf_counter

import numpy as np

from livemusic.music.event import SYSTEM
from livemusic.session.plugin import PluginSlot
from livemusic.sound.beacon import Beacon, code_of
from livemusic.sound.plugins.hosted import Hosted
from livemusic.sound.plugins.patch import Patch
from livemusic.sound.voices import Samples, Seconds

#: Blocks of nonsense (NaN, infinity) in a row that a plugin may send before it is played around.
_NONSENSE = 8
_TIMES = 400


class Rig:
    """An open plugin, the slot it was opened for (and the state it has since saved), its place in a chain.

    Made on the main thread, played on the renderer's.

    `problem` is why it is played around, empty while it plays; `spent` is what it has taken since someone set it to 0.
    `patch` is how an instrument wants our notes.
    """

    def __init__(self, plugin: Hosted, slot: PluginSlot, beacon: Beacon) -> None:
        self.plugin = plugin
        self.slot = slot
        self.saved = slot.state
        self.parameters = plugin.parameters()
        self.problem = ""
        self.place = 0
        self.spent: Seconds = 0.0
        self.code = 0
        self.patch = Patch()
        self._beacon = beacon
        self._gain = 0.0
        self._nonsense = 0
        self._loads: deque[float] = deque(maxlen=_TIMES)
        self._events: list[tuple[int, int, bytes]] = []
        self._order = count()

    def stand(self, number: int, place: int) -> None:
        """Take `place` in chain `number`."""
        self.place, self.code = place, code_of(number, place)

    @property
    def plays(self) -> bool:
        return not self.problem

    @property
    def load(self) -> float:
        """Its rendering time, p99 of the last seconds, in parts of a block."""
        ranked = sorted(self._loads)
        return ranked[int(0.99 * (len(ranked) - 1))] if ranked else 0.0

    def bypass(self, problem: str) -> None:
        """Play around it from now on."""
        self.problem = problem

    def effect(self, sound: Samples, rate: int, target: float = 1.0) -> Samples:
        """`sound` `(2, frames)` through it, gliding to the share `target` of it (0 is all dry)."""
        target = target if self.plays else 0.0
        if self._gain == target == 0.0:
            return sound
        heard = self._call(lambda: self.plugin.process(sound), sound, rate)
        return self._blend(sound, heard, target)

    def queue(self, at_frame: int, data: bytes) -> None:
        """An instrument's event, due at `at_frame`."""
        if data and data[0] < SYSTEM:
            heapq.heappush(self._events, (at_frame, next(self._order), data))

    def sound(self, first: int, frames: int, rate: int, target: float = 1.0) -> Samples:
        """An instrument's `(2, frames)` from frame `first` on, gliding to the level `target`."""
        silence = np.zeros((2, frames), np.float32)
        target = target if self.plays else 0.0
        messages = []
        while self._events and self._events[0][0] < first + frames:
            frame, _, data = heapq.heappop(self._events)
            messages += [(sent, max(0, frame - first)) for sent in self.patch.take(data)]
        if self._gain == target == 0.0:
            return silence
        heard = self._call(lambda: self.plugin.play(messages, frames), silence, rate)
        return self._blend(silence, heard, target)

    def _call(self, render: Callable[[], Samples], otherwise: Samples, rate: int) -> Samples:
        """What the plugin renders, or `otherwise` where that is nothing to be heard."""
        begun = perf_counter()
        try:
            with self._beacon.playing(self.code):
                heard = render()
        except Exception as problem:  # whatever a stranger's code raises, the show goes on
            self.bypass(f"{self.plugin.name} has failed ({problem}); it is left out.")
            self._gain = 0.0
            return otherwise
        seconds = perf_counter() - begun
        self.spent += seconds
        self._loads.append(seconds * rate / otherwise.shape[1])
        if heard.shape == otherwise.shape and np.isfinite(heard.sum(dtype=np.float64)):
            self._nonsense = 0
            return heard
        self._nonsense += 1
        if self._nonsense >= _NONSENSE:
            self.bypass(f"{self.plugin.name} sends numbers that are no sound; it is left out.")
            self._gain = 0.0
        return otherwise

    def _blend(self, dry: Samples, wet: Samples, target: float) -> Samples:
        begin, self._gain = self._gain, target
        if begin == target == 1.0:
            return wet
        share = np.linspace(begin, target, dry.shape[1], dtype=np.float32)
        return np.asarray(dry + share * (wet - dry), np.float32)
