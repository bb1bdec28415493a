"""Audio files of any kind become mono; what cannot be read is said."""

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


def test_a_file_plays_by_the_clock_and_ends(tmp_path: Path) -> None:
    source = FileSource(saved(tmp_path / "a.wav", subtype="FLOAT"))
    source.start(10.0)
    parts = [source.read(10.0 + step / 7) for step in range(9)]
    assert np.array_equal(np.concatenate(parts), TONE)
    assert source.done
    assert (source.name, source.position(99.0)) == ("a.wav", 1.0)
    source.close()


def test_a_looped_file_goes_round_without_a_gap(tmp_path: Path) -> None:
    source = FileSource(saved(tmp_path / "a.wav", TONE[:3000], rate=8000, subtype="FLOAT"), loop=True)
    source.start(0.0)
    heard = np.concatenate([source.read(step / 3) for step in range(1, 7)])
    assert np.array_equal(heard, np.resize(TONE[:3000], 16000))
    assert not source.done
    source.close()


@pytest.mark.parametrize("loop", [False, True])
def test_a_file_that_breaks_off_says_where(tmp_path: Path, loop: bool) -> None:
    noise = (0.1 * np.random.default_rng(1).normal(size=22050 * 20)).astype(np.float32)
    path = saved(tmp_path / "a.flac", noise)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert 9 * 22050 < len(read_audio(path)[0]) < 11 * 22050
    source = FileSource(path, loop)
    source.start(0.0)
    heard = sum(len(source.read(float(second))) for second in range(1, 20))
    assert source.done != loop
    if not loop:
        assert source.fault == (
            f"a.flac breaks off after {heard / 22050:.1f} s of 20.0 s: what can be read is heard. "
            "Export or copy it again."
        )
    assert "a.flac breaks off after" in source.remark
    source.close()


def test_a_whole_file_has_no_fault(tmp_path: Path) -> None:
    source = FileSource(saved(tmp_path / "a.flac"))
    source.start(0.0)
    for second in range(1, 4):
        source.read(float(second))
    assert (source.done, source.fault) == (True, "")
    source.close()


def test_a_loop_whose_end_falls_between_two_reads_goes_on(tmp_path: Path) -> None:
    source = FileSource(saved(tmp_path / "a.wav", TONE[:2000], rate=8000, subtype="FLOAT"), loop=True)
    source.start(0.0)
    heard = np.concatenate([source.read(step / 4) for step in range(1, 9)])
    assert np.array_equal(heard, np.resize(TONE[:2000], 16000))
    assert not source.done
    source.close()


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
    source.read(10.0)
    source.close()
