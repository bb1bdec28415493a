"""What a training run is made of: one frozen record per recipe."""

from dataclasses import dataclass
from typing import Literal

STEPS_PER_BEAT = 4


@dataclass(frozen=True, slots=True)
class DrumsConfig:
    """A recipe for the drum dictionary.

    `actives`: how many coefficients per beat survive; one is drawn for each batch. `hidden` 0 is a linear
    encoder with signed codes. `probabilities` trains hits as log-odds, and velocity and offset where there is a
    hit; without, everything is a mean squared error. `schedule` "cosine" warms up over the first tenth.
    Training starts with `crowd` times as many survivors and has `actives` from the share `settled` of it on.
    """

    atoms: int
    width: int
    stride: int
    hidden: int
    probabilities: bool
    actives: tuple[int, ...]
    epochs: int
    batch: int
    rate: float
    schedule: Literal["cosine", "constant"]
    amsgrad: bool = False
    crowd: float = 1.0
    settled: float = 0.5

    def __post_init__(self) -> None:
        if STEPS_PER_BEAT % self.stride or self.width < self.stride:
            raise ValueError(f"stride {self.stride} must divide a beat of {STEPS_PER_BEAT} and fit width {self.width}")
        if min(self.atoms, self.epochs, self.batch, *self.actives) < 1:
            raise ValueError("atoms, epochs, batch and active coefficients must be at least 1")
        if self.crowd < 1 or not 0 < self.settled <= 1:
            raise ValueError("crowd must be at least 1 and settled within 0..1")

    @property
    def margins(self) -> tuple[int, int]:
        """Steps of silence an atom may reach over before the first and after the last."""
        extra = self.width - self.stride
        return extra // 2, extra - extra // 2

    @property
    def positions_per_beat(self) -> int:
        """How many places in a beat an atom may start at."""
        return STEPS_PER_BEAT // self.stride


DRUMS: dict[str, DrumsConfig] = {
    "ours": DrumsConfig(
        atoms=768,
        width=4,
        stride=4,
        hidden=256,
        probabilities=True,
        actives=(4, 4, 4, 2, 1),
        epochs=28,
        batch=256,
        rate=2e-3,
        schedule="cosine",
        crowd=8.0,
        settled=0.4,
    ),
    # The source's own recipe with its number of updates (about 1,000), in batches instead of all data at once.
    "seed": DrumsConfig(
        atoms=100,
        width=4,
        stride=4,
        hidden=0,
        probabilities=False,
        actives=(4,),
        epochs=120,
        batch=2048,
        rate=5e-3,
        schedule="constant",
        amsgrad=True,
    ),
}
