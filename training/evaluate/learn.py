"""What a dictionary gains by learning from twelve clips of somebody: on his other clips, and on everybody else's.

Users are drummers of Groove, with clips of the splits that nothing was trained on, and made-up folders of styles that
Groove does not have. Near-duplicates of clips learned from are not tested on.
"""

import argparse
from collections.abc import Sequence
from typing import Any

import numpy as np

from livemusic.sketch.learn import LEAST_CLIPS, Clip, Reported, adapt, compare, kin
from training.data import programmed
from training.data.groove import BAR_STEPS
from training.data.takes import Take, read_takes
from training.evaluate.drums_report import open_atoms
from training.evaluate.graphs import read_contract
from training.evaluate.reader import TorchReader
from training.progress import progress

_SEED = 1
_OTHERS, _MADE = 6, 60


def measure(args: argparse.Namespace) -> list[dict[str, Any]]:
    """Three rows, one for each number of coefficients per beat, for each user."""
    takes = [take for take in read_takes(args.data) if take.split != "train"]
    users = {name: _clips([take for take in takes if take.drummer == name]) for name in _drummers(takes)}
    users |= {name: made(name) for name in programmed.STYLES}
    base, rows = TorchReader(open_atoms(args.model)), []
    threshold = read_contract(args.model, "drums")["spec"]["threshold"]
    for name, clips in progress(list(users.items()), "learn", "user"):
        learnt, others = twelve(clips)
        if len(others) < _OTHERS:
            continue
        learned = adapt(base, threshold, learnt, _SEED, lambda *at: None)
        rest = _clips([take for take in takes if take.split == args.split and take.drummer != name])
        own, all_ = (compare(base, learned, threshold, some, _SEED) for some in (others, rest))
        rows += rows_of(f"{name} ({len(learnt)} → {len(others)} clips)", learned.count - base.count, own, all_)
    return rows


def _drummers(takes: Sequence[Take]) -> list[str]:
    return sorted({take.drummer for take in takes}, key=lambda name: int(name.removeprefix("drummer")))


def _clips(takes: Sequence[Take]) -> list[Clip]:
    return [Clip(take.id, take.grid.values, BAR_STEPS) for take in takes if take.grid.hits.any()]


def made(name: str) -> list[Clip]:
    """The made-up folder of a style."""
    bar = programmed.STYLES[name].bar
    return [Clip(f"{name} {n}", values, bar) for n, values in enumerate(programmed.folder(name, _MADE, _SEED))]


def twelve(clips: Sequence[Clip]) -> tuple[list[Clip], list[Clip]]:
    """Twelve clips, and those of the others that are no near-duplicates of them."""
    chosen = {int(n) for n in np.random.default_rng(_SEED).permutation(len(clips))[:LEAST_CLIPS]}
    akin = {clip for group in kin(clips) if chosen & set(group) for clip in group}
    return [clips[n] for n in sorted(chosen)], [clip for n, clip in enumerate(clips) if n not in akin]


def rows_of(user: str, atoms: int, own: Reported, rest: Reported) -> list[dict[str, Any]]:
    """A row for each number of coefficients per beat, from the user's own other clips and those of the rest."""
    return [
        {
            "user": user,
            "new atoms": atoms,
            "per beat": one.active,
            "F1 before": one.f1,
            "F1 after": other.f1,
            "exact before": one.exact,
            "exact after": other.exact,
            "velocity before": one.velocity,
            "velocity after": other.velocity,
            "offset before": one.offset,
            "offset after": other.offset,
            "others' F1 before": before.f1,
            "others' F1 after": after.f1,
        }
        for one, other, before, after in zip(own.before, own.after, rest.before, rest.after, strict=True)
    ]
