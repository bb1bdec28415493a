"""The beats listener lets the drums that are heard in the same sound tell where beats are."""

import numpy as np
import pytest

from livemusic.dsp.hits import HeardHit
from livemusic.engine.listen_orders import HearDrums, TrackBeats
from livemusic.engine.listeners.beats import Beats
from livemusic.engine.listeners.drums import Drums
from livemusic.engine.sync import Beat
from livemusic.inference.hearing import Hearing
from livemusic.inference.library import Library
from livemusic.inference.metre import OnnxMetre
from tests.inference.conftest import rises
from tests.inference.test_inference_hearing import groove

RATE, BLOCK = 22050, 441


@pytest.fixture(scope="module")
def metre() -> OnnxMetre:
    return OnnxMetre.open(Library().folder("metre"))


def test_hits_of_the_block_are_told_from_its_end(tmp_path_factory: pytest.TempPathFactory) -> None:
    hearing = Hearing.open(rises(tmp_path_factory.mktemp("models") / "hearing-0"))
    rate = round(hearing.spec.features.sample_rate)
    sound = groove(rate, [(0.5, 60.0), (1.0, 60.0), (1.5, 60.0)], 2.0)
    drums, moments = Drums(lambda told: None), list[float]()
    drums.handle(HearDrums(hearing), 0.0)
    for start in range(0, len(sound), 200):
        drums.hear(sound[start : start + 200], rate, start / rate)
        end = min(start + 200, len(sound)) / rate
        assert all(-0.1 < hit.t < 0 for hit in drums.fresh)
        moments += [end + hit.t for hit in drums.fresh]
    assert moments
    assert all(np.abs(np.array([0.5, 1.0, 1.5]) - t).min() < 0.03 for t in moments)
    drums.handle(HearDrums(None), 0.0)
    drums.hear(sound[:200], rate, 3.0)
    assert drums.fresh == ()


def test_kick_and_snare_tell_beats_from_what_is_between(metre: OnnxMetre) -> None:
    """Strokes of noise all alike, two a beat: kick and snare alternate on the first of each two, or on the second."""
    times = np.arange(0, 16, 0.3)
    sound = np.zeros(16 * RATE, np.float32)
    stroke = 0.3 * np.random.default_rng(1).normal(size=1000) * np.exp(-np.arange(1000) / 200)
    for t in times:
        part = sound[round(t * RATE) :][:1000]
        part += stroke[: part.size].astype(np.float32)
    for first in (0, 1):
        hits = [HeardHit(float(t), 2, 0.5, 0.9, 2) for t in times]
        hits += [
            HeardHit(float(t), 1 if n % 2 else 0, 0.9, 0.9, 1 if n % 2 else 0) for n, t in enumerate(times[first::2])
        ]
        beats, fresh = list[Beat](), list[HeardHit]()
        listener = Beats(beats.append, lambda words: None, lambda fresh=fresh: tuple(fresh))
        listener.handle(TrackBeats(True, 0.0, metre), 0.0)
        for start in range(0, len(sound), BLOCK):
            begin, end = start / RATE, (start + BLOCK) / RATE
            fresh[:] = [hit._replace(t=hit.t - end) for hit in hits if begin <= hit.t + 0.03 < end]
            listener.hear(sound[start : start + BLOCK], RATE, end)
        late = [beat for beat in beats if beat.at > 6]
        assert len(late) >= 14
        right = [abs((beat.at - 0.3 * first + 0.3) % 0.6 - 0.3) < 0.07 for beat in late]
        assert np.mean(right) > 0.9
