"""`python -m training voice`: train the network that guesses which drum of a kit a single hit is, and export it.

It sees one-shots of whole kits, each as it is and as it could have been: tuned, equalised, damped by chance. It is
judged on kits that it never heard, beside the rules that it replaced and the nearest of all that it learned from.
"""

import argparse
import csv
import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import soundfile
import torch
from torch import Tensor, nn

from livemusic.dsp.matching import RATE
from livemusic.dsp.matching.hit import hit_in
from livemusic.dsp.matching.likely import LOOK, look
from livemusic.errors import MediaError
from livemusic.music.kit import VOICE_COUNT, VOICE_NAMES
from training.card import write_json
from training.data.kits import part_of
from training.evaluate.drum_rules import likely_voice
from training.evaluate.match import VOICE_OF_CLASS
from training.export import OPSET, Port, write_golden, write_graph
from training.progress import progress

Array = npt.NDArray[np.float32]
Floats = npt.NDArray[np.floating]

_HIDDEN, _EPOCHS, _BATCH = 48, 150, 64
_RATE, _DECAY, _SMOOTHING = 3e-3, 3e-2, 0.05
#: So many looks at each hit: as it is, and changed by chance.
_LOOKS = 6
_KIN = (0, 1, 2, 2, 3, 3, 3, 4, 4)


class OneShot(NamedTuple):
    """A hit of a kit: who made it, under which licence, which voice it is, and its sound at `RATE`."""

    kit: str
    author: str
    licence: str
    voice: int
    sound: Floats


