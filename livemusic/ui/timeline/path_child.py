"""Computes the path of a recording in a process of its own and tells of its progress on lines of JSON.

Unlike `livemusic embed` it looks neither for the path's own view nor for sections: it is drawn in another song's. It
ends as soon as nobody holds its standard input open any more.
"""

import os
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from livemusic.errors import LiveMusicError, MediaError
from livemusic.session.files import shown

#: Nicer than what plays.
_NICENESS = 5
COMMAND: tuple[str, ...] = (
    sys.executable,
    "-c",
    "import sys; from livemusic.ui.timeline.path_child import main; sys.exit(main(sys.argv[1:]))",
)


class Step(msgspec.Struct, frozen=True):
    """A `share` of the sound, 0..1, has been heard; or `problem` is why it cannot be."""

    share: float = 0.0
    problem: str = ""


def compute(sound: Path, model: str, out: Path, tell: Callable[[Step], None]) -> None:
    """Write the path of a recording, or a film's sound, by an embedder, `` for the newest. `LiveMusicError`."""
    from livemusic.engine.film import open_sound
    from livemusic.engine.openers import open_embedder
    from livemusic.inference.encoder import Ear
    from livemusic.latent.view import View
    from livemusic.session.take import Take, write_take

    recording = open_sound(sound)
    try:
        embedder, heard = open_embedder(model), 0
        ear = Ear(embedder, recording.sample_rate)
        path, length = ear.trajectory(), recording.length or 0.0
        for block in recording.blocks():
            path.append(ear.hear(block))
            heard += len(block)
            tell(Step(min(1.0, heard / recording.sample_rate / length) if length else 0.0))
        path.append(ear.flush())
    finally:
        recording.close()
    if not len(path):
        needed = embedder.spec.window_s
        if heard / recording.sample_rate < needed:
            raise MediaError(f"{shown(sound)} is too short: the path begins after {needed:.2g} s of music.")
        raise MediaError(f"{shown(sound)} is silent: there is nothing to hear in it.")
    write_take(out, Take(path.points, embedder.card.id, View.plain(path.dim)))


def main(arguments: Sequence[str]) -> int:
    """`arguments`: the sound, the model and where to."""
    threading.Thread(target=_watch, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    sound, model, out = arguments
    try:
        compute(Path(sound), model, Path(out), _write)
    except LiveMusicError as problem:
        _write(Step(problem=str(problem)))
        return 2
    return 0


def _watch() -> None:
    while os.read(0, 1024):
        pass
    os._exit(130)


def _write(step: Step) -> None:
    os.write(1, msgspec.json.encode(step) + b"\n")
