"""The way between patterns: exact at its ends, even in between, true to locks."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.music.grid import Grid
from livemusic.music.kit import Voice
from livemusic.sketch.coder import Coder
from livemusic.sketch.path import MODES, Path, common_length

rows = st.tuples(st.integers(0, 13), st.integers(0, 8), st.integers(1, 127), st.integers(-120, 119))
grids = st.lists(rows, max_size=40).map(lambda hits: Grid.of(hits, 14))
ROCK = Grid.of(
    [(step, Voice.CLOSED_HAT, 70, 0) for step in range(0, 16, 2)]
    + [(0, Voice.KICK, 110, 0), (8, Voice.KICK, 100, 5), (4, Voice.SNARE, 110, 0), (12, Voice.SNARE, 112, -4)],
    16,
)
LATIN = Grid.of(
    [(step, Voice.RIDE, 60 + step, 0) for step in range(0, 16, 3)]
    + [(step, Voice.LOW_TOM, 90, 10) for step in (3, 6, 11, 14)]
    + [(0, Voice.KICK, 80, 0), (6, Voice.KICK, 70, 0), (10, Voice.SNARE, 40, 0)],
    16,
)


@given(some=st.lists(grids, min_size=1, max_size=5), data=st.data(), mode=st.sampled_from(MODES))
def test_a_weight_of_one_is_that_corner(coder: Coder, some: list[Grid], data: st.DataObject, mode: str) -> None:
    corner = data.draw(st.integers(0, len(some) - 1))
    assert Path(coder, some, mode).at(np.eye(len(some))[corner]) == some[corner]


@pytest.mark.parametrize("mode", MODES)
def test_hits_change_in_proportion_to_the_way_gone(coder: Coder, mode: str) -> None:
    path = Path(coder, [ROCK, LATIN], mode)
    whole = int((ROCK.hits ^ LATIN.hits).sum())
    stops = [path.at([1 - t, t]).hits for t in np.linspace(0, 1, whole + 1)]
    away = [int((hits ^ ROCK.hits).sum()) for hits in stops]
    assert all(abs(distance - number) <= 1 for number, distance in enumerate(away))
    assert max(int((one ^ other).sum()) for one, other in pairwise(stops)) <= 3


def test_in_trade_every_hit_is_a_corners_own(coder: Coder) -> None:
    values = Path(coder, [ROCK, LATIN]).at([0.5, 0.5]).values
    assert all(
        (values[cell] == ROCK.values[cell]).all() or (values[cell] == LATIN.values[cell]).all()
        for cell in np.ndindex(values.shape[:2])
    )


@pytest.mark.parametrize("mode", MODES)
def test_a_locked_lane_stays_and_the_rest_goes_evenly(coder: Coder, mode: str) -> None:
    path = Path(coder, [ROCK, LATIN], mode)
    hits = [path.at([1 - t, t], locks={Voice.CLOSED_HAT: 0}).hits for t in np.linspace(0, 1, 9)]
    assert all((one[:, Voice.CLOSED_HAT] == ROCK.hits[:, Voice.CLOSED_HAT]).all() for one in hits)
    steps = [int((one ^ other).sum()) for one, other in pairwise(hits)]
    assert max(steps) - min(steps) <= 2


def test_a_lane_can_have_weights_of_its_own(coder: Coder) -> None:
    grid = Path(coder, [ROCK, LATIN]).at([1, 0], lanes={Voice.KICK: [0, 1]})
    assert (grid.hits[:, Voice.KICK] == LATIN.hits[:, Voice.KICK]).all()
    assert (grid.hits[:, Voice.SNARE] == ROCK.hits[:, Voice.SNARE]).all()


def test_shorter_patterns_repeat(coder: Coder) -> None:
    bar = Grid.of([(0, Voice.KICK, 100, 0)], 10)
    assert Path(coder, [bar, Grid.empty(20)]).at([1, 0]).hits[:, Voice.KICK].nonzero()[0].tolist() == [0, 10]


@given(
    some=st.lists(grids, min_size=4, max_size=4),
    weights=st.lists(st.floats(0, 9, allow_subnormal=False), min_size=4, max_size=4),
)
def test_hats_never_clash_where_no_corner_has_both(coder: Coder, some: list[Grid], weights: list[float]) -> None:
    if sum(weights) <= 0:
        return
    hats = [Voice.CLOSED_HAT, Voice.OPEN_HAT]
    allowed = np.any([grid.hits[:, hats].all(1) for grid in some], axis=0)
    for mode in MODES:
        assert not (Path(coder, some, mode).at(weights).hits[:, hats].all(1) & ~allowed).any()


@pytest.mark.parametrize("weights", [[1.0], [0.0, 0.0], [-1.0, 2.0], [float("nan"), 1.0]])
def test_weights_that_make_no_sense_are_refused(coder: Coder, weights: list[float]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Path(coder, [ROCK, LATIN]).at(weights)


def test_only_the_proportion_of_weights_counts(coder: Coder) -> None:
    path = Path(coder, [ROCK, LATIN])
    assert path.at([1e308, 1e308]) == path.at([0.5, 0.5]) == path.at([1e-320, 1e-320])


def test_what_does_not_exist_is_refused(coder: Coder) -> None:
    path = Path(coder, [ROCK, LATIN])
    with pytest.raises(ValueError, match="voice 9"):
        path.at([1, 0], lanes={9: [1, 0]})
    with pytest.raises(ValueError, match="corner 2"):
        path.at([1, 0], locks={0: 2})
    with pytest.raises(ValueError, match="mode"):
        Path(coder, [ROCK], "fade")


@pytest.mark.parametrize("mode", MODES)
def test_of_two_hats_the_locked_one_stays(coder: Coder, mode: str) -> None:
    closed = Grid.of([(step, Voice.CLOSED_HAT, 60, 0) for step in range(16)], 16)
    opened = Grid.of([(step, Voice.OPEN_HAT, 120, 0) for step in range(16)], 16)
    path = Path(coder, [closed, opened], mode)
    assert path.at([0, 1], locks={Voice.CLOSED_HAT: 0}) == closed
    assert path.at([0, 1], locks={Voice.CLOSED_HAT: 0, Voice.OPEN_HAT: 1}) == opened


@pytest.mark.parametrize("mode", MODES)
def test_the_way_neither_thins_out_nor_crowds(coder: Coder, mode: str) -> None:
    """Corners that share no drum: hits go and come at the same time."""
    apart = [Grid.of([(step, voice, 90, 0) for step in range(0, 32, 2)], 32) for voice in (0, 1, 4, 8)]
    assert 12 <= Path(coder, apart, mode).at([1, 1, 1, 1]).hits.sum() <= 20
    for t in np.linspace(0, 1, 17):
        assert 12 <= Path(coder, apart[:2], mode).at([1 - t, t]).hits.sum() <= 20
    assert Path(coder, [apart[0], Grid.empty(32)], mode).at([0.5, 0.5]).hits.sum() == 8


def test_drums_change_hands_one_after_another(coder: Coder) -> None:
    """Half-way most drums are wholly one corner's: at most one family is on its way."""
    one, other = (
        Grid.of([(step, voice, 90, 0) for voice in (0, 1, 2) for step in range(voice % 2 + late, 32, 8)], 32)
        for late in (0, 4)
    )
    for t in np.linspace(0, 1, 9):
        hits = Path(coder, [one, other]).at([1 - t, t]).hits
        mixed = [
            voice for voice in (0, 1, 2) if (hits ^ one.hits)[:, voice].any() and (hits ^ other.hits)[:, voice].any()
        ]
        assert len(mixed) <= 1


