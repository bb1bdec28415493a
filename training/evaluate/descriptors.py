"""What a rhythm is like, in numbers, and whether two sets of rhythms can be told apart by them.

Rhythm descriptors after Bruford et al., "GrooveToolbox" (2020) and Witek et al. (2014): density, voices, place in the
beat, syncopation, self-similarity, backbeat, polyphony. Touch descriptors: levels and spread of velocity and offset.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score

from livemusic.music.grid import HIT, OFFSET, VELOCITY
from livemusic.music.kit import Voice

Array = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]

_LOW = [Voice.KICK]
_MID = [Voice.SNARE, Voice.LOW_TOM, Voice.MID_TOM, Voice.HIGH_TOM]
_HIGH = [Voice.CLOSED_HAT, Voice.OPEN_HAT, Voice.CRASH, Voice.RIDE]
_WEIGHTS = np.array([0, -4, -3, -4, -2, -4, -3, -4, -1, -4, -3, -4, -2, -4, -3, -4])
_LAGS = (4, 8, 16)
_TREES = 200


def rhythm(values: Array) -> list[float]:
    """Descriptors of the hits alone, of a window `(steps, 9, 3)`."""
    hits = np.array(values[..., HIT] > 0, bool)
    place = np.arange(len(hits)) % 16
    weight, after = _WEIGHTS[place], np.roll(_WEIGHTS[place], -1)
    out = [float(hits.mean()), *hits.mean(0)]
    for group in (_LOW, _MID, _HIGH):
        line = np.asarray(hits[:, group].any(1))
        count = max(1, int(line.sum()))
        out += [line.mean(), line[place % 4 == 0].sum() / count, line[place % 4 == 2].sum() / count]
        out.append((line & ~np.roll(line, -1) & (after > weight)).mean())
        for lag in _LAGS:
            either = (line | np.roll(line, lag)).sum()
            out.append((line & np.roll(line, lag)).sum() / either if either else 1.0)
    backbeat = (place == 4) | (place == 12)
    together = hits.sum(1)
    out += [hits[backbeat, Voice.SNARE].mean(), hits[~backbeat, Voice.SNARE].mean()]
    out += [together.max(), together.sum() / max(1, int((together > 0).sum())), (together == 0).mean()]
    out.append(float(hits.any(0).sum()))
    out += [(hits[:, Voice.CLOSED_HAT] & hits[:, Voice.RIDE]).mean()]
    out += [np.abs(hits ^ np.roll(hits, lag, 0)).sum() / max(1, hits.sum()) for lag in _LAGS]
    return [float(value) for value in out]


def touch(values: Array) -> list[float]:
    """Descriptors of velocity and timing."""
    hits = np.asarray(values[..., HIT] > 0)
    out: list[float] = []
    for group in (_LOW, _MID, _HIGH, list(Voice)):
        for feature in (VELOCITY, OFFSET):
            some = values[:, group, feature][hits[:, group]]
            out += [float(some.mean()), float(some.std())] if len(some) else [0.0, 0.0]
    for phase in (1, 2, 3):
        some = values[phase::4, :, OFFSET][hits[phase::4]]
        out.append(float(some.mean()) if len(some) else 0.0)
    return out


def told_apart(
    real: Sequence[Array],
    made: Sequence[Array],
    real_folds: npt.NDArray[np.intp],
    made_folds: npt.NDArray[np.intp],
    with_touch: bool = False,
) -> float:
    """The area under the curve of a random forest that tells made from real: 0.5 is chance, 1 is every time.

    Cross-validated over folds, which share no take: a forest that remembers the takes it saw learns nothing.
    """
    rows = [rhythm(values) + (touch(values) if with_touch else []) for values in (*real, *made)]
    features = np.array(rows)
    labels = np.repeat([0, 1], [len(real), len(made)])
    folds = np.concatenate([real_folds, made_folds])
    chances = np.zeros(len(labels))
    for fold in np.unique(folds):
        forest = RandomForestClassifier(_TREES, min_samples_leaf=3, random_state=0, n_jobs=1)
        forest.fit(features[folds != fold], labels[folds != fold])
        chances[folds == fold] = forest.predict_proba(features[folds == fold])[:, 1]
    return float(roc_auc_score(labels, chances))
