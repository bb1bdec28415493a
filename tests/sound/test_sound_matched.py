"""Matched voices in the kit: as loud as its own and in their place, brighter when struck harder, swapped at once."""

from queue import SimpleQueue
from threading import Thread

import msgspec
import numpy as np
import pytest

from livemusic.dsp.matching.voice import DrumVoice
from livemusic.music.event import note_on
from livemusic.music.kit import GM_PITCHES, VOICE_NAMES, Voice
from livemusic.sound.fitter import Fitter, Refit
from livemusic.sound.kit import Kit
from tests.dsp.test_dsp_matching import TOM

RATE = 44100


def struck(kit: Kit, voice: int, velocity: int = 100, seconds: float = 0.5) -> np.ndarray:
    kit.play(kit.position, note_on(9, GM_PITCHES[voice], velocity))
    return kit.mix(round(seconds * RATE))


def centroid(sound: np.ndarray) -> float:
    power = np.abs(np.fft.rfft(sound.sum(axis=1))) ** 2
    return float(power @ np.fft.rfftfreq(len(sound), 1 / RATE) / power.sum())


@pytest.fixture(scope="module")
def kit() -> Kit:
    return Kit(RATE)


@pytest.mark.parametrize("voice", list(Voice), ids=VOICE_NAMES)
def test_a_matched_voice_stands_where_the_own_one_stood(kit: Kit, voice: Voice) -> None:
    own = struck(Kit(RATE), voice)
    matched = struck(Kit(RATE, matched={VOICE_NAMES[voice]: TOM}), voice)
    loud = [np.sqrt(np.mean(each[:4410] ** 2)) for each in (own, matched)]
    assert 20 * np.log10(loud[1] / loud[0]) == pytest.approx(0, abs=5)
    sides = [20 * np.log10(np.linalg.norm(each[:, 0]) / np.linalg.norm(each[:, 1])) for each in (own, matched)]
    assert sides[1] == pytest.approx(sides[0], abs=1.5)


def test_a_harder_stroke_is_louder_and_brighter() -> None:
    kit = Kit(RATE, matched={"mid tom": TOM})
    soft, hard = (struck(kit, Voice.MID_TOM, velocity) for velocity in (40, 120))
    assert np.abs(hard).max() > 3 * np.abs(soft).max()
    assert centroid(hard) > 1.05 * centroid(soft)


def test_a_level_is_heard() -> None:
    louder = msgspec.structs.replace(TOM, level_db=6.0)
    one, two = (struck(Kit(RATE, matched={"kick": voice}), Voice.KICK, 60) for voice in (TOM, louder))
    assert np.abs(two).max() == pytest.approx(2 * np.abs(one).max(), rel=0.02)


def test_voices_are_swapped_while_the_kit_plays() -> None:
    kit, twin, handed = Kit(RATE), Kit(RATE), SimpleQueue[Refit]()
    fitter = Fitter(handed.put)
    thread = Thread(target=fitter.run)
    thread.start()
    fitter.want(kit, {"snare": TOM})
    refit = handed.get(timeout=60)
    fitter.end()
    thread.join()
    first = struck(kit, Voice.SNARE, seconds=0.02)
    refit.kit.refit(refit.sounds)
    rings, as_before = kit.mix(2000), (struck(twin, Voice.SNARE, seconds=0.02), twin.mix(2000))
    np.testing.assert_array_equal(np.concatenate([first, rings]), np.concatenate(as_before))
    matched = struck(kit, Voice.SNARE)
    kit.refit({})
    assert np.abs(matched - struck(kit, Voice.SNARE)).max() > 0.05


@pytest.mark.parametrize("rate", [8000, 48000, 96000])
def test_it_is_made_for_every_rate_and_never_too_loud(rate: int) -> None:
    everything = dict.fromkeys(VOICE_NAMES, TOM)
    kit = Kit(rate, matched=everything)
    for pitch in GM_PITCHES:
        kit.play(0, note_on(9, pitch, 127))
    sound = kit.render(rate // 4)
    assert np.isfinite(sound).all()
    assert 0.1 < np.abs(sound).max() <= 0.9


def test_extremes_are_sound_too() -> None:
    least = DrumVoice(20.0, -1.0, 0.002, -90.0, 0.004, 1.05, -90.0, 0.004, -90.0, 0.0005, (-90.0,) * 8, 0.004, 0.004)
    most = DrumVoice(4000.0, 4.0, 0.5, 12.0, 4.0, 12.0, 12.0, 4.0, 12.0, 0.02, (12.0,) * 8, 4.0, 4.0)
    for voice in (least, most):
        assert np.isfinite(struck(Kit(RATE, matched={"crash": voice}), Voice.CRASH)).all()
