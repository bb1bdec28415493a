"""A JACK server of the tests' own, without sound card: real ports, and nobody else's."""

import os
import subprocess
from collections.abc import Iterator

import pytest


@pytest.fixture
def jack(monkeypatch: pytest.MonkeyPatch) -> Iterator["subprocess.Popen[bytes]"]:
    """A running dummy JACK server that the test may kill."""
    name = f"livemusic-midi-{os.getpid()}"
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
