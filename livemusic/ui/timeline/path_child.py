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

from livemusic.errors import LiveMusicError

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
    from livemusic.engine.openers import open_embedder
    from livemusic.engine.whole_path import whole_path
    from livemusic.latent.view import View
    from livemusic.session.take import Take, write_take

    embedder = open_embedder(model)
    path, _ = whole_path(sound, embedder, told=lambda share: tell(Step(share)))
    write_take(out, Take(path.points, embedder.card.id, View.plain(path.dim)))


def main(arguments: Sequence[str]) -> int:
    """`arguments`: the sound, the model and where to."""
    sound, model, out = arguments
    return serve(lambda: compute(Path(sound), model, Path(out), tell))


def serve(work: Callable[[], None]) -> int:
    """Do `work` for the window: nicely, as long as it is there, and telling it why what cannot be done cannot."""
    threading.Thread(target=_watch, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    try:
        work()
    except LiveMusicError as problem:
        tell(Step(problem=str(problem)))
        return 2
    return 0


def tell(step: Step) -> None:
    """Tell the window how far it is."""
    os.write(1, msgspec.json.encode(step) + b"\n")


def _watch() -> None:
    while os.read(0, 1024):
        pass
    os._exit(130)
