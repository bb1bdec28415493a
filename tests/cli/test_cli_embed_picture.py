"""`livemusic embed` on films: a swing becomes a closed loop, sound and picture go side by side, and bad films."""

import json
from pathlib import Path

import numpy as np
import pytest

from livemusic.cli import main
from livemusic.session.take import read_take
from livemusic.video.reader import Film
from livemusic.video.sound import FilmSound
from tests.video.filming import RATE, bar, pendulum, write_film

PERIOD = 1.6


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds of a pendulum at 30 frames a second, with a tone."""
    tone = 0.3 * np.sin(2 * np.pi * 330 * np.arange(6 * RATE) / RATE)
    return write_film(tmp_path_factory.mktemp("film") / "Pendel ü.mp4", pendulum(180, 30, PERIOD), 30, sound=tone)


def complaint(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The one sentence that `words` are answered with."""
    assert main(words) == 2
    out, said = capsys.readouterr()
    assert out == ""
    assert said.count("\n") == 1
    return said


def test_a_swing_is_a_closed_loop(film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, plot = tmp_path / "t.npz", tmp_path / "p.png"
    assert main(["embed", str(film), "--of", "picture", "--out", str(out), "--plot", str(plot), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    take = read_take(out)
    assert (report["model"], take.model_id) == ("picture-1", "picture-1")
    assert report["points"] == len(take.points.t) == 141
    np.testing.assert_allclose(take.points.t, 0.36 + np.arange(141) / 25, atol=1e-5)
    assert plot.read_bytes().startswith(b"\x89PNG")
    path = take.points.z.astype(np.float64)
    spread = np.sqrt(((path - path.mean(axis=0)) ** 2).sum(axis=1).mean())
    apart = [np.sqrt(((path[lag:] - path[:-lag]) ** 2).sum(axis=1).mean()) / spread for lag in range(1, 60)]
    assert int(np.argmin(apart[10:])) + 11 == round(PERIOD * 25)
    assert apart[round(PERIOD * 25) - 1] < 0.15, "it does not come back"
    assert apart[round(PERIOD * 25 / 2) - 1] > 1, "it does not go away"
    first, back = path[:40:4], path[:40]
    near = [
        np.linalg.norm(back[np.abs(np.arange(40) - 4 * i) > 5] - here, axis=1).min() for i, here in enumerate(first)
    ]
    assert min(near) > 0.25 * spread, "it goes back the way it came"


def test_sound_is_the_default_and_both_go_side_by_side(
    film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, plot = tmp_path / "t.npz", tmp_path / "both.png"
    assert main(["embed", str(film), "--out", str(out)]) == 0
    alone = read_take(out)
    assert alone.model_id.startswith("embedder")
    assert main(["embed", str(film), "--of", "both", "--out", str(out), "--plot", str(plot)]) == 0
    np.testing.assert_array_equal(read_take(out).points.z, alone.points.z)
    beside = read_take(tmp_path / "t-picture.npz")
    assert beside.model_id == "picture-1"
    assert beside.points.t[-1] == pytest.approx(alone.points.t[-1], abs=0.1)
    assert plot.exists()
    assert "t-picture.npz" in capsys.readouterr().out


def test_a_film_of_its_path_has_the_films_sound(film: Path, tmp_path: Path) -> None:
    made = tmp_path / "path.mp4"
    words = ["embed", str(film), "--of", "picture", "--out", str(tmp_path / "t.npz"), "--video", str(made)]
    assert main([*words, "--height", "180"]) == 0
    opened = Film(made)
    times = [time for time, _ in opened.frames(32, 18)]
    opened.close()
    assert times[-1] == pytest.approx(6.0, abs=0.1)
    sound = FilmSound(made)
    samples = np.concatenate([*sound.blocks()])
    sound.close()
    crossings = np.count_nonzero(np.diff(np.signbit(samples[RATE : 5 * RATE].astype(np.float64))))
    assert crossings / 8 == pytest.approx(330, abs=3)


def test_films_that_lack_what_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = ["--out", str(tmp_path / "t.npz")]
    silent = str(write_film(tmp_path / "silent.mp4", [bar(96, 54, 0.5)] * 20))
    assert "silent.mp4 is a film without sound" in complaint(capsys, "embed", silent, *out)
    assert "without sound" in complaint(capsys, "embed", silent, "--of", "both", *out)
    blind = str(write_film(tmp_path / "blind.mkv", sound=np.zeros(RATE)))
    assert "blind.mkv is sound without a film" in complaint(capsys, "embed", blind, "--of", "picture", *out)
    brief = str(write_film(tmp_path / "brief.mp4", [bar(96, 54, 0.5)] * 5))
    assert "brief.mp4 is too short" in complaint(capsys, "embed", brief, "--of", "picture", *out)
    assert "no file" in complaint(capsys, "embed", str(tmp_path / "gone.mp4"), "--of", "picture", *out)
    assert "no picture model nobody" in complaint(capsys, "embed", silent, "--of", "picture", "--model", "nobody", *out)
    assert not (tmp_path / "t.npz").exists()
