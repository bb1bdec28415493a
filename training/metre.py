"""`python -m training metre`: train the network that knows grooves, measure it on the test split, and export it.

It is asked for tempo and place of the bar at moments of the Groove MIDI Dataset's training split, each as somebody
would have heard it who hears drums badly. The loss is the cross-entropy of tempo and place together, and once more of
tempo and place within the beat (all there is in other meters than 4/4); tempi that are no relatives of the true one are
drawn by chance and stand for the others (sampled softmax, Bengio and Senecal 2003). What is kept is the running average
of the weights.
"""

import argparse
import datetime
import json
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from livemusic.dsp.metre import ROWS, SHAPE, WEIGHED, fold
from livemusic.dsp.pulse import BEATS, PHASES
from livemusic.errors import MediaError
from training.card import write_json
from training.checkpoint import keep_epoch, restore_epoch
from training.data import groove
from training.data.counted import Counted, Questions, bars_at, questions, read_counted, sketch
from training.export import OPSET, Port, write_golden, write_graph
from training.models.metre import GrooveReader
from training.progress import progress

CHECKPOINT, LOG = "last.pt", "log.jsonl"
_BATCH, _EPOCH = 96, 50
_RATE, _DECAY, _WARM_UP, _AVERAGED = 6e-3, 1e-3, 0.03, 0.99
#: How far the answer may be from the truth and still be worth something: steps of tempo, places of the bar.
_BLUR = 0.9
_PER_BEAT = PHASES // BEATS
#: What counts as right: log tempo, beats.
_RIGHT_TEMPO, _RIGHT_PHASE = 0.08, 0.12
_MEASURED, _SPANS = 600, ((0.0, 2.0), (2.0, 3.0), (3.0, 6.0), (6.0, 16.0))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `python -m training metre`."""
    parser.add_argument("--data", type=Path, help="the Groove MIDI folder; downloaded when not given")
    parser.add_argument("--epochs", type=int, default=12, help="of 50 batches (default %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="seed of all chance (default %(default)s)")
    parser.add_argument("--out", type=Path, default=Path("models/metre-1"), help="model folder (default %(default)s)")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where runs are kept (default %(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="cores to use (default %(default)s)")
    parser.add_argument("--resume", action="store_true", help="go on from the run's last epoch")


def run(args: argparse.Namespace) -> int:
    """Train, measure, export; prints where things are."""
    if args.epochs < 1:
        raise MediaError(f"--epochs {args.epochs} must be 1 or more")
    folder = args.data or groove.download()
    torch.set_num_threads(args.threads)
    model = fit(read_counted(folder, "train"), args.epochs, args.seed, args.runs / "metre", args.resume)
    figures = {split: measure(model, read_counted(folder, split)) for split in ("validation", "test")}
    export_metre(model, args.out, args.seed, f"python -m training metre --epochs {args.epochs}", figures)
    print(f"{args.out}: exported; now GROOVE=... `livemusic bench tempo` measures the beats told with it")
    return 0


def fit(takes: list[Counted], epochs: int, seed: int, run: Path, resume: bool = False) -> GrooveReader:
    """Train a reader, with a checkpoint and one JSON line per epoch in `run`. `MediaError` if it cannot resume."""
    torch.manual_seed(seed)
    model = GrooveReader()
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(_AVERAGED))  # type: ignore[no-untyped-call]
    optimiser = torch.optim.AdamW(model.parameters(), lr=_RATE, weight_decay=_DECAY)
    kept = {"model": model, "average": average, "optimiser": optimiser}
    run.mkdir(parents=True, exist_ok=True)
    first = restore_epoch(run / CHECKPOINT, kept, seed, epochs) if resume else 0
    for epoch in progress(range(first, epochs), "metre", "epoch", epochs, first):
        began, total = time.perf_counter(), 0.0
        random = np.random.default_rng([seed, epoch])
        for number in range(_EPOCH):
            for group in optimiser.param_groups:
                group["lr"] = rate_at((epoch + number / _EPOCH) / epochs)
            loss = loss_of(model, questions(takes, _BATCH, random))
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            average.update_parameters(model)
            total += float(loss.detach())
        keep_epoch(run / CHECKPOINT, kept, seed, epochs, epoch + 1)
        line = {"epoch": epoch + 1, "loss": round(total / _EPOCH, 4), "seconds": round(time.perf_counter() - began, 2)}
        with (run / LOG).open("a" if epoch else "w", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
    averaged = average.module.eval()
    assert isinstance(averaged, GrooveReader)
    return averaged


def rate_at(done: float) -> float:
    """The learning rate when the share `done` of all updates is behind: warm-up, then a cosine."""
    return _RATE * min(1.0, 0.02 + done / _WARM_UP) * (0.51 + 0.49 * math.cos(math.pi * done))


def loss_of(model: GrooveReader, asked: Questions) -> Tensor:
    """The mean cross-entropy of what was asked."""
    bars = torch.from_numpy(asked.bars)
    logits = model(bars.flatten(0, 1)).unflatten(0, bars.shape[:2]) + torch.from_numpy(asked.stands)[..., None]
    likely = torch.log_softmax(logits.flatten(1), 1).view_as(logits)
    tempo, place = (torch.from_numpy(wanted) for wanted in answers(asked))
    both = -(tempo[:, :, None] * place[:, None] * likely).sum((1, 2))
    within = torch.logsumexp(likely.view(*likely.shape[:2], BEATS, _PER_BEAT), 2)
    beat = -(tempo[:, :, None] * place.view(-1, BEATS, _PER_BEAT).sum(1)[:, None] * within).sum((1, 2))
    return torch.where(torch.from_numpy(asked.four), (both + beat) / 2, beat).mean()


def answers(asked: Questions) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """The share of each tempo asked about, `(n, 24)`, and of each place, `(n, 64)`: a little is left to neighbours."""
    steps = np.log(asked.bpm[:, None] / WEIGHED[asked.tempi]) / np.log(WEIGHED[1] / WEIGHED[0])
    places = (asked.beat[:, None] * _PER_BEAT - np.arange(PHASES) + PHASES / 2) % PHASES - PHASES / 2
    shares = [np.exp(-0.5 * (away / _BLUR) ** 2) for away in (steps, places)]
    tempo, place = (share / share.sum(axis=1, keepdims=True) for share in shares)
    return tempo.astype(np.float32), place.astype(np.float32)


@torch.no_grad()
def measure(model: GrooveReader, takes: list[Counted], seed: int = 5) -> dict[str, float]:
    """How often the likeliest tempo and phase are right, by how many seconds were heard: moments as in training."""
    model.eval()
    random, right = np.random.default_rng(seed), {span: list[bool]() for span in _SPANS}
    for number in range(_MEASURED):
        heard = sketch(takes[number % len(takes)], random)
        now = random.uniform(0.8, 16.0) * random.choice([1.0, 0.4])
        logits = model(torch.from_numpy(bars_at(heard, now))).numpy().astype(np.float64)
        likely = np.exp(logits - logits.max()).reshape(WEIGHED.size, BEATS, _PER_BEAT).sum(1)
        tempo, place = divmod(int(likely.argmax()), _PER_BEAT)
        at = min(max(int(np.searchsorted(heard.grid, now)) - 1, 0), len(heard.grid) - 1)
        beat = heard.beat[at] + (now - heard.grid[at]) * heard.pace[at] / 60
        close = abs(math.log(WEIGHED[tempo] / heard.pace[at])) < _RIGHT_TEMPO
        close &= abs((place / _PER_BEAT - beat + 0.5) % 1 - 0.5) < _RIGHT_PHASE
        right[next(span for span in _SPANS if now < span[1])].append(bool(close))
    return {f"{low:g} to {high:g} s": round(float(np.mean(some)), 3) for (low, high), some in right.items()}


@torch.no_grad()
def export_metre(
    model: GrooveReader, folder: Path, seed: int, command: str, figures: dict[str, dict[str, float]]
) -> dict[str, Any]:
    """Write the model folder and return its contract."""
    model.eval()
    chance = np.random.default_rng(4)
    ages, strengths = chance.uniform(0, 12, 60), chance.uniform(0.35, 1, 60)
    bars = fold(ages, chance.integers(0, len(ROWS), 60), strengths, WEIGHED[::5])
    ports = Port("bars", ("batch", "", "")), Port("logits", ("batch", ""))
    graphs = {"metre": write_graph(model, torch.from_numpy(bars), folder / "metre.onnx", *ports)}
    write_golden(folder / "golden.npz", metre_in=bars, metre_out=model(torch.from_numpy(bars)).numpy())
    contract = {
        "format": 1,
        "id": folder.name,
        "kind": "metre",
        "version": "1.1.0",
        "title": "Metre",
        "description": "Knows grooves: how likely each tempo and each place of the bar is, by the drum hits heard.",
        "opset": OPSET,
        "graphs": graphs,
        "golden": "golden.npz",
        "spec": {"rows": SHAPE[0], "places": SHAPE[1]},
        "data": [groove.CREDIT],
        "licence": "GPL-3.0-or-later",
        "metrics": figures,
        "trained": {
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "seed": seed,
            "command": command,
            "machine": "2 CPU cores",
        },
    }
    write_json(folder / "model.json", contract)
    (folder / "CARD.md").write_text(card_text(contract), encoding="utf-8")
    return contract


def card_text(contract: dict[str, Any]) -> str:
    """`CARD.md` from the contract: what it is, how it was trained, what was measured, where it stops."""
    trained, credit, metrics = contract["trained"], contract["data"][0], contract["metrics"]
    spans = list(next(iter(metrics.values())))
    rows = "\n".join(
        f"| {split} | {' | '.join(f'{row[span]:.2f}' for span in spans)} |" for split, row in metrics.items()
    )
    return f"""\
