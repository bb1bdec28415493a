"""Adapts the hearing to a drummer's own recordings: `python -m training hearing --adapt FOLDER`.

The folder holds recordings with MIDI of the same name. The MIDI need not be in time with them: it may begin up to five
seconds early or late and drift by a third of a second either way.
"""

import argparse
import sys
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import torch

from livemusic.dsp.hits import first_moment
from livemusic.dsp.lanes import LANES, LEVELS
from livemusic.dsp.spec import FeatureSpec, Seconds
from livemusic.errors import MediaError, ModelError
from training.card import write_json, write_text
from training.data.audio import rows_of, sound_of
from training.data.drumming import read_played
from training.evaluate.hearing import export
from training.evaluate.hearing_figures import Count, Figures, figures_of, played_on, tune
from training.models.hearing import Hearer, listen
from training.models.shipped import Opened, open_hearing
from training.recipes.hearing import Recipe
from training.recipes.unaligned import Alignment, Take, Told, lateness, learn_unaligned, one_shift, put_right

RECIPE = Recipe(steps=120, batch=8, rows=400, rate=1e-3)
SOUNDS = (".wav", ".flac", ".ogg", ".mp3", ".aif", ".aiff")
_SHORTEST: Seconds = 8.0
_FEWEST = 16
_FURTHEST: Seconds = 5.0
_JUDGED = 0.25
"""Share of every recording, its end, that is not learned from but judged on."""
_FITTING = 0.4
"""F1 of any hit from which on a recording and its MIDI are taken to belong together."""
_OFTEN = 10
"""Strokes of a lane from which on its threshold is chosen anew."""


def read_takes(folder: Path, spec: FeatureSpec) -> list[Take]:
    """The recordings of a folder that have MIDI of the same name; what is left out is said. `MediaError` where none."""
    if not folder.is_dir():
        raise MediaError(f"{folder} is no folder: --adapt names one with recordings and MIDI of the same name")
    takes = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in SOUNDS:
            continue
        midi = next((found for end in (".mid", ".midi", ".MID") if (found := path.with_suffix(end)).is_file()), None)
        if midi is None:
            _say(f"{path.name} is left out: there is no {path.stem}.mid beside it")
            continue
        try:
            told, rows = read_played(midi).hits, rows_of(sound_of(path, spec.sample_rate), spec)
        except MediaError as error:
            cause = error.__cause__ or error
            raise MediaError(f"{path.with_suffix('')}: {cause}: replace the file or take it out of {folder}") from error
        if len(rows) * spec.hop_s < _SHORTEST or len(told) < _FEWEST:
            _say(f"{path.name} is left out: {_SHORTEST:g} s and {_FEWEST} strokes on drums are the least to learn from")
            continue
        takes.append(Take(path.stem, rows, told))
    if not takes:
        raise MediaError(
            f"{folder} holds nothing to learn from: it takes recordings (WAV, FLAC, Ogg, MP3, AIFF) with their MIDI"
        )
    return takes


def brought_near(opened: Opened, takes: Sequence[Take], how: Alignment) -> list[Take]:
    """The takes whose MIDI belongs to them, moved as a whole to where it fits best; the others are said."""
    near = []
    for take in takes:
        shift = one_shift(opened.model, take, round(_FURTHEST / opened.spec.hop_s), opened.spec)
        moved = replace(take, told=take.told - np.array([shift, 0, 0]))
        late = lateness(opened.model, Told([moved], how.within, opened.spec), 0, how)
        right = replace(moved, told=put_right(moved, late, opened.spec))
        fits = _figures(opened.model, [right], opened.spec, opened.thresholds).f1(LEVELS[-1][0])
        if fits < _FITTING:
            _say(f"{take.name} is left out: what is heard and its MIDI do not belong together (F1 {fits:.2f})")
            continue
        times = shift + late * opened.spec.hop_s
        low, middle, high = 1000 * np.percentile(times, (2, 50, 98))
        print(f"{take.name}: its MIDI is {middle:+.0f} ms late ({low:+.0f} to {high:+.0f})", flush=True)
        near.append(moved)
    if not near:
        raise MediaError("no recording fits its MIDI: check that they have the same names, and that drums are heard")
    return near


def adapt(opened: Opened, takes: Sequence[Take], recipe: Recipe, how: Alignment) -> tuple[Hearer, tuple[float, ...]]:
    """A network that has learned from takes, and thresholds chosen on them where a lane was struck often enough."""
    model, told = deepcopy(opened.model), Told(takes, how.within, opened.spec)
    learn_unaligned(model, told, recipe, how)
    right = [put_right(take, lateness(model, told, number, how), opened.spec) for number, take in enumerate(takes)]
    tuned = tune(right, listen(model, [take.rows for take in takes]), opened.spec, model.delay)
    often = [sum(len(played_on(hits, lane)) for hits in right) >= _OFTEN for lane in range(len(LANES))]
    thresholds = tuple(new if enough else old for enough, new, old in zip(often, tuned, opened.thresholds, strict=True))
    return model, thresholds


