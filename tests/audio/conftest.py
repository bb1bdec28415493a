"""A JACK server of the tests' own, without sound card, for programs that the tests start."""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from livemusic.audio.devices import PortAudio

#: One name for all: JACK remembers at most eight servers that were killed, then starts no more.
SERVER = "livemusic-test"


@pytest.fixture
def jack(monkeypatch: pytest.MonkeyPatch) -> Iterator["subprocess.Popen[bytes]"]:
    """A running dummy JACK server that the test may kill; one at a time on this machine."""
    monkeypatch.setenv("JACK_DEFAULT_SERVER", SERVER)
    command = ["jackd", "--no-realtime", "-n", SERVER, "-d", "dummy", "-r", "48000", "-p", "256"]
    with FileLock(Path(tempfile.gettempdir()) / f"{SERVER}.lock"):
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            waiting = ["jack_wait", "-s", SERVER, "-w", "-t", "20"]
            subprocess.run(waiting, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            assert server.poll() is None, f"another JACK server {SERVER!r} runs already"
            yield server
        finally:
            PortAudio.release()
            server.terminate()
            server.wait()
