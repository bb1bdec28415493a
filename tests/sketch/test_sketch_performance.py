"""A groove is performed: nothing is neutral but neutral, less is part of more, and a fill arrives on the next bar."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.inference.fills import open_fills
from livemusic.music.grid import HIT, VELOCITY, Grid, Ornament
from livemusic.music.kit import VOICE_COUNT, Voice
from livemusic.music.performance import FEELS, Dials, Performance
from livemusic.sketch.fills import chosen, fill_steps
from livemusic.sketch.importance import frame, strength
from livemusic.sketch.performance import Bar, Performer, scheduled_fill
from tests.sketch.conftest import Habit

KICK, SNARE, HAT, OPEN = Voice.KICK, Voice.SNARE, Voice.CLOSED_HAT, Voice.OPEN_HAT
BACKBEAT = Grid.of(
    [
        *((step, HAT, 80 if step % 4 == 0 else 55, 0) for step in range(0, 32, 2)),
        *((step, KICK, 110, 0) for step in (0, 6, 10, 16, 26)),
        *((step, SNARE, 105, 4) for step in (4, 12, 20, 28)),
        *((step, SNARE, 30, -6) for step in (7, 9, 23)),
    ],
    32,
)
FILLS = open_fills()

cells = st.tuples(st.integers(0, 31), st.integers(0, VOICE_COUNT - 1), st.integers(1, 127), st.integers(-120, 119))
grids = st.lists(cells, max_size=60).map(lambda hits: Grid.of(hits, 32))
dials = st.floats(-1, 1)


def dialled(**turned: float) -> Performance:
    return Performance(whole=Dials(**turned))


def struck(grid: Grid) -> set[tuple[int, int]]:
    return {(step, voice) for step, voice in np.argwhere(grid.hits).tolist()}


def off_beat(grid: Grid) -> int:
    """How far from the beats the hits are, summed."""
    return int((4 - strength(grid.steps, 16))[np.argwhere(grid.hits)[:, 0]].sum())


@given(grids, st.integers(0, 20), st.sampled_from([14, 16, 12]))
def test_a_neutral_performance_is_the_groove_itself(grid: Grid, number: int, bar: int) -> None:
    performer = Performer(Habit(), FILLS)
    loop = performer.loop(grid, Performance(), bar=bar)
    assert loop is grid
    assert performer.bar(loop, Performance(), Bar(number, number * bar, bar)) is grid


@given(grids, dials, dials, st.booleans())
def test_what_is_played_at_a_lower_density_is_played_at_a_higher_one(
    grid: Grid, one: float, other: float, model: bool
) -> None:
    performer = Performer(Habit() if model else None)
    low, high = sorted((one, other))
    assert struck(performer.loop(grid, dialled(density=low))) <= struck(performer.loop(grid, dialled(density=high)))


@given(grids, dials, dials, st.integers(0, VOICE_COUNT - 1), dials)
def test_a_drum_by_itself_is_as_steady(grid: Grid, one: float, other: float, voice: int, whole: float) -> None:
    performer, (low, high) = Performer(), sorted((one, other))
    with_lane = [dialled(density=whole).turned(voice, density=amount) for amount in (low, high)]
    less, more = (struck(performer.loop(grid, performance)) for performance in with_lane)
    assert less <= more
    assert {cell for cell in more if cell[1] != voice} == {cell for cell in less if cell[1] != voice}


def test_at_the_lowest_density_kick_on_one_and_the_backbeat_are_left() -> None:
    assert struck(Performer().loop(BACKBEAT, dialled(density=-1.0))) == {
        (0, KICK), (16, KICK), (4, SNARE), (12, SNARE), (20, SNARE), (28, SNARE),
    }  # fmt: skip


def test_ghost_notes_and_hats_between_the_beats_go_before_the_kick() -> None:
    half = struck(Performer().loop(BACKBEAT, dialled(density=-0.4)))
    assert not half & {(7, SNARE), (9, SNARE), (23, SNARE)}
    assert {(step, KICK) for step in (0, 6, 10, 16, 26)} <= half


def test_a_drum_turned_down_is_silent_even_in_fills_and_landings() -> None:
    performer = Performer(None, FILLS)
    performance = Performance(fill_amount=1.0).turned(KICK, density=-1.0).turned(Voice.CRASH, density=-1.0)
    loop = performer.loop(BACKBEAT, performance)
    played = performer.bar(loop, performance, Bar(3, 48, 16, 0, True))
    assert not played.hits[:, [KICK, Voice.CRASH]].any()
    assert played.hits[16:].any()


@given(grids)
def test_no_third_hand_and_no_hat_on_the_other_is_added(grid: Grid) -> None:
    more = Performer(Habit()).loop(grid, dialled(density=1.0))
    fresh = more.hits & ~grid.hits
    hands = more.hits[:, 1:].sum(1)
    assert (hands[fresh[:, 1:].any(1)] <= 2).all()
    hats = more.hits[:, [HAT, OPEN]].all(1)
    assert not (hats & fresh[:, [HAT, OPEN]].any(1)).any()


def test_hits_are_added_where_the_drummer_finds_them_likely() -> None:
    sparse = Grid.of([(0, KICK, 100, 0), (4, SNARE, 100, 0), (2, HAT, 70, 0), (6, HAT, 70, 0)], 32)
    added = struck(Performer(Habit()).loop(sparse, dialled(density=0.5))) - struck(sparse)
    habits = {(step, HAT) for step in range(0, 32, 2)} | {(step, KICK) for step in range(0, 32, 8)}
    assert added
    assert added <= habits | {(step, SNARE) for step in range(4, 32, 8)}


@given(grids, dials, dials, st.booleans())
def test_complexity_moves_hits_off_the_beat_and_keeps_their_number(
    grid: Grid, one: float, other: float, model: bool
) -> None:
    performer = Performer(Habit() if model else None)
    straight, tricky = (performer.loop(grid, dialled(complexity=amount)) for amount in sorted((one, other)))
    assert straight.hits.sum() == tricky.hits.sum() == grid.hits.sum()
    assert off_beat(straight) <= off_beat(tricky)


def test_the_backbeat_stays_however_tricky() -> None:
    held = frame(BACKBEAT, 16)
    for amount in (-1.0, 1.0):
        assert Performer(Habit()).loop(BACKBEAT, dialled(complexity=amount)).hits[held].all()
    assert off_beat(Performer().loop(BACKBEAT, dialled(complexity=1.0))) > off_beat(BACKBEAT)


@given(grids, dials, dials)
def test_intensity_makes_no_drum_softer_and_adds_no_hit(grid: Grid, one: float, other: float) -> None:
    soft, hard = (Performer().loop(grid, dialled(intensity=amount)) for amount in sorted((one, other)))
    assert soft.hits.sum() >= hard.hits.sum()
    drums = [KICK, SNARE, Voice.LOW_TOM, Voice.MID_TOM, Voice.HIGH_TOM]
    assert (soft.hits[:, drums] == hard.hits[:, drums]).all()
    assert (soft.values[:, drums, VELOCITY] <= hard.values[:, drums, VELOCITY] + 1e-6).all()


def test_at_the_top_the_hats_open_and_a_crash_begins_every_second_bar() -> None:
    loop = Performer().loop(BACKBEAT, dialled(intensity=1.0))
    assert not loop.hits[:, HAT].any()
    assert loop.hits[2::2, OPEN].all()
    assert np.flatnonzero(loop.hits[:, Voice.CRASH]).tolist() == [0]


def test_half_time_has_the_backbeat_on_three_and_goes_on_with_the_hats() -> None:
    loop = Performer().loop(BACKBEAT, Performance(feel="half"))
    assert np.flatnonzero(loop.values[:, SNARE, VELOCITY] > 0.5).tolist() == [8, 24]
    assert (loop.hits[:, HAT] == BACKBEAT.hits[:, HAT]).all()
    assert loop.steps == BACKBEAT.steps


def test_double_time_has_the_backbeat_twice_as_often_and_the_hats_doubled() -> None:
    loop = Performer().loop(BACKBEAT, Performance(feel="double"))
    assert np.flatnonzero(loop.values[:, SNARE, VELOCITY] > 0.5).tolist() == [2, 6, 10, 14, 18, 22, 26, 30]
    assert loop.hits[:, HAT].all()


@given(grids, st.sampled_from(FEELS), st.integers(1, 31))
def test_every_feel_is_as_long_as_the_groove(grid: Grid, feel: str, steps: int) -> None:
    assert Performer().loop(grid.looped(steps), Performance(feel=feel)).steps == steps


def test_ornaments_go_where_their_hits_go() -> None:
    flam = Grid(BACKBEAT.values, ornaments=(Ornament(4, SNARE, -40, 0.4), Ornament(7, SNARE, 30, 0.5)))
    half = Performer().loop(flam, Performance(feel="half"))
    assert [(one.step, one.ticks) for one in half.ornaments] == [(8, -40), (14, 30)]
    few = Performer().loop(flam, dialled(density=-1.0))
    assert [one.step for one in few.ornaments] == [4]


@pytest.mark.parametrize(("amount", "steps"), [(0.0, 4), (0.33, 4), (0.34, 8), (0.66, 8), (0.67, 16), (1.0, 16)])
def test_the_amount_makes_a_fill_longer(amount: float, steps: int) -> None:
    assert fill_steps(amount, 16) == steps
    assert scheduled_fill(Performance(fill_every=4, fill_amount=amount), 7, 16) == 16 - steps
    assert fill_steps(amount, 3) == 3


def test_a_fill_ends_every_four_or_eight_bars() -> None:
    for every in (4, 8):
        performance = Performance(fill_every=every)
        filled = [number for number in range(16) if scheduled_fill(performance, number, 16) is not None]
        assert filled == list(range(every - 1, 16, every))


def test_before_the_song_begins_nothing_is_filled_or_varied() -> None:
    performance = Performance(fill_every=4, vary_every=2, vary_amount=1.0)
    assert scheduled_fill(performance, -1, 16) is None
    assert Performer(None, FILLS).bar(BACKBEAT, performance, Bar(-1, -16, 16)) is BACKBEAT


def test_a_fill_is_the_end_of_its_bar_and_nothing_else_and_arrives_with_crash_and_kick() -> None:
    performer = Performer(None, FILLS)
    performance = Performance(fill_amount=0.5)
    filled = performer.bar(BACKBEAT, performance, Bar(3, 48, 16, 8))
    assert (filled.values[:24] == BACKBEAT.values[:24]).all()
    assert (filled.values[24:] != BACKBEAT.values[24:]).any()
    assert any((filled.values[24:, :, HIT] == fill.values[8:, :, HIT]).all() for fill in FILLS)
    landed = performer.bar(BACKBEAT, performance, Bar(4, 64, 16, None, True))
    assert struck(landed) - struck(BACKBEAT) == {(0, Voice.CRASH)}
    assert struck(BACKBEAT) - struck(landed) == {(0, HAT)}
    assert landed.hits[0, KICK]


@given(st.integers(0, 1 << 20), st.floats(0, 1))
def test_busier_fills_are_chosen_by_the_amount_and_all_sound_at_the_end(seed: int, amount: float) -> None:
    chance = np.random.default_rng(seed)
    fill = chosen(FILLS, 16, amount, chance)
    assert fill.steps == 16
    assert fill.hits[-4:].any()
    assert chosen(FILLS, 16, 0.0, chance).count <= chosen(FILLS, 16, 1.0, chance).count


def test_without_a_table_a_fill_is_a_roll_that_grows_louder() -> None:
    roll = chosen((), 8, 0.5, np.random.default_rng(0))
    assert struck(roll) == {(step, SNARE) for step in range(8)}
    assert (np.diff(roll.values[:, SNARE, VELOCITY]) > 0).all()


def test_a_fill_in_a_loop_shorter_than_a_bar_is_a_bar_long() -> None:
    short = BACKBEAT.cut(0, 8)
    filled = Performer(None, FILLS).bar(short, Performance(), Bar(5, 80, 16, 8))
    assert filled.steps == 16
    assert filled.cut(0, 8) == short


def test_silence_is_neither_filled_nor_varied() -> None:
    rest = Grid.empty(32)
    played = Performer(Habit(), FILLS).bar(rest, Performance(vary_every=4), Bar(3, 48, 16, 0, True))
    assert played == rest
    assert Performer(Habit()).loop(rest, dialled(density=1.0)).count == 0


@pytest.mark.parametrize("model", [True, False])
def test_variation_changes_one_bar_in_n_and_only_that_bar(model: bool) -> None:
    performer = Performer(Habit() if model else None)
    performance = Performance(vary_every=4, vary_amount=1.0)
    bars = [performer.bar(BACKBEAT, performance, Bar(number, 16 * number, 16)) for number in range(8)]
    assert [number for number, grid in enumerate(bars) if grid != BACKBEAT] == [3, 7]
    assert bars[3].cut(0, 16) == BACKBEAT.cut(0, 16)


def test_variation_goes_on_changing_and_the_same_seed_plays_the_same() -> None:
    performance = Performance(vary_every=2, vary_amount=0.6, fill_amount=0.9)
    ways = [Bar(1, 16, 16), Bar(3, 48, 16), Bar(5, 80, 16), Bar(9, 144, 16, 0)]
    one, again, other = (
        [Performer(None, FILLS, seed).bar(BACKBEAT, performance, at) for at in ways] for seed in (1, 1, 2)
    )
    assert one == again
    assert one != other
    assert len({grid.to_bytes() for grid in one[:3]}) > 1


def test_another_seed_of_the_performance_varies_otherwise_and_one_that_is_asked_for_goes_before_it() -> None:
    performer = Performer(None, FILLS)
    usual, other = (Performance(vary_every=2, vary_amount=0.6, vary_seed=seed) for seed in (0, 1))
    due, asked = Bar(1, 16, 16), Bar(1, 16, 16, variation=1)
    assert performer.bar(BACKBEAT, usual, due) != performer.bar(BACKBEAT, other, due)
    assert performer.bar(BACKBEAT, usual, asked) == performer.bar(BACKBEAT, other, due)
    unasked = Performance(vary_amount=0.6)
    assert performer.bar(BACKBEAT, unasked, due) == BACKBEAT
    assert performer.bar(BACKBEAT, unasked, asked) == performer.bar(BACKBEAT, other, due)


@given(grids, dials, dials, dials, st.sampled_from(FEELS), st.integers(0, 15))
def test_whatever_is_turned_gives_a_pattern_that_can_be_played(
    grid: Grid, density: float, complexity: float, intensity: float, feel: str, fill: int
) -> None:
    performance = Performance(Dials(density, complexity, intensity), feel=feel, vary_every=2, vary_amount=0.8)
    performer = Performer(Habit(), FILLS)
    loop = performer.loop(grid, performance)
    pattern = performer.bar(loop, performance, Bar(1, 16, 16, fill, True)).to_pattern(swing=0.5)
    assert pattern.length == 32 * 240


def test_a_fill_and_a_variation_may_come_before_the_song_begins() -> None:
    performance = Performance(vary_every=2)
    before = Performer(None, FILLS).bar(BACKBEAT, performance, Bar(-1, -16, 16, 8))
    assert before.steps == BACKBEAT.steps
    assert before != BACKBEAT
