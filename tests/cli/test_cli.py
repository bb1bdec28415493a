"""Commands as a musician types them: what they write, and one sentence for whatever is wrong."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from livemusic.cli import main
from livemusic.midi.files import read_pattern, write_pattern
from livemusic.music.grid import Grid
from livemusic.music.tempo import Meter
from livemusic.session.library import list_presets
from livemusic.session.take import read_take


@pytest.fixture
def clips(tmp_path: Path) -> list[str]:
    """Four drum clips: kicks on the beat, a backbeat, eighths, and sixteenths in 7/8."""
    names = []
    for number, (voice, gap, steps) in enumerate(((0, 4, 16), (1, 8, 32), (2, 2, 16), (8, 1, 14))):
        grid = Grid.of([(step, voice, 90 + number, 5) for step in range(0, steps, gap)], steps)
        path = tmp_path / f"clip {number} ü.mid"
        meter = Meter(7, 8) if steps == 14 else Meter()
        write_pattern(path, grid.to_pattern(), 100 + 10 * number, meter)
        names.append(str(path))
    return names


@pytest.fixture
def song(tmp_path: Path) -> str:
    t = np.arange(48000 * 3) / 48000
    sound = 0.3 * np.sin(2 * np.pi * 220 * t) * (1 + np.sin(4 * np.pi * t))
    path = tmp_path / "take one.flac"
    soundfile.write(path, np.column_stack((sound, 0.5 * sound)), 48000)
    return str(path)


def complaint(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The one sentence that `words` are answered with."""
    assert main(words) == 2
    out, said = capsys.readouterr()
    assert out == ""
    assert said.startswith("livemusic: ")
    assert said.count("\n") == 1
    return said


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    words = capsys.readouterr().out
    assert all(
        name in words
        for name in ("run", "engine", "demo", "devices", "doctor", "models", "presets", "embed", "morph", "bench")
    )
    for name in ("run", "engine", "demo", "devices", "doctor", "models", "presets", "embed", "morph", "bench"):
        with pytest.raises(SystemExit) as end:
            main([name, "--help"])
        assert end.value.code == 0


def test_a_wrong_command_is_corrected(capsys: pytest.CaptureFixture[str]) -> None:
    assert "'morph'" in complaint(capsys, "morf")


