from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from livemusic.music.event import note_on
from livemusic.music.pattern import Note
from livemusic.music.song import Song, compose
from livemusic.music.tempo import TempoMap
from livemusic.sound.demo import Stems, render_song
from livemusic.sound.kit import Kit
from livemusic.sound.render import render_events
from livemusic.sound.synth import Synth, echo, reverb

SONG = compose()
RATE = 22050
MINUS_ONE_DB = 10 ** (-1 / 20)


@pytest.fixture(scope="module")
def stems() -> Stems:
    return render_song(SONG, RATE)


def section(sound: np.ndarray, number: int) -> np.ndarray:
    part = SONG.sections[number]
    begin, end = (round(SONG.tempo.seconds_at(tick) * RATE) for tick in (part.start, part.start + part.length))
    return sound[begin:end].astype(np.float64)


def decibels(sound: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(sound.astype(np.float64) ** 2)))


def test_the_stems_are_clean_equally_long_and_fit_together(stems: Stems) -> None:
    mix = stems.band + stems.drums
    assert stems.band.shape == stems.drums.shape == (round(SONG.seconds * RATE), 2)
    assert stems.band.dtype == stems.drums.dtype == np.float32
    assert np.isfinite(mix).all()
    assert 0.7 < np.abs(mix).max() <= MINUS_ONE_DB
    assert -19 < decibels(mix) < -13
    assert abs(decibels(stems.band) - decibels(stems.drums)) < 4


def test_the_sections_differ_and_return(stems: Stems) -> None:
    mix = stems.band + stems.drums
    levels = [decibels(section(mix, number)) for number in range(6)]
    intro, verse, chorus, again, _, last = levels
    assert intro < verse - 1.5 < verse < chorus - 1.5
    assert abs(verse - again) < 0.5
    assert abs(chorus - last) < 0.5

    def colour(number: int) -> np.ndarray:
        sound = section(stems.band, number).mean(axis=1)
        spectrum = np.abs(np.fft.rfft(sound)) ** 2
        edges = (len(spectrum) * np.array([0, 60, 120, 250, 500, 1000, 2000, 4000]) / (RATE / 2)).astype(int)
        return 10 * np.log10(np.array([spectrum[a:b].mean() for a, b in pairwise(edges)]))

    same = np.abs(colour(1) - colour(3)).max()
    assert same < 1.5
    for one, other in ((0, 1), (1, 2), (2, 4), (1, 4)):
        assert np.abs(colour(one) - colour(other)).max() > 2 * same + 1


def test_the_drums_hit_the_beat(stems: Stems) -> None:
    """Kicks written on the first beat of a verse bar are heard there, within 3 ms."""
    for bar in range(4, 8):
        at = round(SONG.tempo.seconds_at(bar * SONG.meter.bar) * RATE)
        around = np.abs(stems.drums[at - RATE // 20 : at + RATE // 20]).max(axis=1)
        loud = np.flatnonzero(around > 0.5 * around.max())[0] - RATE // 20
        assert abs(loud) < 0.008 * RATE


def test_the_song_loops_without_a_click(stems: Stems) -> None:
    mix = stems.band + stems.drums
    seam = np.abs(mix[0] - mix[-1]).max()
    assert seam <= np.quantile(np.abs(np.diff(mix, axis=0)).max(axis=1), 0.999)


def test_a_song_without_notes_is_silence() -> None:
    empty = Song("rest", 120.0, SONG.meter, ())
    bar = replace(SONG.sections[0], patterns=tuple(replace(p, notes=()) for p in SONG.sections[0].patterns))
    stems = render_song(replace(empty, sections=(bar,)), 8000)
    assert len(stems.band) == 8000 * 8
    assert not stems.band.any()
    assert not stems.drums.any()


@pytest.mark.parametrize("part", ["bass", "keys", "pad", "pluck", "lead"])
@pytest.mark.parametrize("pitch", [28, 60, 96])
def test_every_instrument_is_in_tune_and_ends(part: str, pitch: int) -> None:
    sound = Synth(44100).render(part, [Note(0, pitch, 100, 1920, 1)], TempoMap(120), 3.0).mean(axis=1)
    assert np.isfinite(sound).all()
    assert not sound[-4000:].any()
    spectrum = np.abs(np.fft.rfft(sound[:44100] * np.hanning(44100), 1 << 19))
    frequencies = np.fft.rfftfreq(1 << 19, 1 / 44100)
    wanted = 440 * 2 ** ((pitch - 69) / 12)
    near = (frequencies > 0.94 * wanted) & (frequencies < 1.06 * wanted)
    heard = (spectrum[near] ** 2 * frequencies[near]).sum() / (spectrum[near] ** 2).sum()
    assert abs(1200 * np.log2(heard / wanted)) < 12


def test_echo_and_room_wrap_around() -> None:
    click = np.zeros((8000, 2), np.float32)
    click[7000, 0] = 1
    repeats = echo(click, 2000, 0.5, 3)
    assert [tuple(np.argwhere(repeats == value)[0]) for value in (0.5, 0.25, 0.125)] == [
        (1000, 1),
        (3000, 0),
        (5000, 1),
    ]
    room = reverb(click, 8000, 0.5)
    assert np.abs(room[:3000]).max() > 1e-4
    assert not room[4000:7000].any() or np.abs(room[4000:7000]).max() < 1e-5


def test_offline_is_the_live_kit() -> None:
    kit = Kit(8000)
    kit.play(800, note_on(9, 36, 100))
    kit.play(2400, note_on(9, 38, 100))
    offline = render_events([(0.1, note_on(9, 36, 100)), (0.3, note_on(9, 38, 100))], 1.0, 8000)
    assert np.allclose(offline, np.concatenate([kit.render(100) for _ in range(80)]), atol=1e-6)


def test_the_backing_repeats_under_the_drums() -> None:
    tone = np.sin(np.arange(1000) / 7).astype(np.float32)[:, None].repeat(2, axis=1) * 0.3
    sound = render_events([], 0.4, 8000, backing=tone)
    assert np.array_equal(sound, np.concatenate([tone] * 4)[:3200])
    assert render_events([], 0.0, 8000).shape == (0, 2)
