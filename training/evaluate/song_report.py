"""`python -m training report song`: what the results of one model a song say, in tables, pictures and verdicts.

Everything is worked out from the results file that `python -m training song` writes. The unit of every test is the
clip: the seeds of a clip are averaged first, then recipes are compared clip by clip.
"""

import argparse
import math
from collections.abc import Sequence

import numpy as np
import torch

from livemusic.errors import MediaError
from training.evaluate.song_pictures import draw
from training.evaluate.song_results import (
    CONDITIONED,
    Comparison,
    Figure,
    Float,
    Line,
    Results,
    answers,
    cos_of,
    curve,
    explained_of,
    read_results,
    trust_of,
    words_of,
)
from training.recipes.song import HEARD, SONG

STEPS = (1, 5, 10, 20, 30)
GIVEN_UP = 0.05
"""Share of reconstruction that may be given up for a forecast."""
ALPHAS = ("pure", "seed", "alpha-01", "alpha-1")
ENOUGH = 3
"""Clips that a recipe must have been trained on to be compared."""


def report(args: argparse.Namespace) -> int:
    """Write `REPORT.md` and the pictures beside the results; prints the report."""
    torch.set_num_threads(1)
    folder = args.pictures / "song"
    results = Results(read_results(folder / "results.jsonl"), ENOUGH)
    if not {"pure", "seed"} <= set(results.recipes):
        raise MediaError(
            f"{folder / 'results.jsonl'} holds no models of the recipes pure and seed: run `python -m training song`"
        )
    text = report_text(results)
    (folder / "REPORT.md").write_text(text, encoding="utf-8")
    draw(results, folder)
    print(text)
    return 0


def report_text(results: Results) -> str:
    """The whole report."""
    parts = (_opening, _figures, _divergence, _forecasters, _claims, _open_question, _tried, _two_seconds)
    return "\n".join([*(line for part in parts for line in part(results)), _LIMITS])


def _opening(results: Results) -> list[str]:
    clips, models = results.count("seed")
    return [
        "# One model a song",
        "",
        "The source (M-Lin-DM, *Deep-Audio-Embedding*) trains an autoencoder on one song and draws the song as the",
        "path of its windows. It says that a path *conditioned* on foreseeing its own next step is smoother, that this",
        "helps a forecast over the first few steps only, and blames its one-step loss. This report repeats the",
        "experiment and puts the question again.",
        "",
        f"{clips} clips of up to 30 s, each by another artist, {models / clips:.2g} seeds each; recipes with fewer say",
        f"so (clips × seeds). A model hears the first {HEARD:.0%} of a clip; forecasts are judged on the rest, which",
        "neither the model nor the forecaster has heard (unless it says *as published*). The unit of every test is the",
        "clip: seeds are averaged first; p is Wilcoxon's signed-rank test, two-sided. Made by",
        "",
        "    python -m training song --data DATA/audio --recipes RECIPE … --clips CLIPS --seeds SEEDS",
        "    python -m training report song",
        "",
        "| recipe | what its loss is | clips × seeds | processor time for a model |",
        "|---|---|---|---|",
        *(
            f"| `{name}` | {words_of(name)} | {_size(results, name)} "
            f"| {np.median([line['cpu_s'] for line in results.lines if line['recipe'] == name]):.0f} s |"
            for name in results.recipes
        ),
        "",
    ]


def _size(results: Results, name: str) -> str:
    clips, models = results.count(name)
    return f"{clips} × {models / max(1, clips):.2g}"


def _label(results: Results, name: str) -> str:
    return f"`{name}`" if results.count(name) == results.count("seed") else f"`{name}` ({_size(results, name)})"


def _at(key: str, step: int) -> Figure:
    return lambda line: line[key][step - 1]


FIGURES: tuple[tuple[str, Figure], ...] = (
    ("cos", cos_of),
    ("turn °", lambda line: line["angle"]),
    ("explained", explained_of),
    ("unheard", lambda line: line["unheard"]["explained"]),
    ("BCE", lambda line: line["heard"]["bce"]),
    ("trust", trust_of),
    ("contin", lambda line: line["continuity"]),
    ("widest axis", lambda line: line["axes"][0]),
)


