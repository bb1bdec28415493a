"""`livemusic hear`: recordings, films and what is neither, into MIDI files."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from livemusic.cli import main
from livemusic.midi.files import read_pattern, read_strikes
from tests.inference.conftest import rises
from tests.inference.test_inference_hearing import groove

RATE = 8000
#: Four bars at 120: kick on the beats, hat between them.
BEAT = [(0.5 * beat + (0.25 if hat else 0.0), 3400.0 if hat else 60.0) for beat in range(32) for hat in (0, 1)]


@pytest.fixture(autouse=True)
def model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rises(tmp_path / "models" / "hearing-0")
    monkeypatch.setattr("livemusic.inference.library.model_folders", lambda: [tmp_path / "own", tmp_path / "models"])
    monkeypatch.chdir(tmp_path)


def recorded(name: str, sound: np.ndarray, rate: int = RATE) -> str:
    soundfile.write(name, sound, rate)
    return name


def test_every_hit_is_at_its_own_time_in_the_tempo_of_the_music(capsys: pytest.CaptureFixture[str]) -> None:
    hits = [(at + 0.02 * (number % 3), hertz) for number, (at, hertz) in enumerate(BEAT)]
    audio = recorded("groove.wav", groove(RATE, hits, 16.5))
    assert main(["hear", audio, "--out", "out.mid", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["bpm_heard"]
    assert report["bpm"] == pytest.approx(120, abs=1)
    assert report["seconds"] == 16.5
    assert (report["counts"]["kick"], report["counts"]["closed hat"]) == (32, 32)
    assert [hit["t"] for hit in report["hits"]] == pytest.approx([at for at, _ in hits], abs=0.02)
    assert {hit["lane"] for hit in report["hits"]} == {"kick", "closed hat"}
    assert report["files"] == ["out.mid"]
    clip = read_pattern("out.mid")
    assert clip.bpm == pytest.approx(report["bpm"], abs=0.01)
    second = clip.bpm / 60 * 960
    times = [(note.tick / second, note.pitch, note.velocity) for note in clip.pattern.notes]
    assert [t for t, _, _ in times] == pytest.approx([hit["t"] for hit in report["hits"]], abs=1e-3)
    assert [velocity for _, _, velocity in times] == [hit["velocity"] for hit in report["hits"]]
    assert {pitch for _, pitch, _ in times} == {36, 42}


def test_what_is_no_sure_drum_is_counted_as_what_is_sure(capsys: pytest.CaptureFixture[str]) -> None:
    audio = recorded("hits.wav", groove(RATE, [(0.3, 900.0)]))
    assert main(["hear", audio, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["counts"]["hit"] == len(report["hits"]) == 1
    assert not report["bpm_heard"]
    assert report["bpm"] == 120
    assert len(read_strikes("hits.mid").pattern.notes) == 1


def test_music_without_drums_says_so_and_makes_a_file_without_notes(capsys: pytest.CaptureFixture[str]) -> None:
    t = np.arange(4 * RATE) / RATE
    audio = recorded("flute.wav", 0.1 * np.sin(2 * np.pi * 500 * t) * np.minimum(1, t))
    assert main(["hear", audio]) == 0
    assert capsys.readouterr().out == "No drums are heard in flute.wav: hits.mid holds no notes.\n"
    assert read_strikes("hits.mid").pattern.notes == ()


def test_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    audio = recorded("two.wav", groove(RATE, [(0.2, 60.0), (0.7, 3400.0)]))
    assert main(["hear", audio]) == 0
    assert capsys.readouterr().out == (
        "2 hits in 1.4 s, no beat is heard for long, so the file says 120 bpm: hits.mid\nkick 1, closed hat 1\n"
    )


def test_any_rate_and_channels(capsys: pytest.CaptureFixture[str]) -> None:
    for rate in (8000, 44100, 96000):
        sound = groove(rate, BEAT[:8], 2.5)
        recorded("a.wav", np.column_stack([sound, np.zeros_like(sound)]), rate)
        assert main(["hear", "a.wav", "--json"]) == 0
        assert len(json.loads(capsys.readouterr().out)["hits"]) == 8


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("silent.wav", [], "silent.wav is silent: there is nothing to hear in it."),
        ("empty.wav", [], "empty.wav holds no sound. Choose another file."),
        ("missing.wav", [], "There is no file missing.wav. Look at its name and folder."),
        ("text.wav", [], "text.wav cannot be read as audio"),
        ("beat.wav", ["--out", "hits.txt"], "hits.txt should end in .mid or .midi."),
        ("beat.wav", ["--model", "hearing-9"], "There is no hearing model hearing-9. There is: hearing-0."),
        ("beat.wav", ["--out", "text.mid"], "text.mid"),
    ],
)
def test_what_cannot_be_heard_is_one_sentence(
    name: str, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded("silent.wav", np.zeros(RATE))
    recorded("empty.wav", np.zeros(0))
    recorded("beat.wav", groove(RATE, BEAT[:4]))
    for text in ("text.wav", "text.mid"):
        Path(text).write_text("this is a poem, and nothing else")
    assert main(["hear", name, *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert Path("text.mid").read_text().startswith("this is a poem")


def test_what_is_damaged_is_heard_as_far_as_it_goes(capsys: pytest.CaptureFixture[str]) -> None:
    audio = recorded("cut.wav", groove(RATE, BEAT[:16], 4.5))
    data = Path(audio).read_bytes()
    Path(audio).write_bytes(data[: len(data) // 2])
    assert main(["hear", audio, "--json"]) == 0
    out, error = capsys.readouterr()
    assert "breaks off after" in error
    assert len(json.loads(out)["hits"]) in (8, 9)
