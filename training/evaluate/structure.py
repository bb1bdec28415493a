"""`python -m training report structure`: sections and loops found in medleys, in the demo song and in looped grooves.

Medleys are cut from clips of the half of the artists on whom no constant was tuned (`medleys.is_for_test`). The
embedder has heard most of them; the last row is of all artists whom it never heard, some of them of the other half.
Conventions are those of `mir_eval.segment`: a boundary is right within 3 s or 0.5 s; the two ends of a recording do not
count (`trim`); the pairwise F1 is over pairs of moments, 0.1 s apart, that are of one label.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any, NamedTuple

import mir_eval
import msgspec
import numpy as np
import numpy.typing as npt
import soundfile

from livemusic.dsp.samples import Samples
from livemusic.dsp.spec import FeatureSpec
from livemusic.errors import MediaError, ModelError
from livemusic.latent.points import Points
from livemusic.latent.recurrence import Recurrence
from livemusic.latent.structure import Section, Structure, sections_of
from training.data import groove
from training.data.audio import Clip, held_out, read_clips
from training.data.medleys import SAMPLE_RATE, Kind, Medley, draw, is_for_test
from training.data.renders import BEATS, Demo, demo_song, loops
from training.data.takes import read_takes
from training.evaluate.embedder import Graph
from training.evaluate.markdown import table
from training.evaluate.segmenters import Segments, checkerboard, laplacian
from training.evaluate.windows import Windows
from training.progress import progress

Floats = npt.NDArray[np.float64]
Way = Callable[["Piece"], Segments]

MEDLEYS, LOOPS = 20, 60
KINDS: tuple[Kind, ...] = ("same", "other")
#: A change counts as told once a section begins within this of it.
_NEAR_S = 1.0
#: Another section that is told so long after a change is not its doing.
_LATE_S = 4.0
#: So many medleys of each kind, of the other artists, the plain windows are fitted to.
_FITTED = 10
#: A loop's length is right within this share of a beat.
_BEAT = 0.25
_CHUNK = 11
#: So much sound a point of the path tells of.
WINDOW_S = 0.5


class Told(NamedTuple):
    """What is told at the end, how long after each change it was told (infinite: never), and how often wrongly."""

    sections: tuple[Section, ...]
    waits: list[float]
    false: int


def opened(folder: Path) -> Graph:
    """The embedder in `folder`. `ModelError` where there is none."""
    try:
        card = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{folder / 'model.json'} cannot be read ({error}): name an embedder's folder") from error
    spec = msgspec.convert(card["spec"]["features"], FeatureSpec)
    return Graph(folder / "encoder.onnx", spec, card["spec"]["state"], card["spec"]["dim"])


class Piece:
    """Music whose sections are known, and its path, which is computed once."""

    def __init__(self, graph: Graph, truth: Medley | Demo) -> None:
        self.truth = truth
        self._graph = graph
        self.kind = truth.kind if isinstance(truth, Medley) else "demo"

    @property
    def sound(self) -> Samples:
        """Mono, at `SAMPLE_RATE`; of a medley it is cut anew every time, which needs less room."""
        return self.truth.sound() if isinstance(self.truth, Medley) else self.truth.sound

    @cached_property
    def points(self) -> Points:
        """The path."""
        return self._graph.points(self.sound)

    def score(self, way: Way) -> dict[str, float]:
        """How right a way is."""
        return score(self.truth.intervals, self.truth.labels, *way(self))


def report(args: argparse.Namespace) -> int:
    """Measure, and print tables or, with `args.json`, the figures."""
    if args.data is None:
        raise MediaError("--data is missing: name the folder with the audio clips and their clips.csv")
    graph = opened(args.model)
    clips = read_clips(args.data)
    tuned = [clip for clip in clips if not is_for_test(clip.artist)]
    reported = [clip for clip in clips if is_for_test(clip.artist)]
    windows = Windows.fitted([medley.sound() for medley in drawn(tuned, _FITTED)])
    song = Piece(graph, demo_song())
    pieces = [*(Piece(graph, medley) for medley in drawn(reported, MEDLEYS)), song]
    others = drawn([clip for clip, kept in zip(clips, held_out(clips), strict=True) if kept], MEDLEYS)
    rows = [
        figures("ours", ours, pieces),
        figures("ours, as told live", lambda piece: _segments(live(piece.points).sections), pieces),
        figures("ours on PCA of log-mel windows", partial(_on_windows, windows), pieces),
        figures("recurrence and Laplacian, told how many", partial(_of_sound, laplacian), pieces),
        figures("checkerboard over chroma and MFCC, told how many", partial(_of_sound, checkerboard), pieces),
        figures("ours, artists the embedder never heard", ours, [*(Piece(graph, each) for each in others), song]),
    ]
    late, turns = delays(pieces[:-1]), periods(graph, args.groove)
    if args.json:
        print(json.dumps({"sections": rows, "live": late, "loops": turns}, indent=2))
    else:
        print("\n\n".join((table(rows), table([late]), table([turns]))))
    return 0


def figures(name: str, way: Way, pieces: Sequence[Piece]) -> dict[str, Any]:
    """A row of the table: mean scores of each kind of piece."""
    scores = [(piece.kind, piece.score(way)) for piece in progress(pieces, name, "piece")]
    row: dict[str, Any] = {"way": name}
    for kind in (*KINDS, "demo"):
        some = [each for of, each in scores if of == kind]
        row |= {f"{key} {kind}": float(np.mean([each[key] for each in some])) for key in some[0]}
    return row


def ours(piece: Piece) -> Segments:
    """What livemusic finds in a whole path."""
    hop_s = float(piece.points.t[-1] - piece.points.t[0]) / (len(piece.points.t) - 1)
    return _segments(sections_of(piece.points.z, hop_s, WINDOW_S, piece.points.level))


def _on_windows(windows: Windows, piece: Piece) -> Segments:
    return _segments(sections_of(windows(piece.sound), windows.hop_s, windows.window_s))


def _of_sound(way: Callable[[Samples, int, int], Segments], piece: Piece) -> Segments:
    return way(piece.sound, SAMPLE_RATE, len(set(piece.truth.labels)))


def drawn(clips: Sequence[Clip], count: int) -> list[Medley]:
    """`count` medleys of each kind from `clips`."""
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


def delays(pieces: Sequence[Piece]) -> dict[str, float]:
    """How soon changes are told live: the share told at all and within 2 s, the delay of those told (median, 95 %), and
    how often a minute another section is told where none has begun in the last four seconds."""
    late, minutes, false = [], 0.0, 0
    for piece in progress(pieces, "live", "piece"):
        told = live(piece.points, piece.truth.intervals[1:, 0])
        late += told.waits
        false += told.false
        minutes += float(piece.truth.intervals[-1, 1]) / 60
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


def live(points: Points, changes: Sequence[float] | Floats = ()) -> Told:
    """Let a path grow, and see what is told when."""
    hop_s = float(points.t[-1] - points.t[0]) / (len(points.t) - 1)
    structure = Structure(points.z.shape[1], hop_s, WINDOW_S, float(points.t[0]))
    waits, false, label = [np.inf] * len(changes), 0, None
    for begin in range(0, len(points.rows), _CHUNK):
        new = points.between(begin, begin + _CHUNK)
        structure.hear(new.z, new.level)
        now = float(new.t[-1])
        starts = np.array([section.start for section in structure.sections[1:]])
        for number, change in enumerate(changes):
            if now >= change and np.isinf(waits[number]) and (np.abs(starts - change) <= _NEAR_S).any():
                waits[number] = now - change
        current = structure.sections[-1].label if structure.sections else None
        if label is not None and current != label:
            false += not any(0 <= now - change <= _LATE_S for change in changes)
        label = current
    return Told(structure.sections, waits, false)


def periods(graph: Graph, folder: Path | None) -> dict[str, float]:
    """The share of two-bar loops whose period in beats is right: the two bars, one of them, or both twice; and the
    share where it is the two bars."""
    right, exact = [], []
    for loop in progress(loops(read_takes(folder or groove.download()), "test", LOOPS), "loops", "loop"):
        path = graph.points(loop.sound)
        recurrence = Recurrence(path.z.shape[1], graph.spec.hop_s)
        recurrence.hear(path.z)
        found = recurrence.loop
        beats = 0.0 if found is None else found.period * loop.bpm / 60
        right.append(any(abs(beats - bars * BEATS / 2) <= _BEAT for bars in (1, 2, 4)))
        exact.append(abs(beats - BEATS) <= _BEAT)
    return {"loops": float(len(right)), "whole bars": float(np.mean(right)), "two bars": float(np.mean(exact))}


def _segments(sections: Sequence[Section]) -> Segments:
    if not sections:
        return np.array([0.0, 0.0]), [0]
    edges = np.array([*(section.start for section in sections), sections[-1].end])
    return edges, [section.label for section in sections]
