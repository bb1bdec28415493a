"""Where a recording is: played, paused, moved and repeated, at made-up moments."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.music.playhead import SHORTEST_LOOP, Playhead, Span, check_loop

SONG = Playhead(10.0)
moments = st.floats(0, 60)
places = st.floats(0, 10)
loops = st.none() | st.tuples(st.floats(0, 8), st.floats(0.1, 5)).map(lambda loop: (loop[0], sum(loop)))


def test_it_stands_until_it_is_played() -> None:
    assert SONG.place(99.0) == 0.0
    assert list(SONG.spans(0.0, 99.0)) == []
    assert SONG.ends is None


def test_it_plays_from_a_moment_on_to_its_end_and_stands_there() -> None:
    playing = SONG.played(100.0)
    assert [playing.place(at) for at in (99.0, 100.0, 104.0, 110.0, 111.0)] == [0.0, 0.0, 4.0, 10.0, 10.0]
    assert playing.ends == 110.0
    assert [playing.over(at) for at in (109.9, 110.0)] == [False, True]
    assert list(playing.spans(99.0, 120.0)) == [Span(100.0, 110.0, 0.0)]
    ended = playing.paused(110.0)
    assert (ended.position, ended.playing) == (10.0, False)


def test_from_its_end_it_is_played_from_the_beginning() -> None:
    ended = SONG.played(0.0).paused(12.0)
    again = ended.played(20.0)
    assert again.place(21.0) == 1.0
    assert SONG.played(0.0).played(12.0).place(13.0) == 1.0  # though nobody has noticed that it had ended


def test_paused_it_goes_on_where_it_was() -> None:
    paused = SONG.played(0.0).paused(3.0)
    assert paused.place(50.0) == 3.0
    assert paused.paused(60.0).played(70.0).place(71.0) == 4.0
    assert SONG.played(0.0).played(5.0).place(6.0) == 6.0


def test_moved_it_plays_on_from_there() -> None:
    moved = SONG.played(0.0).sought(8.0, 2.0)
    assert [moved.place(at) for at in (1.9, 2.0, 3.0)] == [8.0, 8.0, 9.0]
    assert moved.ends == 4.0
    assert SONG.sought(99.0, 1.0).position == 10.0
    assert SONG.sought(-1.0, 1.0).position == 0.0


def test_a_loop_goes_back_to_its_begin() -> None:
    looped = SONG.played(0.0).looped(2.0, 5.0, 1.0)
    assert [looped.place(at) for at in (1.0, 4.0, 5.0, 6.0, 8.0, 5.0 + 300.5)] == [1.0, 4.0, 2.0, 3.0, 2.0, 2.5]
    assert looped.ends is None
    assert list(looped.spans(4.0, 9.0)) == [Span(4.0, 5.0, 4.0), Span(5.0, 8.0, 2.0), Span(8.0, 9.0, 2.0)]


def test_a_loop_that_is_behind_is_gone_back_to() -> None:
    looped = SONG.played(0.0).looped(2.0, 5.0, 7.0)
    assert [looped.place(at) for at in (7.0, 8.0)] == [2.0, 3.0]


def test_beyond_the_loop_it_runs_to_the_end() -> None:
    beyond = SONG.played(0.0).looped(2.0, 5.0, 1.0).sought(6.0, 1.0)
    assert beyond.place(4.0) == 9.0
    assert beyond.ends == 5.0


def test_the_loop_is_left_where_it_is() -> None:
    free = SONG.played(0.0).looped(2.0, 5.0, 1.0).looped(None, None, 6.0)
    assert free.place(8.0) == 5.0
    assert free.loop is None


def test_a_loop_ends_with_the_song() -> None:
    assert SONG.looped(2.0, 99.0, 0.0).loop == (2.0, 10.0)
    with pytest.raises(ValueError, match="behind the end of the song"):
        SONG.looped(20.0, 30.0, 0.0)


@pytest.mark.parametrize("loop", [(None, 1.0), (1.0, None), (1.0, 1.0), (3.0, 2.0), (1.0, 1.0 + SHORTEST_LOOP / 2)])
def test_what_is_no_loop(loop: tuple[float | None, float | None]) -> None:
    with pytest.raises(ValueError, match="loop"):
        check_loop(*loop)


@given(moments, places, st.booleans(), loops, moments, st.floats(0.001, 20))
def test_spans_say_what_places_say(
    at: float, position: float, playing: bool, loop: tuple[float, float] | None, begin: float, length: float
) -> None:
    """They follow on each other, hold all the time that it runs, and lie within the song."""
    loop = loop and (loop[0], min(loop[1], 10.0))
    playhead = Playhead(10.0, at, position, playing, loop)
    spans = list(playhead.spans(begin, begin + length))
    for span in spans:
        middle = (span.begin + span.end) / 2
        assert begin <= span.begin < span.end <= begin + length
        assert playhead.place(middle) == pytest.approx(span.position + middle - span.begin, abs=1e-5)
        assert 0 <= span.position <= span.position + span.end - span.begin <= 10.0 + 1e-5
    assert all(one.end == two.begin for one, two in pairwise(spans))
    runs = min(begin + length, playhead.ends if playhead.ends is not None else begin + length) - max(begin, at)
    expected = max(0.0, runs) if playing else 0.0
    assert sum(span.end - span.begin for span in spans) == pytest.approx(expected, abs=1e-5)