def test_embed_writes_path_and_picture(song: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, plot = tmp_path / "new" / "t.npz", tmp_path / "t.png"
    assert main(["embed", song, "--out", str(out), "--plot", str(plot), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    take = read_take(out)
    assert len(take) == report["points"] == (3 * 44100 - 1024) // 1024 + 1 - 21
    assert take.t[0] == pytest.approx(22 * 1024 / 44100)
    assert take.model_id == "embedder-1"
    assert plot.read_bytes().startswith(b"\x89PNG")


def test_morph_ends_are_the_clips_and_the_middle_is_between(clips: list[str], tmp_path: Path) -> None:
    out = str(tmp_path / "m.mid")
    first, second = (Grid.from_pattern(read_pattern(clip).pattern) for clip in clips[:2])
    assert main(["morph", *clips[:2], "--at", "0,0.3", "--out", out]) == 0
    assert Grid.from_pattern(read_pattern(out).pattern) == first.looped(32)
    assert main(["morph", *clips[:2], "--at", "1,0", "--out", out]) == 0
    assert Grid.from_pattern(read_pattern(out).pattern) == second
    assert read_pattern(out).bpm == pytest.approx(110, abs=0.01)
    assert main(["morph", *clips, "--at", "0.5,0.5", "--out", out]) == 0
    assert read_pattern(out).pattern.notes


def test_demo_leaves_four_files_that_agree(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "demo"
    assert main(["demo", "--seconds", "5", "--out", str(out), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    sound, rate = soundfile.read(out / "demo.wav")
    assert len(sound) == 5 * rate
    assert -12 < 20 * np.log10(np.abs(sound).max()) <= -0.9
    loop = read_pattern(out / "demo.mid")
    assert loop.bpm == pytest.approx(report["bpm"], abs=0.01)
    assert len(loop.pattern.notes) == report["notes"] > 10
    take = read_take(out / "trajectory.npz")
    assert take.t[-1] == pytest.approx(5, abs=0.05)
    assert (out / "trajectory.png").stat().st_size > 10_000


def test_presets_are_listed_and_checked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["presets", "list", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == len(list_presets()) >= 8
    assert main(["presets", "check"]) == 0
    capsys.readouterr()
    broken = tmp_path / "broken.json"
    broken.write_text('{"name": "x", "corners": []')
    assert main(["presets", "check", str(broken)]) == 2
    assert "broken.json" in capsys.readouterr().err


def test_models_are_listed_and_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list", "--json"]) == 0
    assert {card["kind"] for card in json.loads(capsys.readouterr().out)} == {"drums", "embedder"}
    assert main(["models", "check"]) == 0


def test_a_model_can_be_imported_and_a_damaged_one_cannot(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from livemusic.inference.library import Library

    shipped = Library().folder("drums")
    assert main(["models", "import", str(shipped)]) == 0
    capsys.readouterr()
    copy = tmp_path / "model"
    copy.mkdir()
    for path in shipped.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    damaged = copy / "decoder.onnx"
    damaged.write_bytes(damaged.read_bytes()[:-7])
    assert "decoder.onnx" in complaint(capsys, "models", "import", str(copy))
    (copy / "model.json").write_bytes(b"\xff\xfe{")
    assert "model.json" in complaint(capsys, "models", "import", str(copy))
    assert "nothing.here" in complaint(capsys, "models", "import", str(tmp_path / "nothing.here"))


def test_devices_can_always_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["devices", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) >= {"inputs", "outputs", "midi_outs"}


@pytest.mark.parametrize(
    "content", [b"", b"MThd", b"MThd\x00\x00\x00\x06\x00\x01", b"RIFF" * 50, bytes(range(256)) * 9]
)
def test_a_corrupt_file_is_named(
    content: bytes, clips: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bad = tmp_path / "bad.mid"
    bad.write_bytes(content)
    assert "bad.mid" in complaint(capsys, "morph", str(bad), clips[0], "--out", str(tmp_path / "o.mid"))
    assert "bad.mid" in complaint(capsys, "embed", str(bad), "--out", str(tmp_path / "o.npz"))
    assert not (tmp_path / "o.mid").exists()
    assert not (tmp_path / "o.npz").exists()


def test_what_is_missing_or_in_the_way_is_named(
    clips: list[str], song: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    gone, wall = str(tmp_path / "gone.mid"), tmp_path / "wall"
    wall.write_text("a file where a folder should be")
    assert "gone.mid" in complaint(capsys, "morph", gone, clips[0], "--out", str(tmp_path / "o.mid"))
    assert "gone.mid" in complaint(capsys, "embed", gone)
    assert "wall" in complaint(capsys, "embed", song, "--out", str(wall / "t.npz"))
    assert "wall" in complaint(capsys, "demo", "--seconds", "1", "--out", str(wall / "demo"))
    assert "wall" in complaint(capsys, "morph", *clips[:2], "--out", str(wall / "o.mid"))
    assert ".npz" in complaint(capsys, "embed", song, "--out", str(tmp_path / "t.wav"))
    assert "two to four" in complaint(capsys, "morph", clips[0], "--out", str(tmp_path / "o.mid"))
    assert "nobody" in complaint(capsys, "embed", song, "--out", str(tmp_path / "t.npz"), "--model", "nobody")
    assert "Backbeat" in complaint(capsys, "demo", "--preset", "backbeet", "--out", str(tmp_path / "d"))


@pytest.mark.parametrize(
    "words",
    [
        ("morph", "a.mid", "b.mid", "--at", "2,0", "--out", "o.mid"),
        ("morph", "a.mid", "b.mid", "--at", "here", "--out", "o.mid"),
        ("demo", "--seconds", "-1"),
        ("demo", "--seconds", "nan"),
        ("bench", "luck"),
        ("embed",),
    ],
)
def test_options_that_make_no_sense_end_with_2(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_path_too_short_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    brief = tmp_path / "brief.wav"
    soundfile.write(brief, np.zeros(1000), 44100)
    assert "too short" in complaint(capsys, "embed", str(brief), "--out", str(tmp_path / "t.npz"))
