"""The piano dictionary's report: the exported graphs and every finished run, on the test split of GiantMIDI-Piano."""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from livemusic.errors import MediaError
from livemusic.music.chord import NONE, SPAN, chords
from livemusic.music.pattern import Pattern
from livemusic.music.roll import LOUDNESS, STEP, lengths, notes_of
from livemusic.sketch.composers import ComposerMap
from training.card import write_json
from training.config import PIANO, FigureConfig
from training.data import giant
from training.data.giant import Piece
from training.evaluate import composers, crossings
from training.evaluate.drums_pictures import draw_losses
from training.evaluate.graphs import PianoCoder
from training.evaluate.piano import Model, measure, rebuild_and_measure
from training.evaluate.piano_card import piano_table, write_card
from training.evaluate.piano_pictures import draw_composers, draw_figures, draw_frontier
from training.export_piano import COMPOSERS
from training.models.figures import FigureDictionary
from training.progress import progress
from training.train import LOG, load_run

ACTIVES = (1, 2, 4)
THRESHOLDS = (0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)
_PAIRS, _MINUTE = 8, 60 * 16

Array = npt.NDArray[np.float32]
Rows = dict[str, dict[str, dict[str, float]]]


def report(args: argparse.Namespace) -> int:
    """Print the table; write figures and card into the model's folder and pictures where `--pictures` says.

    A row is measured where its run is finished; otherwise the row of the card is kept and said to be so.
    """
    if args.data is None:
        raise MediaError("say with --data where GiantMIDI-Piano's files are")
    coder = PianoCoder(args.model)
    contract = coder.card
    pieces = giant.load(args.data)
    test, validation = (giant.windows_of(pieces, split) for split in ("test", "validation"))
    rows: Rows = dict(contract["metrics"].get("test", {}))
    measured = measure_runs(args.runs, test, validation[::4])
    ours, wins = measure_coder(args.runs / "piano-ours", coder, test)
    rows |= {name: {**rows.get(name, {}), **row} for name, row in measured.items()} | {"ours": ours}
    stale = sorted(set(rows) - set(measured) - {"ours"})
    rows = {name: rows[name] for name in PIANO if name in rows}
    active = [coder.activity(piece.roll) for piece in progress(pieces, "composers", "piece", len(pieces))]
    asked = [piece.composer for piece in pieces if composers.asked(pieces, piece)]
    contract["metrics"] = {
        "test": rows,
        "test_windows": len(test),
        "trivial": trivial(giant.windows_of(pieces, "train"), test),
        "atoms_used": int((wins > 0).sum()),
        "longest_atom": round(float(np.sqrt((coder.patches**2).sum(axis=(1, 2, 3))).max()), 4),
        "composers": {
            "pieces": len(asked),
            "names": len(set(asked)),
            "figures": round(composers.accuracy(np.stack(active), pieces), 4),
            "keys": round(composers.accuracy(np.stack([*map(composers.keys_struck, pieces)]), pieces), 4),
            "chance": round(composers.chance_level(pieces), 4),
        },
        "way": crossings.measure(coder, pairs_of(pieces)),
        "way_pairs": len(pairs_of(pieces)),
    }
    write_json(args.model / "model.json", contract)
    write_card(args.model, contract)
    pictures = args.pictures / "piano"
    pictures.mkdir(parents=True, exist_ok=True)
    draw_figures(coder.patches, wins, pictures / "figures.png")
    with np.load(args.model / COMPOSERS) as stored:
        draw_composers(ComposerMap.from_arrays(stored), pictures / "composers.png")
    draw_frontier(rows, pictures / "frontier.png")
    draw_losses(args.runs, "piano", list(PIANO), pictures / "losses.png")
    print(json.dumps(contract["metrics"], indent=2) + "\n" if args.json else piano_table(rows), end="")
    if stale:
        print(f"{', '.join(stale)}: no finished run in {args.runs}, figures from the card", file=sys.stderr)
    return 0


