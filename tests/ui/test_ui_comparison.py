"""Two takes compared in the window: aligned beside it, lit where they differ, drawn on the time line, switched."""

import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QRectF

from livemusic.engine.playback import HearOther, PairSong
from livemusic.engine.snapshot import SongState
from livemusic.session.comparison import Alone, BarPair, Comparison, Differing
from livemusic.ui.comparison_picture import draw_comparison
from livemusic.ui.timeline.compare_process import CompareProcess
from livemusic.ui.timeline.lane import Lane
from livemusic.ui.views.path_painter import PathPainter

PAIRS = tuple((k / 2, 0.45 * k) for k in range(40))
FOUND = Comparison(
    "a",
    "b",
    20.0,
    18.0,
    True,
    0.99,
    PAIRS,
    (0.1,) * 40,
    louder_db=3.0,
    percent=11.1,
    differ=(Differing(4.0, 6.0, 3.6, 5.4, 0.6, 0.0, "other notes"),),
    only_a=(Alone(10.0, 12.0, 9.0),),
    bars=(BarPair(0, 2, 0, 1.8, 120, 133, 11.1), BarPair(12, 14, 10.8, 13, 120, 109, -9.0)),
)


def _says(found: Comparison) -> tuple[str, ...]:
    """A process that finds that."""
    text = msgspec.json.encode(found).decode()
    return (sys.executable, "-c", f"import sys; open(sys.argv[4], 'w').write({text!r})")


@pytest.fixture
def compare(window, link, until, tmp_path):
    """Compare the song that is open with another take, of which that is found."""

    def begin(found: Comparison):
        comparison = window.review.comparison
        comparison._process.child._command = _says(found)
        comparison._other.find = lambda *what: None
        link.song = SongState(str(tmp_path / "a.wav"), 20.0, 1.0, True)
        until(lambda: window.review.panel.song is not None)
        comparison.begin(tmp_path / "b.wav", None)
        return comparison

    return begin


def test_what_is_found_is_shown_and_the_engine_has_the_other_take_ready(window, link, until, compare, tmp_path) -> None:
    compare(FOUND)
    until(lambda: any(isinstance(each, PairSong) and each.pairs for each in link.asked))
    asked = next(each for each in link.asked if isinstance(each, PairSong) and each.pairs)
    assert asked.other == str(tmp_path / "b.wav")
    assert asked.pairs[0] == PAIRS[0]
    assert asked.pairs[-1] == PAIRS[-1]
    assert asked.louder_db == 3.0
    assert window.trajectory.trail.lit == ((4.0, 6.0), (10.0, 12.0))
    assert window.review.panel.plot.lane.found == FOUND
    link.song = msgspec.structs.replace(link.song, other=asked.other)
    until(window.review.panel.other.isVisible)
    window.review.panel.other.click()
    until(lambda: HearOther(True) in link.asked)
    window.review.comparison.end()
    until(lambda: link.asked[-1] == PairSong())
    assert window.trajectory.trail.lit == ()
    assert window.review.panel.plot.lane.found is None


def test_another_song_is_told_and_only_its_path_is_shown(window, link, until, compare) -> None:
    comparison, said = compare(Comparison("a", "b", 20.0, 18.0, False, 0.02)), []
    comparison.said.connect(said.append)
    until(lambda: said)
    assert said == ["b is not a take of this song, as far as can be heard. Only its path is shown."]
    assert not any(isinstance(each, PairSong) for each in link.asked)


@pytest.mark.parametrize("script", ["exit(3)", """print('{"problem": "b.wav is silent."}'); exit(2)""", "pass"])
def test_why_it_could_not_be_compared_is_a_sentence(app, until, script) -> None:
    process, ended = CompareProcess(None, (sys.executable, "-c", script)), []
    process.ended.connect(lambda found, reason: ended.append((found, reason)))
    process.start(Path("a"), Path("b"), "")
    until(lambda: ended)
    assert ended[0][0] is None
    assert ended[0][1].endswith(".")
    process.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_the_newest_wish_counts(app, until) -> None:
    slow = "import sys, time; sys.stdin.read(); sys.exit(130)"
    process, ended = CompareProcess(None, (sys.executable, "-c", slow)), []
    process.ended.connect(lambda found, reason: ended.append(found))
    process.start(Path("a"), Path("b"), "")
    process.child._command = _says(FOUND)
    process.start(Path("a"), Path("c"), "")
    until(lambda: ended)
    assert ended == [FOUND]
    process.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_the_curve_is_broken_where_only_one_take_plays(app) -> None:
    lane = Lane()
    lane.cover(QRectF(0, 100, 500, 54))
    lane.show_comparison(FOUND)
    times, heights = lane.curve.getData()
    assert np.isnan(heights).any()
    assert times[0] == 0
    assert np.nanmin(heights) >= 100
    assert np.nanmax(heights) <= 154
    assert lane.percent_at(1.0) == 11.1
    assert lane.percent_at(11.0) is None
    lane.show_comparison(None)
    assert not lane.curve.isVisible()


def test_the_picture_is_whole(tmp_path) -> None:
    for found in (FOUND, msgspec.structs.replace(FOUND, bars=(), beat="No beat was found.")):
        draw_comparison(tmp_path / "a.png", found)
        assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_what_is_lit_is_painted(app) -> None:
    from PySide6.QtCore import QSize
    from PySide6.QtGui import QImage, QPainter

    from livemusic.ui.views.camera import Camera
    from livemusic.ui.views.sight import Sight
    from livemusic.ui.views.trail import Trail

    t = np.arange(200) / 10
    rows = np.column_stack([t, np.full(200, -20), np.cos(t), np.sin(t), t / 20]).astype(np.float32)
    sight, painter, size = Sight(Trail.of(rows)), PathPainter.whole(), QSize(400, 300)
    pictures = []
    for spans in ((), ((5.0, 9.0),)):
        sight.light(spans, ())
        image = QImage(size, QImage.Format.Format_RGB32)
        canvas = QPainter(image)
        painter.paint(canvas, size, sight.trail, Camera(extent=sight.extent()), sight.moment(0.0))
        canvas.end()
        pictures.append(image)
    assert pictures[0] != pictures[1]
