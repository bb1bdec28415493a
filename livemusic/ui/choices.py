"""What can be chosen at this moment: devices, ports and presets, as plain values."""

from collections.abc import Callable
from dataclasses import dataclass

from livemusic.session.preset import Preset


@dataclass(frozen=True, slots=True)
class Choices:
    """Names of what is plugged in, and the presets at hand.

    `inputs`: input devices; `midi_outs`: MIDI output ports; `sound_outs`: output devices.
    """

    inputs: tuple[str, ...] = ()
    midi_outs: tuple[str, ...] = ()
    sound_outs: tuple[str, ...] = ()
    presets: tuple[Preset, ...] = ()


ListChoices = Callable[[], Choices]
