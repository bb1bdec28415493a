"""`python -m training report softdtw`: what soft-DTW costs, what keeps it from collapsing, and what it teaches the
hearing.

Writes `REPORT.md` and pictures to `training/reports/softdtw`. Trainings are kept in `RUNS/softdtw`; what is there is
not trained again, so that a report that was stopped goes on. Some 15 minutes on one idle core.
"""

import argparse
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from textwrap import wrap

import numpy as np
import torch

from livemusic.dsp.lanes import LANES
from livemusic.errors import MediaError
from training.data.audio import rows_of, sound_of
from training.data.drumming import read_played
from training.evaluate import collapse, softdtw_speed, unaligned
from training.evaluate.collapse import Outcome
from training.evaluate.softdtw_pictures import draw_collapse, draw_costs, draw_drift, draw_learned
from training.evaluate.unaligned import Learned
from training.models.shipped import Opened, open_hearing
from training.recipes.unaligned import Alignment, Take, Told, lateness

SEEDS, PLAYERS = 5, 1
"""Of the check on collapse; drummers with a kit of their own that the hearing learns from."""
_COLLAPSED = 0.5
#: Audio minus MIDI of the E-GMD takes in seconds, as measured by those who gathered them.
OFFSETS = {"10_soul": -0.0175, "1_funk": -0.0025, "2_funk": 0.0125, "5_funk": -0.010, "6_hiphop": -0.035}


def report(args: argparse.Namespace) -> int:
    """Train what is missing, write `REPORT.md` and the pictures; prints the report."""
    if not args.data:
        raise MediaError("name the folder with groove/, oneshots/ and drumaudio/ with --data")
    torch.set_num_threads(1)
    runs, folder = args.runs / "softdtw", args.pictures / "softdtw"
    folder.mkdir(parents=True, exist_ok=True)
    speed = softdtw_speed.measure()
    outcomes = collapse.measure(runs / "collapse.jsonl", SEEDS)
    opened = open_hearing(args.model)
    results = runs / f"unaligned-{opened.card['graphs']['hearing']['sha256'][:8]}.jsonl"
    learned = unaligned.measure(opened.model, opened.thresholds, args.data, opened.spec, results, PLAYERS)
    real = real_offsets(opened, args.data)
    draw_costs(folder / "weights.png")
    draw_collapse(outcomes, folder / "collapse.png")
    early = unaligned.read_results(folder / "early.jsonl")
    draw_learned([("hearing-1", learned), ("an early hearing", early)], folder / "learned.png")
    draw_drift(opened, args.data, folder / "drift.png")
    text = text_of(speed, outcomes, learned, early, real, opened)
    (folder / "REPORT.md").write_text(text, encoding="utf-8")
    print(text)
    return 0


def text_of(
    speed: dict[str, dict[str, float]],
    outcomes: Sequence[Outcome],
    learned: Sequence[Learned],
    early: Sequence[Learned],
    real: Sequence[tuple[str, float, float, float]],
    opened: Opened,
) -> str:
    """The whole report."""
    parts = (_opening(speed), _collapsing(outcomes), _learning(learned, opened), _early(early), _recovered(real))
    return "\n".join([*_filled([line for part in parts for line in part]), _LIMITS])


def _filled(lines: Sequence[str]) -> list[str]:
    """Paragraphs with their lines filled; headings, tables, pictures and commands as they are."""
    found: list[str] = []
    for prose, group in groupby(lines, lambda line: bool(line) and not line.startswith(("#", "|", "!", " "))):
        some = list(group)
        found += wrap(" ".join(some), 116, break_long_words=False, break_on_hyphens=False) if prose else some
    return found


def real_offsets(opened: Opened, data: Path) -> list[tuple[str, float, float, float]]:
    """Of each real take its name, audio minus MIDI as published with the data, as found (median), and half the range
    in which nine tenths of its rows are, in seconds."""
    found, how = [], Alignment()
    for path in sorted((data / "drumaudio").glob("*.flac")):
        known = OFFSETS.get("_".join(path.name.split("-")[0].split("_")[:2]))
        if known is None:
            continue
        rows = rows_of(sound_of(path, opened.spec.sample_rate), opened.spec)
        take = Take(path.stem, rows, read_played(path.with_suffix(".mid")).hits)
        late = -opened.spec.hop_s * lateness(opened.model, Told([take], how.within, opened.spec), 0, how)
        low, middle, high = np.percentile(late, (5, 50, 95))
        found.append((path.stem, known, float(middle), float(high - low) / 2))
    return found