def _figures(results: Results) -> list[str]:
    """Smoothness, reconstruction and neighbourhoods, recipe by recipe."""
    clips = results.clips("pure")
    costs = results.of("pure", clips, lambda line: [line["heard"][key] for key in ("least", "mean_picture", "kept")])
    least, mean, kept = costs.mean(axis=0)
    lines = [
        "## Figures",
        "",
        "Means over the clips. *cos*: of successive velocities; *explained*: reconstruction, 0 for the mean picture",
        "and 1 for the least cross-entropy that grey targets allow, on the part that was heard and on the rest;",
        "*trust*, *contin*: trustworthiness and continuity beside the model's own windows; *widest axis*: its share of",
        "the variance.",
        "",
        "| recipe | " + " | ".join(name for name, _ in FIGURES) + " |",
        "|---|" + "---|" * len(FIGURES),
    ]
    for name in results.recipes:
        values = [results.of(name, results.clips(name), figure).mean() for _, figure in FIGURES]
        cells = [f"{value:.1f}" if value > 2 else f"{value:.3f}" for value in values]
        lines.append(f"| {_label(results, name)} | " + " | ".join(cells) + " |")
    return [
        *lines,
        "",
        f"Cross-entropy of the mean picture {mean:.4f}, least possible {least:.4f}. With the statistics that batch",
        f"normalisation kept from training (Keras' momentum .99) `pure` costs {kept:.4f}: after seven epochs they",
        "still lag behind the weights, so all figures here use the statistics of the windows themselves.",
        "",
    ]


def _divergence(results: Results) -> list[str]:
    """The nearest-neighbour forecast's error, as published and corrected."""
    lines = [
        "## Divergence",
        "",
        "Error of the nearest-neighbour forecast (K = 5, 1/distance). *Held out* and *elsewhere* are in units of the",
        "path's spread (root mean square distance from its mean); *elsewhere* takes starts all over the clip and",
        "leaves out their own pass (half-second windows: 43 hops before to 73 after); *as published* has each axis",
        "between 0 and 1 and the source's defects (own pass among the neighbours, the nearest dropped at every step).",
        "",
        "| recipe | as published 1 10 29 | elsewhere 1 10 30 | held out 1 5 10 20 30 | standing still, held out |",
        "|---|---|---|---|---|",
    ]
    columns = (("published", (1, 10, 29)), ("elsewhere", (1, 10, 30)), ("knn", STEPS), ("persistence", STEPS))
    for name in results.recipes:
        cells = [_row(_curve(results, name, key), steps) for key, steps in columns]
        lines.append(f"| {_label(results, name)} | " + " | ".join(cells) + " |")
    return [*lines, "", "![divergence](divergence.png)", ""]


def _forecasters(results: Results) -> list[str]:
    """Every forecaster on held-out music."""
    lines = [
        "## Forecasters",
        "",
        "On the part that was not heard: error over the path's spread after 1 5 10 20 30 steps (straight on: 1 5 10 20",
        "29). The networks have the source's sizes (12-12 units; LSTM of 32 on 20 points), trained on the path heard.",
        "",
        "| recipe | KNN | MLP | LSTM | standing still | straight on |",
        "|---|---|---|---|---|---|",
    ]
    for name in [each for each in results.recipes if SONG[each].frames == 22]:
        cells = [_row(_curve(results, name, key), STEPS) for key in ("knn", "mlp", "lstm", "persistence")]
        cells.append(_row(_curve(results, name, "velocity"), range(1, 6)))
        lines.append(f"| {_label(results, name)} | " + " | ".join(cells) + " |")
    return [*lines, "", "![forecasts](forecasts.png)", ""]


def _curve(results: Results, name: str, key: str, clips: Sequence[str] | None = None) -> Float:
    chosen = results.clips(name) if clips is None else clips
    return np.asarray(results.of(name, chosen, curve(key)).mean(axis=0))


def _row(curve: Float, steps: Sequence[int]) -> str:
    values = [curve[step - 1] for step in steps]
    return " ".join(f"{value:.2f}" if value >= 1 else f"{value:.3f}".removeprefix("0") for value in values)


def _claims(results: Results) -> list[str]:
    """Each of the source's claims with its test."""
    smooth = results.compare("pure", "seed", cos_of)
    verdict = "Holds" if smooth.says(up=True) else "Does not hold"
    lines = ["## The source's claims", "", "### Conditioning smooths the path", ""]
    lines += [f"Mean cosine of successive velocities, `pure` → `seed`: {smooth}. **{verdict}.**"]
    lines += [
        f"`pure` → `{name}`: {results.compare('pure', name, cos_of)}." for name in ALPHAS[2:] if name in results.recipes
    ]
    return [*lines, "", *_first_steps(results), *_sweep(results), *_loops(results)]


