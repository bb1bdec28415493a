import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from time import perf_counter

import msgspec
import numpy as np
import psutil
import pytest

from livemusic.music.event import note_on
from livemusic.sound.process import SoundProcess
from livemusic.sound.protocol import (
    Backing,
    Balance,
    Events,
    Gain,
    LiveIn,
    PlayKit,
    PluginSlot,
    Request,
    SetChain,
    SoundStatus,
    Voices,
    read_message,
    write_message,
)

Until = Callable[[Callable[[], bool]], None]
CHAIN = SetChain(2, None, (PluginSlot("/p\u00e4.vst3", "n", b"\x00\xff", {"Gain": 0.5}), None))
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")


def test_without_a_device_it_starts_takes_events_and_says_so(silent: SoundProcess, until: Until) -> None:
    until(lambda: silent.status().pid > 0)
    silent.send([(perf_counter() + 0.02, note_on(9, 36, 100))])
    silent.backing(None, 0.0, 44100)
    silent.gain(0.5, 1.0)
    status = silent.status()
    assert (status.state, status.dropped, status.xruns) == ("off", 0, 0)
    assert "No output device" in status.detail
    assert silent.alive


def test_a_device_that_is_not_there_is_said_in_a_sentence(until: Until) -> None:
    process = SoundProcess("no such l\u00e4utsprecher")
    process.start()
    try:
        until(lambda: process.status().state == "failed")
        assert process.status().detail.endswith(".")
        assert process.alive
    finally:
        process.close()


def test_closing_ends_the_process_and_closing_again_does_nothing(silent: SoundProcess, until: Until) -> None:
    until(lambda: silent.status().pid > 0)
    pid = silent.status().pid
    silent.close()
    silent.close()
    assert not silent.alive
    assert silent.status().state == "gone"
    assert not psutil.pid_exists(pid)


def test_numbers_from_numpy_are_taken(silent: SoundProcess, until: Until) -> None:
    until(lambda: silent.status().pid > 0)
    for _ in range(3):
        silent.send([(np.float64(perf_counter()), note_on(9, 36, 100))])
    silent.backing(None, np.float64(1.0), np.int64(44100))  # type: ignore[arg-type]
    assert silent.alive


@POSIX
def test_a_killed_process_is_replaced_and_sending_meanwhile_does_no_harm(silent: SoundProcess, until: Until) -> None:
    until(lambda: silent.status().pid > 0)
    pid = silent.status().pid
    os.kill(pid, signal.SIGKILL)
    until(lambda: silent.status().restarts == 1)
    for _ in range(1000):
        silent.send([(0.0, note_on(9, 36, 100))])
    until(lambda: silent.status().pid not in (0, pid))
    assert silent.alive
    assert silent.status().state == "off"


@POSIX
def test_a_process_that_takes_anothers_place_is_told_everything(silent: SoundProcess, until: Until) -> None:
    until(lambda: silent.status().pid > 0)
    silent.live_in("Mikrof\u00f6n")
    until(lambda: silent.status().live_in == "failed")
    assert silent.status().live_in_detail == "It is heard once there is a sound output."
    pid = silent.status().pid
    os.kill(pid, signal.SIGKILL)
    until(lambda: silent.status().pid not in (0, pid))
    until(lambda: silent.status().live_in == "failed")
    silent.live_in("none")
    until(lambda: silent.status().live_in == "off")


@POSIX
def test_a_process_that_keeps_ending_is_given_up(silent: SoundProcess, until: Until) -> None:
    pids = {0}
    while silent.alive:
        until(lambda: silent.status().pid not in pids or not silent.alive)
        if silent.alive:
            pids.add(silent.status().pid)
            os.kill(silent.status().pid, signal.SIGKILL)
            until(lambda: silent.status().restarts == len(pids) - 1 or not silent.alive)
    assert len(pids) == 5
    assert silent.status().state == "gone"
    assert "keeps stopping" in silent.status().detail
    silent.send([(0.0, note_on(9, 36, 100))])
    assert silent.status().dropped > 0


@POSIX
def test_a_stopped_process_is_replaced(silent: SoundProcess, until: Until) -> None:
    until(lambda: silent.status().pid > 0)
    pid = silent.status().pid
    os.kill(pid, signal.SIGSTOP)
    until(lambda: silent.status().pid not in (0, pid))
    assert silent.status().blocked == ()
    assert not psutil.pid_exists(pid)


@POSIX
def test_a_process_that_hangs_costs_batches_but_never_a_wait(silent: SoundProcess, until: Until) -> None:
    until(lambda: silent.status().pid > 0)
    pid = silent.status().pid
    os.kill(pid, signal.SIGSTOP)
    batch = [(0.0, note_on(9, 36, 100))] * 2000
    for _ in range(500):
        silent.send(batch)
    assert 0 < silent.status().dropped < 500
    silent.close()
    assert not psutil.pid_exists(pid)


@POSIX
def test_ctrl_c_does_not_end_it(silent: SoundProcess, until: Until) -> None:
    until(lambda: silent.status().pid > 0)
    for _ in range(3):
        os.kill(silent.status().pid, signal.SIGINT)
    child = silent._child
    silent.close()
    assert child is not None
    assert child.process.returncode == 0, "it did not end by itself"


@POSIX
def test_it_ends_when_the_engine_is_killed(until: Until) -> None:
    engine = (
        "from livemusic.sound.process import SoundProcess\n"
        "from threading import Event\n"
        "p = SoundProcess('none'); p.start()\n"
        "while not p.status().pid: Event().wait(0.01)\n"
        "print(p.status().pid, flush=True); Event().wait(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", engine], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    with parent.stdout:
        pid = int(parent.stdout.readline())
        assert psutil.pid_exists(pid)
        parent.kill()
        parent.wait()

    def ended() -> bool:
        return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE

    until(ended)


@pytest.mark.parametrize(
    "message",
    [
        Events(((1.5, b"\x99\x24\x64"),)),
        Backing("/b\u00e4nd.npy", 2.0, 44100),
        Backing(None, 0, 1),
        Gain(0.5, 0.1),
        Balance((0.5,) * 9, (0.1,) * 9, (2.0,) * 9, 0.7),
        PlayKit("/k\u00efts/909"),
        LiveIn("Mikrof\u00f6n"),
        Voices((36,) * 9),
        CHAIN,
    ],
)
def test_messages_survive_the_pipe(message: Request) -> None:
    pipe = io.BytesIO()
    write_message(pipe, message)
    write_message(pipe, message)
    pipe.seek(0)
    assert read_message(pipe, Request) == read_message(pipe, Request) == message
    assert read_message(pipe, Request) is None


@pytest.mark.parametrize("noise", [b"\x03\x00\x00\x00abc", b"\xff\xff\xff\xff", b"\x01\x00\x00\x00\x90"])
def test_nonsense_in_the_pipe_is_refused(noise: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        read_message(io.BytesIO(noise), SoundStatus)
