"""For every test: no thread is left behind, nothing unexpected is logged."""

import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import monotonic

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings
from PySide6.QtWidgets import QApplication

settings.register_profile("house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("JACK_NO_START_SERVER", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy is not loaded yet


@pytest.fixture(scope="session", autouse=True)
def ctrl_c_is_heard() -> None:
    """By the programs that tests start, even where the tests themselves run in the background of a shell."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def app() -> Iterator[QApplication]:
    """One application for all tests: Qt allows one to a process, and windows need more of it than pictures."""
    running = QApplication(["livemusic"])
    yield running
    running.quit()


@pytest.fixture(autouse=True)
def no_thread_is_left_behind() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(2.0)
    left = [thread.name for thread in set(threading.enumerate()) - before if thread.is_alive()]
    assert not left, f"threads left behind: {left}"


@pytest.fixture(autouse=True)
def nothing_unexpected_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    loud = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert not loud, f"logged: {[record.getMessage() for record in loud]}"


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all tests, so that the demo song is rendered once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def a_home_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """Tests never touch the user's presets, models, settings or running engine."""
    home: Path = tmp_path_factory.mktemp("home")
    for name in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("LIVEMUSIC_ENGINE", str(home / "engine"))


#: One name for all: JACK remembers at most eight servers that were killed, then starts no more.
JACK_SERVER = "livemusic-test"


@pytest.fixture
def jack(monkeypatch: pytest.MonkeyPatch) -> Iterator["subprocess.Popen[bytes]"]:
    """A JACK server of the tests' own without sound card, one at a time on this machine; the test may kill it."""
    with serving(monkeypatch) as server:
        yield server


@pytest.fixture
def wide_jack(monkeypatch: pytest.MonkeyPatch) -> Iterator["subprocess.Popen[bytes]"]:
    """The same with six outputs."""
    with serving(monkeypatch, 6) as server:
        yield server


@contextmanager
def serving(monkeypatch: pytest.MonkeyPatch, outputs: int = 2) -> Iterator["subprocess.Popen[bytes]"]:
    """The server with so many outputs, for as long as nobody else wants one."""
    monkeypatch.setenv("JACK_DEFAULT_SERVER", JACK_SERVER)
    with FileLock(Path(tempfile.gettempdir()) / f"{JACK_SERVER}.lock"):
        server = start_jack(outputs)
        try:
            yield server
        finally:
            if "sounddevice" in sys.modules:
                from livemusic.audio.devices import PortAudio

                PortAudio.release()
            server.terminate()
            server.wait()


def start_jack(outputs: int = 2) -> "subprocess.Popen[bytes]":
    """The server, once it answers."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    command = [
        "jackd",
        "--no-realtime",
        "-S",
        "-t",
        "200",
        "-n",
        JACK_SERVER,
        "-d",
        "dummy",
        "-r",
        "48000",
        "-p",
        "256",
        "-P",
        str(outputs),
    ]
    server = subprocess.Popen(command, **quiet)
    subprocess.run(["jack_wait", "-s", JACK_SERVER, "-w", "-t", "20"], check=True, **quiet)
    assert server.poll() is None, f"another JACK server {JACK_SERVER!r} runs already"
    return server


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
