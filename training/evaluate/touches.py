"""A layer above any code of hits: velocity and offset of every hit that it gives back, as steps from what it says.

What is sent of a hit knows its voice. Hits that were not played are sent as they are.
"""

import numpy as np
import numpy.typing as npt

from training.evaluate.entropy import Indices, Stream, SymbolModel

Array = npt.NDArray[np.float32]

VOICES = 9
_LEVELS = 65


class TouchCoder:
    """Steps of velocity `step`, and of offset finer by the weights of the loss; counted on training windows as played
    and as laid, `(n, steps, 27)`, where a hit is struck from `threshold` on."""

    def __init__(self, played: Array, laid: Array, step: float, weights: Array, threshold: float) -> None:
        ratio = float(np.sqrt(weights[VOICES] / weights[2 * VOICES]))
        self._steps, self._threshold = np.array([step, step * ratio], np.float32), threshold
        self._models = [SymbolModel(_LEVELS, VOICES) for _ in self._steps]
        for model, stream in zip(self._models, self._streams(played, laid)[0], strict=True):
            model.count(stream)

    def send(self, played: Array, laid: Array) -> tuple[float, Array]:
        """Bits of all windows together, and the windows with their touch refined."""
        streams, cells = self._streams(played, laid)
        bits = sum(model.bits(stream).sum() for model, stream in zip(self._models, streams, strict=True))
        return float(bits), self.refined(laid, [stream.symbols for stream in streams], cells)

    def refined(self, laid: Array, symbols: list[Indices], cells: tuple[Indices, ...]) -> Array:
        """What a decoder makes of the symbols: the hits `cells` it has itself."""
        out = laid.copy()
        window, step, voice = cells
        for part, levels in enumerate(symbols):
            out[window, step, voice + (1 + part) * VOICES] += (levels - _LEVELS // 2) * self._steps[part]
        return out

    def cells(self, laid: Array) -> tuple[Indices, ...]:
        """The hits given back: window, step, voice."""
        return np.nonzero(laid[..., :VOICES] >= self._threshold)

    def _streams(self, played: Array, laid: Array) -> tuple[list[Stream], tuple[Indices, ...]]:
        cells = window, step, voice = self.cells(laid)
        true = played[window, step, voice] > 0
        streams = []
        for part, size in enumerate(self._steps):
            at = window, step, voice + (1 + part) * VOICES
            levels = np.rint((played[at] - laid[at]) / size).astype(np.intp) * true
            symbols = levels.clip(-(_LEVELS // 2), _LEVELS // 2) + _LEVELS // 2
            streams.append(Stream(window, voice, symbols))
        return streams, cells
