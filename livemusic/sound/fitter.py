"""Makes matched and sampled voices on a thread of its own: the sound cannot wait for as long as that takes."""

from collections.abc import Callable, Mapping
from queue import SimpleQueue
from typing import NamedTuple

from livemusic.dsp.matching.voice import DrumVoice
from livemusic.errors import MediaError
from livemusic.music.kit import Voice
from livemusic.sound.kit import Kit
from livemusic.sound.matched import matched_sounds
from livemusic.sound.protocol import KitTold
from livemusic.sound.sampled import SampledKit, load_kit
from livemusic.sound.voices import Sound


class Refit(NamedTuple):
    """From now on `kit` plays these voices in place of its own; `told`: what became of the samples."""

    kit: Kit
    sounds: Mapping[Voice | int, Sound]
    told: KitTold = KitTold()


class Fitter:
    """`want` voices for a kit, from any thread; `hand_over` is given them once made. Thread: `run`, its own."""

    def __init__(self, hand_over: Callable[[Refit], None]) -> None:
        self._hand_over = hand_over
        self._inbox: SimpleQueue[tuple[Kit, Mapping[str, DrumVoice], str] | None] = SimpleQueue()
        self._loaded: tuple[tuple[str, int], SampledKit, KitTold] | None = None

    def want(self, kit: Kit, voices: Mapping[str, DrumVoice], samples: str = "") -> None:
        """Let `kit` play these matched voices, then the `samples` of a folder or SFZ file, and its own elsewhere."""
        self._inbox.put((kit, voices, samples))

    def end(self) -> None:
        """Let `run` return."""
        self._inbox.put(None)

    def run(self) -> None:
        """Make what is wanted until the end; of several wishes the last one counts."""
        while (wish := self._inbox.get()) is not None:
            ended = False
            while not self._inbox.empty() and not ended:
                later = self._inbox.get()
                wish, ended = (wish, True) if later is None else (later, False)
            kit, voices, samples = wish
            sampled, told = self._samples(samples, kit)
            matched = matched_sounds(voices, kit.standard, kit.sample_rate)
            self._hand_over(Refit(kit, {**sampled.sounds, **matched}, told))
            if ended:
                return

    def _samples(self, wanted: str, kit: Kit) -> tuple[SampledKit, KitTold]:
        """The kit of samples, read once for as long as it stays; none, and why, where it cannot be played."""
        key = wanted, kit.sample_rate
        if self._loaded is None or self._loaded[0] != key:
            self._loaded = None  # what played before rings on, and then makes room
            try:
                sampled = load_kit(wanted, kit.standard, kit.sample_rate) if wanted else SampledKit({})
                self._loaded = key, sampled, KitTold(wanted, True, sampled.told)
            except MediaError as problem:
                self._loaded = key, SampledKit({}), KitTold(wanted, False, f"{problem} The built-in drums are played.")
        return self._loaded[1:]
