"""Looking for plugins in another process: how far, what came of it, and how it ends."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget

from livemusic.sound.plugins.scan import Scanner
from livemusic.ui.rack.scan_child import Step, scan
from livemusic.ui.rack.scanning import ScanBar

DOUBLES = Path(__file__).parents[2] / "sound" / "doubles.py"
PROBE = (sys.executable, str(DOUBLES), "probe")
CHILD = """
import sys
from livemusic.sound.plugins.scan import Scanner
from livemusic.ui.rack.scan_child import main
print("a plugin's own words")
sys.exit(main(Scanner(command=(sys.executable, sys.argv[1], "probe"), patience=60), sys.argv[2:]))
"""


@pytest.fixture(autouse=True)
def nothing_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.fixture
def bars(app: QApplication) -> Iterator[Callable[..., ScanBar]]:
    made: list[QWidget] = []

    def make(*command: str) -> ScanBar:
        parent = QWidget()
        made.append(parent)
        bar = ScanBar(parent, command)
        parent.show()
        return bar

    yield make
    for parent in made:
        parent.findChild(ScanBar).process.end()
        parent.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def child(*paths: str) -> tuple[str, ...]:
    return (sys.executable, "-c", CHILD, str(DOUBLES), *paths)


def test_a_scan_tells_of_each_file_before_and_after() -> None:
    steps: list[Step] = []
    scan(Scanner(command=PROBE), ["test:good", "test:missing"], steps.append)
    assert [(step.done, step.total, step.path) for step in steps] == [
        (0, 2, "test:good"), (1, 2, "test:missing"), (2, 2, ""),
    ]  # fmt: skip
    assert steps[1].verdict is not None
    assert steps[1].verdict.plugins[0].parameters == ()  # a list of all controls would be megabytes
    assert steps[2].verdict is not None
    assert steps[2].verdict.problems == ("It is not there.",)


def test_the_bar_says_what_was_found_and_what_misbehaved(bars: Callable[..., ScanBar], until: Callable) -> None:
    bar = bars(*child("test:good", "test:crash-on-open", "test:missing"))
    seen: list[str] = []
    bar.process.stepped.connect(lambda _: seen.append(bar.doing.text()))
    bar.button.click()
    assert bar.process.running
    assert bar.progress.isVisible()
    assert not bar.button.isVisible()
    until(lambda: not bar.process.running)
    assert seen[0] == "Trying test:good  (1 of 3)"
    assert bar.result.text() == "1 plugin found, 1 of them new or changed."
    first, second = bar.faults.text().splitlines()
    assert first.startswith("test:crash-on-open: It ")
    assert second == "test:missing: It is not there."
    assert bar.button.isVisible()
    assert not bar.progress.isVisible()
    bar.button.click()  # once more: nothing is left over
    assert bar.result.text() == ""
    until(lambda: not bar.process.running)
    assert bar.result.text() == "1 plugin found, nothing new."


def words_of(process: psutil.Process) -> list[str]:
    """How a process was called; nothing where it has just ended."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def test_stopping_ends_a_hanging_plugin_too(bars: Callable[..., ScanBar], until: Callable) -> None:
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    bar = bars(*child("test:good", "test:hang-on-open", "test:good"))
    bar.button.click()
    until(lambda: bar.progress.value() == 1)
    started: set[psutil.Process] = set()

    def both() -> bool:
        started.update(each for each in psutil.Process().children(recursive=True) if each.pid not in before)
        return any(str(DOUBLES) in words_of(each)[:2] for each in started)

    until(both)
    bar.stop.click()
    assert bar.doing.text() == "Stopping…"
    until(lambda: not bar.process.running)
    assert bar.result.text() == "Stopped after 1 of 3 files. 1 plugin found, 1 of them new or changed."
    until(lambda: not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in started))


def test_a_scan_that_cannot_start_or_breaks_off_says_so(bars: Callable[..., ScanBar], until: Callable) -> None:
    bar = bars("/no/such/program")
    bar.button.click()
    until(lambda: not bar.process.running)
    assert bar.result.text() == "It could not be started: /no/such/program."
    bar = bars(sys.executable, "-c", "import sys; sys.exit(3)")
    bar.button.click()
    until(lambda: not bar.process.running)
    assert bar.result.text().startswith("It broke off (code 3).")
    assert bar.button.isVisible()


def test_a_system_without_plugins_is_said(bars: Callable[..., ScanBar], until: Callable) -> None:
    bar = bars(*child())
    bar.button.click()
    until(lambda: not bar.process.running)
    assert bar.result.text() == "No plugin is installed where this system keeps them."
