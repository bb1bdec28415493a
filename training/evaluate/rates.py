"""Codes of drum windows at their price: bits a beat, and what comes back of hits and of touch.

Every code is made of symbols whose probabilities were counted on the training split; what there is to choose (steps of
strength, which settings are worth their bits) is chosen on validation, and the test split is judged. What a decoder
must know beforehand, atoms or entries as half floats and counts of two bytes, is said beside.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from livemusic.music.grid import Grid
from training.config import STEPS_PER_BEAT, ConvConfig
from training.evaluate.codes import Codes, SparseCoder
from training.evaluate.drums import VOICES, Figures, measure
from training.evaluate.drums_report import finished
from training.evaluate.entropy import Indices, Stream, SymbolModel
from training.evaluate.graphs import Coder
from training.evaluate.tables import CYMBALS, SKINS, Table, TableCoder, beats_of
from training.evaluate.thrift import Prices, Thrift
from training.evaluate.touches import TouchCoder
from training.models.wta import Dictionary
from training.train import channels_of, load_run

Array = npt.NDArray[np.float32]

#: Training windows to count symbols on, some of them to choose steps with; validation and test windows.
_COUNTED, _SOME, _CHOOSING, _JUDGED = 1412, 400, 106, 266
#: Training windows to count the indices of tables on.
_INDICES = 4235
_PRICES = (0.2, 0.14, 0.1, 0.06, 0.03, 0.015, 0.007)
_FEW_PRICES = (0.14, 0.06, 0.03, 0.015)
_STEPS = (1.0, 0.5, 0.25)
_FINE = (0.5, 0.25, 0.125, 0.0625)
#: Steps of strength may cost so much of the loss.
_COARSER = 1.1
_TOUCH_STEPS = (0.6, 0.4, 0.25, 0.15, 0.08, 0.04)
_BUDGETS = (1, 2, 3, 4, 6)
_HALF = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """Windows `(n, steps, 27)` to count on, to choose on and to judge on; all the training windows that share no bar;
    and what an error costs in each channel."""

    counted: Array
    chosen_on: Array
    judged: Array
    training: Array
    weights: Array

    @classmethod
    def of(cls, windows: dict[str, Array], weights: Array) -> "Data":
        """From windows `(n, steps, 9, 3)` by split."""
        flat = {name: channels_of(part).transpose(0, 2, 1) for name, part in windows.items()}
        train = flat["train"]
        parts = (train, _COUNTED), (flat["validation"], _CHOOSING), (flat["test"], _JUDGED)
        counted, chosen_on, judged = (np.ascontiguousarray(_spread(part, count)) for part, count in parts)
        return cls(counted, chosen_on, judged, train[::2], weights)


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """A way of coding, ready: what it gives of windows, and bits of all of them together. `kilobytes`: what a decoder
    must know."""

    setting: str
    send: Callable[[Array], tuple[float, Array]]
    threshold: float
    kilobytes: float


Rows = list[dict[str, Any]]
Family = Callable[[Data], Iterator[Coded]]


def rows_of(name: str, family: Family, data: Data) -> Rows:
    """The rows of a family: those of its settings that are worth their bits on validation, judged on test."""
    made, places = [], []
    for coded in family(data):
        bits, laid = coded.send(data.chosen_on)
        made.append(coded)
        places.append((bits / beats(data.chosen_on), loss_of(data.chosen_on, laid, data.weights)))
    rows = []
    for number in worth(places):
        coded = made[number]
        bits, laid = coded.send(data.judged)
        figures = figures_of(data.judged, laid, coded.threshold).rounded()
        rows.append(
            {
                "code": name,
                "setting": coded.setting,
                "bits": round(bits / beats(data.judged), 2),
                **{key: figures[key] for key in ("f1", "velocity_mae", "offset_mae")},
                "kilobytes": round(coded.kilobytes),
            }
        )
    return sorted(rows, key=lambda row: float(row["bits"]))


def worth(places: list[tuple[float, float]]) -> list[int]:
    """Which of `(bits, loss)` lie on the lower convex hull, from few bits to many."""
    order = sorted(range(len(places)), key=lambda number: places[number])
    hull: list[int] = []
    for number in order:
        bits, loss = places[number]
        if hull and loss >= places[hull[-1]][1]:
            continue
        while len(hull) > 1:
            (b0, l0), (b1, l1) = places[hull[-2]], places[hull[-1]]
            if (l1 - l0) * (bits - b0) < (loss - l0) * (b1 - b0):
                break
            hull.pop()
        hull.append(number)
    return hull


def families(coder: Coder, runs: Path, seed: int) -> dict[str, Family]:
    """Every way of coding, by name."""
    spec = coder.card["spec"]["pursuit"]
    weights = spec["velocity_weight"], spec["offset_weight"], spec["ridge"]
    atoms = coder.atoms
    assert atoms is not None
    patches = np.ascontiguousarray(atoms.transpose(0, 1, 3, 2).reshape(*atoms.shape[:2], -1))
    ours, threshold = Thrift(patches, *weights), coder.spec.threshold

    def of_snippets(data: Data) -> Iterator[Coded]:
        snippets = snippets_of(data.training, patches.shape[0], patches.shape[1], seed)
        yield from thrifty(Thrift(snippets, *weights), data, _FEW_PRICES, threshold)

    def with_touch(data: Data) -> Iterator[Coded]:
        for base in thrifty(ours, data, (0.2, 0.1, 0.05), threshold):
            yield from refined(base, data)

    found: dict[str, Family] = {
        "ours, as the app reads": lambda data: read_by_app(coder, data),
        "ours, bits counted": lambda data: thrifty(ours, data, _PRICES, threshold),
        "ours, bits counted, and the touch of each hit": with_touch,
        "snippets, bits counted": of_snippets,
        "source": lambda data: source(runs, data),
        "one table": lambda data: tabled(data, (128, 512, 2048, 4096), (1,), False, seed),
        "two tables": lambda data: tabled(data, (32, 128, 512, 2048), (1,), True, seed),
        "two tables, touches by k-means": lambda data: tabled(data, (128, 512, 2048), (4, 16, 64), True, seed),
        "two tables, and the touch of each hit": lambda data: tables_refined(data, seed),
        "PCA": components,
    }
    return found


def thrifty(pursuit: Thrift, data: Data, prices: tuple[float, ...], threshold: float) -> Iterator[Coded]:
    """Rate-regularised pursuit at each price of a bit, from dear to cheap, at the step of strength that costs least on
    validation; each is told the costs that the one before had."""
    count, width, channels = pursuit.patches.shape
    some, known = _spread(data.counted, _SOME), dict.fromkeys(_STEPS, Prices.even(count))
    for price in prices:
        costs = {}
        for step in _STEPS:
            few = pursuit.pursue(some, known[step], price, step)
            others = pursuit.pursue(data.chosen_on, known[step], price, step)
            guess = SparseCoder(count, STEPS_PER_BEAT, few, others)
            bits = sum(guess.bits(others).values()) / beats(data.chosen_on)
            costs[step] = loss_of(data.chosen_on, others.laid(pursuit.patches, step), data.weights) + price * bits
            known[step] = Prices.of(guess, others)
        step = min(costs, key=lambda one: costs[one])
        train = pursuit.pursue(data.counted, known[step], price, step)
        others = pursuit.pursue(data.chosen_on, known[step], price, step)
        coder = SparseCoder(count, STEPS_PER_BEAT, train, others)
        told = known[step] = Prices.of(coder, others)

        def send(
            windows: Array, told: Prices = told, price: float = price, step: float = step, coder: SparseCoder = coder
        ) -> tuple[float, Array]:
            codes = pursuit.pursue(windows, told, price, step)
            return sum(coder.bits(codes).values()), codes.laid(pursuit.patches, step)

        size = (count * width * channels + coder.parameters) / 512
        yield Coded(f"a bit for {price:g}, strength in {step:g}", send, threshold, size)


def read_by_app(coder: Coder, data: Data) -> Iterator[Coded]:
    """What the app reads at each budget, strengths quantised, hits from a half on as the app decodes."""
    spec = coder.spec
    assert coder.atoms is not None
    for budget in _BUDGETS:

        def read(windows: Array, budget: int = budget) -> list[Array]:
            return [coder.encode(Grid(_values(window)), budget) for window in windows]

        def lay(codes: Codes, step: float) -> Array:
            return np.stack(
                [_flat(coder.decode(code * np.float32(step), codes.width)) for code in _dense(codes, spec.atoms)]
            )

        yield quantised(f"{budget} a beat", read, lay, data, spec.atoms, STEPS_PER_BEAT, _HALF, coder.atoms.size / 512)


def source(runs: Path, data: Data) -> Iterator[Coded]:
    """The source's recipe, where its runs are finished: the strongest of each beat, strengths quantised."""
    for folder in (runs / f"drums-{name}" for name in ("seed", "seed-2", "seed-1")):
        if not finished(folder):
            continue
        model, known = load_run(folder)
        config = known["config"]
        assert isinstance(model, Dictionary)
        assert isinstance(config, ConvConfig)
        budget = max(config.actives)

        def read(windows: Array, model: Dictionary = model, budget: int = budget) -> list[Array]:
            with torch.no_grad():
                grids = torch.from_numpy(np.ascontiguousarray(windows.transpose(0, 2, 1)))
                return list(model.sparse(grids, budget).numpy())

        def lay(codes: Codes, step: float, model: Dictionary = model, config: ConvConfig = config) -> Array:
            dense = torch.from_numpy(_dense(codes, config.atoms) * np.float32(step))
            with torch.no_grad():
                return np.asarray(model.decoder(dense).numpy().transpose(0, 2, 1))

        size = config.atoms * config.width * 3 * VOICES / 512
        yield quantised(f"{budget} a beat", read, lay, data, config.atoms, config.positions_per_beat, _HALF, size)


