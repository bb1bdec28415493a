"""What the pages of the tools share: rows of controls that together say what is to be made."""

from random import randrange

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsOpacityEffect,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from livemusic.engine.messages import Make, Try
from livemusic.engine.snapshot import Snapshot, StudioState
from livemusic.music.grid import STEP
from livemusic.music.tempo import Meter
from livemusic.session.settings import Session
from livemusic.session.sketchbook import AnyRecipe
from livemusic.ui import theme
from livemusic.ui.panels.slider import PercentSlider
from livemusic.ui.panels.sources import ChoiceBox
from livemusic.ui.preferences.fields import NumberBox
from livemusic.ui.rack.widgets import press, words
from livemusic.ui.sketchbook.page import Page
from livemusic.ui.sketchbook.source import SourceChooser

_LABEL_WIDTH, _VALUE_WIDTH = 104, 48
_ANY = (("Any style", ""),)
_DIM = 0.35
_MOST_SEED = float(1 << 53)
_DICE_SEEDS = 10_000
#: Where the pips of each face of a die lie, in thirds of it.
_PIPS = {
    1: ((1, 1),),
    2: ((0, 0), (2, 2)),
    3: ((0, 0), (1, 1), (2, 2)),
    4: ((0, 0), (2, 0), (0, 2), (2, 2)),
    5: ((0, 0), (2, 0), (1, 1), (0, 2), (2, 2)),
    6: ((0, 0), (2, 0), (0, 1), (2, 1), (0, 2), (2, 2)),
}


class Amount(QWidget):
    """A slider with what it says beside it. `moved` while it moves, `settled` once it rests.

    `free`: what it is called when it is left to the tool, which is so at first; otherwise it always counts.
    """

    moved = Signal()
    settled = Signal()

    def __init__(self, name: str, tip: str, start: int, parent: QWidget, free: str = "") -> None:
        super().__init__(parent)
        self.slider = PercentSlider(name, tip, self)
        self.slider.show_value(start / 100)
        self._dimmed = QGraphicsOpacityEffect(self.slider)
        self.slider.setGraphicsEffect(self._dimmed)
        self.value = words("", "value", self)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.value.setFixedWidth(_VALUE_WIDTH)
        self.free = press(free, f"{name}: {free}, whatever suits the pattern", self, "quiet", f"{name} {free}")
        self.free.setCheckable(True)
        self.free.setChecked(bool(free))
        self.free.setVisible(bool(free))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.slider, 1)
        row.addWidget(self.free)
        row.addWidget(self.value)
        self.slider.valueChanged.connect(self._move)
        self.slider.settled.connect(lambda _: self.settled.emit())
        self.free.clicked.connect(self._leave)
        self._say()

    def part(self) -> float | None:
        """0..1, or None where it is left to the tool."""
        return None if self.free.isChecked() else self.percent / 100

    @property
    def percent(self) -> int:
        """0..100, whoever decides."""
        return self.slider.value()

    def show_part(self, part: float | None) -> None:
        """How it was set."""
        self.free.setChecked(part is None)
        if part is not None:
            self.slider.show_value(part)
        self._say()

    def _move(self) -> None:
        self.free.setChecked(False)
        self._say()
        self.moved.emit()

    def _leave(self) -> None:
        """Left to the tool, or not any more."""
        self._say()
        self.settled.emit()

    def _say(self) -> None:
        free = self.free.isChecked()
        self.value.setText("" if free else f"{self.slider.value()} %")
        self._dimmed.setOpacity(_DIM if free else 1.0)


