"""The table of fills that ships beside the models; made by `python -m training fills`."""

from pathlib import Path

import msgspec

from livemusic.errors import ModelError
from livemusic.inference.folders import model_folders
from livemusic.music.grid import Grid
from livemusic.music.kit import VOICE_NAMES

FILLS = "fills.json"
_STEPS = 16


class _Fill(msgspec.Struct, frozen=True):
    take: str
    hits: dict[str, tuple[tuple[int, int, int], ...]]


class _Table(msgspec.Struct, frozen=True):
    fills: tuple[_Fill, ...]


def open_fills(path: Path | None = None) -> tuple[Grid, ...]:
    """The fills, each a bar of 4/4. `ModelError` where the table cannot be read."""
    path = path or model_folders()[-1] / FILLS
    try:
        table = msgspec.json.decode(path.read_bytes(), type=_Table)
        return tuple(
            Grid.of(
                (
                    (step, VOICE_NAMES.index(voice), velocity, offset)
                    for voice, hits in fill.hits.items()
                    for step, velocity, offset in hits
                ),
                _STEPS,
                fill.take,
            )
            for fill in table.fills
        )
    except (OSError, ValueError) as problem:
        raise ModelError(f"The fills in {path} cannot be read ({problem}). Install livemusic again.") from problem
