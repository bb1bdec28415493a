"""Films of many kinds, written here: their frames come out upright, whole, in order and on time."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from livemusic.errors import MediaError
from livemusic.video.reader import Film
from livemusic.video.sound import FilmSound
from tests.video.filming import RATE, bar, write_film


def seen(path: Path, width: int = 96, height: int = 54) -> tuple[np.ndarray, np.ndarray, str]:
    """Times, pictures, and what is to be said of them."""
    film = Film(path)
    try:
        times, pictures = zip(*film.frames(width, height), strict=True)
        return np.array(times), np.stack(pictures), film.remark
    finally:
        film.close()


def heard(path: Path) -> tuple[np.ndarray, FilmSound]:
    sound = FilmSound(path)
    try:
        return np.concatenate([*sound.blocks()]), sound
    finally:
        sound.close()


def complaint(path: Path) -> str:
    with pytest.raises(MediaError) as refusal:
        seen(path)
    said = str(refusal.value)
    assert path.name in said
    assert "\n" not in said
    return said


@pytest.mark.parametrize(
    ("name", "codec", "rate", "size"),
    [
        ("a.mp4", "mpeg4", 25, (180, 320)),
        ("b.mov", "libx264", Fraction(30000, 1001), (90, 160)),
        ("c.mkv", "ffv1", 60, (99, 177)),
        ("d.avi", "mjpeg", 12, (54, 96)),
        ("Träume é.webm", "libvpx", 24, (288, 512)),
    ],
)
def test_any_format_size_and_rate(tmp_path: Path, name: str, codec: str, rate: Fraction, size: tuple[int, int]) -> None:
    places = np.linspace(0.2, 0.8, 24)
    path = write_film(tmp_path / name, [bar(size[1], size[0], place) for place in places], rate, codec)
    times, pictures, remark = seen(path)
    assert remark == ""
    assert pictures.shape == (24, 54, 96)
    assert pictures.dtype == np.float32
    np.testing.assert_allclose(times, np.arange(24) / float(rate), atol=2e-3)
    light = np.clip(pictures - 0.3, 0, None).mean(axis=1)
    middles = (light * (np.arange(96) + 0.5)).sum(axis=1) / light.sum(axis=1) / 96
    np.testing.assert_allclose(middles, places, atol=0.02)
    assert pictures.max() == pytest.approx(0.9, abs=0.08)
    assert np.median(pictures) == pytest.approx(0.1, abs=0.03)


def test_frames_keep_their_own_times(tmp_path: Path) -> None:
    times = np.cumsum([0, 0.03, 0.05, 0.2, 0.04, 1.5, 0.02, 0.1])
    path = write_film(tmp_path / "v.mkv", [bar(160, 90, 0.5)] * 8, times=list(times))
    np.testing.assert_allclose(seen(path)[0], times, atol=2e-3)


def test_what_is_tall_stands_between_black_bars(tmp_path: Path) -> None:
    path = write_film(tmp_path / "tall.mp4", [np.full((320, 180), 0.8, np.float32)] * 3)
    picture = seen(path)[1][1]
    assert picture[:, 34:62].min() > 0.7
    assert picture[:, :32].max() == picture[:, -32:].max() == 0


@pytest.mark.parametrize(("rotation", "side"), [(0, "top"), (90, "left"), (180, "bottom"), (-90, "right")])
def test_a_turned_camera_is_turned_back(tmp_path: Path, rotation: int, side: str) -> None:
    """`rotation` is anticlockwise; a phone that is held upright writes -90."""
    lit = np.zeros((96, 96), np.float32)
    lit[:24] = 1
    path = write_film(tmp_path / "turned.mp4", [lit] * 3, rotation=rotation)
    picture = seen(path, 48, 48)[1][1]
    sides = {"top": picture[:12], "bottom": picture[-12:], "left": picture[:, :12], "right": picture[:, -12:]}
    assert max(sides, key=lambda name: float(sides[name].mean())) == side


def test_pixels_that_are_not_square_are_stretched(tmp_path: Path) -> None:
    path = write_film(tmp_path / "wide.mp4", [np.ones((90, 80), np.float32)] * 3, pixel_shape=Fraction(2, 1))
    picture = seen(path)[1][1]
    assert (picture > 0.8).mean() == pytest.approx(1.0, abs=0.02)


def test_sound_is_in_step_and_mixed(tmp_path: Path) -> None:
    clicks = np.zeros((RATE, 2))
    clicks[RATE // 2 : RATE // 2 + 50] = (0.8, 0.4)
    path = write_film(tmp_path / "late.mkv", [bar(96, 54, 0.5)] * 50, sound=clicks, sound_at=0.5)
    samples, sound = heard(path)
    assert (sound.sample_rate, sound.remark) == (RATE, "")
    assert int(samples.argmax()) == pytest.approx(RATE, abs=50)
    assert samples.max() == pytest.approx(0.6, abs=0.01)


def test_a_stretch_of_sound_is_silent_where_there_is_none(tmp_path: Path) -> None:
    ramp = np.linspace(0, 0.5, RATE)
    path = write_film(tmp_path / "ramp.mkv", sound=np.column_stack([ramp, -ramp]))
    sound = FilmSound(path)
    assert (sound.channels, sound.length) == (2, pytest.approx(1.0, abs=0.01))
    pieces = [sound.stretch(first, 7000) for first in range(-7000, RATE + 14000, 7000)]
    sound.close()
    whole = np.concatenate(pieces)[7000:]
    np.testing.assert_allclose(whole[:RATE, 0], ramp, atol=1e-3)
    np.testing.assert_allclose(whole[:RATE, 1], -ramp, atol=1e-3)
    assert not whole[RATE:].any()
    assert not pieces[0].any()
    again = FilmSound(path)
    np.testing.assert_allclose(again.stretch(30000, 100)[:, 0], ramp[30000:30100], atol=1e-3)
    again.close()


def test_a_film_without_sound_and_sound_without_film(tmp_path: Path) -> None:
    silent = write_film(tmp_path / "silent.mp4", [bar(96, 54, 0.5)] * 5)
    with pytest.raises(MediaError, match=r"silent\.mp4 is a film without sound.*--of picture"):
        FilmSound(silent)
    blind = write_film(tmp_path / "blind.mkv", sound=np.zeros(RATE))
    assert "is sound without a film" in complaint(blind)
    assert "--of sound" in complaint(blind)
    assert len(heard(blind)[0]) == RATE


def test_what_breaks_off_is_seen_and_heard_that_far(tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    frames = [chance.random((90, 160), np.float32) for _ in range(100)]
    whole = write_film(tmp_path / "whole.mkv", frames, sound=np.zeros(4 * RATE)).read_bytes()
    (tmp_path / "cut.mkv").write_bytes(whole[: len(whole) // 2])
    times, _, remark = seen(tmp_path / "cut.mkv")
    assert 20 < len(times) < 80
    assert "cut.mkv" in remark
    assert "breaks off after" in remark
    assert len(heard(tmp_path / "cut.mkv")[0]) < 3.5 * RATE


def test_what_is_damaged_in_the_middle_is_seen_behind_it(tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    path = write_film(tmp_path / "w.mkv", [chance.random((90, 160), np.float32) for _ in range(100)])
    damaged = bytearray(path.read_bytes())
    middle = len(damaged) // 2
    damaged[middle : middle + 2000] = bytes(chance.integers(0, 256, 2000, np.uint8))
    path.write_bytes(damaged)
    times = seen(path)[0]
    assert times[-1] == pytest.approx(3.96, abs=0.05)


def test_what_is_no_film_is_named_in_one_sentence(tmp_path: Path) -> None:
    assert "There is no file" in complaint(tmp_path / "gone.mp4")
    assert "is not a file" in complaint(tmp_path)
    (tmp_path / "text.mp4").write_text("not a film" * 100)
    assert "cannot be read as a film" in complaint(tmp_path / "text.mp4")
    (tmp_path / "empty.mp4").touch()
    assert "cannot be read as a film" in complaint(tmp_path / "empty.mp4")
    whole = write_film(tmp_path / "whole.mp4", [bar(96, 54, 0.5)] * 20).read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) // 2])  # what says where its frames are stood at the end
    assert "cannot be read as a film" in complaint(tmp_path / "cut.mp4")
    still = write_film(tmp_path / "still.mp4", [bar(96, 54, 0.5)])
    assert "is a still picture" in complaint(still)


def test_frames_beyond_all_measure_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_film(tmp_path / "large.mp4", [bar(320, 180, 0.5)] * 3)
    monkeypatch.setattr("livemusic.video.reader._MOST_PIXELS", 320 * 180 - 1)
    assert "320 × 180 pixels, too many" in complaint(path)


def test_a_clock_that_jumps_does_not_stretch_the_film(tmp_path: Path) -> None:
    times = [0, 0.04, 0.08, 7200.0, 7200.04]
    path = write_film(tmp_path / "jump.mkv", [bar(96, 54, 0.5)] * 5, times=times)
    np.testing.assert_allclose(seen(path)[0], [0, 0.04, 0.08, 0.12, 0.16], atol=5e-3)
