"""Between patterns: two, four or many, lane by lane if need be."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from livemusic.engine.messages import Make, Try
from livemusic.engine.snapshot import Snapshot, StudioState
from livemusic.errors import LiveMusicError
from livemusic.session.preset import Clip
from livemusic.session.settings import Session
from livemusic.session.sketchbook import MOST_CLIPS, AnyRecipe, Between
from livemusic.ui import theme
from livemusic.ui.incoming import MIDI_FILES, read_clip
from livemusic.ui.rack.widgets import press, words
from livemusic.ui.sketchbook.flow import Flow
from livemusic.ui.sketchbook.lanes import Lanes
from livemusic.ui.sketchbook.pace import Pace
from livemusic.ui.sketchbook.polygon import MIDDLE, Place, place_of, weights
from livemusic.ui.sketchbook.puck import PuckPad
from livemusic.ui.sketchbook.source import SourceChooser
from livemusic.ui.sketchbook.timed import TimedPage
from livemusic.ui.sketchbook.tones import tone

_FEWEST = 2
#: A change that rests so long is kept.
_REST_MS = 800
_LANES_WIDTH, _ADD_WIDTH, _NAME_WIDTH, _TOKEN = 246, 180, 110, 30
_MODES = {
    "trade": ("Trade", "Hands the pattern over figure by figure: every hit is one that somebody played."),
    "blend": ("Blend", "Mixes the patterns: of the hits they do not share, the strongest come through."),
}


class BetweenPage(TimedPage):
    """The corners of the pad, or whatever patterns are chosen, with a puck between them."""

    name = "Between"
    purpose = "Walk from pattern to pattern. Each lane may go its own way, or stay with one of them."

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._corners: tuple[Clip, ...] = ()
        self._chosen: tuple[Clip, ...] | None = None
        self._mode = "trade"
        self._main: Place = MIDDLE
        self._places: dict[int, Place] = {}
        self._locks: dict[int, int] = {}
        self._lane: int | None = None
        self._made: AnyRecipe | None = None
        self._pace = Pace(self.asked.emit, self)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self.modes = {mode: press(name, sentence, self) for mode, (name, sentence) in _MODES.items()}
        self.sentence = words("", "help", self, wrap=True)
        self.pad = PuckPad(self)
        self.lanes = Lanes(self)
        self.source = SourceChooser("Add a pattern", self, nothing="Add a pattern…")
        self.again = press("The four corners", "Begin again with the corners of the pad", self, "quiet")
        self.again.setFixedHeight(_TOKEN)
        self.fault = words("", "warning", self, wrap=True)
        self.tokens: tuple[Token, ...] = ()
        self._shelf = QWidget(self)
        self._flow = Flow(self._shelf, 6)
        self._lay_out()
        self._connect()
        self.setAcceptDrops(True)
        self._show()

    def _lay_out(self) -> None:
        column, top, across, left = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout(), QVBoxLayout()
        group = QButtonGroup(self)
        for mode, role in zip(self.modes, ("left", "right"), strict=True):
            button = self.modes[mode]
            button.setProperty("role", role)
            button.setCheckable(True)
            group.addButton(button)
            top.addWidget(button)
        top.setSpacing(0)
        top.addSpacing(12)
        top.addWidget(self.sentence, 1)
        self.source.setFixedWidth(_ADD_WIDTH)
        self._flow.addWidget(self.source)
        self._flow.addWidget(self.again)
        left.setSpacing(8)
        left.addWidget(self.pad, 1)
        left.addWidget(self._shelf)
        left.addWidget(self.fault)
        self.lanes.setFixedWidth(_LANES_WIDTH)
        across.setSpacing(14)
        across.addLayout(left, 1)
        across.addWidget(self.lanes, 0, Qt.AlignmentFlag.AlignTop)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(theme.GAP)
        column.addLayout(top)
        column.addLayout(across, 1)

    def _connect(self) -> None:
        for mode, button in self.modes.items():
            button.clicked.connect(lambda _, mode=mode: self.walk(mode))
        self.pad.moved.connect(self._move)
        self.pad.settled.connect(self._make)
        self.lanes.picked.connect(lambda lane: self.pick(None if lane < 0 else lane))
        self.lanes.along.connect(self.release)
        self.lanes.own.connect(self.part)
        self.lanes.locked.connect(self.lock)
        self.source.picked.connect(self._add)
        self.again.clicked.connect(lambda: self._choose(None))
        self._rest.timeout.connect(self._make)

    # What is so.

    @property
    def clips(self) -> tuple[Clip, ...]:
        """The patterns: those that were chosen, otherwise the corners of the pad."""
        return self._corners if self._chosen is None else self._chosen

    def show_session(self, session: Session) -> None:
        super().show_session(session)
        self.source.show_session(session)
        if session.preset.corners != self._corners:
            self._corners = session.preset.corners
            self._show()

    def show_state(self, snapshot: Snapshot) -> None:
        super().show_state(snapshot)
        self.source.show_state(snapshot)

    def show_studio(self, studio: StudioState) -> None:
        self.source.show_studio(studio)

    def show_recipe(self, recipe: AnyRecipe) -> bool:
        if not isinstance(recipe, Between):
            return False
        count = len(recipe.clips)
        self._rest.stop()
        self._chosen = None if recipe.clips == self._corners else recipe.clips
        self._mode, self._made = recipe.mode, recipe
        self._main = _place(recipe.weights, count)
        self._places = {voice: _place(own, count) for voice, own in recipe.lanes.items() if voice not in recipe.locks}
        self._locks = {voice: place for voice, place in recipe.locks.items() if 0 <= place < count}
        self._lane = None
        self._show()
        return True

    def leave(self) -> None:
        if self._rest.isActive():
            self._make()

    def recipe(self) -> Between | None:
        """What is to be made; None while there are no patterns."""
        count = len(self.clips)
        if count < _FEWEST:
            return None
        return Between(
            clips=self.clips,
            weights=_shares(count, self._main),
            mode=self._mode,
            lanes={voice: _shares(count, place) for voice, place in sorted(self._places.items())},
            locks=dict(sorted(self._locks.items())),
            bpm=self.bpm,
            bar=self.bar,
        )

    # What the hand does.

    def walk(self, mode: str) -> None:
        """Trade or blend."""
        self._mode = mode
        self._change()

    def pick(self, lane: int | None) -> None:
        """The puck moves this lane alone, from where it is; None: all that go along."""
        self._lane = lane
        self._show_places()

    def release(self, voice: int) -> None:
        """Let a lane go along."""
        self._places.pop(voice, None)
        self._locks.pop(voice, None)
        self._lane = None if self._lane == voice else self._lane
        self._change()

    def part(self, voice: int) -> None:
        """Give a lane a place of its own, for the puck to move."""
        self._locks.pop(voice, None)
        self._places.setdefault(voice, self._main)
        self._lane = voice
        self._change()

    def lock(self, voice: int, place: int) -> None:
        """Let a lane stay with one pattern."""
        self._places.pop(voice, None)
        self._locks[voice] = place
        self._lane = None if self._lane == voice else self._lane
        self._change()

    def add(self, clips: Sequence[Clip]) -> None:
        """More patterns, as many as there is room for."""
        wanted = (*self.clips, *clips)
        if len(wanted) > MOST_CLIPS:
            self._tell(f"There is room for {MOST_CLIPS} patterns.")
        self._choose(wanted[:MOST_CLIPS])

    def remove(self, place: int) -> None:
        """One pattern less; what stayed with it goes along."""
        clips = self.clips
        if len(clips) <= _FEWEST:
            return
        keep = [number for number in range(len(clips)) if number != place]
        self._locks = {voice: keep.index(kept) for voice, kept in self._locks.items() if kept != place}
        self._main = _kept(self._main, len(clips), keep)
        self._places = {voice: _kept(own, len(clips), keep) for voice, own in self._places.items()}
        self._chosen = tuple(clips[number] for number in keep)
        self._change()

    def _choose(self, clips: tuple[Clip, ...] | None) -> None:
        before = len(self.clips)
        self._chosen = clips
        count = len(self.clips)
        if before >= _FEWEST:
            self._main = _spread(self._main, before, count)
            self._places = {voice: _spread(own, before, count) for voice, own in self._places.items()}
        self._locks = {voice: place for voice, place in self._locks.items() if place < count}
        self._change()

    def _add(self) -> None:
        clip = self.source.clip()
        self.source.show_clip(None)
        if clip is not None:
            self._tell("")
            self.add([clip])

    def _move(self, x: float, y: float) -> None:
        if self._lane is None:
            self._main = x, y
        else:
            self._locks.pop(self._lane, None)
            self._places[self._lane] = x, y
        self._show_places()
        recipe = self.recipe()
        if recipe is not None:
            self._pace.ask(Try(recipe))

    def _change(self) -> None:
        self._show()
        recipe = self.recipe()
        if recipe is not None:
            self._pace.ask(Try(recipe))
            self._rest.start()

    def _make(self) -> None:
        self._rest.stop()
        self._pace.forget()
        recipe = self.recipe()
        if recipe is not None and recipe != self._made:
            self._made = recipe
            self.asked.emit(Make(recipe))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if paths := _dropped(event):
            event.acceptProposedAction()
            self.open(paths)

    def open(self, paths: Sequence[Path]) -> None:
        """Add the patterns of MIDI files, and say of those that cannot be used why."""
        clips, faults = [], []
        for path in paths:
            try:
                clips.append(read_clip(path))
            except LiveMusicError as problem:
                faults.append(str(problem))
        self._tell("\n".join(faults))
        if clips:
            self.add(clips)

    # Drawing it.

    def _tell(self, sentence: str) -> None:
        self.fault.setText(sentence)
        self.fault.setVisible(bool(sentence))

    def _show(self) -> None:
        names = tuple(clip.name or "unnamed" for clip in self.clips)
        if len(names) >= _FEWEST:
            self.pad.show_patterns(names, tuple(tone(number) for number in range(len(names))))
        if names != tuple(token.text() for token in self.tokens):
            self._show_tokens(names)
        for mode, button in self.modes.items():
            button.setChecked(mode == self._mode)
        self.sentence.setText(_MODES[self._mode][1])
        self.fault.setVisible(bool(self.fault.text()))
        self.again.setEnabled(self._chosen is not None)
        self.source.setEnabled(len(names) < MOST_CLIPS)
        self._show_places()

    def _show_places(self) -> None:
        names = tuple(clip.name or "unnamed" for clip in self.clips)
        self.pad.show_places(self._main, self._places, self._lane)
        self.lanes.show_lanes(names, self._places.keys(), self._locks, self._lane)

    def _show_tokens(self, names: tuple[str, ...]) -> None:
        for token in self.tokens:
            self._flow.removeWidget(token)
            token.hide()
            token.deleteLater()
        for widget in (self.source, self.again):
            self._flow.removeWidget(widget)
        self.tokens = tuple(Token(name, tone(place), self._shelf) for place, name in enumerate(names))
        for place, token in enumerate(self.tokens):
            token.setEnabled(len(names) > _FEWEST)
            token.removed.connect(lambda place=place: self.remove(place))
            self._flow.addWidget(token)
            token.show()
        for widget in (self.source, self.again):
            self._flow.addWidget(widget)


class Token(QWidget):
    """One pattern by name and colour, with a cross that takes it away."""

    removed = Signal()

    def __init__(self, name: str, tone: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = name
        self._tone = tone
        self.cross = press("×", f"Take {name} away", self, "small", f"Take {name} away")
        self.cross.setStyleSheet("border: 0; background: transparent; padding: 0; font-size: 15px;")
        self.setFixedSize(self.sizeHint())
        self.cross.setGeometry(self.width() - 26, 3, 24, 24)
        self.cross.clicked.connect(self.removed)
        self.setToolTip(name)

    def text(self) -> str:
        """What the pattern is called."""
        return self._name

    def sizeHint(self) -> QSize:
        wide = QFontMetrics(theme.font(theme.SMALL)).horizontalAdvance(self._name)
        return QSize(min(_NAME_WIDTH, wide + 2) + 52, _TOKEN)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(theme.colour(theme.LINE))
        painter.setBrush(theme.colour(theme.SURFACE))
        painter.drawRoundedRect(box, 8, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(self._tone))
        painter.drawEllipse(QRectF(9, 11, 8, 8))
        painter.setPen(theme.colour(theme.TEXT))
        painter.setFont(theme.font(theme.SMALL))
        room = QRectF(23, 0, self.width() - 51, self.height())
        text = painter.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()


def _shares(count: int, place: Place) -> tuple[float, ...]:
    return tuple(round(share, 6) for share in weights(count, place))


def _place(shares: Sequence[float], count: int) -> Place:
    return place_of(shares) if len(shares) == count else MIDDLE


def _kept(place: Place, count: int, keep: Sequence[int]) -> Place:
    """Where a puck is once only some corners are left."""
    shares = weights(count, place)
    return place_of([shares[number] for number in keep])


def _spread(place: Place, before: int, count: int) -> Place:
    """Where a puck is once there are more corners, or fewer from the end."""
    shares = weights(before, place)
    return place_of([*shares, *[0.0] * count][:count])


def _dropped(event: QDropEvent) -> list[Path]:
    """The MIDI files of what is dragged."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() in MIDI_FILES]
