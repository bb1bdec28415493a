"""What the encoder of drum patterns is told, and loops in one form, so that their codes turn with them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
#: Atoms, positions and strengths of the coefficients of a code that are not 0.
Found = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Array]

STEPS_PER_BEAT = 4
#: The encoder hears atoms in groups of so many at most; a group is a power of two.
GROUP = 32
VOICES = 9
CHANNELS = 3 * VOICES


def schedule(picks: int, steps: int, early_touch: float) -> Array:
    """How much velocity and offset count while each of so many picks is found `(picks,)`: first, as many as there are
    whole beats, what is struck, and then how."""
    shares = np.ones(picks, np.float32)
    shares[: max(1, steps // STEPS_PER_BEAT)] = early_touch
    return shares


def coefficients(code: Array) -> Found:
    """What is not 0 in a code `(atoms, positions)`."""
    atoms, positions = np.divmod(np.flatnonzero(code.ravel() != 0), code.shape[1])
    return atoms, positions, code[atoms, positions]


@dataclass(frozen=True, slots=True, eq=False)
class Turned:
    """A loop of `steps` in the form that all its rotations share: `values` `(period, ...)`, which it repeats from its
    step `turn` on, and no shorter stretch would do."""

    values: Array
    turn: int
    steps: int

    @classmethod
    def of(cls, values: Array) -> "Turned":
        """The form of a loop `(steps, ...)`: of all rotations of one period the greatest, byte by byte."""
        steps, rows = len(values), [row.tobytes() for row in values]
        period = next(n for n in range(1, steps + 1) if steps % n == 0 and rows[n:] == rows[:-n])
        greatest, twice = max(rows), rows[:period] * 2
        turn = max((n for n in range(period) if rows[n] == greatest), key=lambda n: twice[n : n + period])
        return cls(np.roll(values, -turn, axis=0)[:period], turn, steps)

    def code(self, found: Found, count: int) -> Array:
        """The code `(count, steps)` of the loop from the coefficients of its form."""
        atoms, positions, strengths = found
        turns = np.arange(self.turn, self.turn + self.steps, len(self.values))
        code = np.zeros((count, self.steps), np.float32)
        code[atoms[:, None], (positions[:, None] + turns) % self.steps] = strengths[:, None]
        return code
