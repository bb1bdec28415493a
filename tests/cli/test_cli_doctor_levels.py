"""What `livemusic doctor` says of what an input or a file sounds like."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from livemusic.cli import main
from livemusic.cli.doctor import _level
from livemusic.dsp.level import Level, LevelMeter

RATE = 44100
TONE = 0.3 * np.sin(np.arange(3 * RATE) * 2 * np.pi * 220 / RATE)
NOISE = np.random.default_rng(2).normal(0, 0.1, 3 * RATE)


def metered(sound: np.ndarray) -> Level:
    meter = LevelMeter(RATE)
    for block in np.array_split(sound, 50):
        level = meter.push(block)
    return level


@pytest.mark.parametrize(
    ("sound", "verdict", "words"),
    [
        (TONE, "good", "peak -10 dB"),
        (NOISE, "good", "rms -20 dB"),
        (TONE / 0.3, "good", "rms -3 dB"),  # a sine that just reaches full scale
        (NOISE + 0.2, "good", "peak"),  # an offset beside sound
        (1e-5 * TONE, "good", "peak"),
        (0 * TONE, "bad", "exact zeros"),
        (np.clip(16 * TONE, -1, 1), "bad", "it clips; turn the input down"),
        (np.clip(16 * NOISE, -1, 32767 / 32768), "bad", "it clips"),
        (16 * TONE, "bad", "it clips"),
        (5 * TONE, "bad", "it clips"),
        (np.where(np.arange(3 * RATE) % 9000 == 0, 1.5, TONE), "note", "above full scale"),
        (0 * TONE + 0.5, "bad", "direct current and no sound"),
        (0 * TONE - 0.02, "bad", "direct current"),
        (0 * TONE + 1.0, "bad", "direct current"),
        (0.2 + 1e-3 * NOISE, "bad", "direct current"),
    ],
)
def test_what_is_wrong_with_a_level_is_told(sound: np.ndarray, verdict: str, words: str) -> None:
    found = _level("input", "mic", metered(sound))
    assert (found.verdict, found.station) == (verdict, "input")
    assert words in found.text
    assert found.text.startswith("mic")


@pytest.mark.parametrize(
    ("sides", "cut", "verdicts", "words"),
    [
        ((1, -1), 1.0, ["note", "good"], "sides that cancel"),
        ((1, 1), 0.9, ["note", "good"], "breaks off after 2.7 s of 3.0 s"),
        ((16, 16), 1.0, ["bad"], "it clips"),
        ((0, 0), 1.0, ["bad"], "exact zeros"),
    ],
)
def test_a_file_is_looked_at_as_well(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    sides: tuple[int, int],
    cut: float,
    verdicts: list[str],
    words: str,
) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.stack([TONE * side for side in sides], axis=1), RATE, subtype="PCM_16")
    path.write_bytes(path.read_bytes()[: int(cut * path.stat().st_size)])
    main(["doctor", "--source", str(path), "--json"])
    found = [entry for entry in json.loads(capsys.readouterr().out) if entry["station"] == "input"]
    assert [entry["verdict"] for entry in found] == verdicts
    assert any(words in entry["text"] for entry in found)
