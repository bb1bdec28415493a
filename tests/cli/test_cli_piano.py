"""The piano tools as a musician types them: MIDI in, MIDI and sound out, one sentence for what is wrong."""

import json
from pathlib import Path

import numpy as np
import pytest

from livemusic.cli import main
from livemusic.midi.files import write_pattern
from livemusic.midi.piece import read_piece
from livemusic.music.chord import NONE, chords
from livemusic.music.pattern import Note, Pattern
from livemusic.music.roll import BPM, STEP, TICKS_PER_SECOND, roll_of
from livemusic.music.tempo import Meter
from tests.audio.test_audio_file import read_audio


def made(path: Path, roots: list[int], shape: list[int]) -> str:
    """A piece of half seconds, a figure in each; nothing is quite on the grid."""
    notes = [
        Note(half * 8 * STEP + step * 2 * STEP + 3, root + above, 60 + 5 * step, 4 * STEP - 7, 0)
        for half, root in enumerate(roots)
        for step, above in enumerate(shape)
    ]
    write_pattern(path, Pattern.of(notes, len(roots) * 8 * STEP), BPM, Meter())
    return str(path)


@pytest.fixture
def pieces(tmp_path: Path) -> list[str]:
    return [
        made(tmp_path / "Première ü.mid", [48, 53, 55, 48] * 3, [0, 7, 4, 7]),
        made(tmp_path / "b.mid", [54, 54, 59, 61, 54, 47, 49, 42] * 2, [0, 4]),
    ]


@pytest.mark.parametrize("at", ["0", "1"])
def test_both_ends_are_the_pieces(at: str, pieces: list[str], tmp_path: Path) -> None:
    assert main(["piano", "interpolate", *pieces, "--at", at, "--out", str(tmp_path / "o.mid")]) == 0
    assert read_piece(tmp_path / "o.mid").notes == read_piece(pieces[int(at)]).notes


def test_what_is_between_can_be_played_and_heard(
    pieces: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, wav = tmp_path / "new" / "o.mid", tmp_path / "new" / "o.wav"
    assert main(["piano", "interpolate", *pieces, "--out", str(out), "--wav", str(wav), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    piece = read_piece(out)
    assert report["notes"] == len(piece.notes)
    assert report["seconds"] == pytest.approx((6 + 8) / 2, abs=0.1)
    assert np.mean(chords(roll_of(piece)) != NONE) > 0.6
    sound, rate = read_audio(wav)
    assert 0.2 < np.abs(sound).max() <= 0.75
    frames = 2048
    for note in piece.notes[:: max(1, len(piece.notes) // 9)]:
        at = round(note.tick / TICKS_PER_SECOND * rate)
        assert np.abs(sound[at : at + frames]).max() > 0.005
    assert -40 < report["rms_db"] < -10


def test_a_glide_goes_from_one_to_the_other(pieces: list[str], tmp_path: Path) -> None:
    outs = [tmp_path / f"{number}.mid" for number in range(2)]
    for out in outs:
        assert main(["piano", "interpolate", *pieces, "--steps", "4", "--out", str(out)]) == 0
    assert outs[0].read_bytes() == outs[1].read_bytes()
    glide, first = read_piece(outs[0]), read_piece(pieces[0])
    begun = [note for note in first.notes if note.tick < TICKS_PER_SECOND]
    assert list(glide.notes[: len(begun)]) == begun


def test_figures_and_composers_are_told(pieces: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["piano", "decompose", pieces[0], "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["notes"] == 48
    assert 0 < told["figures"] <= 48
    assert sum(row["notes"] for row in told["atoms"]) <= 48
    assert main(["piano", "map", *pieces, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["file"] for row in rows] == pieces
    for row in rows:
        assert 0 <= row["x"] <= 1
        assert 0 <= row["y"] <= 1
        assert sum(row["composers"].values()) == pytest.approx(1, abs=0.01)
    assert main(["piano", "map", pieces[0]]) == 0
    assert main(["piano", "decompose", pieces[0], "--most", "2"]) == 0
    assert "notes in" in capsys.readouterr().out


def test_bad_input_is_one_sentence(pieces: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "o.mid"
    silent = tmp_path / "silent.mid"
    write_pattern(silent, Pattern(), 120, Meter())
    (tmp_path / "broken.mid").write_bytes(b"MThd but nothing else")
    for words in (
        ["interpolate", pieces[0], str(silent), "--out", str(out)],
        ["interpolate", pieces[0], str(tmp_path / "broken.mid"), "--out", str(out)],
        ["interpolate", pieces[0], str(tmp_path / "none.mid"), "--out", str(out)],
        ["interpolate", *pieces, "--at", "1.5", "--out", str(out)],
        ["interpolate", *pieces, "--steps", "1", "--out", str(out)],
        ["interpolate", *pieces, "--model", "drums-3", "--out", str(out)],
        ["decompose", pieces[0], "--most", "0"],
        ["map", str(silent)],
    ):
        assert main(["piano", *words]) == 2
        said = capsys.readouterr().err
        assert said.startswith("livemusic: ")
        assert said.count("\n") == 1
    for words in (["--out", "o.txt"], ["--out", str(tmp_path)], ["--at", "0.5", "--steps", "3", "--out", str(out)]):
        with pytest.raises(SystemExit) as leaving:
            main(["piano", "interpolate", *pieces, *words])
        assert leaving.value.code == 2
    assert not out.exists()


def test_a_place_that_is_no_number_is_told(pieces: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["piano", "interpolate", *pieces, "--at", "nan", "--out", "o.mid"])
    assert ended.value.code == 2
    assert "'nan' is not a number" in capsys.readouterr().err
