"""What codes cost: probabilities that were counted elsewhere, symbols that say a whole code, and curves at a price."""

from collections.abc import Iterator

import numpy as np
import pytest

from training.card import rates_table, verdict
from training.evaluate.codes import Codes, SparseCoder
from training.evaluate.entropy import Stream, SymbolModel, entropy
from training.evaluate.rates import Coded, Data, figures_of, loss_of, rows_of, snippets_of, worth
from training.evaluate.rates_report import at_bits, compared
from training.evaluate.tables import CYMBALS, SKINS, Table, TableCoder, beats_of
from training.evaluate.thrift import Prices, Thrift
from training.evaluate.touches import TouchCoder

WEIGHTS = np.repeat(np.array([1.0, 1.5, 3.0], np.float32), 9)


def stream(seed: int, count: int = 600) -> Stream:
    chance = np.random.default_rng(seed)
    windows, contexts = np.arange(count) // 20, chance.integers(0, 2, count)
    return Stream(windows, contexts, np.minimum(chance.geometric(0.4, count) + contexts, 9))


def grooves(seed: int, count: int = 40) -> np.ndarray:
    """Windows of a kick on the beats, a snare on two and four, hats with chance, and some touch."""
    chance = np.random.default_rng(seed)
    hits = np.zeros((count, 32, 9), np.float32)
    hits[:, ::4, 0] = 1
    hits[:, 4::8, 1] = 1
    hits[:, ::2, 2] = chance.random((count, 16)) < 0.8
    velocity = hits * chance.uniform(0.4, 0.9, hits.shape)
    offset = hits * chance.uniform(-0.2, 0.2, hits.shape)
    return np.concatenate([hits, velocity, offset], axis=2).astype(np.float32)


def data() -> Data:
    return Data(grooves(1), grooves(2, 8), grooves(3, 8), grooves(4, 60), WEIGHTS)


def atoms() -> np.ndarray:
    return snippets_of(grooves(5), 60, 4, 0)


def test_no_code_is_shorter_than_the_entropy_of_its_own_symbols() -> None:
    own = stream(0)
    model = SymbolModel(10, 2).count(own)
    assert model.bits(own).sum() >= entropy(own)
    assert model.bits(stream(1)).sum() > entropy(stream(1))


def test_what_was_never_counted_can_be_sent() -> None:
    model = SymbolModel(10, 2).count(stream(0))
    rare = Stream(np.zeros(1, int), np.zeros(1, int), np.zeros(1, int))
    assert 5 < model.bits(rare)[0] < 30


def test_the_probabilities_of_all_symbols_are_one_in_every_context() -> None:
    model = SymbolModel(10, 2).count(stream(0)).trust(stream(1))
    seen = np.array([4, 4, 7])
    each = [model.bits(Stream(np.zeros(4, int), np.zeros(4, int), np.append(seen, symbol)))[-1] for symbol in range(10)]
    assert (2.0 ** -np.array(each)).sum() == pytest.approx(1.0)