def _opening(speed: dict[str, dict[str, float]]) -> list[str]:
    rows = [
        (words, f"{one['forward_s']:.3f}", f"{one['both_s']:.3f}", f"{one['best_s']:.3f}", f"{one['peak_mb']:.0f}")
        for name, words in softdtw_speed.NAMES.items()
        for one in [speed[name]]
    ]
    return [
        "# Soft-DTW",
        "",
        "`training/losses/softdtw.py`: forward and gradient in O(NM), by anti-diagonals, batched,",
        "differentiable twice;",
        "weighted steps, tolls, bands, slack, unequal lengths, divergence, expected cost and entropy, a",
        "contrastive loss,",
        "CTC. Equal to all alignments written out, to published vectors, to tslearn and to torch's CTC",
        "(`pytest tests/training/test_training_softdtw.py`). Made by",
        "",
        "    python -m training report softdtw --data DATA",
        "",
        "## Time and memory",
        "",
        f"N = M = {softdtw_speed.SIZE}, batch {softdtw_speed.BATCH}, float32 costs, temperature",
        f"{softdtw_speed.GAMMA:g}; seconds",
        "of processor time on one thread, median of seven, each in a process of its own after a warm-up in which Numba",
        "compiles; memory is the process's peak beyond what it had before. Both sum in float64; tslearn rounds sums",
        "to float32 between forward and backward, which a small temperature magnifies.",
        "",
        _table(("", "forward s", "with gradient s", "best s", "peak MB"), rows),
        "",
    ]


def _collapsing(outcomes: Sequence[Outcome]) -> list[str]:
    words = {"strong": "aligned targets (no soft-DTW)"} | {name: way.words for name, way in collapse.WAYS.items()}
    by = {name: [one for one in outcomes if one.way == name] for name in words}
    best = float(np.mean([one.f for one in by["strong"]]))
    rows = [
        (
            words[name],
            f"{sum(one.f < _COLLAPSED * best for one in found)} of {len(found)}",
            _spread([one.f for one in found]),
            _spread([one.error for one in found]),
            _spread([one.off for one in found]),
            f"{np.mean([one.largest for one in found]):.2f}",
            f"{np.mean([one.error_then for one in found]):.2f}",
        )
        for name, found in by.items()
    ]
    bare = by["constant"]
    return [
        "## What keeps it from collapsing",
        "",
        f"Random binary targets: sequences of {collapse.TARGETS} chords of {collapse.CLASSES} notes,",
        f"{collapse.FRAMES} frames in",
        "all, each chord for another while; a small convolutional network hears them mixed and noisy and is told only",
        "which chords came in which order. This is the setting of Zeitler et al. (ISMIR 2023), whose",
        "recordings are not",
        f"at hand, with a known truth. {collapse.EPOCHS} epochs of {collapse.BATCHES} batches of",
        f"{collapse.BATCH} fresh sequences,",
        "judged on 16 unheard ones. *Collapsed*: F1 less than half of that with aligned targets. *Error*: how many",
        "targets a frame's alignment is away from the true one on average (soft alignment error; the published",
        "definition was not at hand). *Off*: how much of the alignment is on a wrong target. *Largest*: share",
        "of frames",
        "on the target that has most. Mean ± standard deviation over seeds.",
        "",
        _table(("way", "collapsed", "F1", "error", "off", "largest", "error after 1 epoch"), rows),
        "",
        "![F1 and soft alignment error](collapse.png)",
        "",
        f"At a constant temperature of .1 the network ends at F1 {np.mean([one.f for one in bare]):.3f}: while",
        "it says the same",
        "everywhere, the cheapest alignment puts nearly all frames on one or two targets that suit this best,",
        "the gradient",
        "teaches just these, and so it stays. That is what the W1 targets of Krause, Weiss and Müller (ICASSP",
        "2023) show:",
        "F .003 and a recall of .0016 on the Schubert Winterreise data, where aligned targets give .715 and",
        "the same weak",
        "targets stretched to the number of frames (W2, our *unfolding*) .685. Published beside: Zeitler et",
        "al. print for",
        "aligned targets F .855 (run 0), for the constant temperature after 3 epochs .791; their means of ten",
        "runs are not",
        "stored publicly. Each of the published means cures it here; the temperature must be high, or the place known,",
        "only in the beginning. With [1, 0, 1] a target costs once, however long it lasts, so none is cheap",
        "to stay on.",
        "",
        "![Where alignments go while the network still says the same everywhere](weights.png)",
        "",
    ]


