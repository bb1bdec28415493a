"""How tempo, meter and swing went: kept where they change, and no longer than needed."""

from livemusic.engine.course import Course
from livemusic.music.tempo import Meter


def test_what_changes_is_told_from_where_one_begins() -> None:
    course = Course()
    course.meter(0, Meter())
    for tick, bpm in ((0, 100), (500, 100), (960, 120), (2000, 120.0001), (4000, 90)):
        course.tempo(tick, bpm)
    course.meter(3840, Meter(3, 4))
    assert course.between(0, 9000)[:2] == (((0, 100), (960, 120), (4000, 90)), ((0, Meter()), (3840, Meter(3, 4))))
    assert course.between(3840, 9000)[:2] == (((0, 120), (160, 90)), ((0, Meter(3, 4)),))
    assert course.between(960, 1000)[:2] == (((0, 120),), ((0, Meter()),))


def test_swing_that_changes_on_the_way_is_none() -> None:
    course = Course()
    course.swing(0, 0.5)
    assert course.between(0, 9000)[2] == 0.5
    course.swing(4000, 0.7)
    assert course.between(0, 9000)[2] == 0.0
    assert course.between(0, 4000)[2] == 0.5
    assert course.between(4000, 9000)[2] == 0.7
    course.swing(3000, 0.5)  # what was to come is taken back
    assert course.between(0, 9000)[2] == 0.5


def test_what_is_over_is_forgotten() -> None:
    course = Course()
    for beat in range(100_000):
        course.tempo(beat, 100 + beat % 7)
        course.keep(beat - 50)
    assert len(course._tempi) < 60
    assert course.between(99_960, 99_962)[0] == ((0, 100 + 99_960 % 7), (1, 100 + 99_961 % 7))
