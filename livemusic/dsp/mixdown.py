"""Two channels or more become one, also where they would cancel each other out."""

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

#: Decisions are made and faded in over so many frames, counted from the first: blocks of any size give the same sound.
_FRAME = 256
_MEMORY_S = 0.3
#: How strong the sum is beside sides that have nothing to do with each other, in energy: below the first it is given
#: up for the louder side, above the second it is taken again.
_CANCELS, _ADDS = 0.1, 0.3
#: The side in use is given up for one with four times its energy.
_LOUDER = 4.0
_EVIDENCE_S = 0.05
_FADE = 0.35
_SILENCE = 1e-12


class Mixdown:
    """Mono from `channels`, block by block: their mean, or the loudest of them while the mean nearly cancels out.

    A microphone cable with swapped wires, or a stereo widener, turns one side against the other; their sum is silence.
    Between the two it is faded, so that nothing clicks.
    """

    def __init__(self, channels: int, sample_rate: int) -> None:
        if channels < 1 or sample_rate < 1:
            raise ValueError(f"{channels} channels at {sample_rate} Hz cannot be mixed")
        self._mean = np.full(channels, 1.0 / channels)
        self._weights = self._mean
        self._target = self._mean
        self._keep = float(np.exp(-_FRAME / (_MEMORY_S * sample_rate)))
        self._needed = max(1, round(_EVIDENCE_S * sample_rate / _FRAME))
        self._heard = 0
        self._sides = np.zeros(channels)
        self._sum = 0.0
        self._partial = np.zeros((0, channels), np.float32)
        self._cancelled = False

    @property
    def cancels(self) -> bool:
        """Whether a side is heard for the sum now."""
        return self._target is not self._mean

    def remark(self, what: str) -> str:
        """The sentence for the musician, about `what`, once its sides have cancelled; `` before."""
        if not self._cancelled:
            return ""
        return (
            f"{what} has sides that cancel each other out: the louder one is heard. "
            "Swap the wires of one side, or turn its phase."
        )

    def push(self, block: Samples) -> Samples:
        """`(n, channels)` as float32 `(n,)`."""
        if block.shape[1] == 1:
            return block[:, 0]
        begin, sound = len(self._partial), np.concatenate([self._partial, block])
        count = len(sound) // _FRAME
        whole = np.nan_to_num(sound[: count * _FRAME].astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
        frames = whole.reshape(count, _FRAME, block.shape[1])
        weights = [self._weights]
        for sides, total in zip((frames**2).mean(axis=1), (frames.sum(axis=2) ** 2).mean(axis=1), strict=True):
            self._weights = self._next()
            weights.append(self._weights)
            self._weigh(sides, float(total))
        weights.append(self._next())
        self._partial = sound[count * _FRAME :]
        if all(weight is self._mean for weight in weights):
            mean: Samples = block.mean(axis=1, dtype=np.float32)
            return mean
        steps = np.arange(begin + 1, len(sound) + 1) / _FRAME
        mono = sum(
            np.interp(steps, np.arange(len(weights)), side) * sound[begin:, channel]
            for channel, side in enumerate(np.array(weights).T)
        )
        return np.asarray(mono, np.float32)

    def _next(self) -> npt.NDArray[np.float64]:
        """The weights at the end of this frame."""
        if self._weights is self._target:
            return self._target
        near = self._weights + _FADE * (self._target - self._weights)
        return self._target if float(np.abs(self._target - near).max()) < 1e-3 else near

    def _weigh(self, sides: npt.NDArray[np.float64], total: float) -> None:
        """Decide what the next frames go towards; the energies are those of this frame."""
        self._sides = self._sides * self._keep + sides
        self._sum = self._sum * self._keep + total
        energy = float(self._sides.sum())
        if energy < _SILENCE:
            return
        self._heard += 1
        ratio = self._sum / energy
        loudest = int(self._sides.argmax())
        if self.cancels and ratio > _ADDS:
            self._target = self._mean
        elif self.cancels and self._sides[loudest] > _LOUDER * self._sides[int(self._target.argmax())]:
            self._target = self._one(loudest)
        elif not self.cancels and ratio < _CANCELS and self._heard >= self._needed:
            self._target = self._one(loudest)
            self._cancelled = True

    def _one(self, channel: int) -> npt.NDArray[np.float64]:
        alone: npt.NDArray[np.float64] = np.eye(len(self._mean))[channel]
        return alone
