import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.dsp.framer import Framer


def test_frames_of_a_ramp() -> None:
    framer = Framer(4, 2)
    assert framer.push([0, 1, 2]).shape == (0, 4)
    np.testing.assert_array_equal(framer.push([3, 4, 5, 6]), [[0, 1, 2, 3], [2, 3, 4, 5]])
    np.testing.assert_array_equal(framer.push([7]), [[4, 5, 6, 7]])
    assert framer.push([]).shape == (0, 4)


def test_bad_samples_become_silence_and_absurd_ones_are_clipped() -> None:
    (frame,) = Framer(5, 5).push([0.5, np.nan, np.inf, -np.inf, 1e30])
    np.testing.assert_array_equal(frame, [0.5, 0, 0, 0, 16])


@given(
    fft=st.integers(1, 20),
    overlap=st.floats(0, 0.99),
    blocks=st.lists(st.sampled_from([0, 1, 2, 3, 7, 19, 64, 333]), max_size=12),
)
def test_the_same_frames_for_any_block_sizes(fft: int, overlap: float, blocks: list[int]) -> None:
    hop = max(1, round(fft * (1 - overlap)))
    stream = np.arange(sum(blocks), dtype=np.float32) / 4096
    framer = Framer(fft, hop)
    cuts = np.split(stream, np.cumsum(blocks)[:-1]) if blocks else [stream]
    pieces = np.concatenate([framer.push(block) for block in cuts])
    expected = [stream[i : i + fft] for i in range(0, len(stream) - fft + 1, hop)]
    np.testing.assert_array_equal(pieces, np.reshape(expected, (-1, fft)).astype(np.float32))


def test_refuses_a_hop_longer_than_a_frame_and_two_channels() -> None:
    with pytest.raises(ValueError, match="hop"):
        Framer(4, 5)
    with pytest.raises(ValueError, match="one channel"):
        Framer(4, 4).push(np.zeros((8, 2)))
