"""Making films from the window: a child makes them, and tells how far it is."""

import sys
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QEventLoop

from livemusic.session.film_steps import Failed, Filmed
from livemusic.session.show import Show
from livemusic.ui.filming import FilmDialog, FilmProcess

#: Stand in for the program that makes films: one gets on with it until its input ends, one says why it cannot.
SLOW = (
    'import os, sys; print(\'noise\'); print(\'{"type":"Filming","done":1.0,"whole":4.0}\', flush=True); '
    "[None for _ in iter(lambda: os.read(0, 99), b'')]; sys.exit(130)"
)
BROKEN = 'import sys; print(\'{"type":"Failed","reason":"There is no room."}\'); sys.exit(2)'
FALLEN = "import os; os._exit(7)"


def finish(process: FilmProcess) -> None:
    """Sleep until it is over: nothing is taken from it."""
    loop = QEventLoop()
    process.ended.connect(loop.quit)
    loop.exec()


@pytest.fixture
def dialog(app) -> Iterator[FilmDialog]:
    dialog = FilmDialog(command=(sys.executable, "-c", SLOW))
    dialog.show()
    yield dialog
    dialog.process.end()
    dialog.close()
    dialog.deleteLater()


def test_it_offers_what_is_listened_to(dialog: FilmDialog) -> None:
    assert not dialog.start.isEnabled()
    dialog.offer("/music/song.wav", Show(hits=False))
    assert (dialog.sound.text(), dialog.film.text()) == ("/music/song.wav", "/music/song.mp4")
    assert dialog.start.isEnabled()
    assert not dialog.hits.isChecked()


def test_how_far_it_is_shows_and_it_can_be_cancelled(dialog: FilmDialog, until) -> None:
    dialog.offer("/music/song.wav", Show())
    dialog.begin()
    until(lambda: "1 of 4 s" in dialog.doing.text())
    assert 200 < dialog.progress.value() < 400
    assert dialog.stop.text() == "Cancel"
    assert not dialog.sound.isEnabled()
    dialog.stop.click()
    until(lambda: not dialog.process.running)
    assert dialog.doing.text() == "Cancelled; nothing was kept."
    assert dialog.start.isEnabled()


@pytest.mark.parametrize(("program", "said"), [(BROKEN, "There is no room."), (FALLEN, "It broke off (code 7)")])
def test_why_it_could_not_be_made_is_said(app, until, program: str, said: str) -> None:
    dialog = FilmDialog(command=(sys.executable, "-c", program))
    dialog.offer("/music/song.wav", Show())
    dialog.begin()
    until(lambda: not dialog.process.running)
    assert said in dialog.doing.text()
    dialog.deleteLater()


def test_a_real_film_is_made_beside_the_window(app, tmp_path: Path) -> None:
    song, film = tmp_path / "song.wav", tmp_path / "out" / "song.mp4"
    t = np.arange(2 * 44100) / 44100
    soundfile.write(song, 0.3 * np.sin(2 * np.pi * 220 * t) * (1 + np.sin(2 * np.pi * 2 * t)) / 2, 44100)
    process, ended = FilmProcess(), []
    process.ended.connect(ended.append)
    process.start(song, film, 180, 30, Show(theme="Aurora"))
    finish(process)
    assert ended == [Filmed(str(film))]
    with av.open(str(film)) as made:
        assert made.streams.video[0].frames == 60
        assert float(made.streams.audio[0].duration * made.streams.audio[0].time_base) == pytest.approx(2.0, abs=0.05)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["out", "song.wav"]


def test_what_cannot_be_read_is_told_in_its_own_words(app, tmp_path: Path) -> None:
    (tmp_path / "song.wav").write_text("no sound")
    process, ended = FilmProcess(), []
    process.ended.connect(ended.append)
    process.start(tmp_path / "song.wav", tmp_path / "song.mp4", 180, 30, Show())
    finish(process)
    (outcome,) = ended
    assert isinstance(outcome, Failed)
    assert "song.wav cannot be read as audio" in outcome.reason
    assert sorted(each.name for each in tmp_path.iterdir()) == ["song.wav"]
