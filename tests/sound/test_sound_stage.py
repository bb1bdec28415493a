from pathlib import Path

import numpy as np
import pytest

from livemusic.errors import MediaError
from livemusic.music.event import note_on
from livemusic.music.kit import Voice
from livemusic.sound.backing import BackingTrack
from livemusic.sound.balance import Balance
from livemusic.sound.fitter import Refit
from livemusic.sound.kit import Kit
from livemusic.sound.protocol import Backing, Events, Gain
from livemusic.sound.stage import Stage

RATE = 48000
DELAY = 0.02


def sine(frames: int, rate: int, hertz: float = 1000.0) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * hertz * np.arange(frames) / rate))[:, None].repeat(2, axis=1).astype(np.float32)


def on_stage(rate: int = RATE) -> Stage:
    """A stage whose frame 0 leaves at time 0."""
    stage = Stage(rate, DELAY)
    stage.clock.observe(0, 0.0)
    return stage


@pytest.mark.parametrize("moment", [0.0, 0.01, 0.0123456])
def test_an_event_sounds_the_delay_after_its_moment(moment: float) -> None:
    stage, kit = on_stage(), Kit(RATE)
    stage.handle(Events(((moment, note_on(9, 38, 100)),)))
    kit.play(round((moment + DELAY) * RATE), note_on(9, 38, 100))
    heard = np.concatenate([stage.render(256) for _ in range(20)])
    assert np.allclose(heard, kit.render(20 * 256), atol=1e-6)


def test_events_from_long_ago_are_left_out() -> None:
    stage = on_stage()
    for _ in range(400):
        stage.render(256)
    stage.handle(Events(((0.5, note_on(9, 38, 100)),)))
    assert not stage.render(256).any()
    assert stage.kit.late == 1


def test_what_is_meant_for_a_moment_waits_for_the_block_it_falls_into() -> None:
    stage, kit = on_stage(), Kit(RATE)
    muted = Balance((0.0,) * 9, at=0.03)
    stage.handle(muted)
    stage.handle(Refit(stage.kit, {Voice.SNARE: kit.standard[Voice.KICK]}, at=0.03))
    block = round(0.01 * RATE)
    for _ in range(4):  # 20 ms on the way to the speakers
        stage.render(block)
    assert stage.kit.strips._wanted.all()
    assert stage.kit._sounds[Voice.SNARE] is not kit.standard[Voice.KICK]
    stage.render(2 * block)
    assert not stage.kit.strips._wanted.any()
    assert stage.kit._sounds[Voice.SNARE] is kit.standard[Voice.KICK]


def test_what_comes_meanwhile_takes_the_place_of_what_waits() -> None:
    stage = on_stage()
    stage.handle(Balance((0.0,) * 9, at=0.03))
    stage.handle(Balance())
    for _ in range(20):
        stage.render(256)
    assert stage.kit.strips._wanted.all()


def test_what_was_meant_for_a_moment_that_is_over_is_done_at_once() -> None:
    stage = on_stage()
    stage.handle(Balance((0.0,) * 9, at=-1.0))
    assert not stage.kit.strips._wanted.any()


def test_the_gain_glides() -> None:
    stage, kit = on_stage(), Kit(RATE)
    stage.handle(Gain(0.0, 1.0))
    stage.handle(Events(((-DELAY, note_on(9, 49, 100)),)))
    kit.play(0, note_on(9, 49, 100))
    first, plain = stage.render(256), kit.render(256)
    assert np.abs(first[:20] - plain[:20]).max() < 0.1 * np.abs(plain).max()
    assert not stage.render(256).any()


@pytest.mark.parametrize("rate", [44100, 48000, 96000])
def test_the_band_plays_in_time_and_tune_at_any_rate(rate: int, tmp_path: Path) -> None:
    """A sine of 0.1 s that loops comes out as the same sine, in phase with its start."""
    path = tmp_path / "band.npy"
    np.save(path, sine(rate // 10, rate))
    stage = on_stage()
    stage.handle(Backing(str(path), 0.1 - DELAY, rate))
    heard = np.concatenate([stage.render(256) for _ in range(400)])
    begin = round(0.1 * RATE)
    assert np.abs(heard[: begin - 10]).max() < 1e-6
    after = heard[begin + 512 :]
    expected = sine(len(heard), RATE)[512 : 512 + len(after)]
    assert np.abs(after - expected).max() < 2e-3


def test_the_band_follows_a_leaning_clock_smoothly(tmp_path: Path) -> None:
    path = tmp_path / "band.npy"
    np.save(path, sine(RATE, RATE))
    stage = on_stage()
    stage.handle(Backing(str(path), -1.0, RATE))
    now, heard = 0.0, []
    for number in range(2000):
        stage.clock.observe(round(now * RATE * (1 + 100e-6)) // 256 * 256, now)
        heard.append(stage.render(256))
        now = number * 256 / (RATE * (1 + 100e-6))
    sound = np.concatenate(heard)[1024:, 0].astype(np.float64)
    assert np.abs(np.diff(sound)).max() < 1.02 * np.abs(np.diff(sine(RATE, RATE)[:, 0])).max()


def test_taking_the_band_away_does_not_click(tmp_path: Path) -> None:
    path = tmp_path / "band.npy"
    np.save(path, sine(RATE, RATE, 100))
    stage = on_stage()
    stage.handle(Backing(str(path), -1.003, RATE))
    heard = [stage.render(256) for _ in range(4)]
    stage.handle(Backing(None, 0.0, RATE))
    heard += [stage.render(256) for _ in range(3)]
    assert not heard[-1].any()
    assert np.abs(np.diff(np.concatenate(heard), axis=0)).max() < 0.01


@pytest.mark.parametrize("content", ["missing", "noise", "mono", "pickle", "empty"])
def test_a_band_that_cannot_be_played_is_said_and_the_drums_go_on(content: str, tmp_path: Path) -> None:
    path = tmp_path / "b\u00e4nd \u266a.npy"
    if content == "noise":
        path.write_bytes(bytes(range(256)))
    elif content == "mono":
        np.save(path, np.zeros(100, np.float32))
    elif content == "pickle":
        np.save(path, np.array([{"a": 1}], object))
    elif content == "empty":
        path.touch()
    with pytest.raises(MediaError, match="The drums go on"):
        BackingTrack.open(path, RATE)
    stage = on_stage()
    stage.handle(Backing(str(path), 0.0, RATE))
    assert "The drums go on" in stage.problem
    stage.handle(Events(((-DELAY, note_on(9, 36, 100)),)))
    assert stage.render(256).any()


def test_nonsense_in_the_band_is_silence(tmp_path: Path) -> None:
    path = tmp_path / "band.npy"
    np.save(path, np.full((1000, 2), np.nan, np.float32))
    stage = on_stage()
    stage.handle(Backing(str(path), -1.0, RATE))
    assert not stage.render(512).any()


def test_a_reading_on_the_samples_is_exact_and_loops() -> None:
    samples = np.random.default_rng(0).uniform(-1, 1, (100, 2)).astype(np.float32)
    track = BackingTrack(samples, RATE)
    assert np.allclose(track.read(0, 250, 250)[100:], np.concatenate([samples] * 3)[100:250], atol=1e-6)
    assert not track.read(-40, -20, 20).any()