# {contract["title"]}: `{contract["id"]}` {contract["version"]}

{contract["description"]}

Hits are laid into the bar of four beats that each of 80 tempi has, counted back from the present
(`livemusic.dsp.metre`): six drums, two memories of 1.5 and 5 seconds. The network compares that with sixteen figures of
grooves at every place of the bar; what it finds is mixed by one hidden layer. It is the same for every tempo and place,
but for what is usual.

- `metre.onnx`: bars `(batch, 13, 64)`, each at a tempo of its own, which its last row says in octaves from 105 bpm, to
  logits `(batch, 64)`: place n of the bar, 16 a beat, is now.

## Data

- {credit["name"]}, {credit["licence"]}: {credit["credit"]}.

Every groove (no fills) of the training split, in any meter. The weights are licensed {contract["licence"]}.

## Training

`{trained["command"]}` ({trained["date"]}, seed {trained["seed"]}, {trained["machine"]}). Each moment is heard badly:
hits missed (up to a quarter), mistaken and made up, moved by 10 ms, a drum or all but one left out; half the takes
change tempo, at once or by and by, others as people do; some stop, a few have no beat. No sound is involved, so no kit
is learned.

## Figures

Moments made that way, of which the likeliest tempo and phase are right (within 8 % and 0.12 beats), by seconds heard.
The beats that are told with it are measured by `livemusic bench tempo`.

| split | {" | ".join(spans)} |
|{"---|" * (len(spans) + 1)}
{rows}

## Limits

- Drummers are ten, most bars have four beats, and a beat is what those players counted.
- A beat that is played by one drum alone can be counted at several tempi; then it says what is usual.
- It knows what was heard in the last 14 seconds and nothing of the song.
"""
