"""A live input between two clocks, worked out without a device: exact where it can be, never a click, never a stop."""

import numpy as np
import pytest

from livemusic.sound.live import Live
from livemusic.sound.stage import OnAir, Stage

RATE, BLOCK, QUEUE = 48000, 256, 0.018
AHEAD = QUEUE + BLOCK / RATE


class Tone:
    """A device that plays 440 Hz, whose clock is `ppm` millionths fast; it says nothing during `pauses`."""

    def __init__(self, rate: int, ppm: float = 0.0, period: int = 256, pauses: tuple[tuple[float, float], ...] = ()):
        self.sample_rate, self.real, self.period, self.pauses = rate, rate * (1 + ppm * 1e-6), period, pauses
        self.now, self.given = 0.0, 0

    def read(self) -> np.ndarray:
        due = int(self.now * self.real) // self.period * self.period
        if any(first <= self.now < last for first, last in self.pauses):
            due = self.given
        phase = 2 * np.pi * 440 * np.arange(self.given, due) / self.sample_rate
        self.given = due
        return np.sin(phase)[:, None].repeat(2, axis=1).astype(np.float32)


def play(tone: Tone, seconds: float = 8.0) -> tuple[np.ndarray, Live]:
    """What is heard of it at 48 kHz by speakers that take blocks of 256, looked at every few milliseconds."""
    live, heard, now, made = Live(tone, RATE, AHEAD), [np.zeros((0, 2), np.float32)], 0.0, 0
    random = np.random.default_rng(0)
    while now < seconds:
        tone.now = now = now + random.uniform(0.0015, 0.004)
        live.look(now)
        while made - int(now * RATE) // BLOCK * BLOCK < QUEUE * RATE:
            made += BLOCK
            heard.append(live.read(BLOCK, made / RATE))
    return np.concatenate(heard)[:, 0], live


def steepest(sound: np.ndarray) -> float:
    """The largest step, in those of a 440 Hz sine."""
    return float(np.abs(np.diff(sound)).max()) / (2 * np.pi * 440 / RATE)


def test_at_one_rate_and_clock_the_samples_come_out_as_they_went_in() -> None:
    heard, live = play(Tone(RATE))
    sine = np.sin(2 * np.pi * 440 * np.arange(1200) / RATE)  # eleven waves: the samples are the same again
    last = heard[-RATE:]
    begin = int(np.correlate(last[:2399], sine, "valid").argmax())
    assert np.allclose(last[begin : begin + len(sine)], sine, atol=1e-6)
    assert (live.gaps, np.abs(last).max()) == (0, 1.0)
    assert AHEAD < live.delay < AHEAD + 2 * BLOCK / RATE


def test_it_opens_over_a_second() -> None:
    heard, _ = play(Tone(RATE), 2.0)
    begin = int(np.flatnonzero(heard)[0])
    assert np.abs(heard[begin : begin + RATE // 2]).max() == pytest.approx(0.5, abs=0.01)
    assert steepest(heard) < 1.05


@pytest.mark.parametrize("ppm", [-300, 120, 300])
@pytest.mark.parametrize("rate", [44100, 48000, 96000])
def test_clocks_that_drift_apart_are_not_heard(rate: int, ppm: int) -> None:
    heard, live = play(Tone(rate, ppm), 12.0)
    sounding = heard[int(np.flatnonzero(heard)[0]) :]
    assert live.gaps == 0
    assert steepest(heard) < 1.01
    spectrum = np.abs(np.fft.rfft(sounding[-RATE * 5 :] * np.hanning(RATE * 5)))
    assert spectrum.argmax() / 5 == pytest.approx(440, abs=0.5)


@pytest.mark.parametrize("period", [32, 441, 2048])
def test_an_input_that_comes_in_large_blocks_is_given_time(period: int) -> None:
    heard, live = play(Tone(RATE, 50, period))
    assert live.gaps == 0
    assert live.delay > AHEAD + period / RATE - 0.005
    assert steepest(heard) < 1.05


@pytest.mark.parametrize("pause", [0.03, 0.2, 1.3])
def test_an_input_that_stalls_is_silent_without_a_click_and_comes_back(pause: float) -> None:
    heard, live = play(Tone(RATE, 100, pauses=((2.0, 2.0 + pause), (4.0, 4.0 + pause))))
    assert 1 <= live.gaps <= 4
    assert steepest(heard) < 1.5
    assert np.abs(heard[-RATE:]).max() > 0.99


def test_nonsense_from_an_input_does_not_reach_the_plugins() -> None:
    class Broken(Tone):
        def read(self) -> np.ndarray:
            sound = super().read()
            sound[::3], sound[1::3] = np.nan, np.inf
            return sound

    heard, _ = play(Broken(RATE), 2.0)
    assert np.isfinite(heard).all()


def test_on_stage_it_goes_through_the_effects_and_leaves_faded() -> None:
    stage, tone = Stage(RATE, 0.02), Tone(RATE)
    stage.handle(OnAir(Live(tone, RATE, AHEAD)))
    heard = []
    for number in range(600):
        tone.now = number * BLOCK / RATE
        stage.look(number * BLOCK, tone.now)
        if number == 500:
            stage.handle(OnAir(None))
        heard.append(stage.render(BLOCK))
    sound = np.concatenate(heard)[:, 0]
    assert np.abs(sound[400 * BLOCK : 500 * BLOCK]).max() > 0.8
    assert not sound[501 * BLOCK :].any()
    assert steepest(sound) < 1.5
