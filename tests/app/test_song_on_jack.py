"""A song on real ports: what another program hears of it is what is shown, and a take has both."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import monotonic

import numpy as np
import psutil
import pytest
import soundfile

from livemusic.engine.client import Client
from livemusic.engine.messages import Quit
from livemusic.engine.playback import LoopSong, PlaySong, SeekSong, SetSongVolume
from livemusic.engine.snapshot import Snapshot
from livemusic.engine.take_folder import read_info
from livemusic.midi.files import read_strikes
from livemusic.session.take import read_take
from tests.app.conftest import Start, look, reach, until

RATE = 48000
SECONDS = 30
#: What is heard is what is shown, within this.
CLOSE = 0.020

RECORDER = """
import sys, time
import jack, numpy
client = jack.Client("Ears", no_start_server=True)
ear = client.inports.register("in")
blocks = []
@client.set_process_callback
def hear(frames):
    blocks.append((time.perf_counter(), client.last_frame_time, ear.get_array().copy()))
client.activate()
client.connect("livemusic sound:output_1", ear)
print("ready", flush=True)
sys.stdin.readline()
client.deactivate()
client.close()
moments, starts, sounds = zip(*blocks)
numpy.savez(sys.argv[1], moments=moments, starts=starts, sound=numpy.concatenate(sounds), length=len(sounds[0]))
"""


class Recording:
    """What was heard at a port of the sound output, and when."""

    def __init__(self, path: Path) -> None:
        with np.load(path) as heard:
            starts, self._moments, length = heard["starts"].astype(np.int64), heard["moments"], int(heard["length"])
            self._starts = starts - starts[0]
            self.sound = np.zeros(self._starts[-1] + length, np.float32)
            for number, start in enumerate(self._starts):
                self.sound[start : start + length] = heard["sound"][number * length : (number + 1) * length]

    def lost(self, moment: float) -> float:
        """How much time the server has lost in the seconds before `moment`: on a busy machine it is no steady card."""
        clocks = []
        for begin in np.arange(moment - 2.5, moment + 0.3, 0.25):
            near = (self._moments >= begin) & (self._moments < begin + 0.25)
            clocks += [float((self._moments[near] - self._starts[near] / RATE).min())] if near.any() else []
        return max(clocks, default=0.0) - min(clocks, default=0.0)

    def around(self, moment: float, seconds: float = 0.04) -> np.ndarray:
        """What was heard for `seconds` around `moment`; less where nothing was recorded."""
        near = np.abs(self._moments - moment) < 0.3
        if not near.any():
            return self.sound[:0]
        # a callback may run late, never early, so the earliest tells the clock
        began = float((self._moments[near] - self._starts[near] / RATE).min())
        middle, half = round((moment - began) * RATE), round(seconds / 2 * RATE)
        return self.sound[max(0, middle - half) : middle + half]


@contextmanager
def ears(path: Path) -> Iterator[None]:
    """Another program that listens to our sound output, and writes down what it hears."""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", RECORDER, str(path)], stdin=pipe, stdout=pipe, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        try:
            yield
        finally:
            program.communicate("\n", timeout=30)


def place_of(sound: np.ndarray, song: np.ndarray, near: float) -> float | None:
    """Where in the song, within a second of `near`, the middle of `sound` is from; None where it is not from there."""
    first = max(0, round((near - 1.0) * RATE))
    song = song[first : first + 2 * RATE]
    size = 1 << (len(song) + len(sound)).bit_length()
    match = np.fft.irfft(np.fft.rfft(song, size) * np.conj(np.fft.rfft(sound, size)), size)[: len(song) - len(sound)]
    at = int(match.argmax())
    piece = song[at : at + len(sound)]
    likeness = match[at] / (np.linalg.norm(piece) * np.linalg.norm(sound) + 1e-9)
    return (first + at + len(sound) / 2) / RATE if likeness > 0.9 else None


def watch(client: Client, seconds: float) -> list[Snapshot]:
    """What is shown for a while."""
    shown, pause, end = [], Event(), monotonic() + seconds
    while monotonic() < end:
        shown.append(look(client))
        pause.wait(0.05)
    return shown


@pytest.fixture
def song(tmp_path: Path) -> tuple[Path, np.ndarray]:
    """A song of noise: each piece of it is like no other."""
    sound = np.random.default_rng(0).uniform(-0.4, 0.4, RATE * SECONDS).astype(np.float32)
    soundfile.write(tmp_path / "song.flac", sound, RATE, subtype="PCM_24")
    return tmp_path / "song.flac", sound


def test_what_is_heard_is_what_is_shown(
    jack: object, start: Start, song: tuple[Path, np.ndarray], tmp_path: Path
) -> None:
    path, sound = song
    start("engine", "--midi-out", "none", "--source", str(path), "--paused", "--fresh")
    client = until(reach)
    until(lambda: look(client).sound.state == "on")
    client.ask(SetSongVolume(0.0))
    until(lambda: (state := look(client).song) is not None and state.playing)
    shown: list[Snapshot] = []
    with ears(tmp_path / "heard.npz"):
        watch(client, 2.6)  # from here on it can be told whether the server keeps time
        shown += watch(client, 1.0)
        for request in (
            SeekSong(12.0),
            PlaySong(False),
            PlaySong(True),
            LoopSong(12.5, 13.3),
            LoopSong(),
            SeekSong(29.0),
        ):
            client.ask(request)
            shown += watch(client, 1.5)
        ended = until(lambda: (state := look(client).song) is not None and state.ended and state)
        assert (ended.position, ended.length) == (30.0, 30.0)
        client.ask(PlaySong(True))
        shown += watch(client, 1.0)
    heard = Recording(tmp_path / "heard.npz")
    errors, silent = [], 0
    for snapshot in shown:
        assert snapshot.song is not None
        assert abs(snapshot.listen.position - snapshot.song.position) < 1e-6
        piece = heard.around(snapshot.now)
        if len(piece) < 100:
            continue
        if not snapshot.song.playing:
            silent += not piece.any()
            continue
        place = place_of(piece, sound, snapshot.song.position)
        if place is not None:  # else it leaps there, or loops
            error, loop = abs(place - snapshot.song.position), snapshot.song.loop
            around = error if loop is None else min(error, abs(loop[1] - loop[0] - error))
            errors.append(max(0.0, around - heard.lost(snapshot.now)))
    assert len(errors) > 30  # enough to judge by, also where the server loses time
    assert silent > 10
    assert float(np.quantile(errors, 0.95)) < CLOSE  # a look that was held up tells of an older moment
    client.ask(Quit())
    client.close()


def test_a_take_outlives_the_sound_and_the_engine(
    jack: object, start: Start, song: tuple[Path, np.ndarray], tmp_path: Path
) -> None:
    path, sound = song
    takes = tmp_path / "takes"
    words = ("engine", "--midi-out", "none", "--fresh", "--preset", "House", "--takes", str(takes))
    engine = start(*words, "--source", str(path), "--record")
    client = until(reach)
    until(lambda: look(client).take.seconds > 3 and look(client).sound.state == "on")
    for child in psutil.Process(engine.pid).children():
        child.kill()
    until(lambda: any("is back" in notice.text for notice in look(client).notices))
    seconds = look(client).take.seconds
    until(lambda: look(client).take.seconds > seconds + 3)
    seconds = look(client).take.seconds
    engine.kill()
    engine.wait()
    client.close()
    (take,) = takes.iterdir()
    for name in ("heard", "kit"):
        assert seconds - 1.6 < soundfile.info(take / f"{name}.flac").duration < seconds + 0.5
    kit = soundfile.read(take / "kit.flac", always_2d=True)[0]
    heard = soundfile.read(take / "heard.flac")[0]
    smooth = np.ones(8) / 8  # on a busy machine it was bent to keep time, which costs noise its highest tones
    sound, heard = (np.convolve(noise, smooth, "same") for noise in (sound, heard))
    last = heard[-RATE : -RATE + 4000]
    assert any(place_of(last, sound, near) for near in range(1, SECONDS))  # it was heard to its end
    assert np.abs(kit[: 3 * RATE]).max() > 0.1
    assert np.abs(kit[-2 * RATE :]).max() > 0.1  # by the process that took over
    start(*words, "--source", "none", "--paused")
    client = until(reach)
    until(lambda: any(f"A take that was cut off is kept in {take}." in notice.text for notice in look(client).notices))
    assert read_info(take).finished
    assert len(read_strikes(take / "played.mid").pattern.notes) > 10
    assert read_take(take / "path.npz").t[-1] > seconds - 1
    client.ask(Quit())
    client.close()
