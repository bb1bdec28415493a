"""Sources that play by the clock: every sample once, in order, when it is due."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.audio.source import ArraySource

RATE = 8000


def test_samples_come_when_they_are_due() -> None:
    source = ArraySource(np.arange(16.0), sample_rate=8)
    assert len(source.read(99.0)) == 0  # not started
    source.start(100.0)
    assert [*source.read(99.0)] == []
    assert [*source.read(100.5)] == [0, 1, 2, 3]
    assert [*source.read(100.5)] == []
    assert [*source.read(100.6)] == []
    assert [*source.read(100.75)] == [4, 5]
    assert source.position(0.0) == 0.75
    assert not source.done


def test_after_a_stall_it_catches_up_a_second_at_a_time() -> None:
    source = ArraySource(np.arange(40.0), sample_rate=8)
    source.start(0.0)
    assert [len(source.read(4.0)) for _ in range(6)] == [8, 8, 8, 8, 0, 0]
    assert source.overflows == 0
    assert [len(source.read(9.0)) for _ in range(3)] == [8, 0, 0]
    assert source.done


@given(st.lists(st.floats(0, 0.7), max_size=30), st.integers(1, 3 * RATE), st.booleans())
def test_however_it_is_read_the_samples_are_the_same(steps: list[float], length: int, loop: bool) -> None:
    samples = np.arange(length, dtype=np.float32)
    source = ArraySource(samples, RATE, loop=loop)
    source.start(5.0)
    now, parts = 5.0, []
    for step in steps:
        now += step
        parts.append(source.read(now))
    heard = np.concatenate([*parts, np.empty(0, np.float32)])
    assert np.array_equal(heard, np.resize(samples, len(heard)))
    due = int((now - 5.0) * RATE + 1e-6)
    assert len(heard) == (due if loop else min(due, length))
    assert source.done is (not loop and due > length)


@pytest.mark.parametrize("samples", [np.empty(0), np.zeros((4, 2))])
def test_there_must_be_something_to_play(samples: np.ndarray) -> None:
    with pytest.raises(ValueError, match="one channel"):
        ArraySource(samples, RATE)


def test_a_closed_source_is_silent() -> None:
    source = ArraySource(np.zeros(RATE), RATE)
    source.start(0.0)
    source.close()
    source.close()
    assert len(source.read(1.0)) == 0
    assert source.done
