"""The demo song's band: five small instruments, computed note by note as whole arrays, and the room they stand in."""

from collections.abc import Callable, Iterable
from functools import cached_property

import numpy as np
import numpy.typing as npt

from livemusic.music.pattern import Note
from livemusic.music.tempo import TempoMap
from livemusic.sound.voices import Hertz, Samples, Seconds

_TABLE = 8192
#: Cut-offs of the ready-filtered waves, in harmonics: half an octave apart.
_CUTOFFS = 2.0 ** np.arange(0.0, 6.6, 0.5)


def hertz(pitch: float) -> Hertz:
    """Equal temperament, A above middle C (69) at 440 Hz."""
    return float(440.0 * 2 ** ((pitch - 69) / 12))


class Synth:
    """Renders the notes of a part to stereo float32 `(frames, 2)` at `sample_rate`; the same notes, the same sound."""

    def __init__(self, sample_rate: int, seed: int = 0) -> None:
        self.sample_rate = sample_rate
        self._seed = seed
        self._instruments: dict[str, tuple[Callable[[Note, Seconds], Samples], float]] = {
            "bass": (self._bass, 0.0),
            "keys": (self._keys, -0.25),
            "pad": (self._pad, 0.0),
            "pluck": (self._pluck, 0.35),
            "lead": (self._lead, 0.0),
        }

    def render(self, part: str, notes: Iterable[Note], tempo: TempoMap, seconds: Seconds) -> Samples:
        """`notes` from tick 0 at `tempo`; what rings on after `seconds` is kept, so the result may be longer."""
        instrument, pan = self._instruments[part]
        placed: list[tuple[int, Samples]] = []
        made: dict[tuple[int, int, int], Samples] = {}
        for note in notes:
            key = (note.pitch, note.velocity, note.duration)
            if key not in made:
                made[key] = instrument(note, note.duration * tempo.seconds_per_tick)
            placed.append((round(tempo.seconds_at(note.tick) * self.sample_rate), made[key]))
        frames = max([round(seconds * self.sample_rate), *(at + len(wave) for at, wave in placed)])
        out = np.zeros((frames, 2), np.float32)
        for at, wave in placed:
            out[at : at + len(wave)] += wave if wave.ndim == 2 else wave[:, None]
        angle = (1 + pan) * np.pi / 4
        out *= np.array([np.cos(angle), np.sin(angle)], np.float32) * np.float32(2**0.5)
        return out

    def _time(self, seconds: Seconds) -> Samples:
        return np.asarray(np.arange(round(seconds * self.sample_rate)) / self.sample_rate, np.float32)

    def _gate(self, time: Samples, held: Seconds, attack: Seconds, release: Seconds) -> Samples:
        """Up in `attack`, then down in `release` once `held` is over, to exactly zero."""
        fall = np.clip((held + release - time) / np.float32(release), 0, 1) ** 2
        return np.asarray(np.minimum(time / np.float32(attack), 1) * fall, np.float32)

    def _bass(self, note: Note, held: Seconds) -> Samples:
        """A filtered saw and a sine, pressed together."""
        force = note.velocity / 127
        time = self._time(held + 0.06)
        pitch = hertz(note.pitch)
        cutoff = 3.0 + (5 + 16 * force) * np.exp(-time / 0.11)
        saw = self._filtered(self._saw, pitch * time, cutoff, pitch)
        sub = np.sin(2 * np.pi * pitch * time)
        wave = np.tanh(1.2 * (0.95 * saw + 0.25 * sub)) * force**1.2
        return np.asarray(wave * self._gate(time, held, 0.003, 0.05) * np.exp(-time / 1.6), np.float32)

    def _keys(self, note: Note, held: Seconds) -> Samples:
        """An electric piano: a sine bent by a sine, and a short tine far above."""
        force = note.velocity / 127
        time = self._time(held + 0.22)
        phase = 2 * np.pi * hertz(note.pitch) * time
        bend = (0.5 + 2.3 * force**2) * np.exp(-time / 0.4) + 0.25
        tone = np.sin(phase + bend * np.sin(phase + 0.3))
        tine = 0.30 * force**2 * np.exp(-time / 0.05) * np.sin(phase * 7.03 + 0.8 * np.sin(phase))
        tremble = 0.5 * np.sin(2 * np.pi * 4.6 * time)[:, None] * np.array([0.22, -0.22], np.float32)
        body = (tone * np.exp(-time / 1.1) + tine) * self._gate(time, held, 0.004, 0.2) * force**1.3
        return np.asarray(0.30 * body[:, None] * (1 + tremble), np.float32)

    def _pad(self, note: Note, held: Seconds) -> Samples:
        """An ensemble: harmonics blurred to narrow bands of noise in the spectrum itself (Nasca's PADsynth idea)."""
        random = np.random.default_rng((self._seed, note.pitch, note.duration))
        seconds = held + 0.7
        size = -(-round(seconds * self.sample_rate) // 4096) * 4096
        pitch = hertz(note.pitch)
        spectrum = np.zeros((2, size // 2 + 1), np.complex64)
        resolution = self.sample_rate / size
        harmonics = np.arange(1, min(28, int(9000 / pitch)) + 1)
        for detune, weight in ((0.0, 1.0), (0.0035, 0.7), (-0.0042, 0.7), (0.0071, 0.35), (-0.0066, 0.35)):
            bins = np.round(harmonics * pitch * (1 + detune) / resolution).astype(int)
            loudness = weight * harmonics**-1.1 / np.sqrt(1 + (harmonics * pitch / 3600) ** 4)
            phases = random.uniform(0, 2 * np.pi, (2, len(bins)))
            spectrum[:, bins] += (loudness * np.exp(1j * phases)).astype(np.complex64)
        wave = np.fft.irfft(spectrum, size, axis=1).T * np.float32(size / 2)
        time = self._time(seconds)
        envelope = self._gate(time, held, 0.35, 0.65) * np.float32(0.05 * note.velocity / 80)
        return np.asarray(wave[: len(time)] * envelope[:, None], np.float32)

    def _pluck(self, note: Note, held: Seconds) -> Samples:
        """A plucked string: a saw whose brightness dies at once."""
        force = note.velocity / 127
        time = self._time(max(held, 0.12) + 0.35)
        pitch = hertz(note.pitch)
        cutoff = 2.0 + (4 + 16 * force**2) * np.exp(-time / 0.07)
        wave = self._filtered(self._saw, pitch * time, cutoff, pitch)
        return np.asarray(
            0.5 * wave * np.exp(-time / 0.16) * self._gate(time, held, 0.0015, 0.4) * force**1.3, np.float32
        )

    def _lead(self, note: Note, held: Seconds) -> Samples:
        """Two singing squares a little apart, with a vibrato that comes in late."""
        force = note.velocity / 127
        time = self._time(held + 0.12)
        pitch = hertz(note.pitch)
        vibrato = 0.0045 * pitch * np.clip((time - 0.18) / 0.3, 0, 1) * np.sin(2 * np.pi * 5.3 * time)
        turns = pitch * time + np.cumsum(vibrato, dtype=np.float64) / self.sample_rate
        cutoff = 4.5 + 6.5 * force * np.exp(-time / 0.25) * np.minimum(time / 0.02, 1)
        left = self._filtered(self._square, turns * 1.0016, cutoff, pitch)
        right = self._filtered(self._square, turns * 0.9984 + 0.3, cutoff, pitch)
        envelope = self._gate(time, held, 0.012, 0.11) * (0.8 + 0.2 * np.exp(-time / 0.2)) * force
        middle = 0.5 * (left + right)
        sides = np.stack([0.6 * left + middle, 0.6 * right + middle], axis=1)
        return np.asarray(0.26 * sides * envelope[:, None], np.float32)

    def _filtered(
        self, waves: Samples, turns: npt.NDArray[np.floating], cutoff: npt.NDArray[np.floating], pitch: Hertz
    ) -> Samples:
        """Read ready-filtered `waves` at the phase `turns`, gliding between cut-offs given in harmonics."""
        highest = 0.18 * self.sample_rate / pitch
        level = np.clip(2 * np.log2(np.clip(cutoff, 1.0, max(1.0, highest))), 0, len(_CUTOFFS) - 1.001)
        row = level.astype(np.int32)
        share = (level - row).astype(np.float32)
        column = ((turns % 1.0) * _TABLE).astype(np.int32)
        flat = waves.reshape(-1)
        at = row * _TABLE + column
        lower = flat[at]
        return np.asarray(lower + share * (flat[at + _TABLE] - lower), np.float32)

    @cached_property
    def _saw(self) -> Samples:
        return _waves(lambda harmonics: 1 / harmonics)

    @cached_property
    def _square(self) -> Samples:
        return _waves(lambda harmonics: (harmonics % 2 + 0.12) / harmonics)


def _waves(strength: Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]) -> Samples:
    """One period per cut-off: a resonant low pass of 24 dB per octave, nothing above 2.5 times its cut-off."""
    harmonics = np.arange(1.0, _TABLE // 2 + 1)
    ratio = harmonics / _CUTOFFS[:, None]
    gains = strength(harmonics) / np.sqrt((1 - ratio**2) ** 2 + (0.75 * ratio) ** 2) / np.sqrt(1 + ratio**4)
    spectrum = np.zeros((len(_CUTOFFS), _TABLE // 2 + 1), np.complex128)
    spectrum[:, 1:] = np.where(ratio <= 2.5, gains, 0) * -0.5j * _TABLE
    return np.asarray(np.fft.irfft(spectrum, _TABLE, axis=1) * 0.6, np.float32)


def echo(dry: Samples, delay: int, feedback: float, times: int) -> Samples:
    """Only the echoes of `dry` `(frames, 2)`: `times` of them, `delay` frames apart, sides swapped, wrapped around."""
    wet = np.zeros_like(dry)
    for turn in range(1, times + 1):
        source = dry[:, ::-1] if turn % 2 else dry
        shift = turn * delay % len(dry)
        wet[shift:] += np.float32(feedback**turn) * source[: len(dry) - shift]
        wet[:shift] += np.float32(feedback**turn) * source[len(dry) - shift :]
    return wet


def reverb(dry: Samples, sample_rate: int, seconds: Seconds = 1.7, seed: int = 0) -> Samples:
    """The room's answer to `dry` `(frames, 2)`, wrapped around so that a loop stays a loop.

    Noise that dies by 60 dB in `seconds`, its highs sooner, without the lowest octaves; it begins after 12 ms and is
    as loud as what goes in.
    """
    random = np.random.default_rng(seed)
    time = np.arange(round(seconds * sample_rate), dtype=np.float32) / np.float32(sample_rate)
    noise = random.standard_normal((2, len(time)), dtype=np.float32)
    tail = _smooth(noise) * np.exp(-6.9 * time / np.float32(seconds)) + 0.7 * noise * np.exp(
        -6.9 * time / np.float32(0.5 * seconds)
    )
    tail *= np.clip((time - 0.012) / 0.004, 0, 1)
    size = 1 << (2 * len(time)).bit_length()
    answer = np.fft.rfft(tail, size, axis=1)
    frequencies = np.fft.rfftfreq(size, 1 / sample_rate)
    answer *= (1 / np.sqrt(1 + (220 / np.maximum(frequencies, 1)) ** 4)).astype(np.float32)
    answer *= np.float32(1 / np.sqrt(np.mean(np.abs(answer) ** 2)))
    return _convolved(dry.mean(axis=1), answer, size, size - len(time))


def _convolved(dry: Samples, answer: npt.NDArray[np.complexfloating], size: int, hop: int) -> Samples:
    """Mono `dry` through the two spectra of `answer`, block by block (overlap-add), wrapped around."""
    blocks = -(-len(dry) // hop)
    wet = np.zeros((blocks * hop + size, 2), np.float32)
    for start in range(0, len(dry), hop):
        heard = np.fft.rfft(dry[start : start + hop], size) * answer
        wet[start : start + size] += np.fft.irfft(heard, size, axis=1).T
    out = wet[: len(dry)].copy()
    over = wet[len(dry) : 2 * len(dry)]
    out[: len(over)] += over
    return out


def _smooth(noise: Samples) -> Samples:
    """A mild low pass: the mean of four neighbours."""
    total = noise.copy()
    for shift in (1, 2, 3):
        total[:, shift:] += noise[:, :-shift]
    return total / np.float32(2.0)
