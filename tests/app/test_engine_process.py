"""The engine as a program: found, refused twice, survived by music, ended cleanly."""

import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from livemusic.engine.client import Client
from livemusic.engine.messages import Export, MovePad, Play, Quit, SetTempo, Stop, UseDraft
from livemusic.engine.place import engine_folder, read_door
from livemusic.engine.playback import PlaySong
from livemusic.engine.request import Done, Failed
from livemusic.midi.files import read_pattern
from livemusic.music.grid import Grid
from livemusic.session.codec import read_session, session_file
from tests.app.conftest import Start, look, reach, until


def test_it_listens_and_plays(engine: Client) -> None:
    until(lambda: look(engine).transport.playing)
    until(lambda: look(engine).transport.notes_sent > 8)
    until(lambda: look(engine).listen.total > 20)
    seen = look(engine)
    assert len(seen.listen.points) == 4 * (2 + seen.listen.dim) * seen.listen.total
    assert seen.listen.peak_db > -40
    assert Grid.from_bytes(seen.transport.grid).hits.any()


def test_it_does_what_it_is_told(engine: Client) -> None:
    until(lambda: look(engine).transport.playing)
    assert engine.ask(Stop()) == Done()
    until(lambda: not look(engine).transport.playing)
    assert engine.ask(SetTempo(99.0)) == Done()
    until(lambda: look(engine).transport.bpm == 99.0)
    before = look(engine).transport.grid
    assert engine.ask(MovePad(1.0, 0.0)) == Done()
    until(lambda: look(engine).transport.grid != before)
    assert look(engine).listen.weights == (0.0, 0.0, 0.0, 1.0)


def test_a_second_engine_is_refused(engine: Client, start: Start) -> None:
    second = start("engine", "--midi-out", "none", "--no-sound", "--source", "none")
    _, said = second.communicate(timeout=60)
    assert second.returncode == 2
    assert said.count("\n") == 1
    assert "already running" in said
    assert look(engine).revision > 0


