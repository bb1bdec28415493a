"""The path of a song, drawn ahead of what is heard."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from livemusic.audio.file import FileSource
from livemusic.engine.ahead import Ahead, Draw
from livemusic.engine.listen_orders import Drawn, Hear
from livemusic.engine.messages import Capture, ClearPath
from livemusic.inference.encoder import Ear, Embedder
from livemusic.inference.library import Library
from tests.engine.test_listen import Rig, music

RATE = 44100


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder.open(Library().folder("embedder"))


@pytest.fixture
def song(tmp_path: Path) -> Path:
    soundfile.write(tmp_path / "a.wav", music(5.3), RATE, subtype="FLOAT")
    return tmp_path / "a.wav"


def drawn(ahead: Ahead, rows: list[Drawn], now: float = 0.0) -> list[Drawn]:
    while (wake := ahead.advance(now)) is not None:
        assert wake >= now
        now = wake
    return rows


def test_the_whole_path_is_that_of_listening(song: Path, embedder: Embedder) -> None:
    rows: list[Drawn] = []
    ahead = Ahead(rows.append, lambda: 0.0)
    ahead.handle(Draw(7, str(song), embedder), 0.0)
    drawn(ahead, rows)
    ear = Ear(embedder, RATE)
    heard = ear.hear(music(5.3)).rows
    assert {part.epoch for part in rows} == {7}
    assert len(rows) > 3  # it comes bit by bit
    assert np.allclose(np.concatenate([part.points.rows for part in rows])[: len(heard)], heard, atol=1e-5)
    ahead.close()


def test_between_its_pieces_it_rests(song: Path, embedder: Embedder) -> None:
    moments = iter(np.arange(0.0, 100.0, 0.1))
    ahead = Ahead(lambda part: None, lambda: float(next(moments)))
    ahead.handle(Draw(1, str(song), embedder), 50.0)
    assert ahead.advance(50.0) == pytest.approx(50.3)
    assert ahead.advance(50.1) == pytest.approx(50.3)
    ahead.handle(Draw(2), 50.2)
    assert ahead.advance(51.0) is None


def test_a_file_that_is_gone_is_left_to_whoever_listens(embedder: Embedder) -> None:
    ahead = Ahead(lambda part: None)
    ahead.handle(Draw(1, "missing.wav", embedder), 0.0)
    assert ahead.advance(0.0) is None


def test_the_music_is_where_the_song_is_on_its_path(song: Path, embedder: Embedder) -> None:
    rig = Rig()
    asked: list[Draw] = []
    rig.core._draw = lambda epoch, hear: asked.append(Draw.of(epoch, hear))
    source = FileSource(song)
    source.start(rig.now)
    source.playhead = source.playhead.played(rig.now)
    rig.say(Hear(source, Ear(embedder, RATE), str(song)))
    rig.run(1.0)
    assert len(rig.path) == 0  # it is not drawn from what is listened to
    rows: list[Drawn] = []
    ahead = Ahead(rows.append, lambda: 0.0)
    ahead.handle(asked[-1], 0.0)
    for part in drawn(ahead, rows):
        rig.say(part)
    whole = rig.path
    assert whole[-1, 0] == pytest.approx(5.3, abs=0.1)
    for place in (1.0, 4.0, 2.5):
        source.playhead = source.playhead.sought(place, rig.now)
        rig.run(0.3)
        here = whole[rig.core.view.head - 1]
        assert 0 <= rig.core.view.position - here[0] < 0.05
        assert rig.core.view.position == pytest.approx(place + 0.3, abs=0.03)
        rig.say(Capture(1))
        assert rig.core.view.anchors[1] == pytest.approx(tuple(here[2:]))
    epoch = rig.core.view.epoch
    rig.say(ClearPath())
    assert (rig.core.view.epoch, len(rig.path)) == (epoch + 1, 0)
    rig.say(rows[0])  # of the old path
    assert len(rig.path) == 0
    assert asked[-1].epoch == epoch + 1
    source.close()


def test_a_live_path_begins_anew_and_goes_on(embedder: Embedder) -> None:
    rig = Rig()
    rig.say(ClearPath())
    rig.hear(music(6.0), embedder)
    rig.run(2.0)
    before, epoch = len(rig.path), rig.core.view.epoch
    assert rig.core.view.head == before
    rig.say(ClearPath())
    assert (rig.core.view.epoch, len(rig.path)) == (epoch + 1, 0)
    rig.run(1.0)
    assert 0 < len(rig.path) < before
    assert rig.path[0, 0] > 1.9
