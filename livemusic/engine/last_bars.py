"""Writes down what was played in the last bars: the same events as at the port."""

from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

from livemusic.engine.orders import LastBars, Take
from livemusic.midi.files import Printed, write_events
from livemusic.music.tempo import Seconds
from livemusic.session.settings import Settings

_PATIENCE: Seconds = 2.0


def write_last_bars(path: Path, bars: int, transport: Callable[[LastBars], None], settings: Settings) -> None:
    """Ask the `transport` for the last `bars` and write them to a MIDI file; `MediaError` where that fails,
    `ValueError` where nothing was played."""
    takes: SimpleQueue[Take] = SimpleQueue()
    transport(LastBars(bars, takes.put))
    take = takes.get(timeout=_PATIENCE)
    if not take.events:
        raise ValueError("Nothing was played yet. Press play, then export.")
    printed = Printed(take.swing, settings.drum_map.name, settings.drum_map.route(settings.channel))
    write_events(path, take.events, take.tempi, take.meters, take.length, printed=printed)
