"""The whole path of a recording, for whoever needs all of it."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import numpy.typing as npt

from livemusic.engine.film import open_sound
from livemusic.errors import MediaError
from livemusic.inference.encoder import Ear, Embedder
from livemusic.latent.trajectory import Trajectory
from livemusic.session.files import shown

Samples = npt.NDArray[np.float32]


def whole_path(
    source: Path,
    embedder: Embedder,
    least: int = 1,
    told: Callable[[float], None] = lambda share: None,
    hear: Callable[[Samples, int], None] = lambda block, sample_rate: None,
) -> tuple[Trajectory, str]:
    """The path of the audio file or film `source`, and what the musician should know of that, or ``.

    `told` hears how much is done, 0..1; `hear` is given every block and its sample rate. `MediaError` where the path
    has fewer than `least` points: the recording is too short, or nothing is to be heard in it.
    """
    with closing(open_sound(source)) as recording:
        ear, heard, rate = Ear(embedder, recording.sample_rate), 0, recording.sample_rate
        path, length = ear.trajectory(), recording.length or 0.0
        for block in recording.blocks():
            path.append(ear.hear(block))
            hear(block, rate)
            heard += len(block)
            told(min(1.0, heard / rate / length) if length else 0.0)
        path.append(ear.flush())
        remark = recording.remark
    if len(path) < least:
        needed = embedder.spec.window_s + least * ear.hop_s
        if heard / rate < needed:
            raise MediaError(f"{shown(source)} is too short: it takes {needed:.2g} s of music.")
        raise MediaError(f"{shown(source)} is silent: there is nothing to hear in it.")
    return path, remark