def _first_steps(results: Results) -> list[str]:
    columns = ("published", "elsewhere", "knn", "lstm")
    lines = [
        "### It helps the forecast, over the first few steps only",
        "",
        "Error of the forecast, `pure` → `seed` (lower is better):",
        "",
        "| step | as published | elsewhere / spread | held out / spread | LSTM, held out / spread |",
        "|---|---|---|---|---|",
    ]
    early: list[Comparison] = []
    for step in (1, 3, 5, 10, 20, 29):
        tests = [results.compare("pure", "seed", _at(column, step)) for column in columns]
        early += tests if step <= 5 else []
        lines.append(f"| {step} | " + " | ".join(str(test) for test in tests) + " |")
    helped, harmed = sum(test.says(up=False) for test in early), sum(test.says(up=True) for test in early)
    verdict = "Holds" if helped > len(early) / 2 else "Does not hold"
    return [
        *lines,
        "",
        f"**{verdict}.** Of {len(early)} tests at steps 1, 3 and 5, {helped} show a lower error and {harmed} a higher",
        "one at p < .05.",
        "",
    ]


def _sweep(results: Results) -> list[str]:
    """The weight of the one-step loss, 0 to .1."""
    names = [name for name in ALPHAS if name in results.recipes]
    clips = results.clips(*names)
    figures: tuple[tuple[str, Figure], ...] = (
        *(("cos", cos_of), ("turn °", lambda line: line["angle"]), ("explained", explained_of), ("trust", trust_of)),
        *((f"KNN @{step}", _at("knn", step)) for step in (1, 10, 30)),
    )
    lines = [
        "### α = .001 is felt",
        "",
        f"{len(clips)} clips, the first seed of each; KNN held out, over the spread:",
        "",
        "| α | " + " | ".join(label for label, _ in figures) + " |",
        "|---|" + "---|" * len(figures),
    ]
    for name in names:
        values = [results.of(name, clips, figure, [0]).mean() for _, figure in figures]
        cells = [f"{value:.1f}" if value > 5 else f"{value:.3f}" for value in values]
        lines.append(f"| {SONG[name].alpha:g} | " + " | ".join(cells) + " |")
    tests = {label: results.compare("pure", "seed", figure) for label, figure in figures}
    felt = [f"{label} {test}" for label, test in tests.items() if test.p < 0.05]
    verdict = (
        "**Felt** (all seeds): " + "; ".join(felt) + "." if felt else "**Not felt**: no figure differs at p < .05."
    )
    return [*lines, "", f"α = 0 and .001: {verdict}", "", "![smoothness](smoothness.png)", ""]


def _loops(results: Results) -> list[str]:
    """Whether the path is back after a bar."""
    lines = ["### The path settles into limit cycles", ""]
    for index, beats in enumerate((4, 8)):

        def rate(line: Line, index: int = index) -> float:
            return math.nan if line["beats"][index] is None else float(line["beats"][index])

        test = results.compare("pure", "seed", rate)
        if not len(test.a):
            continue
        often = test.a.mean()
        above = Comparison(np.ones_like(test.a), test.a)
        more = "more often" if test.says(up=True) else "less often" if test.says(up=False) else "as often"
        lines += [
            f"After {beats} beats (librosa's tempo) the `pure` path is back in the same place {often:.2f} times",
            f"as often as after any lag (above 1 on {above.higher} of {len(test.a)} clips, p {above.p:.3f}): "
            f"**{'it comes back' if above.says(up=True) else 'not shown'}**. Conditioned, **{more}**: {test}.",
            "",
        ]
    return lines