def _learning(learned: Sequence[Learned], opened: Opened) -> list[str]:
    card, recipe = opened.card, unaligned.RECIPE
    aligned = _mean(learned, "none", "aligned")
    reached = ", ".join(
        f"{_mean(learned, offsets, 'soft-DTW') / aligned:.1%} with {offsets} offsets"
        for offsets in unaligned.OFFSETS
        if any(one.offsets == offsets and one.way == "soft-DTW" for one in learned)
    )
    return [
        "## Learn from what you have",
        "",
        f"`{card['id']}` ({card['trained']['date']}, `{card['trained']['command']}`) learns a drummer's own kit:",
        f"{unaligned.LESSONS} takes of {unaligned.SECONDS:g} s, Groove's validation split on one held-out kit",
        "in one room,",
        f"judged on {unaligned.TESTS} takes of the test split on the same. {recipe.steps} steps of",
        f"{recipe.batch} stretches of",
        f"{recipe.rows / 100:g} s, Adam, rate {recipe.rate:g}, for every row of the table alike; thresholds",
        "chosen on six of the",
        "takes learned from, as each believed them to be. The MIDI is told *constant*ly early or late by up to 200 ms,",
        "another for each take, or *drifting*: off by up to 150 ms at first, up to 150 ms more or less after",
        "20 s, swaying by",
        f"30 ms. F1: `mir_eval`, ± 50 ms, of {', '.join(LANES[lane] for lane in unaligned.JUDGED)} pooled;",
        "mean over drummers, and",
        "each. *Late*: median of heard minus played. *Off*: mean error of the places of the hits learned from.",
        "",
        _learned_table(learned),
        "",
        "![F1 by way](learned.png)",
        "",
        "*pretending*: the MIDI is taken to be right. *one shift*: the simple way, each take moved by the best",
        "cross-correlation of what the hearing hears with what is told, then trained on as if right.",
        "*soft-DTW*: every row",
        "heard is one row told, which goes on by 0, 1 or 2 from row to row (a toll of 4 nats for 0 and 2),",
        "may begin and",
        "end anywhere within 350 ms (slack), at temperature 1 (that of likelihood: the costs are",
        "cross-entropies), at first",
        "4. The rows below leave out one means each; *plain steps* has the steps of the books, without slack;",
        "*bare* is that",
        "at a constant temperature of .1, beside it with the published schedule (10 to .1) or a quadratic",
        "diagonal prior.",
        "",
        f"Target: 95 % of aligned. Reached: {reached}.",
        "Rows have the same steps, not the same processor time: aligning every stretch anew, and all takes at the",
        "end, costs twice as much again as the network itself. Where the hearing knows the kit well, hits are found by",
        "any of these steps, and differences in F1 between them are noise; *off* still tells them apart. Training on",
        "wrong MIDI ruins it all the same, and one shift does not follow a drift.",
        "",
    ]


def _learned_table(learned: Sequence[Learned]) -> str:
    jobs = unaligned.plan()
    aligned = _mean(learned, "none", "aligned")
    rows: list[tuple[str, ...]] = []
    for offsets, way in jobs:
        found = [one for one in learned if (one.offsets, one.way) == (offsets, way)]
        if not found:
            continue
        f1 = float(np.mean([one.f1 for one in found]))
        rows.append(
            (
                way if way != "before" else "before learning",
                offsets,
                f"{f1:.3f}",
                f"{f1 / aligned:.1%}",
                " ".join(f"{one.f1:.2f}" for one in found),
                f"{1000 * np.mean([one.late for one in found]):+.1f}",
                f"{1000 * np.mean([one.off for one in found]):.1f}",
                f"{np.mean([one.cpu_s for one in found]):.0f}",
            )
        )
    heads = ("way", "MIDI", "F1", "of aligned", "each", "late ms", "off ms", "processor s")
    return _table(heads, rows)


def _early(early: Sequence[Learned]) -> list[str]:
    """The same from a hearing that knew little; nothing where it was not recorded."""
    if not early:
        return []
    return [
        "### From a hearing that knew little",
        "",
        "The hearing above knows this kit nearly as well as it can. So the same was done from the first",
        "hearing of all",
        "(350 steps; `models/hearing-1` of commit 1cdec84), where there is more to learn and more to be led astray by:",
        "50 steps each, as the recipe was then (commit 205da2f, `report softdtw`), 29 November 2026. Recorded in",
        "`early.jsonl`.",
        "",
        _learned_table(early),
        "",
    ]


def _recovered(real: Sequence[tuple[str, float, float, float]]) -> list[str]:
    rows = [
        (name, f"{1000 * known:+.1f}", f"{1000 * found:+.1f}", f"{1000 * (found - known):+.1f}", f"{1000 * wide:.1f}")
        for name, known, found, wide in real
    ]
    worst = max(abs(found - known) for _, known, found, _ in real)
    return [
        "## Offsets of real takes",
        "",
        "Five takes of a real electronic kit (E-GMD) whose sound and MIDI differ by a constant each, aligned by the",
        "hearing above: nothing is known of the offset but that it is within 350 ms. Audio minus MIDI in ms.",
        "",
        _table(("take", "with the data", "found (median)", "difference", "± of nine tenths"), rows),
        "",
        f"The largest difference is {1000 * worst:.1f} ms; a row is 10 ms.",
        "",
        "![A drifting take put right](drift.png)",
        "",
    ]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _mean(learned: Sequence[Learned], offsets: str, way: str) -> float:
    return float(np.mean([one.f1 for one in learned if (one.offsets, one.way) == (offsets, way)]))


def _spread(values: Sequence[float]) -> str:
    return f"{np.mean(values):.3f} ± {np.std(values):.3f}"


_LIMITS = """## Limits

* The check on collapse is synthetic; the published tables need the Schubert Winterreise recordings.
* Few drummers, rendered kits: differences of a few hundredths between rows of the table of the hearing mean nothing.
* The hearing knows drums before it learns from unaligned takes. That is what breaks the symmetry: from nothing, all
  targets could be learned as late as the look-ahead allows at the same loss.
* Thresholds are part of what is compared: a lane that is hardly played may gain or lose by its threshold alone.
"""
