"""Takes: what is heard, what the kit plays, MIDI and path in one folder; cut off, on a full disk, at the end."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile

from livemusic.audio.source import ArraySource
from livemusic.engine.listen import ListenView
from livemusic.engine.openers import NoSound
from livemusic.engine.orders import Tape
from livemusic.engine.playback import RecordTake
from livemusic.engine.take_folder import TakeFolder, TakeInfo, finish_take, read_info, unfinished_takes
from livemusic.engine.takes import FinishCutOff, Heard, Plugged, Takes
from livemusic.engine.transport_view import TransportView
from livemusic.errors import MediaError
from livemusic.latent.points import Points
from livemusic.midi.files import read_strikes
from livemusic.music.event import note_off, note_on
from livemusic.session.codec import read_preset
from livemusic.session.library import find_preset
from livemusic.session.settings import Session, Settings
from livemusic.session.take import read_take
from livemusic.sound.process import SoundStatus
from livemusic.sound.protocol import Recorded

RATE = 48000
LATE = 0.02
WHEN = datetime(2026, 11, 29, 20, 15, 3)
NAME = "2026-11-29 20.15.03"


class Speakers(NoSound):
    hear = None

    def record(self, hear: object) -> None:
        self.hear = hear

    def status(self) -> SoundStatus:
        return SoundStatus(state="on", latency_ms=1e3 * LATE)


class Rig:
    """A recorder in a folder, with a song of noise, a kit that says its own, and a transport."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "takes"
        self.notices: list[str] = []
        self.inbox: list[object] = []
        self.tape = Tape(None)
        self.room = 1 << 40
        self.view = ListenView(at=0.0, epoch=1, path=Points.none(3))
        session = Session(read_preset(find_preset("House")), Settings(source="none", takes=str(self.folder)))
        self.core = Takes(
            self.inbox.append,
            self.put,
            lambda: session,
            lambda: self.view,
            TransportView,
            self.notices.append,
            lambda: WHEN,
            lambda path: self.room,
        )
        self.source = ArraySource(np.random.default_rng(0).uniform(-0.5, 0.5, 60 * RATE), RATE)
        self.source.start(100.0)
        self.source.read(100.0)
        self.speakers = Speakers()
        self.now = 100.0
        self.say(Plugged(self.source, self.speakers, 0.0, "embedder-x", 3))

    def put(self, tape: Tape) -> None:
        self.tape = tape

    def say(self, *messages: object) -> None:
        for message in messages:
            self.core.handle(message, self.now)
        self.core.advance(self.now)

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.05)):
            self.now += 0.05
            self.source.read(self.now)
            if callable(self.speakers.hear):
                kit = np.full((2400, 2), 0.25, np.float32)
                self.speakers.hear(Recorded(self.now - 0.05, RATE, kit.tobytes()))
            t = np.arange(0.5, self.now - 100.0, 0.1, np.float32)
            path = Points.bare(t, np.column_stack([t, 2 * t, 3 * t]))
            self.view = ListenView(at=self.now, position=self.now - 100.0, epoch=1, path=path)
            self.say(*self.inbox)
            self.inbox.clear()

    def play(self, *notes: tuple[float, bytes]) -> None:
        assert self.tape.hear is not None
        self.tape.hear(list(notes))

    @property
    def take(self) -> Path:
        (folder,) = self.folder.iterdir()
        return folder


