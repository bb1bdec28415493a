"""Compares a take with the song in a process of its own and tells of its progress on lines of JSON.

It ends as soon as nobody holds its standard input open any more.
"""

import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import msgspec

from livemusic.errors import LiveMusicError
from livemusic.ui.timeline.path_child import Step

#: Nicer than what plays.
_NICENESS = 5
#: Each thread of these would take another core.
_ALONE = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
COMMAND: tuple[str, ...] = (
    sys.executable,
    "-c",
    "import sys; from livemusic.ui.timeline.compare_child import main; sys.exit(main(sys.argv[1:]))",
)


def main(arguments: Sequence[str]) -> int:
    """`arguments`: the song, the other recording, the embedder (`` for the newest) and where the result goes."""
    threading.Thread(target=_watch, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    for name in _ALONE:
        os.environ.setdefault(name, "1")
    song, other, model, out = arguments
    from livemusic.engine.comparing import compare_files

    try:
        found = compare_files(Path(song), Path(other), lambda share: _write(Step(share)), model)
        Path(out).write_bytes(msgspec.json.encode(found))
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
