"""Other ways to find sections, to measure ours against: what is usually taken, made of librosa and scikit-learn.

Each takes mono sound and the number of different sections, which ours has to find out, and tells edges `(k + 1,)` in
seconds and labels `(k,)`.
"""

from itertools import pairwise

import librosa
import numpy as np
import numpy.typing as npt
import scipy.linalg
import scipy.ndimage
import scipy.sparse.csgraph
from sklearn.cluster import AgglomerativeClustering, KMeans

from livemusic.dsp.samples import Samples

Floats = npt.NDArray[np.float64]
Segments = tuple[Floats, list[int]]

RATE = 22050
HOP = 512
_BINS_PER_OCTAVE, _OCTAVES = 36, 7
#: Half the width of the checkerboard in frames of half a second, and how far a peak of novelty must stand out.
_HALF, _PEAK = 8, 0.3
_FRAME_S = 0.5


def laplacian(sound: Samples, rate: int, count: int) -> Segments:
    """Spectral clustering of a recurrence graph, McFee and Ellis, "Analyzing song structure with spectral clustering"
    (2014), beat by beat: repeats from the constant-Q spectrum, neighbours in time from MFCC."""
    mono = librosa.resample(sound, orig_sr=rate, target_sr=RATE)
    spectrum = librosa.amplitude_to_db(
        np.abs(librosa.cqt(mono, sr=RATE, bins_per_octave=_BINS_PER_OCTAVE, n_bins=_OCTAVES * _BINS_PER_OCTAVE)),
        ref=np.max,
    )
    beats = librosa.beat.beat_track(y=mono, sr=RATE, trim=False)[1]
    if len(beats) < 3 * count:
        beats = np.arange(0, spectrum.shape[1], round(_FRAME_S * RATE / HOP))
    beats = librosa.util.fix_frames(beats, x_min=0)
    synced = librosa.util.sync(spectrum, beats.tolist(), aggregate=np.median)
    graph = librosa.segment.recurrence_matrix(synced, width=3, mode="affinity", sym=True)
    graph = librosa.segment.timelag_filter(scipy.ndimage.median_filter)(graph, size=(1, 7))
    timbre = librosa.util.sync(librosa.feature.mfcc(y=mono, sr=RATE), beats.tolist())
    steps = np.sum(np.diff(timbre, axis=1) ** 2, axis=0)
    near = np.exp(-steps / np.median(steps))
    chain = np.diag(near, k=1) + np.diag(near, k=-1)
    ours, theirs = chain.sum(axis=1), graph.sum(axis=1)
    share = ours.dot(ours + theirs) / np.sum((ours + theirs) ** 2)
    vectors = scipy.linalg.eigh(scipy.sparse.csgraph.laplacian(share * graph + (1 - share) * chain, normed=True))[1]
    vectors = scipy.ndimage.median_filter(vectors, size=(9, 1))
    norm = np.cumsum(vectors**2, axis=1) ** 0.5
    found = KMeans(count, n_init=10, random_state=0).fit_predict(
        vectors[:, :count] / (norm[:, count - 1 : count] + 1e-9)
    )
    times = librosa.frames_to_time(beats, sr=RATE, hop_length=HOP)
    turns = np.flatnonzero(np.diff(found)) + 1
    edges = np.array([0.0, *times[turns], len(sound) / rate])
    return edges, [int(found[turn]) for turn in (0, *turns)]


def checkerboard(sound: Samples, rate: int, count: int) -> Segments:
    """Peaks of a checkerboard's novelty (Foote 2000) over chroma and MFCC, stretches joined by average linkage."""
    mono = librosa.resample(sound, orig_sr=rate, target_sr=RATE)
    chroma = librosa.feature.chroma_cqt(y=mono, sr=RATE, hop_length=HOP)
    timbre = librosa.feature.mfcc(y=mono, sr=RATE, hop_length=HOP)[:13]
    width = round(_FRAME_S * RATE / HOP)
    frames = min(chroma.shape[1], timbre.shape[1]) // width * width
    both = np.concatenate([_unit(chroma[:, :frames]), _unit(timbre[:, :frames])])
    rows = both.reshape(len(both), -1, width).mean(axis=2).T
    likeness = 1 - np.square(rows[:, None] - rows[None]).sum(axis=2) / (2 * rows.shape[1])
    taper = np.exp(-0.5 * (np.arange(-_HALF + 0.5, _HALF) / (_HALF / 2)) ** 2)
    side = np.sign(np.arange(-_HALF + 0.5, _HALF))
    kernel = np.outer(taper * side, taper * side)
    padded = np.pad(likeness, _HALF, mode="edge")
    novelty = np.array(
        [float((kernel * padded[at : at + 2 * _HALF, at : at + 2 * _HALF]).sum()) for at in range(len(rows))]
    )
    novelty = np.maximum(novelty, 0) / max(float(novelty.max()), 1e-9)
    peaks = [
        at
        for at in range(2, len(rows) - 1)
        if novelty[at] >= _PEAK and novelty[at] == novelty[max(0, at - 4) : at + 5].max()
    ]
    edges = [0, *peaks, len(rows)]
    means = np.stack([rows[begin:end].mean(axis=0) for begin, end in pairwise(edges)])
    found = np.zeros(len(means), int)
    if len(means) > count:
        found = AgglomerativeClustering(count, linkage="average").fit_predict(means)
    else:
        found = np.arange(len(means))
    step = width * HOP / RATE
    return np.array([*(edge * step for edge in edges[:-1]), len(sound) / rate]), [int(label) for label in found]


def _unit(rows: npt.NDArray[np.float32]) -> Floats:
    """Every row with mean 0 and variance 1."""
    away = rows - rows.mean(axis=1, keepdims=True)
    return np.asarray(away / np.maximum(away.std(axis=1, keepdims=True), 1e-9), np.float64)
