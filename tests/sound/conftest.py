"""A sound process to talk to, plugins that misbehave, and a way to wait for something."""

import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from livemusic.sound.process import SoundProcess


@pytest.fixture
def silent() -> Iterator[SoundProcess]:
    """A running sound process that was asked for no device."""
    process = SoundProcess("none")
    process.start()
    yield process
    process.close()


DOUBLES = Path(__file__).with_name("doubles.py")


@pytest.fixture(scope="session")
def open_double() -> Callable[..., object]:
    """Opens the plugins of `doubles.py`."""
    return runpy.run_path(str(DOUBLES))["open_double"]


@pytest.fixture
def risky(until: Callable[[Callable[[], bool]], None]) -> Iterator[SoundProcess]:
    """A sound process without a device whose plugins may be those of `doubles.py`."""
    process = SoundProcess("none", command=(sys.executable, str(DOUBLES)))
    process.start()
    until(lambda: process.status().pid > 0)
    yield process
    process.close()


@pytest.fixture
def playing(jack: "subprocess.Popen[bytes]", until: Callable[[Callable[[], bool]], None]) -> Iterator[SoundProcess]:
    """A sound process on a dummy JACK server whose plugins may be those of `doubles.py`."""
    process = SoundProcess("default", command=(sys.executable, str(DOUBLES)))
    process.start()
    until(lambda: process.status().state == "on")
    yield process
    process.close()
