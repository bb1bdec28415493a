"""Engines as programs of their own, ended whatever happens."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from time import monotonic
from typing import TypeVar

import pytest

from livemusic.engine.client import Client
from livemusic.engine.messages import Look
from livemusic.engine.snapshot import Snapshot
from livemusic.errors import EngineError

Value = TypeVar("Value")
Start = Callable[..., "subprocess.Popen[str]"]


def until(find: Callable[[], Value | None], patience: float = 60.0) -> Value:
    """What `find` gives as soon as it gives something."""
    deadline = monotonic() + patience
    pause = threading.Event()
    while True:
        if found := find():
            return found
        assert monotonic() < deadline, "it never came true"
        pause.wait(0.02)


def reach() -> Client | None:
    try:
        return Client.connect()
    except EngineError:
        return None


def look(client: Client) -> Snapshot:
    reply = client.ask(Look())
    assert isinstance(reply, Snapshot)
    return reply


@pytest.fixture
def start() -> Iterator[Start]:
    """`start("engine", ...)` runs livemusic; it is ended with the test."""
    running: list[subprocess.Popen[str]] = []

    def begin(*words: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "livemusic", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ,
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.communicate()


@pytest.fixture
def engine(start: Start) -> Iterator[Client]:
    """A headless engine on the demo song, without ports and speakers, and a client of it."""
    start("engine", "--midi-out", "none", "--no-sound")
    client = until(reach)
    until(lambda: look(client).revision > 0)
    yield client
    client.close()
