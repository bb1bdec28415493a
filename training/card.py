"""The words beside a model: what it is, what it was made from, how well it does and where it stops."""

import json
from pathlib import Path
from typing import Any

_HEAD = (
    "model | active per beat | hit F1 | precision | recall | exact windows | velocity MAE (0..1) | offset MAE (steps)"
)
_COLUMNS = ("f1", "precision", "recall", "exact_windows", "velocity_mae", "offset_mae")

_LIMITS = """\
- Sixteenth notes in 4/4 were all it heard. Other meters read and sound as well as their beats are like those; triplets
  go to the nearest sixteenth.
- It sees one hit of a voice in a sixteenth, the loudest. The others (flams, rolls) are not in the code; livemusic keeps
  them beside it, as ornaments of that hit.
- Drummers, styles and touch are those of ten drummers on one electronic kit.
- Loops with nothing but a figure shorter than a beat get at least one coefficient for each time it comes.
- A budget is an average: a full beat may take more coefficients than an empty one.
- Trained again on another machine the figures may differ a little.
"""

#: The targets, by coefficients per beat.
_TARGETS = """\
| wanted of `ours` | 1 | F1 0.90 |
|---|---|---|
| | 2 | F1 0.96, exact 0.30, velocity 0.12, offset 0.09 |
| | 4 | F1 0.99, exact 0.70, velocity 0.08, offset 0.06 |
"""


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write JSON whole or not at all."""
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def drums_table(figures: dict[str, dict[str, dict[str, float]]]) -> str:
    """A Markdown table from `figures[model][active per beat][figure]`."""
    lines = [f"| {_HEAD} |", "|---" * 8 + "|"]
    for model, rows in figures.items():
        for active, row in sorted(rows.items(), key=lambda item: float(item[0])):
            cells = " | ".join(f"{row[column]:.3f}" for column in _COLUMNS)
            lines.append(f"| {model} | {active} | {cells} |")
    return "\n".join(lines) + "\n"


def write_card(folder: Path, contract: dict[str, Any]) -> None:
    """Write `CARD.md` of a drum model from its contract."""
    spec, trained, metrics = contract["spec"], contract["trained"], contract["metrics"]
    atoms, width, pursuit = spec["atoms"], spec["width"], spec["pursuit"]
    figures = metrics.get("test")
    table = drums_table(figures) if figures else "Not measured yet.\n"
    used = (
        f"{metrics['atoms_used']} of {atoms} atoms win on the test split" if "atoms_used" in metrics else "not counted"
    )
    frontier = drums_table({"ours": metrics["frontier"]}) if "frontier" in metrics else "Not measured yet.\n"
    sizes = {
        f"{row['atoms']} atoms, {row['width']} steps ({name})": {active: row[active] for active in ("1", "2", "4")}
        for name, row in metrics.get("others", {}).items()
    }
    credit = "\n".join(f"- {data['name']}, {data['licence']}: {data['credit']}." for data in contract["data"])
    write_text(
        folder / "CARD.md",
        f"""\
# {contract["title"]}: `{contract["id"]}` {contract["version"]}

{contract["description"]}

A pattern is the sum of atoms, each {width} sixteenths by 9 voices by hit, velocity and offset, laid down at any
sixteenth with a strength of its own; {spec["active_per_beat"]} per beat on average, fewer on request. It is a
convolutional winner-take-all autoencoder (Makhzani and Frey 2015) with tied weights. The encoder is a matching pursuit
(Mallat and Zhang 1993) unrolled into stages: at each, atoms are held against what is still unexplained, a place wins
that is ahead of all whose atoms would overlap with its own, and at the end all strengths are fitted together. All atoms
are heard at every fourth stage, each against what it usually pays; in between each place asks the loudest of its eight
loudest groups of atoms. A hit wants at least 1, a rest 0, and velocity (weight {pursuit["velocity_weight"]:g}) and
offset (weight {pursuit["offset_weight"]:g}) count only
where there is a hit. While the first pick of each beat is found they count {pursuit["early_touch"]:g} of that: first
what is struck, then how. Everything wraps around: the code of a loop that is turned by n steps is the code turned by n
steps, for every n and to the bit, and a take is a loop with silence behind it. Mixing two patterns is mixing their
codes.

- `encoder.onnx`: `grid` `(n, 27, steps)`, channel = feature * 9 + voice, and `schedule` `(picks,)`, how much velocity
  and offset count at each pick, become `code` `(n, {atoms}, steps)` with at most so many coefficients.
- `decoder.onnx`: `code` becomes `grid`. Both hold the same atoms `({atoms}, 27, {width})` as half floats; none is
  longer than 1.
- code `(atoms, steps)`; the grid is the sum, a hit from {spec["threshold"]} on.

## Data

{credit}

Every file in 4/4, nine voices, sixteenth notes, windows of two bars at every bar; the data set's own splits.
The weights are licensed {contract["licence"]}.

## Training

`{trained["command"]}` ({trained["date"]}, seed {trained["seed"]}, {trained["machine"]}).

Atoms start as stretches of the music; each batch is encoded at 1, 2 and 4 per beat and decoded again, and Adam follows
the gradient of the atoms with the picks held. Atoms are kept within length 1 and hits at 0 or more. Lifetime sparsity:
an atom that wins too seldom starts anew. Atoms in use: {used}.

## Figures

On the *test* split. `ours` is this model, the same at every number of active coefficients.

