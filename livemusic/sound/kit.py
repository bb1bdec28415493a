"""The built-in drum kit: raw MIDI in, stereo sound out, every stroke on its exact sample."""

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count

import numpy as np
import numpy.typing as npt

from livemusic.dsp.matching.voice import DrumVoice
from livemusic.music.event import ALL_NOTES_OFF, ALL_SOUND_OFF, CONTROL, is_note_on
from livemusic.music.kit import VOICE_OF_PITCH, Voice
from livemusic.sound import voices
from livemusic.sound.balance import Balance, Strips
from livemusic.sound.matched import matched_sounds
from livemusic.sound.voices import Layer, Samples, Sound, Workshop

#: -1 dB: nothing that leaves the kit is louder.
CEILING = 0.8912
_KNEE = 0.6
_CHOKE_S, _STEAL_S, _HUSH_S = 0.045, 0.08, 0.008
#: Strokes of one voice that ring at a time; an older one fades, as a struck cymbal swallows what it was doing.
_RINGING = 5
_RIM, _PEDAL = 37, 44
#: Sounds of their own that belong to a voice.
_PARTS = (_RIM, _PEDAL)

#: The number of takes of each voice: most where repetition would be heard as a machine.
_RECIPES: dict[Voice | int, tuple[Callable[[Workshop, int], tuple[Layer, ...]], int]] = {
    Voice.KICK: (voices.kick, 2),
    Voice.SNARE: (voices.snare, 3),
    Voice.CLOSED_HAT: (voices.closed_hat, 4),
    Voice.OPEN_HAT: (voices.open_hat, 2),
    Voice.LOW_TOM: (voices.low_tom, 2),
    Voice.MID_TOM: (voices.mid_tom, 2),
    Voice.HIGH_TOM: (voices.high_tom, 2),
    Voice.CRASH: (voices.crash, 1),
    Voice.RIDE: (voices.ride, 1),
    _RIM: (voices.rim, 1),
    _PEDAL: (voices.pedal_hat, 1),
}
_CLOSES_HAT = (Voice.CLOSED_HAT, Voice.OPEN_HAT, _PEDAL)


