"""Takes as they lie on the disk."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from livemusic.errors import LiveMusicError
from livemusic.music.tempo import Seconds


class Recorded(NamedTuple):
    """A take: its folder, when it was begun, how long it is, its sound and its path where there are any."""

    folder: Path
    begun: datetime
    seconds: Seconds
    sound: Path | None
    path: Path | None


def list_takes(folder: Path) -> tuple[Recorded, ...]:
    """The takes under `folder` that are whole, the newest first; what cannot be read is left out.

    Of a take's sounds it is what was heard; only where nothing was, what the kit played.
    """
    from livemusic.engine.take_folder import INFO, PATH, read_info

    found = []
    for described in folder.glob(f"*/{INFO}"):
        with suppress(LiveMusicError, OSError, ValueError):
            info, place = read_info(described.parent), described.parent
            sounds = [
                place / stem.file for stem in sorted(info.stems, key=lambda stem: not stem.file.startswith("heard"))
            ]
            sound = next((each for each in sounds if each.is_file()), None)
            path = place / PATH
            if info.finished:
                begun = datetime.fromisoformat(info.began)
                found.append(Recorded(place, begun, info.seconds, sound, path if path.is_file() else None))
    return tuple(sorted(found, key=lambda take: (take.begun, take.folder.name), reverse=True))
