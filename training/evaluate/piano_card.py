"""The words beside the piano model: what it is, what it was made from, how well it does and where it stops."""

from pathlib import Path
from typing import Any

from training.card import write_text

_HEAD = (
    "model | active per second | note F1 | precision | recall | frame F1 | velocity MAE (0..1) | length MAE (octaves) "
    "| chords by the rule | chords by the head"
)
_COLUMNS = ("f1", "precision", "recall", "frame_f1", "velocity_mae", "length_mae", "chords", "head")

_LIMITS = """\
- Time is cut into sixteenths of a second, whatever the beat: it knows no bars, and codes are of what was played, not of
  a score. What is struck between two steps goes to the nearer one (31 ms at most); the tools play the notes of the
  pieces themselves, at their own time.
- Lengths are the weak side: a coefficient is one number, and how long a note rings is mostly the pedal's business.
- Chords are major and minor triads by a rule (`livemusic/music/chord.py`), not what an analyst would write.
- Performances are transcriptions by a network: their faults are in the data. 56 pieces of the common practice; jazz and
  pop were not heard. Of some composers there is a single recording, so the map knows player and piano, too.
- Reading is a search in twelve stages, 0.1 to 0.2 s for a minute of music. Of all that was tried nothing was left after
  them; a dense piece unlike any figure may leave a note unsaid.
"""


def piano_table(figures: dict[str, dict[str, dict[str, float]]]) -> str:
    """A Markdown table from `figures[model][active per half second][figure]`."""
    lines = [f"| {_HEAD} |", "|---" * (_HEAD.count("|") + 1) + "|"]
    for model, rows in figures.items():
        for active, row in sorted(rows.items(), key=lambda item: float(item[0])):
            cells = " | ".join(f"{row[key]:.3f}" if row[key] >= 0 else "" for key in _COLUMNS)
            lines.append(f"| {model} | {2 * float(active):g} | {cells} |")
    return "\n".join(lines) + "\n"


