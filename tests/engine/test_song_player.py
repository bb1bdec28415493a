"""The song's transport at made-up moments: source and speakers are always at the same place."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from livemusic.audio.file import FileSource, Recording
from livemusic.engine.openers import NoSound
from livemusic.engine.playback import HearOther, LoopSong, PlaySong, SeekSong, SetSongVolume
from livemusic.engine.snapshot import SongState
from livemusic.engine.song_player import Opened, Paired, SongPlayer, Speakers, gain_of
from livemusic.music.pairing import Pairing
from livemusic.music.playhead import Playhead
from livemusic.sound.process import SoundStatus

RATE = 8000
LATE = 0.03


class Room(NoSound):
    """Speakers that remember what they were told, `state` and late as they say."""

    def __init__(self, state: str = "on") -> None:
        self.state = state
        self.told: list[tuple[Path | None, int, Playhead, float]] = []

    def song(self, path: Path | None, sample_rate: int, playhead: Playhead, gain: float) -> None:
        self.told.append((path, sample_rate, playhead, gain))

    def status(self) -> SoundStatus:
        return SoundStatus(state=self.state, latency_ms=1e3 * LATE)


class Rig:
    """A player with a song of 10 s and speakers, and what it said."""

    def __init__(self, folder: Path, state: str = "on", delay: float = 0.0) -> None:
        self.notices: list[str] = []
        self.path = folder / "a.wav"
        soundfile.write(self.path, np.zeros(10 * RATE, np.float32), RATE)
        self.core = SongPlayer(self.notices.append)
        self.room = Room(state)
        self.source = FileSource(self.path)
        self.now = 100.0
        self.say(Speakers(self.room, delay), SetSongVolume(-6.0), Opened(self.source, str(self.path)))

    def say(self, *messages: object) -> None:
        for message in messages:
            self.core.handle(message, self.now)
        self.core.advance(self.now)

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while self.now < end:
            wake = self.core.advance(self.now)
            assert wake is None or wake > self.now
            self.now = end if wake is None else min(wake, end)
        self.core.advance(self.now)

    @property
    def state(self) -> SongState:
        state = self.core.view.state(self.now)
        assert state is not None
        return state


def test_a_song_that_is_opened_plays(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    begun = rig.core.view.playhead
    assert begun is not None
    assert begun.playing
    rig.run(2.0)
    assert rig.state.path == str(rig.path)
    assert rig.state.length == 10.0
    assert rig.state.volume_db == -6.0
    assert rig.state.position == pytest.approx(rig.now - begun.at - LATE)
    assert rig.source.position(rig.now) == rig.state.position
    path, rate, playhead, gain = rig.room.told[-1]
    assert (path, rate, playhead, gain) == (rig.path, RATE, begun, pytest.approx(0.501, abs=1e-3))
    rig.source.close()


def test_what_is_listened_to_is_where_the_speakers_are(tmp_path: Path) -> None:
    """They are given the same playhead, but for what they are late on purpose."""
    rig = Rig(tmp_path, delay=0.1)
    for order in (SeekSong(4.0), PlaySong(False), LoopSong(1.0, 3.0), PlaySong(True), SeekSong(2.5), LoopSong()):
        rig.say(order)
        rig.run(0.7)
        told = rig.room.told[-1][2]
        assert told.place(rig.now - LATE) == pytest.approx(rig.source.position(rig.now))
        assert rig.state.position == rig.source.position(rig.now)
    rig.source.close()


def test_it_ends_says_so_and_can_be_played_again(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.run(10.5)
    assert (rig.state.position, rig.state.playing, rig.state.ended) == (10.0, False, True)
    assert rig.notices == ["a.wav has ended. It can be played again."]
    rig.say(PlaySong(True))
    rig.run(1.0)
    assert rig.state.playing
    assert 0.8 < rig.state.position < 1.0
    assert len(rig.notices) == 1
    rig.source.close()


def test_a_pause_and_a_leap(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.run(3.0)
    rig.say(PlaySong(False))
    stands = rig.state.position
    rig.run(5.0)
    assert rig.state.position == stands
    assert not rig.state.playing
    rig.say(SeekSong(7.0))
    rig.run(1.0)
    assert rig.state.position == 7.0
    rig.say(PlaySong(True))
    rig.run(1.0)
    assert 7.8 < rig.state.position < 8.0
    rig.say(SeekSong(99.0))
    rig.run(1.0)
    assert rig.state.ended
    rig.source.close()


def test_a_loop_goes_round_and_is_shown(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.say(LoopSong(1.0, 2.0))
    rig.run(30.0)
    assert rig.state.loop == (1.0, 2.0)
    assert 1.0 <= rig.state.position < 2.0
    assert rig.notices == []
    rig.say(LoopSong(50.0, 60.0))
    assert "cannot be repeated" in rig.notices[-1]
    assert rig.state.loop == (1.0, 2.0)
    rig.source.close()


def test_it_waits_for_speakers_that_are_only_being_opened(tmp_path: Path) -> None:
    rig = Rig(tmp_path, state="off")
    rig.run(2.0)
    assert not rig.state.playing
    rig.room.state = "on"
    rig.run(1.0)
    assert rig.state.playing
    assert rig.state.position > 0.5
    rig.source.close()


@pytest.mark.parametrize("state", ["failed", "gone", "off"])
def test_without_speakers_it_plays_all_the_same(tmp_path: Path, state: str) -> None:
    rig = Rig(tmp_path, state)
    rig.run(9.0)
    assert rig.state.playing
    assert rig.core.view.late == 0.0
    rig.source.close()


def test_new_speakers_are_told_and_another_source_ends_it(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    other = Room()
    rig.say(Speakers(other, 0.0))
    assert other.told[-1][0] == rig.path
    rig.say(Opened(None))
    assert other.told[-1][0] is None
    assert rig.core.view.state(rig.now) is None
    rig.say(PlaySong(True))
    assert rig.notices == ["No song is open. Open an audio file, and it is played."]
    rig.source.close()


def test_the_softest_volume_is_silence() -> None:
    assert gain_of(-60.0) == 0.0
    assert gain_of(0.0) == 1.0
    assert gain_of(6.0) == pytest.approx(2.0, abs=0.01)


# Two takes of one song: the other is half as fast, and begins 1 s later.


def _paired(tmp_path: Path, **more: object) -> Rig:
    rig = Rig(tmp_path)
    other = tmp_path / "b.wav"
    soundfile.write(other, np.full(2 * 11 * RATE, 0.25, np.float32), RATE)
    pairing = Pairing((0.0, 5.0, 10.0), (1.0, 11.0, 21.0))
    rig.say(Paired(Recording(other), str(other), pairing, **more), PlaySong(True))
    return rig


def test_the_other_take_is_heard_at_the_same_musical_place_and_back(tmp_path: Path) -> None:
    rig = _paired(tmp_path, louder_db=6.0)
    rig.run(2.05)
    before = rig.state
    rig.say(HearOther(True))
    path, _, playhead, gain = rig.room.told[-1]
    assert path == tmp_path / "b.wav"
    assert gain == pytest.approx(gain_of(-12.0), rel=0.01)
    assert playhead.playing
    lead = playhead.at - rig.now
    assert playhead.position == pytest.approx(1 + 2 * (before.position + LATE + lead), abs=1e-6)
    rig.run(2.0)
    state = rig.state
    assert state.hears_other
    assert state.other_position == pytest.approx(1 + 2 * state.position)
    assert state.position == pytest.approx(before.position + (2.0 - lead) / 2 + lead, abs=0.06)
    rig.say(HearOther(False))
    path, _, playhead, gain = rig.room.told[-1]
    assert path == rig.path
    assert gain == pytest.approx(gain_of(-6.0))
    assert playhead.position == pytest.approx(state.position + LATE / 2 + lead / 2, abs=0.03)
    assert not rig.state.hears_other


def test_what_is_listened_to_is_the_other_take(tmp_path: Path) -> None:
    rig = _paired(tmp_path)
    rig.source.start(rig.now)
    rig.run(1.0)
    assert not rig.source.read(rig.now).any()
    rig.say(HearOther(True))
    rig.run(1.0)
    heard = rig.source.read(rig.now)
    assert heard[-100:] == pytest.approx(0.25, abs=1e-4)
    assert rig.source.position(rig.now) == pytest.approx(rig.state.position, abs=0.01)


def test_seeking_pausing_and_the_loop_are_the_songs_whichever_is_heard(tmp_path: Path) -> None:
    rig = _paired(tmp_path)
    rig.say(LoopSong(2.0, 4.0), HearOther(True))
    assert rig.room.told[-1][2].loop == (5.0, 9.0)
    rig.say(SeekSong(3.0))
    rig.run(0.05 + LATE)
    assert rig.state.position == pytest.approx(3.0, abs=0.01)
    rig.run(2.5)  # 1.25 s of the song: round the loop
    assert rig.state.position == pytest.approx(2.25, abs=0.05)
    rig.say(LoopSong(5.0, 6.0))
    assert rig.state.loop == (5.0, 6.0)
    assert rig.room.told[-1][2].loop == (11.0, 13.0)
    rig.say(PlaySong(False))
    place = rig.state.position
    rig.run(1.0)
    assert rig.state.position == place
    rig.say(HearOther(False), LoopSong())
    assert rig.state.loop is None
    assert rig.state.position == pytest.approx(place, abs=0.05)


def test_at_the_end_of_the_other_take_it_stands(tmp_path: Path) -> None:
    rig = _paired(tmp_path)
    rig.say(SeekSong(9.9), HearOther(True))
    rig.run(3.0)
    assert not rig.state.playing
    assert rig.state.position == pytest.approx(10.0)
    assert "has ended" in rig.notices[-1]


def test_a_loop_that_the_other_take_does_not_play_is_said(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    pairing = Pairing((0.0, 2.0, 6.0, 10.0), (0.0, 2.0, 2.0, 6.0))
    rig.say(Paired(Recording(rig.path), str(rig.path), pairing), PlaySong(True), LoopSong(3.0, 5.0), HearOther(True))
    assert rig.room.told[-1][2].loop is None
    assert rig.notices == ["The other take does not play what is repeated, so it plays on."]


def test_without_another_take_it_is_said_and_another_song_forgets_it(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.say(HearOther(True))
    assert "no other take" in rig.notices[-1]
    rig = _paired(tmp_path)
    rig.say(HearOther(True))
    rig.say(Paired())
    assert not rig.state.hears_other
    assert rig.state.other == ""
    rig = _paired(tmp_path)
    rig.say(HearOther(True), Opened(FileSource(rig.path), str(rig.path)))
    assert rig.state.other == ""
    assert not rig.state.hears_other
