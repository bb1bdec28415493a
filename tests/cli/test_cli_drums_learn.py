"""A folder of clips becomes a dictionary of one's own: from the command line, for another program, or not at all."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import mido
import numpy as np
import pytest
from platformdirs import user_data_path

from livemusic.cli import main
from livemusic.inference.dictionary import Dictionary
from livemusic.inference.library import Library
from livemusic.inference.styles import open_styles
from livemusic.midi.files import write_pattern
from livemusic.music.grid import Grid
from livemusic.music.tempo import Meter


def clip(path: Path, seed: int) -> None:
    """A programmed beat of one bar in 7/8: hats of one loudness, kicks and toms where chance has it."""
    chance = np.random.default_rng(seed)
    rows = [(step, 2, 127, 0) for step in range(14)]
    rows += [(step, voice, 100, 60) for voice in (0, 4, 6) for step in range(14) if chance.random() < 0.4]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_pattern(path, Grid.of(rows, 14).to_pattern(), 174, Meter(7, 8))


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve clips in two folders, and what else lies about in such folders."""
    folder = tmp_path_factory.mktemp("clips ü")
    for seed in range(12):
        clip(folder / ("♪ more" if seed % 2 else ".") / f"{seed}.{'MID' if seed % 3 else 'midi'}", seed)
    (folder / "broken.mid").write_bytes(b"MThd and no more")
    (folder / "._0.mid").write_bytes(b"a resource fork")
    (folder / ".hidden").mkdir()
    shutil.copy(folder / "broken.mid", folder / ".hidden")
    (folder / "notes.txt").write_text("words")
    track = mido.MidiTrack([mido.Message("note_on", note=note, velocity=90, time=9) for note in range(36, 90)])
    mido.MidiFile(tracks=[track]).save(folder / "piano.mid")
    return folder


def own_models() -> list[str]:
    models = user_data_path("livemusic", appauthor=False) / "models"
    return sorted(path.name for path in models.iterdir()) if models.exists() else []


def test_clips_are_learned_from_and_the_result_plays(clips: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["drums", "learn", str(clips), "--name", "Löwe: 7/8!", "--json"]) == 0
    said = capsys.readouterr()
    report = json.loads(said.out)
    assert not said.err
    assert report["clips"] + report["held_out"] == 12
    assert report["helped"]
    assert report["after"][0]["f1"] > report["before"][0]["f1"]
    assert report["model_id"] == "Löwe-7-8"
    assert [Path(sentence.split(".mid ")[0]).name for sentence in report["skipped"]] == ["broken", "piano"]
    folder = Library().folder("drums", "Löwe-7-8")
    assert Library().check("Löwe-7-8").data[-1].name == "Clips of your own"
    dictionary, base = Dictionary.open(folder), Dictionary.open(Library().folder("drums", "drums-3"))
    assert dictionary.spec.atoms == base.spec.atoms + report["atoms"]
    assert np.array_equal(dictionary.atoms[: base.spec.atoms], base.atoms)
    styles = open_styles(folder)
    assert len(styles.of_style("Löwe-7-8")) == report["clips"]
    assert "before" in (folder / "CARD.md").read_text(encoding="utf-8")
    assert Library().folder("drums").name == "drums-3"  # the newest is still what ships
    assert main(["drums", "style", str(clips / "2.MID"), "--model", "Löwe-7-8", "--json"]) == 0
    assert "Löwe-7-8" in json.loads(capsys.readouterr().out)[0]["styles"]


@pytest.mark.parametrize("count", [0, 11])
def test_too_few_clips_are_counted(count: int, clips: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for seed in range(count):
        clip(tmp_path / f"{seed}.mid", seed)
    shutil.copy(clips / "piano.mid", tmp_path)
    assert main(["drums", "learn", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert f"has {count} drum clips that can be used of {count + 1} MIDI files; it takes 12" in said
    assert "piano.mid has no drums: none of its notes are on channel 10 or look like drumming." in said
    assert not own_models()


def test_copies_of_one_clip_are_no_twelve(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(12):
        clip(tmp_path / f"{number}.mid", 0)
    assert main(["drums", "learn", str(tmp_path)]) == 2
    assert "12 clips are 1 different beats" in capsys.readouterr().err


def test_what_cannot_learn_or_be_read_is_said(clips: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["drums", "learn", str(clips / "none")]) == 2
    assert "is no folder" in capsys.readouterr().err
    assert main(["drums", "learn", str(clips), "--model", "drums-77"]) == 2
    assert "There is no drums model drums-77" in capsys.readouterr().err


@pytest.mark.parametrize(("how", "code"), [("leaving", 130), (signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_another_program_hears_of_each_step_and_stops_it(how: str | signal.Signals, code: int, clips: Path) -> None:
    command = [sys.executable, "-m", "livemusic", "drums", "learn", str(clips), "--json-lines"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        steps = []
        for line in child.stdout:
            steps.append(json.loads(line))
            if steps[-1]["type"] == "Learning":
                break
        if isinstance(how, signal.Signals):
            child.send_signal(how)
        else:
            child.stdin.close()
        rest = [json.loads(line)["type"] for line in child.stdout]
        assert child.wait() == code
        assert not child.stderr.read()
    assert [step["done"] for step in steps[:-1]] == list(range(15))
    assert "Learned" not in rest
    assert not own_models()
