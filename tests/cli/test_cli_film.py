"""`livemusic embed` with pictures and films."""

from pathlib import Path

import av
import msgspec
import numpy as np
import pytest
import soundfile

from livemusic.cli.film import Rhythm
from livemusic.cli.main import main
from livemusic.session.film_steps import Failed, Filmed, Filming, Step

RATE = 44100


@pytest.fixture
def song(tmp_path: Path) -> Path:
    """Two seconds with something struck in every quarter of a second."""
    t = np.arange(2 * RATE) / RATE
    sound = 0.1 * np.sin(2 * np.pi * 220 * t) + 0.6 * np.sin(2 * np.pi * 70 * t) * np.exp(-((t % 0.25) / 0.03))
    path = tmp_path / "song.wav"
    soundfile.write(path, np.stack([sound, 0.5 * sound], 1), RATE)
    return path


def embed(song: Path, *words: str) -> int:
    return main(["embed", str(song), "--out", str(song.with_suffix(".npz")), *words])


def left(song: Path) -> list[str]:
    return sorted(each.name for each in song.parent.iterdir() if each != song)


def test_a_film_has_the_path_and_the_sound_of_the_recording(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    film = song.with_name("film.mp4")
    assert embed(song, "--video", str(film), "--height", "180", "--fps", "60", "--hits", "--theme", "Neon") == 0
    assert "film.mp4" in capsys.readouterr().out
    with av.open(str(film)) as made:
        picture, sound = made.streams.video[0], made.streams.audio[0]
        assert (picture.codec_context.width, picture.codec_context.height, picture.frames) == (320, 180, 120)
        assert sound.codec_context.layout.name == "stereo"
        pixels = [frame.to_ndarray(format="gray").astype(int) for frame in made.decode(video=0)]
    with av.open(str(film)) as made:
        heard = np.concatenate([frame.to_ndarray() for frame in made.decode(audio=0)], 1)
    assert np.abs(pixels[-1] - pixels[10]).max() > 60
    assert np.abs(heard[1]).max() == pytest.approx(0.5 * np.abs(heard[0]).max(), rel=0.1)


def test_a_picture_may_be_an_svg(song: Path) -> None:
    assert embed(song, "--plot", str(song.with_suffix(".svg")), "--colour", "loudness") == 0
    assert "<svg" in song.with_suffix(".svg").read_text()


def test_steps_are_told_to_another_program(
    song: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("livemusic.cli.film._watch", lambda: None)
    monkeypatch.setattr("os.nice", lambda by: by, raising=False)
    film = song.with_name("film.mp4")
    assert embed(song, "--video", str(film), "--height", "180", "--json-lines") == 0
    lines = [line for line in capfd.readouterr().out.splitlines() if line.startswith("{")]
    steps = [msgspec.json.decode(line, type=Step) for line in lines]
    assert steps[:2] == [Filming(0.5, 2.0), Filming(1.0, 2.0)]
    assert steps[-1] == Filmed(str(film))
    assert embed(song, "--video", str(song / "film.mp4"), "--json-lines") == 2
    (line,) = capfd.readouterr().out.splitlines()
    told = msgspec.json.decode(line, type=Step)
    assert isinstance(told, Failed)
    assert "cannot be made" in told.reason


def test_ctrl_c_leaves_no_half_of_a_film(song: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from livemusic.video.writer import FilmWriter

    real, count = FilmWriter.picture, []

    def pressed(self: FilmWriter, pixels: object) -> None:
        count.append(1)
        if len(count) == 30:
            raise KeyboardInterrupt
        real(self, pixels)

    monkeypatch.setattr(FilmWriter, "picture", pressed)
    assert embed(song, "--video", str(song.with_name("film.mp4")), "--height", "180") == 130
    assert left(song) == ["song.npz"]


@pytest.mark.parametrize(
    ("name", "said"),
    [("film.avi", "should end in .mp4"), ("song.wav/film.mp4", "cannot be made"), (".", "end in .mp4")],
)
def test_an_impossible_place_is_said_before_the_work(
    song: Path, capsys: pytest.CaptureFixture[str], name: str, said: str
) -> None:
    assert embed(song, "--video", str(song.parent / name)) == 2
    assert said in capsys.readouterr().err
    assert left(song) == []


def test_a_recording_too_short_for_a_path_makes_no_film(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    song = tmp_path / "brief.wav"
    soundfile.write(song, np.zeros(3000), RATE)
    assert embed(song, "--video", str(tmp_path / "film.mp4")) == 2
    assert "too short" in capsys.readouterr().err
    assert left(song) == []


@pytest.mark.parametrize("words", [("--fps", "25"), ("--height", "20"), ("--motion", "2"), ("--theme", "Plaid")])
def test_what_no_film_can_be_is_refused(song: Path, words: tuple[str, str]) -> None:
    with pytest.raises(SystemExit) as end:
        embed(song, "--video", "film.mp4", *words)
    assert end.value.code == 2


def test_beats_and_strokes_are_heard_in_any_blocks(song: Path) -> None:
    sound = soundfile.read(song)[0].mean(1).astype(np.float32)
    one, other = Rhythm(RATE), Rhythm(RATE)
    one.hear(sound)
    for begin in range(0, len(sound), 700):
        other.hear(sound[begin : begin + 700])
    assert one.strokes == other.strokes
    assert list(one.beats) == list(other.beats)
    low = [stroke.t for stroke in one.strokes if stroke.voice == 0 and stroke.t > 0.1]
    assert low == pytest.approx(np.arange(0.25, 1.9, 0.25), abs=0.03)
