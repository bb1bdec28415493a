"""Between patterns: two, four or many, lane by lane if need be."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from livemusic.engine.messages import Make, Try
from livemusic.engine.snapshot import Snapshot, StudioState
from livemusic.errors import LiveMusicError
from livemusic.session.preset import Clip
from livemusic.session.settings import Session
from livemusic.session.sketchbook import MOST_CLIPS, AnyRecipe, Between, Way
from livemusic.ui import theme
from livemusic.ui.incoming import MIDI_FILES, read_clip
from livemusic.ui.rack.widgets import press, words
from livemusic.ui.sketchbook.course import FEWEST, Course
from livemusic.ui.sketchbook.flow import Flow
from livemusic.ui.sketchbook.lanes import Lanes
from livemusic.ui.sketchbook.pace import Pace
from livemusic.ui.sketchbook.puck import PuckPad
from livemusic.ui.sketchbook.source import SourceChooser
from livemusic.ui.sketchbook.timed import TimedPage
from livemusic.ui.sketchbook.token import TOKEN_HEIGHT, Token
from livemusic.ui.sketchbook.tones import tone

#: A change that rests so long is kept.
_REST_MS = 800
_LANES_WIDTH, _ADD_WIDTH = 284, 180
_MODES = {
    "trade": ("Trade", "Swaps one pattern for the other figure by figure: every hit was played in one of them."),
    "blend": ("Blend", "Blends the patterns: of the hits they don't share, the strongest come through."),
}


class BetweenPage(TimedPage):
    """The corners of the pad, or whatever patterns are chosen, with a puck between them."""

    name = "Between"
    purpose = "Walk from pattern to pattern. Each lane may go its own way, or stay with one of them."

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._corners: tuple[Clip, ...] = ()
        self._course = Course()
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
        self.again = press("The four corners", "Start over with the corners of the pad", self, "quiet")
        self.again.setFixedHeight(TOKEN_HEIGHT)
        self.whole = press(
            "Export full morph",
            "One long pattern from the first pattern through all the others to the last:\nplay it, or save it as MIDI",
            self,
            "quiet",
        )
        self.whole.setFixedHeight(TOKEN_HEIGHT)
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
        for widget in self._tail:
            self._flow.addWidget(widget)
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
        self.again.clicked.connect(lambda: self._begin(self._corners))
        self.whole.clicked.connect(self._make_way)
        self._rest.timeout.connect(self._make)

    @property
    def _tail(self) -> tuple[QWidget, ...]:
        """What stands behind the patterns."""
        return self.source, self.again, self.whole

    # What is so.

    @property
    def course(self) -> Course:
        """Which patterns there are, and where the hand is between them."""
        return self._course

    def show_session(self, session: Session) -> None:
        super().show_session(session)
        self.source.show_session(session)
        corners = session.preset.corners
        if corners != self._corners:
            follows, self._corners = self._course.clips == self._corners, corners
            if follows:
                self._course = self._course.with_clips(corners)
            self._show()

    def show_state(self, snapshot: Snapshot) -> None:
        super().show_state(snapshot)
        self.source.show_state(snapshot)

    def show_studio(self, studio: StudioState) -> None:
        self.source.show_studio(studio)

    def show_recipe(self, recipe: AnyRecipe) -> bool:
        if not isinstance(recipe, Between | Way):
            return False
        self._rest.stop()
        self._course, self._lane, self._made = Course.of(recipe), None, recipe
        self._show()
        return True

    def leave(self) -> None:
        if self._rest.isActive():
            self._make()

    # What the hand does.

    def walk(self, mode: str) -> None:
        """Trade or blend."""
        self._change(replace(self._course, mode=mode))

    def pick(self, lane: int | None) -> None:
        """The puck moves this lane alone, from where it is; None: all that go along."""
        self._lane = lane
        self._show_places()

    def release(self, voice: int) -> None:
        """Let a lane go along."""
        self._lane = None if self._lane == voice else self._lane
        self._change(self._course.freed(voice))

    def part(self, voice: int) -> None:
        """Give a lane a place of its own, for the puck to move."""
        self._lane = voice
        self._change(self._course.moved(voice, self._course.places.get(voice, self._course.main)))

    def lock(self, voice: int, number: int) -> None:
        """Let a lane stay with one pattern."""
        self._lane = None if self._lane == voice else self._lane
        self._change(self._course.locked(voice, number))

    def add(self, clips: Sequence[Clip]) -> None:
        """More patterns, as many as there is room for."""
        wanted = (*self._course.clips, *clips)
        if len(wanted) > MOST_CLIPS:
            self._tell(f"There is room for {MOST_CLIPS} patterns.")
        self._begin(wanted[:MOST_CLIPS])

    def remove(self, number: int) -> None:
        """One pattern less."""
        self._change(self._course.without(number))

    def _begin(self, clips: tuple[Clip, ...]) -> None:
        self._change(self._course.with_clips(clips))

    def _add(self) -> None:
        clip = self.source.clip()
        self.source.show_clip(None)
        if clip is not None:
            self._tell("")
            self.add([clip])

    def _move(self, x: float, y: float) -> None:
        self._course = self._course.moved(self._lane, (x, y))
        self._show_places()
        self._try()

    def _change(self, course: Course) -> None:
        self._course = course
        self._show()
        if self._try():
            self._rest.start()

    def _try(self) -> bool:
        recipe = self._course.between(self.bpm, self.bar)
        if recipe is not None:
            self._pace.ask(Try(recipe))
        return recipe is not None

    def _make(self) -> None:
        self._keep(self._course.between(self.bpm, self.bar))

    def _make_way(self) -> None:
        self._keep(self._course.way(self.bpm, self.bar))

    def _keep(self, recipe: AnyRecipe | None) -> None:
        self._rest.stop()
        self._pace.forget()
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
                read = read_clip(path)
                clips.append(read.clip)
                faults += [f"{path.name}: {remark}" for remark in read.remarks]
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
        names = self._names
        if len(names) >= FEWEST:
            self.pad.show_patterns(names, tuple(tone(number) for number in range(len(names))))
        if names != tuple(token.text() for token in self.tokens):
            self._show_tokens(names)
        for mode, button in self.modes.items():
            button.setChecked(mode == self._course.mode)
        self.sentence.setText(_MODES[self._course.mode][1])
        self.fault.setVisible(bool(self.fault.text()))
        self.again.setEnabled(self._course.clips != self._corners)
        self.source.setEnabled(len(names) < MOST_CLIPS)
        self._show_places()

    def _show_places(self) -> None:
        course = self._course
        self.pad.show_places(course.main, course.places, self._lane)
        self.lanes.show_lanes(self._names, course.places.keys(), course.locks, self._lane)

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(clip.name or "unnamed" for clip in self._course.clips)

    def _show_tokens(self, names: tuple[str, ...]) -> None:
        for token in self.tokens:
            self._flow.removeWidget(token)
            token.hide()
            token.deleteLater()
        for widget in self._tail:
            self._flow.removeWidget(widget)
        self.tokens = tuple(Token(name, tone(place), self._shelf) for place, name in enumerate(names))
        for place, token in enumerate(self.tokens):
            token.setEnabled(len(names) > FEWEST)
            token.removed.connect(lambda place=place: self.remove(place))
            self._flow.addWidget(token)
            token.show()
        for widget in self._tail:
            self._flow.addWidget(widget)


def _dropped(event: QDropEvent) -> list[Path]:
    """The MIDI files of what is dragged."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() in MIDI_FILES]
