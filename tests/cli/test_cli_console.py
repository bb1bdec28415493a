"""Consoles that lack our signs: plain ones stand in for them, and no command falls over one."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.cli.console import plain, speak_plainly
from livemusic.cli.finding import Finding, print_findings
from livemusic.cli.main import main
from livemusic.cli.options import as_json
from livemusic.cli.progress import show_line

Console = Callable[[str], io.BytesIO]


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> Console:
    """What is written to stdout and stderr, where both have an encoding of their own."""

    def open_one(encoding: str) -> io.BytesIO:
        written = io.BytesIO()
        for name in ("stdout", "stderr"):
            monkeypatch.setattr(sys, name, io.TextIOWrapper(written, encoding, write_through=True))
        return written

    return open_one


@pytest.mark.parametrize(
    ("encoding", "mark", "quotes"),
    [
        ("ascii", "+", ('"', '"')),
        ("latin-1", "+", ('"', '"')),
        ("cp1252", "+", ("“", "”")),
        ("cp437", "+", ('"', '"')),
        ("koi8-r", "+", ('"', '"')),
        ("utf-8", "✓", ("“", "”")),
    ],
)
def test_signs_a_console_lacks_are_plain_ones(
    console: Console, encoding: str, mark: str, quotes: tuple[str, str]
) -> None:
    written = console(encoding)
    speak_plainly()
    print_findings([Finding("presets", "good", "“Backbeat” … saved")])
    said = written.getvalue().decode(encoding)
    assert said.startswith(f"{mark} presets")
    assert "{}Backbeat{}".format(*quotes) in said


def test_names_keep_their_letters_where_they_can(console: Console) -> None:
    written = console("latin-1")
    speak_plainly()
    sys.stdout.write("Übung, Łódź, Σ, 太鼓, e\u0301, kick\udcff.mid\n")
    assert written.getvalue().decode("latin-1") == "Übung, Lódz, ?, ??, e, kick?.mid\n"


@given(st.text(st.characters()))
def test_whatever_is_said_can_be_said_in_ascii(text: str) -> None:
    assert plain(text).isascii()
    assert plain(text) == text or not text.isascii()


def test_stderr_too_and_what_has_no_encoding(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    written = console("ascii")
    assert main(["plagins…"]) == 2
    assert written.getvalue() == b"livemusic: there is no command 'plagins...'. Did you mean 'plugins'?\n"
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.setattr(sys, "stderr", None)
    speak_plainly()


def test_a_line_of_progress_is_plain(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    written = console("cp437")
    speak_plainly()
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    show_line("learning … 3 → 4")
    assert written.getvalue().endswith(b"learning ... 3 -> 4")


def test_json_is_whole_on_every_console() -> None:
    told = {"name": "“Grün” → 太鼓 𝄞"}
    assert as_json(told).isascii()
    assert json.loads(as_json(told)) == msgspec.json.decode(as_json(told)) == told


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1"])
@pytest.mark.parametrize(
    "words", [["doctor", "--midi-out", "none"], ["presets", "list"], ["--help"], ["drums", "--help"], ["devices"]]
)
def test_no_command_ends_in_a_traceback(words: list[str], encoding: str, tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "C"}
    command = [sys.executable, "-m", "livemusic", *words]
    result = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, check=False)
    assert result.returncode in (0, 2)
    said = result.stdout.decode(encoding) + result.stderr.decode(encoding)
    assert "Traceback" not in said
    assert "\\u" not in said
