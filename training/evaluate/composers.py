"""Whether figures know their composer: nearest neighbours among pieces of other recordings."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from livemusic.music.roll import LOUDNESS
from training.data.giant import Piece

NEIGHBOURS = 3

Array = npt.NDArray[np.float32]


def asked(pieces: Sequence[Piece], piece: Piece) -> bool:
    """Whether a piece can be told: there is another recording of its composer."""
    return len({other.recording for other in pieces if other.composer == piece.composer}) > 1


def accuracy(features: Array, pieces: Sequence[Piece]) -> float:
    """The share of pieces whose composer most of their nearest neighbours have (cosine of
    what sets them apart from the mean, as on the map; of equals the nearest one's).

    Neighbours are never of the same recording; only pieces of composers with two recordings or more are asked about.
    """
    told = [index for index, piece in enumerate(pieces) if asked(pieces, piece)]
    apart = features - features.mean(0)
    unit = apart / np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-9)
    likeness = unit @ unit.T
    right = 0
    for index in told:
        order = np.argsort(-likeness[index], kind="stable")
        others = [other for other in order if pieces[other].recording != pieces[index].recording][:NEIGHBOURS]
        votes = Counter(pieces[other].composer for other in others)
        right += votes.most_common(1)[0][0] == pieces[index].composer
    return right / max(1, len(told))


def chance_level(pieces: Sequence[Piece]) -> float:
    """The share that naming the most frequent composer of the other recordings gets right."""
    told = [piece for piece in pieces if asked(pieces, piece)]
    right = 0
    for piece in told:
        others = Counter(other.composer for other in pieces if other.recording != piece.recording)
        right += others.most_common(1)[0][0] == piece.composer
    return right / max(1, len(told))


def keys_struck(piece: Piece) -> Array:
    """The raw beside figures: how often each key is struck, the root of it."""
    return np.asarray(np.sqrt((piece.roll[..., LOUDNESS] > 0).mean(0)), np.float32)