def quantised(
    setting: str,
    read: Callable[[Array], list[Array]],
    lay: Callable[[Codes, float], Array],
    data: Data,
    atoms: int,
    per_beat: int,
    threshold: float,
    kilobytes: float,
) -> Coded:
    """Dense codes with strengths in whole steps: the coarsest that cost less than a tenth of the loss."""
    counted, others = read(data.counted), read(data.chosen_on)
    finest = loss_of(data.chosen_on, lay(_codes(others, _FINE[-1] / 2, per_beat), _FINE[-1] / 2), data.weights)
    step = next(
        (
            step
            for step in _FINE
            if loss_of(data.chosen_on, lay(_codes(others, step, per_beat), step), data.weights) < _COARSER * finest
        ),
        _FINE[-1],
    )
    coder = SparseCoder(atoms, per_beat, _codes(counted, step, per_beat), _codes(others, step, per_beat))

    def send(windows: Array) -> tuple[float, Array]:
        codes = _codes(read(windows), step, per_beat)
        return sum(coder.bits(codes).values()), lay(codes, step)

    return Coded(f"{setting}, strength in {step:g}", send, threshold, kilobytes + coder.parameters / 512)


def tabled(
    data: Data,
    sizes: tuple[int, ...],
    touches: tuple[int, ...],
    both: bool,
    seed: int,
    prices: tuple[float, ...] = (0.0, 0.1),
) -> Iterator[Coded]:
    """The commonest beats, in one table or in one of drums and one of cymbals."""
    every = beats_of(data.training)
    every = every.reshape(-1, *every.shape[2:])
    lanes = (SKINS, CYMBALS) if both else (tuple(range(VOICES)),)
    for size, touch in product(sizes, touches):
        tables = [Table.common(every, size, touch, voices, data.weights, seed) for voices in lanes]
        entries = sum(len(table.entries) for table in tables)
        for price in prices:
            coder = TableCoder(tables, _spread(data.training, _INDICES), data.chosen_on, price)

            def send(windows: Array, coder: TableCoder = coder) -> tuple[float, Array]:
                indices = coder.read(windows)
                return coder.bits(indices), coder.laid(indices)

            words = (
                f"{size} patterns" + (f", {touch} touches" if touch > 1 else "") + (", bits counted" if price else "")
            )
            yield Coded(words, send, _HALF, (entries * STEPS_PER_BEAT * 3 * VOICES + coder.parameters) / 512)


