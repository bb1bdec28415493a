"""The metronome's sound: at its frame, whatever the blocks, an accent apart from a beat."""

import numpy as np
import pytest

from livemusic.music.event import CLICK, CLICK_0_DB
from livemusic.sound.click import Clicks
from livemusic.sound.protocol import Events
from livemusic.sound.stage import Stage

RATE = 48000


def rendered(blocks: list[int], *struck: tuple[int, bool, float]) -> np.ndarray:
    clicks, first, parts = Clicks(RATE), 0, []
    for frame, accent, gain in struck:
        clicks.strike(frame, accent, gain)
    for frames in blocks:
        block = np.zeros((frames, 2), np.float32)
        clicks.add_to(block, first)
        parts.append(block)
        first += frames
    return np.concatenate(parts)


def test_a_click_begins_at_its_frame_however_time_is_cut_into_blocks() -> None:
    whole = rendered([8192], (1000, False, 1.0), (5000, True, 0.5))
    cut = rendered([100, 901, 3, 4000, 3188], (1000, False, 1.0), (5000, True, 0.5))
    np.testing.assert_array_equal(whole, cut)
    assert not whole[:1001].any()
    assert whole[1001:1100].any()


def test_an_accent_is_higher_and_the_gain_is_kept() -> None:
    beat, accent = (rendered([4096], (0, on, 1.0))[:, 0] for on in (False, True))
    peaks = [np.argmax(np.abs(np.fft.rfft(sound))) * RATE / 4096 for sound in (beat, accent)]
    assert peaks == pytest.approx([1000.0, 1600.0], abs=40.0)
    np.testing.assert_allclose(rendered([4096], (0, True, 0.25))[:, 0], 0.25 * accent, atol=1e-7)


def test_the_stage_clicks_at_the_level_it_is_told_whatever_plays() -> None:
    sounds = []
    for level in (-12, -24):
        stage = Stage(RATE, 0.01)
        stage.look(0, 100.0)
        stage.handle(Events(((100.005, bytes((CLICK, 1, CLICK_0_DB + level))),)))
        sounds.append(np.abs(stage.render(4096)).max())
    assert sounds[0] > 0.1
    assert sounds[1] == pytest.approx(sounds[0] * 10 ** (-12 / 20), rel=0.02)