def test_repeated_places_change_hands_together(coder: Coder) -> None:
    """A bar played twice stays a bar played twice, but for the place that is on its way."""
    one, other = ROCK.looped(32), LATIN.looped(32)
    for t in np.linspace(0, 1, 33):
        hits = Path(coder, [one, other]).at([1 - t, t]).hits
        assert (hits[:16] ^ hits[16:]).sum() <= 3


def test_a_corner_that_is_known_is_not_read_again(coder: Coder) -> None:
    read: list[Grid] = []

    class Reader:
        """A coder that tells what it reads."""

        def __getattr__(self, name: str) -> object:
            return getattr(coder, name)

        def encode_each(self, grids: list[Grid], active_per_beat: int = 0) -> object:
            read.extend(grids)
            return coder.encode_each(grids, active_per_beat)

    reader = Reader()
    before = Path(reader, [ROCK, LATIN])  # type: ignore[arg-type]
    edited = Grid.of([*ROCK.rows(), (7, Voice.CRASH, 90, 0)], 16)
    after = Path(reader, [edited, LATIN], known=before)  # type: ignore[arg-type]
    assert read == [ROCK, LATIN, edited]
    assert after.at([0.4, 0.6]) == Path(coder, [edited, LATIN]).at([0.4, 0.6])


@pytest.mark.parametrize(
    ("lengths", "steps"),
    [((32, 32, 32, 32), 32), ((16, 32, 64, 32), 64), ((48, 32, 32, 16), 96), ((112, 16, 48, 80), 112)],
)
def test_patterns_of_different_lengths_come_together_again(lengths: tuple[int, ...], steps: int) -> None:
    assert common_length(lengths) == steps
