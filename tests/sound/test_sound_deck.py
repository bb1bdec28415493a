"""A song on stage: in its place to the sample, moved and repeated without a click."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from time import monotonic

import numpy as np
import pytest
import soundfile

from livemusic.audio.pages import PAGE, Pages, in_stereo
from livemusic.music.playhead import Playhead
from livemusic.sound.deck import Deck
from livemusic.sound.protocol import Song
from livemusic.sound.stage import Stage

RATE = 48000
BLOCK = 256


class Shelf:
    """A whole recording in memory, `(n, 2)`; `missing` pages have not been read yet."""

    problem = ""

    def __init__(self, samples: np.ndarray) -> None:
        self.samples = samples.astype(np.float32)
        self.missing: set[int] = set()
        self.wanted: list[int] = []
        self.closed = False

    def want(self, pages: Iterator[int]) -> None:
        self.wanted = list(pages)

    def read(self, first: int, count: int) -> tuple[np.ndarray, bool]:
        at = np.arange(first, first + count)
        there = (at >= 0) & (at < len(self.samples)) & ~np.isin(at // PAGE, list(self.missing))
        sound = np.where(there[:, None], self.samples[np.clip(at, 0, len(self.samples) - 1)], np.float32(0))
        return sound, not self.missing.intersection(at // PAGE)

    def close(self) -> None:
        self.closed = True


def noise(seconds: float, rate: int = RATE) -> np.ndarray:
    return np.random.default_rng(0).uniform(-0.5, 0.5, (round(seconds * rate), 2)).astype(np.float32)


def sine(seconds: float, rate: int = RATE, hertz: float = 200.0) -> np.ndarray:
    tone = 0.3 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)
    return tone[:, None].repeat(2, axis=1).astype(np.float32)


def deck_of(samples: np.ndarray, rate: int = RATE, at: float = 0.0) -> Deck:
    return Deck(Shelf(samples), rate, RATE, Playhead(len(samples) / rate).played(at), 1.0)


def played(deck: Deck, blocks: int, first: int = 0) -> np.ndarray:
    """What is heard from block `first` on, of a stage whose frame 0 is heard at the moment 0."""
    return np.concatenate(
        [
            deck.read(BLOCK, number * BLOCK / RATE, (number + 1) * BLOCK / RATE)
            for number in range(first, first + blocks)
        ]
    )


def smooth(sound: np.ndarray, hertz: float = 200.0) -> bool:
    """Nothing clicks: it never moves faster than such a sine, and a fade of 5 ms, can."""
    fastest = 0.3 * (2 * np.pi * hertz / RATE + 1 / (0.005 * RATE)) * 2
    return float(np.abs(np.diff(sound, axis=0)).max()) < fastest


def test_at_the_stage_rate_its_samples_come_out_as_they_are() -> None:
    samples = noise(1.0)
    heard = played(deck_of(samples, at=0.1), 60)
    begin, fade = 4800, 240
    assert not heard[:begin].any()
    assert np.array_equal(heard[begin + fade :], samples[fade : len(heard) - begin])


@pytest.mark.parametrize("rate", [8000, 44100, 96000])
def test_at_another_rate_it_is_in_time_and_tune(rate: int) -> None:
    heard = played(deck_of(sine(1.0, rate), rate), 150)
    assert np.abs(heard[300:] - sine(1.0)[300 : len(heard)]).max() < 2e-3


def test_after_its_end_it_is_silent() -> None:
    heard = played(deck_of(sine(0.5)), 200)
    assert not heard[24000 + 240 :].any()


def test_a_pause_a_leap_and_a_loop_do_not_click() -> None:
    deck = deck_of(sine(2.0))
    heard = [played(deck, 20)]
    deck.playhead = deck.playhead.paused(20 * BLOCK / RATE + 0.001)
    heard.append(played(deck, 20, 20))
    assert not heard[-1][400:].any()
    deck.playhead = deck.playhead.played(40 * BLOCK / RATE + 0.0012)
    heard.append(played(deck, 20, 40))
    deck.playhead = deck.playhead.sought(1.2341, 60 * BLOCK / RATE)
    heard.append(played(deck, 20, 60))
    deck.playhead = deck.playhead.looped(1.2, 1.3013, 80 * BLOCK / RATE)
    heard.append(played(deck, 60, 80))
    assert smooth(np.concatenate(heard))
    assert np.abs(heard[-1]).max() < 0.45


def test_a_loop_is_in_its_place_to_the_sample() -> None:
    samples = noise(1.0)
    deck = deck_of(samples)
    deck.playhead = replace(deck.playhead, loop=(0.1, 0.3))
    heard = played(deck, 250)
    for turn in range(4):
        begin = 14400 + 9600 * turn
        assert np.array_equal(heard[begin + 240 : begin + 9600], samples[4800 + 240 : 14400])
    assert set(deck._pages.wanted) <= {0, 1, 2, 3}  # type: ignore[attr-defined]


def test_a_clock_that_strays_bends_it_and_never_clicks() -> None:
    deck, heard, moment = deck_of(sine(4.0)), [], 0.0
    for number in range(600):
        step = BLOCK / RATE * (1 + 300e-6 * np.sin(number / 50))
        heard.append(deck.read(BLOCK, moment, moment + step))
        moment += step
    assert smooth(np.concatenate(heard)[300:] * 4 / 3)


def test_a_page_that_comes_late_is_silence_and_then_a_fade() -> None:
    shelf = Shelf(sine(1.0))
    shelf.missing = {0, 1, 2}
    deck = Deck(shelf, RATE, RATE, Playhead(1.0).played(0.0), 1.0)
    assert not played(deck, 10).any()
    shelf.missing = set()
    heard = played(deck, 10, 10)
    assert smooth(heard)
    assert np.array_equal(heard[300:], shelf.samples[2560 + 300 : 5120])
    assert deck.gaps == 0
    shelf.missing = {1}
    played(deck, 100, 20)
    assert deck.gaps == 1


def test_its_gain_glides_and_its_end_is_faded() -> None:
    deck = deck_of(sine(2.0))
    heard = [played(deck, 10)]
    deck.gain = 0.25
    heard += [played(deck, 10, 10), deck.last(BLOCK)]
    assert smooth(np.concatenate(heard))
    assert np.abs(heard[1][300:]).max() == pytest.approx(0.075, abs=1e-3)
    assert deck._pages.closed  # type: ignore[attr-defined]


def until_read(pages: Pages, first: int, count: int) -> np.ndarray:
    deadline, pause = monotonic() + 20, Event()
    while not (answer := pages.read(first, count))[1]:
        assert monotonic() < deadline, pages.problem
        pause.wait(0.005)
    return answer[0]


def test_pages_bring_what_is_wanted_and_forget_the_rest(tmp_path: Path) -> None:
    samples = noise(3.0)
    soundfile.write(tmp_path / "a.wav", samples, RATE, subtype="FLOAT")
    pages = Pages(tmp_path / "a.wav")
    pages.start()
    pages.want([7, 0, 8])
    assert np.array_equal(until_read(pages, 7 * PAGE + 5, PAGE), samples[7 * PAGE + 5 : 8 * PAGE + 5])
    assert np.array_equal(until_read(pages, -3, 10)[3:], samples[:7])
    pages.want([3])
    until_read(pages, 3 * PAGE, 10)
    assert not pages.read(0, 10)[1]
    pages.close()


def test_a_song_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    stage = Stage(RATE, 0.02)
    stage.clock.observe(0, 0.0)
    stage.handle(Song(str(tmp_path / "missing.wav"), RATE, Playhead(1.0).played(0.0)))
    deadline, pause = monotonic() + 20, Event()
    while "There is no file" not in stage.problem:
        assert monotonic() < deadline
        pause.wait(0.005)
    assert not stage.render(BLOCK).any()
    stage.close()


def test_a_song_on_stage_is_heard_the_delay_after_its_moment(tmp_path: Path) -> None:
    samples = noise(0.5) * np.float32(0.5)
    soundfile.write(tmp_path / "a.flac", samples, RATE, subtype="PCM_24")
    stage = Stage(RATE, 0.02)
    stage.clock.observe(0, 0.0)
    song = Song(str(tmp_path / "a.flac"), RATE, Playhead(0.5))
    stage.handle(song)
    kit: list[tuple[int, np.ndarray]] = []
    stage.record(lambda frame, block: kit.append((frame, block)))
    stage.render(BLOCK)
    deck = stage._deck
    assert deck is not None
    until_read(deck._pages, 0, 24000)  # type: ignore[arg-type]
    stage.handle(Song(song.path, RATE, Playhead(0.5).played(0.02), 0.5))
    heard = np.concatenate([stage.render(BLOCK) for _ in range(60)])
    begin = round((0.02 + 0.02) * RATE) - BLOCK
    assert not heard[:begin].any()
    assert np.abs(heard[begin + 300 : begin + 9000] - 0.5 * samples[300:9000]).max() < 1e-4
    assert [frame for frame, _ in kit] == [number * BLOCK for number in range(61)]
    assert not any(block.any() for _, block in kit)  # the song is no part of what the kit plays
    stage.handle(Song(None, RATE, Playhead(0.0)))
    stage.render(BLOCK)
    assert not stage.render(BLOCK).any()
    stage.close()


def test_another_take_takes_over_without_a_gap(tmp_path: Path) -> None:
    for name, level in (("a.flac", 0.25), ("b.flac", 0.5)):
        soundfile.write(tmp_path / name, np.full(RATE, level, np.float32), RATE, subtype="PCM_24")
    stage = Stage(RATE, 0.02)
    stage.clock.observe(0, 0.0)
    first = Song(str(tmp_path / "a.flac"), RATE, Playhead(1.0).played(0.0))
    stage.handle(first)
    stage.render(BLOCK)
    assert stage._deck is not None
    until_read(stage._deck._pages, 0, RATE // 2)  # type: ignore[arg-type]
    before = np.concatenate([stage.render(BLOCK) for _ in range(20)])[-BLOCK:, 0]
    assert before == pytest.approx(0.25, abs=1e-3)
    stage.handle(Song(str(tmp_path / "b.flac"), RATE, Playhead(1.0).sought(0.3, 0.2).played(0.2)))
    waiting = np.concatenate([stage.render(BLOCK) for _ in range(5)])[:, 0]
    assert waiting == pytest.approx(0.25, abs=1e-3)  # until the other take has been read, and its moment has come
    until_read(stage._deck._pages, round(0.3 * RATE), RATE // 2)  # type: ignore[union-attr, arg-type]
    heard = np.concatenate([stage.render(BLOCK) for _ in range(40)])[:, 0]
    assert heard.min() > 0.24
    assert np.abs(np.diff(heard)).max() < 0.01
    assert heard[-BLOCK:] == pytest.approx(0.5, abs=1e-3)
    stage.handle(Song(str(tmp_path / "a.flac"), RATE, Playhead(1.0)))  # another song, that does not play yet
    stage.render(2 * BLOCK)
    assert not stage.render(BLOCK).any()
    stage.close()


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_any_channels_are_heard_on_two(channels: int) -> None:
    sound = np.full((10, channels), 0.2, np.float32)
    sound[3] = np.nan
    heard = in_stereo(sound)
    assert heard.shape == (10, 2)
    assert heard[0] == pytest.approx([0.3, 0.3] if channels > 2 else [0.2, 0.2])
    assert not heard[3].any()
