"""`livemusic harmony`: what it tells, what it writes, and what it says of sound without harmony."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from livemusic.cli.main import main
from tests.progressions import RATE, played

TURNS = ((3, ""), (0, "m"), (8, ""), (10, "7"), (3, ""), (8, ""), (10, "7"), (3, ""))


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("harmony") / "song.wav"
    soundfile.write(path, played(TURNS), RATE)
    return path


def told(song: Path, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    capsys.readouterr()
    assert main(["harmony", str(song), "--json", *words]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_key_chords_and_centre(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = told(song, capsys)
    assert (report["tonic"], report["mode"], report["tonic_class"]) == ("Eb", "major", 3)
    assert [each["name"] for each in report["keys"]] == ["Eb major"]
    names = [each["name"] for each in report["chords"]]
    assert [name for name, before in zip(names, ["", *names], strict=False) if name != before][:4] == [
        "Eb",
        "Cm",
        "Ab",
        "Bb7",
    ]
    for each in report["chords"]:
        assert 0 <= each["start"] < each["end"] <= report["seconds"]
    assert len(report["centre"]) > 25
    assert all(len(each) == 4 for each in report["centre"])
    assert report["tuning_hz"] == pytest.approx(440, abs=3)


def test_in_words(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["harmony", str(song)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("E♭ major, ")
    assert "B♭7 0:0" in said


def test_tables_and_a_picture(song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("h.csv", "h.jsonl"):
        report = told(song, capsys, "--out", str(tmp_path / name), "--plot", str(tmp_path / f"{name}.png"))
        assert report["files"] == [str(tmp_path / name), str(tmp_path / f"{name}.png")]
    with open(tmp_path / "h.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = [json.loads(line) for line in (tmp_path / "h.jsonl").read_text().splitlines()]
    assert len(rows) == len(lines) > 25
    assert rows[-6]["tonic"] == lines[-6]["tonic"] == "Eb"
    assert float(rows[-6]["x"]) == lines[-6]["centre"][0]
    assert sum(lines[-6]["classes"]) == pytest.approx(1, abs=0.01)
    assert told(song, capsys, "--plot", str(tmp_path / "h.svg"))["files"] == [str(tmp_path / "h.svg")]
    assert b"<svg" in (tmp_path / "h.svg").read_bytes()[:500]


def test_sound_without_harmony_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    noise = tmp_path / "noise.wav"
    soundfile.write(noise, np.random.default_rng(0).normal(0, 0.1, 5 * 8000), 8000)
    assert main(["harmony", str(noise), "--json", "--plot", str(tmp_path / "n.png")]) == 0
    out = capsys.readouterr()
    report = json.loads(out.out)
    assert (report["tonic"], report["mode"], report["chords"], report["centre"]) == (None, None, [], [])
    assert "No harmony is heard" in out.err
    assert main(["harmony", str(noise)]) == 0
    assert capsys.readouterr().out.startswith("No harmony")


def test_what_cannot_be_heard_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    silent, brief, text = tmp_path / "silent.wav", tmp_path / "brief.wav", tmp_path / "text.wav"
    soundfile.write(silent, np.zeros(44100 * 4), 44100)
    soundfile.write(brief, np.ones(4000) * 0.1, 44100)
    text.write_text("no sound")
    (tmp_path / "empty.wav").touch()
    said = {
        silent: "silent",
        brief: "too short",
        text: "text.wav",
        tmp_path / "empty.wav": "empty",
        tmp_path / "none.wav": "none.wav",
    }
    for path, word in said.items():
        assert main(["harmony", str(path), "--json"]) == 2
        err = capsys.readouterr().err
        assert word in err
        assert err.count("\n") == 1
    assert main(["harmony", str(silent), "--out", str(tmp_path / "h.txt")]) == 2
    assert ".csv or .jsonl" in capsys.readouterr().err