{_TARGETS}
{table}
{_all_hits(metrics)}\
`seed` is the source's own recipe (100 atoms, every beat, linear, squared error, about as many updates, in batches of
2,048 windows instead of all at once), trained again for each number. `wta` is the winner-take-all of Makhzani and Frey
(2015): an amortised encoder, of each map the strongest moment, of a batch the strongest share, atoms at every step.
`pca`, `nmf`, `dense` and `vae-…` (of the shape of RhythmVAE: fully connected, 512 units) code a whole two-bar window;
their column counts numbers per beat, all of them always on, while a coefficient of `ours`, `wta` and `seed` also says
which atom it is and, but for `seed`, where it starts. Errors of velocity and offset are means over the hits found.
Neighbouring windows share a bar.

Files of the data set in other meters, which it never heard, in windows of two of their bars:

{drums_table(metrics["other_meters"]) if metrics.get("other_meters") else "None measured yet."}
{_speed(metrics)}
Ours at other budgets (every fourth window), and at other sizes where they were trained:

{frontier}
{drums_table(sizes) if sizes else ""}
{_rates(metrics)}\
To get these figures again: `python -m training drums --config NAME` for `seed`, `pca`, `nmf`, `dense` (also with
`--active 2` and `--active 1`), `wta`, `vae-2`, `vae-32`, then `python -m training report drums`. Pictures of atoms,
frontier and losses are in `training/reports/drums`.

## Limits

{_LIMITS}""",
    )


def _all_hits(metrics: dict[str, Any]) -> str:
    """Sentences on the hits that the grids have no cell for."""
    if "all_hits" not in metrics:
        return ""
    known = metrics["all_hits"]
    beside = 1 - known["in_cells"] / known["played"]
    cells = ", ".join(f"{known[active]['f1']:.3f} at {active}" for active in ("1", "2", "4"))
    return (
        f"The table counts the hits that the grids have a cell for. Of all {known['played']:,} hits of the files "
        f"{beside:.1%} have\nnone, because a louder hit of their voice lies in the same sixteenth. Counted as missed, "
        f"they make the F1 of `ours`\n{cells} per beat.\n\n"
    )


def rates_table(rates: dict[str, Any]) -> str:
    """Two Markdown tables of what codes cost: every row, and all ways at equal bits."""
    lines = ["| code | setting | bits a beat | hit F1 | velocity MAE | offset MAE | model, kB |", "|---" * 7 + "|"]
    for rows in rates["rows"].values():
        for row in rows:
            figures = f"{row['f1']:.3f} | {row['velocity_mae']:.3f} | {row['offset_mae']:.3f} | {row['kilobytes']}"
            lines.append(f"| {row['code']} | {row['setting']} | {row['bits']:.1f} | {figures} |")
    lines += ["", f"| hit F1 / velocity / offset at so many bits a beat | {' | '.join(rates['at'])} |"]
    lines.append("|---" * (1 + len(rates["at"])) + "|")
    for name in rates["rows"]:
        found = (row.get(name) for row in rates["at"].values())
        cells = (
            f"{one['f1']:.3f} / {one['velocity_mae']:.3f} / {one['offset_mae']:.3f}" if one else "" for one in found
        )
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _rates(metrics: dict[str, Any]) -> str:
    """What codes cost, and what the tables say."""
    rates = metrics.get("rates", {})
    if "windows" not in rates:
        return ""
    return f"""\
### Bits

A coefficient of ours says which of many atoms it is, where it starts and how strong it is; other codes say less. So all
of them at their price, on {rates["windows"]} windows of the test split: the length of an arithmetic code whose
probabilities were counted on training codes, so a cross-entropy. Settings are those worth their bits on validation. A
window may repeat its own symbols at a price learned on validation, in every code. *model*: what a decoder must know,
atoms or entries as half floats and counts of two bytes.

{rates_table(rates)}
*bits counted*: pursuit, or the choice of an entry, by what it explains less its price in bits. *tables*: the commonest
beats of the training split with their mean touch, or several touches by k-means; *two* of them: kick, snare and toms
beside hats and cymbals. *the touch of each hit*: velocity and offset of every hit sent after the rest, in steps.

{verdict(rates)}
"""


def verdict(rates: dict[str, Any]) -> str:
    """Sentences on where ours is better than the best table at equal bits, and where it is not."""
    kinds = ("f1", "hits"), ("velocity_mae", "velocity"), ("offset_mae", "timing")
    lines = []
    for key, word in kinds:
        better: list[str] = []
        worse: list[str] = []
        for bits, row in rates["at"].items():
            ours = [one[key] for name, one in row.items() if name.startswith("ours")]
            tables = [one[key] for name, one in row.items() if "table" in name]
            if ours and tables:
                won = max(ours) > max(tables) if key == "f1" else min(ours) < min(tables)
                (better if won else worse).append(bits)
        lines.append(
            f"- {word}: the best of ours is better than the best table at {', '.join(better) or 'no'} bits a beat, "
            f"and no better at {', '.join(worse) or 'none'}."
        )
    return (
        "\n".join(lines)
        + "\n"
        + (
            "\nWhere a table is better: drummers play few different beats, so the index of a whole one is a short\n"
            "word, while a sum of atoms has many ways to say one beat and pays for index, place and strength of each.\n"
        )
    )


def _speed(metrics: dict[str, Any]) -> str:
    """A line on how long reading takes."""
    if "read_four_ms" not in metrics:
        return ""
    times = metrics["read_four_ms"]
    return (
        f"Reading four patterns of two bars and laying them down took {times['app']} ms as the app does it and "
        f"{times['torch']} ms in torch\n(medians).\n"
    )


def write_text(path: Path, text: str) -> None:
    """Write text whole or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
