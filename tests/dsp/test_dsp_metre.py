from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pytest

from livemusic.dsp.beat import Beat, BeatTracker
from livemusic.dsp.hits import HeardHit
from livemusic.dsp.lanes import CYMBAL, DRUM, HAT, HIT, LANES, TOM
from livemusic.dsp.metre import LATE, PARTS, ROWS, SHAPE, WEIGHED, Metre, fold, row_weights
from livemusic.dsp.pulse import PHASES, TEMPI

RATE = 22050
Array = npt.NDArray[np.float32]


class OnKicks:
    """Takes the places for beats at which a kick was, at any tempo: beat 0 of the bar."""

    def __init__(self) -> None:
        self.asked = 0

    def read(self, bars: Array) -> Array:
        self.asked += 1
        kicks = bars[:, : len(ROWS)][:, 0]
        # A kick `n` places before now means that now is `n` places after the beat.
        return 6 * np.roll(kicks[:, ::-1], 1, axis=1)


def hit(t: float, lane: int = 0, velocity: float = 1.0) -> HeardHit:
    return HeardHit(t, lane, velocity, 0.9, min(lane, 8))


def test_every_lane_counts_where_its_drum_does() -> None:
    counted = {name: row_weights(lane) for lane, name in enumerate(LANES)}
    assert counted["kick"] == ((ROWS.index("kick"), 1.0),)
    assert counted["closed hat"] == counted["open hat"] == row_weights(HAT) == ((ROWS.index("hat"), 1.0),)
    assert counted["low tom"] == counted["high tom"] == row_weights(TOM) == ((ROWS.index("tom"), 1.0),)
    assert row_weights(DRUM) == ((ROWS.index("kick"), 0.5), (ROWS.index("snare"), 0.5))
    assert row_weights(CYMBAL) == ((ROWS.index("crash"), 0.5), (ROWS.index("ride"), 0.5))
    assert row_weights(HIT) == ()


def test_hits_lie_where_they_are_in_the_bar_of_each_tempo() -> None:
    bars = fold(np.array([0.0, 0.5, 2.25]), np.array([0, 1, 2]), np.ones(3), np.array([60.0, 120.0]))
    assert bars.shape == (2, *SHAPE) == (2, 13, PHASES)
    assert np.diff(bars[:, -1], axis=0).tolist() == [[1.0] * PHASES]
    assert bars[:, 0].argmax(axis=1).tolist() == [0, 0]
    assert bars[:, 1].argmax(axis=1).tolist() == [PHASES - 8, PHASES - 16]
    assert bars[:, 2].argmax(axis=1).tolist() == [PHASES - 36, PHASES - 8]
    short, long = bars[0, 1].sum(), bars[0, 1 + len(ROWS)].sum()
    assert short == pytest.approx(np.exp(-0.5 / 1.5), rel=1e-5)
    assert long == pytest.approx(np.exp(-0.5 / 5.0), rel=1e-5)


def test_what_is_between_two_places_is_shared() -> None:
    bars = fold(np.array([0.5 / 16]), np.array([0]), np.ones(1), np.array([60.0]))
    assert bars[0, 0, [PHASES - 1, 0]] == pytest.approx([bars[0, 0].sum() / 2] * 2)


def weigh(metre: Metre, now: float) -> None:
    for _ in range(PARTS):
        metre.judge(now)


def test_judged_in_parts_it_is_as_if_judged_at_once() -> None:
    metre, reader = Metre(OnKicks()), OnKicks()
    hits = [hit(t, lane) for t, lane in zip(np.arange(0, 6, 0.4), (0, 2, 1) * 5, strict=True)]
    metre.hear(hits)
    for part in range(PARTS):
        assert not metre.known
        metre.judge(6.0 + 0.03 * part)  # what comes meanwhile waits for the next time
        metre.hear([hit(6.0 + 0.03 * part, 1)])
    rows = np.array([row_weights(one.lane)[0][0] for one in hits])
    logits = reader.read(fold(6.0 - np.array([one.t for one in hits]), rows, np.ones(len(hits)))).astype(np.float64)
    likely = np.exp(logits - logits.max()).reshape(WEIGHED.size, 4, -1).sum(axis=1)
    near = np.abs(np.log(WEIGHED / 150)) < 0.05
    assert metre.likelihood(6.0, 150.0, 0.0) == pytest.approx(likely[near][:, [0, 1, 2, -1, -2]].sum() / likely.sum())


