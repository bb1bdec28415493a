"""Films picture by picture, and whole with their sound."""

from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from livemusic.cli.film import write_film
from livemusic.errors import MediaError
from livemusic.session.show import Show
from livemusic.ui.film import Score, Stroke, pictures
from livemusic.ui.views.trajectory import wandering

pytestmark = pytest.mark.usefixtures("app")
STILL = Show(motion=0.0)
SIZE = (320, 180)


def resting(seconds: float) -> np.ndarray:
    """A path that goes round and round evenly."""
    t = np.arange(0.0, seconds, 0.0232)
    turn = 2 * np.pi * t / 4
    return np.column_stack([t, np.full(len(t), -20.0), np.cos(turn), np.sin(turn), 0 * t]).astype(np.float32)


def test_the_same_score_gives_the_same_pictures() -> None:
    score = Score(wandering(100), strokes=[Stroke(0.5, 0, 1.0)], beats=[0.0, 0.5, 1.0])
    one, other = ([p.copy() for p in pictures(score, Show(), 1.0, SIZE, 30)] for _ in range(2))
    assert len(one) == 30
    assert all((a == b).all() for a, b in zip(one, other, strict=True))


def test_the_path_grows_and_nothing_is_cut_off() -> None:
    lit = []
    for pixels in pictures(Score(wandering(400)), Show(hits=False, width=1.0, theme="Mono"), 9.0, SIZE, 10):
        bright = pixels[..., :3].max(2) > 60
        lit.append(int(bright.sum()))
        assert not bright[[0, -1]].any()
        assert not bright[:, [0, -1]].any()
    assert lit[-1] > 1.5 * lit[3]


@pytest.mark.parametrize(("fps", "rate"), [(30, 44100), (60, 48000)])
def test_a_stroke_glows_in_the_picture_in_which_it_is_heard(tmp_path: Path, fps: int, rate: int) -> None:
    times, sound = (0.7, 1.31, 1.95), np.zeros((round(2.5 * rate), 2), np.float32)
    for t in times:
        sound[round(t * rate) : round(t * rate) + 200] = 0.9
    song, path = tmp_path / "song.wav", tmp_path / "film.mp4"
    soundfile.write(song, sound, rate)
    score = Score(resting(2.5), strokes=[Stroke(t, 0, 1.0) for t in times])
    told: list[tuple[float, float]] = []
    write_film(path, song, score, STILL, 180, fps, lambda done, whole: told.append((done, whole)))
    with av.open(str(path)) as film:
        light = [(frame.time, frame.to_ndarray(format="gray").astype(float).mean()) for frame in film.decode(video=0)]
    with av.open(str(path)) as film:
        frames = [(frame.time, frame.to_ndarray()[0]) for frame in film.decode(audio=0)]
    assert len(light) == round(2.5 * fps)
    jumps = sorted(range(1, len(light)), key=lambda i: light[i][1] - light[i - 1][1])[-3:]
    flashes = sorted(light[i][0] for i in jumps)
    samples = np.concatenate([each for _, each in frames])
    heard = np.flatnonzero(np.abs(samples) > 0.4) / rate + frames[0][0]
    onsets = [t for t, before in zip(heard, [-1.0, *heard[:-1]], strict=True) if t - before > 0.1]
    assert onsets == pytest.approx(times, abs=0.003)
    assert flashes == pytest.approx(onsets, abs=1 / fps)
    assert told[-1][0] == pytest.approx(2.5)
    assert told[-1][1] == pytest.approx(2.5)


def test_hits_are_left_out_where_they_are_not_wanted() -> None:
    score = Score(resting(1.0), strokes=[Stroke(0.5, 0, 1.0)])
    quiet = Show(motion=0.0, hits=False)
    with_, without = ([p[..., :3].mean() for p in pictures(score, show, 1.0, SIZE, 30)] for show in (STILL, quiet))
    assert with_[16] > without[16] + 0.5
    assert with_[10] == pytest.approx(without[10])


def test_a_film_that_cannot_be_there_leaves_nothing(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "song.wav", np.zeros((44100, 1), np.float32), 44100)
    (tmp_path / "wall").write_text("")
    with pytest.raises(MediaError, match="cannot be written"):
        write_film(tmp_path / "wall" / "f.mp4", tmp_path / "song.wav", Score(resting(1.0)), STILL, 180, 30, print)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["song.wav", "wall"]
