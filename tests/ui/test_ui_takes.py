"""Recording takes from the window, the list of them, and another path beside the one that plays."""

import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEvent, QObject
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from livemusic.engine.edits import Configure
from livemusic.engine.playback import RecordTake
from livemusic.engine.snapshot import TakeState
from livemusic.engine.take_folder import TakeFolder, TakeInfo
from livemusic.engine.takes import takes_folder
from livemusic.errors import MediaError
from livemusic.inference.card import read_card
from livemusic.inference.library import Library
from livemusic.latent.points import Points
from livemusic.session.settings import Settings
from livemusic.session.take import Take, read_take
from livemusic.ui.timeline.comparison import Comparison
from livemusic.ui.timeline.other_path import OtherPath
from livemusic.ui.timeline.path_child import COMMAND, Step, compute
from livemusic.ui.timeline.path_process import PathProcess
from livemusic.ui.timeline.recorded import list_takes
from livemusic.ui.timeline.takes import TakesDialog
from livemusic.ui.views.trajectory import TrajectoryView

RATE = 8000
FAKE = """
import sys, numpy
sys.path.insert(0, {root!r})
from livemusic.errors import MediaError
from livemusic.inference.card import read_card
from livemusic.inference.library import Library
from livemusic.latent.points import Points
from livemusic.latent.view import View
from livemusic.session.take import Take, write_take
out = sys.argv[-1]
points = Points(numpy.arange(50, dtype="f4").reshape(10, 5), numpy.empty((10, 0), "u1"))
write_take(out, Take(points, "embedder-1", View.plain(3)))
"""


def record(takes: Path, when: datetime, *sounds: str, model: str = "embedder-1", seconds: float = 2.0) -> Path:
    """A take as the engine leaves it."""
    take = TakeFolder(takes, when, 100.0, TakeInfo(when.isoformat(), model=model, dim=3))
    for sound in sounds:
        take.sound(sound, 100.0, RATE, np.full((int(seconds * RATE), 1), 0.1, np.float32))
    t = np.arange(50, dtype=np.float32) * 0.02
    rows = np.column_stack([t, np.full(50, -20.0), np.sin(t), np.cos(t), t]).astype(np.float32)
    take.points(100.0 + t.astype(np.float64), Points(rows, np.empty((50, 0), np.uint8)))
    take.end(100.0 + seconds)
    take.close()
    return take.path


@pytest.fixture
def takes() -> Path:
    return takes_folder(Settings())


def test_takes_are_listed_with_the_newest_first(tmp_path: Path) -> None:
    old = record(tmp_path, datetime(2026, 5, 1, 20, 15), "heard", "kit")
    new = record(tmp_path, datetime(2026, 5, 2, 9, 30), "kit", seconds=3.0)
    under_way = TakeFolder(tmp_path, datetime(2026, 5, 3), 0.0, TakeInfo("2026-05-03T00:00:00"))
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "take.json").write_text("{")
    listed = list_takes(tmp_path)
    assert [take.folder for take in listed] == [new, old]
    assert [take.sound for take in listed] == [new / "kit.flac", old / "heard.flac"]
    assert [take.path for take in listed] == [new / "path.npz", old / "path.npz"]
    assert [take.seconds for take in listed] == pytest.approx([3.0, 2.0])
    assert list_takes(tmp_path / "nowhere") == ()
    under_way.close()


def test_a_click_records_and_another_ends_it(window, link, until) -> None:
    bar = window.review.bar
    assert bar.record.text() == "● Take"
    bar.record.click()
    until(lambda: link.recorded.recording and bar.record.isChecked())
    link.recorded = TakeState(True, 83.4, "", 120_000_000_000)
    until(lambda: bar.record.text() == "● 01:23")
    link.recorded = TakeState(True, 3700.0, "", 512_000_000)
    until(lambda: bar.record.text() == "● 1:01:40  512 MB left")
    assert bar.width() >= bar.sizeHint().width()  # it grows with what it says
    bar.record.click()
    until(lambda: bar.record.text() == "● Take" and not bar.record.isChecked())
    assert link.asked == [RecordTake(True), RecordTake(False)]