class VoiceNet(nn.Module):
    """From looks `(n, 246)` to logits `(n, 9)`; knows what is usual, so looks come as they are."""

    usual: Tensor
    spread: Tensor

    def __init__(self, usual: Tensor, spread: Tensor) -> None:
        super().__init__()
        self.register_buffer("usual", usual)
        self.register_buffer("spread", spread)
        self.layers = nn.Sequential(
            nn.Dropout(0.2), nn.Linear(LOOK, _HIDDEN), nn.ReLU(), nn.Dropout(0.4), nn.Linear(_HIDDEN, VOICE_COUNT)
        )

    def forward(self, looks: Tensor) -> Tensor:
        """Logits `(n, 9)`."""
        logits: Tensor = self.layers((looks - self.usual) / self.spread)
        return logits


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `python -m training voice`."""
    parser.add_argument("--data", type=Path, required=True, help="the folder of one-shots, with oneshots.csv")
    parser.add_argument("--seed", type=int, default=0, help="seed of all chance (default %(default)s)")
    parser.add_argument("--out", type=Path, default=Path("models/voice-1"), help="model folder (default %(default)s)")


def run(args: argparse.Namespace) -> int:
    """Train, measure, export; prints how often it is right."""
    torch.set_num_threads(1)
    learned = one_shots(args.data, "train")
    figures: dict[str, dict[str, float]] = {}
    model, looks = fit(learned, args.seed)
    for part in ("validation", "test"):
        figures[part] = measure(model, one_shots(args.data, part), looks, learned)
        print(part, ", ".join(f"{name} {value:.3g}" for name, value in figures[part].items()))
    export_voice(model, args.out, args.seed, learned, figures)
    print(f"{args.out}: exported")
    return 0


def one_shots(folder: Path, part: str) -> list[OneShot]:
    """The one-shots in `folder` of kits that are for `part`, and of the nine voices. `MediaError`."""
    try:
        with (folder / "oneshots.csv").open(newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["class"] in VOICE_OF_CLASS]
        rows = [row for row in rows if part_of(row["file"].split("/")[0]) == part]
        found = []
        for row in progress(rows, f"{part} one-shots", "file"):
            sound, rate = soundfile.read(folder / row["file"], dtype="float32", always_2d=True)
            hit = hit_in(sound.mean(axis=1), rate).sound
            found.append(
                OneShot(row["file"].split("/")[0], row["author"], row["licence"], VOICE_OF_CLASS[row["class"]], hit)
            )
    except (OSError, KeyError, ValueError, UnicodeDecodeError, csv.Error, soundfile.SoundFileError) as error:
        raise MediaError(
            f"{folder} holds no one-shots ({error}): name the folder with oneshots.csv by --data"
        ) from error
    return found


def changed(sound: Floats, random: np.random.Generator) -> Floats:
    """As another drum of its kind could sound: tuned, through a desk, damped."""
    places = np.arange(0, len(sound) - 1, 2 ** (random.normal(0, 1.5) / 12))
    other = np.interp(places, np.arange(len(sound)), sound)
    size = 1 << int(np.ceil(np.log2(len(other) + 64)))
    octaves = np.log2(np.maximum(np.arange(size // 2 + 1) * RATE / size, 20.0) / 20)
    desk = 10 ** (np.interp(octaves, np.linspace(0, 10, 6), random.normal(0, 3, 6)) / 20)
    other = np.fft.irfft(np.fft.rfft(other, size) * desk, size)[: len(other)]
    if random.random() < 0.4:
        other *= np.exp(-np.arange(len(other)) / RATE / random.uniform(0.1, 0.8))
    return np.asarray(other)


def weights_of(shots: Sequence[OneShot]) -> Array:
    """How much each shot counts, 1 on average: neither large kits nor common drums count by their number."""
    voices, kits = np.array([shot.voice for shot in shots]), np.array([shot.kit for shot in shots])
    weights = np.ones(len(shots))
    for voice in np.unique(voices):
        own = voices == voice
        for kit in np.unique(kits[own]):
            weights[own & (kits == kit)] /= np.sqrt((own & (kits == kit)).sum())
        weights[own] /= np.sqrt(weights[own].sum())
    return np.asarray(weights / weights.mean(), np.float32)


def fit(shots: Sequence[OneShot], seed: int, epochs: int = _EPOCHS) -> tuple[VoiceNet, Array]:
    """A network trained on `shots`, and their looks `(n, 246)` as they are."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    looks = np.array(
        [
            [look(shot.sound if not turn else changed(shot.sound, random)) for turn in range(_LOOKS)]
            for shot in progress(shots, "looks", "hit")
        ]
    )
    seen, weights = torch.from_numpy(looks), torch.from_numpy(weights_of(shots))
    voices = torch.tensor([shot.voice for shot in shots])
    model = VoiceNet(seen.mean((0, 1)), seen.std((0, 1)) + 1e-3)
    optimiser = torch.optim.AdamW(model.parameters(), lr=_RATE, weight_decay=_DECAY)
    slower = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs)
    model.train()
    for _ in range(epochs):
        turns = torch.randint(0, _LOOKS, (len(shots),))
        for batch in torch.split(torch.randperm(len(shots)), _BATCH):
            logits = model(seen[batch, turns[batch]])
            losses = nn.functional.cross_entropy(logits, voices[batch], reduction="none", label_smoothing=_SMOOTHING)
            optimiser.zero_grad()
            torch.autograd.backward((losses * weights[batch]).mean())
            optimiser.step()
        slower.step()
    return model.eval(), looks[:, 0]


@torch.no_grad()
def measure(model: VoiceNet, shots: Sequence[OneShot], known: Array, learned: Sequence[OneShot]) -> dict[str, float]:
    """Which share of `shots` is guessed rightly: by the network, of each voice by it, by rules, and by the nearest of
    `learned`, of which `known` are the looks."""
    looks = np.array([look(shot.sound) for shot in shots])
    voices, own = np.array([shot.voice for shot in shots]), np.array([shot.voice for shot in learned])
    scaled, other = ((some - model.usual.numpy()) / model.spread.numpy() for some in (looks, known))
    nearest = own[np.square(scaled[:, None] - other[None]).sum(axis=2).argmin(axis=1)]
    guessed = model(torch.from_numpy(looks)).argmax(1).numpy()
    kin = np.array(_KIN)
    return {
        "hits": len(shots),
        "right": round(float((guessed == voices).mean()), 3),
        "voices alike": round(float(np.mean([(guessed[voices == one] == one).mean() for one in np.unique(voices)])), 3),
        "kind right": round(float((kin[guessed] == kin[voices]).mean()), 3),
        "nearest": round(float((nearest == voices).mean()), 3),
        "rules": round(float(np.mean([likely_voice(shot.sound, RATE) == shot.voice for shot in shots])), 3),
        "always snare": round(float((voices == 1).mean()), 3),
    } | {
        VOICE_NAMES[one]: round(float((guessed[voices == one] == one).mean()), 2) for one in np.unique(voices).tolist()
    }


