"""What is drawn of a song: columns of its sound at every zoom, and its times."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from livemusic.ui.timeline.clock import Bars, in_minutes, marks
from livemusic.ui.timeline.columns import BANDS, FLOOR_DB, PEAK_SAMPLES, STEP_DB, Peaks, Spectrum
from livemusic.ui.timeline.plot import spectrogram, waveform
from livemusic.ui.timeline.pyramid import Pyramid
from livemusic.ui.timeline.survey import Survey

RATE = 22050


@given(
    sizes=st.lists(st.integers(0, 90), min_size=1, max_size=8),
    first=st.integers(0, 30),
    step=st.floats(0.3, 40.0, allow_subnormal=False),
    seed=st.integers(0, 9),
)
def test_a_span_shows_the_most_of_what_is_in_it(sizes: list[int], first: int, step: float, seed: int) -> None:
    pyramid = Pyramid(1, 1.0, np.int16)
    rng = np.random.default_rng(seed)
    whole = np.concatenate([rng.integers(-99, 99, size) for size in sizes])
    at = 0
    for size in sizes:
        pyramid.extend(whole[at : at + size, None])
        at += size
    seen = pyramid.seen(first, step, 12)[:, 0]
    level = next(4**k for k in (3, 2, 1, 0) if (4**k <= max(step, 1) and len(whole) >= 4**k) or not k)
    done = len(whole) // level * level  # columns of a coarse level come when they are whole
    assert len(seen) == sum(int((first + k) * step / level + 1e-6) < done // level for k in range(12))
    for k, most in enumerate(seen.tolist()):
        begin, end = (first + k) * step, (first + k + 1) * step
        surely = whole[int(np.ceil(begin)) : min(done, int(end - level) + 1)]
        perhaps = whole[max(0, int(begin - level)) : int(np.ceil(end)) + level]
        assert most in perhaps
        assert not len(surely) or most >= surely.max()


def test_one_loud_column_among_a_million_is_seen_from_afar() -> None:
    pyramid = Pyramid(2, 0.01, np.int16)
    columns = np.zeros((1_000_000, 2), np.int16)
    columns[777_777] = 500, 900
    for begin in range(0, len(columns), 30_001):
        pyramid.extend(columns[begin : begin + 30_001])
    seen = pyramid.seen(0, 10.0, 1000)
    assert seen.shape == (1000, 2)
    assert np.flatnonzero(seen[:, 1]).tolist() == [777]
    assert seen[777].tolist() == [500, 900]


def test_a_full_pyramid_doubles_its_step_and_keeps_its_time() -> None:
    pyramid = Pyramid(1, 0.5, np.uint8, most=64)
    columns = np.zeros((1001, 1), np.uint8)
    columns[[3, 640, 1000], 0] = 7, 8, 9
    for begin in range(0, len(columns), 7):
        pyramid.extend(columns[begin : begin + 7])
    assert len(pyramid) < 64
    assert pyramid.step_s == 8.0
    assert pyramid.end_s == 62 * 8.0
    seen = pyramid.seen(0, 8.0, 80)[:, 0]
    assert {int(k): int(seen[k]) for k in np.flatnonzero(seen)} == {0: 7, 40: 8}  # the last is still under way


@given(cuts=st.lists(st.integers(0, RATE), max_size=6))
def test_columns_are_the_same_however_the_sound_is_cut(cuts: list[int]) -> None:
    sound = np.random.default_rng(1).normal(0, 0.1, RATE).astype(np.float32)
    pieces = np.split(sound, sorted(cuts))
    for make in (Peaks, lambda: Spectrum(RATE)):
        whole, parts = make(), make()
        at_once = np.concatenate([whole.push(sound), whole.flush()])
        assert np.array_equal(at_once, np.concatenate([*[parts.push(piece) for piece in pieces], parts.flush()]))


def test_peaks_are_the_depth_and_height_of_the_sound() -> None:
    sound = np.zeros(3 * PEAK_SAMPLES - 10, np.float32)
    sound[5], sound[PEAK_SAMPLES + 1], sound[-1] = 0.5, -1.5, 0.25
    peaks = Peaks()
    columns = np.concatenate([peaks.push(sound), peaks.flush()])
    assert columns.tolist() == [[0, 16384], [32767, 0], [0, 8192]]


@pytest.mark.parametrize("hertz", [60.0, 440.0, 3000.0, 9000.0])
def test_a_sine_lights_the_band_it_is_in_at_its_level(hertz: float) -> None:
    spectrum = Spectrum(RATE)
    t = np.arange(RATE) / RATE
    columns = spectrum.push(0.5 * np.sin(2 * np.pi * hertz * t))
    middle = columns[len(columns) // 2] * STEP_DB + FLOOR_DB
    loudest = int(middle.argmax())
    reach = RATE / 2048  # bins of the window
    assert spectrum.edges_hz[loudest] - reach <= hertz <= spectrum.edges_hz[loudest + 1] + reach
    lit = 10 * np.log10((10 ** (middle[middle > middle.max() - 30] / 10)).sum())
    assert lit == pytest.approx(-6.0, abs=1.0)
    assert middle[np.abs(spectrum.edges_hz[:-1] / hertz - 1) > 0.8].max() < -50


def test_a_click_is_drawn_where_it_is_heard() -> None:
    spectrum = Spectrum(RATE)
    sound = np.zeros(2 * RATE, np.float32)
    sound[RATE] = 1.0
    columns = np.concatenate([spectrum.push(sound), spectrum.flush()])
    levels = columns.astype(int).sum(axis=1)
    assert (int(levels.argmax()) + 0.5) * spectrum.step_s == pytest.approx(1.0, abs=spectrum.step_s)
    assert len(columns) * spectrum.step_s == pytest.approx(2.0, abs=spectrum.step_s)


def test_silence_is_a_thin_line_and_full_scale_fills_the_picture() -> None:
    image = waveform(np.array([[0, 0], [32767, 32767], [0, 32767]], np.int16), 40, 1.0)
    assert image[:, 0].astype(int).sum() == pytest.approx(255, abs=1)
    assert image[19:21, 0].min() > 0
    assert image[:, 1].min() == 255
    assert image[:20, 2].min() == 255
    assert image[21:, 2].max() == 0
    assert np.array_equal(waveform(np.array([[0, 8192]], np.int16), 40, 4.0)[:20, 0], image[:20, 2])


def test_the_spectrogram_is_brightest_at_its_loudest_and_low_sounds_are_below() -> None:
    levels = np.zeros((3, BANDS), np.uint8)
    levels[1, 0], levels[2, BANDS - 1] = 240, 180
    image = spectrogram(levels, 240)
    assert image.shape == (BANDS, 3)
    assert image[BANDS - 1, 1] == 255
    assert 0 < image[0, 2] < 255
    assert image[:, 0].max() == 0


def survey(path: Path) -> tuple[Survey, np.ndarray, np.ndarray]:
    read = Survey(path)
    read.start()
    pieces = []
    while not read.over:
        pieces += read.take()
    read.close()
    columns = [np.concatenate([piece[k] for piece in pieces]) if pieces else np.empty((0, 2)) for k in (0, 1)]
    return read, columns[0], columns[1]


@pytest.mark.parametrize("channels", [1, 2])
def test_a_survey_reads_all_of_a_file(tmp_path: Path, channels: int) -> None:
    seconds = 40
    sound = np.zeros((seconds * RATE, channels), np.float32)
    sound[RATE * 30 : RATE * 31] = 0.5
    soundfile.write(str(tmp_path / "song.flac"), sound, RATE)
    read, peaks, bands = survey(tmp_path / "song.flac")
    assert read.problem == ""
    assert len(peaks) == -(-len(sound) // PEAK_SAMPLES)
    loud = np.flatnonzero(peaks[:, 1] > 8000) * PEAK_SAMPLES / RATE
    assert (loud.min(), loud.max()) == pytest.approx((30, 31), abs=0.01)
    assert len(bands) * Spectrum(RATE).step_s == pytest.approx(seconds, abs=0.1)


def test_a_file_that_is_gone_empty_or_no_sound_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty.wav").write_bytes(b"")
    (tmp_path / "film.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(400))
    soundfile.write(str(tmp_path / "silent.wav"), np.zeros(0), RATE)
    for name in ("gone.flac", "empty.wav", "film.mp4", "silent.wav"):
        read, peaks, _ = survey(tmp_path / name)
        assert name in read.problem
        assert read.problem.endswith(".")
        assert not len(peaks)


def test_a_survey_that_nobody_fetches_waits_and_ends_when_told(tmp_path: Path) -> None:
    soundfile.write(str(tmp_path / "long.wav"), np.zeros(RATE * 600, np.int16), RATE)
    read = Survey(tmp_path / "long.wav")
    read.start()
    read.close()  # a thread left behind would fail the test
    assert not read.problem


@pytest.mark.parametrize(
    ("seconds", "digits", "text"),
    [
        (0.0, 1, "00:00.0"),
        (59.99, 1, "00:59.9"),
        (83.4, 1, "01:23.4"),
        (3599.9, 0, "59:59"),
        (3600.0, 0, "1:00:00"),
        (10799.95, 1, "2:59:59.9"),
        (-1.0, 1, "00:00.0"),
    ],
)
def test_times_are_read_in_minutes(seconds: float, digits: int, text: str) -> None:
    assert in_minutes(seconds, digits) == text


@given(
    begin=st.floats(0, 10_000, allow_subnormal=False),
    span=st.floats(0.5, 20_000, allow_subnormal=False),
    most=st.integers(1, 30),
)
def test_marks_are_round_and_not_too_many(begin: float, span: float, most: int) -> None:
    step, times = marks(begin, begin + span, most)
    assert len(times) <= most + 1
    assert all(begin - 1e-6 <= time <= begin + span + 1e-6 for time in times)
    assert all(abs(time / step - round(time / step)) < 1e-6 for time in times)


def test_bars_are_counted_from_where_the_song_is() -> None:
    bars = Bars.around(10.3, 1.0, 120.0, (4, 4))  # one beat into a bar: it began at 9.8
    assert bars.at(9.81) == "6.1"
    assert bars.at(10.3) == "6.2"
    assert bars.at(11.79) == "6.4"
    assert bars.at(11.81) == "7.1"
    assert bars.lines(9.0, 14.0) == pytest.approx([9.8, 11.8, 13.8])
    assert bars.agrees(Bars.around(30.31, 1.0, 120.0, (4, 4)), 30.0)
    assert not bars.agrees(Bars.around(10.3, 2.0, 120.0, (4, 4)), 10.0)
    assert Bars.around(2.9, 0.0, 60.0, (6, 8)).bar_s == pytest.approx(3.0)
