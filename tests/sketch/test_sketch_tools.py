"""Cleaning, touch, taps, variations and sketches: what they keep, what they change, and the same again by seed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.music.grid import HIT, OFFSET, VELOCITY, Grid
from livemusic.music.kit import Voice
from livemusic.music.pattern import Note, Pattern
from livemusic.sketch.clean import denoise
from livemusic.sketch.coder import Coder
from livemusic.sketch.drummer import CHANNELS, Drummer, Question, channels_of
from livemusic.sketch.sketch import Sketcher, Wish
from livemusic.sketch.styles import StyleMap, activity, telling, weighed
from livemusic.sketch.taps import drums_for, read_taps, taps_of
from livemusic.sketch.touch import feel_of, humanise
from livemusic.sketch.vary import vary

rows = st.tuples(st.integers(0, 13), st.integers(0, 8), st.integers(1, 127), st.integers(-120, 119))
grids = st.lists(rows, max_size=40).map(lambda hits: Grid.of(hits, 14))
PLAIN = Grid.of([(0, Voice.KICK, 100, 0), (3, Voice.RIDE, 90, 0), (4, Voice.SNARE, 100, 0)], 14)


@pytest.fixture
def styles(coder: Coder) -> StyleMap:
    """Six patterns of two styles: kicks against hats."""
    made = [
        Grid.of([(step, voice, 90, 0) for step in range(start, 16, 2)], 16)
        for voice in (Voice.KICK, Voice.CLOSED_HAT)
        for start in range(3)
    ]
    active = np.stack([activity(coder, grid) for grid in made])
    weights = telling(active)
    places = np.array([[0.1 * n, float(n > 2)] for n in range(6)], np.float32)
    return StyleMap(weights, weighed(active, weights), places, ("rock",) * 3 + ("funk",) * 3, tuple(made))


def test_a_question_says_what_is_known_and_nothing_else(drummer: Drummer) -> None:
    known = np.ones((14, 9), bool)
    known[3] = False
    asked = channels_of(Question(PLAIN, known, touched=False, bpm=240.0, bar=14, style="funk"), drummer.styles)
    assert asked.shape == (CHANNELS + 2, 14)
    grid = asked[:27].reshape(3, 9, 14)
    assert grid[HIT, Voice.KICK, 0] == 1
    assert not grid[:, :, 3].any()
    assert not grid[VELOCITY:].any()
    assert asked[46].tolist() == [1] + [0] * 13
    assert (asked[48:].T == [1, 0, 1]).all()
    with pytest.raises(ValueError, match="style 'polka'"):
        channels_of(Question(PLAIN, style="polka"), drummer.styles)


def test_cleaning_brings_back_takes_out_and_keeps_the_force(drummer: Drummer) -> None:
    grid = denoise(drummer, PLAIN, 0.2)
    assert not grid.hits[3, Voice.RIDE]
    assert grid.hits[::2, Voice.CLOSED_HAT].all()
    assert grid.values[0, Voice.KICK, VELOCITY] == PLAIN.values[0, Voice.KICK, VELOCITY]
    assert denoise(drummer, PLAIN, 0.0) == PLAIN
    with pytest.raises(ValueError, match="noise"):
        denoise(drummer, PLAIN, 1.5)


@given(
    grid=grids,
    amount=st.floats(0, 1, allow_subnormal=False),
    looseness=st.floats(0, 1, allow_subnormal=False),
    seed=st.integers(0, 99),
)
def test_touch_changes_no_hit(drummer: Drummer, grid: Grid, amount: float, looseness: float, seed: int) -> None:
    touched = humanise(drummer, grid, amount=amount, looseness=looseness, seed=seed)
    assert (touched.hits == grid.hits).all()
    assert touched == humanise(drummer, grid, amount=amount, looseness=looseness, seed=seed)
    assert humanise(drummer, grid, amount=0) == grid


def test_the_whole_touch_is_the_drummers(drummer: Drummer) -> None:
    touched = humanise(drummer, PLAIN)
    assert touched.values[touched.hits][:, VELOCITY:] == pytest.approx(np.array([[0.6, 0.1]] * 3), abs=1e-6)


def test_a_feel_is_taken_from_what_was_played(drummer: Drummer) -> None:
    late = Grid.of([(step, Voice.RIDE, 127, 72) for step in range(8)] + [(0, Voice.KICK, 25, 0)], 14)
    feel = feel_of(drummer, late)
    assert feel[Voice.RIDE] == pytest.approx([0.4, 0.2], abs=1e-6)
    assert feel[Voice.KICK] == pytest.approx(feel[Voice.RIDE])
    touched = humanise(drummer, PLAIN, feel=feel)
    assert touched.values[3, Voice.RIDE, VELOCITY:] == pytest.approx([1.0, 0.3], abs=1e-6)
    assert humanise(drummer, PLAIN, feel=feel_of(drummer, Grid.empty(14))) == humanise(drummer, PLAIN)


def test_loose_hands_spread_as_far_as_drummers_do(drummer: Drummer) -> None:
    full = Grid.of([(step, Voice.RIDE, 90, 0) for step in range(400)], 400)
    half, whole = (humanise(drummer, full, looseness=value).values[:, Voice.RIDE] for value in (0.5, 1.0))
    for feature, middle, spread in ((VELOCITY, 0.6, 0.05), (OFFSET, 0.1, 0.02)):
        assert np.abs(whole[:, feature] - middle).mean() == pytest.approx(spread, rel=0.2)
        assert np.abs(half[:, feature] - middle).mean() == pytest.approx(spread / 2, rel=0.2)


def test_taps_are_read_from_any_pitch_the_louder_first() -> None:
    taps = read_taps(Pattern.of([Note(0, 60, 50), Note(10, 61, 90), Note(960, 12, 127)], 3840))
    assert [(step, velocity, offset) for step, _, velocity, offset in taps.rows()] == [
        (0, 90, 10),
        (0, 50, 0),
        (4, 127, 0),
    ]
    assert taps_of(taps)[:, 0].nonzero()[0].tolist() == [0, 4]
    assert (taps_of(PLAIN)[:, 0].nonzero()[0] == [0, 3, 4]).all()


@given(grid=grids)
def test_drums_answer_every_tap_and_nothing_else(drummer: Drummer, grid: Grid) -> None:
    taps = taps_of(grid)
    drums = drums_for(drummer, grid)
    assert (drums.hits.any(1) == (taps[:, 0] > 0)).all()
    assert np.allclose(drums.values[..., OFFSET][drums.hits], np.broadcast_to(taps[:, 2:], (14, 9))[drums.hits])


@given(grid=grids, seed=st.integers(0, 99), amount=st.floats(0, 1, allow_subnormal=False))
def test_variations_keep_locks_and_come_again_by_seed(drummer: Drummer, grid: Grid, seed: int, amount: float) -> None:
    varied = vary(drummer, grid, amount, seed, bar=14, locks=[Voice.SNARE, Voice.RIDE])
    assert np.array_equal(varied.values[:, [1, 8]], grid.values[:, [1, 8]])
    assert varied == vary(drummer, grid, amount, seed, bar=14, locks=[Voice.SNARE, Voice.RIDE])
    assert vary(drummer, grid, 0.0, seed) == grid


def test_seeds_differ(drummer: Drummer) -> None:
    assert len({vary(drummer, PLAIN, 0.6, seed) for seed in range(8)}) > 2


def test_sketches_follow_the_wish(coder: Coder, drummer: Drummer, styles: StyleMap) -> None:
    sketcher = Sketcher(coder, drummer, styles)
    sparse, dense = (sketcher.sketch(5, Wish(density=density)).hits.sum() for density in (0.1, 0.6))
    assert sparse < dense
    calm, busy = (sketcher.sketch(5, Wish(density=0.3, complexity=value)).hits[1::2].sum() for value in (0.0, 1.0))
    assert calm < busy
    straight, swung = (sketcher.sketch(5, Wish(swing=value)).values for value in (0.0, 1.0))
    odd = straight[1::2, :, HIT] > 0
    assert (swung[1::2, :, OFFSET][odd] >= straight[1::2, :, OFFSET][odd] + 0.3).all()
    assert np.allclose(swung[::2], straight[::2], atol=1 / 254)


@pytest.mark.parametrize("steps", [12, 14, 20, 32, 48])
def test_sketches_of_any_length_come_again(coder: Coder, drummer: Drummer, styles: StyleMap, steps: int) -> None:
    sketcher = Sketcher(coder, drummer, styles)
    one = sketcher.sketch(9, Wish(0.4, 0.5, 0.2, 0.5), "rock", bar=steps, steps=steps)
    assert one.steps == steps
    assert one == sketcher.sketch(9, Wish(0.4, 0.5, 0.2, 0.5), "rock", bar=steps, steps=steps)
    with pytest.raises(ValueError, match="style 'polka'"):
        sketcher.sketch(style="polka")
    with pytest.raises(ValueError, match="density"):
        Wish(density=2)


def test_what_is_heard_everywhere_tells_little() -> None:
    activities = np.array([[0.8, 0.6, 0.0], [0.8, 0.0, 0.6]], np.float32)
    weights = telling(activities)
    assert weights[0] < weights[1] == weights[2]
    one, other = weighed(activities, weights)
    assert one @ other < 0.64
    assert np.linalg.norm(one) == pytest.approx(1.0)
    assert not weighed(0 * activities, weights).any()


def test_the_nearest_are_found_among_many(coder: Coder) -> None:
    chance = np.random.default_rng(3)
    coordinates = weighed(chance.random((400, coder.spec.atoms)).astype(np.float32) ** 4, np.float32(1))
    grids = tuple(Grid.of([(step, int(chance.integers(9)), 90, 0) for step in range(16)], 16) for _ in coordinates)
    known = StyleMap(np.ones(coder.spec.atoms, np.float32), coordinates, coordinates[:, :2], ("all",) * 400, grids)
    for grid in grids[:40]:
        apart = np.linalg.norm(coordinates - activity(coder, grid), axis=1)
        near = known.neighbours(coder, grid, 7)
        assert [distance for _, distance in near] == pytest.approx(sorted(apart)[:7], abs=1e-5)
        assert [apart[index] for index, _ in near] == pytest.approx([distance for _, distance in near], abs=1e-5)


def test_the_map_knows_its_own_and_is_kept_whole(coder: Coder, styles: StyleMap) -> None:
    kept = StyleMap.from_arrays(styles.to_arrays())
    assert kept.grids == styles.grids
    for index, grid in enumerate(styles.grids):
        assert kept.styles[kept.neighbours(coder, grid, 1)[0][0]] == styles.styles[index]
        assert next(iter(kept.style(coder, grid))) == styles.styles[index]
        assert kept.place(coder, grid)[1] == pytest.approx(float(index > 2), abs=0.2)
    assert kept.at(0.31, 0.9) == 3