def measure_coder(
    run: Path, coder: PianoCoder, rolls: Array
) -> tuple[dict[str, dict[str, float]], npt.NDArray[np.int64]]:
    """The figures of the exported graphs at every budget, and how often each atom wins at the most; chords by the head
    only where its run is there."""
    try:
        head = load_run(run)[0]
    except MediaError:
        head = None
    rows, wins = {}, np.zeros(len(coder.patches), np.int64)
    for active in ACTIVES:
        budget = -(-active * rolls.shape[1] // SPAN)
        found = [coder.encode(roll, budget) for roll in progress(rolls, f"at {active}", "window", len(rolls))]
        rebuilt = np.stack([coder.decode(picks, rolls.shape[1]) for picks in found])
        named = head.name(torch.from_numpy(rebuilt)).numpy() if isinstance(head, FigureDictionary) else None
        rows[str(active)] = measure(rolls, rebuilt, coder.spec["threshold"], named).rounded()
        wins = np.bincount(np.concatenate([picks.atoms for picks in found]), minlength=len(wins))
    return rows, wins


def measure_runs(runs: Path, rolls: Array, validation: Array) -> Rows:
    """The figures of the other finished runs, by recipe and by coefficients per half second, each at the threshold that
    is best for it on validation rolls."""
    rows: Rows = {}
    for recipe, config in PIANO.items():
        for name in (f"piano-{recipe}", *(f"piano-{recipe}-{active}" for active in ACTIVES)):
            if name == "piano-ours" or not _finished(runs / name):
                continue
            model, known = load_run(runs / name)
            actives = ACTIVES if isinstance(config, FigureConfig) else known["config"].actives
            for active in actives:
                row = rebuild_and_measure(at_best(model, validation, active), rolls, active)  # type: ignore[arg-type]
                rows.setdefault(recipe, {})[str(active)] = row.rounded()
    return rows


def at_best(model: Model, rolls: Array, active: int) -> Model:
    """The model with the threshold of the best note F1 on rolls; figures keep their recipe's own."""
    if isinstance(model, FigureDictionary):
        return model
    scores = {}
    for threshold in THRESHOLDS:
        model.config = replace(model.config, threshold=threshold)
        scores[threshold] = rebuild_and_measure(model, rolls, active).f1
    model.config = replace(model.config, threshold=max(scores, key=lambda key: scores[key]))
    return model


def trivial(train: Array, test: Array) -> dict[str, float]:
    """What saying the same everywhere gets: the mean velocity, the median length and the most frequent chord."""
    had, asked = (windows[windows[..., LOUDNESS] > 0] for windows in (train, test))
    labels, known = chords(test), chords(train)
    common = np.bincount(known[known != NONE]).argmax()
    octaves = np.abs(np.log2(lengths(asked) / np.median(lengths(had))))
    return {
        "velocity_mae": round(float(2 * np.abs(asked[:, LOUDNESS] - had[:, LOUDNESS].mean()).mean()), 4),
        "length_mae": round(float(octaves.mean()), 4),
        "chords": round(float((labels == common)[labels != NONE].mean()), 4),
    }


def pairs_of(pieces: list[Piece]) -> list[tuple[Pattern, Pattern]]:
    """Pairs of test pieces of different composers, the first minute of each."""
    test = [piece for piece in pieces if piece.split == "test" and len(piece.roll) >= _MINUTE]
    chance = np.random.default_rng(0)
    pairs = [(a, b) for a in test for b in test if a.composer < b.composer]
    chosen = [pairs[index] for index in chance.permutation(len(pairs))[:_PAIRS]]
    return [(_minute(a), _minute(b)) for a, b in chosen]


def _minute(piece: Piece) -> Pattern:
    return Pattern(notes_of(piece.roll[:_MINUTE]), _MINUTE * STEP, piece.name)


def _finished(run: Path) -> bool:
    """Whether a run's log ends with the figures of its last epoch."""
    try:
        last = json.loads((run / LOG).read_text(encoding="utf-8").splitlines()[-1])
        _, known = load_run(run)
    except (OSError, ValueError, IndexError, MediaError):
        return False
    return bool(last.get("epoch") == known["config"].epochs or known["config"].kind == "roll-factor")
