"""A sound process to talk to, a JACK server of the tests' own, and a way to wait for something."""

import os
import subprocess
from collections.abc import Callable, Iterator
from threading import Event
from time import monotonic

import pytest

from livemusic.sound.process import SoundProcess


@pytest.fixture
def silent() -> Iterator[SoundProcess]:
    """A running sound process that was asked for no device."""
    process = SoundProcess("none")
    process.start()
    yield process
    process.close()


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], None]:
    """Waits for something to come true, at most twenty seconds."""
    pause = Event()

    def wait(come_true: Callable[[], bool]) -> None:
        deadline = monotonic() + 20
        while not come_true():
            assert monotonic() < deadline, "it has not happened"
            pause.wait(0.005)

    return wait


@pytest.fixture
def jack(monkeypatch: pytest.MonkeyPatch) -> Iterator["subprocess.Popen[bytes]"]:
    """A running dummy JACK server that the test may kill."""
    name = f"livemusic-sound-{os.getpid()}"
    monkeypatch.setenv("JACK_DEFAULT_SERVER", name)
    command = ["jackd", "--no-realtime", "-n", name, "-d", "dummy", "-r", "48000", "-p", "256"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        waiting = ["jack_wait", "-s", name, "-w", "-t", "20"]
        subprocess.run(waiting, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        yield server
    finally:
        server.kill()
        server.wait()
