"""What a training run is made of: one frozen record per recipe."""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

STEPS_PER_BEAT = 4


@dataclass(frozen=True, slots=True)
class PursuitConfig:
    """A recipe for a convolutional winner-take-all autoencoder that encodes by pursuit, an atom at every step.

    The weights say what a squared error of velocity and offset costs beside one of a hit, and `early_touch` how much of
    that while the first pick of every beat is found. `ridge` keeps faint atoms from shouting. Lifetime sparsity: an
    atom that wins less than `lifetime` times its equal share during a period is started anew. `actives`: the budgets
    per beat, learned together. `stages`: how often winners are taken. Struck is what reaches `threshold`, chosen on the
    validation split.
    """

    kind: ClassVar[str] = "pursuit"
    schedule: ClassVar[Literal["linear"]] = "linear"
    amsgrad: ClassVar[bool] = False
    stride: ClassVar[int] = 1

    atoms: int
    width: int
    velocity_weight: float
    offset_weight: float
    early_touch: float
    ridge: float
    lifetime: float
    threshold: float
    actives: tuple[int, ...]
    epochs: int
    batch: int
    rate: float
    stages: int = 16

    def __post_init__(self) -> None:
        if min(self.atoms, self.width, self.epochs, self.batch, self.stages, *self.actives) < 1:
            raise ValueError("atoms, width, epochs, batch, stages and active coefficients must be at least 1")


@dataclass(frozen=True, slots=True)
class ConvConfig:
    """A recipe for a convolutional winner-take-all autoencoder.

    `actives`: how many coefficients per beat survive; one is drawn for each batch. `hidden` 0 is a linear
    encoder with signed codes. `probabilities` trains hits as log-odds, and velocity and offset where there is a
    hit; without, everything is a mean squared error. `schedule` "cosine" warms up over the first tenth.
    Training starts with `crowd` times as many survivors and has `actives` from the share `settled` of it on.
    With `lifetime` the winners are those of Makhzani and Frey: of each map the strongest moment of a window, and of
    those of a batch the strongest `lifetime` share; without, the strongest of each beat.
    """

    kind: ClassVar[str] = "conv"

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
    lifetime: float = 0.0

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


@dataclass(frozen=True, slots=True)
class DenseConfig:
    """A recipe for a fully connected autoencoder of two-bar windows with one hidden layer on each side.

    The code has `size` numbers, or as many as `actives` asks for where that is 0; `variational` as in RhythmVAE.
    """

    kind: ClassVar[str] = "dense"
    schedule: ClassVar[Literal["cosine"]] = "cosine"
    amsgrad: ClassVar[bool] = False

    hidden: int
    size: int
    variational: bool
    actives: tuple[int, ...]
    epochs: int
    batch: int
    rate: float


@dataclass(frozen=True, slots=True)
class FactorConfig:
    """A recipe for a matrix factorisation of two-bar windows; `actives` per beat give the number of components."""

    kind: ClassVar[str] = "factor"

    method: Literal["pca", "nmf"]
    actives: tuple[int, ...]
    epochs: int


@dataclass(frozen=True, slots=True)
class FigureConfig:
    """A recipe for a dictionary of piano figures coded by matching pursuit, at any step and on any key.

    `width` steps by `span` keys; `length_scale`: what an error of length is worth beside one of loudness, both as they
    enter the square. `chord_weight`: what a nat of cross-entropy on the chord of a half second costs beside a squared
    error; `emphasis`: how much more a note of the chord counts while picks are chosen. `actives`: the budgets per half
    second, learned together. `lifetime` as in `PursuitConfig`; struck is what reaches `threshold`.
    """

    kind: ClassVar[str] = "figures"
    schedule: ClassVar[Literal["linear"]] = "linear"
    amsgrad: ClassVar[bool] = False

    atoms: int
    width: int
    span: int
    length_scale: float
    chord_weight: float
    emphasis: float
    lifetime: float
    threshold: float
    actives: tuple[int, ...]
    epochs: int
    batch: int
    rate: float

    def __post_init__(self) -> None:
        if min(self.atoms, self.width, self.epochs, self.batch, *self.actives) < 1:
            raise ValueError("atoms, width, epochs, batch and active coefficients must be at least 1")


@dataclass(frozen=True, slots=True)
class RollConfig:
    """A recipe like the source's on piano rolls: a linear convolution, k winners over atoms, and its transpose."""

    kind: ClassVar[str] = "roll"
    schedule: ClassVar[Literal["constant"]] = "constant"
    amsgrad: ClassVar[bool] = True

    atoms: int
    width: int
    stride: int
    threshold: float
    actives: tuple[int, ...]
    epochs: int
    batch: int
    rate: float


@dataclass(frozen=True, slots=True)
class RollFactorConfig:
    """A recipe for a matrix factorisation of half seconds of piano; `actives` give the number of components."""

    kind: ClassVar[str] = "roll-factor"

    method: Literal["pca", "nmf"]
    threshold: float
    actives: tuple[int, ...]
    epochs: int


Config = PursuitConfig | ConvConfig | DenseConfig | FactorConfig | FigureConfig | RollConfig | RollFactorConfig

DRUMS: dict[str, Config] = {
    "ours": PursuitConfig(
        atoms=2048,
        width=4,
        velocity_weight=1.9,
        offset_weight=3.6,
        early_touch=0.35,
        ridge=0.05,
        lifetime=0.02,
        threshold=0.64,
        actives=(1, 2, 4),
        epochs=20,
        batch=256,
        rate=0.02,
    ),
    # Makhzani and Frey's own: winners over time in each map, lifetime sparsity, an amortised encoder.
    "wta": ConvConfig(
        atoms=512,
        width=4,
        stride=1,
        hidden=128,
        probabilities=True,
        actives=(4,),
        epochs=12,
        batch=256,
        rate=3e-3,
        schedule="cosine",
        lifetime=0.1,
    ),
    # The source's own recipe with its number of updates (about 1,000), in batches instead of all data at once.
    "seed": ConvConfig(
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
    "pca": FactorConfig("pca", (4,), 1),
    "nmf": FactorConfig("nmf", (4,), 200),
    "dense": DenseConfig(512, 0, False, (4,), 20, 256, 1e-3),
    # RhythmVAE (Tokui 2020): fully connected, 512 units.
    "vae-2": DenseConfig(512, 2, True, (4,), 20, 256, 1e-3),
    "vae-32": DenseConfig(512, 32, True, (4,), 20, 256, 1e-3),
}

_FIGURES = FigureConfig(
    atoms=2048,
    width=4,
    span=37,
    length_scale=0.5,
    chord_weight=0.2,
    emphasis=1.0,
    lifetime=0.02,
    threshold=0.3,
    actives=(1, 2, 4),
    epochs=4,
    batch=64,
    rate=0.03,
)
PIANO: dict[str, FigureConfig | RollConfig | RollFactorConfig] = {
    "ours": _FIGURES,
    # The chord term in the loss alone, and none at all.
    "chord-loss": replace(_FIGURES, chord_weight=1.0, emphasis=0.0),
    "plain": replace(_FIGURES, chord_weight=0.0, emphasis=0.0),
    # The source's recipe, its input changed to pitch vectors; a thousand updates as there.
    "seed": RollConfig(100, 4, 4, 0.4, (4,), 36, 128, 5e-3),
    "pca": RollFactorConfig("pca", 0.4, (4,), 1),
    "nmf": RollFactorConfig("nmf", 0.4, (4,), 100),
}
