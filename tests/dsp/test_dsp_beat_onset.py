import numpy as np
import pytest

from livemusic.dsp.onset import SpectralFlux
from livemusic.dsp.pulse import PHASES, TEMPI, Pulse

RATE = 44100


@pytest.mark.parametrize(("hertz", "band"), [(80, 0), (800, 1), (6000, 2)])
def test_a_tone_begins_in_its_band_and_only_once(hertz: float, band: int) -> None:
    t = np.arange(RATE) / RATE
    tone = np.where(t >= 0.5, np.sin(2 * np.pi * hertz * t) * np.minimum(1, np.maximum(0, t - 0.5) * 100), 0)
    flux = SpectralFlux(RATE)
    rows = flux.push(tone)
    moments = flux.frame_s + np.arange(len(rows)) / flux.rate_hz
    assert int(rows.sum(axis=0).argmax()) == band
    assert 0.5 < moments[rows[:, band].argmax()] < 0.53
    assert rows[moments > 0.56].max() < 0.2 * rows.max()
    assert rows[moments < 0.5].max() == 0


def test_frames_come_a_hundred_times_a_second_at_any_rate() -> None:
    for rate in (8000, 22050, 48000, 96000):
        flux = SpectralFlux(rate)
        assert flux.rate_hz == pytest.approx(100, rel=0.01)
        assert len(flux.push(np.zeros(rate))) == pytest.approx(98, abs=1)
        assert flux.push(np.zeros(1)).shape == (0, 3)


@pytest.mark.parametrize("rate", [7999, 400000, float("nan")])
def test_refuses_rates_that_cannot_be(rate: float) -> None:
    with pytest.raises(ValueError, match="8000"):
        SpectralFlux(rate)


def test_the_pulse_is_a_correlation_at_the_tempo_of_the_strokes() -> None:
    pulse = Pulse(100.0, 6.0)
    assert pulse.scores() is None
    for frame in range(1000):
        pulse.push(np.full(3, float(frame % 50 == 0)))
    scores = pulse.scores()
    assert scores is not None
    assert scores.shape == (TEMPI.size, PHASES)
    assert scores.max() <= 1
    best = np.sort(TEMPI[scores.max(axis=1).argsort()[-3:]])
    assert min(abs(best / 120 - 1)) < 0.01 or min(abs(best / 60 - 1)) < 0.01


def test_to_recall_is_to_forget_what_the_shorter_memory_forgot() -> None:
    long, short = Pulse(100.0, 6.0), Pulse(100.0, 2.0)
    for frame in range(400):
        row = np.full(3, float(frame % 40 == 0))
        long.push(row)
        short.push(row)
    assert not np.allclose(long.scores(), short.scores())
    long.recall(short)
    np.testing.assert_allclose(long.scores(), short.scores())
