"""`python -m training drummer`: train the network that completes patterns, and export it.

It learns four things at once: voices for taps, touch for plain hits, played takes without their slips, and
what is missing from a pattern. Loss, where something is asked: cross-entropy of hits, and absolute errors of velocity
and offset of hits. What is kept is the running average of the weights (Polyak and Juditsky 1992).
"""

import argparse
import datetime
import json
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from livemusic.errors import MediaError
from livemusic.sketch.drummer import CHANNELS
from training.card import write_json
from training.checkpoint import keep_epoch, restore_epoch
from training.data import groove
from training.data.questions import batch_of
from training.data.takes import Windows, read_takes, windows_of
from training.evaluate.drummer_card import card_text
from training.export import OPSET, Port, write_golden, write_graph
from training.models.drummer import Drummer
from training.progress import progress

CHECKPOINT, LOG = "last.pt", "log.jsonl"
_BATCH, _BATCHES = 128, 64
_RATE, _DECAY, _WARM_UP = 4e-3, 0.05, 0.05
#: What each loss counts: hits, velocity, offset, spread.
_LOSSES = ("hits", "velocity", "offset", "spread")
_WEIGHTS = torch.tensor([3.0, 1.0, 1.0, 0.05])
_AVERAGED = 0.998


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `python -m training drummer`."""
    parser.add_argument("--data", type=Path, help="the Groove MIDI folder; downloaded when not given")
    parser.add_argument("--epochs", type=int, default=60, help="of 64 batches (default %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="seed of all chance (default %(default)s)")
    parser.add_argument("--out", type=Path, default=Path("models/drummer-1"), help="model folder (default %(default)s)")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where runs are kept (default %(default)s)")
    parser.add_argument("--threads", type=int, default=2, help="cores to use (default %(default)s)")
    parser.add_argument("--resume", action="store_true", help="go on from the run's last epoch")


def run(args: argparse.Namespace) -> int:
    """Train, then export; prints where things are."""
    if args.epochs < 1:
        raise MediaError(f"--epochs {args.epochs} must be 1 or more")
    takes = read_takes(args.data or groove.download())
    torch.set_num_threads(args.threads)
    train = windows_of(takes, "train")
    styles = sorted({str(style) for style in train.styles})
    model = fit(train, styles, args.epochs, args.seed, args.runs / "drummer", args.resume)
    export_drummer(model, styles, args.out, args.seed, f"python -m training drummer --epochs {args.epochs}")
    print(f"{args.out}: exported; now `python -m training evaluate taps` (and touch, denoise) measures it")
    return 0


def fit(train: Windows, styles: list[str], epochs: int, seed: int, run: Path, resume: bool = False) -> Drummer:
    """Train a drummer, with a checkpoint and one JSON line per epoch in `run`. `MediaError` if it cannot resume."""
    torch.manual_seed(seed)
    model = Drummer(CHANNELS + len(styles))
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(_AVERAGED), use_buffers=True)  # type: ignore[no-untyped-call]
    optimiser = torch.optim.AdamW(model.parameters(), lr=_RATE, weight_decay=_DECAY)
    kept = {"model": model, "average": average, "optimiser": optimiser}
    run.mkdir(parents=True, exist_ok=True)
    first = restore_epoch(run / CHECKPOINT, kept, seed, epochs) if resume else 0
    model.train()
    for epoch in progress(range(first, epochs), run.name, "epoch", epochs, first):
        began, total = time.perf_counter(), np.zeros(len(_LOSSES))
        chance = np.random.default_rng([seed, epoch])
        torch.manual_seed(seed * 100_003 + epoch)
        rows = chance.permutation(len(train))
        for number in range(_BATCHES):
            chosen = np.take(rows, np.arange(number * _BATCH, (number + 1) * _BATCH), mode="wrap")
            grids = train.grids[chosen]
            questions, asked = batch_of(grids, train.bpm[chosen], list(train.styles[chosen]), styles, chance)
            for group in optimiser.param_groups:
                group["lr"] = rate_at((epoch + number / _BATCHES) / epochs)
            played = torch.from_numpy(grids.transpose(0, 3, 2, 1).copy())
            losses = losses_of(model, torch.from_numpy(questions), torch.from_numpy(asked), played)
            optimiser.zero_grad()
            torch.autograd.backward(losses @ _WEIGHTS)
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            average.update_parameters(model)
            total += losses.detach().numpy()
        keep_epoch(run / CHECKPOINT, kept, seed, epochs, epoch + 1)
        line = dict(zip(_LOSSES, (total / _BATCHES).round(5).tolist(), strict=True))
        with (run / LOG).open("a" if epoch else "w", encoding="utf-8") as file:
            file.write(
                json.dumps({"epoch": epoch + 1, **line, "seconds": round(time.perf_counter() - began, 2)}) + "\n"
            )
    averaged = average.module.eval()
    assert isinstance(averaged, Drummer)
    return averaged


def rate_at(done: float) -> float:
    """The learning rate when the share `done` of all updates is behind: warm-up, then a cosine."""
    return _RATE * min(1.0, done / _WARM_UP) * (0.5 + 0.5 * math.cos(math.pi * done))


def losses_of(model: Drummer, questions: Tensor, asked: Tensor, played: Tensor) -> Tensor:
    """Cross-entropy of hits; mean absolute errors of velocity and of offset; how badly their spread is known (Laplace).

    All where `asked` `(n, 2, 9, steps)` of `played` `(n, 3, 9, steps)`. The spread does not bend the touch itself.
    """
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hits, touch, spread = model.parts(questions)
    struck = played[:, 0]
    doubt = functional.binary_cross_entropy_with_logits(hits.float(), struck, reduction="none")
    felt = (asked[:, 1] * struck)[:, None]
    apart, spread = (touch.float() - played[:, 1:]).abs() * felt, spread.float()
    strange = (apart.detach() / spread + spread.log()) * felt
    count = felt.sum().clamp(min=1.0)
    of_hits = (doubt * asked[:, 0]).sum() / asked[:, 0].sum().clamp(min=1.0)
    return torch.stack([of_hits, *(apart.sum((0, 2, 3)) / count), strange.sum() / count])


@torch.no_grad()
def export_drummer(model: Drummer, styles: list[str], folder: Path, seed: int, command: str) -> dict[str, Any]:
    """Write a drummer's model folder and return its contract."""
    model.eval()
    generator = torch.Generator().manual_seed(4)
    asked = torch.rand(4, CHANNELS + len(styles), 32, generator=generator).round()
    ports = Port("question", ("batch", "", "steps")), Port("grid", ("batch", "", "steps"))
    graphs = {"drummer": write_graph(model, asked, folder / "drummer.onnx", *ports)}
    write_golden(folder / "golden.npz", drummer_in=asked.numpy(), drummer_out=model(asked).numpy())
    contract = {
        "format": 1,
        "id": folder.name,
        "kind": "drummer",
        "version": "1.1.0",
        "title": "Drummer",
        "description": "Completes what is known of a drum pattern: voices for taps, touch for plain hits, gaps, slips.",
        "opset": OPSET,
        "graphs": graphs,
        "golden": "golden.npz",
        "spec": {"channels": CHANNELS + len(styles), "styles": styles},
        "data": [groove.CREDIT],
        "licence": "GPL-3.0-or-later",
        "metrics": {},
        "trained": {
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "seed": seed,
            "command": command,
            "machine": "2 CPU cores",
        },
    }
    contract["metrics"] = _known_metrics(folder, contract)
    write_json(folder / "model.json", contract)
    (folder / "CARD.md").write_text(card_text(contract), encoding="utf-8")
    return contract


def _known_metrics(folder: Path, contract: dict[str, Any]) -> dict[str, Any]:
    """What was measured of the very same graph."""
    try:
        old = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        same = old["graphs"]["drummer"]["sha256"] == contract["graphs"]["drummer"]["sha256"]
        return dict(old["metrics"]) if same else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
