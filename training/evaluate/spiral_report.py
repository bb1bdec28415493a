"""`python -m training report spiral`: the published spiral loss, sound ones, and what survives of its claims."""

import argparse
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from livemusic.errors import MediaError
from training.card import write_json
from training.data.basslines import Array, Heard, bass_line, of_split
from training.evaluate.key import measure_keys, measure_transposed
from training.evaluate.markdown import table
from training.evaluate.spiral import (
    RATES,
    STEPS,
    WAYS,
    best_rate,
    circular,
    judge,
    random_targets,
    read,
    train,
    without_wrap,
)
from training.evaluate.spiral_pictures import draw

SEEDS = 5
#: So many seconds of each file, and so many files of a split at most.
_SECONDS, _MOST = 40.0, {"train": 18, "validation": 5, "test": 8}
_SHIFTS = (3, 5)
#: The losses of the circle.
_CIRCLE = ("MSE, sine and cosine", "chord", "von Mises", "helix")
_PIANO = Path("../shared/data/piano")


def report(args: argparse.Namespace) -> int:
    """Measure and write `REPORT.md`, `results.json` and the pictures.

    What was measured is kept in the runs folder, so a report that was interrupted goes on where it was.
    """
    torch.set_num_threads(1)
    data = args.data or _PIANO
    if not of_split(data, "train"):
        raise MediaError(f"{data} has no MIDI files of GiantMIDI-Piano: name the folder with --data")
    folder, kept = args.pictures / "spiral", args.runs / "spiral"
    for place in (folder, kept):
        place.mkdir(parents=True, exist_ok=True)
    results = {name: _kept(kept / f"{name}.json", partial(part, data)) for name, part in PARTS.items()}
    write_json(folder / "results.json", results)
    draw(results, folder)
    (folder / "REPORT.md").write_text(text_of(results), encoding="utf-8")
    print(json.dumps(results, indent=2) if args.json else text_of(results))
    return 0


def _kept(path: Path, measure: Callable[[], Any]) -> Any:
    """What was measured before, or is now."""
    if not path.exists():
        write_json(path, measure())
    return json.loads(path.read_text(encoding="utf-8"))


def _random(data: Path) -> dict[str, dict[str, float]]:
    """The source's experiment, trained by either loss."""
    return {loss: _mean([random_targets(loss, seed=seed) for seed in range(SEEDS)]) for loss in ("spiral", "MSE")}


def _compare(data: Path) -> dict[str, Any]:
    """Every loss on the bass, with and without the wrap, over the seeds."""
    files = {split: of_split(data, split)[:most] for split, most in _MOST.items()}
    heard = {split: bass_line(paths, _SECONDS) for split, paths in files.items()}
    moved = {shift: bass_line(files["test"], _SECONDS, shift) for shift in _SHIFTS}
    control = {split: without_wrap(part) for split, part in heard.items()}
    rates = {name: best_rate(heard["train"], heard["validation"], way) for name, way in WAYS.items()}
    return {
        "sizes": {split: len(part.bass) for split, part in heard.items()},
        "bass": _rows(heard, moved, rates),
        "control": [
            {name: row[name] for name in ("loss", "rate", "class error", "class right", "sd of error")}
            for row in _rows(control, {}, rates, transposes=False)
        ],
    }


#: What is measured, each by itself.
PARTS: dict[str, Callable[[Path], Any]] = {
    "keys": measure_keys,
    "transposed": measure_transposed,
    "random": _random,
    "losses": _compare,
}


