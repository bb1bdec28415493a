"""No display is said in one sentence and leaves no engine behind; a display that dies leaves the music playing."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from livemusic.engine.messages import Quit
from livemusic.engine.place import engine_folder
from livemusic.errors import DisplayError
from livemusic.ui.display import DisplayTrial
from tests.app.conftest import look, reach, until

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("Xvfb") is None, reason="displays of their own are started with Xvfb"
)
QUIET = ("--midi-out", "none", "--source", "none", "--no-sound", "--preset", "House")
SHOWN = """
import sys
from livemusic.cli.main import main
from livemusic.ui.window import Window
shown = Window.showEvent
def show(self, event):
    shown(self, event)
    print("shown", flush=True)
Window.showEvent = show
sys.exit(main(sys.argv[1:]))
"""


def without_display(**names: str) -> dict[str, str]:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "QT_QPA_PLATFORM", "XDG_SESSION_TYPE")
    return {name: value for name, value in os.environ.items() if name not in hidden} | names


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    """An X server that lets in whoever has its cookie, and its display's name."""
    reading, writing = os.pipe()
    cookies = tmp_path / "cookies"
    subprocess.run(["xauth", "-f", cookies, "add", ":0", ".", "7" * 32], check=True, stderr=subprocess.DEVNULL)
    command = ["Xvfb", "-displayfd", str(writing), "-auth", str(cookies), "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL) as process:
        os.close(writing)
        with open(reading) as told:
            display = f":{told.readline().strip()}"
        subprocess.run(["xauth", "-f", cookies, "add", display, ".", "7" * 32], check=True, stderr=subprocess.DEVNULL)
        yield process, display
        process.kill()


@pytest.mark.parametrize(
    ("names", "why"),
    [
        ({}, "There is no display here"),
        ({"DISPLAY": ":987"}, "display ':987' is not there"),
        ({"DISPLAY": "junk"}, "display 'junk' is not there"),
        ({"WAYLAND_DISPLAY": "wayland-9", "XDG_SESSION_TYPE": "wayland"}, "display 'wayland-9' is not there"),
        ({"QT_QPA_PLATFORM": "canvas"}, 'platform plugin "canvas"'),
    ],
    ids=["none", "gone", "junk", "wayland", "plugin"],
)
def test_without_a_display_one_sentence_and_no_engine(names: Mapping[str, str], why: str) -> None:
    command = [sys.executable, "-m", "livemusic", *QUIET]
    result = subprocess.run(command, env=without_display(**names), capture_output=True, text=True)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert why in result.stderr
    assert "livemusic engine" in result.stderr
    assert "livemusic demo" in result.stderr
    assert not engine_folder().exists()


def test_a_display_that_lets_nobody_in(
    server: tuple["subprocess.Popen[bytes]", str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in without_display(DISPLAY=server[1], XAUTHORITY=os.devnull).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("QT_QPA_PLATFORM")
    with pytest.raises(DisplayError, match="lets nobody in"):
        DisplayTrial().ended()


def test_a_display_that_hangs_is_given_up(
    server: tuple["subprocess.Popen[bytes]", str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    process, display = server
    monkeypatch.delenv("QT_QPA_PLATFORM")
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.setenv("XAUTHORITY", str(tmp_path / "cookies"))
    DisplayTrial().ended()
    process.send_signal(signal.SIGSTOP)
    with pytest.raises(DisplayError, match=r"has not answered for 0\.5 seconds"):
        DisplayTrial().ended(0.5)
    process.send_signal(signal.SIGCONT)


def test_the_music_goes_on_when_the_display_dies(server: tuple["subprocess.Popen[bytes]", str], tmp_path: Path) -> None:
    process, display = server
    environment = without_display(DISPLAY=display, XAUTHORITY=str(tmp_path / "cookies"))
    command, pipe = [sys.executable, "-c", SHOWN, *QUIET], subprocess.PIPE
    said = tmp_path / "said"  # a pipe would be the engine's, too, and not end before it
    with (
        said.open("w") as stderr,
        subprocess.Popen(command, env=environment, stdout=pipe, stderr=stderr, text=True) as window,
    ):
        assert window.stdout is not None
        assert window.stdout.readline() == "shown\n"
        client = until(reach)
        until(lambda: look(client).transport.notes_sent > 4)
        process.kill()
        assert window.wait(60) == 2
    assert "The music goes on" in said.read_text()
    sent = look(client).transport.notes_sent
    until(lambda: look(client).transport.notes_sent > sent + 8)
    client.ask(Quit())
    client.close()
    until(lambda: reach() is None)
