"""Films as they are on disk: what was shown and heard is in them, in step, and nothing of one that broke off."""

from pathlib import Path

import av
import numpy as np
import pytest

from livemusic.errors import MediaError
from livemusic.video.writer import FilmWriter

SIZE = (128, 64)


def flat(level: int) -> np.ndarray:
    return np.full((SIZE[1], SIZE[0], 4), level, np.uint8)


def write(path: Path, fps: int, rate: int, seconds: float, flashes: tuple[float, ...], channels: int = 2) -> None:
    """Dark, and silent, but for a white picture and a click at the same time."""
    sound = np.zeros((round(seconds * rate), channels), np.float32)
    for at in flashes:
        sound[round(at * rate) : round(at * rate) + rate // 200] = 0.8
    lit = {round(at * fps) for at in flashes}
    with FilmWriter(path, SIZE, fps, rate, channels) as film:
        heard = 0
        for number in range(round(seconds * fps)):
            due = round((number + 1) / fps * rate)
            film.sound(sound[heard:due])
            heard = due
            film.picture(flat(240 if number in lit else 10))


def brightness(path: Path) -> list[tuple[float, float]]:
    with av.open(str(path)) as film:
        return [(frame.time, float(frame.to_ndarray(format="gray").mean())) for frame in film.decode(video=0)]


def loudness(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Times and absolute values of the first channel."""
    with av.open(str(path)) as film:
        frames = [(f.time, f.sample_rate, f.to_ndarray()[0]) for f in film.decode(audio=0)]
    times = [begin + np.arange(len(samples)) / rate for begin, rate, samples in frames]
    return np.concatenate(times), np.abs(np.concatenate([samples for _, _, samples in frames]))


def clicks(path: Path) -> list[float]:
    times, loud = loudness(path)
    onsets = times[np.flatnonzero(loud > 0.3)]
    return [float(t) for t, before in zip(onsets, [-1.0, *onsets[:-1]], strict=True) if t - before > 0.1]


@pytest.mark.parametrize(("fps", "rate"), [(30, 44100), (60, 48000), (30, 96000), (60, 22050), (30, 8000)])
def test_picture_and_sound_are_in_step_to_less_than_a_picture(tmp_path: Path, fps: int, rate: int) -> None:
    path, flashes = tmp_path / "film.mp4", (0.5, 1.0, 1.6)
    write(path, fps, rate, 2.0, flashes)
    pictures = brightness(path)
    lit = [t for t, level in pictures if level > 120]
    assert len(pictures) == 2 * fps
    assert lit == pytest.approx(flashes, abs=1e-3)
    assert clicks(path) == pytest.approx(flashes, abs=0.5 / fps)


def test_what_is_in_a_film_can_be_probed(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    write(path, 30, 44100, 1.5, (0.5,))
    with av.open(str(path)) as film:
        picture, sound = film.streams.video[0], film.streams.audio[0]
        assert (picture.codec_context.name, sound.codec_context.name) == ("h264", "aac")
        assert (picture.codec_context.width, picture.codec_context.height) == SIZE
        assert (picture.frames, picture.average_rate) == (45, 30)
        assert float(picture.duration * picture.time_base) == pytest.approx(1.5)
        assert float(sound.duration * sound.time_base) == pytest.approx(1.5, abs=0.03)
        assert (sound.codec_context.sample_rate, sound.codec_context.layout.name) == (44100, "stereo")


def test_colours_are_what_they_were(tmp_path: Path) -> None:
    path, colour = tmp_path / "film.mp4", (200, 60, 30)
    pixels = np.zeros((64, 128, 4), np.uint8)
    pixels[..., :3] = colour
    with FilmWriter(path, SIZE, 30, 44100) as film:
        for _ in range(5):
            film.picture(pixels)
    with av.open(str(path)) as film:
        seen = next(film.decode(video=0)).to_ndarray(format="bgr24").reshape(-1, 3).mean(0)
    np.testing.assert_allclose(seen, colour, atol=6)


def test_one_channel_stays_one_and_of_many_the_first_two_are_taken(tmp_path: Path) -> None:
    for channels, layout in ((1, "mono"), (6, "stereo")):
        path = tmp_path / f"{channels}.mp4"
        write(path, 30, 48000, 0.5, (0.2,), channels)
        with av.open(str(path)) as film:
            assert film.streams.audio[0].codec_context.layout.name == layout


def test_of_a_film_that_breaks_off_nothing_is_left(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"the film of yesterday")

    def interrupted() -> None:
        with FilmWriter(path, SIZE, 30, 44100) as film:
            for _ in range(20):
                film.picture(flat(9))
                film.sound(np.zeros((1470, 2), np.float32))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [each.name for each in tmp_path.iterdir()] == ["film.mp4"]
    assert path.read_bytes() == b"the film of yesterday"


def test_a_disk_that_fills_up_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import livemusic.video.writer as writer
    from tests.video.narrow import narrow

    monkeypatch.setattr(writer, "replacing", narrow(20_000))
    noise = np.random.default_rng(0).integers(0, 255, (64, 128, 4), np.uint8)

    def too_long() -> None:
        with FilmWriter(tmp_path / "film.mp4", SIZE, 30, 44100) as film:
            for number in range(200):
                film.picture(np.roll(noise, number, 1))
                film.sound(np.random.default_rng(number).normal(0, 0.2, (1470, 2)).astype(np.float32))

    with pytest.raises(MediaError, match=r"film.mp4 cannot be written \(No space left on device\)"):
        too_long()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["no folder\0/film.mp4", "wall/film.mp4"])
def test_an_impossible_place_is_one_sentence(tmp_path: Path, place: str) -> None:
    (tmp_path / "wall").write_text("a file")
    with pytest.raises(MediaError, match="cannot be written"):
        FilmWriter(tmp_path / place, SIZE, 30, 44100)


@pytest.mark.parametrize("size", [(127, 64), (128, 63), (16, 16), (99999, 64)])
def test_sizes_that_cannot_be_are_refused(tmp_path: Path, size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        FilmWriter(tmp_path / "film.mp4", size, 30, 44100)


def test_what_is_no_number_is_silent(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    with FilmWriter(path, SIZE, 30, 44100) as film:
        for _ in range(15):
            film.picture(flat(50))
            film.sound(np.full((1470, 2), np.nan, np.float32))
    assert loudness(path)[1].max() < 1e-3