@torch.no_grad()
def export_voice(
    model: VoiceNet, folder: Path, seed: int, learned: Sequence[OneShot], figures: dict[str, dict[str, float]]
) -> dict[str, Any]:
    """Write the model folder and return its contract."""
    looks = torch.from_numpy(np.array([look(shot.sound) for shot in learned[:: max(1, len(learned) // 16)]]))
    ports = Port("look", ("batch", "")), Port("logits", ("batch", ""))
    graphs = {"voice": write_graph(model, looks, folder / "voice.onnx", *ports)}
    write_golden(folder / "golden.npz", voice_in=looks.numpy(), voice_out=model(looks).numpy())
    makers = sorted({(shot.kit, shot.licence, shot.author) for shot in learned})
    contract = {
        "format": 1,
        "id": folder.name,
        "kind": "voice",
        "version": "1.0.0",
        "title": "Which drum it is",
        "description": "Guesses which of nine drums a single hit is.",
        "opset": OPSET,
        "graphs": graphs,
        "golden": "golden.npz",
        "spec": {"look": LOOK},
        "data": [{"name": kit, "licence": licence, "credit": author} for kit, licence, author in makers],
        "licence": "GPL-3.0-or-later",
        "metrics": figures,
        "trained": {
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "seed": seed,
            "command": "python -m training voice --data ONESHOTS",
            "machine": "2 CPU cores",
        },
    }
    write_json(folder / "model.json", contract)
    (folder / "CARD.md").write_text(card_text(contract), encoding="utf-8")
    return contract


def card_text(contract: dict[str, Any]) -> str:
    """`CARD.md` from the contract."""
    trained, metrics = contract["trained"], contract["metrics"]
    names = list(dict.fromkeys(name for row in metrics.values() for name in row))
    rows = "\n".join(
        f"| {part} | {' | '.join(f'{row[name]:g}' if name in row else '-' for name in names)} |"
        for part, row in metrics.items()
    )
    credits = "\n".join(f"- {one['name']}, {one['licence']}: {one['credit']}" for one in contract["data"])
    return f"""\
# {contract["title"]}: `{contract["id"]}` {contract["version"]}

{contract["description"]} For *Match my drum* where nobody says which drum it is (`livemusic match HIT.wav`).

- `voice.onnx`: what a hit looks like, `(batch, {LOOK})` (`livemusic/dsp/matching/likely.py`: levels of 24 bands in ten
  stretches of time, when it is over, its strongest line), to logits `(batch, 9)`, voices in the order of the kit.

## Training

`{trained["command"]}` ({trained["date"]}, seed {trained["seed"]}, {trained["machine"]}), less than a minute: two
layers, on one-shots of whole kits, each as it is and tuned, equalised and damped by chance.

## Figures

Shares of the one-shots of kits that it never heard that are guessed rightly, by their sound alone; `validation` and
`test` as `training/data/kits.py` has them. *voices alike*: the mean over voices. *kind right*: at least as a kick, a
snare, a hat, a tom or a cymbal. Beside it: the *nearest* of the one-shots it learned from, by the same numbers; the
*rules* that were used before (`training/evaluate/drum_rules.py`, their thresholds set by hand on kits of all parts);
and *always snare*. Then each voice.

| kits | {" | ".join(names)} |
|{"---|" * (len(names) + 1)}
{rows}

## Data

{credits}

The weights are licensed {contract["licence"]}.

## Limits

- Which of three toms it is depends on the others of the kit, which one hit does not tell.
- Rides and crashes are few among the one-shots. Name the drum where it matters.
"""