def test_a_window_that_repeats_itself_is_cheaper_once_repetition_is_trusted() -> None:
    said = np.repeat(np.arange(30) % 10, 20)
    same = Stream(np.arange(600) // 20, np.zeros(600, int), said)
    plain = SymbolModel(10).count(same)
    trusting = SymbolModel(10).count(same).trust(same)
    assert trusting.bits(same).sum() < 0.5 * plain.bits(same).sum()


def test_a_code_is_read_from_its_symbols_and_gives_the_same_grid() -> None:
    chance = np.random.default_rng(0)
    picks = [tuple(chance.integers(low, high, 12) for low, high in ((0, 60), (0, 32), (1, 9))) for _ in range(5)]
    codes = Codes.of(picks, 32, 4)
    again = Codes.read(codes.streams(), 5, 32, 4)
    laid = codes.laid(atoms(), 0.25)
    assert np.abs(laid).max() > 0.1
    assert (again.laid(atoms(), 0.25) == laid).all()


def test_dearer_bits_buy_fewer_atoms_and_more_loss() -> None:
    pursuit, windows = Thrift(atoms(), 1.5, 3.0, 0.05), grooves(6, 12)
    found = [pursuit.pursue(windows, Prices.even(60), price, 0.25) for price in (0.002, 0.1)]
    losses = [loss_of(windows, codes.laid(pursuit.patches, 0.25), WEIGHTS) for codes in found]
    assert len(found[0].atoms) > len(found[1].atoms) > 0
    assert losses[0] < losses[1]


def test_pursuit_finds_the_one_atom_that_was_laid() -> None:
    pursuit = Thrift(atoms(), 1.5, 3.0, 0.0)
    planted = Codes.of([(np.array([17]), np.array([8]), np.array([4]))], 32, 4)
    window = planted.laid(pursuit.patches, 0.5)
    found = pursuit.pursue(window, Prices.even(60), 0.0005, 0.5)
    assert loss_of(window, found.laid(pursuit.patches, 0.5), WEIGHTS) < 0.05


def test_the_bits_of_a_code_are_those_of_places_atoms_and_strengths() -> None:
    pursuit = Thrift(atoms(), 1.5, 3.0, 0.05)
    train, others = (pursuit.pursue(grooves(seed, 12), Prices.even(60), 0.02, 0.25) for seed in (1, 2))
    bits = SparseCoder(60, 4, train, others).bits(others)
    assert set(bits) == {"places", "atoms", "strengths"}
    assert min(bits.values()) > 0


def test_a_table_gives_back_the_hits_of_common_beats_and_two_tables_every_mixture() -> None:
    whole, own = data(), grooves(7, 6)
    every = beats_of(whole.training).reshape(-1, 4, 27)
    tables = [Table.common(every, 64, 1, voices, WEIGHTS, 0) for voices in (SKINS, CYMBALS)]
    coder = TableCoder(tables, whole.training, whole.chosen_on)
    laid = coder.laid(coder.read(own))
    assert figures_of(own, laid, 0.5).f1 == 1
    touches = [Table.common(every, 64, 8, voices, WEIGHTS, 0) for voices in (SKINS, CYMBALS)]
    finer = TableCoder(touches, whole.training, whole.chosen_on)
    assert finer.bits(finer.read(own)) > coder.bits(coder.read(own))
    assert loss_of(own, finer.laid(finer.read(own)), WEIGHTS) < loss_of(own, laid, WEIGHTS)


def test_the_touch_of_each_hit_comes_back_within_half_a_step() -> None:
    played, laid = grooves(8), grooves(8)
    laid[..., 9:] *= 0.5
    coder = TouchCoder(played, laid, 0.1, WEIGHTS, 0.5)
    bits, touched = coder.send(played, laid)
    hits = played[..., :9] > 0
    assert bits > 0
    assert np.abs(touched - played)[..., 9:18][hits].max() <= 0.05 + 1e-6
    assert np.abs(touched - played)[..., 18:][hits].max() <= 0.05 * np.sqrt(0.5) + 1e-6


def test_only_settings_on_the_lower_hull_are_worth_their_bits() -> None:
    assert worth([(1, 5), (2, 4.9), (3, 1), (4, 2), (5, 0.5)]) == [0, 2, 4]


def test_a_family_is_judged_on_test_at_what_was_chosen_on_validation() -> None:
    def family(known: Data) -> Iterator[Coded]:
        for share in (0.0, 0.5, 1.0):
            yield Coded(f"{share:g}", lambda windows, share=share: (80 * share * len(windows), share * windows), 0.5, 1)

    rows = rows_of("faded", family, data())
    assert [row["bits"] for row in rows] == [0, 5, 10]
    assert rows[-1]["f1"] == 1
    assert rows[0]["f1"] == 0
    assert at_bits(rows[1:], 4) is None
    assert at_bits(rows, 11) == at_bits(rows, 10) == {"f1": 1, "velocity_mae": 0, "offset_mae": 0}


def test_the_card_says_where_ours_is_better_and_where_a_table_is() -> None:
    def rows(code: str, f1: tuple[float, float], off: tuple[float, float]) -> list[dict[str, object]]:
        return [
            {
                "code": code,
                "setting": "",
                "bits": bits,
                "f1": one,
                "velocity_mae": other,
                "offset_mae": other,
                "kilobytes": 1,
            }
            for bits, one, other in zip((8, 40), f1, off, strict=True)
        ]

    known = {"ours": rows("ours", (0.8, 1.0), (0.1, 0.01)), "one table": rows("one table", (0.9, 0.95), (0.2, 0.2))}
    rates = {"rows": known, "at": compared(known), "windows": 8}
    said = verdict(rates)
    assert "- hits: the best of ours is better than the best table at 32, 40 bits" in said
    assert "- timing: the best of ours is better than the best table at 8, 10" in said
    assert "| ours |  | 8.0 | 0.800 |" in rates_table(rates)
