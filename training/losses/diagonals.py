"""Where the cells of a matrix lie when it is gone through by anti-diagonals, the batch innermost."""

from typing import NamedTuple

import torch
from torch import Tensor

#: Cells that are put in order at a time: whole matrices would have to be there twice.
_CHUNK = 1 << 14


class Step(NamedTuple):
    """A move of an alignment: how many rows and columns further, what the cost of the cell it enters counts, and what
    the move itself costs."""

    rows: int
    columns: int
    weight: float = 1.0
    toll: float = 0.0


class Ways(NamedTuple):
    """The alignments that are looked at: their steps, the least and the most that a column of theirs may be beyond the
    row, and how many columns they may leave out at either end."""

    steps: tuple[Step, ...]
    band: tuple[int, int] | None = None
    slack: int = 0


class Diagonals:
    """Where the cells of a batch of matrices `(rows, columns)` lie: by anti-diagonals, `(places, batch)`, each with a
    margin of what is never reached, as wide as the furthest step is long."""

    def __init__(self, rows: int, columns: int, ways: Ways, device: torch.device) -> None:
        self.shape, self.steps = (rows, columns), ways.steps
        self.reach = max(step.rows + step.columns for step in self.steps)
        least, most = ways.band or (-rows, columns)
        diagonals = range(rows + columns - 1)
        self.first = [max(0, diagonal - columns + 1, -((most - diagonal) // 2)) for diagonal in diagonals]
        self.after = [
            max(first, min(rows, diagonal + 1, (diagonal - least) // 2 + 1))
            for diagonal, first in zip(diagonals, self.first, strict=True)
        ]
        # `_origin[d]` is the place of row 0 of anti-diagonal d - reach, also where that row is not in the matrix.
        before = [(0, 0)] * self.reach
        self._origin, place = [], self.reach
        for first, after in [*before, *zip(self.first, self.after, strict=True)]:
            self._origin.append(place - first)
            place += after - first + 2 * self.reach
        self.places = place
        row, column = torch.arange(rows, device=device)[:, None], torch.arange(columns, device=device)
        where = torch.tensor(self._origin[self.reach :], device=device)[row + column] + row
        inside = (column - row >= least) & (column - row <= most)
        # Cells that are not there lie where nothing is ever reached.
        self._place = where.where(inside, 0).flatten()
        self._cells = inside.flatten().nonzero()[:, 0]

    def __len__(self) -> int:
        return len(self.first)

    def starts(self, slack: int) -> list[int]:
        """The places of the cells before the first row, from the one before the first column to `slack` further."""
        return [self._origin[self.reach - 2 + column] - 1 for column in range(slack + 1)]

    def cells(self, diagonal: int) -> slice:
        """The places of an anti-diagonal."""
        origin = self._origin[diagonal + self.reach]
        return slice(origin + self.first[diagonal], origin + self.after[diagonal])

    def before(self, diagonal: int, step: Step) -> slice:
        """The places from which `step` leads to an anti-diagonal."""
        origin = self._origin[diagonal + self.reach - step.rows - step.columns] - step.rows
        return slice(origin + self.first[diagonal], origin + self.after[diagonal])

    def columns(self, diagonal: int) -> slice:
        """The columns of an anti-diagonal, counted from the last."""
        skipped = self.shape[1] - 1 - diagonal
        return slice(skipped + self.first[diagonal], skipped + self.after[diagonal])

    def place(self, rows: Tensor, columns: Tensor) -> Tensor:
        """The places of cells."""
        return self._place[rows * self.shape[1] + columns]

    def pack(self, matrices: Tensor) -> Tensor:
        """`(batch, rows, columns)` in this order; the margins are 0."""
        packed = matrices.new_zeros(self.places, len(matrices))
        for cells in torch.split(self._cells, _CHUNK):
            packed[self._place[cells]] = matrices.flatten(1)[:, cells].T
        return packed

    def unpack(self, packed: Tensor, like: Tensor) -> Tensor:
        """Back to `(batch, rows, columns)`, in the precision of `like`; 0 for cells that are not there."""
        matrices = like.new_zeros(packed.shape[1], self._place.numel())
        for cells in torch.split(self._cells, _CHUNK):
            matrices[:, cells] = packed[self._place[cells]].T.to(like.dtype)
        return matrices.view(-1, *self.shape)
