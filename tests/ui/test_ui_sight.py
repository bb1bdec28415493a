from dataclasses import dataclass

import numpy as np
import pytest

from livemusic.ui.views.camera import Camera
from livemusic.ui.views.sight import FAINT, Anchor, Sight, letter
from livemusic.ui.views.trail import Trail
from livemusic.ui.views.trajectory import wandering


@dataclass(frozen=True)
class Section:
    start: float
    end: float
    label: int


@pytest.fixture
def sight() -> Sight:
    sight = Sight(Trail.of(wandering(1000)))
    sight.advance(10.0)
    return sight


def test_corners_are_where_they_were_captured(sight: Sight) -> None:
    rows = wandering(1000)
    sight.show_anchors((Anchor("here", tuple(rows[40, 2:].tolist()), 0.5), Anchor("alien", (1.0,) * 8, 0.5)))
    (marker,) = sight.moment(10.0).markers
    np.testing.assert_allclose(marker.place, rows[40, 2:], rtol=1e-5)


def test_a_corner_captured_in_other_music_does_not_shrink_the_picture_to_nothing(sight: Sight) -> None:
    sight.show_anchors((Anchor("far", (900.0, 0.0, 0.0), 1.0),))
    (marker,) = sight.moment(10.0).markers
    camera = Camera(extent=sight.extent())
    (place,), _ = camera.project([marker.place], 800, 500)
    assert (place > 0).all()
    assert (place < [800, 500]).all()
    assert sight.extent().radius < 2 * sight.trail.extent.radius


def test_what_is_foreseen_begins_at_the_head_and_is_in_the_picture(sight: Sight) -> None:
    head = sight.trail.z[-1]
    ahead = head + np.linspace(0.1, 5, 40)[:, None] * np.float32([1, 0, 1])
    sight.foresee(ahead, 0.7)
    moment = sight.moment(10.0)
    assert moment.ghost is not None
    assert moment.certainty == 0.7
    np.testing.assert_allclose(moment.ghost, ahead, rtol=1e-5)
    for turn in np.linspace(0, 6, 13):
        places, _ = Camera(extent=sight.extent()).orbited(turn).project(moment.ghost, 800, 500)
        assert ((places > 0) & (places < [800, 500])).all()
    sight.foresee(np.zeros((0, 3)), 0.0)
    assert sight.moment(10.0).ghost is None


def test_in_silence_the_head_fades_where_it_is_and_comes_back(sight: Sight) -> None:
    place = sight.place_at(99.0)
    sight.show_level(0.2, present=False)
    for frame in range(300):
        sight.advance(10.0 + frame / 60)
    assert sight.moment(15.0).presence == pytest.approx(FAINT, abs=0.02)
    assert sight.place_at(99.0) == place
    sight.show_level(0.2, present=True)
    for frame in range(60):
        sight.advance(15.0 + frame / 60)
    assert sight.moment(16.0).presence > 0.95


def test_drums_glow_and_die_away_and_can_be_left_out(sight: Sight) -> None:
    sight.hit(1, 1.0, 10.0)
    (hit,) = sight.moment(10.0).hits
    assert (hit.voice, hit.glow) == (1, pytest.approx(1.0))
    assert sight.moment(10.1).hits[0].glow < 0.7
    assert sight.moment(10.0, hits=False).hits == ()
    for frame in range(120):
        sight.advance(10.0 + frame / 60)
    assert sight.moment(12.0).hits == ()


def test_the_head_is_where_a_song_is_heard(sight: Sight) -> None:
    t = sight.trail.t
    sight.hear(float(t[321]) + 0.001)
    assert sight.moment(10.0).head == 321
    assert sight.now_at == float(t[321])
    sight.hear(None)
    assert sight.moment(10.0).head is None
    assert sight.now_at == float(t[-1])


def test_every_label_is_named_once_in_its_longest_section(sight: Sight) -> None:
    sight.show_sections([Section(0, 4, 0), Section(4, 6, 1), Section(6, 15, 0), Section(15, 22, 1)], {1: "Bridge"})
    captions = sight.moment(10.0).captions
    assert [(caption.text, caption.label) for caption in captions] == [("A", 0), ("Bridge", 1)]
    times = [sight.trail.t[np.linalg.norm(sight.trail.places() - c.place, axis=1).argmin()] for c in captions]
    assert 6 <= times[0] < 15 <= times[1] < 22
    assert [sight.label_at(t) for t in (0.0, 5.0, 7.0, 99.0)] == [0, 1, 0, 1]


def test_a_mark_points_at_the_path(sight: Sight) -> None:
    sight.mark(7.3)
    assert sight.moment(10.0).mark == sight.place_at(7.3)
    sight.mark(None)
    assert sight.moment(10.0).mark is None


def test_another_take_is_framed_and_turns_along(sight: Sight) -> None:
    other = wandering(500)
    other[:, 2:] += 9
    sight.compare(Trail.of(other))
    places, _ = Camera(extent=sight.extent()).project(other[:, 2:], 800, 500)
    assert ((places > 0) & (places < [800, 500])).all()

    class Mirrored:
        def place(self, z: np.ndarray) -> np.ndarray:
            return -z

    sight.look(Mirrored(), 10.0)
    sight.advance(20.0)
    np.testing.assert_allclose(sight.other.places(), -other[:, 2:], rtol=1e-6)


def test_nothing_changes_while_nothing_happens(sight: Sight) -> None:
    sight.show_anchors((Anchor("here", (0.0, 0.0, 0.0), 0.5),))
    sight.show_sections([Section(0, 4, 0)])
    before = sight.changes
    for frame in range(30):
        sight.show_anchors((Anchor("here", (0.0, 0.0, 0.0), 0.5),))
        sight.show_sections([Section(0, 4, 0)])
        sight.mark(None)
        sight.hear(None)
        sight.advance(10.0 + frame / 60)
    assert sight.changes == before


def test_letters_go_on_after_z() -> None:
    assert [letter(label) for label in (0, 25, 26, 53)] == ["A", "Z", "A2", "B3"]
