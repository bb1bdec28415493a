"""The demo song's cache heals itself, and what cannot be kept is said."""

from pathlib import Path

import numpy as np
import pytest

from livemusic.engine import demo
from livemusic.engine.demo import DemoTrack
from livemusic.errors import MediaError
from livemusic.sound.demo import Stems


@pytest.fixture
def renderings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A song of 1000 frames in place of the long one; grows with each rendering."""
    calls: list[int] = []

    def render(music: object, sample_rate: int) -> Stems:
        calls.append(sample_rate)
        part = np.full((1000, 2), 0.25, np.float32)
        return Stems(part, part)

    monkeypatch.setattr(demo, "render_song", render)
    return calls


def test_the_song_is_rendered_once(tmp_path: Path, renderings: list[int]) -> None:
    for _ in range(2):
        track = DemoTrack.open(tmp_path)
        assert np.array_equal(track.mix, np.full(1000, 0.5))
        assert np.load(track.band).shape == (1000, 2)
    assert len(renderings) == 1


@pytest.mark.parametrize("name", ["mix.npy", "band.npy"])
@pytest.mark.parametrize("kept", [0, 5, 40, 129, 1000, -1])
def test_a_damaged_cache_is_rendered_again(tmp_path: Path, renderings: list[int], name: str, kept: int) -> None:
    path = DemoTrack.open(tmp_path).band.with_name(name)
    path.write_bytes(path.read_bytes()[:kept])
    track = DemoTrack.open(tmp_path)
    assert len(renderings) == 2
    assert np.load(track.band).shape == (1000, 2)
    assert DemoTrack.open(tmp_path).mix.shape == (1000,)
    assert len(renderings) == 2


@pytest.mark.parametrize("wrong", [np.zeros(7, np.float32), np.zeros((1000, 2)), np.array(1.0, np.float32)])
def test_a_cache_of_something_else_is_rendered_again(tmp_path: Path, renderings: list[int], wrong: np.ndarray) -> None:
    np.save(DemoTrack.open(tmp_path).band, wrong)
    assert np.load(DemoTrack.open(tmp_path).band).shape == (1000, 2)
    assert len(renderings) == 2


def test_a_cache_that_cannot_be_written_is_said(tmp_path: Path, renderings: list[int]) -> None:
    wall = tmp_path / "wall"
    wall.write_text("a file where a folder should be")
    with pytest.raises(MediaError, match=r"wall.*Make room"):
        DemoTrack.open(wall)
