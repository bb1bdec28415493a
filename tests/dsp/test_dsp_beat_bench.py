import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.cli.bench.grooves import Take
from livemusic.cli.bench.tempo import f_measure, seconds_to_follow

BEATS = np.arange(0, 30, 0.5)


@pytest.mark.parametrize(
    ("heard", "value"),
    [
        (BEATS, 1.0),
        (BEATS + 0.069, 1.0),
        (BEATS + 0.25, 0.0),
        (BEATS[::2], 2 / 3),
        (np.arange(0, 30, 0.25), 2 / 3),
        (BEATS[BEATS < 5], 0.0),
        ([], 0.0),
    ],
)
def test_the_f_measure_by_example(heard: list[float], value: float) -> None:
    assert f_measure(BEATS, heard) == pytest.approx(value, abs=0.01)


_times = st.lists(st.floats(0, 30).map(lambda t: round(t, 4)), max_size=40)


@given(_times, _times)
def test_the_f_measure_is_a_symmetric_share(truth: list[float], heard: list[float]) -> None:
    value = f_measure(truth, heard)
    assert 0 <= value <= 1
    assert value == pytest.approx(f_measure(heard, truth))


def test_the_f_measure_is_that_of_mir_eval() -> None:
    beat = pytest.importorskip("mir_eval.beat")
    random = np.random.default_rng(5)
    for _ in range(50):
        truth = np.sort(random.uniform(0, 30, 60))
        heard = np.sort(np.concatenate([truth[::2] + random.normal(0, 0.05, 30), random.uniform(0, 30, 20)]))
        expected = beat.f_measure(beat.trim_beats(truth), beat.trim_beats(heard))
        assert f_measure(truth, heard) == pytest.approx(expected)


def test_following_is_timed_to_the_last_missed_beat() -> None:
    beats = np.concatenate([np.arange(0, 20, 0.6), np.arange(20.4, 40, 0.5)])
    take = Take(np.zeros(1, np.float32), beats, 20.4)
    assert seconds_to_follow(take, beats) == 0
    assert seconds_to_follow(take, beats[(beats < 20.4) | (beats > 22)]) == pytest.approx(1.5)
    assert seconds_to_follow(take, np.arange(0, 40, 0.6)) == 15
    assert seconds_to_follow(take, np.arange(0.4, 40, 0.25)) == 15
    assert seconds_to_follow(take, []) == 15
