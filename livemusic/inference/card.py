"""A model's card: what its files are, what goes in and out, and what it was made from (`model.json`)."""

import re
from pathlib import Path
from typing import Any

import msgspec

from livemusic.dsp.lanes import LANES
from livemusic.dsp.matching.likely import LOOK
from livemusic.dsp.metre import SHAPE
from livemusic.dsp.spec import FeatureSpec
from livemusic.errors import ModelError
from livemusic.inference.reading import MOST_CARD_BYTES, read_file
from livemusic.music.grid import STEPS_PER_BEAT
from livemusic.music.kit import VOICE_COUNT
from livemusic.music.roll import FEATURES, KEYS, STEPS_PER_SECOND
from livemusic.sketch.drummer import ANSWERS, CHANNELS

FORMAT = 1
CARD = "model.json"
Shape = tuple[int | None, ...]


class Graph(msgspec.Struct, frozen=True):
    """One ONNX file, its checksum, and the names of its input and output; `schedule`: of a second input, if any."""

    file: str
    sha256: str
    input: str
    output: str
    schedule: str = ""

    def __post_init__(self) -> None:
        _check_file(self.file)


class Credit(msgspec.Struct, frozen=True):
    """Data that the model was trained on."""

    name: str
    licence: str = ""
    credit: str = ""


class PursuitSpec(msgspec.Struct, frozen=True):
    """What weighs how much when a pattern is read; `file`: where older ones without graphs keep their atoms."""

    velocity_weight: float
    offset_weight: float
    early_touch: float
    ridge: float
    file: str = ""
    sha256: str = ""

    def __post_init__(self) -> None:
        if self.file:
            _check_file(self.file)
        for name in ("velocity_weight", "offset_weight", "early_touch", "ridge"):
            if not 0 < getattr(self, name) <= 1e6:
                raise ValueError(f"{name} {getattr(self, name)} is outside 0..1e6")


class DrumSpec(msgspec.Struct, frozen=True, tag_field="kind", tag="drums"):
    """A dictionary of `atoms`, each `width` steps long, which may begin at any step; how it reads is in `pursuit`."""

    steps_per_beat: int
    voices: int
    features: int
    atoms: int
    width: int
    stride: int
    active_per_beat: int
    threshold: float
    pursuit: PursuitSpec

    def __post_init__(self) -> None:
        for name, only in (("steps_per_beat", STEPS_PER_BEAT), ("voices", VOICE_COUNT), ("features", 3)):
            if getattr(self, name) != only:
                raise ValueError(f"{name} must be {only}, not {getattr(self, name)}")
        for name in ("atoms", "width", "active_per_beat"):
            if not 1 <= getattr(self, name) <= 65536:
                raise ValueError(f"{name} {getattr(self, name)} is outside 1..65536")
        if not 0 < self.threshold < 1:
            raise ValueError(f"threshold {self.threshold} is outside 0..1")
        if self.stride != 1:
            raise ValueError(f"stride must be 1, not {self.stride}")

    def shapes(self) -> dict[str, tuple[Shape, Shape]]:
        """What each graph takes and gives; None is any size."""
        if self.pursuit.file:
            return {}
        grid, code = (None, self.voices * self.features, None), (None, self.atoms, None)
        return {"encoder": (grid, code), "decoder": (code, grid)}


class EmbedderSpec(msgspec.Struct, frozen=True, tag_field="kind", tag="embedder"):
    """Windows of `features` become points of `dim` numbers.

    With `state` 0 the encoder takes whole windows. Otherwise it goes from row to row: it takes what it remembers of the
    rows before, `state` numbers, with the newest row after them, and gives the point with what it remembers now.
    """

    features: FeatureSpec
    dim: int
    state: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.dim <= 64:
            raise ValueError(f"dim {self.dim} is outside 1..64")
        if not 0 <= self.state <= 1 << 20:
            raise ValueError(f"state {self.state} is outside 0..{1 << 20}")

    def shapes(self) -> dict[str, tuple[Shape, Shape]]:
        """What each graph takes and gives; None is any size."""
        if self.state:
            return {"encoder": ((None, self.state + self.features.bins), (None, self.dim + self.state))}
        return {"encoder": ((None, self.features.frames, self.features.bins), (None, self.dim))}


