"""Flams and rolls go where their main hits go, whatever is done to a pattern."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.music.grid import STEP, Grid
from livemusic.music.kit import Voice
from livemusic.music.pattern import Note, Pattern
from livemusic.sketch.clean import denoise
from livemusic.sketch.coder import Coder
from livemusic.sketch.drummer import Drummer
from livemusic.sketch.learn import Clip
from livemusic.sketch.parts import Parts
from livemusic.sketch.path import MODES, Mode, Path
from livemusic.sketch.sketch import swung
from livemusic.sketch.taps import drums_for, read_taps
from livemusic.sketch.touch import humanise
from livemusic.sketch.vary import refill, vary

PLAIN = Grid.of([(0, Voice.KICK, 100, 0), (4, Voice.SNARE, 100, 0), (12, Voice.SNARE, 100, 0)], 16)
FLAMS = Grid.of(
    [
        *((4, Voice.SNARE, 110, 8), (4, Voice.SNARE, 44, -42), (12, Voice.SNARE, 100, 0), (12, Voice.SNARE, 50, 60)),
        *((0, Voice.KICK, 100, 0), (0, Voice.KICK, 90, 100)),
        *((7, Voice.CLOSED_HAT, 60, 0), (7, Voice.CLOSED_HAT, 55, 80)),
    ],
    16,
)
rows = st.tuples(st.integers(0, 13), st.integers(0, 8), st.integers(1, 127), st.integers(-120, 119))
grids = st.lists(rows, max_size=90).map(lambda hits: Grid.of(hits, 14))


def cell(grid: Grid, step: int, voice: int) -> list[tuple[int, int]]:
    return sorted((offset, loud) for at, where, loud, offset in grid.rows() if (at, where) == (step, voice))


@given(some=st.lists(grids, min_size=2, max_size=4), data=st.data(), mode=st.sampled_from(MODES))
def test_a_corner_gives_back_every_hit(coder: Coder, some: list[Grid], data: st.DataObject, mode: Mode) -> None:
    corner = data.draw(st.integers(0, len(some) - 1))
    path = Path(coder, some, mode)
    assert path.at(np.eye(len(some))[corner]) == some[corner]
    assert path.at(np.ones(len(some)), locks=dict.fromkeys(range(9), corner)) == some[corner]


@given(some=st.lists(grids, min_size=2, max_size=4), data=st.data(), mode=st.sampled_from(MODES))
def test_on_the_way_every_hit_has_the_ornaments_of_a_corner(
    coder: Coder, some: list[Grid], data: st.DataObject, mode: Mode
) -> None:
    weights = data.draw(st.lists(st.floats(0.01, 1), min_size=len(some), max_size=len(some)))
    grid = Path(coder, some, mode).at(weights)
    for step, voice in np.argwhere(grid.hits):
        mine, *others = (
            {one[2:] for one in each.ornaments if one[:2] == (step, voice)}
            for each in (grid, *(each for each in some if each.hits[step, voice]))
        )
        assert mine in others


def test_a_hit_that_changes_hands_brings_its_ornaments(coder: Coder) -> None:
    path = Path(coder, [FLAMS, PLAIN])
    for t in np.linspace(0, 1, 21):
        grid = path.at([1 - t, t])
        assert cell(grid, 7, Voice.CLOSED_HAT) in ([], [(0, 60), (80, 55)])
        assert cell(grid, 4, Voice.SNARE) == ([(-42, 44), (8, 110)] if t <= 0.5 else [(0, 100)])


def test_in_blend_the_weightiest_corner_that_has_the_hit_gives_its_ornaments(coder: Coder) -> None:
    other = Grid.of([(4, Voice.SNARE, 100, 0), (4, Voice.SNARE, 60, -80)], 16)
    path = Path(coder, [FLAMS, Grid.empty(16), other, PLAIN], "blend")
    for weights, ornament in (((3, 5, 2, 1), -50), ((2, 1, 3, 1), -80), ((1, 1, 1.01, 3), None)):
        grid = path.at(weights, locks={})
        (step, voice, hits) = next(each for each in grid.cells() if each[:2] == (4, Voice.SNARE))
        assert (step, voice) == (4, Voice.SNARE)
        assert [offset - hits[0][1] for _, offset in hits[1:]] == ([] if ornament is None else [ornament])


def test_a_locked_lane_keeps_its_roll(coder: Coder) -> None:
    for mode in MODES:
        grid = Path(coder, [FLAMS, PLAIN], mode).at([0.0, 1.0], locks={Voice.SNARE: 0})
        assert cell(grid, 12, Voice.SNARE) == [(0, 100), (60, 50)]
        assert cell(grid, 0, Voice.KICK) == [(0, 100)]


def test_a_humanised_flam_is_a_flam(drummer: Drummer) -> None:
    grid = humanise(drummer, FLAMS, looseness=1.0, seed=3)
    assert [one[:3] for one in grid.ornaments] == [one[:3] for one in FLAMS.ornaments]
    for step, voice, ((loud, late), *others) in grid.cells():
        was = FLAMS.values[step, voice]
        for (velocity, offset), ornament in zip(
            others, [o for o in FLAMS.ornaments if o[:2] == (step, voice)], strict=True
        ):
            assert offset - late == ornament.ticks
            assert velocity == max(1, round(ornament.share * loud))
        assert (round(was[1] * 127), round(was[2] * STEP)) != (loud, late)
    assert humanise(drummer, FLAMS, amount=0.0) == FLAMS


def test_cleaning_keeps_the_ornaments_of_what_stays(drummer: Drummer) -> None:
    assert denoise(drummer, FLAMS, 0.0) == FLAMS
    clean = denoise(drummer, FLAMS, 0.3)
    assert not clean.hits[7, Voice.CLOSED_HAT]
    assert {one[:2] for one in clean.ornaments} == {(0, Voice.KICK), (4, Voice.SNARE), (12, Voice.SNARE)}


def test_what_is_drawn_anew_has_no_ornaments_and_the_rest_keeps_them(drummer: Drummer) -> None:
    forgotten = np.zeros((16, 9), bool)
    forgotten[:8] = True
    grid = refill(drummer, FLAMS, forgotten, np.random.default_rng(0))
    assert grid.hits[4, Voice.SNARE]
    assert grid.ornaments == tuple(one for one in FLAMS.ornaments if one.step >= 8)
    assert vary(drummer, FLAMS, 1.0, locks=range(9)) == FLAMS


def test_figures_left_out_take_their_ornaments_along(coder: Coder) -> None:
    parts = Parts(coder, FLAMS)
    assert parts.without([]) == FLAMS
    gone = [part for part in parts.parts if (4, Voice.SNARE) in part.hits]
    for left in (parts.without(gone), parts.foretold(gone), parts.swapped({}, gone)):
        assert left.ornaments == tuple(one for one in FLAMS.ornaments if one.step != 4)
    assert parts.only(gone).ornaments == tuple(one for one in FLAMS.ornaments if one.step == 4)


def test_a_swung_sketch_keeps_every_hit() -> None:
    late = swung(FLAMS, 1.0)
    assert late.count == FLAMS.count
    assert cell(late, 4, Voice.SNARE) == [(-42, 44), (8, 110)]
    assert cell(late, 7, Voice.CLOSED_HAT) == [(80, 60)]
    assert swung(FLAMS, 0.0) is FLAMS


def test_a_tapped_roll_is_answered_by_one_drum(drummer: Drummer) -> None:
    taps = read_taps(Pattern.of([Note(960, 60, 90), Note(1030, 61, 45), Note(0, 60, 80)], 3840))
    drums = drums_for(drummer, taps)
    assert [one[:3] for one in drums.ornaments] == [(4, Voice.SNARE, 70)]
    assert drums.ornaments[0].share == pytest.approx(0.5)


def test_a_landmark_of_ones_own_clips_is_whole() -> None:
    long = Grid.joined([PLAIN, PLAIN, FLAMS, FLAMS])
    assert Clip("mine", long.values, 16, long.ornaments).landmark(32) == Grid.joined([FLAMS, FLAMS])