def test_a_killed_client_changes_nothing(engine: Client) -> None:
    script = (
        "import os, signal\nfrom livemusic.engine.client import Client\nfrom livemusic.engine.messages import Look\n"
        "client = Client.connect()\nclient.ask(Look())\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -signal.SIGKILL
    count = look(engine).transport.notes_sent
    until(lambda: look(engine).transport.notes_sent > count)


def test_ctrl_c_ends_it_cleanly(engine: Client, start: Start) -> None:
    import os

    os.kill(read_door(engine_folder()).pid, signal.SIGINT)
    until(lambda: not (engine_folder() / "engine.json").exists())
    assert reach() is None
    again = start("engine", "--midi-out", "none", "--no-sound", "--source", "none", "--paused")
    client = until(reach)
    client.ask(Quit())
    client.close()
    out, said = again.communicate(timeout=60)
    assert (again.returncode, said) == (0, "")
    assert "Ctrl-C" in out


def test_what_cannot_be_opened_is_said_and_the_rest_plays(start: Start) -> None:
    process = start(
        "engine", "--midi-out", "no such port", "--no-sound", "--source", "missing.wav", "--preset", "House"
    )
    client = until(reach)
    until(lambda: look(client).transport.notes_sent > 4)
    seen = look(client)
    assert seen.midi_out.state == "failed"
    assert seen.source.state == "failed"
    assert any("missing.wav" in notice.text for notice in seen.notices)
    client.ask(Play())
    client.ask(Quit())
    client.close()
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in said


def test_options_that_make_no_sense_are_one_sentence(start: Start) -> None:
    process = start("engine", "--preset", "Bakbeat")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "Backbeat" in said
    assert said.count("\n") == 1


def test_it_comes_back_as_it_was(start: Start) -> None:
    process = start("engine", "--midi-out", "none", "--no-sound", "--source", "none", "--preset", "Seven")
    client = until(reach)
    until(lambda: look(client).transport.playing)
    client.ask(MovePad(0.25, 0.75))
    client.ask(SetTempo(133.0))
    until(lambda: session_file().exists() and read_session(session_file()).preset.bpm == 133.0)
    process.kill()  # a power cut
    client.close()
    until(lambda: process.poll() is not None)
    start("engine")
    client = until(reach)
    until(lambda: look(client).transport.playing)
    seen = look(client)
    assert seen.session is not None
    assert seen.session.preset.name == "Seven"
    assert seen.session.settings.source == "none"
    assert seen.transport.bpm == 133.0
    until(lambda: look(client).listen.pad == (0.25, 0.75))
    client.close()


def test_the_last_bars_can_be_exported(engine: Client, tmp_path: Path) -> None:
    assert isinstance(engine.ask(Export(str(tmp_path / "x.mid"), 0)), Failed)
    until(lambda: look(engine).transport.notes_sent > 12)
    assert engine.ask(Export(str(tmp_path / "last.mid"), 4)) == Done()
    loop = read_pattern(tmp_path / "last.mid")
    assert len(loop.pattern.notes) > 8
    assert loop.bpm == pytest.approx(105, abs=0.01)
    assert isinstance(engine.ask(Export("/dev/null/x.mid", 4)), Failed)


def test_without_a_sound_device_it_says_so_once_and_plays(start: Start) -> None:
    start("engine", "--midi-out", "none", "--source", "none", "--preset", "House")
    client = until(reach)
    until(lambda: look(client).sound.state == "failed")
    sent = look(client).transport.notes_sent
    until(lambda: look(client).transport.notes_sent > sent + 8)
    said = [notice.text for notice in look(client).notices]
    assert sum("no sound output" in text for text in said) == 1
    assert not any("started again" in text for text in said)
    client.close()


def test_a_file_that_ends_is_said_to_have_and_can_be_heard_again(start: Start, tmp_path: Path) -> None:
    t = np.arange(44100) / 44100
    soundfile.write(tmp_path / "short take.wav", 0.3 * np.sin(2 * np.pi * 220 * t), 44100)
    start("engine", "--midi-out", "none", "--no-sound", "--source", str(tmp_path / "short take.wav"))
    client = until(reach)
    until(lambda: (song := look(client).song) is not None and song.ended)
    said = "short take.wav has ended. It can be played again."
    until(lambda: said in [notice.text for notice in look(client).notices])
    assert look(client).source.state == "on"
    client.ask(PlaySong(True))
    until(lambda: (song := look(client).song) is not None and song.playing)
    until(lambda: (song := look(client).song) is not None and song.ended)
    client.close()


def test_osc_goes_out_and_comes_in(start: Start) -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as hand,
    ):
        ear.bind(("127.0.0.1", 0))
        ear.settimeout(20)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        start("engine", "--midi-out", "none", "--no-sound", "--preset", "House",
              "--osc-out", f"127.0.0.1:{ear.getsockname()[1]}", "--osc-in", str(port))  # fmt: skip
        client = until(reach)
        heard: set[bytes] = set()
        while not heard >= {b"point", b"beat", b"hit", b"weights", b"level", b"playing"}:
            heard.add(ear.recv(4096).split(b"\0")[0].removeprefix(b"/livemusic/"))
        hand.sendto(b"/livemusic/tempo\0\0\0\0,f\0\0" + struct.pack(">f", 99.0), ("127.0.0.1", port))
        until(lambda: look(client).transport.bpm == 99.0)
        hand.sendto(b"/livemusic/preset\0\0\0,s\0\0waltz\0\0\0", ("127.0.0.1", port))
        until(lambda: (seen := look(client).session) is not None and seen.preset.name == "Waltz")
        hand.sendto(b"/livemusic/stop\0,\0\0\0", ("127.0.0.1", port))
        until(lambda: not look(client).transport.playing)
        client.close()


def test_the_music_goes_on_where_nobody_reads_what_the_engine_says(start: Start) -> None:
    process = start("engine", "--midi-out", "none", "--no-sound", "--source", "none")
    client = until(reach)
    until(lambda: look(client).transport.playing)
    assert process.stderr is not None
    process.stderr.close()
    client.ask(UseDraft(0))
    until(lambda: any("no pattern" in notice.text for notice in look(client).notices))
    sent = look(client).transport.notes_sent
    until(lambda: look(client).transport.notes_sent > sent + 8)
    client.close()