class PictureSpec(msgspec.Struct, frozen=True, tag_field="kind", tag="picture"):
    """Windows of `frames` grey pictures, `spacing` pictures apart, become points of `dim` numbers.

    Pictures are `width` by `height`, `rate` of them a second, whatever the film's own size and rate.
    """

    width: int
    height: int
    rate: float
    frames: int
    spacing: int
    dim: int

    def __post_init__(self) -> None:
        for name, low, high in (
            ("width", 8, 1024),
            ("height", 8, 1024),
            ("rate", 1, 240),
            ("frames", 1, 64),
            ("spacing", 1, 64),
            ("dim", 1, 64),
        ):
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} {getattr(self, name)} is outside {low}..{high}")

    @property
    def span(self) -> int:
        """How many pictures a window reaches over."""
        return (self.frames - 1) * self.spacing + 1

    def shapes(self) -> dict[str, tuple[Shape, Shape]]:
        """What each graph takes and gives; None is any size."""
        return {"encoder": ((None, self.frames, self.height, self.width), (None, self.dim))}


class HearingSpec(msgspec.Struct, frozen=True, tag_field="kind", tag="hearing"):
    """Rows of `features` become hits on `lanes`, from row to row.

    The graph takes what it remembers of the rows before, `state` numbers, with the newest row after them. It gives how
    probable it is that each lane was struck `delay` rows ago, 0..1, how hard, 0..1, and what it remembers now. A lane
    is sure from its `thresholds` on.
    """

    features: FeatureSpec
    lanes: tuple[str, ...]
    state: int
    delay: int
    thresholds: tuple[float, ...]

    def __post_init__(self) -> None:
        if self.lanes != LANES:
            raise ValueError(f"lanes must be {', '.join(LANES)}, not {', '.join(self.lanes)}")
        if not 1 <= self.state <= 1 << 20:
            raise ValueError(f"state {self.state} is outside 1..{1 << 20}")
        if not 0 <= self.delay <= 100:
            raise ValueError(f"delay {self.delay} is outside 0..100")
        if len(self.thresholds) != len(LANES) or not all(0 < threshold < 1 for threshold in self.thresholds):
            raise ValueError(f"thresholds must be {len(LANES)} numbers between 0 and 1")

    def shapes(self) -> dict[str, tuple[Shape, Shape]]:
        """What each graph takes and gives; None is any size."""
        found = 2 * len(self.lanes) + self.state
        return {"hearing": ((None, self.state + self.features.bins), (None, found))}


class MetreSpec(msgspec.Struct, frozen=True, tag_field="kind", tag="metre"):
    """Bars of hits, `rows` by `places`, each at a tempo, become the likelihood of each tempo and place."""

    rows: int
    places: int

    def __post_init__(self) -> None:
        if (self.rows, self.places) != SHAPE:
            raise ValueError(f"bars must be {SHAPE}, not {(self.rows, self.places)}")

    def shapes(self) -> dict[str, tuple[Shape, Shape]]:
        """What each graph takes and gives; None is any size."""
        return {"metre": ((None, self.rows, self.places), (None, self.places))}


class VoiceSpec(msgspec.Struct, frozen=True, tag_field="kind", tag="voice"):
    """What a hit looks like, `look` numbers, becomes the likelihood of each voice of the kit."""

    look: int

    def __post_init__(self) -> None:
        if self.look != LOOK:
            raise ValueError(f"look must be {LOOK}, not {self.look}")

    def shapes(self) -> dict[str, tuple[Shape, Shape]]:
        """What each graph takes and gives; None is any size."""
        return {"voice": ((None, self.look), (None, VOICE_COUNT))}


class DrummerSpec(msgspec.Struct, frozen=True, tag_field="kind", tag="drummer"):
    """A drummer answers `channels` of what is known (the last of them one for each of `styles`) by `ANSWERS`."""

    channels: int
    styles: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.channels != CHANNELS + len(self.styles):
            raise ValueError(f"channels must be {CHANNELS + len(self.styles)}, not {self.channels}")

    def shapes(self) -> dict[str, tuple[Shape, Shape]]:
        """What each graph takes and gives; None is any size."""
        return {"drummer": ((None, self.channels, None), (None, ANSWERS * VOICE_COUNT, None))}