def _open_question(results: Results) -> list[str]:
    if CONDITIONED not in results.recipes:
        return []
    found, three = answers(results), ("pure", "seed", CONDITIONED)
    count, clips = len(found), results.clips(*three)
    below = {way: sum(each.below(way) for each in found) for way in ("knn", "lstm", "mlp", "elsewhere")}
    explained, trust = (results.compare("pure", CONDITIONED, figure) for figure in (explained_of, trust_of))
    bce = results.compare("pure", CONDITIONED, lambda line: line["heard"]["bce"])
    held = sum(each.kept >= 1 - GIVEN_UP for each in found)
    share = {name: _curve(results, name, "knn", clips) / _curve(results, name, "persistence", clips) for name in three}
    return [
        "## The open question",
        "",
        "Can a path be conditioned so that its forecast strays less than the pure *and* the one-step-conditioned",
        f"path's at all 30 steps? `{CONDITIONED}`: {words_of(CONDITIONED)}. At how many of 30 steps its held-out",
        "divergence (over the path's spread) is below that of `pure` / of `seed`; reconstruction (explained) as a",
        "share of the better of the two; trustworthiness less the higher of the two. Seeds that all three have.",
        "",
        "| clip | KNN | LSTM | reconstruction | trustworthiness |",
        "|---|---|---|---|---|",
        *(
            f"| {each.clip.split('__')[-1]} | {each.steps['knn'][0]} / {each.steps['knn'][1]} "
            f"| {each.steps['lstm'][0]} / {each.steps['lstm'][1]} | {each.kept:.2f} | {each.trust:+.3f} |"
            for each in found
        ),
        "",
        f"* Below both at all 30 steps, KNN held out: **{below['knn']} of {count} clips ({below['knn'] / count:.0%}; "
        f"wanted 80 %)**. LSTM: {below['lstm']}, MLP: {below['mlp']}, KNN elsewhere in the clip: {below['elsewhere']}.",
        "* Mean divergence, KNN held out, at 1 5 10 20 30: "
        + "; ".join(f"`{name}` {_row(_curve(results, name, 'knn', clips), STEPS)}" for name in three)
        + ".",
        f"* Reconstruction, `pure` → `{CONDITIONED}`: explained {explained}; cross-entropy "
        f"{bce.b.mean() / bce.a.mean() - 1:+.1%}. At least {1 - GIVEN_UP:.0%} of what the better of the two explains "
        f"is kept on {held} of {count} clips.",
        f"* Trustworthiness, `pure` → `{CONDITIONED}`: {trust}; `seed` → `{CONDITIONED}`: "
        f"{results.compare('seed', CONDITIONED, trust_of)}.",
        "* As a share of standing still's error (which a slow path makes small, too), at 1 10 30: "
        + "; ".join(f"`{name}` {_row(curve, (1, 10, 30))}" for name, curve in share.items())
        + ".",
        "",
        "![open question](question.png)",
        "",
    ]


def _tried(results: Results) -> list[str]:
    """Other ways to condition, on the clips that all of them have."""
    names = [
        name for name in ("pure", "seed", "pure-8", CONDITIONED, "rollout", "neighbours") if name in results.recipes
    ]
    clips = results.clips(*names)
    if len(names) < 4 or not clips:
        return []
    lines = [
        "### What does it",
        "",
        f"{len(clips)} clips, the first seed of each. `pure-8` draws as many pictures as `{CONDITIONED}` and wants",
        "nothing else; `rollout` and `neighbours` add the squared error of a forecast of 30 steps, by the recurrent",
        "network and by the nearest neighbours within the batch. Rollouts and steps are in units of the path's spread.",
        "",
        "| recipe | cos | explained | trust | KNN held out 1 5 10 20 30 | LSTM | KNN / standing still 1 10 30 |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in names:
        cos, explained, trust = (
            results.of(name, clips, figure, [0]).mean() for figure in (cos_of, explained_of, trust_of)
        )
        knn, lstm, still = (
            results.of(name, clips, curve(key), [0]).mean(axis=0) for key in ("knn", "lstm", "persistence")
        )
        lines.append(
            f"| `{name}` | {cos:.3f} | {explained:.3f} | {trust:.3f} | {_row(knn, STEPS)} | {_row(lstm, STEPS)} "
            f"| {_row(knn / still, (1, 10, 30))} |"
        )
    return [*lines, ""]


def _two_seconds(results: Results) -> list[str]:
    pairs = [(f"2s-{dim}d-pure", f"2s-{dim}d-seed") for dim in (3, 12)]
    pairs = [pair for pair in pairs if set(pair) <= set(results.recipes)]
    if not pairs:
        return []
    lines = [
        "## Two seconds a window",
        "",
        "The source's other variant, on fewer clips. A start's own pass is then 175 hops before to 205 after.",
        "",
        "| | cos | explained | KNN @1 | KNN @10 | KNN @30 |",
        "|---|---|---|---|---|---|",
    ]
    for pure, seed in pairs:
        tests = [
            results.compare(pure, seed, figure)
            for figure in (cos_of, explained_of, *(_at("knn", s) for s in (1, 10, 30)))
        ]
        cells = [f"{test.a.mean():.3f} → {test.b.mean():.3f} ({test.higher} of {len(test.a)} higher)" for test in tests]
        lines.append(f"| `{pure}` → `{seed}` | " + " | ".join(cells) + " |")
    return [*lines, ""]


_LIMITS = f"""## Limits

* Clips of 30 s, of which 22 s are trained on: about 780 updates; a 40-s song gives the source twice as many.
* The last quarter of a clip may be new music; a forecast of it is then a guess for every recipe.
* `{CONDITIONED}` was chosen on three other clips, and after a first form of it (steps of the whitened path) had failed
  on one of these, Sugar Plum Fairy. It also draws more pictures: `pure-8` tells what that does.
* Held-out errors have about 90 starts a clip, three hops apart; their standard error (`knn_se` in the results) takes
  them as independent, which they are not. The tests over clips do not use it.
"""
