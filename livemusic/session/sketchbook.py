"""The sketchbook: every pattern that was made, and how, so that it can be called back or made again."""

from typing import Literal

import msgspec

from livemusic.music.kit import VOICE_COUNT
from livemusic.session.codec import MOST_BYTES, read_versioned, write_whole
from livemusic.session.files import AnyPath
from livemusic.session.preset import Clip, Hit
from livemusic.sketch.style_names import in_words

FORMAT = 1
MOST_DRAFTS = 64
MOST_CLIPS = 16
MOST_STEPS = 1024
_MOST_SEED = 1 << 53
#: Names longer than this are cut in those of patterns made of them.
_LONG = 48


class Recipe(msgspec.Struct, frozen=True, kw_only=True, tag=True, tag_field="tool", forbid_unknown_fields=True):
    """How a pattern is made: the same recipe gives the same pattern. `bar`: steps from one bar line to the next.

    `ValueError` where a number lies outside its range.
    """

    bpm: float = 120.0
    bar: int = 16

    def __post_init__(self) -> None:
        _within("bpm", self.bpm, 1, 1000)
        _within("bar", self.bar, 1, MOST_STEPS)
        for name in ("density", "complexity", "swing", "variation", "amount", "noise", "looseness", "x", "y"):
            if (value := getattr(self, name, None)) is not None:
                _within(name, value, 0, 1)
        _within("seed", getattr(self, "seed", 0), 0, _MOST_SEED)
        _within("steps", getattr(self, "steps", 1), 1, MOST_STEPS)


class Invent(Recipe, frozen=True, tag="sketch"):
    """A new pattern of `steps`, or one that begins with `start`. None leaves density and complexity as they come."""

    seed: int = 0
    style: str = ""
    density: float | None = None
    complexity: float | None = None
    swing: float = 0.0
    variation: float = 0.3
    start: Clip | None = None
    steps: int = 32


class Vary(Recipe, frozen=True, tag="vary"):
    """`clip` played again, `amount` of it anew; the voices in `locks` stay."""

    clip: Clip
    amount: float = 0.3
    seed: int = 0
    style: str = ""
    locks: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        for voice in self.locks:
            _within("voice", voice, 0, VOICE_COUNT - 1)


class Clean(Recipe, frozen=True, tag="denoise"):
    """The slips taken out of `clip`; `noise`: the share of its hits not to be trusted, None: as it is estimated."""

    clip: Clip
    noise: float | None = 0.2
    style: str = ""


class Touch(Recipe, frozen=True, tag="humanise"):
    """The hits of `clip` in a drummer's touch, `amount` of the way; `looseness` by `seed`; in the feel of `like`."""

    clip: Clip
    amount: float = 1.0
    looseness: float = 0.0
    seed: int = 0
    style: str = ""
    like: Clip | None = None


class Tapped(Recipe, frozen=True, tag="tap"):
    """Drums for a tapped rhythm: `taps` as step, velocity 1..127 and offset in ticks."""

    taps: tuple[Hit, ...]
    steps: int = 32
    style: str = ""


class Between(Recipe, frozen=True, tag="interpolate"):
    """The pattern at `weights` between `clips`; `lanes`: voice to weights of its own; `locks`: voice to clip."""

    clips: tuple[Clip, ...]
    weights: tuple[float, ...]
    mode: Literal["trade", "blend"] = "trade"
    lanes: dict[int, tuple[float, ...]] = {}
    locks: dict[int, int] = {}

    def __post_init__(self) -> None:
        super().__post_init__()
        _within("clips", len(self.clips), 2, MOST_CLIPS)


class Way(Recipe, frozen=True, tag="way"):
    """The whole way through `clips`, one pattern after another: from each to the next in `steps` even steps.

    `lanes`, `locks`: as in `Between`.
    """

    clips: tuple[Clip, ...]
    steps: int = 2
    mode: Literal["trade", "blend"] = "trade"
    lanes: dict[int, tuple[float, ...]] = {}
    locks: dict[int, int] = {}

    def __post_init__(self) -> None:
        super().__post_init__()
        _within("clips", len(self.clips), 2, MOST_CLIPS)


class Landmark(Recipe, frozen=True, tag="landmark"):
    """The pattern nearest to `x`, `y` (0..1) on the style map, of all or of one style."""

    x: float
    y: float
    style: str = ""


class Figures(Recipe, frozen=True, tag="figures"):
    """`clip` with some of the figures that make it left out (`muted`) or alone (`solo`), or others in their place.

    Figures are numbered from 0, the weightiest first. `swaps`: figure to the atom in its place.
    """

    clip: Clip
    muted: tuple[int, ...] = ()
    solo: tuple[int, ...] = ()
    swaps: dict[int, int] = {}


class Edited(Recipe, frozen=True, tag="edit"):
    """`clip` as a hand has changed it, which is `result`."""

    clip: Clip
    result: Clip