class PianoSpec(msgspec.Struct, frozen=True, tag_field="kind", tag="piano"):
    """A dictionary of `atoms`, each `width` steps by `span` keys, at any step and on any key.

    `length_scale`: what lengths are multiplied by in it; `emphasis`: how much more chord tones count when a piece is
    read; `active`: coefficients per half second; `composers`: the file with the map of composers.
    """

    steps_per_second: int
    keys: int
    features: int
    atoms: int
    width: int
    span: int
    active: int
    length_scale: float
    emphasis: float
    threshold: float
    composers: str

    def __post_init__(self) -> None:
        for name, only in (("steps_per_second", STEPS_PER_SECOND), ("keys", KEYS), ("features", FEATURES)):
            if getattr(self, name) != only:
                raise ValueError(f"{name} must be {only}, not {getattr(self, name)}")
        for name, low, high in (
            ("atoms", 1, 65536),
            ("width", 1, 1024),
            ("span", 1, 1024),
            ("active", 1, 65536),
            ("length_scale", 1e-6, 1e6),
            ("emphasis", 0, 1e6),
            ("threshold", 1e-6, 1),
        ):
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} {getattr(self, name)} is outside {low}..{high}")
        _check_file(self.composers)

    def shapes(self) -> dict[str, tuple[Shape, Shape]]:
        """What each graph takes and gives; None is any size. A code is atom, step, key and strength of each pick."""
        code = (None, 4)
        return {
            "encoder": ((None, self.keys, self.features + 1), code),
            "decoder": (code, (None, self.keys, self.features)),
        }


class ModelCard(msgspec.Struct, frozen=True):
    """`model.json`, which the loader holds the ONNX graphs against."""

    format: int
    id: str
    kind: str
    version: str
    title: str
    opset: int
    graphs: dict[str, Graph]
    golden: str
    spec: DrumSpec | EmbedderSpec | PictureSpec | HearingSpec | MetreSpec | VoiceSpec | DrummerSpec | PianoSpec
    description: str = ""
    data: tuple[Credit, ...] = ()
    licence: str = ""
    metrics: dict[str, Any] = {}
    trained: dict[str, Any] = {}

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\w[\w.-]{0,63}", self.id):
            raise ValueError(f"id {self.id!r} must be letters, digits, '.', '-' and '_'")
        _check_file(self.golden)
        missing = sorted(self.spec.shapes().keys() - self.graphs.keys())
        if missing:
            raise ValueError(f"graph {missing[0]!r} is missing")

    @property
    def files(self) -> tuple[str, ...]:
        """All files of the model beside its card."""
        beside = [self.spec.pursuit.file] if isinstance(self.spec, DrumSpec) and self.spec.pursuit.file else []
        if isinstance(self.spec, PianoSpec):
            beside = [self.spec.composers]
        return (self.golden, *(graph.file for graph in self.graphs.values()), *beside)

    @property
    def age(self) -> tuple[int, ...]:
        """The version as numbers: of two models the newer one has the greater."""
        return tuple(int(number) for number in re.findall(r"\d+", self.version))


def read_card(folder: str | Path) -> ModelCard:
    """The card of the model in `folder`. `ModelError` where it is missing, not JSON, or of a kind not known here."""
    path = Path(folder) / CARD
    try:
        content = msgspec.json.decode(read_file(path, MOST_CARD_BYTES))
    except OSError as problem:
        raise ModelError(f"{folder} holds no model: {path} cannot be read ({problem.strerror}).") from problem
    except (msgspec.DecodeError, ValueError, RecursionError) as problem:
        raise ModelError(f"{path} is damaged ({problem}). Get the model again.") from problem
    if not isinstance(content, dict):
        raise ModelError(f"{path} is not a model's card. Get the model again.")
    if content.get("format") != FORMAT:
        raise ModelError(f"{path} has format {content.get('format')!r}; this version of livemusic knows {FORMAT}.")
    if content.get("kind") not in ("drums", "embedder", "picture", "hearing", "metre", "voice", "drummer", "piano"):
        raise ModelError(f"{path} is a model of kind {content.get('kind')!r}, which this version of livemusic lacks.")
    if isinstance(content.get("spec"), dict):
        content["spec"]["kind"] = content["kind"]
    try:
        return msgspec.convert(content, ModelCard)
    except (msgspec.ValidationError, RecursionError) as problem:
        raise ModelError(f"{path} does not describe a model: {problem}. Get the model again.") from problem


def _check_file(name: str) -> None:
    if not name or Path(name).name != name or "\0" in name or "\\" in name:
        raise ValueError(f"{name!r} is not the name of a file beside {CARD}")
