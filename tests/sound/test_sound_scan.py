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