def test_a_take_is_opened_shown_in_its_folder_and_listed_once_it_is_there(
    window, link, until, takes, monkeypatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    window.review.bar.takes.click()
    dialog = window.review.takes
    assert dialog.isVisible()
    assert dialog.none.isVisible()
    assert not dialog.open.isEnabled()
    folder = record(takes, datetime(2026, 5, 1, 20, 15, 30), "heard", seconds=65.0)
    link.recorded = TakeState(False, 65.0, str(folder))
    until(lambda: dialog.list.count() == 1)
    assert dialog.list.item(0).text().split("     ") == ["01 May 2026, 20:15:30", "01:05"]
    dialog.folder.click()
    assert opened == [str(folder)]
    dialog.open.click()
    until(lambda: link.asked)
    (asked,) = link.asked
    assert isinstance(asked, Configure)
    assert asked.wanted.source == str(folder / "heard.flac")
    dialog.close()


def test_a_take_is_seen_beside_the_path_until_that_is_ended(window, until, takes) -> None:
    newest = read_card(Library().folder("embedder", "")).id
    record(takes, datetime(2026, 5, 1, 20, 15), "heard", model=newest)
    window.review.open_takes()
    dialog, bar, sight = window.review.takes, window.review.bar, window.trajectory.sight
    dialog.beside.click()
    assert bar.beside.isVisible()
    assert dialog.bar.isVisible()
    until(lambda: window.review.comparison.advance() or sight.other is not None)
    assert len(sight.other) == 50
    assert "20.15" in bar.beside.text()
    assert dialog.doing.text() == "Beside the path: 2026-05-01 20.15.00"
    assert not dialog.bar.isVisible()
    window.review.comparison.stepped.emit(0.34)
    assert bar.beside.text().endswith("34 %")
    assert dialog.bar.value() == 34
    bar.beside.click()
    assert sight.other is None
    assert not bar.beside.isVisible()
    assert not dialog.end.isVisible()
    dialog.close()


def test_a_path_that_cannot_be_had_is_one_sentence(app, until, tmp_path) -> None:
    view = TrajectoryView()
    process = PathProcess(
        view, (sys.executable, "-c", """print('{\"problem\": \"noise.wav is no music. Choose another.\"}'); exit(2)""")
    )
    comparison = Comparison(view, OtherPath(view, process))
    said, changed = [], []
    comparison.said.connect(said.append)
    comparison.changed.connect(lambda name, busy: changed.append((name, busy)))
    comparison.begin(tmp_path / "noise.wav", None)
    until(lambda: comparison.advance() or said)
    assert said == ["noise.wav is no music. Choose another."]
    assert changed == [("noise", True), ("", False)]
    assert view.sight.other is None
    comparison.close()
    view.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_any_file_may_be_chosen_to_compare_with(app, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "a.wav"), ""))
    parent = QWidget()
    dialog, wanted = TakesDialog(parent), []
    dialog.compared.connect(lambda *what: wanted.append(what))
    dialog.file.click()
    assert wanted == [(tmp_path / "a.wav", None)]
    parent.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def find(app) -> Iterator[Callable]:
    """Look for a path, the process being `command`; what came of it."""
    owner = QObject()
    others: list[OtherPath] = []

    def look(sound: Path, kept: Path | None, model: str = "embedder-1", command: tuple[str, ...] = COMMAND):
        other = OtherPath(owner, PathProcess(owner, command))
        others.append(other)
        ended: list[tuple[Take | None, str]] = []
        other.ended.connect(lambda path, reason: ended.append((path, reason)))
        other.find(sound, kept, model)
        deadline = QDeadlineTimer(240_000)
        while not ended:
            assert not deadline.hasExpired(), "it never ended"
            app.processEvents()
            other.poll()
        assert not other.busy
        return ended[0]

    yield look
    for other in others:
        other.close()
    owner.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def fake(code: str = FAKE) -> tuple[str, ...]:
    return (sys.executable, "-c", code.replace("{root!r}", repr(str(Path(__file__).parents[2]))))


