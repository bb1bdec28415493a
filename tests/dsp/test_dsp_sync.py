"""What takes are aligned by: onsets where they are, chroma of the notes, the tuning; beats and bars of a whole take."""

import numpy as np
import pytest

from livemusic.dsp.bars import find_beats
from livemusic.dsp.sync import SyncEar, SyncRows


def _rows(sound: np.ndarray, rate: int = 44100, block: int = 10_000) -> SyncRows:
    ear = SyncEar(rate)
    for start in range(0, len(sound), block):
        ear.hear(sound[start : start + block])
    return ear.finish()


def _clicks(times: list[float], seconds: float, rate: int) -> np.ndarray:
    sound = np.zeros(round(seconds * rate), np.float32)
    dice = np.random.default_rng(0)
    for at in times:
        length = round(0.03 * rate)
        sound[round(at * rate) : round(at * rate) + length] += dice.normal(0, 0.3, length) * np.linspace(1, 0, length)
    return sound


@pytest.mark.parametrize("rate", [8000, 44100, 96000])
def test_onsets_are_where_they_are_at_any_rate(rate: int) -> None:
    times = [0.5, 1.1, 1.73, 2.6]
    onsets = _rows(_clicks(times, 3, rate), rate).onsets.sum(axis=1)
    for at in times:
        near = onsets[round(100 * at) - 10 : round(100 * at) + 10]
        assert abs(int(near.argmax()) - 10) <= 3
        assert near.max() > 1


def test_rows_do_not_depend_on_blocks() -> None:
    sound = np.random.default_rng(1).normal(0, 0.1, 44100).astype(np.float32)
    whole, pieces = _rows(sound, block=len(sound)), _rows(sound, block=777)
    for a, b in zip(whole[:3], pieces[:3], strict=True):
        np.testing.assert_allclose(a, b, atol=0.05)


def test_chroma_tells_notes_and_takes_the_tuning_off() -> None:
    t = np.arange(3 * 44100) / 44100
    for cents in (0, 30, -40):
        tone = sum(np.sin(2 * np.pi * 440 * 2 ** ((cents / 100 + note) / 12) * t) for note in (0, 4, 7))
        rows = _rows((0.2 * tone).astype(np.float32))
        assert set(np.argsort(rows.chroma[15])[-3:]) == {0, 4, 7}
        assert 100 * rows.tuning == pytest.approx(cents, abs=8)


def test_silence_and_what_is_no_number_are_nothing() -> None:
    sound = np.zeros(44100, np.float32)
    sound[1000:1100] = np.nan
    rows = _rows(sound)
    assert not rows.onsets.any()
    assert not rows.chroma.any()
    assert (rows.loudness <= -110).all()


def test_the_beats_of_a_tempo_that_changes_are_found() -> None:
    beats = np.cumsum(np.concatenate([[1.0], np.linspace(0.5, 0.6, 60)]))
    onsets = np.zeros((4000, 6), np.float32)
    for number, at in enumerate(beats):
        onsets[round(100 * at), 3:] = 1
        if number % 4 == 0:
            onsets[round(100 * at), :3] = 1
    found = find_beats(onsets, 100)
    assert np.abs(found.times[:, None] - beats[None, 2:-2]).min(axis=0).max() < 0.03
    near = np.abs(beats[:, None] - found.bars[None, 1:-1]).argmin(axis=0)
    assert set(near % 4) == {0}


def test_noise_has_no_beat() -> None:
    dice = np.random.default_rng(2)
    assert len(find_beats(dice.random((3000, 6)), 100).times) == 0
    assert len(find_beats(np.zeros((3000, 6)), 100).times) == 0
    assert len(find_beats(np.zeros((0, 6)), 100).times) == 0
