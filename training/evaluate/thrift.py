"""Matching pursuit that counts what it says: an atom is picked for what it explains less what it takes to send.

The loss is that of `training.models.pursuit`; strengths are whole numbers of steps. A bit costs `price` of loss, so
that common atoms win over rare ones that fit little better (entropy-constrained, after Chou, Lookabaugh and Gray 1989,
and Neff and Zakhor 1997 for pursuit). An atom that a window has at the same place of another beat is cheap there.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from training.evaluate.codes import Codes, SparseCoder
from training.evaluate.entropy import Array as Bits
from training.evaluate.entropy import Indices

Array = npt.NDArray[np.float32]

VOICES, CHANNELS, BEAT = 9, 27, 4
_MOST_PICKS = 80
_TOGETHER = 64
_TOP = 15


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """What a pick takes to send, in bits: an atom at each place in the beat `(4, atoms)`, one more pick there `(4,)`,
    a strength, and an atom said before."""

    atoms: Bits
    places: Bits
    strength: float
    again: float

    @classmethod
    def even(cls, atoms: int) -> "Prices":
        """Before anything is known."""
        return cls(np.full((BEAT, atoms), np.log2(atoms)), np.full(BEAT, 1.5), 2.0, 4.0)

    @classmethod
    def of(cls, coder: SparseCoder, codes: Codes) -> "Prices":
        """As a coder has it that was counted on `codes`."""
        places = coder.models["places"].costs().reshape(BEAT, 4, -1)[:, 0]
        bits, count = coder.bits(codes), max(1, len(codes.atoms))
        return cls(coder.models["atoms"].costs(), places[:, 1] - places[:, 0], bits["strengths"] / count, 3.5)


class Thrift:
    """Atoms `(atoms, width, 27)` and the loss they are read with: weights of velocity and of offset, and a ridge."""

    def __init__(self, patches: Array, velocity_weight: float, offset_weight: float, ridge: float) -> None:
        self.patches, self.width = np.ascontiguousarray(patches, np.float32), patches.shape[1]
        self.weights = np.repeat(np.array([1, velocity_weight, offset_weight], np.float32), VOICES)
        self.ridge = np.float32(ridge)
        hits, velocity, offset = np.split(self.patches**2 * self.weights, 3, axis=2)
        count = len(patches)
        self._along = np.ascontiguousarray(self.patches.reshape(count, -1).T)
        self._energy = np.ascontiguousarray(np.concatenate([hits, velocity + offset], axis=2).reshape(count, -1).T)

    def pursue(self, windows: Array, prices: Prices, price: float, step: float) -> Codes:
        """Codes of windows `(n, steps, 27)` at `price` of loss a bit, strengths in whole `step`s."""
        known = np.flatnonzero(prices.atoms.min(axis=0) < prices.atoms.max() - 0.5)
        some = known if len(known) > 1 else np.arange(len(self.patches))
        found: list[tuple[Indices, Indices, Indices]] = []
        for start in range(0, len(windows), _TOGETHER):
            found += self._batch(windows[start : start + _TOGETHER], some, prices, price, step)
        return Codes.of(found, windows.shape[1], BEAT)

    def _batch(
        self, windows: Array, some: Indices, prices: Prices, price: float, step: float
    ) -> list[tuple[Indices, Indices, Indices]]:
        batch, steps, _ = windows.shape
        reach = self.width - 1
        along, energy, patches = self._along[:, some], self._energy[:, some], self.patches[some]
        cost = np.tile((price * prices.atoms[:, some]).astype(np.float32), (batch, 1, 1))
        fixed = (price * (prices.places + prices.strength)).astype(np.float32)
        again = np.float32(price * prices.again)
        played = np.zeros((batch, steps + reach, CHANNELS), np.float32)
        played[:, :steps] = windows
        struck = np.asarray(played[..., :VOICES] > 0)
        mask = np.concatenate([np.ones_like(struck), struck, struck], axis=2) * self.weights
        laid, starts = np.zeros_like(played), np.asarray(struck[:, :steps].any(axis=2))
        left = np.zeros((batch, steps + 2 * reach, CHANNELS), np.float32)
        opened = np.zeros((batch, steps + 2 * reach, 2 * VOICES), np.float32)
        left_views = sliding_window_view(left, self.width, axis=1).transpose(0, 1, 3, 2)
        opened_views = sliding_window_view(opened, self.width, axis=1).transpose(0, 1, 3, 2)
        gain = np.full((batch, steps), -np.inf, np.float32)
        best, level = np.zeros((batch, steps), np.intp), np.zeros((batch, steps), np.intp)

        def look(rows: Indices, places: Indices) -> None:
            """Weigh all atoms anew at these places of these windows."""
            at = places + reach
            drive = left_views[rows, at].reshape(len(rows), -1) @ along
            norm = opened_views[rows, at].reshape(len(rows), -1) @ energy + self.ridge
            whole = np.clip(np.rint(drive / (norm * np.float32(step))), 1, _TOP)
            force = whole * np.float32(step)
            phase = places % BEAT
            worth = force * (2 * drive - force * norm) - cost[rows, phase] - fixed[phase, None]
            chosen = worth.argmax(axis=1)
            each = np.arange(len(rows))
            gain[rows, places], best[rows, places] = worth[each, chosen], chosen
            level[rows, places] = whole[each, chosen].astype(np.intp)

        def leave(rows: Indices, first: int, last: int) -> None:
            """What is left to explain in some cells of these windows."""
            here = np.asarray(struck[rows, first:last])
            done = here & (laid[rows, first:last, :VOICES] >= 1)
            rest = mask[rows, first:last] * (played[rows, first:last] - laid[rows, first:last])
            rest[..., :VOICES] *= ~done
            left[rows, first + reach : last + reach] = rest
            opened[rows, first + reach : last + reach, :VOICES] = ~done
            opened[rows, first + reach : last + reach, VOICES:] = here

        leave(np.arange(batch), 0, steps + reach)
        look(*np.nonzero(starts))
        picked: list[list[tuple[int, int, int]]] = [[] for _ in range(batch)]
        live = np.arange(batch)
        for _ in range(_MOST_PICKS):
            at = gain[live].argmax(axis=1)
            going = gain[live, at] > 0
            live, at = live[going], at[going]
            if not len(live):
                break
            near_rows, near_places = [], []
            for row, place in zip(live.tolist(), at.tolist(), strict=True):
                atom, whole = int(best[row, place]), int(level[row, place])
                picked[row].append((int(some[atom]), place, whole))
                laid[row, place : place + self.width] += np.float32(whole * step) * patches[atom]
                leave(np.array([row]), place, place + self.width)
                cheaper = cost[row, place % BEAT]
                cheaper[atom] = min(cheaper[atom], again)
                near = np.flatnonzero(starts[row, max(0, place - reach) : place + self.width]) + max(0, place - reach)
                near_rows.append(np.full(len(near), row))
                near_places.append(near)
            look(np.concatenate(near_rows), np.concatenate(near_places))
        empty = np.empty((0, 3), np.intp)
        rows = [np.array(row, np.intp) if row else empty for row in picked]
        return [(row[:, 0], row[:, 1], row[:, 2]) for row in rows]
