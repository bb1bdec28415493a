"""Above the pattern: play into it by hand, tighten it, swing it, and give it another length."""

from time import perf_counter

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from livemusic.engine.edits import Reshape
from livemusic.engine.messages import HearPass, SetErase, SetRecord, SetSwing
from livemusic.engine.recording_edits import SetRecordTo
from livemusic.engine.snapshot import Snapshot, SurfaceState
from livemusic.music.grid import STEP, steps_in
from livemusic.music.tempo import Meter, Seconds
from livemusic.session.edits import MOST_BARS
from livemusic.session.preset import CORNER_LETTERS
from livemusic.session.settings import RECORD_TO, Session
from livemusic.ui import theme
from livemusic.ui.panels.answer import AnswerPanel, in_words, round_trip
from livemusic.ui.panels.button import button
from livemusic.ui.panels.metronome import MetronomePanel
from livemusic.ui.panels.remark import Remark
from livemusic.ui.panels.slider import PercentSlider
from livemusic.ui.panels.sources import ChoiceBox

#: Lengths to choose from, in bars; a pattern may have any other up to the last.
LENGTHS = (1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, MOST_BARS)
METERS = ((4, 4), (3, 4), (5, 4), (7, 8), (6, 8), (12, 8))
#: A press that lasts longer is ended by letting go; a shorter one stays.
_HELD: Seconds = 0.35
#: From this width on there is room for everything at once, in pixels.
_ROOMY = 1120


class EraseButton(QPushButton):
    """Held down it erases while it is held; clicked it stays until the next click. `erased` says on or off."""

    erased = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Erase", parent)
        self._pressed: tuple[Seconds, bool] | None = None
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("role", "erase")
        self.setAccessibleName("Erase")
        self.setToolTip(
            "While this is on, a drum that you strike or hold leaves the pattern where the loop passes [E]\n"
            "Hold it down, or click to leave it on."
        )
        self.pressed.connect(self.press)
        self.released.connect(self.let_go)

    def nextCheckState(self) -> None:
        """What the engine says is shown, nothing else."""

    def press(self) -> None:
        """A hand comes down."""
        if self._pressed is None:
            self._pressed = perf_counter(), self.isChecked()
            if not self.isChecked():
                self.erased.emit(True)

    def let_go(self) -> None:
        """The hand leaves again."""
        if self._pressed is not None:
            (since, was_on), self._pressed = self._pressed, None
            if was_on or perf_counter() - since > _HELD:
                self.erased.emit(False)


