"""Where the music is between two looks at the engine."""

import msgspec
import pytest

from livemusic.engine.messages import Look
from livemusic.engine.snapshot import TransportState
from livemusic.ui.playhead import tick_at


def test_the_playhead_runs_on_between_snapshots(link) -> None:
    playing = msgspec.structs.replace(
        link.snapshot(Look()), transport=TransportState(playing=True, tick=960.0, bpm=120.0), now=10.0
    )
    assert tick_at(playing, 10.25) == pytest.approx(1440.0)
    assert tick_at(playing, 9.0) == 960.0
    assert tick_at(playing, 99.0) == tick_at(playing, 11.0)
    assert tick_at(link.snapshot(Look()), 99.0) == link.snapshot(Look()).transport.tick