def _rows(
    heard: dict[str, Heard], moved: dict[int, Heard], rates: dict[str, float], transposes: bool = True
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for name, way in WAYS.items():
        scores = []
        for seed in range(SEEDS):
            reader = train(heard["train"], way, rates[name], seed, transposes=transposes)
            found = read(reader, way, heard["test"].notes)
            score = judge(found, heard["test"].bass)
            if moved:
                score["inconsistency"] = float(
                    np.mean(
                        [
                            _apart(found, heard["test"], read(reader, way, part.notes), part, shift)
                            for shift, part in moved.items()
                        ]
                    )
                )
            scores.append(score)
        spread = float(np.std([score["class error"] for score in scores]))
        rows.append({"loss": name, "rate": rates[name], **_mean(scores), "sd of error": spread})
    return rows


def _apart(found: Array, heard: Heard, moved_found: Array, moved: Heard, shift: int) -> float:
    """How far what a model says of a transposed copy is from what it says of the music, moved by as much, in semitones.

    The same frames of both, as long as the same bass is known to sound in them.
    """
    count = min(len(found), len(moved_found))
    same = np.abs(moved.bass[:count] - heard.bass[:count] - shift) < 0.5
    return float(np.abs(circular(moved_found[:count] - found[:count] - shift))[same].mean())


def _mean(rows: list[dict[str, float]]) -> dict[str, float]:
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def text_of(results: dict[str, Any]) -> str:
    """The report in Markdown."""
    losses = results["losses"]
    error, wrap, octave, unlike = (
        {row["loss"]: row[name] for row in losses["bass"]}
        for name in ("class error", "within 1 of the wrap", "octave right", "inconsistency")
    )
    control = {row["loss"]: row["class error"] for row in losses["control"]}
    circle, flat = ([of[name] for name in _CIRCLE] for of in (error, control))
    sizes = losses["sizes"]
    return f"""# The spiral loss, judged

By `python -m training report spiral --data PIANO` (GiantMIDI-Piano, CC BY 4.0, on the built-in piano; seeds 0 to
{SEEDS - 1}, {STEPS} steps, each loss at the best of three learning rates on the validation split).

## The bass of held-out music

{sizes["train"]} frames to learn from, {sizes["validation"]} to tune on and {sizes["test"]} of other recordings to judge
by. Errors in semitones round the circle of pitch classes. *Inconsistency*: how far the answer to a copy
{" or ".join(map(str, _SHIFTS))} semitones higher is from the answer to the music itself, moved by as much.
The rates tried were {", ".join(f"{rate:g}" for rate in RATES)}.

{table(losses["bass"])}

![errors](errors.png)

## A control without a wrap

Frames of the same music with a pitch class of 3 to 9 only: a loss of the circle can have no advantage of its own here.
The learning rates are those above, and nothing is transposed.

{table(losses["control"])}

## The source's own experiment

One random number in, random targets out, so there is nothing to learn; 500 steps, judged on fresh targets by both.

{table([{"trained by": name, **row} for name, row in results["random"].items()])}

Predicting the axis costs the spiral loss E sqrt(r² + (z − ½)²) = .593, predicting the means costs MSE
(2π)²/12 + 2/12 = 3.457, whatever the input. "Converges to a significantly lower value" compares these two constants,
which are in different units; the angle is off by 90° on average for both, which is chance.

![losses](losses.png)

## What survives

* **Pitch class needs a circle.** MSE on the pitch class as a number errs by {error["MSE, pitch class"]:.2f} semitones,
  and by {wrap["MSE, pitch class"]:.2f} near the wrap; losses of the circle by {min(circle):.2f} to {max(circle):.2f}.
* **It is the encoding, not the loss.** MSE on (sin, cos) is twice the chord loss for points on the circle (a test shows
  it), and errs by {error["MSE, sine and cosine"]:.2f} beside the chord's {error["chord"]:.2f}.
* **The article's own formula** errs by {error["article"]:.2f}, and treats transposed copies less alike
  ({unlike["article"]:.2f} beside {unlike["chord"]:.2f} for the chord loss). Its distance is on a circle, but its
  angle is one number without bounds, which a network has to let jump by a turn somewhere. Its gradient is NaN at an
  exact match.
* **MSE on the whole pitch** errs by {error["MSE, pitch"]:.2f} in pitch class and has
  {100 * octave["MSE, pitch"]:.0f} % of octaves right (helix: {error["helix"]:.2f}, {100 * octave["helix"]:.0f} %).
* **Without a wrap** MSE on the pitch class errs by {control["MSE, pitch class"]:.2f}, losses of the circle by
  {min(flat):.2f} to {max(flat):.2f}, the article's by {control["article"]:.2f}. What is left of the difference is not
  the wrap's: a squared error answers with the middle between two likely notes, a distance that levels off with one of
  them.
* "Distance along the spiral": no curve is in the formula. "MSE treats C4–C♯4 like C4–G4": it does not, 1 against 49.
  "Robust to transposition": only if output and target are transposed together; one of them moved by k semitones costs
  2 sin(πk/12).

## Keys of pieces whose titles carry them

On the same chroma, first movements, ten minutes at most. MIREX: 1 for the key, .5 for that a fifth above, .3 for
the relative, .2 for the parallel key.

{table(results["keys"])}

Of copies transposed, 30 s each: the share whose key moves exactly with the music.

{table(results["transposed"])}
"""
