"""`python -m training report structure`: sections and loops found in medleys, in the demo song and in looped grooves.

Medleys are cut from clips of the artists that nothing was tuned on (`medleys.is_for_test`). Conventions are those of
`mir_eval.segment`: a boundary is right within 3 s or 0.5 s; the two ends of a recording do not count (`trim`); the
pairwise F1 is over pairs of moments, 0.1 s apart, that are of one label.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import mir_eval
import msgspec
import numpy as np
import numpy.typing as npt
import soundfile

from livemusic.dsp.samples import Samples
from livemusic.dsp.spec import FeatureSpec
from livemusic.errors import MediaError, ModelError
from livemusic.latent.recurrence import Recurrence
from livemusic.latent.structure import Section, Structure, sections_of
from training.data import groove
from training.data.audio import read_clips
from training.data.medleys import SAMPLE_RATE, Kind, Medley, draw, is_for_test
from training.data.renders import BEATS, demo_song, loops
from training.data.takes import read_takes
from training.evaluate.applications import table
from training.evaluate.embedder import Graph
from training.evaluate.segmenters import Segments, checkerboard, laplacian
from training.evaluate.windows import Windows
from training.progress import progress

Floats = npt.NDArray[np.float64]
Embed = Callable[[Samples], npt.NDArray[np.float32]]

MEDLEYS, LOOPS = 20, 60
KINDS: tuple[Kind, ...] = ("same", "other")
#: A change counts as told once a section begins within this of it.
_NEAR_S = 1.0
#: Of clips that the other windows are fitted to.
_FITTED = 60
#: A loop's length is right within this share of a beat.
_BEAT = 0.25
_CHUNK = 11


class Embedding:
    """What the embedder in `folder` makes of sound. `ModelError` where there is none."""

    def __init__(self, folder: Path) -> None:
        try:
            card = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ModelError(f"{folder / 'model.json'} cannot be read ({error}): name an embedder's folder") from error
        self.spec = msgspec.convert(card["spec"]["features"], FeatureSpec)
        state, dim = card["spec"].get("state", 0), card["spec"]["dim"]
        if not state:
            raise ModelError(f"{folder} takes whole windows: name an embedder that goes row by row, such as embedder-2")
        self._graph = Graph(folder / card["graphs"]["encoder"]["file"], self.spec, state, dim)

    def __call__(self, sound: Samples) -> npt.NDArray[np.float32]:
        """The path `(n, dim)` of sound at `SAMPLE_RATE`."""
        return self._graph.points(sound).z


def report(args: argparse.Namespace) -> int:
    """Measure, and print a table or, with `args.json`, the figures."""
    if args.data is None:
        raise MediaError("--data is missing: name the folder with the audio clips and their clips.csv")
    embedding = Embedding(args.model)
    spec = embedding.spec
    tuned, reported = drawn(args.data, False, _FITTED // 4), drawn(args.data, True, MEDLEYS)
    windows = Windows.fitted([medley.sound() for medley in tuned[:_FITTED]])
    ways: dict[str, Callable[[Samples, int], Segments]] = {
        "ours": lambda sound, count: _whole(embedding(sound), spec.hop_s, spec.window_s),
        "ours, live": lambda sound, count: _live(embedding(sound), spec.hop_s, spec.window_s)[0],
        "ours on PCA of log-mel windows": lambda sound, count: _whole(windows(sound), windows.hop_s, windows.window_s),
        "recurrence and Laplacian, told how many": partial(_of_sound, laplacian),
        "checkerboard over chroma and MFCC, told how many": partial(_of_sound, checkerboard),
    }
    song = demo_song()
    rows = []
    for name, way in ways.items():
        figures: dict[str, Any] = {"way": name}
        for kind in KINDS:
            some = [medley for medley in reported if medley.kind == kind]
            scores = [
                score(medley.intervals, medley.labels, *way(medley.sound(), len(set(medley.labels))))
                for medley in progress(some, f"{name}, {kind}", "medley")
            ]
            figures |= {f"{key} {kind}": value for key, value in _mean(scores).items()}
        demo = score(song.intervals, song.labels, *way(song.sound, len(set(song.labels))))
        rows.append(figures | {f"{key} demo": value for key, value in demo.items()})
    late = delays(embedding, reported)
    turns = periods(embedding, args.groove or groove.download())
    print(
        json.dumps({"sections": rows, "live": late, "loops": turns}, indent=2)
        if args.json
        else "\n\n".join((table(rows), table([late]), table([turns])))
    )
    return 0


def drawn(folder: Path, test: bool, count: int) -> list[Medley]:
    """`count` medleys of each kind from the clips of one half of the artists."""
    clips = [clip for clip in read_clips(folder) if is_for_test(clip.artist) == test]
    lengths = [float(soundfile.info(clip.path).duration) for clip in clips]
    return [draw(clips, lengths, kind, seed) for kind in KINDS for seed in range(count)]


def score(intervals: Floats, labels: Sequence[str], edges: Floats, found: Sequence[int]) -> dict[str, float]:
    """F1 of boundaries at 3 s and 0.5 s, and of pairs of moments, against the truth. Edges are cut to its ends."""
    cut = np.array(edges, np.float64)
    cut[0], cut[-1] = intervals[0, 0], intervals[-1, 1]
    cut = np.maximum.accumulate(np.clip(cut, cut[0], cut[-1]))
    there = np.flatnonzero(np.diff(cut) > 0)
    estimate, names = np.stack([cut[there], cut[there + 1]], axis=1), [str(found[int(place)]) for place in there]
    near, nearer = (
        mir_eval.segment.detection(intervals, estimate, window=window, trim=True)[2] if len(estimate) > 1 else 0.0
        for window in (3.0, 0.5)
    )
    return {
        "F1 3 s": float(near),
        "F1 .5 s": float(nearer),
        "pairwise": float(mir_eval.segment.pairwise(intervals, list(labels), estimate, names)[2]),
    }


def delays(embedding: Embedding, medleys: Sequence[Medley]) -> dict[str, float]:
    """How soon changes are told live: the share told at all and within 2 s, the delay of those told (median, 95 %), and
    how many changes a minute are told where none is."""
    spec = embedding.spec
    late, minutes, false = [], 0.0, 0
    for medley in progress(medleys, "live", "medley"):
        told, wrong = _live(embedding(medley.sound()), spec.hop_s, spec.window_s, medley.intervals[1:, 0])[1:]
        late += told
        false += wrong
        minutes += float(medley.intervals[-1, 1]) / 60
    waits = np.array(late)
    known = waits[np.isfinite(waits)]
    return {
        "changes": float(len(waits)),
        "told": len(known) / len(waits),
        "told within 2 s": float((waits <= 2.0).mean()),
        "median s": float(np.median(known)),
        "95 % s": float(np.quantile(known, 0.95)),
        "false a minute": false / minutes,
    }


def periods(embedding: Embedding, folder: Path) -> dict[str, float]:
    """The share of two-bar loops whose period in beats is right: the two bars, one of them, or the whole turned twice;
    and the share where it is the two bars."""
    right, exact = [], []
    for loop in progress(loops(read_takes(folder), "test", LOOPS), "loops", "loop"):
        path = embedding(loop.sound)
        recurrence = Recurrence(path.shape[1], embedding.spec.hop_s)
        recurrence.hear(path)
        found = recurrence.loop
        beats = 0.0 if found is None else found.period * loop.bpm / 60
        right.append(any(abs(beats - bars * BEATS / 2) <= _BEAT for bars in (1, 2, 4)))
        exact.append(abs(beats - BEATS) <= _BEAT)
    return {"loops": float(len(right)), "whole bars": float(np.mean(right)), "two bars": float(np.mean(exact))}


def _whole(path: npt.NDArray[np.float32], hop_s: float, window_s: float) -> Segments:
    return _segments(sections_of(path, hop_s, window_s))


def _live(
    path: npt.NDArray[np.float32], hop_s: float, window_s: float, changes: Sequence[float] | Floats = ()
) -> tuple[Segments, list[float], int]:
    """What is told at the end, how long after each of the true `changes` it was told (infinite: never), and how often
    another label was told with no change in the four seconds before."""
    structure = Structure(path.shape[1], hop_s, window_s)
    waits = [np.inf] * len(changes)
    false, label = 0, None
    for end in range(_CHUNK, len(path) + _CHUNK, _CHUNK):
        structure.hear(path[end - _CHUNK : end])
        now = window_s + (min(end, len(path)) - 1) * hop_s
        starts = np.array([section.start for section in structure.sections[1:]])
        for number, change in enumerate(changes):
            if now >= change and np.isinf(waits[number]) and (np.abs(starts - change) <= _NEAR_S).any():
                waits[number] = now - change
        current = structure.sections[-1].label if structure.sections else None
        if label is not None and current != label:
            false += not any(0 <= now - change <= 4.0 for change in changes)
        label = current
    return _segments(structure.sections), waits, false


def _segments(sections: Sequence[Section]) -> Segments:
    if not sections:
        return np.array([0.0, 0.0]), [0]
    return np.array([*(section.start for section in sections), sections[-1].end]), [s.label for s in sections]


def _of_sound(way: Callable[[Samples, int, int], Segments], sound: Samples, count: int) -> Segments:
    return way(sound, SAMPLE_RATE, count)


def _mean(scores: Sequence[dict[str, float]]) -> dict[str, float]:
    return {key: float(np.mean([row[key] for row in scores])) for key in scores[0]}
