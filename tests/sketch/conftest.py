"""A dictionary of single hits and a drummer with fixed habits, small enough to know what they must say."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pytest

from livemusic.music.grid import HIT, Grid
from livemusic.music.kit import VOICE_COUNT, Voice

Array = npt.NDArray[np.float32]
WIDTH = 2


@dataclass(frozen=True)
class Sizes:
    atoms: int = 2 * VOICE_COUNT
    width: int = WIDTH
    active_per_beat: int = 64
    threshold: float = 0.5


@dataclass
class Hits:
    """For every voice an atom of one hit and an atom of two in a row; patterns are read as single hits."""

    spec: Sizes = field(default_factory=Sizes)

    @property
    def atoms(self) -> Array:
        made = np.zeros((self.spec.atoms, WIDTH, VOICE_COUNT, 3), np.float32)
        for voice in range(VOICE_COUNT):
            made[voice, 0, voice] = 1.0, 0.5, 0.0
            made[VOICE_COUNT + voice, :, voice] = 1.0, 0.5, 0.0
        return made

    def picks(self, steps: int, active_per_beat: int = 0) -> int:
        return (active_per_beat or self.spec.active_per_beat) * steps // 4

    def encode(self, grid: Grid, active_per_beat: int = 0) -> Array:
        code = np.zeros((self.spec.atoms, grid.steps), np.float32)
        code[:VOICE_COUNT] = grid.values[..., HIT].T
        return code

    def encode_each(self, grids: Sequence[Grid], active_per_beat: int = 0) -> list[Array]:
        return [self.encode(grid, active_per_beat) for grid in grids]

    def decode(self, code: npt.ArrayLike, steps: int) -> Array:
        sparse = np.asarray(code, np.float32)
        values = np.zeros((steps + WIDTH, VOICE_COUNT, 3), np.float32)
        for atom, position in np.argwhere(sparse != 0):
            values[position : position + WIDTH] += sparse[atom, position] * self.atoms[atom]
        return values[:steps].clip(0, 1)


class Habit:
    """Believes what it is told unless it doubts it; else kick on the beat, snare after two, closed hat on eighths."""

    styles = ("rock", "funk")

    def play(self, channels: Array) -> Array:
        steps = channels.shape[1]
        told, known, noise = channels[:9], channels[27:36] > 0, channels[41, 0]
        wont = np.full((9, steps), 0.02, np.float32)
        wont[Voice.KICK, ::8] = wont[Voice.SNARE, 4::8] = wont[Voice.CLOSED_HAT, ::2] = 0.95
        likely = np.where(known & (noise == 0), told, wont)
        touch = [np.full((9, steps), value) for value in (0.6, 0.1, 0.05, 0.02)]
        return np.concatenate([likely, *touch]).astype(np.float32)


@pytest.fixture(scope="session")
def coder() -> Hits:
    return Hits()


@pytest.fixture(scope="session")
def drummer() -> Habit:
    return Habit()