class DiceButton(QPushButton):
    """Rolls another seed; shows the face of the one there is."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._face = 1
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Roll another seed")
        self.setToolTip("Roll another seed: another pattern with the same settings")
        self.setFixedSize(36, 34)

    def show_seed(self, seed: int) -> None:
        """Which seed there is."""
        self._face = seed % 6 + 1
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(theme.TEXT if self.isEnabled() else theme.FAINT))
        die = QRectF(self.width() / 2 - 9, self.height() / 2 - 9, 18, 18)
        painter.drawRoundedRect(die, 4, 4)
        painter.setBrush(theme.colour(theme.RAISED))
        for x, y in _PIPS[self._face]:
            painter.drawEllipse(QPointF(die.left() + 4.5 + 4.5 * x, die.top() + 4.5 + 4.5 * y), 1.8, 1.8)
        painter.end()


class Seed(QWidget):
    """A number that gives the same pattern again, and a die for another. `settled` where it is another.

    `another`: the button that rolls the die too, because that is what is wanted most.
    """

    settled = Signal()

    def __init__(self, another: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.box = NumberBox("Seed", "The same number gives the same pattern again", 0.0, _MOST_SEED, self)
        self.dice = DiceButton(self)
        self.another = press(another, tip, self, "main")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.box)
        row.addWidget(self.dice)
        row.addStretch(1)
        row.addWidget(self.another)
        self.box.chosen.connect(lambda _: self.settled.emit())
        self.box.valueChanged.connect(lambda value: self.dice.show_seed(int(value)))
        for button in (self.dice, self.another):
            button.clicked.connect(self.roll)
        self.show_seed(1)

    def seed(self) -> int:
        """The number."""
        return int(self.box.value())

    def show_seed(self, seed: int) -> None:
        """Which it was."""
        self.box.blockSignals(True)
        self.box.setValue(seed)
        self.box.blockSignals(False)
        self.dice.show_seed(seed)

    def roll(self) -> None:
        """Take another number."""
        self.show_seed((self.seed() + randrange(1, _DICE_SEEDS)) % _DICE_SEEDS)
        self.settled.emit()


class FormPage(Page):
    """Rows of controls and the buttons below them. While a control moves `recipe` is tried, where it rests it is made.

    `bpm`, `bar` and `steps` are those of the music that plays.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bpm, self.bar, self.steps = 120.0, 16, 32
        self.source: SourceChooser | None = None
        self.style_box: ChoiceBox | None = None
        self._styles: tuple[str, ...] = ()
        self._asked: AnyRecipe | None = None
        self._kept: AnyRecipe | None = None
        card, around = QFrame(self), QVBoxLayout(self)
        card.setProperty("card", True)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(card)
        self.column = QVBoxLayout(card)
        self.column.setContentsMargins(16, 10, 16, 10)
        self.column.setSpacing(10)
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(12)
        self._rows.setVerticalSpacing(5)
        self._rows.setColumnMinimumWidth(0, _LABEL_WIDTH)
        self._rows.setColumnStretch(1, 1)
        self.column.addLayout(self._rows)

    def recipe(self) -> AnyRecipe | None:
        """What the controls say; None while something is missing."""
        raise NotImplementedError

    # Building it.

    def add(self, label: str, control: QWidget) -> None:
        """One more row."""
        name = QLabel(label, self)
        name.setBuddy(control)
        name.setMinimumHeight(30)
        row = self._rows.rowCount()
        self._rows.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        self._rows.addWidget(control, row, 1)

    def amount(self, name: str, tip: str, start: int, free: str = "") -> Amount:
        """A row with a slider that begins at `start` percent."""
        made = Amount(name, tip, start, self, free)
        made.moved.connect(self.try_it)
        made.settled.connect(self.make_it)
        self.add(name, made)
        return made

    def sources(self, label: str, nothing: str = "") -> SourceChooser:
        """A row with the pattern to work on; see `SourceChooser`."""
        self.source = SourceChooser(label, self, nothing)
        self.source.picked.connect(self.make_it)
        self.add(label, self.source)
        return self.source

    def styles(self, tip: str) -> ChoiceBox:
        """The styles the models know, to be put in a row."""
        self.style_box = box = ChoiceBox("Style", tip, self)
        box.show_entries(_ANY, "")
        box.setMinimumWidth(122)
        box.setMaximumWidth(280)
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        box.chosen.connect(lambda _: self.make_it())
        return box

    def seeds(self, another: str, tip: str) -> Seed:
        """A row with a seed, and at its end a button that rolls `another`."""
        made = Seed(another, tip, self)
        made.settled.connect(self.make_it)
        self.add("Seed", made)
        return made

    def finish(self, *buttons: QPushButton) -> None:
        """All rows are there; `buttons` go below them."""
        if buttons:
            across = QHBoxLayout()
            across.setSpacing(8)
            across.addStretch(1)
            for button in buttons:
                across.addWidget(button)
            self.column.addLayout(across)
        self.column.addStretch(1)

    # Asking.

    def try_it(self) -> None:
        """Let what the controls say be heard and seen."""
        recipe = self.recipe()
        if recipe is not None:
            self.asked.emit(Try(recipe))

    def make_it(self) -> None:
        """Make what the controls say and keep it, unless it is at hand already, or on its way."""
        recipe = self.recipe()
        if recipe is not None and recipe not in (self._asked, self._kept):
            self._asked = recipe
            self.asked.emit(Make(recipe))

    # What is so.

    @property
    def style_name(self) -> str:
        """The style that is chosen; empty for any."""
        return self.style_box.currentData() or "" if self.style_box is not None else ""

    def show_style(self, style: str) -> None:
        """The style it was."""
        if self.style_box is not None:
            self.style_box.show_entries((*_ANY, *((each, each) for each in self._styles)), style)

    def show_session(self, session: Session) -> None:
        """What is plugged in and played."""
        preset = session.preset
        self.bar = max(1, Meter(*preset.meter).bar // STEP)
        self.steps = max(clip.steps for clip in preset.corners)
        if self.source is not None:
            self.source.show_session(session)

    def show_state(self, snapshot: Snapshot) -> None:
        """What the engine says. A tempo that is followed trembles; a tenth is enough."""
        self.bpm = min(max(round(snapshot.transport.bpm, 1), 1.0), 1000.0)
        if self.source is not None:
            self.source.show_state(snapshot)

    def show_studio(self, studio: StudioState) -> None:
        """How the sketching tools are."""
        self._styles = studio.styles
        self.show_style(self.style_name)
        if self.source is not None:
            self.source.show_studio(studio)
        self._kept, self._asked = studio.recipe if studio.number else None, None