class Played(Recipe, frozen=True, tag="played"):
    """`clip` as it was played by hand into a corner, in one pass of the loop: pass `number` of a take, from 1."""

    clip: Clip
    take: int = 1
    number: int = 1
    corner: str = ""


AnyRecipe = Invent | Vary | Clean | Touch | Tapped | Between | Way | Landmark | Figures | Edited | Played


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One pattern that was made. `number` grows by one each time."""

    number: int
    recipe: AnyRecipe
    clip: Clip


class Sketchbook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was made, the newest last, at most `MOST_DRAFTS`; `made`: how many ever. Each verb returns a new book."""

    drafts: tuple[Draft, ...] = ()
    made: int = 0
    format: int = FORMAT

    def __post_init__(self) -> None:
        if self.format != FORMAT:
            raise ValueError(f"sketchbook format {self.format} is not known to this version (it knows {FORMAT})")

    def added(self, recipe: AnyRecipe, clip: Clip) -> "Sketchbook":
        """The book with one more draft; the oldest makes room, of a pass that was played the oldest such one."""
        number = self.made + 1
        drafts = (*self.drafts, Draft(number, recipe, clip))
        if isinstance(recipe, Played) and len(drafts) > MOST_DRAFTS:
            oldest = next(draft for draft in drafts if isinstance(draft.recipe, Played))
            drafts = tuple(draft for draft in drafts if draft is not oldest)
        return Sketchbook(drafts[-MOST_DRAFTS:], number)

    def changed(self, number: int, recipe: AnyRecipe, clip: Clip) -> "Sketchbook":
        """The book with that draft made otherwise."""
        drafts = (Draft(number, recipe, clip) if draft.number == number else draft for draft in self.drafts)
        return Sketchbook(tuple(drafts), self.made)

    def without(self, number: int) -> "Sketchbook":
        """The book without that draft."""
        return Sketchbook(tuple(draft for draft in self.drafts if draft.number != number), self.made)

    def draft(self, number: int) -> Draft:
        """The draft of that number. `ValueError` where it is gone."""
        for draft in self.drafts:
            if draft.number == number:
                return draft
        raise ValueError(f"draft {number} is no longer in the sketchbook")


def read_sketchbook(path: AnyPath) -> Sketchbook:
    """Read a sketchbook of any format; `PresetError` says what is wrong with the file."""
    return read_versioned(path, "sketchbook", {1: msgspec.json.Decoder(Sketchbook).decode})


def write_sketchbook(path: AnyPath, book: Sketchbook) -> None:
    """Write a sketchbook whole or not at all, without its older half where all of it could not be read again.

    `PresetError` where that fails.
    """
    while len(data := msgspec.json.encode(book)) > MOST_BYTES and len(book.drafts) > 1:
        book = Sketchbook(book.drafts[len(book.drafts) // 2 :], book.made)
    write_whole(path, "sketchbook", lambda: data)


def words(recipe: AnyRecipe) -> str:
    """How a pattern was made: what was done, to what, and by which seed. `draft_name` is what it is called."""
    match recipe:
        case Invent(start=start):
            begun = (
                f", {in_words(recipe.style) or 'any style'}"
                if start is None
                else f" from {_name(start) or 'a pattern'}"
            )
            return f"Sketch{begun} · seed {recipe.seed}"
        case Vary():
            return f"{_name(recipe.clip)} varied {recipe.amount:.0%} · seed {recipe.seed}"
        case Clean():
            return f"{_name(recipe.clip)} cleaned {recipe.noise:.0%}"
        case Touch():
            return f"{_name(recipe.clip)} humanised {recipe.amount:.0%} · seed {recipe.seed}"
        case Tapped():
            return "Drums for one tap" if len(recipe.taps) == 1 else f"Drums for {len(recipe.taps)} taps"
        case Between():
            parts = ", ".join(f"{_name(clip)} {w:.0%}" for clip, w in zip(recipe.clips, shares(recipe), strict=False))
            return f"Between {parts}"
        case Way(clips=clips):
            return f"The way from {_name(clips[0])} to {_name(clips[-1])}"
        case Landmark():
            return f"{in_words(recipe.style) or 'Style'} map {recipe.x:.2f}, {recipe.y:.2f}"
        case Figures():
            return f"{_name(recipe.clip)}, figures changed"
        case Played():
            return f"Take {recipe.take}, pass {recipe.number} in {recipe.corner or 'a corner'}"
        case Edited():
            return f"{_name(recipe.clip)}, edited"


def _name(clip: Clip) -> str:
    """What the clip is called, in short: patterns made of patterns would have names that grow without end."""
    return clip.name if len(clip.name) <= _LONG else clip.name[: _LONG - 1].rstrip() + "…"


def shares(recipe: Between) -> list[float]:
    """How much of each of its clips a pattern between them is, 1 in all."""
    whole = sum(recipe.weights) or 1.0
    return [weight / whole for weight in recipe.weights]


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} {value} is outside {low:g}..{high:g}")