def tables_refined(data: Data, seed: int) -> Iterator[Coded]:
    """Two tables, and then the touch of each hit."""
    for base in tabled(data, (512, 2048), (1,), True, seed):
        yield from refined(base, data)


def refined(base: Coded, data: Data) -> Iterator[Coded]:
    """A code, and then the touch of each hit at several steps."""
    counted = base.send(data.counted)[1]
    for step in _TOUCH_STEPS:
        coder = TouchCoder(data.counted, counted, step, data.weights, base.threshold)

        def send(windows: Array, coder: TouchCoder = coder) -> tuple[float, Array]:
            bits, laid = base.send(windows)
            more, touched = coder.send(windows, laid)
            return bits + more, touched

        yield Coded(f"{base.setting}; touch in {step:g}", send, base.threshold, base.kilobytes + 2)


def components(data: Data) -> Iterator[Coded]:
    """Principal components of whole windows in the measure of the loss, all rounded to whole steps."""
    scale = np.tile(np.sqrt(data.weights), data.counted.shape[1])
    rows = data.training.reshape(len(data.training), -1) * scale
    middle = rows.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(rows - middle, rowvar=False))
    axes = vectors[:, ::-1][:, : int((values > 1e-6).sum())].astype(np.float32)
    for step in (4.0, 2.8, 2.0, 1.4, 1.0, 0.7, 0.5, 0.35):

        def stream(windows: Array, step: float = step) -> tuple[Stream, Array]:
            numbers = (
                np.rint((windows.reshape(len(windows), -1) * scale - middle) @ axes / step)
                .astype(np.intp)
                .clip(-20, 20)
            )
            owners, places = np.indices(numbers.shape)
            return Stream(owners.ravel(), places.ravel(), (numbers + 20).ravel()), numbers

        model = SymbolModel(41, axes.shape[1]).count(stream(data.counted)[0])

        def send(
            windows: Array, step: float = step, model: SymbolModel = model, stream: Any = stream
        ) -> tuple[float, Array]:
            symbols, numbers = stream(windows)
            laid = (numbers * step) @ axes.T + middle
            return float(model.bits(symbols).sum()), (laid / scale).reshape(windows.shape).astype(np.float32)

        yield Coded(f"steps of {step:g}", send, _HALF, (axes.size + model.parameters) / 512)


