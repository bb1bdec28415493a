"""Audio files of any kind are read, whole or anywhere, and played by the clock; what cannot be read is said."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livemusic.audio.file import FileSource, Recording
from livemusic.errors import MediaError

TONE = (0.5 * np.sin(np.arange(22050) / 20)).astype(np.float32)


def read_audio(path: Path) -> tuple[np.ndarray, int]:
    """The whole file, and its sample rate."""
    recording = Recording(path)
    parts = [np.empty(0, np.float32), *recording.blocks()]
    recording.close()
    return np.concatenate(parts), recording.sample_rate


def saved(path: Path, samples: np.ndarray = TONE, rate: int = 22050, subtype: str | None = None) -> Path:
    soundfile.write(path, samples, rate, subtype=subtype)
    return path


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.mp3", "Flügelhörner 東京.wav"])
def test_every_common_kind_is_read(tmp_path: Path, name: str) -> None:
    samples, rate = read_audio(saved(tmp_path / name))
    assert rate == 22050
    assert samples.dtype == np.float32
    assert abs(len(samples) - len(TONE)) < 3000  # MP3 pads
    assert 0.45 < np.abs(samples).max() < 0.55


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_channels_are_mixed_to_one(tmp_path: Path, channels: int) -> None:
    many = np.stack([TONE * share for share in np.linspace(0.2, 1.0, channels)], axis=1)
    samples, _ = read_audio(saved(tmp_path / "a.wav", many, subtype="FLOAT"))
    assert samples == pytest.approx(many.mean(axis=1), abs=1e-6)


@pytest.mark.parametrize("frames", [1, 1000, 22050, 100_000])
def test_blocks_put_together_are_the_file(tmp_path: Path, frames: int) -> None:
    path = saved(tmp_path / "a.wav", TONE[:5000], subtype="FLOAT")
    parts = list(Recording(path).blocks(frames))
    assert np.array_equal(np.concatenate(parts), TONE[:5000])
    assert {len(part) for part in parts[:-1]} <= {frames}


def playing(path: Path, at: float = 0.0, loop: tuple[float, float] | None = None) -> FileSource:
    """A song that plays from the moment `at` on."""
    source = FileSource(path)
    source.start(at)
    source.playhead = replace(source.playhead.played(at), loop=loop)
    return source


def test_a_song_plays_by_the_clock_to_its_end_and_is_silent_then(tmp_path: Path) -> None:
    source = playing(saved(tmp_path / "a.wav", subtype="FLOAT"), 10.0)
    heard = np.concatenate([source.read(10.0 + step / 7) for step in range(9)])
    assert np.array_equal(heard[:22050], TONE)
    assert len(heard) == int(22050 * 8 / 7)
    assert not heard[22050:].any()
    assert not source.done
    assert (source.name, source.position(99.0), source.playhead.over(11.0)) == ("a.wav", 1.0, True)
    source.close()


def test_a_song_that_stands_is_silent(tmp_path: Path) -> None:
    source = FileSource(saved(tmp_path / "a.wav"))
    source.start(0.0)
    assert not source.read(0.5).any()
    assert source.position(0.5) == 0.0
    source.close()


def test_a_song_is_heard_where_its_playhead_is(tmp_path: Path) -> None:
    ramp = (np.arange(16000) / 16000).astype(np.float32)
    source = playing(saved(tmp_path / "a.wav", ramp, rate=8000, subtype="FLOAT"))
    assert np.array_equal(source.read(0.25), ramp[:2000])
    source.playhead = source.playhead.sought(1.5, 0.5)
    heard = source.read(0.75)
    assert not heard[:2000].any()  # until then it stands
    assert np.array_equal(heard[2000:], ramp[12000:14000])
    source.playhead = source.playhead.paused(0.75)
    assert not source.read(1.0).any()
    assert source.position(1.0) == 1.75
    source.close()


def test_what_is_heard_later_is_listened_to_later(tmp_path: Path) -> None:
    source = playing(saved(tmp_path / "a.wav", subtype="FLOAT"))
    source.late = 0.1
    taps: list[tuple[float, np.ndarray]] = []
    source.tap = lambda at, sound: taps.append((at, sound))
    assert len(source.read(0.1)) == 0
    assert np.array_equal(source.read(0.6), TONE[:11025])
    assert source.position(0.6) == pytest.approx(0.5)
    assert taps[0][0] == pytest.approx(0.1)
    assert np.array_equal(taps[0][1], TONE[:11025, None])
    source.close()


def test_a_loop_goes_round_without_a_gap(tmp_path: Path) -> None:
    source = playing(saved(tmp_path / "a.wav", TONE[:3000], rate=8000, subtype="FLOAT"), loop=(0.0, 0.375))
    heard = np.concatenate([source.read(step / 3) for step in range(1, 7)])
    assert np.array_equal(heard, np.resize(TONE[:3000], 16000))
    source.close()


@pytest.mark.parametrize("loop", [None, (5.0, 20.0)])
def test_a_file_that_breaks_off_says_where(tmp_path: Path, loop: tuple[float, float] | None) -> None:
    noise = (0.1 * np.random.default_rng(1).normal(size=22050 * 20)).astype(np.float32)
    path = saved(tmp_path / "a.flac", noise)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    read = len(read_audio(path)[0])
    assert 9 * 22050 < read < 11 * 22050
    source = playing(path, loop=loop)
    heard = np.concatenate([source.read(float(second)) for second in range(1, 20)])
    if loop is None:
        assert not heard[read + 4096 :].any()
    assert np.abs(heard[read - 2205 : read]).max() > 0.1
    assert "a.flac breaks off after" in source.fault
    assert "s of 20.0 s: what can be read is heard. Export or copy it again." in source.fault
    assert source.remark == source.fault
    source.close()


def test_a_whole_file_has_no_fault(tmp_path: Path) -> None:
    source = playing(saved(tmp_path / "a.flac"))
    for second in range(1, 4):
        source.read(float(second))
    assert source.fault == ""
    source.close()


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.mp3"])
def test_a_file_that_is_cut_short_while_it_plays_is_silent_from_there_on_and_says_so(tmp_path: Path, name: str) -> None:
    rough = np.random.default_rng(1).uniform(-0.3, 0.3, 44100 * 20).astype(np.float32)
    with soundfile.SoundFile(tmp_path / name, "w", 44100, 1) as file:
        for begin in range(0, len(rough), 4096):
            file.write(rough[begin : begin + 4096])
    source = playing(tmp_path / name)
    assert np.abs(source.read(1.0)).max() > 0.1
    os.truncate(tmp_path / name, (tmp_path / name).stat().st_size // 2)
    heard = np.concatenate([source.read(1.0 + step) for step in range(1, 21)])
    assert np.abs(heard[: 5 * 44100]).max() > 0.1
    assert not heard[12 * 44100 :].any()
    assert source.remark.startswith(f"{name} ")
    source.close()


def test_a_file_that_is_gone_plays_on_as_far_as_the_system_keeps_it(tmp_path: Path) -> None:
    source = playing(saved(tmp_path / "a.wav", subtype="FLOAT"))
    source.read(0.2)
    (tmp_path / "a.wav").unlink()
    assert np.array_equal(source.read(0.9), TONE[4410:19845])
    source.close()


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.mp3"])
def test_any_stretch_is_what_is_there(tmp_path: Path, name: str) -> None:
    """Whatever was read before, also of files that have to be decoded from their beginning."""
    rough = np.random.default_rng(0).uniform(-0.1, 0.1, (88200, 2)).astype(np.float32)
    recording = Recording(saved(tmp_path / name, rough, 44100))
    whole = recording.stretch(0, 88200)
    assert whole.shape == (88200, 2)
    for first, count in ((50000, 3000), (100, 50), (87000, 1200), (-20, 100), (12000, 1), (87000, 2000)):
        expected = np.zeros((count, 2), np.float32)
        inside = np.arange(max(0, first), min(first + count, 88200))
        expected[inside - first] = whole[inside]
        assert recording.stretch(first, count) == pytest.approx(expected, abs=2e-3)
    recording.close()


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no music")
    (tmp_path / "nothing.wav").touch()
    for path, why in [
        (tmp_path / "missing.wav", "no file"),
        (tmp_path, "not a file"),
        (Path("/dev/zero"), "not a file"),
        (tmp_path / "text.wav", "cannot be read as audio"),
        (tmp_path / "nothing.wav", "cannot be read as audio"),
        (saved(tmp_path / "empty.wav", TONE[:0]), "holds no sound"),
        (saved(tmp_path / "slow.wav", rate=10), "sample rate of 10 Hz"),
        (Path("a\0b.wav"), "no file"),
    ]:
        for opening in (FileSource, Recording):
            with pytest.raises(MediaError, match=why):
                opening(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    st.sampled_from(["wav", "flac", "ogg", "mp3"]),
    st.integers(0, 4000),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 255)), max_size=5),
)
def test_damage_is_said_or_survived(tmp_path: Path, kind: str, end: int, changes: list[tuple[int, int]]) -> None:
    whole = saved(tmp_path / f"whole.{kind}").read_bytes()
    damaged = bytearray(whole[:end] if end < 3000 else whole)
    for index, byte in changes:
        if index < len(damaged):
            damaged[index] = byte
    path = tmp_path / f"a.{kind}"
    path.write_bytes(damaged)
    try:
        read_audio(path)
        source = FileSource(path)
    except MediaError:
        return
    source.start(0.0)
    source.playhead = source.playhead.played(0.0)
    source.read(10.0)
    source.close()
