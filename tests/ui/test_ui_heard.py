"""The drums that are heard: lanes that move, their switch, and the ribbon of a song."""

import msgspec
import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from livemusic.dsp.lanes import CYMBAL, DRUM, HIT, LANES, VOICES, above
from livemusic.engine.edits import SendHeard
from livemusic.engine.snapshot import HeardState
from livemusic.session.settings import Settings
from livemusic.ui import theme
from livemusic.ui.heard.panel import HeardPanel
from livemusic.ui.heard.ribbon import SongHits, ribbon
from livemusic.ui.heard.rows import PLACES, ROWS, WORDS
from livemusic.ui.heard.strip import SPAN, HeardStrip
from livemusic.ui.timeline.items import View

KICK, SNARE, CLOSED, OPEN = 0, 1, 2, 3


def heard(*hits: tuple[float, int, int], count: int | None = None) -> HeardState:
    return HeardState(on=True, count=len(hits) if count is None else count, hits=hits)


@pytest.fixture
def strip(app: QApplication) -> HeardStrip:
    made = HeardStrip()
    made.resize(600, made.height())
    return made


def test_every_lane_lies_within_those_above_it() -> None:
    assert len(PLACES) == len(WORDS) == len(LANES)
    for lane, place in enumerate(PLACES):
        assert 0 <= place.top <= place.bottom < len(ROWS)
        assert place.sure == (lane < VOICES)
        for upper in above(lane):
            assert PLACES[upper].top <= place.top <= place.bottom <= PLACES[upper].bottom


def test_each_hit_comes_once_whatever_is_told_again(strip: HeardStrip) -> None:
    strip.show_heard(heard((1.0, KICK, 100), (1.5, SNARE, 90)))
    strip.show_heard(heard((1.0, KICK, 100), (1.5, SNARE, 90)))
    strip.show_heard(heard((1.5, SNARE, 90), (2.0, CLOSED, 50), count=3))
    assert [(mark.at, mark.lane) for mark in strip.marks] == [(1.0, KICK), (1.5, SNARE), (2.0, CLOSED)]
    strip.show_heard(heard((9.0, KICK, 80), count=1))  # another engine counts anew
    assert strip.marks[-1].at == 9.0


def test_hits_move_to_the_left_and_leave(strip: HeardStrip) -> None:
    strip.show_heard(heard((10.0, KICK, 127), (10.0, SNARE, 40), (10.0, HIT, 80)))
    strip.advance(10.0)
    loud, soft, some = (strip.bar(mark) for mark in strip.marks)
    assert loud.center().x() == pytest.approx(strip.x_at(10.0))
    assert loud.height() > soft.height()
    assert loud.top() > soft.bottom()  # the kick is the lowest
    assert some.height() > 0.9 * (strip.height() - 8)
    strip.advance(10.0 + SPAN / 2)
    assert strip.bar(strip.marks[0]).center().x() < loud.center().x() - 200
    strip.advance(10.0 + SPAN + 2)
    assert not strip.marks


def near(image: QImage, x: float, y: float, name: str) -> bool:
    ratio = image.devicePixelRatio()
    tone, wanted = image.pixelColor(int(x * ratio), int(y * ratio)), theme.colour(name)
    return all(abs(a - b) < 60 for a, b in zip(tone.getRgb()[:3], wanted.getRgb()[:3], strict=True))


def test_a_hit_is_seen_in_its_colour_and_an_open_hat_is_a_ring(strip: HeardStrip) -> None:
    strip.show_heard(heard((10.0, KICK, 127), (12.0, OPEN, 127)))
    strip.advance(13.0)
    image = strip.grab().toImage()
    kick, hat = (strip.bar(mark) for mark in strip.marks)
    assert near(image, kick.center().x(), kick.center().y(), theme.LANES[KICK])
    assert not near(image, hat.center().x(), hat.center().y(), theme.LANES[OPEN])


def test_the_switch_asks_and_shows_what_is_so(app: QApplication) -> None:
    panel, asked = HeardPanel(), list[object]()
    panel.asked.connect(asked.append)
    panel.show_state(HeardState(on=True, late_ms=23.4))
    assert not panel.isHidden()
    assert panel.late.text() == "23 ms"
    panel.midi.click()
    assert asked == [SendHeard(True)]
    panel.show_settings(Settings(heard_midi=True, heard_channel=5))
    assert panel.midi.isChecked()
    assert "channel 5" in panel.midi.toolTip()
    panel.show_state(HeardState())
    assert panel.isHidden()


def test_hits_of_a_song_grow_and_another_begins_anew() -> None:
    song = SongHits()
    song.extend(1, 0, np.array([[0.1, KICK, 90], [0.5, SNARE, 80]], np.float32))
    song.extend(1, 2, np.array([[0.9, KICK, 70]], np.float32))
    assert song.rows[:, 0].tolist() == pytest.approx([0.1, 0.5, 0.9])
    song.extend(2, 0, np.empty((0, 3), np.float32))
    assert len(song.rows) == 0


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_the_ribbon_has_each_hit_in_its_row_and_place(app: QApplication, ratio: float) -> None:
    rows = np.array([[2.0, KICK, 127], [6.0, CYMBAL, 127], [30.0, KICK, 127]], np.float32)
    image = ribbon(rows, View(0.0, 10.0, 0.0, 200.0), 5, ratio)
    assert image is not None
    assert (image.width(), image.height()) == (200 * ratio, 5 * len(ROWS) * ratio)
    middle = round((5 * (len(ROWS) - 1) + 4) * ratio)
    assert image.pixelColor(round(40 * ratio), middle).alpha() > 200
    assert image.pixelColor(round(100 * ratio), middle).alpha() == 0
    assert image.pixelColor(round(120 * ratio), middle).alpha() == 0  # no kick
    assert 0 < image.pixelColor(round(120 * ratio), round(4 * ratio)).alpha() < 200  # some cymbal
    assert ribbon(rows[:0], View(0.0, 10.0, 0.0, 200.0), 5, ratio) is None


def test_the_words_of_a_state_travel(strip: HeardStrip) -> None:
    state = HeardState(True, 1, ((1.0, DRUM, 64),), 20.0, 21.0, 3, 0, 1, np.zeros((1, 3), np.float32).tobytes())
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=HeardState) == state