def test_a_kept_path_of_the_same_model_is_read_and_another_is_computed(find, tmp_path: Path) -> None:
    same = record(tmp_path, datetime(2026, 5, 1), "heard")
    foreign = record(tmp_path, datetime(2026, 5, 2), "heard", model="embedder-0")
    never = (sys.executable, "-c", "raise SystemExit(9)")
    path, reason = find(same / "heard.flac", same / "path.npz", command=never)
    assert (len(path.points.rows), reason) == (50, "")
    path, reason = find(foreign / "heard.flac", foreign / "path.npz", command=fake())
    assert (len(path.points.rows), reason) == (10, "")
    path, reason = find(same / "heard.flac", tmp_path / "gone.npz", command=fake())
    assert (len(path.points.rows), reason) == (10, "")


def test_a_process_that_breaks_off_or_cannot_begin_says_so(find, tmp_path: Path) -> None:
    path, reason = find(tmp_path / "a.wav", None, command=("/no/such/program",))
    assert (path, reason) == (None, "It could not be started: /no/such/program.")
    path, reason = find(tmp_path / "a.wav", None, command=(sys.executable, "-c", "raise SystemExit(3)"))
    assert (path, reason) == (None, "Computing the path broke off (code 3). Try again.")


def test_a_path_is_computed_of_a_recording_in_another_process(find, tmp_path: Path) -> None:
    soundfile.write(str(tmp_path / "short.wav"), np.full(100, 0.1), 22050)
    path, reason = find(tmp_path / "short.wav", None, model="embedder-1")
    assert path is None
    assert "short.wav is too short: it takes" in reason


def test_a_computed_path_is_that_of_the_sound_and_its_progress_is_told(tmp_path: Path) -> None:
    t = np.arange(4 * 22050) / 22050
    soundfile.write(str(tmp_path / "tone.wav"), 0.3 * np.sin(2 * np.pi * 220 * t * (1 + t / 9)), 22050)
    told: list[Step] = []
    compute(tmp_path / "tone.wav", "embedder-1", tmp_path / "path.npz", told.append)
    path = read_take(tmp_path / "path.npz")
    assert path.model_id == "embedder-1"
    assert len(path.points.rows) > 50
    assert float(path.points.t[-1]) == pytest.approx(4.0, abs=0.2)
    assert [step.share for step in told] == sorted(step.share for step in told)
    assert told[-1].share == pytest.approx(1.0)
    soundfile.write(str(tmp_path / "silent.wav"), np.zeros(5 * 22050), 22050)
    for name, why in (("gone.wav", "There is no file"), ("silent.wav", "silent.wav is silent")):
        with pytest.raises(MediaError, match=why):
            compute(tmp_path / name, "", tmp_path / "none.npz", told.append)
    assert not (tmp_path / "none.npz").exists()


def test_a_new_wish_takes_the_place_of_the_old(app, until, tmp_path: Path) -> None:
    slow = fake("import sys\nif 'slow' in sys.argv[1]:\n    sys.stdin.read()\n    sys.exit(1)\n" + FAKE)
    owner = QObject()
    other = OtherPath(owner, PathProcess(owner, slow))
    ended: list[tuple[Take | None, str]] = []
    other.ended.connect(lambda path, reason: ended.append((path, reason)))
    other.find(tmp_path / "slow.wav", None, "")
    until(lambda: other.poll() or other._process.running)
    other.find(tmp_path / "quick.wav", None, "")
    until(lambda: other.poll() or ended)
    assert [(len(path.points.rows), reason) for path, reason in ended] == [(10, "")]
    other.find(tmp_path / "slow.wav", None, "")
    until(lambda: other.poll() or other._process.running)
    other.cancel()
    until(lambda: not other.busy)
    assert len(ended) == 1
    other.close()
    owner.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
