"""Makes the layers of matched voices on a thread of its own: the sound cannot wait the tenths of a second it takes."""

from collections.abc import Callable, Mapping
from queue import SimpleQueue
from typing import NamedTuple

from livemusic.dsp.matching.voice import DrumVoice
from livemusic.sound.kit import Kit
from livemusic.sound.matched import Sounds, matched_sounds


class Refit(NamedTuple):
    """From now on `kit` plays these voices in place of its own."""

    kit: Kit
    sounds: Sounds


class Fitter:
    """`want` voices for a kit, from any thread; `hand_over` is given them once made. Thread: `run`, its own."""

    def __init__(self, hand_over: Callable[[Refit], None]) -> None:
        self._hand_over = hand_over
        self._inbox: SimpleQueue[tuple[Kit, Mapping[str, DrumVoice]] | None] = SimpleQueue()

    def want(self, kit: Kit, voices: Mapping[str, DrumVoice]) -> None:
        """Let `kit` play these voices, and its own in all other places."""
        self._inbox.put((kit, voices))

    def end(self) -> None:
        """Let `run` return."""
        self._inbox.put(None)

    def run(self) -> None:
        """Make what is wanted until the end; of several wishes the last one counts."""
        while (wish := self._inbox.get()) is not None:
            while not self._inbox.empty() and (later := self._inbox.get()) is not None:
                wish = later
            kit, voices = wish
            self._hand_over(Refit(kit, matched_sounds(voices, kit.standard, kit.sample_rate)))
