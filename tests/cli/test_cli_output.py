"""Where commands write to: nothing half-written, nothing lost, and said at once where it cannot be."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile

from livemusic.cli import main
from livemusic.cli.output import spare_folders

RATE = 44100
TONE = 0.4 * np.sin(np.arange(3 * RATE) / 20) + np.random.default_rng(1).normal(0, 0.02, 3 * RATE)


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song.ogg"
    soundfile.write(path, TONE, RATE)
    return path


@contextmanager
def no_room(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[None]:
    """The disk of `folder` is full: what is written there ends in the middle."""
    real = os.fsync

    def full(descriptor: int) -> None:
        if str(folder) in os.readlink(f"/proc/self/fd/{descriptor}"):
            raise OSError(28, "No space left on device")
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        yield


def test_a_full_disk_leaves_nothing_half_and_loses_nothing(
    song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    full = tmp_path / "full"
    full.mkdir()
    with no_room(monkeypatch, full):
        words = ["embed", str(song), "--out", str(full / "a.npz"), "--plot", str(full / "a.png"), "--json"]
        assert main(words) == 2
        out, said = capsys.readouterr()
        assert list(full.iterdir()) == []
        kept = [Path(name) for name in json.loads(out)["files"]]
        assert [path.parent for path in kept] == spare_folders()[:1] * 2
        assert kept[1].read_bytes().endswith(b"IEND\xaeB`\x82")
        assert said.count("\n") == 2
        assert all("No space left on device" in line and "It is kept in" in line for line in said.splitlines())


def test_demo_keeps_what_finds_no_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    full = tmp_path / "full"
    with no_room(monkeypatch, full):
        assert main(["demo", "--seconds", "3", "--out", str(full), "--json"]) == 2
    out, said = capsys.readouterr()
    assert list(full.iterdir()) == []
    assert sorted(Path(name).name for name in json.loads(out)["files"]) == [
        "demo.mid", "demo.wav", "trajectory.npz", "trajectory.png",
    ]  # fmt: skip
    assert all(Path(name).is_file() for name in json.loads(out)["files"])
    assert said.count("It is kept in") == 4


def test_where_there_is_no_room_at_all_it_is_said(
    song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with no_room(monkeypatch, Path("/")):
        assert main(["embed", str(song), "--out", str(tmp_path / "a.npz"), "--json"]) == 2
    out, said = capsys.readouterr()
    assert json.loads(out)["files"] == []
    assert "No space left on device" in said
    assert "kept" not in said


@pytest.mark.parametrize(
    "words",
    [
        ["--help"], ["--version"], ["presets", "list", "--json"], ["presets", "check"], ["models", "list", "--json"],
        ["devices", "--json"], ["devices"], ["doctor", "--json"], ["embed", "{song}", "--out", "{out}", "--json"],
    ],
)  # fmt: skip
def test_what_nobody_can_take_down_is_one_sentence(song: Path, tmp_path: Path, words: list[str]) -> None:
    words = [word.format(song=song, out=tmp_path / "a.npz") for word in words]
    environment = os.environ | {"PYTHONUNBUFFERED": ""}
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "livemusic", *words], stdout=full, stderr=subprocess.PIPE, text=True, env=environment
        )
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "cannot be written: No space left on device" in result.stderr


@pytest.mark.parametrize(
    ("out", "why"),
    [
        ("/dev/full", "is no file"), ("/proc/a.mid", "cannot be written to"), ("{tmp}/no/a.mid", "There is no folder"),
        ("{tmp}", "is a folder"), ("/dev/null/a.mid", "There is no folder"),
    ],
)  # fmt: skip
def test_a_take_that_could_not_be_kept_is_said_before_it_is_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], out: str, why: str
) -> None:
    assert main(["engine", "--out", out.format(tmp=tmp_path)]) == 2
    assert why in capsys.readouterr().err


@pytest.mark.parametrize("folder", ["/proc/x", "/dev/null", "/dev/null/x", "/proc"])
def test_a_folder_that_cannot_be_written_is_said_first(capsys: pytest.CaptureFixture[str], folder: str) -> None:
    assert main(["demo", "--out", folder]) == 2
    assert folder in capsys.readouterr().err


def test_damage_is_said_and_the_rest_embedded(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = song.read_bytes()
    broken = song.with_name("broken.ogg")
    broken.write_bytes(data[: len(data) * 2 // 3])
    assert main(["embed", str(broken), "--out", str(song.with_suffix(".npz")), "--json"]) == 0
    out, said = capsys.readouterr()
    report = json.loads(out)
    assert "broken.ogg breaks off after" in said
    assert report["remark"] in said
    assert 1.0 < report["seconds"] < 2.8


def test_sides_that_cancel_have_a_path(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "wide.wav"
    soundfile.write(path, np.stack([TONE, -TONE], axis=1), RATE)
    assert main(["embed", str(path), "--out", str(tmp_path / "a.npz")]) == 0
    assert "wide.wav has sides that cancel each other out: the louder one is heard" in capsys.readouterr().err
    z = np.load(tmp_path / "a.npz")["z"]
    soundfile.write(path, TONE, RATE)
    assert main(["embed", str(path), "--out", str(tmp_path / "b.npz")]) == 0
    assert capsys.readouterr().err == ""
    assert z[-20:] == pytest.approx(np.load(tmp_path / "b.npz")["z"][-20:], abs=0.05)


def test_names_that_are_not_utf_8(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")
    os.mkdir(folder)
    song = f"{folder}/\udcff song.wav"
    soundfile.write(os.fsencode(song), TONE, RATE)
    assert main(["embed", song, "--out", f"{folder}/a.npz", "--plot", f"{folder}/a.png", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["audio"].endswith("caf\ufffd/\ufffd song.wav")
    assert sorted(os.listdir(folder)) == ["a.npz", "a.png", "\udcff song.wav"]
    assert main(["embed", f"{folder}/missing.wav"]) == 2
    assert "caf\ufffd/missing.wav" in capsys.readouterr().err
