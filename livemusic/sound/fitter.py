"""Makes matched and sampled voices on a thread of its own: the sound cannot wait for as long as that takes."""

from collections.abc import Callable, Mapping
from queue import SimpleQueue
from typing import NamedTuple

from livemusic.dsp.matching.voice import DrumVoice
from livemusic.errors import MediaError
from livemusic.music.kit import Voice
from livemusic.sound.kit import Kit
from livemusic.sound.matched import Sounds, matched_sounds
from livemusic.sound.protocol import KitTold
from livemusic.sound.sampled import SampledKit, load_kit
from livemusic.sound.voices import Seconds, Sound

#: A drum, how it is matched, and the sample rate.
_Key = tuple[str, DrumVoice, int]


class Refit(NamedTuple):
    """From the moment `at` on, 0 at once, `kit` plays these voices in place of its own; `told`: what became of the
    samples."""

    kit: Kit
    sounds: Mapping[Voice | int, Sound]
    told: KitTold = KitTold()
    at: Seconds = 0.0


class _Wish(NamedTuple):
    """Voices for a kit, to be played with `samples`, or (None) only made."""

    kit: Kit
    voices: Mapping[str, DrumVoice]
    samples: str | None = None
    at: Seconds = 0.0


def _keys(wish: _Wish) -> list[_Key]:
    return [(name, voice, wish.kit.sample_rate) for name, voice in wish.voices.items()]


class Fitter:
    """`want` voices for a kit, from any thread; `hand_over` is given them once made. Those that play, or are prepared,
    are made once. Thread: `run`, its own."""

    def __init__(self, hand_over: Callable[[Refit], None]) -> None:
        self._hand_over = hand_over
        self._inbox: SimpleQueue[_Wish | None] = SimpleQueue()
        self._made: dict[_Key, Sounds] = {}
        self._playing: _Wish | None = None
        self._soon: _Wish | None = None
        self._loaded: tuple[tuple[str, int], SampledKit, KitTold] | None = None

    def want(self, kit: Kit, voices: Mapping[str, DrumVoice], samples: str = "", at: Seconds = 0.0) -> None:
        """Let `kit` play these matched voices, then the `samples` of a folder or SFZ file, and its own elsewhere, from
        the moment `at` on."""
        self._inbox.put(_Wish(kit, voices, samples, at))

    def prepare(self, kit: Kit, voices: Mapping[str, DrumVoice]) -> None:
        """Make voices that `kit` is to play soon."""
        self._inbox.put(_Wish(kit, voices))

    def end(self) -> None:
        """Let `run` return."""
        self._inbox.put(None)

    def run(self) -> None:
        """Make what is wanted until the end; of several wishes the last one counts."""
        ended = False
        while not ended:
            wishes = [self._inbox.get()]
            while not self._inbox.empty():
                wishes.append(self._inbox.get())
            ended = None in wishes
            wanted = [wish for wish in wishes if wish is not None and wish.samples is not None]
            prepared = [wish for wish in wishes if wish is not None and wish.samples is None]
            if wanted:
                self._playing = wanted[-1]
                self._fit(self._playing)
            if prepared:
                self._soon = prepared[-1]
                self._matched(self._soon)
            kept = {key for wish in (self._playing, self._soon) if wish is not None for key in _keys(wish)}
            self._made = {key: sounds for key, sounds in self._made.items() if key in kept}

    def _fit(self, wish: _Wish) -> None:
        sampled, told = self._samples(wish.samples or "", wish.kit)
        self._hand_over(Refit(wish.kit, {**sampled.sounds, **self._matched(wish)}, told, wish.at))

    def _matched(self, wish: _Wish) -> Sounds:
        kit, matched = wish.kit, Sounds()
        for key in _keys(wish):
            if key not in self._made:
                self._made[key] = matched_sounds({key[0]: key[1]}, kit.standard, kit.sample_rate)
            matched |= self._made[key]
        return matched

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