def test_the_likeliest_beat_moves_on_with_time() -> None:
    metre = Metre(OnKicks())
    metre.hear(hit(t) for t in np.arange(0, 6, 0.5))
    weigh(metre, 6.0)
    assert metre.likelihood(6.0, 120.0, 0.0) > 4 * metre.likelihood(6.0, 120.0, 0.5)
    assert metre.likelihood(6.25, 120.0, 0.5) == pytest.approx(metre.likelihood(6.0, 120.0, 0.0), rel=0.15)
    for now, place in ((6.0, 0), (6.25, 8)):
        trust = metre.trust(now)
        assert trust.shape == (TEMPI.size, PHASES)
        assert trust.max() <= 1
        row = int(np.abs(TEMPI - 120).argmin())
        assert trust[row].reshape(4, 16).sum(axis=0).argmax() == place


def test_what_may_not_have_been_told_yet_does_not_count() -> None:
    metre = Metre(OnKicks())
    metre.hear([hit(1.0)])
    weigh(metre, 1.0 + LATE / 2)
    assert not metre.known
    weigh(metre, 1.0 + 2 * LATE)
    assert metre.known


def test_hits_grow_old() -> None:
    reader = OnKicks()
    metre = Metre(reader)
    metre.hear([hit(1.0)])
    weigh(metre, 60.0)
    assert not metre.known
    assert reader.asked == 0


def sounding(times: Sequence[float], seconds: float) -> npt.NDArray[np.float32]:
    sound = np.zeros(round(seconds * RATE), np.float32)
    stroke = 0.3 * np.random.default_rng(1).normal(size=1000) * np.exp(-np.arange(1000) / 200)
    for at in times:
        part = sound[round(at * RATE) :][:1000]
        part += stroke[: part.size].astype(np.float32)
    return sound


def told(tracker: BeatTracker, sound: Array, hits: Sequence[HeardHit], size: int, late: float = 0.03) -> Iterator[Beat]:
    """What is told while sound comes in blocks, and each hit `late`."""
    for start in range(0, len(sound), size):
        begin, end = start / RATE - late, (start + size) / RATE - late
        yield from tracker.push(sound[start : start + size], [one for one in hits if begin <= one.t < end])


def test_the_drums_tell_the_beat_from_what_is_between() -> None:
    """Strokes all alike twice a beat: only the kick says which of them are beats."""
    sound = sounding(np.arange(0, 14, 0.3).tolist(), 14)
    for first in (0.0, 0.3):
        hits = [hit(t) for t in np.arange(first, 14, 0.6)]
        tracker = BeatTracker(RATE, drums=OnKicks())
        tracker._prior = np.where((TEMPI > 80) & (TEMPI < 130), 1.0, 0.0)
        beats = [beat for beat in told(tracker, sound, hits, 512) if beat.t > 5]
        assert len(beats) >= 12
        assert max(abs((beat.t - first + 0.3) % 0.6 - 0.3) for beat in beats) < 0.05


@pytest.mark.parametrize("size", [64, 441, 3000, 14 * RATE])
def test_the_same_beats_for_any_block_sizes(size: int) -> None:
    times = np.arange(0, 8, 0.25)
    sound, hits = sounding(times.tolist(), 8), [hit(t, (0, 2, 1, 2)[n % 4], 0.7) for n, t in enumerate(times)]
    expected = list(told(BeatTracker(RATE, drums=OnKicks()), sound, hits, 220))
    assert list(told(BeatTracker(RATE, drums=OnKicks()), sound, hits, size)) == expected
    assert expected


def test_without_hits_it_is_as_if_nobody_heard_drums() -> None:
    sound = sounding(np.arange(0, 8, 0.4).tolist(), 8)
    reader = OnKicks()
    assert BeatTracker(RATE, drums=reader).push(sound) == BeatTracker(RATE).push(sound)
    assert reader.asked == 0


def test_tempi_weighed_stand_for_all() -> None:
    assert np.repeat(WEIGHED, TEMPI.size // WEIGHED.size).shape == TEMPI.shape
    assert np.abs(np.log(np.repeat(WEIGHED, 3) / TEMPI)).max() < 0.01
