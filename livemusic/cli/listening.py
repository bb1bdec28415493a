"""Listens to all of a recording for a command, and says on stderr what there is to say."""

import sys
from collections.abc import Callable
from pathlib import Path

from livemusic.cli.progress import show_line
from livemusic.engine.whole_path import Samples, whole_path
from livemusic.inference.encoder import Embedder
from livemusic.latent.trajectory import Trajectory
from livemusic.session.files import shown


def listened(
    source: Path,
    embedder: Embedder,
    least: int,
    hear: Callable[[Samples, int], None] = lambda block, sample_rate: None,
) -> tuple[Trajectory, str]:
    """See `whole_path`."""
    try:
        path, remark = whole_path(
            source,
            embedder,
            least,
            lambda share: show_line(f"listening to {shown(source.name)} … {100 * share:.0f} %"),
            hear,
        )
    finally:
        show_line("")
    if remark:
        print(f"livemusic: {remark}", file=sys.stderr)
    return path, remark
