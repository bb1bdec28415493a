"""A performance rendered to samples without a device: the same kit as live, as fast as the machine can."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from livemusic.sound.kit import Kit, limit
from livemusic.sound.voices import Samples, Seconds

_BLOCK = 4096


def render_events(
    events: Iterable[tuple[Seconds, bytes]],
    seconds: Seconds,
    sample_rate: int,
    backing: npt.ArrayLike | None = None,
    kit: Kit | None = None,
) -> Samples:
    """Play `events`, `(seconds, raw MIDI)`, on the kit: float32 `(frames, 2)` of `seconds`, at most -1 dB.

    `backing`: float32 `(frames, 2)` at the same rate, repeated under it from time 0. `kit`: a fresh one at that rate.
    """
    kit = Kit(sample_rate) if kit is None else kit
    for at, data in events:
        kit.play(round(at * sample_rate), data)
    frames = round(seconds * sample_rate)
    blocks = [kit.mix(min(_BLOCK, frames - start)) for start in range(0, frames, _BLOCK)]
    sound = np.concatenate(blocks) if blocks else np.zeros((0, 2), np.float32)
    if backing is not None:
        sound += np.take(np.asarray(backing), np.arange(frames), axis=0, mode="wrap")
    return limit(sound)
