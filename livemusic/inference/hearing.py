"""From sound to the drums in it: the hearing, and the ear that feeds it a stream."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from livemusic.dsp.features import Features, decibels
from livemusic.dsp.framer import Framer
from livemusic.dsp.hits import HeardHit, HitPicker, first_moment
from livemusic.dsp.resample import QuickResampler
from livemusic.inference.card import HearingSpec, ModelCard
from livemusic.inference.session import OnnxGraph, open_model

Array = npt.NDArray[np.float32]
Seconds = float

#: Sound goes through the chain in pieces of this many samples, so that an hour at once needs little memory.
_PIECE = 1 << 16


class Hearing:
    """Turns rows of features into how probable a hit of each drum is. Thread: one at a time."""

    def __init__(self, card: ModelCard, graph: OnnxGraph) -> None:
        assert isinstance(card.spec, HearingSpec)
        self.card = card
        self.spec: HearingSpec = card.spec
        self.graph = graph

    @classmethod
    def open(cls, folder: str | Path) -> "Hearing":
        """The hearing in `folder`, checked and warm. `ModelError`."""
        card, graphs = open_model(folder, "hearing")
        return cls(card, graphs["hearing"])


class DrumEar:
    """Hears a stream of mono samples at `sample_rate` and tells the hits in it, each as soon as it is sure.

    The hits do not depend on the sizes of the blocks; NaN and infinity count as silence. Before the first sample it was
    silent. Thread: one at a time. `ValueError` for a sample rate that cannot be.
    """

    def __init__(self, hearing: Hearing, sample_rate: float) -> None:
        self.hearing = hearing
        spec, features = hearing.spec, hearing.spec.features
        self._rate = sample_rate
        self._resampler = QuickResampler(sample_rate, features.sample_rate)
        self._framer = Framer(features.fft, features.hop)
        self._framer.push(np.zeros(features.fft - features.hop, np.float32))
        self._features = Features(features)
        self._lanes = len(spec.lanes)
        self._input = np.zeros((1, spec.state + features.bins), np.float32)
        self._rows = 0
        self._samples = 0
        # the silence before the first sample is a row's sound less a hop
        first = first_moment(features) - (features.fft - features.hop) / features.sample_rate
        self._picker = HitPicker(features.hop_s, spec.delay, spec.thresholds, first)

    @property
    def hop_s(self) -> Seconds:
        """From one row to the next."""
        return self.hearing.spec.features.hop_s

    @property
    def heard(self) -> Seconds:
        """How much sound has come."""
        return self._samples / self._rate

    @property
    def due(self) -> Seconds:
        """How much more sound completes the next row."""
        return max(0.0, (self._rows + 1) * self.hop_s + self._resampler.late - self._samples / self._rate)

    def hear(self, samples: npt.ArrayLike) -> list[HeardHit]:
        """The hits that `samples` `(n,)` make sure, in order."""
        sound = np.asarray(samples, np.float32)
        self._samples += len(sound)
        hits: list[HeardHit] = []
        for start in range(0, len(sound), _PIECE):
            hits += self._through(self._resampler.push(sound[start : start + _PIECE]))
        return hits

    def flush(self) -> list[HeardHit]:
        """The last hits, after the last sample: silence follows until nothing can come any more."""
        spec = self.hearing.spec
        silence = np.zeros((1 + spec.delay) * spec.features.hop, np.float32)
        return self._through(np.concatenate([self._resampler.flush(), silence])) + self._picker.flush()

    def _through(self, sound: Array) -> list[HeardHit]:
        state, found = self.hearing.spec.state, list[HeardHit]()
        for row in self._features.follow(decibels(self._framer.push(sound), self._features.spec)):
            self._input[0, state:] = row
            answer = np.nan_to_num(self.hearing.graph.run(self._input)[0])
            self._rows += 1
            self._input[0, :state] = answer[2 * self._lanes :]
            found += self._picker.push(answer[: 2 * self._lanes])
        return found
