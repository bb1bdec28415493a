"""The sound of the metronome: a short high tick, higher on the first beat of a bar."""

from typing import NamedTuple

import numpy as np

from livemusic.sound.voices import Samples, Seconds

_LENGTH: Seconds = 0.04
_DECAY: Seconds = 0.008
_HERTZ = {False: 1000.0, True: 1600.0}


class _Struck(NamedTuple):
    """A click that begins at `frame`."""

    frame: int
    accent: bool
    gain: float


class Clicks:
    """Adds clicks to blocks at the frame. Thread: the renderer's."""

    def __init__(self, sample_rate: int) -> None:
        self._sounds = {accent: _tick(hertz, sample_rate) for accent, hertz in _HERTZ.items()}
        self._struck: list[_Struck] = []

    def strike(self, frame: int, accent: bool, gain: float) -> None:
        """Click at `frame`, or at once where that is gone by."""
        self._struck.append(_Struck(frame, accent, gain))

    def add_to(self, block: Samples, first: int) -> None:
        """Add what sounds from the frame `first` on."""
        going = []
        for click in self._struck:
            sound = self._sounds[click.accent]
            begin = max(click.frame, first)
            end = min(click.frame + len(sound), first + len(block))
            if begin < end:
                block[begin - first : end - first] += click.gain * sound[begin - click.frame : end - click.frame, None]
            if click.frame + len(sound) > first + len(block):
                going.append(click)
        self._struck = going


def _tick(hertz: float, sample_rate: int) -> Samples:
    t = np.arange(round(_LENGTH * sample_rate)) / sample_rate
    return (0.8 * np.sin(2 * np.pi * hertz * t) * np.exp(-t / _DECAY)).astype(np.float32)
