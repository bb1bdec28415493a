"""Makes patterns on request, lets them be heard, and keeps the sketchbook."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from msgspec import structs

from livemusic.engine.listen_orders import Preview
from livemusic.engine.messages import Audition, DiscardDraft, Make, RecallDraft, Try, UseDraft
from livemusic.engine.pattern_edits import EditDraft, RenameDraft, UndoDraft
from livemusic.engine.snapshot import Figure, Landmarks
from livemusic.engine.tools import Tools
from livemusic.engine.transport_view import TransportView
from livemusic.errors import LiveMusicError
from livemusic.music.grid import HIT, STEP, Grid
from livemusic.music.tempo import Seconds
from livemusic.session.codec import recover
from livemusic.session.draft_name import draft_name
from livemusic.session.pattern_edits import AnyPatternEdit
from livemusic.session.preset import Clip
from livemusic.session.sketchbook import AnyRecipe, Draft, Edited, Figures, Played, Sketchbook, read_sketchbook

#: So many edits of the pattern at hand can be undone.
_MOST_UNDONE = 100
_NOTHING = "There is no pattern yet. Make one first."
#: So many others are offered for a figure's place.
_OTHERS = 6


@dataclass(frozen=True, slots=True)
class SetTools:
    """Work with `tools` from now on; None where there is no dictionary."""

    tools: Tools | None


@dataclass(frozen=True, slots=True)
class OpenSketchbook:
    """The sketchbook is kept at `path`."""

    path: Path


@dataclass(frozen=True, slots=True)
class SetCorners:
    """The patterns on the corners of the pad have changed to these."""

    grids: tuple[Grid, ...]


@dataclass(frozen=True, slots=True)
class KeepPass:
    """Keep a pass of a take that was played by hand as a draft, and leave what is at hand."""

    recipe: Played


@dataclass(frozen=True, slots=True)
class AuditionEnded:
    """The pad is heard again: the hand went there, or the pattern at hand is on it now."""


@dataclass(frozen=True, slots=True)
class Hand:
    """The pattern at hand: `clip`, made by `recipe`, draft `number`, 0 where it is only tried."""

    recipe: AnyRecipe
    clip: Clip
    number: int


@dataclass(frozen=True, slots=True)
class StudioView:
    """The studio as others see it; see `snapshot.StudioState`. `revision` grows with every change. `past`, `future`:
    the pattern at hand before its last edits, and before they were undone, the nearest last.
    """

    revision: int = 0
    ready: bool = False
    auditioning: bool = False
    number: int = 0
    recipe: AnyRecipe | None = None
    clip: Clip | None = None
    book: Sketchbook = Sketchbook()
    styles: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    landmarks: Landmarks = Landmarks()
    places: tuple[tuple[float, float], ...] = ()
    place: tuple[float, float] | None = None
    problem: str = ""
    past: tuple[Hand, ...] = ()
    future: tuple[Hand, ...] = ()

    @property
    def hand(self) -> Hand | None:
        """The pattern at hand."""
        return None if self.recipe is None or self.clip is None else Hand(self.recipe, self.clip, self.number)


class Studio:
    """The sketching core: takes tens of milliseconds for a pattern, so it has a thread to itself.

    `preview` hands a pattern to the listening core, `use` puts one in a corner of the pad, `start` and `stop` move the
    transport, `played` tells how it is, `notice` tells the musician, `keep` is offered the sketchbook whenever it has
    changed and may raise `LiveMusicError`. Thread: studio.
    """

    def __init__(
        self,
        preview: Callable[[Preview], None],
        use: Callable[[int, Clip], None],
        start: Callable[[], None],
        stop: Callable[[], None],
        played: Callable[[], TransportView],
        notice: Callable[[str], None],
        keep: Callable[[Sketchbook], None],
    ) -> None:
        self.view = StudioView()
        self._preview = preview
        self._use = use
        self._start = start
        self._stop = stop
        self._played = played
        self._notice = notice
        self._keep = keep
        self._tools: Tools | None = None
        self._wanted: Make | Try | None = None
        self._grid: Grid | None = None
        self._corners: tuple[Grid, ...] = ()
        self._placed: dict[Grid, tuple[float, float]] = {}
        self._started: int | None = None
        self._press = 0

    def handle(self, message: Any, now: Seconds) -> None:
        match message:
            case Make() | Try():
                if isinstance(self._wanted, Make):  # of those to be tried the last one counts; these are kept
                    self._make(self._wanted)
                self._wanted = message
                return
            case SetTools(tools):
                self._equip(tools)
            case SetCorners(grids):
                self._corners = grids
            case OpenSketchbook(path):
                book, problem = recover(path, Sketchbook(), read_sketchbook)
                self._change(book=book)
                if problem is not None:
                    self._notice(problem)
            case _:
                self._settle()
                self._act(message)

    def advance(self, now: Seconds) -> Seconds | None:
        self._settle()
        self._place()
        return None

    def _settle(self) -> None:
        """Make what is wanted."""
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self._make(wanted)

    def _act(self, message: Any) -> None:
        match message:
            case RecallDraft(number):
                draft = self._found(number)
                if draft is not None:
                    self._show(draft.recipe, draft.clip, draft.clip.grid(), draft.number)
            case DiscardDraft(number):
                self._write(self.view.book.without(number))
                if number == self.view.number:
                    self._change(number=0)
            case KeepPass(recipe):
                self._write(self.view.book.added(recipe, structs.replace(recipe.clip, name=self._name(recipe))))
            case Audition(on):
                self._audition(on)
            case UseDraft(corner):
                if self.view.clip is None:
                    self._fail(_NOTHING)
                else:
                    self._use(corner, self.view.clip)
                    self._change(past=(), future=())  # what is undone next is that
            case EditDraft(edit, press):
                self._edit(edit, press)
            case RenameDraft(name, number):
                self._rename(name.strip(), self.view.number if number is None else number)
            case UndoDraft(again):
                self._undo(again)
            case AuditionEnded():
                self._started = None
                self._change(auditioning=False)
            case _:
                raise TypeError(f"the studio does not know {message!r}")

    def _equip(self, tools: Tools | None) -> None:
        self._tools = tools
        self._placed = {}
        styles = () if tools is None or tools.drummer is None else tuple(tools.drummer.styles)
        marks = Landmarks()
        if tools is not None and tools.styles is not None:
            known = tools.styles
            marks = Landmarks(tools.dictionary.card.id, known.places.astype("float32").tobytes(), known.styles)
            styles = styles or tuple(sorted(set(known.styles)))
        self._change(ready=tools is not None, styles=styles, landmarks=marks)

    def _make(self, wanted: Make | Try) -> None:
        if self._tools is None:
            self._fail("There is no drum dictionary to sketch with. Choose one in the preferences.")
            return
        recipe = wanted.recipe
        try:
            grid = self._tools.make(recipe)
        except (LiveMusicError, ValueError) as problem:
            self._fail(str(problem))
            return
        clip = Clip.of(grid, self._name(recipe))
        number = 0
        if isinstance(wanted, Make):
            book = self.view.book.added(recipe, clip)
            number = book.drafts[-1].number
            self._write(book)
        self._show(recipe, clip, clip.grid(), number)

    def _edit(self, edit: AnyPatternEdit, press: int) -> None:
        """Edit the pattern at hand; the first time it becomes a draft of its own, which changes with it. What the same
        `press` of a key goes on with is undone with what it began with.
        """
        hand = self.view.hand
        if hand is None:
            self._fail(_NOTHING)
            return
        before = hand.recipe.clip if isinstance(hand.recipe, Edited) else hand.clip
        bpm, bar = hand.recipe.bpm, hand.recipe.bar
        try:
            clip = Clip.of(edit.made_of(hand.clip.grid(), bar * STEP), hand.clip.name)
            if not isinstance(hand.recipe, Edited):
                clip = structs.replace(clip, name=self._name(Edited(clip=before, result=clip)))
            recipe = Edited(bpm=bpm, bar=bar, clip=before, result=clip)
        except ValueError as problem:
            self._fail(str(problem))
            return
        if clip.hits != hand.clip.hits or clip.steps != hand.clip.steps:
            number = hand.number if isinstance(hand.recipe, Edited) else 0
            goes_on = press != 0 and press == self._press
            past = self.view.past if goes_on else (*self.view.past, hand)[-_MOST_UNDONE:]
            self._take(Hand(recipe, clip, number), past, ())
            self._press = press

    def _name(self, recipe: AnyRecipe) -> str:
        """A name for what is made by `recipe` that no draft has."""
        return draft_name(recipe, [draft.clip.name for draft in self.view.book.drafts])

    def _rename(self, name: str, number: int) -> None:
        """Call a draft `name`; what is only tried (0) is kept under it."""
        hand, book = self.view.hand, self.view.book
        if number != self.view.number:
            if (draft := self._found(number)) is not None:
                self._write(book.changed(number, draft.recipe, structs.replace(draft.clip, name=name)))
        elif hand is None:
            self._fail(_NOTHING)
        elif name != hand.clip.name:
            renamed = structs.replace(hand.clip, name=name)
            if number not in (draft.number for draft in book.drafts):
                self._write(book.added(hand.recipe, renamed))
                number = self.view.book.made
            self._take(Hand(hand.recipe, renamed, number), (*self.view.past, hand)[-_MOST_UNDONE:], ())

    def _undo(self, again: bool) -> None:
        """Take back the last edit, or that."""
        hand, past, future = self.view.hand, self.view.past, self.view.future
        if hand is None or not (future if again else past):
            self._fail(f"There is nothing to {'redo' if again else 'undo'}.")
        elif again:
            self._take(future[-1], (*past, hand), future[:-1])
        else:
            self._take(past[-1], past[:-1], (*future, hand))

    def _take(self, hand: Hand, past: tuple[Hand, ...], future: tuple[Hand, ...]) -> None:
        """This is at hand now, and what was edited is kept so."""
        book, number = self.view.book, hand.number
        if number in (draft.number for draft in book.drafts):
            self._write(book.changed(number, hand.recipe, hand.clip))
        elif isinstance(hand.recipe, Edited):
            book = book.added(hand.recipe, hand.clip)
            number = book.made
            self._write(book)
        else:
            number = 0
        self._show(hand.recipe, hand.clip, hand.clip.grid(), number)
        self._change(past=past, future=future)

    def _show(self, recipe: AnyRecipe, clip: Clip, grid: Grid, number: int) -> None:
        """This is the pattern at hand now."""
        self._grid, self._press = grid, 0
        figures = self._figures(recipe) if isinstance(recipe, Figures) else ()
        self._change(number=number, recipe=recipe, clip=clip, figures=figures, problem="", past=(), future=())
        if self.view.auditioning:
            self._preview(Preview(grid))

    def _figures(self, recipe: Figures) -> tuple[Figure, ...]:
        """The figures of the clip as it is before anything is changed, with pictures of their atoms."""
        tools = self._tools
        if tools is None or (atoms := tools.dictionary.atoms) is None:
            return ()
        parts = tools.parts(recipe.clip)
        figures = []
        for number, part in enumerate(parts.parts):
            others = parts.others(part, _OTHERS)
            swapped = recipe.swaps.get(number, part.atom)
            if swapped not in (part.atom, *others) and 0 <= swapped < len(atoms):  # it may be another dictionary's
                others = (*others, swapped)
            pictures = tuple(
                (part.strength * atoms[index, ..., HIT]).astype("float32").tobytes() for index in (part.atom, *others)
            )
            figures.append(Figure(part.atom, part.step, part.weight, part.hits, others, pictures))
        return tuple(figures)

    def _audition(self, on: bool | None) -> None:
        played, on = self._played(), not self.view.auditioning if on is None else on
        if on and self._grid is None:
            self._fail(_NOTHING)
            return
        if on and self._grid is not None:
            self._preview(Preview(self._grid))
            if not self.view.auditioning and not played.playing:
                self._started = played.stops
                self._start()
        elif not on and self.view.auditioning:
            self._preview(Preview(None))
            if self._started == played.stops:  # nobody has stopped and started it since
                self._stop()
            self._started = None
        self._change(auditioning=on)

    def _place(self) -> None:
        """Where the corners and the pattern at hand lie on the map."""
        if self._tools is None or self._tools.styles is None:
            return
        tools, known, here = self._tools, self._placed, self._grid
        grids = self._corners if here is None else (*self._corners, here)
        self._placed = {
            grid: known[grid] if grid in known else tools.map.place(tools.dictionary, grid) for grid in grids
        }
        places = tuple(self._placed[grid] for grid in self._corners)
        place = None if here is None else self._placed[here]
        if (places, place) != (self.view.places, self.view.place):
            self._change(places=places, place=place)

    def _found(self, number: int) -> Draft | None:
        try:
            return self.view.book.draft(number)
        except ValueError as problem:
            self._fail(str(problem))
            return None

    def _fail(self, reason: str) -> None:
        self._change(problem=reason)
        self._notice(reason)

    def _write(self, book: Sketchbook) -> None:
        self._change(book=book)
        try:
            self._keep(book)
        except LiveMusicError as problem:  # a full disk, say: what was made is here all the same
            self._notice(str(problem))

    def _change(self, **fields: Any) -> None:
        self.view = replace(self.view, revision=self.view.revision + 1, **fields)
