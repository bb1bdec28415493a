"""The drum dictionary's report: the exported graphs, and the baseline runs, measured on the Groove test split."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from livemusic.errors import ModelError
from livemusic.latent.morph import winners
from training.card import drums_table, write_card, write_json
from training.data import groove
from training.evaluate.drums import Figures, measure
from training.train import CHECKPOINT, channels_of, load_run, rebuild_and_measure

ACTIVES = (1, 2, 4)
_BATCH = 256

Array = npt.NDArray[np.float32]


def report(args: argparse.Namespace) -> int:
    """Print the table, and write the figures into the model's contract and card.

    The baseline's rows are measured where its runs are finished (`runs/drums-seed`, `-2`, `-1`); otherwise the rows
    of the card are kept and said to be so.
    """
    contract = _contract(args.model)
    data = groove.load(args.data or groove.download())
    test = channels_of(data.windows["test"])
    ours = {str(active): figures.rounded() for active, figures in measure_model(args.model, contract, test).items()}
    kept = contract["metrics"].get("test", {}).get("seed", {})
    measured = measure_baselines(args.runs, test)
    seed = {**kept, **{str(active): figures.rounded() for active, figures in measured.items()}}
    seed = dict(sorted(seed.items()))
    contract["metrics"] = {"test": {"seed": seed, "ours": ours}}
    write_json(args.model / "model.json", contract)
    write_card(args.model, contract)
    print(json.dumps(contract["metrics"], indent=2) if args.json else drums_table(contract["metrics"]["test"]), end="")
    stale = [active for active in ACTIVES if active not in measured]
    if stale:
        said = ", ".join(map(str, stale))
        print(f"seed at {said} per beat: no finished run in {args.runs}, figures from the card", file=sys.stderr)
    return 0


def measure_model(folder: Path, contract: dict[str, Any], grids: Array) -> dict[int, Figures]:
    """The exported graphs' figures on grids `(n, 27, steps)`, for 1, 2 and 4 coefficients per beat."""
    spec = contract["spec"]
    positions_per_beat = spec["steps_per_beat"] // spec["stride"]
    encoder, decoder = (_session(folder / contract["graphs"][name]["file"]) for name in ("encoder", "decoder"))
    rebuilt: dict[int, list[Array]] = {active: [] for active in ACTIVES}
    for start in range(0, len(grids), _BATCH):
        code = encoder.run(None, {"grid": grids[start : start + _BATCH]})[0]
        for active, parts in rebuilt.items():
            sparse = np.stack([winners(one, active, positions_per_beat) for one in code])
            parts.append(decoder.run(None, {"code": sparse})[0])
    return {active: measure(grids, np.concatenate(parts), spec["threshold"]) for active, parts in rebuilt.items()}


def measure_baselines(runs: Path, grids: Array) -> dict[int, Figures]:
    """The figures of the finished `seed` runs, each at the number of coefficients it was trained for."""
    figures = {}
    for name in ("drums-seed", *(f"drums-seed-{active}" for active in ACTIVES)):
        if (runs / name / CHECKPOINT).is_file():
            model, known = load_run(runs / name)
            active = max(known["config"].actives)
            if known["epoch"] == known["config"].epochs:
                figures[active] = rebuild_and_measure(model, grids, active)
    return figures


def _contract(folder: Path) -> dict[str, Any]:
    try:
        contract: dict[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{folder} holds no readable model.json: train first, or check --model") from error
    return contract


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime raises a class for every status
        raise ModelError(f"{path} cannot be loaded ({error}): export the model again") from error
