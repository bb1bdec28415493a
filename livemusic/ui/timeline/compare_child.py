"""Compares a take with the song in a process of its own and tells of its progress on lines of JSON.

It ends as soon as nobody holds its standard input open any more.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from livemusic.ui.timeline.path_child import Step, serve, tell

#: Each thread of these would take another core.
_ALONE = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
COMMAND: tuple[str, ...] = (
    sys.executable,
    "-c",
    "import sys; from livemusic.ui.timeline.compare_child import main; sys.exit(main(sys.argv[1:]))",
)


def main(arguments: Sequence[str]) -> int:
    """`arguments`: the song, the other recording, the embedder (`` for the newest) and where the result goes."""
    for name in _ALONE:
        os.environ.setdefault(name, "1")
    song, other, model, out = arguments

    def work() -> None:
        from livemusic.engine.comparing import compare_files

        found = compare_files(Path(song), Path(other), lambda share: tell(Step(share)), model)
        Path(out).write_bytes(msgspec.json.encode(found))

    return serve(work)
