"""The analysis lays a path out as it grows, foresees it, and learns a song."""

from dataclasses import replace

import numpy as np
import pytest

from livemusic.engine.analysis import AHEAD, Analysis
from livemusic.engine.layout_child import LayoutChild
from livemusic.engine.listen import ListenView
from livemusic.engine.playback import LearnSong
from livemusic.errors import MediaError
from livemusic.latent.forecast import Continuations
from livemusic.latent.layout import FINAL, LEARNING, Taste, layout
from livemusic.latent.points import Points
from livemusic.latent.view import View
from tests.latent.test_latent_view import song

SONG = song(1200)


class Layouts:
    """Lays out at once, when told that it is done."""

    def __init__(self) -> None:
        self.done = 0.0
        self.asked: list[tuple[int, bool, Taste]] = []
        self.ready: View | None = None
        self.closed = 0
        self.busy = False

    def begin(self, points: Points, before: View | None, taste: Taste) -> None:
        self.asked.append((len(points.rows), before is not None, taste))
        self.busy = True

    def view(self) -> View | None:
        found, self.ready = self.ready, None
        self.busy = self.busy and found is None
        return found

    def close(self) -> None:
        self.busy, self.ready = False, None
        self.closed += 1


class Rig:
    def __init__(self) -> None:
        self.layouts, self.kept, self.notices, self.now = Layouts(), dict[int, View](), list[str](), 0.0
        self.heard = ListenView(epoch=1, path=SONG.between(0, 0))
        self.core = Analysis(
            lambda: self.heard, self.layouts, self.keep, lambda path: self.kept.get(len(path.rows)), self.notices.append
        )

    def keep(self, points: Points, view: View) -> None:
        self.kept[len(points.rows)] = view

    def hear(self, count: int, seconds: float = 0.1, epoch: int = 1) -> None:
        self.heard = replace(self.heard, epoch=epoch, path=SONG.between(0, count), position=count / 43.07)
        self.now += seconds
        self.core.advance(self.now)

    def lay_out(self) -> View:
        view = View.plain(SONG.z.shape[1])
        self.layouts.ready = view
        self.hear(len(self.heard.path.rows) if self.heard.path else 0, 0.0)
        return view


def test_a_path_is_laid_out_again_as_it_grows_and_for_good_when_it_is_whole() -> None:
    rig = Rig()
    for count in (100, 344, 345):
        rig.hear(count)
    assert rig.layouts.asked == [(345, False, Taste())]
    rig.hear(500)
    view = rig.lay_out()
    assert rig.core.view.view is view
    rig.hear(540)
    rig.hear(552)
    assert rig.layouts.asked[1:] == [(552, True, Taste())]
    rig.lay_out()
    rig.hear(560)
    rig.hear(560, 3.0)
    assert rig.layouts.asked[2:] == [(560, False, FINAL)]
    rig.lay_out()
    rig.hear(560, 3.0)
    assert len(rig.layouts.asked) == 3


def test_another_path_begins_without_a_view() -> None:
    rig = Rig()
    rig.hear(400)
    rig.lay_out()
    number = rig.core.view.number
    rig.hear(10, epoch=2)
    assert (rig.core.view.view, rig.core.view.number, rig.core.view.epoch) == (None, number + 1, 2)


def test_a_song_is_learned_told_kept_and_known_again() -> None:
    rig = Rig()
    rig.core.handle(LearnSong(True), 0.0)
    assert rig.notices == ["There is too little to learn from. Open a song of ten seconds or more."]
    rig.hear(700)
    rig.core.handle(LearnSong(True), rig.now)
    assert "as a whole" in rig.notices[-1]
    rig.hear(700, 3.0)
    rig.core.handle(LearnSong(True), rig.now)
    assert rig.layouts.asked[-1] == (700, False, LEARNING)
    rig.layouts.done = 0.4
    rig.hear(700)
    assert rig.core.view.learning == 0.4
    view = rig.lay_out()
    assert rig.kept == {700: view}
    assert rig.core.view.learning is None
    assert "learned" in rig.notices[-1]
    again = Rig()
    again.kept = rig.kept
    again.hear(700)
    again.lay_out()
    again.hear(700, 3.0)
    assert again.core.view.view is view


def test_learning_is_stopped_and_what_cannot_be_kept_is_said() -> None:
    rig = Rig()
    rig.hear(700)
    rig.hear(700, 3.0)
    rig.core.handle(LearnSong(True), rig.now)
    rig.core.handle(LearnSong(False), rig.now)
    assert (rig.core.view.learning, rig.notices[-1]) == (None, "Learning was stopped; the path stays as it is.")

    def full(points: Points, view: View) -> None:
        raise MediaError("The disk is full.")

    rig.core._keep = full
    rig.core.handle(LearnSong(True), rig.now)
    view = rig.lay_out()
    assert (rig.core.view.view, rig.notices[-1]) == (view, "The disk is full.")
    rig.core.handle(LearnSong(True), rig.now)
    rig.hear(5, epoch=2)
    assert "learning was stopped" in rig.notices[-1]


def test_a_loop_is_foreseen_and_its_certainty_told() -> None:
    rig = Rig()
    rig.hear(900)
    ahead = SONG.z[900 : 900 + AHEAD]
    assert np.abs(rig.core.view.forecast - ahead).max() < 0.02
    assert rig.core.view.certainty > 0.95


def test_noise_is_foreseen_with_little_certainty_and_nothing_from_nothing() -> None:
    past = Continuations()
    past.extend(np.random.default_rng(0).normal(size=(900, 6)).astype(np.float32))
    forecast, certainty = past.after(899, 20, 40)
    assert forecast.shape == (20, 6)
    assert certainty < 0.5
    forecast, certainty = past.after(30, 20, 40)
    assert (len(forecast), certainty) == (0, 0.0)


@pytest.mark.parametrize("chunk", [1, 37, 900])
def test_the_forecast_does_not_depend_on_how_the_path_came(chunk: int) -> None:
    past, whole = Continuations(), Continuations()
    for end in range(chunk, 901, chunk):
        past.extend(SONG.z[:end])
    past.extend(SONG.z[:900])
    whole.extend(SONG.z[:900])
    np.testing.assert_array_equal(past.after(899, 30, 40)[0], whole.after(899, 30, 40)[0])


def test_the_child_lays_out_as_it_is_done_here() -> None:
    child, quick = LayoutChild(), Taste(steps=60)
    child.begin(SONG, None, quick)
    assert child.busy
    found = result(child)
    assert found is not None
    assert child.done == 1
    assert not child.busy
    apart = np.linalg.norm(found.place(SONG.z) - layout(SONG, quick).place(SONG.z), axis=1)
    assert apart.mean() < 0.01  # another number of threads rounds in another way
    child.begin(SONG, found, quick)
    child.close()
    assert not child.busy
    child.begin(SONG.between(0, 2), None, quick)
    assert result(child) is None
    assert not child.busy


def result(child: LayoutChild) -> View | None:
    """What the child says once it has come to its end."""
    assert child._child._talk is not None
    child._child._talk.join(60)
    return child.view()
