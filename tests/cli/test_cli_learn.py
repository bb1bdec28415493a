"""`livemusic learn` and what `embed` makes of it."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from livemusic.cli.main import main
from livemusic.latent.layout import Taste
from livemusic.session.take import read_take


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("livemusic.latent.layout.FINAL", Taste(steps=20))
    monkeypatch.setattr("livemusic.latent.layout.LEARNING", Taste(steps=60))
    monkeypatch.setattr("livemusic.session.learned.learned_folder", lambda: tmp_path / "learned")


def tune(path: Path, seconds: float) -> Path:
    t = np.arange(round(44100 * seconds)) / 44100
    sound = 0.4 * np.sin(2 * np.pi * (220 + 110 * (t % 2 > 1)) * t) * np.exp(-3 * (t % 0.5))
    soundfile.write(path, sound, 44100)
    return path


def test_what_was_learned_is_how_the_song_is_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    song, out = tune(tmp_path / "song.wav", 10), tmp_path / "path.npz"
    assert main(["embed", str(song), "--out", str(out)]) == 0
    before = read_take(out).places
    capsys.readouterr()
    assert main(["learn", str(song), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["seconds"] == pytest.approx(10, abs=0.1)
    assert Path(told["file"]).is_file()
    (tmp_path / "moved.wav").write_bytes(song.read_bytes())
    assert main(["embed", str(tmp_path / "moved.wav"), "--out", str(out)]) == 0
    learned = read_take(out).places
    assert np.abs(learned - before).max() > 1e-3
    Path(told["file"]).write_bytes(b"damaged")
    assert main(["embed", str(song), "--out", str(out)]) == 0
    np.testing.assert_allclose(read_take(out).places, before, atol=1e-5)


@pytest.mark.parametrize("command", ["learn", "embed"])
def test_too_little_and_silence_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    brief, silent = tune(tmp_path / "brief.wav", 0.3), tmp_path / "silent.wav"
    soundfile.write(silent, np.zeros(44100 * 12), 44100)
    out = ["--out", str(tmp_path / "path.npz")] if command == "embed" else []
    for path, word in ((brief, "too short"), (silent, "nothing to hear"), (tmp_path / "none.wav", "no file")):
        assert main([command, str(path), *out]) == 2
        assert word in capsys.readouterr().err
    assert not (tmp_path / "path.npz").exists()
