"""A scan that is interrupted leaves nothing behind."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from livemusic.sound.plugins.scan import Scanner

DOUBLES = Path(__file__).with_name("doubles.py")


#: Python itself tells of a process whose beginning was interrupted.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <function Popen.__del__")
def test_a_probe_that_was_just_begun_is_ended_too(monkeypatch: pytest.MonkeyPatch) -> None:
    begin = subprocess.Popen._execute_child  # type: ignore[attr-defined]

    def interrupted(process: Any, *arguments: Any) -> None:
        begin(process, *arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess.Popen, "_execute_child", interrupted)
    before = {child.pid for child in psutil.Process().children()}
    scanner = Scanner(command=(sys.executable, str(DOUBLES), "probe"))
    with pytest.raises(KeyboardInterrupt):
        list(scanner.scan(["test:hang-on-open"]))
    monkeypatch.undo()
    begun = [child for child in psutil.Process().children() if child.pid not in before]
    _, alive = psutil.wait_procs(begun, timeout=10)
    assert not alive


ESCAPE = """
import os, signal, subprocess, sys
how, told, end, answer = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[-1]
stay = "import signal, sys; open(sys.argv[-1], 'w'); signal.pause()"
again = "import signal, subprocess, sys; subprocess.Popen(sys.argv[1:], start_new_session=True); signal.pause()"
child = [sys.executable, "-c", stay, told]
if how == "session":
    subprocess.Popen(child, start_new_session=True)
elif how == "daemon":
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execve(child[0], child, {})
        os._exit(0)
elif how == "chain":
    subprocess.Popen([sys.executable, "-c", again] * 2 + child, start_new_session=True)
while not os.path.exists(told):
    pass
if end == "hang":
    signal.pause()
if end == "crash":
    os.abort()
open(answer, "w").write("{}")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are found on Linux")
@pytest.mark.parametrize("how", ["session", "daemon", "chain"])
@pytest.mark.parametrize("end", ["answer", "crash", "hang"])
def test_what_a_plugin_has_begun_ends_with_its_trial(tmp_path: Path, how: str, end: str) -> None:
    mark = str(tmp_path / "mark")
    scanner = Scanner(command=(sys.executable, "-c", ESCAPE, how, mark, end), patience=5.0)
    verdict = scanner.check("test:escape")
    assert verdict.blocked == (end != "answer")
    left = [process for process in psutil.process_iter(["cmdline"]) if mark in (process.info["cmdline"] or [])]
    assert left == []
    assert psutil.Process().children() == []
