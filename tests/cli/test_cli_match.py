"""`livemusic match`: a hit in, a voice out; and what is no hit."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from livemusic.cli.main import main
from livemusic.session.codec import read_preset, write_preset
from tests.dsp.test_dsp_matching import TOM, sound_of
from tests.session.test_session_voices import GOLDEN

RATE = 44100


@pytest.fixture
def tom(tmp_path: Path) -> Path:
    path = tmp_path / "tom.wav"
    sound = 0.5 * sound_of(TOM, 0.3)
    soundfile.write(path, np.stack([sound, 0.8 * sound], axis=1), RATE)
    return path


def test_a_hit_becomes_a_voice_of_a_preset(tom: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    preset, out = tmp_path / "mine.json", tmp_path / "out.wav"
    write_preset(preset, read_preset(GOLDEN / "preset-1.json"))
    words = ["match", str(tom), "--voice", "mid tom", "--preset", str(preset), "--out", str(out), "--json"]
    assert main(words) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["voice"] == "mid tom"
    assert report["distance"]["unit"] == "dB"
    assert report["distance"]["after"] < 0.6 * report["distance"]["before"]
    assert report["cents"] < 80
    kept = read_preset(preset)
    assert kept.voices["mid tom"].name == "tom"
    assert kept.voices["mid tom"].pitch_hz == pytest.approx(report["parameters"]["pitch_hz"])
    assert kept.corners == read_preset(GOLDEN / "preset-1.json").corners
    sound, rate = soundfile.read(out)
    assert rate == RATE
    assert len(sound) / rate == pytest.approx(5.5, abs=0.1)
    peaks = [np.abs(sound[round(at * rate) : round((at + 0.9) * rate)]).max() for at in range(5)]
    assert peaks == sorted(peaks)


def wav(path: Path, sound: np.ndarray, rate: int = RATE) -> Path:
    soundfile.write(path, sound, rate)
    return path


def test_what_is_no_hit_is_one_sentence(tmp_path: Path, tom: Path, capsys: pytest.CaptureFixture[str]) -> None:
    time = np.arange(3 * RATE) / RATE
    cases = {
        "no file": tmp_path / "none.wav",
        "holds no sound": wav(tmp_path / "empty.wav", np.zeros(0)),
        "is silent": wav(tmp_path / "silent.wav", np.zeros(RATE)),
        "no drum hit": wav(tmp_path / "swell.wav", 0.1 * time * np.sin(1500 * time)),
        "--at SECONDS": wav(tmp_path / "long.wav", np.zeros(8000 * 61), 8000),
    }
    for words, path in cases.items():
        assert main(["match", str(path), "--voice", "kick"]) == 2
        said = capsys.readouterr()
        assert words in said.err
        assert said.err.count("\n") == 1
        assert not said.out
    assert main(["match", str(tom), "--voice", "kick", "--at", "99"]) == 2
    assert "outside" in capsys.readouterr().err
    assert main(["match", str(tom), "--voice", "kick", "--out", str(tmp_path / "out.mp3")]) == 2