def limit(samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Leave what is below -4.4 dB alone and bend the rest smoothly under -1 dB; NaN and infinity become silence.

    It has no memory, so a block's end changes nothing. In place.
    """
    np.nan_to_num(samples, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    size = np.abs(samples)
    if size.size and size.max() > _KNEE:
        loud = size > _KNEE
        room = CEILING - _KNEE
        samples[loud] = np.sign(samples[loud]) * (_KNEE + room * np.tanh((size[loud] - _KNEE) / room))
    return samples


@dataclass(slots=True)
class _Stroke:
    """A stroke that rings from frame `start`; each fade `(frame, frames)` takes it to silence."""

    name: Voice | int
    start: int
    layers: tuple[tuple[Samples, np.float32], ...]
    off_by: int = 0
    fades: list[tuple[int, int]] = field(default_factory=list)

    @property
    def end(self) -> int:
        rings = self.start + max(len(samples) for samples, _ in self.layers)
        return min([rings, *(frame + frames for frame, frames in self.fades)])

    def add_to(self, block: Samples, at: int) -> None:
        """Add what sounds in the block that begins at frame `at`."""
        target = block if not self.fades else np.zeros_like(block)
        for samples, gain in self.layers:
            first = max(self.start - at, 0)
            last = min(self.start + len(samples) - at, len(block))
            if first < last:
                target[first:last] += gain * samples[at + first - self.start : at + last - self.start]
        if self.fades:
            frames = np.arange(at, at + len(block), dtype=np.float64)
            for frame, length in self.fades:
                target *= (np.clip(1 - (frames - frame) / length, 0, 1) ** 2).astype(np.float32)[:, None]
            block += target


class Kit:
    """Nine voices at `sample_rate`, computed once here (some tenths of a second); the same `seed` plays the same.

    An event due at frame n starts on sample n, whatever the sizes of the blocks; one that is late starts at once.
    Every channel is heard. Closed and pedal hat end the open one. Takes raw MIDI: note-on, all sound off, all notes
    off; everything else passes by. `matched`: voices that sound as somebody's own drum. `balance`: how loud and where
    each voice is. Thread: one, the renderer's.
    """

    def __init__(
        self,
        sample_rate: int,
        seed: int = 0,
        matched: Mapping[str, DrumVoice] | None = None,
        balance: Balance | None = None,
    ) -> None:
        if not 8000 <= sample_rate <= 384000:
            raise ValueError(f"sample rate {sample_rate} is outside 8000..384000")
        self.sample_rate = sample_rate
        self.position = 0
        self.late = 0
        shop = Workshop(sample_rate, seed)
        self.standard: Mapping[Voice | int, Sound] = {
            name: voices.takes(recipe, shop, number) for name, (recipe, number) in _RECIPES.items()
        }
        self._sounds = dict(self.standard)
        self.refit(matched_sounds(matched or {}, self.standard, sample_rate))
        self._turns = dict.fromkeys(_RECIPES, 0)
        self._touch = np.random.default_rng(seed).uniform(-1, 1, (64, 8))
        self._events: list[tuple[int, int, bytes]] = []
        self._order = count()
        self._ringing: list[_Stroke] = []
        self.strips = Strips()
        self.strips.set(balance or Balance())

    def refit(self, matched: Mapping[Voice | int, Sound]) -> None:
        """From the next stroke on these voices sound so, the others as they do by themselves; what rings rings on."""
        self._sounds = {**self.standard, **matched}

    def play(self, at_frame: int, data: bytes) -> None:
        """Take one MIDI message, due at frame `at_frame`; late ones are counted in `late`."""
        self.late += at_frame < self.position
        heapq.heappush(self._events, (max(at_frame, self.position), next(self._order), data))

    def render(self, frames: int) -> Samples:
        """The next `frames` frames, float32 `(frames, 2)`, never louder than -1 dB."""
        return limit(self.mix(frames))

    def mix(self, frames: int) -> Samples:
        """As `render`, not yet limited: for adding something to it first."""
        block = np.zeros((frames, 2), np.float32)
        end = self.position + frames
        rang = self._by_voice().keys()
        while self._events and self._events[0][0] < end:
            frame, _, data = heapq.heappop(self._events)
            self._take(frame, data)
        for voice, strokes in self._by_voice().items():
            sound = np.zeros_like(block)
            for stroke in strokes:
                stroke.add_to(sound, self.position)
            self.strips.pass_through(voice, sound, voice in rang)
            block += sound
        self.strips.settle()
        self.position = end
        self._ringing = [stroke for stroke in self._ringing if stroke.end > end]
        return block

    def _by_voice(self) -> dict[int, list[_Stroke]]:
        voices: dict[int, list[_Stroke]] = {}
        for stroke in self._ringing:
            voices.setdefault(VOICE_OF_PITCH[stroke.name] if stroke.name in _PARTS else stroke.name, []).append(stroke)
        return voices

    @property
    def ringing(self) -> int:
        """How many strokes are sounding."""
        return len(self._ringing)

    def _take(self, frame: int, data: bytes) -> None:
        if len(data) != 3:
            return
        if data[0] & 0xF0 == CONTROL and data[1] in (ALL_SOUND_OFF, ALL_NOTES_OFF):
            self._fade(frame, _HUSH_S, lambda stroke: True)
        elif is_note_on(data) and data[1] in VOICE_OF_PITCH:
            name = data[1] if data[1] in _PARTS else VOICE_OF_PITCH[data[1]]
            if name in _CLOSES_HAT:
                self._fade(frame, _CHOKE_S, lambda stroke: stroke.name == Voice.OPEN_HAT)
            group = self._sounds[name].group
            if group:
                self._fade(frame, _CHOKE_S, lambda stroke: stroke.off_by == group)
            same = [stroke for stroke in self._ringing if stroke.name == name and not stroke.fades]
            if len(same) >= _RINGING:
                same[0].fades.append((frame, round(_STEAL_S * self.sample_rate)))
            self._strike(frame, name, min(data[2], 127) / 127)

    def _strike(self, frame: int, name: Voice | int, velocity: float) -> None:
        turn = self._turns[name]
        self._turns[name] += 1
        sound = self._sounds[name]
        touch = 1 + 0.05 * self._touch[turn % len(self._touch)]
        layers = tuple(
            (layer.samples, np.float32(layer.level * velocity**layer.curve * touch[number]))
            for number, layer in enumerate(sound.at(velocity, turn))
        )
        self._ringing.append(_Stroke(name, frame, layers, sound.off_by))

    def _fade(self, frame: int, seconds: float, concerned: Callable[[_Stroke], bool]) -> None:
        for stroke in self._ringing:
            if concerned(stroke) and stroke.end > frame:
                stroke.fades.append((frame, max(1, round(seconds * self.sample_rate))))