def write_card(folder: Path, contract: dict[str, Any]) -> None:
    """Write `CARD.md` of a piano model from its contract."""
    spec, trained, metrics = contract["spec"], contract["trained"], contract["metrics"]
    credit = "\n".join(f"- {data['name']}, {data['licence']}: {data['credit']}." for data in contract["data"])
    used = f"{metrics['atoms_used']} of {spec['atoms']} atoms win on the test split." if "atoms_used" in metrics else ""
    write_text(
        folder / "CARD.md",
        f"""\
# {contract["title"]}: `{contract["id"]}` {contract["version"]}

{contract["description"]}

A piece is a multi-hot vector of the 88 keys for each sixteenth of a second: the loudness of a strike (0.5 + half its
velocity, so that soft notes are heard) and loudness times length (log scale to 4 s; the pedal is in the lengths). The
frame is a fixed 62.5 ms: performances have no beat grid, tracking one in free tempo would add its own faults, and no
key is struck twice so soon.

It is the sum of figures of {spec["width"]} steps by {spec["span"]} keys, each laid down at a note that was struck, at
any step and on any key, with a strength of its own; {2 * spec["active"]} a second on average, fewer on request. Which
ones is found by convolutional matching pursuit over time and pitch (Mallat and Zhang 1993), unrolled into stages: at
each, every note wins whose figure would gain more than all that would overlap with it. That finds nearly
to the last figure what a search for the best of all, one after another, would find; all strengths are fitted again at
the end. The code of a piece that starts later or stands in another key is the same code moved, to the bit. While picks
are chosen, notes of the chord of their half second, counted from the first note on, count {1 + spec["emphasis"]:g}
times.

- `encoder.onnx`: `roll` `(steps, 88, 3)` from the first note on, the lowest key first (loudness, length, how much an
  error counts there) and as many numbers as picks at most to `code` `(picks, 4)`: atom, step, key and strength of each.
- `decoder.onnx`: `code` to `roll` `(steps, 88, 2)`, as long as it reaches; struck is what reaches
  {spec["threshold"]:g}. Its `atoms` `({spec["atoms"]}, {spec["width"]}, {spec["span"]}, 2)` are half floats, the anchor
  at step 0, key 12; none is longer than 1; lengths are scaled by {spec["length_scale"]:g}.
- `composers.npz`: the training pieces on a map.

## Data

{credit}

Split by recording, by the hash of its name: movements of one recording stay together. The weights are licensed
{contract["licence"]}.

## Training

`{trained["command"]}` ({trained["date"]}, seed {trained["seed"]}, {trained["machine"]}).
{trained.get("note", "")}

Figures start as stretches of the music; each batch of 4-second windows is read at 2, 4 and 8 a second, and Adam follows
the gradient with the picks held. The loss is the squared error of the vectors plus {trained["chord_weight"]:g} times
the cross-entropy of the chord of each half second. A small head, the same for all roots, learns chords from what was
played and judges what was rebuilt; what it says changes how loud the notes of a figure are and adds none. Figures have
length 1 and nothing below 0; one that wins too seldom starts anew.
{used}

## Figures

On the *test* split ({metrics.get("test_windows", "?")} windows of four seconds). `ours` is this model.

{piano_table(metrics["test"]) if metrics.get("test") else "Not measured yet."}
`chord-loss` has the chord term in the loss alone, five times as heavy, and none while picks are chosen; `plain` has no
chord term at all. What keeps the harmony is the weight of chord notes while picks are chosen; the cross-entropy alone
does not. `seed` is the source's own recipe on these vectors (100 atoms of four steps, every four steps, linear, squared
error, the strongest of half a second). `pca` and `nmf` code half a second with that many numbers, all of them always
on, while a coefficient of the others also says which atom it is and where it begins. Thresholds of `seed`, `pca` and
`nmf` are the best for the validation split. A note is right when step and key are; errors of velocity and length are
means over the notes found; chords are over half seconds in which the music has one, by the rule on the rebuilt notes
and by the head on the rebuilt vectors, where its run is at hand. Windows are cut at half seconds of their piece, and
`ours` counts half seconds from the first note of what it is given: a whole piece, which begins with a note, keeps more
of its chords than these windows do.

{_beside(metrics)}
{_composers(metrics)}
{_way(metrics)}
To get these figures again: `python -m training piano --data FOLDER --config NAME` for `ours`, `chord-loss`, `plain`,
`seed`, `pca`, `nmf` (the last three also with `--active 2` and `--active 1`), then
`python -m training report piano --data FOLDER`.
Pictures of figures, composers, frontier and losses are in `training/reports/piano`.

## Limits

{_LIMITS}""",
    )


def _beside(metrics: dict[str, Any]) -> str:
    """What trivial answers would get."""
    if "trivial" not in metrics:
        return ""
    trivial = metrics["trivial"]
    return (
        f"Saying the mean velocity everywhere has an error of {trivial['velocity_mae']:.3f}, the median length "
        f"{trivial['length_mae']:.3f} octaves,\nand the most frequent chord {trivial['chords']:.3f} of the chords.\n"
    )


def _composers(metrics: dict[str, Any]) -> str:
    """How well the map knows composers."""
    if "composers" not in metrics:
        return ""
    row = metrics["composers"]
    return (
        f"Composers, each of {row['pieces']} pieces asked of its nearest neighbours in other recordings "
        f"({row['names']} composers with two\nrecordings or more): figures {row['figures']:.3f}, how often each "
        f"key is struck {row['keys']:.3f}, always the most frequent one {row['chance']:.3f}.\n"
        "Figures leave the register out, which tells composers apart, too: the map is a picture, not a judge.\n"
    )


def _way(metrics: dict[str, Any]) -> str:
    """What lies between two pieces."""
    if "way" not in metrics:
        return ""
    lines = [
        f"Between two test pieces (mean of {metrics['way_pairs']} pairs, a minute of each): share of half seconds with "
        "a chord, mean cosine to the\nnearest triad, and notes per second, beside a crossfade of notes.\n",
        "| weight | chords | cosine | notes | chords, crossfade | cosine | notes |\n|---|---|---|---|---|---|---|",
    ]
    for weight, row in metrics["way"]["ours"].items():
        other = metrics["way"]["crossfade"][weight]
        cells = [f"{some[key]:.3f}" for some in (row, other) for key in ("chords", "clarity", "notes")]
        lines.append(f"| {weight} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
