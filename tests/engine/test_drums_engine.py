"""A whole engine that hears drums: in its snapshots, at its port, on OSC, ahead of a song, and switched off and on."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile
from pythonosc.osc_message import OscMessage

from livemusic.dsp.lanes import LANES
from livemusic.engine.broadcast import OscDesk
from livemusic.engine.edits import SendHeard, SetHearing
from livemusic.engine.engine import Engine
from livemusic.engine.messages import Look
from livemusic.engine.openers import NoSound, Openers
from livemusic.engine.playback import PlaySong, SeekSong
from livemusic.engine.request import Done
from livemusic.engine.snapshot import HeardState, Snapshot
from livemusic.midi.memory import MemoryOut
from livemusic.music.event import is_note_off, is_note_on, note_on
from livemusic.session.codec import read_preset
from livemusic.session.library import find_preset
from livemusic.session.settings import Session, Settings
from livemusic.sound.render import render_events

from .conftest import until

RATE = 44100
KICK = 0
#: Kicks with hats between them: times and notes.
BEAT = [(0.3 + 0.25 * number, 42 if number % 2 else 36) for number in range(5)]


class Room:
    """An engine that hears a short song of kicks and hats by our own kit, and a port that remembers."""

    def __init__(self, folder: Path) -> None:
        struck = [(at, note_on(9, pitch, 110)) for at, pitch in BEAT]
        soundfile.write(folder / "song.wav", render_events(struck, 2.0, RATE), RATE)
        self.port = MemoryOut("port")
        self.engine = Engine(replace(Openers(), midi_out=lambda wanted: self.port, sound=lambda wanted: NoSound()))
        settings = Settings(source=str(folder / "song.wav"), sound_out="none", midi_out="port", clock_out=False)
        self.session = Session(read_preset(find_preset("House")), settings)
        self.engine.start(self.session)
        self.engine.apply(self.session)

    def look(self) -> Snapshot:
        reply = self.engine.ask(Look(hits=0))
        assert isinstance(reply, Snapshot)
        return reply

    def play(self) -> None:
        for request in (SeekSong(0.0), PlaySong(True)):
            assert self.engine.ask(request) == Done()

    def notes(self) -> list[bytes]:
        return [data for _, data in self.port.sent if data[0] & 0x0F == 10]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path)
    yield made
    made.engine.close()


def test_what_is_heard_is_in_the_snapshot_and_at_the_port_once_it_is_wanted(room: Room) -> None:
    def with_kick() -> HeardState | None:
        heard = room.look().heard
        return heard if KICK in {lane for _, lane, _ in heard.hits} else None

    heard = until(with_kick)
    assert heard.on
    assert heard.count >= len(heard.hits)
    assert all(0 < velocity < 128 for _, _, velocity in heard.hits)
    assert room.notes() == []
    assert room.engine.ask(SendHeard(True)) == Done()
    until(lambda: (session := room.look().session) is not None and session.settings.heard_midi)
    room.play()
    until(lambda: sum(map(is_note_on, room.notes())) >= 2 and is_note_off(room.notes()[-1]))
    room.engine.ask(PlaySong(False))
    until(lambda: sum(map(is_note_on, room.notes())) == sum(map(is_note_off, room.notes())))
    assert 36 in {data[1] for data in room.notes()}


def test_all_drums_of_a_song_are_known_ahead(room: Room) -> None:
    def all_of_it() -> HeardState | None:
        heard = room.look().heard
        return heard if heard.total and rows(heard)[-1, 0] > 1.0 else None

    def rows(heard: HeardState) -> np.ndarray:
        return np.frombuffer(heard.song, np.float32).reshape(-1, 3)

    heard = until(all_of_it)
    kicks = rows(heard)[rows(heard)[:, 1] == KICK]
    assert kicks[:, 0] == pytest.approx([at for at, pitch in BEAT if pitch == 36], abs=0.03)
    more = room.engine.ask(Look(song=heard.number, hits=2))
    assert isinstance(more, Snapshot)
    assert (more.heard.first, len(more.heard.song)) == (2, 12 * (heard.total - 2))


def test_it_is_switched_off_and_on(room: Room) -> None:
    for on in (False, True):
        assert room.engine.ask(SetHearing(on)) == Done()
        until(lambda on=on: room.look().heard.on == on)
    assert room.engine.ask(SetHearing(False)) == Done()
    until(lambda: not room.look().heard.on)
    assert room.look().heard.total == 0
    assert room.engine.ask(SendHeard(True)) == Done()  # who wants notes wants them to be heard
    until(lambda: room.look().heard.on)


def test_other_programs_are_told_every_hit(room: Room) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(20.0)
        desk = OscDesk(room.engine.ask, room.engine.tell, ("127.0.0.1", receiver.getsockname()[1]), None)
        desk.start()
        try:
            room.play()
            told: list[tuple[object, ...]] = []
            while not any(name == "kick" for _, _, name in told):
                data = receiver.recv(65536)
                if data.startswith(b"/livemusic/heard\0"):
                    told.append(tuple(OscMessage(data)))
        finally:
            desk.close()
    assert (KICK, "kick") in {(lane, name) for lane, _, name in told}
    assert all(LANES[lane] == name for lane, _, name in told)  # type: ignore[index]
    assert all(0 < velocity <= 1 for _, velocity, _ in told)  # type: ignore[operator]


def test_they_go_to_the_channel_that_is_chosen(room: Room) -> None:
    settings = msgspec.structs.replace(room.session.settings, heard_channel=3, heard_midi=True)
    room.engine.apply(msgspec.structs.replace(room.session, settings=settings))
    room.play()
    until(lambda: any(is_note_on(data) and data[0] & 0x0F == 2 for _, data in room.port.sent))