def snippets_of(windows: Array, count: int, width: int, seed: int) -> Array:
    """Stretches of the music `(count, width, 27)` that begin with a hit, none longer than 1."""
    chance = np.random.default_rng(seed)
    padded = np.pad(windows, ((0, 0), (0, width - 1), (0, 0)))
    starts = np.argwhere((windows[..., :VOICES] > 0).any(axis=2))
    chosen = starts[chance.choice(len(starts), count, replace=False)]
    made = padded[chosen[:, :1], chosen[:, 1:] + np.arange(width)]
    return np.asarray(made / np.maximum(1.0, np.sqrt((made**2).sum(axis=(1, 2), keepdims=True))), np.float32)


def loss_of(played: Array, laid: Array, weights: Array) -> float:
    """What is wrong in a beat on average, in the loss of the dictionary: hits want at least 1 and rests 0."""
    hits = played[..., :VOICES] > 0
    apart = laid - played
    apart[..., :VOICES][hits] = np.minimum(apart[..., :VOICES][hits], 0)
    mask = np.concatenate([np.ones_like(hits), hits, hits], axis=2) * weights
    return float((mask * apart**2).sum(dtype=np.float64) / beats(played))


def figures_of(played: Array, laid: Array, threshold: float) -> Figures:
    """Hits and touch, within the ranges that they have."""
    cut = laid.copy()
    cut[..., VOICES : 2 * VOICES] = cut[..., VOICES : 2 * VOICES].clip(0, 1)
    cut[..., 2 * VOICES :] = cut[..., 2 * VOICES :].clip(-0.5, 0.5)
    return measure(played.transpose(0, 2, 1), cut.transpose(0, 2, 1), threshold)


def beats(windows: Array) -> float:
    """How many beats there are in windows."""
    return float(len(windows) * windows.shape[1] / STEPS_PER_BEAT)


def _spread(windows: Array, count: int) -> Array:
    """At most about so many of the windows, evenly."""
    return windows[:: max(1, len(windows) // count)]


def _values(window: Array) -> Array:
    return window.reshape(len(window), 3, VOICES).transpose(0, 2, 1)


def _flat(values: Array) -> Array:
    return values.transpose(0, 2, 1).reshape(len(values), -1)


def _codes(dense: list[Array], step: float, per_beat: int) -> Codes:
    """Dense codes `(atoms, places)` as picks with whole levels."""
    picks: list[tuple[Indices, Indices, Indices]] = []
    for code in dense:
        atoms, places = np.nonzero(code)
        picks.append((atoms, places, np.rint(code[atoms, places] / step).astype(np.intp)))
    return Codes.of(picks, dense[0].shape[1], per_beat)


def _dense(codes: Codes, atoms: int) -> Array:
    """Levels `(windows, atoms, places)`."""
    out = np.zeros((codes.count, atoms, codes.width), np.float32)
    out[codes.windows, codes.atoms, codes.places] = codes.levels
    return out
