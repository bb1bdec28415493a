"""Learning from clips: which are kin, which are held out, when it helps, and when it leaves well alone."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from livemusic.latent.wta import VOICES
from livemusic.music.grid import Grid
from livemusic.sketch.learn import Clip, adapt, as_rows, compare, figures, kin, parted, read
from livemusic.sketch.learn_steps import HEADS, Failed, Finishing, Learned, Learning, Reading, table, words
from livemusic.sketch.styles import StyleMap, activity
from training.evaluate.reader import TorchReader

Array = npt.NDArray[np.float32]
WIDTH = 4


def single_hits() -> TorchReader:
    """For each voice one atom: a hit of full velocity, on time."""
    atoms = np.zeros((VOICES, 27, WIDTH), np.float32)
    for voice in range(VOICES):
        atoms[voice, [voice, VOICES + voice], 0] = 45 / 64
    return TorchReader.of(atoms.transpose(0, 2, 1))


def clips(count: int, seed: int = 1) -> list[Clip]:
    """Two bars each of three figures in an order of their own."""
    chance = np.random.default_rng(seed)
    beats = np.zeros((3, WIDTH, 9, 3), np.float32)
    beats[0, 0, 0], beats[0, ::2, 2] = (1, 0.9, 0), (1, 0.4, 0.1)
    beats[1, 0, 1], beats[1, 1:, 1] = (1, 0.8, 0.3), (1, 0.2, -0.1)
    beats[2, ::2, 8], beats[2, 3, 0] = (1, 0.6, 0), (1, 0.9, 0.2)
    return [Clip(f"{n}", np.concatenate(beats[chance.integers(0, 3, 8)]), 16) for n in range(count)]


def noise(count: int) -> list[Clip]:
    """Clips in which nothing ever comes again."""
    chance = np.random.default_rng(9)
    made = []
    for n in range(count):
        hits = chance.random((64, 9)) < 0.15
        made.append(
            Clip(f"{n}", np.stack([hits, hits * chance.random(hits.shape), 0 * hits], 2).astype(np.float32), 16)
        )
    return made


def nothing(*at: float) -> None:
    """Who is told nothing of it."""


def test_near_duplicates_are_kin_and_never_parted() -> None:
    some = clips(6)
    nearly = some[2].values.copy()
    nearly[5, 4] = 1, 0.5, 0  # one ghost more
    louder = some[0].values * np.array([1, 0.5, 1], np.float32)
    whole = [
        *some,
        Clip("nearly", nearly, 16),
        Clip("louder", louder, 16),
        Clip("again", np.tile(some[2].values, (2, 1, 1)), 16),
    ]
    assert sorted(map(tuple, kin(whole))) == [(0, 7), (1,), (2, 6, 8), (3,), (4,), (5,)]
    for seed in range(8):
        learnt, held = parted(whole, seed)
        names = {clip.name for clip in held}
        assert len(held) + len(learnt) == len(whole)
        assert 2 <= len(held) <= 5
        for together in ({"0", "louder"}, {"2", "nearly", "again"}):
            assert names >= together or not names & together


def test_variations_of_one_beat_are_told_apart_where_there_is_nothing_else() -> None:
    one = clips(1)[0]
    made = []
    for n in range(12):
        values = one.values.copy()
        values[n, 5] = 1, 0.5, 0
        made.append(Clip(f"{n}", values, 16))
    assert len(kin(made)) == 12
    with pytest.raises(ValueError, match="12 clips are 1 different beats; it takes 5"):
        parted([one] * 12, 0)


def test_what_comes_again_is_learned_and_helps_with_other_clips() -> None:
    base = single_hits()
    told: list[tuple[int, int, float]] = []
    learned = adapt(base, 0.6, clips(12), 0, lambda *at: told.append(at))
    assert learned.count > base.count
    assert np.array_equal(learned.patches[: base.count], base.patches)
    assert np.array_equal(learned.patches, learned.patches.astype(np.float16))
    assert [number for number, _, _ in told] == list(range(len(told)))
    assert told[-1][2] > told[0][2]
    report = compare(base, learned, 0.6, clips(8, seed=2), 0)
    assert report.helped
    assert report.after[0].f1 > report.before[0].f1 + 0.2
    assert as_rows(report)[0]["f1 after"] == round(report.after[0].f1, 4)


def test_the_same_seed_learns_the_same() -> None:
    one, other = (adapt(single_hits(), 0.6, clips(6), 3, nothing) for _ in range(2))
    assert np.array_equal(one.patches, other.patches)


def test_what_does_not_help_is_not_learned() -> None:
    base, plain = single_hits(), []
    for n in range(6):
        values = np.zeros((16, 9, 3), np.float32)
        values[::4, n] = 1, 1, 0
        plain.append(Clip(f"{n}", values, 16))
    assert adapt(base, 0.6, plain, 0, nothing) is base
    report = compare(base, base, 0.6, noise(3), 0)
    assert not report.helped
    assert report.before == report.after


def test_too_few_beats_are_refused() -> None:
    with pytest.raises(ValueError, match="it takes 3"):
        adapt(single_hits(), 0.6, [clips(1)[0]] * 12, 0, nothing)


def test_figures_are_those_of_the_grids_that_come_back() -> None:
    base, windows = single_hits(), [window for clip in noise(2) for window in clip.windows()]
    for row, active in zip(figures(read(base, windows), base, 0.6), (1, 2, 4), strict=True):
        right = found = struck = 0
        exact = []
        for window in windows:
            back = base.decode(base.encode([np.pad(window, ((0, 3), (0, 0), (0, 0)))], active * 8))[0, :32, :, 0] >= 0.6
            played = window[..., 0] > 0
            right, found, struck = right + (back & played).sum(), found + back.sum(), struck + played.sum()
            exact.append((back == played).all())
        assert row.f1 == pytest.approx(2 * right / (found + struck))
        assert row.recall == pytest.approx(right / struck)
        assert row.exact == pytest.approx(np.mean(exact))


def test_windows_are_two_bars_of_the_clips_own_meter() -> None:
    values = np.zeros((14 * 5, 9, 3), np.float32)
    values[[0, 30, 60], 0] = 1, 0.5, 0
    assert [len(window) for window in Clip("7/8", values, 14).windows()] == [28, 28, 14]
    values[30] = 0
    clip = Clip("7/8", values, 14)
    assert [len(window) for window in clip.windows()] == [28, 14]
    assert clip.landmark(32).steps == 32


def test_a_map_takes_in_clips_of_ones_own() -> None:
    class Reader:
        """A dictionary of single hits."""

        spec = type("Sizes", (), {"atoms": VOICES, "width": WIDTH, "threshold": 0.6})
        atoms = np.zeros((VOICES, WIDTH, 9, 3), np.float32)

        def picks(self, steps: int, active_per_beat: int = 0) -> int:
            return steps

        def encode(self, grid: Grid, active_per_beat: int = 0) -> Array:
            return single_hits().encode([grid.values], grid.steps)[0]

        def encode_each(self, grids: Sequence[Grid], active_per_beat: int = 0) -> list[Array]:
            return [self.encode(grid) for grid in grids]

        def decode(self, code: npt.ArrayLike, steps: int) -> Array:
            return single_hits().decode(np.asarray(code, np.float32)[None])[0, :steps]

    rock, jazz = (Grid.of([(step, voice, 90, 0) for step in range(0, 16, 4)], 16) for voice in (0, 8))
    places = np.array([[0, 0], [1, 1]], np.float32)
    active = np.stack([activity(Reader(), grid) for grid in (rock, jazz)])
    known = StyleMap(np.ones(VOICES, np.float32), active, places, ("rock", "jazz"), (rock, jazz))
    mine = Grid.of([(step, 8, 70, 0) for step in range(2, 16, 4)], 16)
    remade = StyleMap.from_arrays(known.remade(Reader(), [mine], "mine").to_arrays())
    assert remade.styles == ("rock", "jazz", "mine")
    assert np.allclose(remade.places[:2], places)
    assert remade.places[2] == pytest.approx([1, 1], abs=0.1)
    assert next(iter(remade.style(Reader(), mine))) in ("jazz", "mine")
    assert remade.of_style("mine") == [2]


def test_steps_in_words() -> None:
    assert words(Reading(34, 120)) == "Reading 34 of 120 clips"
    assert words(Learning(3, 8, 0.9123)) == "Learning, round 3 of 8: 91.2 % of the hits"
    assert words(Finishing()) == "Comparing before and after"
    assert words(Failed("No.")) == "No."
    report = compare(single_hits(), single_hits(), 0.6, clips(2), 0)
    for learned, said in (
        (Learned(9, 3, 0, False, report.before, report.after), "Nothing was found that would help"),
        (Learned(9, 3, 5, False, report.before, report.after), "It did not help"),
        (Learned(9, 3, 5, True, report.before, report.after, "mine"), "5 new figures are kept as mine."),
    ):
        assert said in words(learned)
        assert words(learned).startswith("9 clips were learned from, and 3 others")
        rows = table(learned)
        assert [row[0] for row in rows] == ["1", "2", "4"]
        assert rows[0][1] == f"{100 * report.before[0].f1:.1f} → {100 * report.after[0].f1:.1f} %"
        assert all(len(row) == len(HEADS) for row in rows)
