"""`python -m training styles`: the style map of a drum dictionary, from the beats of the training split.

Every take gives up to four landmarks: its most typical two bars, and three that are ever less so, because a take is
not one pattern. Activities, telling atoms weighing more, are laid out in the plane by t-SNE (van der Maaten and Hinton
2008).
"""

import argparse
from pathlib import Path

import numpy as np
from sklearn.manifold import TSNE

from livemusic.errors import ModelError
from livemusic.music.grid import HIT, Grid
from livemusic.sketch.styles import StyleMap, activity, telling, weighed
from training.data import groove
from training.data.groove import WINDOW_STEPS
from training.data.takes import Take, read_takes
from training.evaluate.graphs import Coder
from training.evaluate.neighbours import Array
from training.progress import progress

STYLES = "styles.npz"
_LEAST_HITS = 8
_MARKS = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `python -m training styles`."""
    parser.add_argument("--data", type=Path, help="the Groove MIDI folder; downloaded when not given")
    parser.add_argument("--model", type=Path, default=Path("models/drums-3"), help="dictionary (default %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the map's layout (default %(default)s)")


def run(args: argparse.Namespace) -> int:
    """Make the map and put it beside the dictionary."""
    coder = Coder(args.model)
    takes = [
        take for take in read_takes(args.data or groove.download()) if take.split == "train" and take.kind == "beat"
    ]
    marks = [(take.style, *mark) for take in progress(takes, "styles", "take") for mark in landmarks(coder, take)]
    activities = np.stack([taken for _, _, taken in marks])
    weights = telling(activities)
    coordinates = weighed(activities, weights)
    names, grids = tuple(style for style, _, _ in marks), tuple(grid for _, grid, _ in marks)
    styles = StyleMap(weights, coordinates, places(coordinates, args.seed), names, grids)
    made_for = np.array(coder.made_of)
    part = args.model / f"{STYLES}.part"
    with part.open("wb") as file:
        np.savez_compressed(file, made_for=made_for, **styles.to_arrays())  # type: ignore[arg-type]
    part.replace(args.model / STYLES)
    print(f"{args.model / STYLES}: {len(marks)} landmarks of {len(set(names))} styles")
    return 0


def read_map(model: Path) -> StyleMap:
    """The map beside a dictionary. `ModelError` where there is none."""
    try:
        with np.load(model / STYLES) as stored:
            return StyleMap.from_arrays(stored)
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{model / STYLES} cannot be read ({error}): run `python -m training styles` first") from error


def landmarks(coder: Coder, take: Take) -> list[tuple[Grid, Array]]:
    """Two bars of a take each with their activity, the nearest to its mean first; none that repeat."""
    different = {values[..., HIT].tobytes(): values for values in take.windows(WINDOW_STEPS, _LEAST_HITS)}
    grids = [Grid(values) for values in different.values()]
    if not grids:
        return []
    each = np.stack([activity(coder, grid) for grid in grids])
    typical = np.argsort(-(each @ each.sum(0)), kind="stable")
    return [(grids[index], each[index]) for index in typical[:: max(1, len(grids) // _MARKS)][:_MARKS]]


def places(coordinates: Array, seed: int) -> Array:
    """A place `(x, y)` in 0..1 for each landmark: by t-SNE."""
    laid = TSNE(perplexity=20, init="pca", random_state=seed, n_jobs=1).fit_transform(coordinates)
    low, high = laid.min(0), laid.max(0)
    spread: Array = (laid - low) / (high - low)
    return spread
