"""Commands as a musician types them: what they write, and one sentence for whatever is wrong."""

import json
import signal
import subprocess
import sys
from contextlib import suppress
from multiprocessing import connection as sockets
from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile

from livemusic.cli import main
from livemusic.engine.client import Client
from livemusic.engine.demo import DemoTrack
from livemusic.engine.place import engine_folder, occupied
from livemusic.midi.files import read_pattern, write_pattern
from livemusic.music.grid import Grid
from livemusic.music.performance import Dials, Performance
from livemusic.music.tempo import Meter
from livemusic.session.codec import read_preset, write_preset
from livemusic.session.library import find_preset, list_presets
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
    assert len(take.t) == report["points"] == (3 * 44100 - 2048) // 1024 + 1 - 21
    assert take.t[0] == (2048 + 21 * 1024) / 44100
    assert take.model_id == "embedder-2"
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
    assert loop.pattern.notes[0].tick < 120  # in the first bar
    take = read_take(out / "trajectory.npz")
    assert take.t[-1] == pytest.approx(5, abs=0.05)
    assert (out / "trajectory.png").stat().st_size > 10_000


def test_the_demos_drums_sound_when_its_midi_says_and_where_the_bands_do(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    assert main(["demo", "--seconds", "4", "--out", str(out), "--preset", "House"]) == 0
    sound, rate = soundfile.read(out / "demo.wav")
    track = DemoTrack.open()
    drums = np.abs(sound - np.load(track.band)[: len(sound)]).max(axis=1)
    kicks = [note.tick for note in read_pattern(out / "demo.mid").pattern.notes if note.pitch == 36][:4]
    assert kicks == pytest.approx([0, 960, 1920, 2880], abs=20)
    for tick in kicks:
        due = tick * 60 / track.bpm / 960 * rate
        around = drums[max(0, round(due) - rate // 200) : round(due) + rate // 200]
        struck = max(0, round(due) - rate // 200) + int(np.argmax(around > 0.01))
        assert abs(struck - due) < rate / 1000


def test_the_demo_is_performed_as_the_preset_says(tmp_path: Path) -> None:
    house = read_preset(find_preset("House"))
    thin = msgspec.structs.replace(house, performance=Performance(Dials(density=-1.0)))
    write_preset(tmp_path / "thin.json", thin)
    assert main(["demo", "--seconds", "4", "--out", str(tmp_path), "--preset", str(tmp_path / "thin.json")]) == 0
    assert {note.pitch for note in read_pattern(tmp_path / "demo.mid").pattern.notes} <= {36, 38}


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
    assert {card["kind"] for card in json.loads(capsys.readouterr().out)} == {
        "drums", "drummer", "embedder", "hearing", "metre", "piano", "picture", "voice",
    }  # fmt: skip
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
    damaged = copy / "encoder.onnx"
    damaged.write_bytes(damaged.read_bytes()[:-7])
    assert "encoder.onnx" in complaint(capsys, "models", "import", str(copy))
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
    endless = tmp_path / ("x" * 300)
    assert "too long" in complaint(capsys, "embed", song, "--out", str(endless / "t.npz"))
    assert "too long" in complaint(capsys, "embed", song, "--out", str(endless.with_suffix(".npz")))
    assert "too long" in complaint(capsys, "demo", "--out", str(endless))
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


def test_a_clip_that_is_too_long_is_cut_and_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, names = tmp_path / "o.mid", []
    for number, steps in enumerate(([0, 1060], [1060])):
        path = tmp_path / f"long {number}.mid"
        write_pattern(path, Grid.of([(step, 0, 90, 0) for step in steps], 1072).to_pattern(), 100, Meter())
        names.append(str(path))
    assert main(["morph", names[0], names[0], "--out", str(out)]) == 0
    assert "long 0.mid has 1072 steps; the first 1024 are used" in capsys.readouterr().err
    assert main(["morph", *names, "--out", str(tmp_path / "none.mid")]) == 2
    assert "no drum notes in its first 1024 steps" in capsys.readouterr().err
    assert not (tmp_path / "none.mid").exists()


def doctor(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, tuple[str, str]]]:
    """What `livemusic doctor` ends with and finds, the last of each station."""
    code = main(["doctor", "--json", *words])
    found = json.loads(capsys.readouterr().out)
    return code, {entry["station"]: (entry["verdict"], entry["text"]) for entry in found}


def test_doctor_takes_none_for_an_answer(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = doctor(capsys, "--source", "none", "--midi-out", "none", "--test-note")
    assert code == 0 or found["speakers"][0] == "bad"
    assert found["midi"] == ("note", "no port was asked for: nothing goes to a DAW")
    assert found["input"] == ("note", "nothing to listen to was asked for")
    assert found["test note"][0] == "note"
    assert "no port was asked for" in found["test note"][1]


def test_doctor_plays_no_note_that_nobody_can_hear(capsys: pytest.CaptureFixture[str], jack: object) -> None:
    _, found = doctor(capsys, "--test-note")
    assert found["midi"][0] == "good"
    verdict, text = found["test note"]
    assert verdict == "note"
    assert "not sent: no engine is running" in text


def test_doctor_names_the_model_that_is_damaged(capsys: pytest.CaptureFixture[str]) -> None:
    from livemusic.inference.folders import model_folders
    from livemusic.inference.library import Library

    assert main(["models", "import", str(Library().folder("drums"))]) == 0
    capsys.readouterr()
    own = Library().folder("drums")
    assert own.parent == model_folders()[0]
    for name in ("encoder.onnx", "model.json"):
        (own / name).write_bytes(b"")
        main(["doctor", "--json", "--midi-out", "none", "--source", "none"])
        bad = [entry["text"] for entry in json.loads(capsys.readouterr().out) if entry["verdict"] == "bad"]
        assert any(f"delete the folder {own}." in text for text in bad)


@pytest.mark.skipif(sys.platform == "win32", reason="Unix sockets")
def test_doctor_says_that_the_engine_is_stuck(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Client.connect.__func__, "__defaults__", (None, 0.1))
    with occupied(engine_folder()) as door, sockets.Listener(door.address):
        code, found = doctor(capsys, "--source", "none", "--midi-out", "none")
    assert code == 2
    assert found["engine"][0] == "bad"
    assert "runs but has not answered" in found["engine"][1]


@pytest.mark.parametrize("moment", ["argparse", "livemusic.cli.presets", "msgspec", "livemusic.session.library"])
def test_ctrl_c_while_things_are_loaded_is_silent(moment: str) -> None:
    """Press it when `moment` is imported, twice; what is being loaded is not disturbed."""
    script = (
        "import os, signal, sys\n"
        "class Press:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {moment!r}:\n"
        "            for _ in range(2):\n"
        "                os.kill(os.getpid(), signal.SIGINT)\n"
        "from livemusic.cli import main\n"
        "sys.meta_path.insert(0, Press())\n"
        "sys.exit(main(['presets', 'list']))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "")


@pytest.mark.parametrize("end", [KeyboardInterrupt, ImportError, None])
def test_whatever_ctrl_c_makes_of_a_command_its_exit_code_is_130(
    end: type[BaseException] | None, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def pressed(arguments: object) -> int:
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        if end is not None:
            raise end("initialization failed")
        return 0

    monkeypatch.setattr("livemusic.cli.presets.run", pressed)
    assert main(["presets", "list"]) == 130
    assert capfd.readouterr() == ("", "")


def test_an_error_that_is_nobodys_fault_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(arguments: object) -> int:
        raise RuntimeError("a defect")

    monkeypatch.setattr("livemusic.cli.presets.run", broken)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(RuntimeError, match="a defect"):
        main(["presets", "list"])
    assert signal.getsignal(signal.SIGINT) is before


def test_a_path_too_short_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "demo"
    assert "0.3 s is too short" in complaint(capsys, "demo", "--seconds", "0.3", "--out", str(out))
    assert not list(out.iterdir())
    assert main(["demo", "--seconds", "0.65", "--out", str(out)]) == 0
    capsys.readouterr()
    brief = tmp_path / "brief.wav"
    soundfile.write(brief, np.zeros(1000), 44100)
    assert "too short" in complaint(capsys, "embed", str(brief), "--out", str(tmp_path / "t.npz"))
