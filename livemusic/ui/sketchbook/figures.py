"""A pattern taken apart into its figures: leave some out, hear them alone, let others play in their place."""

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from livemusic.engine.messages import Make, Try
from livemusic.engine.snapshot import Figure, Snapshot, StudioState
from livemusic.session.preset import Clip
from livemusic.session.settings import Session
from livemusic.session.sketchbook import AnyRecipe, Figures
from livemusic.ui import theme
from livemusic.ui.rack.widgets import press, words
from livemusic.ui.sketchbook.atoms import Swaps
from livemusic.ui.sketchbook.figures_view import FigureCard, FigureStrip, begins, silent
from livemusic.ui.sketchbook.flow import Flow
from livemusic.ui.sketchbook.source import SourceChooser
from livemusic.ui.sketchbook.timed import TimedPage
from livemusic.ui.sketchbook.tones import tone

#: A change that rests so long is kept.
_REST_MS = 800
_LEAST = 96


class FiguresPage(TimedPage):
    """Every change is tried at once, and made when it rests. Figures that say nothing by themselves are not shown."""

    name = "Figures"
    purpose = "The figures a pattern is made of: mute them, solo them, or swap them for others."

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clip: Clip | None = None
        self._looked: Clip | None = None
        self._studio: StudioState | None = None
        self._figures: tuple[Figure, ...] = ()
        self._muted: frozenset[int] = frozenset()
        self._solo: frozenset[int] = frozenset()
        self._swaps: dict[int, int] = {}
        self.cards: dict[int, FigureCard] = {}
        self.swaps: Swaps | None = None
        self.source = SourceChooser("Pattern", self)
        self.back = press("Restore all", "Restore every figure", self, "quiet")
        self.strip = FigureStrip(self)
        self.hint = words("", "help", self, wrap=True)
        self._gallery = QWidget(self)
        self._flow = Flow(self._gallery, 8)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._lay_out()
        self._rest.timeout.connect(self._make)
        self.source.changed.connect(self._take)
        self.back.clicked.connect(self._reset)
        self.strip.pointed.connect(lambda number: self._light(None if number < 0 else number))
        self._show()
        self._tell("")

    def _lay_out(self) -> None:
        column, top = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(7)
        top.setSpacing(theme.GAP)
        top.addWidget(self.source, 1)
        top.addWidget(self.back)
        column.addLayout(top)
        column.addWidget(self.strip)
        column.addWidget(self.hint)
        column.addWidget(self._scrolled(), 1)

    def _scrolled(self) -> QScrollArea:
        """The cards, so that the strip they light up stays in sight."""
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setMinimumHeight(_LEAST)
        self._gallery.setObjectName("sheet")
        area.setWidget(self._gallery)
        return area

    # What is so.

    def show_session(self, session: Session) -> None:
        super().show_session(session)
        self.source.show_session(session)
        self.strip.show_meter(self.bar, self.beat)

    def show_state(self, snapshot: Snapshot) -> None:
        super().show_state(snapshot)
        self.source.show_state(snapshot)

    def show_studio(self, studio: StudioState) -> None:
        self._studio = studio
        self.source.show_studio(studio)
        self._hear()
        self._look()

    def show_recipe(self, recipe: AnyRecipe) -> bool:
        if not isinstance(recipe, Figures):
            return False
        self._rest.stop()
        if recipe.clip != self._clip:
            self._clip = self._looked = recipe.clip
            self._figures = ()
        self.source.show_clip(recipe.clip)
        self._muted, self._solo, self._swaps = frozenset(recipe.muted), frozenset(recipe.solo), dict(recipe.swaps)
        self._hear()
        self._show()
        return True

    def leave(self) -> None:
        if self._rest.isActive():
            self._make()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look()

    # Which pattern.

    def _take(self) -> None:
        """Another pattern is to be taken apart."""
        clip = self.source.clip()
        if clip != self._clip:
            self._rest.stop()
            self._clip, self._figures = clip, ()
            self._muted, self._solo, self._swaps = frozenset(), frozenset(), {}
            self._show()
            self._tell("")
            self._look()

    def _look(self) -> None:
        """Ask for the figures of the pattern, once."""
        ready = self._studio is not None and self._studio.ready
        if ready and self.isVisible() and self._clip is not None and self._clip != self._looked:
            self._looked = self._clip
            self.asked.emit(Try(self.recipe()))

    def _hear(self) -> None:
        """What the engine made of it."""
        studio = self._studio
        recipe = None if studio is None else studio.recipe
        if studio is None or not isinstance(recipe, Figures) or recipe.clip != self._clip:
            return
        if studio.figures != self._figures:
            self._figures = studio.figures
            self._show()
        self.strip.show_heard(studio.clip)
        self._tell("" if self.cards else "No figures were found in this pattern.")

    def _tell(self, sentence: str) -> None:
        self.hint.setText(sentence)
        self.hint.setVisible(bool(sentence))

    def recipe(self) -> Figures:
        """What is to be made."""
        assert self._clip is not None
        return Figures(
            clip=self._clip,
            muted=tuple(sorted(self._muted)),
            solo=tuple(sorted(self._solo)),
            swaps=dict(sorted(self._swaps.items())),
            bpm=self.bpm,
            bar=self.bar,
        )

    # Changing it.

    def mute(self, number: int, on: bool) -> None:
        """Leave a figure out, or take it back in; it cannot be alone at the same time."""
        self._muted = self._muted | {number} if on else self._muted - {number}
        self._solo -= {number}
        self._change()

    def solo(self, number: int, on: bool) -> None:
        """Hear a figure alone, or with others that are; it is not left out then."""
        self._solo = self._solo | {number} if on else self._solo - {number}
        self._muted -= {number}
        self._change()

    def swap(self, number: int, atom: int) -> None:
        """Let another atom play in a figure's place, or its own again; who chooses one wants to hear it."""
        if atom == self._figures[number].atom:
            self._swaps.pop(number, None)
        else:
            self._swaps[number] = atom
        self._muted -= {number}
        self._change()

    def open_swaps(self, number: int) -> None:
        """Show what could play in a figure's place."""
        card = self.cards[number]
        self._show_cards()  # the button shows what is so, not that it was pressed
        self.swaps = Swaps(card.figure, self._swaps.get(number, card.figure.atom), tone(self._place(number)), self)
        self.swaps.chosen.connect(lambda atom: self.swap(number, atom))
        self.swaps.destroyed.connect(self._forget_swaps)
        self.swaps.open_at(card.swap.mapToGlobal(QPoint(0, card.swap.height() + 4)))

    def _forget_swaps(self) -> None:
        self.swaps = None

    def _reset(self) -> None:
        self._muted, self._solo, self._swaps = frozenset(), frozenset(), {}
        self._change()
        self._rest.stop()

    def _change(self) -> None:
        self._show_cards()
        if self._clip is not None:
            self.asked.emit(Try(self.recipe()))
            self._rest.start()

    def _make(self) -> None:
        self._rest.stop()
        if self._clip is not None and self._changed:
            self.asked.emit(Make(self.recipe()))

    @property
    def _changed(self) -> bool:
        return bool(self._muted or self._solo or self._swaps)

    # Drawing it.

    def _place(self, number: int) -> int:
        return list(self.cards).index(number)

    def _show(self) -> None:
        """Cards for the figures there are."""
        for card in self.cards.values():
            self._flow.removeWidget(card)
            card.hide()
            card.deleteLater()
        shown = [number for number, figure in enumerate(self._figures) if figure.hits or number in self._swaps]
        tones = {number: tone(place) for place, number in enumerate(shown)}
        self.cards = {number: self._card(number, tones[number]) for number in shown}
        for card in self.cards.values():
            self._flow.addWidget(card)
            card.show()
        self.strip.show_clip(self._clip, {number: self._figures[number] for number in shown}, tones)
        self.strip.show_heard(self._clip)
        self._show_cards()

    def _card(self, number: int, colour: str) -> FigureCard:
        figure = self._figures[number]
        card = FigureCard(number, figure, colour, begins(figure.step, self.bar, self.beat), self._gallery)
        card.mute.clicked.connect(lambda on: self.mute(number, on))
        card.solo.clicked.connect(lambda on: self.solo(number, on))
        card.swap.clicked.connect(lambda: self.open_swaps(number))
        card.pointed.connect(lambda on: self._light(number if on else None))
        return card

    def _show_cards(self) -> None:
        for number, card in self.cards.items():
            atom = self._swaps.get(number, card.figure.atom)
            card.show_figure(number in self._muted, number in self._solo, atom, silent(number, self._muted, self._solo))
        self.back.setEnabled(self._changed)

    def _light(self, number: int | None) -> None:
        self.strip.light(number)
        for own, card in self.cards.items():
            card.light(own == number)
