"""What is heard of a song is what is shown, on a sound card made of numbers: the same each time, however busy it is."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from livemusic.audio.file import FileSource
from livemusic.engine.openers import NoSound
from livemusic.engine.playback import LoopSong, PlaySong, SeekSong, SetSongVolume
from livemusic.engine.song_player import Opened, SongPlayer, Speakers
from livemusic.music.playhead import Playhead
from livemusic.sound.deck import Deck
from livemusic.sound.desk import Desk
from livemusic.sound.process import SoundStatus

RATE = 44100
SECONDS = 20
#: A ramp: each sample of the song says where it is from.
SONG = np.repeat((np.arange(RATE * SECONDS) / (RATE * SECONDS) * 0.5)[:, None], 2, axis=1).astype(np.float32)
CLOSE = 0.020


class Card:
    """A sound card that takes `period` frames at a time, at a rate that is `ppm` millionths off.

    What it took left it at the moments in `left`.
    """

    underflows = 0
    pairs = 1
    active = True
    name = "numbers"

    def __init__(self, rate: int, period: int, ppm: float, latency: float, jack: bool) -> None:
        self.sample_rate = rate
        self.latency = latency
        self.cycle = period / rate if jack else 0.0
        self.period = period
        self.step = period / (rate * (1 + ppm * 1e-6))
        self.due = 50.0
        self.queue = np.zeros((0, 2), np.float32)
        self.heard: list[np.ndarray] = []
        self.left: list[float] = []
        self._way = latency if jack else latency - period / rate

    @property
    def queued(self) -> int:
        return len(self.queue)

    def write(self, block: np.ndarray) -> None:
        self.queue = np.concatenate([self.queue, block])

    def keep_playing(self) -> None: ...

    def run(self, now: float) -> None:
        """Take what is due by `now`."""
        while self.due <= now:
            if len(self.queue) >= self.period:
                self.heard.append(self.queue[: self.period])
                self.left.append(self.due + self._way)
                self.queue = self.queue[self.period :]
            self.due += self.step

    def place(self, moment: float) -> float:
        """Where in the song what leaves at `moment` is from; 0 for silence."""
        block = int(np.searchsorted(self.left, moment, "right")) - 1
        frame = min(int((moment - self.left[block]) * self.sample_rate), self.period - 1)
        return float(self.heard[block][frame, 0]) / 0.5 * SECONDS


class Shelf:
    """The song in memory."""

    problem = ""

    def want(self, pages: Iterator[int]) -> None: ...

    def read(self, first: int, count: int) -> tuple[np.ndarray, bool]:
        at = np.arange(first, first + count)
        inside = (at >= 0) & (at < len(SONG))
        return np.where(inside[:, None], SONG[np.clip(at, 0, len(SONG) - 1)], np.float32(0)), True

    def close(self) -> None: ...


class Room(NoSound):
    """The sound process without the process."""

    def __init__(self, card: Card) -> None:
        self.desk = Desk(card, None, lambda: None)  # type: ignore[arg-type]
        self.status_then = SoundStatus()

    def song(self, path: Path | None, sample_rate: int, playhead: Playhead, gain: float) -> None:
        stage = self.desk.stage
        if stage._deck is None:
            stage._deck = Deck(Shelf(), sample_rate, stage.kit.sample_rate, playhead, gain)
        stage._deck.playhead, stage._deck.gain = playhead, gain

    def report(self) -> None:
        self.status_then = SoundStatus(state="on", latency_ms=1e3 * self.desk.latency)

    def status(self) -> SoundStatus:
        return self.status_then


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("song") / "ramp.wav"
    soundfile.write(file, SONG, RATE, subtype="FLOAT")
    return file


@pytest.mark.parametrize(
    ("rate", "period", "ppm", "latency", "jack"),
    [
        (48000, 256, 150, 0.0107, True),
        (48000, 1024, -150, 0.03, False),
    ],
)
def test_what_is_heard_is_what_is_shown(
    path: Path, rate: int, period: int, ppm: float, latency: float, jack: bool
) -> None:
    card = Card(rate, period, ppm, latency, jack)
    room, source = Room(card), FileSource(path)
    player, rng, now = SongPlayer(lambda text: None), np.random.default_rng(0), 50.0
    orders = {
        0.5: (Speakers(room), Opened(source, str(path)), SetSongVolume(0.0)),
        4.0: (SeekSong(12.0),),
        5.5: (PlaySong(False),),
        6.5: (PlaySong(True),),
        8.0: (LoopSong(13.0, 14.1),),
        12.0: (LoopSong(), SeekSong(18.0)),
        15.0: (PlaySong(True),),
    }
    pending, reports, errors = sorted(orders.items()), 50.5, list[float]()
    shown: list[tuple[float, float, float, bool]] = []
    wake: float | None = None
    while now < 67.0:
        now += float(rng.uniform(0.0015, 0.0045))  # as the renderer's thread wakes
        card.run(now)
        room.desk.fill(now)
        if now >= reports:
            reports += 0.5
            room.report()
        while pending and now >= 50.0 + pending[0][0]:
            for order in pending.pop(0)[1]:
                player.handle(order, now)
            wake = player.advance(now)
        if wake is not None and now >= wake:
            wake = player.advance(now)
        state = player.view.state(now)
        if state is not None:
            shown.append((now, state.position, source.position(now), state.playing))
    leaps = [
        two[0]
        for one, two in pairwise(shown)
        if abs(two[1] - one[1] - (two[0] - one[0]) * (one[3] and two[3])) > 0.001 or one[3] != two[3]
    ]
    assert len(leaps) > 8
    for moment, position, listening, playing in shown:
        assert listening == position
        if 51.5 < moment < card.left[-1] and min(abs(moment - leap) for leap in leaps) > 0.06:
            heard = card.place(moment)
            assert bool(heard) == playing
            errors.append(heard - position if playing else 0.0)
    assert len(errors) > 3000
    assert np.abs(errors).max() < CLOSE / 10
    source.close()
