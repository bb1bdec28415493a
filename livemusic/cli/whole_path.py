"""The whole path of a recording, for commands that need all of it."""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from livemusic.cli.progress import progress
from livemusic.engine.film import open_sound
from livemusic.errors import MediaError
from livemusic.inference.encoder import Ear, Embedder
from livemusic.latent.trajectory import Trajectory
from livemusic.session.files import shown

Samples = npt.NDArray[np.float32]


def whole_path(
    source: Path,
    embedder: Embedder,
    doing: str,
    least: int,
    hear: Callable[[Samples, int], None] = lambda block, sample_rate: None,
) -> tuple[Trajectory, str]:
    """The path of the audio file or film `source`, and what is to be said of the file; that is printed, too.

    `doing`: what the progress line says; `hear` is given every block. `MediaError` where the path has fewer than
    `least` points: the recording is too short, or nothing is to be heard in it.
    """
    recording = open_sound(source)
    ear, heard = Ear(embedder, recording.sample_rate), 0
    path = ear.trajectory()
    for block in progress(recording.blocks(), f"{doing} {recording.name}"):
        path.append(ear.hear(block))
        hear(block, recording.sample_rate)
        heard += len(block)
    path.append(ear.flush())
    recording.close()
    if recording.remark:
        print(f"livemusic: {recording.remark}", file=sys.stderr)
    if len(path) < least:
        needed = embedder.spec.window_s + least * ear.hop_s
        if heard / recording.sample_rate < needed:
            raise MediaError(f"{shown(source)} is too short: it takes {needed:.2g} s of music.")
        raise MediaError(f"{shown(source)} is silent: there is nothing to hear in it.")
    return path, recording.remark
