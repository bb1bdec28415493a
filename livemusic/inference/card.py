"""A model's contract, `model.json`: what it is, what it takes and gives, where it comes from."""

from pathlib import Path
from typing import Any

import msgspec

from livemusic.dsp.spec import FeatureSpec
from livemusic.errors import ModelError

FORMAT = 1
CARD = "model.json"


class Graph(msgspec.Struct, frozen=True):
    """One ONNX file and the names of its input and output."""

    file: str
    sha256: str
    input: str
    output: str

    def __post_init__(self) -> None:
        if Path(self.file).name != self.file or not self.file.endswith(".onnx"):
            raise ValueError(f"graph file {self.file!r} must be the plain name of an .onnx file")


class DrumSpec(msgspec.Struct, frozen=True):
    """A drum dictionary's sizes. `stride`: steps between code positions; `threshold`: hit probability that counts as a hit."""

    steps_per_beat: int
    voices: int
    features: int
    atoms: int
    width: int
    stride: int
    active_per_beat: int
    threshold: float = 0.5

    def __post_init__(self) -> None:
        for name in ("steps_per_beat", "voices", "features", "atoms", "width", "stride", "active_per_beat"):
            if not 1 <= getattr(self, name) <= 1 << 16:
                raise ValueError(f"{name} {getattr(self, name)} is outside 1..65536")
        if not 0 < self.threshold < 1:
            raise ValueError(f"threshold {self.threshold} is outside 0..1")


class EmbedderSpec(msgspec.Struct, frozen=True):
    """What an embedder hears, and how many numbers a point has."""

    features: FeatureSpec
    dim: int

    def __post_init__(self) -> None:
        if not 3 <= self.dim <= 64:
            raise ValueError(f"dim {self.dim} is outside 3..64")


class Origin(msgspec.Struct, frozen=True):
    """Data a model was trained on."""

    name: str
    licence: str
    credit: str


class ModelCard(msgspec.Struct, frozen=True):
    """All of `model.json`. `kind`: `drums` or `embedder`; `spec` fits the kind."""

    id: str
    kind: str
    version: str
    title: str
    opset: int
    graphs: dict[str, Graph]
    golden: str
    spec: dict[str, Any]
    data: tuple[Origin, ...]
    licence: str
    format: int = FORMAT
    description: str = ""
    metrics: dict[str, Any] = {}
    trained: dict[str, Any] = {}

    def __post_init__(self) -> None:
        if self.format != FORMAT:
            raise ValueError(f"format {self.format} is not known to this version (it knows {FORMAT})")
        if self.kind not in _SPECS:
            raise ValueError(f"kind {self.kind!r} is neither {' nor '.join(map(repr, _SPECS))}")
        if not self.id or Path(self.id).name != self.id or self.id.startswith("."):
            raise ValueError(f"id {self.id!r} must be a plain name")
        if Path(self.golden).name != self.golden:
            raise ValueError(f"golden {self.golden!r} must be a plain file name")
        missing = [name for name in _GRAPHS[self.kind] if name not in self.graphs]
        if missing:
            raise ValueError(f"graph {missing[0]!r} is missing")
        msgspec.convert(self.spec, type=_SPECS[self.kind])

    def drum_spec(self) -> DrumSpec:
        """`spec` of a `drums` model."""
        return msgspec.convert(self.spec, type=DrumSpec)

    def embedder_spec(self) -> EmbedderSpec:
        """`spec` of an `embedder` model."""
        return msgspec.convert(self.spec, type=EmbedderSpec)


_SPECS: dict[str, Any] = {"drums": DrumSpec, "embedder": EmbedderSpec}
_GRAPHS = {"drums": ("encoder", "decoder"), "embedder": ("encoder",)}


def read_card(folder: Path) -> ModelCard:
    """The card of the model in `folder`; `ModelError` says what is wrong with it."""
    try:
        return msgspec.json.decode((folder / CARD).read_bytes(), type=ModelCard)
    except OSError as problem:
        raise ModelError(f"{folder} holds no model: {CARD} cannot be read ({problem.strerror}).") from problem
    except (msgspec.MsgspecError, ValueError, RecursionError) as problem:
        raise ModelError(
            f"{folder / CARD} is not a model card: {problem}. Export or import the model again."
        ) from problem
