"""The metronome's sound: at its frame, whatever the blocks, an accent apart from a beat."""

import numpy as np
import pytest

from livemusic.music.event import CLICK, CLICK_0_DB, note_on
from livemusic.sound.balance import Balance
from livemusic.sound.click import Clicks
from livemusic.sound.kit import CEILING
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


def clicked(level: int, pairs: int, master: float = 1.0) -> np.ndarray:
    """What a stage with so many pairs of outputs renders of a click, and of a kick struck a little later."""
    stage = Stage(RATE, 0.01, pairs=pairs)
    stage.look(0, 100.0)
    stage.handle(Balance(master=master))
    batch = ((100.005, bytes((CLICK, 1, CLICK_0_DB + level))), (100.06, note_on(9, 36, 110)))
    stage.handle(Events(batch))
    return np.concatenate([stage.render(256) for _ in range(32)])


def test_a_click_with_a_pair_of_its_own_is_heard_there_alone_and_nothing_else_is() -> None:
    both, apart = clicked(-12, 1), clicked(-12, 3)
    assert apart.shape == (8192, 6)
    assert not apart[:, 2:4].any()
    click, kit = apart[:, 4:], apart[:, :2]
    assert 0.1 < np.abs(click).max() < 0.25
    begun, ended = 0.015 * RATE, 0.055 * RATE
    assert begun - 1 <= np.flatnonzero(click[:, 0])[0] <= begun + 2
    assert not kit[: int(ended)].any()
    assert kit[int(ended) :].any()
    np.testing.assert_allclose(kit + click, both, atol=1e-6)


@pytest.mark.parametrize("pairs", [1, 2])
def test_the_master_level_leaves_the_click_alone(pairs: int) -> None:
    loud, silent = clicked(-12, pairs), clicked(-12, pairs, master=0.0)
    early = slice(2048)  # before the kick; and the master takes a block to get there
    np.testing.assert_array_equal(loud[early, -2:], silent[early, -2:])
    assert not silent[4096:].any()


def test_a_loud_click_is_bent_under_the_ceiling_on_its_own_pair_too() -> None:
    assert np.abs(clicked(6, 2)[:, 2:]).max() < CEILING
