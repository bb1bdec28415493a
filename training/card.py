"""The words beside a model: what it is, what it was made from, how well it does and where it stops."""

import json
from pathlib import Path
from typing import Any

_HEAD = (
    "model | active per beat | hit F1 | precision | recall | exact windows | velocity MAE (0..1) | offset MAE (steps)"
)
_COLUMNS = ("f1", "precision", "recall", "exact_windows", "velocity_mae", "offset_mae")

#: stride in sixteenths -> where an atom may start
_PLACES = {1: "sixteenth", 2: "eighth", 4: "beat"}

_LIMITS = """\
- Sixteenth notes in 4/4 were all it heard. Triplets and other meters go to the nearest sixteenth and sound so.
- An atom is one beat long and starts on the beat: a figure moved by a sixteenth is another figure to it.
- Drummers, styles and touch are those of ten drummers on one electronic kit; two hits of a voice within a sixteenth
  become one.
- Hits come back nearly exactly, velocities and offsets roughly; with one or two coefficients per beat velocities suffer
  most.
- Trained again on another machine the figures may differ a little.
"""


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write JSON whole or not at all."""
    _write(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def drums_table(figures: dict[str, dict[str, dict[str, float]]]) -> str:
    """A Markdown table from `figures[model][active per beat][figure]`."""
    lines = [f"| {_HEAD} |", "|---" * 8 + "|"]
    for model, rows in figures.items():
        for active, row in sorted(rows.items(), key=lambda item: int(item[0])):
            cells = " | ".join(f"{row[column]:.3f}" for column in _COLUMNS)
            lines.append(f"| {model} | {active} | {cells} |")
    return "\n".join(lines) + "\n"


def write_card(folder: Path, contract: dict[str, Any]) -> None:
    """Write `CARD.md` of a drum model from its contract."""
    spec, trained = contract["spec"], contract["trained"]
    atoms, width, stride = spec["atoms"], spec["width"], spec["stride"]
    active, threshold = spec["active_per_beat"], spec["threshold"]
    figures = contract["metrics"].get("test")
    table = drums_table(figures) if figures else "Not measured yet.\n"
    credit = "\n".join(f"- {data['name']}, {data['licence']}: {data['credit']}." for data in contract["data"])
    _write(
        folder / "CARD.md",
        f"""\
# {contract["title"]}: `{contract["id"]}` {contract["version"]}

{contract["description"]}

A temporal convolutional winner-take-all autoencoder (Makhzani and Frey 2015). The encoder gives each of {atoms} atoms a
strength at every {_PLACES[stride]}; the {active} strongest of each beat are kept, and the pattern is the sum of those
atoms, each {width} sixteenths by 9 voices by hit, velocity and offset. Mixing two patterns is mixing their codes.

- `encoder.onnx`: grid `(batch, 27, steps)` to dense code `(batch, {atoms}, positions)`; channel = feature * 9 + voice;
  `steps` a multiple of {stride}, `positions` = `steps` / {stride}.
- Winner-take-all is not part of the graphs.
- `decoder.onnx`: code to grid; hits as probabilities (threshold {threshold}), velocity 0..1, offset -0.5..0.5 step.

## Data

{credit}

Every file in 4/4, nine voices, sixteenth notes, windows of two bars at every bar; the data set's own splits.
The weights are licensed {contract["licence"]}.

## Training

`{trained["command"]}` ({trained["date"]}, seed {trained["seed"]}, {trained["machine"]}).

## Figures

On the *test* split, threshold {threshold}. `ours` is this model, the same at every number of active coefficients.
`seed` is the source's own recipe (100 atoms, linear, squared error, about as many updates, in batches of 2,048 windows
instead of all at once), trained again for each number: every row is a model of its own. Errors of
velocity and offset are means over the hits found. Neighbouring windows share a bar.

{table}
To get these figures again: `python -m training drums --config seed` (also with `--active 2` and `--active 1`), then
`python -m training report drums`.

## Limits

{_LIMITS}""",
    )


def _write(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