class PatternPanel(QWidget):
    """`asked` carries the requests; `quantised` the wanted strength 0..1, which is one of the settings."""

    asked = Signal(object)
    quantised = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._meter, self._bars = (4, 4), 2
        self.record = button(
            "● Record", "What you play by hand joins the corner beside it [R]", self, "record", "Record"
        )
        self.record.setCheckable(True)
        self.to = ChoiceBox("Record to", "The corner that is recorded into: the one nearest to the hand, or one", self)
        self.click = MetronomePanel(self)
        self.passes = ChoiceBox("Pass", "Hear one pass of the last take in its place, or all together", self)
        self.passes.hide()
        self.erase = EraseButton(self)
        self.remark = Remark(theme.BAD, self)
        self.remark.setAccessibleName("Where recording goes")
        self.answer = AnswerPanel(self)
        self.turn = Remark(theme.ACCENT, self)
        self.turn.setAccessibleName("Whose turn it is")
        self.quantise = PercentSlider(
            "Quantise", "Quantise: how far what you record moves to its step, on the left not at all", self
        )
        self.swing = PercentSlider(
            "Swing", "Swing: delays every second sixteenth, on the right as far as triplets", self
        )
        self.bars = ChoiceBox("Bars", "Length of all four patterns: longer ones are cut, shorter ones repeat", self)
        self.meter = ChoiceBox("Meter", "Meter of all four patterns", self)
        for box in (self.bars, self.meter, self.to, self.passes):
            box.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._captions: dict[PercentSlider, QLabel] = {}
        row = self._row = QHBoxLayout(self)
        for widget in (self.record, self.to, self.click, self.erase, self.passes):
            row.addWidget(widget)
        row.addWidget(self.answer)
        row.addWidget(self.turn, 4)
        row.addWidget(self.remark, 1)
        for slider in (self.quantise, self.swing):
            row.addLayout(self._captioned(slider))
        row.addWidget(self.bars)
        row.addWidget(self.meter)
        self.make_room(scarce=False)
        self.answer.asked.connect(self.asked)
        self.click.asked.connect(self.asked)
        self.to.chosen.connect(lambda to: self.asked.emit(SetRecordTo(to)))
        self.passes.chosen.connect(lambda number: self.asked.emit(HearPass(int(number))))
        self.record.clicked.connect(lambda on: self.asked.emit(SetRecord(on)))
        self.erase.erased.connect(lambda on: self.asked.emit(SetErase(on)))
        self.quantise.settled.connect(lambda percent: self.quantised.emit(percent / 100))
        self.swing.valueChanged.connect(lambda percent: self.asked.emit(SetSwing(percent / 100)))
        self.bars.chosen.connect(lambda bars: self.asked.emit(Reshape(self._meter, int(bars))))
        self.meter.chosen.connect(self._choose_meter)

    def make_room(self, scarce: bool, direct: bool = True) -> None:
        """Where room is scarce everything moves together; `direct`: there is room for what menus have, too."""
        self._row.setSpacing(5 if scarce else 9)
        self._row.setContentsMargins(6 if scarce else 10, 6, 6 if scarce else 10, 2)
        self.answer.setVisible(direct)
        self.answer.make_room(scarce)
        self._scarce = scarce
        for box, roomy, narrow in ((self.bars, 108, 104), (self.meter, 84, 81), (self.to, 112, 102)):
            box.setFixedWidth(narrow if scarce else roomy)
        self.passes.setFixedWidth(104)
        self.to.setVisible(direct)
        self.click.make_room(scarce)
        for slider in self._captions:
            slider.setFixedWidth(58 if scarce else 84)
        for widget in (self.quantise, self._captions[self.quantise]):
            widget.setVisible(not scarce)

    def _captioned(self, slider: PercentSlider) -> QVBoxLayout:
        caption = QLabel(self)
        caption.setProperty("role", "caption")
        caption.setBuddy(slider)
        column = QVBoxLayout()
        column.setSpacing(1)
        column.addWidget(caption)
        column.addWidget(slider)
        self._captions[slider] = caption
        slider.valueChanged.connect(lambda _: self._say(slider))
        self._say(slider)
        return column

    def _say(self, slider: PercentSlider) -> None:
        self._captions[slider].setText(f"{slider.accessibleName().lower()} {slider.value()} %")

    def _choose_meter(self, name: str) -> None:
        beats, _, unit = name.partition("/")
        self.asked.emit(Reshape((int(beats), int(unit)), min(self._bars, MOST_BARS)))

    def show_state(self, snapshot: Snapshot, session: Session | None, corner: str) -> None:
        """What the engine says; `corner` is the name of the pattern that recording goes to."""
        self._show_surface(snapshot.surface, corner)
        self.answer.show_state(snapshot.answer)
        answering = self._scarce and snapshot.answer.mode != "off"  # otherwise it stands beside the bar number
        self.turn.setVisible(answering)
        crowded = self._scarce or answering or (snapshot.surface.passes > 1 and self.width() < _ROOMY)
        for widget in (self.quantise, self._captions[self.quantise]):
            widget.setVisible(not crowded)
        self.turn.say(in_words(snapshot.answer, snapshot.transport.playing), round_trip(snapshot.answer))
        if session is not None:
            self.quantise.show_value(session.settings.quantise)
            self.click.show_state(session.settings, snapshot.sound.outputs)
            self._show_target(snapshot.surface, session)
        self.swing.show_value(snapshot.listen.swing)
        for slider in self._captions:
            self._say(slider)
        steps, self._meter = steps_in(snapshot.transport.grid), snapshot.transport.meter
        self._bars = max(1, -(-steps * STEP // Meter(*self._meter).bar)) if steps else self._bars
        lengths = tuple((f"{n} bar{'s' * (n > 1)}", str(n)) for n in sorted({*LENGTHS, self._bars}))
        self.bars.show_entries(lengths, str(self._bars))
        meters = METERS if self._meter in METERS else (*METERS, self._meter)
        names = tuple(f"{beats}/{unit}" for beats, unit in meters)
        self.meter.show_entries(tuple(zip(names, names, strict=True)), names[meters.index(self._meter)])

    def _show_target(self, surface: SurfaceState, session: Session) -> None:
        """Where recording goes, and the passes of the last take."""
        near = f"{'near' if surface.selected is None else 'edit'} {CORNER_LETTERS[surface.edited]}"
        entries = tuple((near if to == "nearest" else f"to {to}", to) for to in RECORD_TO)
        self.to.show_entries(entries, session.settings.record_to)
        self.passes.setVisible(surface.passes > 1)
        takes = tuple((f"Pass {number}", str(number)) for number in range(1, surface.passes + 1))
        self.passes.show_entries((("All", "0"), *takes), str(surface.heard_pass))

    def _show_surface(self, surface: SurfaceState, corner: str) -> None:
        self.record.setChecked(surface.record)
        self.erase.setChecked(surface.erase)
        words = ""
        if surface.record or surface.erase:
            words = f"{'erasing in' if surface.erase else 'into'} {corner}"
        self.remark.say(words)
