"""`livemusic compare`: what it prints and writes, takes and recordings, and what cannot be compared."""

import csv
import json
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile

from livemusic.cli.main import main
from livemusic.engine.take_folder import TakeFolder, TakeInfo

RATE = 22050


def _music(seed: int, pace: float = 1.0, seconds: float = 16.0) -> np.ndarray:
    """Plucked notes and noises, a new one every quarter of a second or so, `pace` times as fast."""
    dice = np.random.default_rng(seed)
    sound = np.zeros(round(seconds / pace * RATE), np.float32)
    at = 0.1
    while at < seconds - 0.7:
        t = np.arange(round(0.6 * RATE)) / RATE
        note = 220 * 2 ** (dice.integers(0, 20) / 12)
        tone = np.sin(2 * np.pi * note * t) * np.exp(-4 * t) + dice.normal(0, 1, len(t)) * np.exp(-60 * t)
        first = round(at / pace * RATE)
        sound[first : first + len(t)] += 0.2 * dice.uniform(0.4, 1) * tone[: len(sound) - first]
        at += float(dice.choice([0.25, 0.25, 0.5]))
    return sound


def _file(path: Path, sound: np.ndarray, rate: int = RATE) -> Path:
    soundfile.write(path, sound, rate)
    return path


def test_pairs_are_told_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = _file(tmp_path / "a.wav", _music(1)), _file(tmp_path / "b.wav", 0.5 * _music(1, 0.8))
    out, plot = tmp_path / "pairs.csv", tmp_path / "plot.png"
    assert main(["compare", str(a), str(b), "--json", "--out", str(out), "--plot", str(plot)]) == 0
    told = json.loads(capsys.readouterr().out)
    pairs = np.array(told["pairs"])
    assert told["same"]
    assert (np.diff(pairs, axis=0) >= 0).all()
    inside = pairs[(pairs[:, 0] > 1) & (pairs[:, 0] < 14)]
    assert np.median(np.abs(inside[:, 1] - inside[:, 0] / 0.8)) < 0.025
    assert told["percent"] == pytest.approx(-20, abs=1)
    assert told["louder_db"] == pytest.approx(-6, abs=1.5)
    assert plot.read_bytes().startswith(b"\x89PNG")
    with open(out, newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["a", "b", "difference"]
    assert len(rows) == len(pairs) + 1
    assert main(["compare", str(a), str(a)]) == 0
    said = capsys.readouterr().out
    assert "as fast" in said
    assert "differ nowhere" in said


def test_the_folder_of_a_take_is_a_take(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sound = _music(2)
    folder = TakeFolder(tmp_path, datetime(2026, 1, 2), 0.0, TakeInfo("2026-01-02T00:00:00"))
    folder.sound("heard", 0.0, RATE, sound[:, None])
    folder.end(len(sound) / RATE)
    folder.close()
    other = _file(tmp_path / "b.wav", _music(2, 1.1))
    assert main(["compare", str(folder.path), str(other), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["a"] == folder.path.name
    (folder.path / "heard.flac").unlink()
    assert main(["compare", str(folder.path), str(other)]) == 2
    assert "no sound" in capsys.readouterr().err


def test_other_songs_are_not_aligned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = _file(tmp_path / "a.wav", _music(3)), _file(tmp_path / "b.wav", _music(4))
    out = tmp_path / "pairs.csv"
    assert main(["compare", str(a), str(b), "--json", "--out", str(out)]) == 2
    told = capsys.readouterr()
    assert "not takes of one song" in told.err
    assert json.loads(told.out)["pairs"] == []
    assert not out.exists()


def test_what_cannot_be_compared_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = _file(tmp_path / "good.wav", _music(5, seconds=4))
    silent = _file(tmp_path / "silent.wav", np.zeros(5 * RATE))
    brief = _file(tmp_path / "brief.wav", _music(5, seconds=2)[:8000])
    empty = tmp_path / "empty.wav"
    empty.write_bytes(b"")
    folder = tmp_path / "folder"
    folder.mkdir()
    for other, word in (
        (silent, "is silent"),
        (brief, "too short"),
        (empty, "cannot be read"),
        (tmp_path / "none.wav", "no file"),
        (folder, "no take"),
    ):
        for pair in ((good, other), (other, good)):
            assert main(["compare", *map(str, pair)]) == 2
            said = capsys.readouterr()
            assert word in said.err
            assert said.err.count("\n") == 1
            assert said.out == ""
    assert main(["compare", str(good), str(good), "--out", str(tmp_path / "x.txt")]) == 2
    assert ".csv" in capsys.readouterr().err
