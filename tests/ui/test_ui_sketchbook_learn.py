"""Learning from a folder in the window: a real child, its steps in words, and every way in which it can end."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from platformdirs import user_data_path
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QLabel

from livemusic.engine.edits import Configure
from livemusic.inference.adapted import write_adapted, write_styles
from livemusic.inference.autoencoder import open_autoencoder
from livemusic.inference.card import read_card
from livemusic.inference.dictionary import Dictionary
from livemusic.inference.library import Library
from livemusic.inference.styles import open_styles
from livemusic.midi.files import write_pattern
from livemusic.music.grid import Grid
from livemusic.music.tempo import Meter
from livemusic.session.codec import read_preset
from livemusic.session.library import find_preset
from livemusic.session.settings import Session, Settings
from livemusic.ui.sketchbook.learn import LearnPage
from livemusic.ui.sketchbook.learn_process import COMMAND

#: Tells of one step, then waits until its input ends.
PATIENT = """
import sys
print('strange words')
print('{"type":"Reading","done":1,"total":3}', flush=True)
sys.stdin.read()
"""
#: Tells of one step, and hears nothing.
DEAF = """
import signal
print('{"type":"Learning","round":2,"rounds":8,"found":0.912}', flush=True)
signal.pause()
"""


@pytest.fixture
def pages(app: QApplication) -> Iterator[Callable[..., LearnPage]]:
    made: list[LearnPage] = []

    def make(*command: str) -> LearnPage:
        page = LearnPage(None, command or COMMAND)
        page.process.child.patience.setInterval(200)
        made.append(page)
        page.show()
        return page

    yield make
    for page in made:
        page.close()
        page.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    """Twelve one-bar beats of a machine, and a file that is none."""
    folder = tmp_path / "my clips ♪"
    folder.mkdir()
    for number in range(12):
        chance = np.random.default_rng(number)
        rows = [(step, 2, 127, 0) for step in range(14)]
        rows += [(step, voice, 100, 60) for voice in (0, 4, 6) for step in range(14) if chance.random() < 0.4]
        write_pattern(folder / f"{number}.mid", Grid.of(rows, 14).to_pattern(), 174, Meter(7, 8))
    (folder / "broken.mid").write_bytes(b"not music")
    return folder


@pytest.fixture
def small() -> None:
    """A quick dictionary that is the newest: an eighth of the shipped one, with a map of a few patterns."""
    base = Library().folder("drums", "drums-3")
    card, styles = read_card(base), open_styles(base)
    began = open_autoencoder(card, base)
    folder = user_data_path("livemusic", appauthor=False) / "models" / "small"
    folder.mkdir(parents=True)
    made = write_adapted(folder, base, "small", "Small", began.made_of(began.patches[::8]), 0, 0, {})
    few = replace(styles, grids=styles.grids[:9], styles=styles.styles[:9], places=styles.places[:9])
    write_styles(folder, made, few.remade(Dictionary.open(folder), [], ""))
    (folder / "model.json").write_text((folder / "model.json").read_text().replace('"1.0.0"', '"9.0.0"'))


def finish(app: QApplication, page: LearnPage) -> None:
    """However long it takes."""
    while page.process.running:
        app.processEvents()


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE}


def test_a_folder_is_learned_from_and_played_with(
    app: QApplication, small: None, clips: Path, pages: Callable[..., LearnPage]
) -> None:
    page = pages()
    seen: list[str] = []
    chosen: list[object] = []
    learned: list[str] = []
    page.process.stepped.connect(lambda _: seen.append(page.doing.text()))
    page.asked.connect(chosen.append)
    page.show_session(Session(read_preset(find_preset("House"))))
    page.learned.connect(learned.append)
    assert not page.start.isEnabled()
    page.folder.setText(str(clips))
    page.called.setText("Probe Ü")
    page.start.click()
    assert page.process.running
    assert not page.start.isEnabled()
    finish(app, page)
    assert any(text.startswith("Learning, round 1 of 8: ") for text in seen)
    assert "Reading 12 of 13 clips" in seen
    assert page.progress.value() > 100
    assert "9 clips were learned from, and 3 others" in page.result.text()
    assert "It helped" in page.result.text()
    assert page.figures.isVisible()
    shown = [cell.text() for cell in page.figures.findChildren(QLabel)]
    assert "hits right (F1)" in shown
    assert sum(" → " in text for text in shown) == 12
    assert "broken.mid is no MIDI file" in page.skipped.text()
    assert learned == ["Probe-Ü"]
    page.play.click()
    assert chosen == [Configure(Settings(), Settings(drums="Probe-Ü"))]
    assert Library().folder("drums", "Probe-Ü").is_dir()


def test_too_few_clips_are_said(app: QApplication, clips: Path, pages: Callable[..., LearnPage]) -> None:
    (clips / "3.mid").unlink()
    page = pages()
    page.folder.setText(str(clips))
    page.start.click()
    finish(app, page)
    assert "has 11 drum clips that can be used of 12 MIDI files; it takes 12" in page.result.text()
    assert page.start.isEnabled()
    assert not page.play.isVisible()


@pytest.mark.parametrize("program", [PATIENT, DEAF])
def test_cancelling_ends_the_child_and_keeps_nothing(
    program: str, pages: Callable[..., LearnPage], until: Callable
) -> None:
    page = pages(sys.executable, "-c", program)
    before = children()
    page.folder.setText("/clips")
    page.start.click()
    until(lambda: page.doing.text() in ("Reading 1 of 3 clips", "Learning, round 2 of 8: 91.2 % of the hits"))
    page.stop.click()
    assert page.doing.text() == "Stopping…"
    until(lambda: not page.process.running)
    assert page.result.text() == "Cancelled. Nothing was kept."
    assert children() == before
    assert page.start.isEnabled()


def test_a_child_that_dies_or_cannot_start_is_said(pages: Callable[..., LearnPage], until: Callable) -> None:
    page = pages(sys.executable, "-c", "import os, sys; os.kill(os.getpid(), 9)")
    page.folder.setText("/clips")
    page.start.click()
    until(lambda: not page.process.running)
    assert page.result.text().startswith("It broke off (code 9), and nothing was kept.")
    page = pages("/no/such/program")
    page.folder.setText("/clips")
    page.start.click()
    until(lambda: not page.process.running)
    assert page.result.text() == "It could not be started: /no/such/program."


def test_closing_the_page_ends_the_child(pages: Callable[..., LearnPage], until: Callable) -> None:
    before = children()
    page = pages(sys.executable, "-c", PATIENT)
    page.folder.setText("/clips")
    page.start.click()
    until(lambda: page.doing.text() == "Reading 1 of 3 clips")
    page.close()
    assert not page.process.running
    assert children() == before
    assert not (user_data_path("livemusic", appauthor=False) / "models").exists()