def run(args: argparse.Namespace) -> int:
    """Adapt, judge on what was not learned from, and export where something was won."""
    torch.set_num_threads(args.threads)
    out, how = args.out or args.runs / "hearing-mine", Alignment()
    if (out / "model.json").exists() and "adapted" not in (out / "model.json").read_text(encoding="utf-8"):
        raise ModelError(f"{out} holds a model that was not adapted: name another folder with --out")
    opened = open_hearing(args.model)
    takes = brought_near(opened, read_takes(args.adapt, opened.spec), how)
    lessons, ends = zip(*(_parted(take, opened.spec) for take in takes), strict=True)
    recipe = replace(RECIPE, steps=args.steps or RECIPE.steps, seed=args.seed)
    model, thresholds = adapt(opened, lessons, recipe, how)
    # Both are judged by the same truth: where the network that knew nothing of these recordings would put the MIDI.
    told = Told(ends, how.within, opened.spec)
    judged = [
        replace(end, told=put_right(end, lateness(opened.model, told, number, how), opened.spec))
        for number, end in enumerate(ends)
    ]
    before = _figures(opened.model, judged, opened.spec, opened.thresholds)
    after = _figures(model, judged, opened.spec, thresholds)
    print(f"{'':<12}{'strokes':>8}{'before':>8}{'after':>8}")
    for lane in (*LEVELS[1], *LEVELS[-1]):
        if played := before.lanes[lane].played:
            print(f"{LANES[lane]:<12}{played:>8}{before.f1(lane):>8.2f}{after.f1(lane):>8.2f}")
    if pooled(after) <= pooled(before):
        print("Nothing is written: on what it had not learned from it hears no better than before.")
        return 0
    _write(out, opened, model, thresholds, (pooled(before), pooled(after)), len(takes), args)
    print(f"{out} is written: `livemusic models import {out}` makes it one of the app's")
    return 0


def pooled(figures: Figures) -> float:
    """F1 of kick, snare, tom, hat, crash and ride together."""
    return sum((figures.lanes[lane] for lane in LEVELS[1]), Count()).f1


def _parted(take: Take, spec: FeatureSpec) -> tuple[Take, Take]:
    """What is learned from, and the end, which is judged on."""
    cut = round((1 - _JUDGED) * len(take.rows))
    moment = first_moment(spec) + cut * spec.hop_s
    first, last = take.told[take.told[:, 0] < moment], take.told[take.told[:, 0] >= moment].copy()
    last[:, 0] -= cut * spec.hop_s
    return replace(take, rows=take.rows[:cut], told=first), replace(take, rows=take.rows[cut:], told=last)


def _figures(model: Hearer, takes: Sequence[Take], spec: FeatureSpec, thresholds: Sequence[float]) -> Figures:
    told = listen(model, [take.rows for take in takes])
    return figures_of([take.told for take in takes], told, spec, model.delay, thresholds)


def _write(
    out: Path,
    opened: Opened,
    model: Hearer,
    thresholds: Sequence[float],
    scores: tuple[float, float],
    count: int,
    args: argparse.Namespace,
) -> None:
    base = opened.card
    out.mkdir(parents=True, exist_ok=True)
    before, after = (round(score, 3) for score in scores)
    command = f"python -m training hearing --adapt FOLDER --seed {args.seed} --steps {args.steps or RECIPE.steps}"
    card = base | {
        "id": out.name,
        "title": "Hearing drums, adapted",
        "graphs": {"hearing": export(model, opened.spec, out)},
        "spec": base["spec"] | {"thresholds": list(thresholds)},
        "data": [*base["data"], {"name": "own recordings", "licence": "their maker's", "credit": "the drummer"}],
        "metrics": {"own": {"before": before, "after": after}},
        "trained": {"date": date.today().isoformat(), "seed": args.seed, "command": command, "machine": ""},
        "adapted": base["id"],
    }
    write_json(out / "model.json", card)
    lines = [
        f"# {card['title']} (`{card['id']}`)",
        "",
        f"`{base['id']}`, adapted to {count} of a drummer's own recordings with MIDI that need not be in time with",
        "them. On the last quarter of each, which it did not learn from, the F1 of kick, snare, tom, hat, crash and",
        f"ride is {after}; it was {before}.",
        "",
        f"    {command}",
        "",
        "What it was trained on before that:",
        "",
        *(f"* {entry['name']}, {entry['licence']}: {entry['credit']}" for entry in base["data"]),
        "",
    ]
    write_text(out / "CARD.md", "\n".join(lines))


def _say(sentence: str) -> None:
    print(f"training hearing: {sentence}", file=sys.stderr)