def test_a_take_has_all_that_was_heard_and_played(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.run(2.0)
    rig.say(RecordTake(True))
    rig.play((102.5, note_on(9, 36, 100)), (102.6, note_off(9, 36)), (103.0, note_on(9, 38, 90)))
    rig.run(3.0)
    state = rig.core.view.state(rig.now)
    assert (state.recording, state.folder, state.bytes_free) == (True, str(rig.folder / NAME), 1 << 40)
    assert state.seconds == pytest.approx(3.0)
    rig.say(RecordTake(False))
    assert not rig.core.view.state(rig.now).recording
    rig.run(1.0)
    assert rig.notices == [f"The take is kept in {rig.folder / NAME}."]
    assert sorted(os.listdir(rig.take)) == ["heard.flac", "kit.flac", "path.npz", "played.mid", "take.json"]
    heard, _ = soundfile.read(rig.take / "heard.flac", dtype="float32")
    expected = rig.source._samples[2 * RATE : 5 * RATE]
    assert len(heard) == len(expected) == 3 * RATE
    assert np.abs(heard - expected).max() < 2e-7
    kit, _ = soundfile.read(rig.take / "kit.flac", always_2d=True)
    assert kit.shape == (3 * RATE, 2)
    assert kit == pytest.approx(0.25)
    clip = read_strikes(rig.take / "played.mid")
    assert [(note.tick / 960 / 2, note.pitch) for note in clip.pattern.notes] == [
        (pytest.approx(0.5 + LATE, abs=2e-3), 36),
        (pytest.approx(1.0 + LATE, abs=2e-3), 38),
    ]
    path = read_take(rig.take / "path.npz")
    assert path.model_id == "embedder-x"
    assert path.t == pytest.approx(path.points.z[:, 0] - 2.0, abs=1e-4)  # the music at 2 s is the take's beginning
    assert path.t[-1] == pytest.approx(3.0, abs=0.11)
    info = read_info(rig.take)
    assert (info.finished, info.seconds, info.preset) == (True, pytest.approx(3.0), "House")
    assert [stem.file for stem in info.stems] == ["heard.flac", "kit.flac"]
    assert rig.source.tap is None
    assert rig.speakers.hear is None
    assert rig.tape.hear is None


def test_recording_again_begins_another_take(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    for _ in range(2):
        rig.say(RecordTake(True), RecordTake(True))
        rig.run(1.0)
        rig.say(RecordTake(False), RecordTake(False))
    rig.core.close()
    assert sorted(os.listdir(rig.folder)) == [NAME, f"{NAME} 2"]
    assert all(read_info(folder).finished for folder in rig.folder.iterdir())


def test_another_source_goes_into_a_file_of_its_own(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.say(RecordTake(True))
    rig.run(1.0)
    rig.source = ArraySource(np.full(60 * 44100, 0.1), 44100)
    rig.source.start(rig.now)
    rig.say(Plugged(rig.source, rig.speakers, 0.0, "embedder-x", 3))
    rig.run(1.0)
    rig.say(RecordTake(False))
    rig.run(1.0)
    info = read_info(rig.take)
    assert [stem.file for stem in info.stems] == ["heard.flac", "kit.flac", "heard 2.flac"]
    assert info.stems[2].begin == pytest.approx(1.0, abs=0.06)
    second, rate = soundfile.read(rig.take / "heard 2.flac")
    assert (rate, len(second) / rate) == (44100, pytest.approx(1.0, abs=0.06))


@pytest.mark.parametrize("before", [True, False])
def test_a_disk_that_is_full_is_said_and_nothing_is_lost(tmp_path: Path, before: bool) -> None:
    rig = Rig(tmp_path)
    if before:
        rig.room = 1 << 20
        rig.say(RecordTake(True))
        assert rig.notices == [f"There is no room to record in {rig.folder}. Make room there, or choose another."]
        assert list(rig.folder.iterdir()) == []
        return
    rig.say(RecordTake(True))
    rig.run(3.0)
    rig.room = 1 << 20
    rig.run(3.0)
    assert "is full. Recording has stopped; what was recorded is kept." in rig.notices[0]
    assert not rig.core.view.state(rig.now).recording
    assert soundfile.info(rig.take / "heard.flac").duration > 2.9
    assert read_info(rig.take).finished


def test_a_disk_that_takes_nothing_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The room that is left is not always what a disk says."""
    rig = Rig(tmp_path)
    rig.say(RecordTake(True))
    rig.run(3.0)

    write = os.write

    def full(descriptor: int, data: bytes) -> int:
        if len(data) > 8:
            raise OSError(28, "No space left on device")
        return write(descriptor, data)  # over what is there already

    with monkeypatch.context() as disk:
        disk.setattr("livemusic.audio.flac.os.write", full)
        rig.run(2.0)
    said = "cannot be recorded any further (No space left on device). Recording has stopped; what was recorded is kept."
    assert said in rig.notices[0]
    heard, _ = soundfile.read(rig.take / "heard.flac", dtype="float32")
    assert len(heard) > 2.8 * RATE
    assert np.abs(heard - rig.source._samples[: len(heard)]).max() < 2e-7


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="nothing is forbidden")
def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    tmp_path.chmod(0o500)
    rig.say(RecordTake(True))
    tmp_path.chmod(0o700)
    assert "cannot be written" in rig.notices[0]


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.folder.touch()
    rig.say(RecordTake(True))
    assert f"{rig.folder} cannot be written" in rig.notices[0]
    assert not rig.core.view.state(rig.now).recording


KILLED = """
import sys
from pathlib import Path
from tests.engine.test_takes import Rig
from livemusic.engine.playback import (RecordTake)
from livemusic.music.event import note_on
rig = Rig(Path(sys.argv[1]))
rig.say(RecordTake(True))
rig.play((100.5, note_on(9, 36, 100)))
rig.run(4.5)
print("recorded", flush=True)
sys.stdin.read()
"""


def test_what_a_killed_engine_leaves_is_finished_by_the_next(tmp_path: Path) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdin=pipe, stdout=pipe, text=True) as engine:
        assert engine.stdout is not None
        assert engine.stdout.readline() == "recorded\n"
        engine.kill()
    rig = Rig(tmp_path)
    for name in ("heard", "kit"):  # before anything is finished
        assert soundfile.info(rig.take / f"{name}.flac").duration > 3.3
    assert unfinished_takes(rig.folder) == [rig.take]
    copy = tmp_path / "copy"
    shutil.copytree(rig.take, copy)
    (copy / "path.rows").write_bytes((copy / "path.rows").read_bytes()[:-3])  # half a point
    (copy / "played.events").write_bytes((copy / "played.events").read_bytes() + b"abc")
    for folder, finish in ((rig.take, lambda: rig.say(FinishCutOff())), (copy, lambda: finish_take(copy))):
        finish()
        info = read_info(folder)
        assert info.finished
        assert 3.3 < info.seconds < 4.6
        assert read_take(folder / "path.npz").t[-1] > 3.5
        assert [note.pitch for note in read_strikes(folder / "played.mid").pattern.notes] == [36]
        assert finish_take(folder) == info
    assert rig.notices == [f"A take that was cut off is kept in {rig.take}."]
    assert unfinished_takes(rig.folder) == []


def test_the_path_of_a_song_is_where_it_was(tmp_path: Path) -> None:
    """Heard from 10 s on, then from 3 s on, the take's path goes on through both."""
    rig = Rig(tmp_path)
    t = np.arange(0.5, 20.0, 0.1, np.float32)
    song = Points.bare(t, np.column_stack([t, t, t]))
    rig.view = ListenView(at=100.0, position=10.0, epoch=1, path=song)
    rig.say(RecordTake(True))
    for begin, places in ((100.0, 10.0), (101.0, 3.0)):
        for step in (0.2, 0.4, 0.6, 0.8, 1.0):
            rig.now = begin + step
            rig.view = ListenView(at=rig.now, position=places + step, epoch=1, path=song)
            rig.say()
    rig.say(RecordTake(False))
    rig.core.close()
    path = read_take(rig.take / "path.npz")
    places = path.points.z[:, 0]
    assert np.all(np.diff(path.t) >= 0)
    first = path.t < 1.0
    assert places[first] == pytest.approx(10.0 + path.t[first], abs=0.02)
    assert places[~first][-5:] == pytest.approx(2.0 + path.t[~first][-5:], abs=0.02)


def test_what_is_no_take(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="is no take that can be read"):
        read_info(tmp_path)
    (tmp_path / "take.json").write_text("{}")
    with pytest.raises(MediaError, match="is no take that can be read"):
        finish_take(tmp_path)


@pytest.mark.parametrize("notes", [(), ((0.5, bytes((0xF8,))),)])
def test_a_take_in_which_nothing_was_played(tmp_path: Path, notes: Sequence[tuple[float, bytes]]) -> None:
    folder = TakeFolder(tmp_path, WHEN, 0.0, TakeInfo("2026-11-29"))
    folder.notes(notes)
    folder.end(2.0)
    assert folder.close().seconds == 2.0
    assert sorted(os.listdir(folder.path)) == ["played.mid", "take.json"]


def test_sound_of_many_channels_is_kept_as_two(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.say(RecordTake(True), Heard(100.0, RATE, np.full((48000, 6), 0.1, np.float32)))
    rig.core.close()
    assert soundfile.info(rig.take / "heard.flac").channels == 2
