"""The drum dictionary's report: the exported atoms and every finished baseline, on the Groove test split."""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from livemusic.errors import MediaError, ModelError
from livemusic.music.grid import Grid
from training.card import drums_table, write_card, write_json
from training.config import DRUMS, STEPS_PER_BEAT, ConvConfig, DenseConfig, PursuitConfig
from training.data import groove
from training.evaluate.drums import VOICES, Figures, measure, over_all
from training.evaluate.drums_pictures import draw_atoms, draw_frontier, draw_losses
from training.evaluate.graphs import Coder, patches_of, read_contract
from training.losses.drums import limited
from training.models.pursuit import PursuitDictionary
from training.progress import progress
from training.train import LOG, channels_of, load_run, rebuild_and_measure

#: The budgets of the table, and those of the frontier.
ACTIVES = (1, 2, 4)
FRONTIER = (1, 2, 3, 4, 6)
_FRONTIER_WINDOWS = 500
_AT_ONCE = 64

Array = npt.NDArray[np.float32]
Rows = dict[str, dict[str, dict[str, float]]]


def report(args: argparse.Namespace) -> int:
    """Print the table; write figures and card into the model's folder and pictures where `--pictures` says.

    A baseline's row is measured where its run is finished; otherwise the row of the card is kept and said to be so.
    """
    contract = _contract(args.model)
    data = groove.load(args.data or groove.download())
    test = channels_of(data.windows["test"])
    model = open_atoms(args.model)
    ours, wins = measure_model(model, contract, test, ACTIVES)
    in_cells, played = int((test[:, :VOICES] >= 0.5).sum()), int(data.played["test"].sum())
    rows: Rows = dict(contract["metrics"].get("test", {}))
    measured = measure_runs(args.runs, test)
    stale = sorted(set(rows) - set(measured) - {"ours"})
    for name, figures in measured.items():
        rows[name] = {**rows.get(name, {}), **figures}
    rows["ours"] = {str(active): figures.rounded() for active, figures in ours.items()}
    rows = {name: rows[name] for name in DRUMS if name in rows}
    meters = {
        f"{meter} ({len(windows)} windows)": {
            str(active): figures.rounded()
            for active, figures in measure_model(model, contract, channels_of(windows), ACTIVES)[0].items()
        }
        for meter, windows in groove.other_meters(args.data or groove.download()).items()
    }
    few = test[:: max(1, len(test) // _FRONTIER_WINDOWS)]
    frontier, _ = measure_model(model, contract, few, FRONTIER)
    contract["metrics"] |= {
        "test": rows,
        "all_hits": {
            "played": played,
            "in_cells": in_cells,
            **{str(active): over_all(figures, in_cells, played) for active, figures in ours.items()},
        },
        "atoms_used": int((wins > 0).sum()),
        "longest_atom": round(float(model.atoms.flatten(1).norm(dim=1).max()), 4),
        "frontier": {str(active): figures.rounded() for active, figures in frontier.items()},
        "other_meters": meters,
        "others": contract["metrics"].get("others", {}) | other_sizes(args.runs, few),
        "read_four_ms": reading_times(args.model, model, contract, test),
    }
    write_json(args.model / "model.json", contract)
    write_card(args.model, contract)
    pictures = args.pictures / "drums"
    pictures.mkdir(parents=True, exist_ok=True)
    draw_atoms(model.atoms.transpose(1, 2).numpy(), wins, pictures / "atoms.png")
    draw_frontier(contract["metrics"], pictures / "frontier.png")
    draw_losses(args.runs, "drums", list(DRUMS), pictures / "losses.png")
    print(json.dumps(contract["metrics"], indent=2) if args.json else drums_table(rows), end="")
    if stale:
        print(f"{', '.join(stale)}: no finished run in {args.runs}, figures from the card", file=sys.stderr)
    return 0


def open_atoms(folder: Path) -> PursuitDictionary:
    """The exported atoms, ready to read with. Raises `ModelError` where they cannot be read."""
    ours = DRUMS["ours"]
    assert isinstance(ours, PursuitConfig)
    spec = read_contract(folder, "drums")["spec"]["pursuit"]
    weights = {name: spec[name] for name in ("velocity_weight", "offset_weight", "early_touch", "ridge")}
    atoms = torch.from_numpy(patches_of(folder)).transpose(1, 2)
    config = replace(ours, width=atoms.shape[2], **weights)
    return PursuitDictionary(config).stored(atoms)


@torch.no_grad()
def measure_model(
    model: PursuitDictionary, contract: dict[str, Any], grids: Array, actives: tuple[int, ...]
) -> tuple[dict[int, Figures], npt.NDArray[np.int64]]:
    """The figures of exported atoms on takes `(n, 27, steps)` at so many coefficients per beat, and how often each atom
    won at the most."""
    steps, wins = grids.shape[2], np.zeros(len(model.atoms), np.int64)
    rebuilt = {active: np.empty_like(grids) for active in actives}
    for start in progress(range(0, len(grids), _AT_ONCE), "test", "batch"):
        some = slice(start, start + _AT_ONCE)
        takes = model.quiet(torch.from_numpy(grids[some]))
        for active in actives:
            shares = model.shares(-(-active * steps // STEPS_PER_BEAT), steps)
            picks = model.fit(takes, model.pursue(takes, shares), shares)
            laid = model.lay(picks, takes.shape[2])[:, :steps].transpose(1, 2)
            rebuilt[active][some] = limited(*laid.chunk(3, 1)).numpy()
            if active == max(actives):
                wins += np.bincount(picks.atoms[picks.strengths > 0].numpy(), minlength=len(wins))
    return {active: measure(grids, laid, contract["spec"]["threshold"]) for active, laid in rebuilt.items()}, wins


def measure_runs(runs: Path, grids: Array) -> Rows:
    """The figures of the finished baseline runs, by recipe and by coefficients per beat."""
    rows: Rows = {}
    for recipe, config in DRUMS.items():
        for name in (f"drums-{recipe}", *(f"drums-{recipe}-{active}" for active in ACTIVES)):
            if isinstance(config, PursuitConfig) or not finished(runs / name):
                continue
            model, known = load_run(runs / name)
            actives = ACTIVES if isinstance(config, ConvConfig) and config.lifetime else (max(known["config"].actives),)
            for active in actives:
                size = f"{config.size / 8:g}" if isinstance(config, DenseConfig) and config.size else str(active)
                figures = rebuild_and_measure(model, grids, active)
                rows.setdefault(recipe, {})[size] = figures.rounded()
    return rows


def other_sizes(runs: Path, grids: Array) -> dict[str, Any]:
    """The figures of dictionaries of our recipe with other sizes (`--atoms`, `--width`), where their runs are there."""
    found = {}
    for run in sorted(runs.glob("drums-ours-*")):
        if finished(run):
            model, known = load_run(run)
            config = known["config"]
            figures = {str(active): rebuild_and_measure(model, grids, active).rounded() for active in ACTIVES}
            found[run.name] = {"atoms": config.atoms, "width": config.width, "epochs": config.epochs, **figures}
    return found


def reading_times(folder: Path, model: PursuitDictionary, contract: dict[str, Any], grids: Array) -> dict[str, float]:
    """Milliseconds (medians) to read and lay down four patterns of two bars: as the app does it, and in torch."""
    coder, active = Coder(folder), contract["spec"]["active_per_beat"]
    times: dict[str, list[float]] = {"app": [], "torch": []}
    for start in range(0, 80, 4):
        four = np.take(grids, range(start, start + 4), axis=0, mode="wrap")
        played = [Grid(values) for values in four.reshape(4, 3, VOICES, -1).transpose(0, 3, 2, 1)]
        began = perf_counter()
        for code, grid in zip(coder.encode_each(played), played, strict=True):
            coder.decode(code, grid.steps)
        halfway = perf_counter()
        model.rebuild(torch.from_numpy(four), active)
        times["app"].append(halfway - began)
        times["torch"].append(perf_counter() - halfway)
    return {name: round(1e3 * median(values), 2) for name, values in times.items()}


def finished(run: Path) -> bool:
    """Whether a run is of a recipe we know and has come to its end: the last line of its log judges the model."""
    try:
        last = json.loads((run / LOG).read_text(encoding="utf-8").splitlines()[-1])
        return "validation" in last and load_run(run)[1]["step"] == last["step"]
    except (OSError, ValueError, LookupError, MediaError):
        return False


def _contract(folder: Path) -> dict[str, Any]:
    try:
        contract: dict[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{folder} holds no readable model.json: train first, or check --model") from error
    return contract
