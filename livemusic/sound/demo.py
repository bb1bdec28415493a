"""The demo song as sound: the band and the drums apart, so that other drums can take the place of its own."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from livemusic.music.event import note_on
from livemusic.music.song import PARTS, Song
from livemusic.sound.kit import CEILING, Kit
from livemusic.sound.synth import Synth, echo, reverb
from livemusic.sound.voices import Samples

#: part -> level, share sent to the room, share sent to the echo
_MIX: dict[str, tuple[float, float, float]] = {
    "bass": (0.24, 0.0, 0.0),
    "keys": (0.42, 0.14, 0.0),
    "pad": (0.36, 0.30, 0.0),
    "pluck": (0.62, 0.22, 0.35),
    "lead": (0.50, 0.20, 0.28),
}
_ECHO_STEPS = 3
_HOP_S = 0.004
_RUMBLE_HZ = 25.0


class Stems(NamedTuple):
    """Two float32 `(frames, 2)` of the same length that loop, and together peak at -1 dB at most."""

    band: Samples
    drums: Samples


def render_song(song: Song, sample_rate: int) -> Stems:
    """Play `song` once, what rings over its end laid over its beginning. Takes some seconds."""
    frames = round(song.seconds * sample_rate)
    sixteenth = song.tempo.seconds_at(song.meter.bar) / 16
    synth = Synth(sample_rate)
    band = np.zeros((frames, 2), np.float32)
    room = np.zeros_like(band)
    for part in PARTS:
        if part in _MIX:
            level, to_room, to_echo = _MIX[part]
            dry = _part(song, part, synth, frames) * np.float32(level)
            if to_echo:
                dry += echo(dry, round(_ECHO_STEPS * sixteenth * sample_rate), to_echo, 4)
            band += dry
            room += np.float32(to_room) * dry
    drums = _drums(song, sample_rate, frames)
    band += reverb(room, sample_rate)
    band = _without_rumble(band, sample_rate)
    gain = _gain(band + drums, round(_HOP_S * sample_rate))[:, None]
    return Stems(band * gain, drums * gain)


def _part(song: Song, part: str, synth: Synth, frames: int) -> Samples:
    """One part through the song; a section that comes again is computed once."""
    out = np.zeros((frames, 2), np.float32)
    made: dict[str, Samples] = {}
    for section in song.sections:
        pattern = section.pattern(part)
        if pattern.notes:
            if section.name not in made:
                seconds = section.length * song.tempo.seconds_per_tick
                made[section.name] = synth.render(part, pattern.notes, song.tempo, seconds)
            _lay(out, made[section.name], round(song.tempo.seconds_at(section.start) * synth.sample_rate))
    return out


def _drums(song: Song, sample_rate: int, frames: int) -> Samples:
    kit = Kit(sample_rate)
    for note in song.notes("drums"):
        kit.play(
            round(song.tempo.seconds_at(note.tick) * sample_rate), note_on(note.channel, note.pitch, note.velocity)
        )
    out = np.zeros((frames, 2), np.float32)
    _lay(out, np.concatenate([kit.render(4096) for _ in range(frames // 4096 + 1 + sample_rate // 1024)]), 0)
    return out


def _without_rumble(loop: Samples, sample_rate: int) -> Samples:
    """What the envelopes push below 25 Hz, where it is not heard and takes room, is gone."""
    spectrum = np.fft.rfft(loop, axis=0)
    hertz = np.fft.rfftfreq(len(loop), 1 / sample_rate)
    spectrum *= (np.clip(hertz / _RUMBLE_HZ, 0, 1) ** 2)[:, None]
    return np.fft.irfft(spectrum, len(loop), axis=0).astype(np.float32)


def _lay(out: Samples, wave: Samples, at: int) -> None:
    """Add `wave` to `out` from frame `at`, around its end."""
    while len(wave):
        fits = min(len(wave), len(out) - at)
        out[at : at + fits] += wave[:fits]
        wave, at = wave[fits:], 0


def _gain(mix: Samples, hop: int) -> npt.NDArray[np.float32]:
    """A gain for every frame that keeps `mix` under the ceiling: down just before a peak, up again slowly."""
    hops = -(-len(mix) // hop)
    peaks = np.zeros(hops * hop, np.float32)
    peaks[: len(mix)] = np.abs(mix).max(axis=1)
    allowed = np.minimum(1, 0.999 * CEILING / np.maximum(peaks.reshape(hops, hop).max(axis=1), 1e-9))
    nodes = np.minimum(np.append(allowed, 1.0), np.insert(allowed, 0, 1.0))
    for steps, slope in ((range(1, hops + 1), 0.012), (range(hops - 1, -1, -1), 0.10)):
        for node in steps:
            nodes[node] = min(nodes[node], nodes[node - 1 if slope < 0.05 else node + 1] + slope)
    return np.asarray(np.interp(np.arange(len(mix)) / hop, np.arange(hops + 1), nodes), np.float32)
