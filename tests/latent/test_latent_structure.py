"""Sections, returns and loops of made paths whose answer is known."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.latent.recurrence import Recurrence
from livemusic.latent.segments import kin, partition
from livemusic.latent.structure import LONGEST, OPEN, Section, Structure, letter, sections_of

HOP = 1024 / 44100
WINDOW = 0.5
DIM = 16

Path = npt.NDArray[np.float64]


def medley(order: str, lengths: list[float], seed: int = 0, texture: float = 1.0) -> tuple[Path, list[float]]:
    """A path that goes to one place for each letter and circles there at a pace of its own, and when it changes."""
    chance = np.random.default_rng(seed)
    kinds = {
        name: (chance.normal(size=DIM), chance.normal(size=(2, DIM)) / DIM**0.5, chance.uniform(0.8, 3.0))
        for name in sorted(set(order))
    }
    rows, edges = [], [0.0]
    for name, seconds in zip(order, lengths, strict=True):
        place, axes, pace = kinds[name]
        turns = np.arange(round(seconds / HOP)) * HOP * pace * 2 * np.pi
        rows.append(place + np.stack([np.cos(turns), np.sin(turns)], axis=1) @ axes)
        edges.append(edges[-1] + len(turns) * HOP)
    path = np.concatenate(rows)
    path += texture * chance.normal(size=path.shape)
    # a row tells of half a second: a change comes over the path as the window passes it
    soft = np.pad(path, ((10, 11), (0, 0)), mode="reflect")
    return np.stack([np.convolve(column, np.ones(22) / 22, "valid") for column in soft.T], axis=1), edges


def told(sections: tuple[Section, ...]) -> str:
    return "".join(letter(section.label) for section in sections)


ORDER, LENGTHS = "ABACBA", [8.0, 6.0, 7.0, 9.0, 5.0, 8.0]


@pytest.mark.parametrize("seed", range(4))
def test_whole_path(seed: int) -> None:
    path, edges = medley(ORDER, LENGTHS, seed)
    sections = sections_of(path, HOP, WINDOW)
    assert told(sections) == ORDER
    # row k stands for the half second before its moment, and the made change is in the middle of it
    np.testing.assert_allclose([section.start for section in sections], np.array(edges[:-1]) + WINDOW / 2, atol=0.35)
    assert all(one.end == other.start for one, other in pairwise(sections))


@pytest.mark.parametrize("seed", range(4))
def test_live_tells_the_same_and_soon(seed: int) -> None:
    path, edges = medley(ORDER, LENGTHS, seed)
    structure = Structure(DIM, HOP, WINDOW)
    late: dict[int, float] = {}
    for end in range(11, len(path) + 1, 11):
        structure.hear(path[end - 11 : end])
        now = WINDOW + (end - 1) * HOP
        for number, edge in enumerate(edges[1:-1]):
            if any(abs(section.start - edge - WINDOW / 2) < 0.5 for section in structure.sections[1:]):
                late.setdefault(number, now - (edge + WINDOW / 2))
    assert told(structure.sections) == ORDER
    assert told(structure.concluded()) == ORDER
    assert sorted(late) == [0, 1, 2, 3, 4]
    assert max(late.values()) <= 2.0


def test_returned_is_the_last_time_we_were_here() -> None:
    path, edges = medley(ORDER, LENGTHS)
    structure, heard, found = Structure(DIM, HOP, WINDOW), 0, []
    for edge in edges[1:]:
        upto = round(edge / HOP) - 22
        structure.hear(path[heard:upto])
        heard = upto
        found.append(structure.returned)
    assert found == [None, None, 0, None, 1, 2]


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(0, 400), max_size=12), st.integers(0, 3))
def test_any_chunks_give_the_same(cuts: list[int], seed: int) -> None:
    path, _ = medley("ABA", [5.0, 4.0, 5.0], seed)
    level = np.where(np.arange(len(path)) // 40 % 5 == 4, -90.0, -20.0)
    whole, pieces = Structure(DIM, HOP, WINDOW), Structure(DIM, HOP, WINDOW)
    whole.hear(path, level)
    edges = [0, *sorted(cuts), len(path)]
    for begin, end in pairwise(edges):
        pieces.hear(path[begin:end], level[begin:end])
    assert pieces.sections == whole.sections
    assert pieces.returned == whole.returned
    assert pieces.loop == whole.loop
    assert pieces.concluded() == whole.concluded()


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e5])
def test_the_size_of_the_space_does_not_count(size: float) -> None:
    path, _ = medley(ORDER, LENGTHS)
    turned = np.linalg.qr(np.random.default_rng(1).normal(size=(DIM, DIM)))[0]
    assert told(sections_of(size * path @ turned, HOP)) == ORDER


def test_one_place_is_one_section() -> None:
    for seed in range(4):
        path, _ = medley("A", [40.0], seed)
        structure = Structure(DIM, HOP)
        structure.hear(path)
        assert told(structure.concluded()) == "A"
        assert told(structure.sections) == "A"


def test_nothing_moves() -> None:
    still = np.full((3000, DIM), 0.37) + 1e-7 * np.random.default_rng(0).normal(size=(3000, DIM))
    structure = Structure(DIM, HOP)
    structure.hear(still)
    assert told(structure.sections) == told(structure.concluded()) == "A"
    assert structure.loop is None


@pytest.mark.parametrize("rows", [0, 1, 10, 11, 30, 60])
def test_short_paths(rows: int) -> None:
    path = np.random.default_rng(0).normal(size=(rows, DIM))
    structure = Structure(DIM, HOP)
    structure.hear(path)
    assert len(structure.sections) == len(sections_of(path, HOP)) == (1 if rows >= 11 else 0)
    assert structure.returned is None


def test_silence_is_no_section() -> None:
    path, _ = medley("AB", [8.0, 8.0])
    path = np.delete(path, range(len(path) // 2 - 22, len(path) // 2 + 22), axis=0)
    pause = np.repeat(path[:1] * 3, 300, axis=0)
    half = len(path) // 2
    rows = np.concatenate([pause, path[:half], pause, path[half:]])
    level = np.concatenate([np.full(300, -120.0), np.full(half, -10.0), np.full(300, -90.0), np.full(half, -10.0)])
    for sections in (sections_of(rows, HOP, WINDOW, level), *[_live(rows, level)]):
        assert told(sections) == "AB"
        assert sections[0].start == pytest.approx(300 * HOP + WINDOW / 2, abs=0.3)
        assert sections[1].start == pytest.approx((600 + half) * HOP + WINDOW / 2, abs=0.3)


def _live(rows: Path, level: Path) -> tuple[Section, ...]:
    structure = Structure(DIM, HOP, WINDOW)
    structure.hear(rows, level)
    return structure.sections


def test_all_silence() -> None:
    structure = Structure(DIM, HOP)
    structure.hear(np.zeros((500, DIM)), np.full(500, -120.0))
    assert structure.sections == structure.concluded() == ()
    assert structure.returned is None


def test_a_long_path_stays_bounded() -> None:
    path, _ = medley("ABCD" * 3, [10.0] * 12)
    structure = Structure(DIM, HOP)
    for _ in range(6):
        structure.hear(path)
    assert structure.sections[-1].end > 710
    assert len(structure._sought) <= OPEN + 2 * LONGEST
    assert len(structure._piles) <= 40 + OPEN
    labels = [section.label for section in structure.sections]
    assert set(labels) == {0, 1, 2, 3}
    assert len(labels) == pytest.approx(72, abs=4)


@pytest.mark.parametrize("bad", [np.zeros((3, DIM + 1)), np.zeros(DIM), np.full((2, DIM), np.nan)])
def test_other_rows_are_refused(bad: Path) -> None:
    with pytest.raises(ValueError, match="rows must be finite"):
        Structure(DIM, HOP).hear(bad)


@pytest.mark.parametrize(
    ("period", "bpm", "beats"), [(2.0, 120.0, 4), (4.0, 120.0, 8), (2.4, 100.0, 4), (1.5, 160.0, 4)]
)
def test_loop(period: float, bpm: float, beats: int) -> None:
    chance = np.random.default_rng(7)
    turn = np.arange(round(24 / HOP)) * HOP / period % 1
    harmonics = np.arange(1, 6)[:, None]
    waves = np.concatenate([np.cos(2 * np.pi * harmonics * turn), np.sin(2 * np.pi * harmonics * turn)])
    path = waves.T @ chance.normal(size=(10, DIM)) + 0.5 * chance.normal(size=(len(turn), DIM))
    recurrence = Recurrence(DIM, HOP)
    recurrence.hear(path)
    loop = recurrence.loop
    assert loop is not None
    assert loop.period == pytest.approx(period, abs=0.03)
    assert loop.beats(bpm) == beats


def test_no_loop_in_noise_or_a_straight_run() -> None:
    chance = np.random.default_rng(3)
    for path in (chance.normal(size=(1200, DIM)), np.linspace(0, 1, 1200)[:, None] * chance.normal(size=DIM)):
        recurrence = Recurrence(DIM, HOP)
        recurrence.hear(path)
        assert recurrence.loop is None


def test_partition_by_hand() -> None:
    rows = np.repeat([[0.0], [10.0], [0.0]], 6, axis=0)
    assert partition(rows, 2, 50) == [0, 6, 12, 18]
    assert partition(rows, 2, 3) == [0, 3, 6, 9, 12, 15, 18]
    assert partition(np.zeros((5, 1)), 2, 50) == [0, 5]


def test_kin_by_hand() -> None:
    assert list(kin([6, 6, 6], np.array([[0.0], [10.0], [0.1]]))) == [0, 1, 0]
    assert list(kin([6, 6, 6], np.array([[0.0], [10.0], [20.0]]), groups=2)) == [0, 0, 1]
    assert list(kin([3], np.zeros((1, 2)))) == [0]


def test_letters() -> None:
    assert [letter(label) for label in (0, 25, 26, 53)] == ["A", "Z", "A2", "B3"]
