"""The table of everything a controller can be taught, and what moves it now."""

from math import pi, sin

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from livemusic.engine.edits import Forget
from livemusic.engine.messages import Learn
from livemusic.engine.snapshot import SurfaceState
from livemusic.music.tempo import Seconds
from livemusic.session.control import Binding
from livemusic.ui import theme
from livemusic.ui.panels.button import button
from livemusic.ui.preferences.fields import PercentBox, Switch
from livemusic.ui.preferences.page import Elided, GlowRow, words
from livemusic.ui.preferences.targets import GROUPS, group_of, is_value, words_of

_NAME_WIDTH = 300
_MOVE = "Move a knob, key or pad…"
_PROGRAM = "Press a program button…"
_CODINGS = (("Absolute", ""), ("Endless ±", "twos"), ("Endless 64 ±", "offset"), ("Endless, sign", "sign"))
_PULSES_PER_SECOND = 1.2
_TOUCHED = 0.35


def pulse(now: Seconds) -> float:
    """How bright, 0.2..1, something is at `now` that waits for the hands."""
    return 0.6 + 0.4 * sin(2 * pi * _PULSES_PER_SECOND * now)


class Reach(QWidget):
    """How far the control of the target called `name` moves it, and what it sends; made once there is a control, for
    there are hundreds of targets and few are taught."""

    ranged = Signal(float, float)
    coded = Signal(str)

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.low = PercentBox(f"Minimum of {name}", "Value with the control all the way down", self)
        self.high = PercentBox(f"Maximum of {name}", "Value with the control all the way up", self)
        self.coding = QComboBox(self)
        for told, coding in _CODINGS:
            self.coding.addItem(told, coding)
        self.coding.setAccessibleName(f"What the control of {name} sends")
        self.coding.setToolTip(
            "A knob with two ends says where it is; an endless one how far it was turned, in one of three codings. "
            "Choose another if it moves by leaps, or one way only"
        )
        self.coding.setFixedWidth(190)
        self.coding.activated.connect(lambda _: self.coded.emit(self.coding.currentData()))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addStretch(1)
        for widget in (self.coding, self.low, words("–", "help", self), self.high):
            row.addWidget(widget)
        for box in (self.low, self.high):
            box.setFixedWidth(68)
            box.setProperty("role", "small")
            box.setAlignment(Qt.AlignmentFlag.AlignRight)
            box.chosen.connect(lambda _: self.ranged.emit(self.low.part(), self.high.part()))

    def show_binding(self, binding: Binding | None) -> None:
        """What moves it; hidden where nothing does."""
        self.setVisible(binding is not None)
        if binding is None:
            return
        told = self.coding.findData(binding.control.coding)
        self.coding.setVisible(binding.control.kind == "control" and told >= 0)
        self.coding.setCurrentIndex(told)
        self.low.show_part(binding.low)
        self.high.show_part(binding.high)


class TargetRow(GlowRow):
    """One target: what it is called, what moves it and how far, and buttons to teach it."""

    asked = Signal(object)
    ranged = Signal(float, float)
    coded = Signal(str)

    def __init__(self, target: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.target = target
        self.binding: Binding | None = None
        self.reach: Reach | None = None
        self._learning = False
        name = words_of(target)
        self.control = Elided("help", Qt.TextElideMode.ElideRight, self)
        self.learn = button(
            "Learn", f"Then move the control that is to do this: {name}", self, "quiet", f"Learn {name}"
        )
        self.forget = button("Forget", f"Remove the mapping of {name}", self, "quiet", f"Forget {name}")
        title = Elided("", Qt.TextElideMode.ElideRight, self)
        title.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        title.setFixedWidth(_NAME_WIDTH)
        title.show_whole(name)
        lines, row = QVBoxLayout(self), QHBoxLayout()
        lines.setContentsMargins(10, 3, 6, 3)
        lines.setSpacing(2)
        lines.addLayout(row)
        row.setSpacing(8)
        row.addWidget(title)
        row.addWidget(self.control, 1)
        for widget in (self.learn, self.forget):
            row.addWidget(widget)
        kept = self.forget.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.forget.setSizePolicy(kept)
        self.learn.setCheckable(True)
        self.learn.setFixedWidth(76)
        self.learn.clicked.connect(lambda on: self.asked.emit(Learn(target if on else "")))
        self.forget.clicked.connect(lambda: self.asked.emit(Forget(target)))
        self.show_binding(None)

    def show_binding(self, binding: Binding | None) -> None:
        """What moves it, if anything does."""
        self.binding = binding
        if binding is not None and is_value(self.target) and self.reach is None:
            self.reach = Reach(words_of(self.target), self)
            self.reach.ranged.connect(self.ranged)
            self.reach.coded.connect(self.coded)
            self.layout().addWidget(self.reach)
        if self.reach is not None:
            self.reach.show_binding(binding)
        self.forget.setVisible(binding is not None)
        self._tell()

    def show_learning(self, learning: bool) -> None:
        """Whether it is being taught at this moment."""
        if learning != self._learning:
            self._learning = learning
            self.learn.setText("Cancel" if learning else "Learn")
            self._tell()
        self.learn.setChecked(learning)

    def _tell(self) -> None:
        moves = str(self.binding.control) if self.binding is not None else ""
        waits = _PROGRAM if self.target == "preset" else _MOVE
        self.control.show_whole(waits if self._learning else moves or "–")
        tone = theme.ACCENT if self._learning else theme.TEXT if moves else theme.FAINT
        if (sheet := f"color: {theme.shown(tone)}") != self.control.styleSheet():
            self.control.setStyleSheet(sheet)


class LearnTable(QWidget):
    """All targets in groups. `asked` carries `Learn` and `Forget`, `ranged` a target with its new low and high, `coded`
    one with the coding of its control."""

    asked = Signal(object)
    ranged = Signal(str, float, float)
    coded = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: dict[str, TargetRow] = {}
        self._bindings: dict[str, Binding] = {}
        self._presets: tuple[str, ...] = ()
        self._learning = ""
        self._hears = False
        self.heard = words("", "help", self)
        self.find = QLineEdit(self)
        self.find.setPlaceholderText("Find")
        self.find.setAccessibleName("Search for something to map")
        self.find.setToolTip("Shows only what has these words in its name, or in that of its control")
        self.find.setClearButtonEnabled(True)
        self.find.setFixedWidth(220)
        self.find.textChanged.connect(self._sift)
        self.taught = Switch("Assigned only", "Hide what has no control assigned", self)
        self.taught.chosen.connect(self._sift)
        label = QLabel("Assigned only", self)
        label.setBuddy(self.taught)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.find)
        top.addSpacing(8)
        top.addWidget(self.taught)
        top.addWidget(label)
        top.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(
            words(
                "Press Learn, then move a control. One control per target; map plugin parameters in the rack.",
                "help",
                self,
            )
        )
        column.addLayout(top)
        column.addWidget(self.heard)
        self._groups: dict[str, QWidget] = {}
        for title, targets in GROUPS:
            group = self._groups[title] = QWidget(self)
            inner = QVBoxLayout(group)
            inner.setContentsMargins(0, 6, 0, 0)
            inner.setSpacing(1)
            inner.addWidget(words(title, "group", group))
            column.addWidget(group)
            for target, _ in targets:
                self._add(target)
        self._sift()

    def show_bindings(self, bindings: tuple[Binding, ...]) -> None:
        """What moves what."""
        self._bindings = {binding.target: binding for binding in bindings}
        self._complete()
        for target, row in self.rows.items():
            row.show_binding(self._bindings.get(target))
        self._sift()

    def show_ears(self, hears: bool) -> None:
        """Whether any controller is heard."""
        self._hears = hears

    def show_presets(self, names: tuple[str, ...]) -> None:
        """The presets that there are: each can be taught."""
        if names != self._presets:
            self._presets = names
            self._complete()
            self._sift()

    def show_surface(self, surface: SurfaceState, now: Seconds) -> None:
        """What is being taught, and the control moved last."""
        silence = "No control moved yet." if self._hears else "No controller enabled: turn one on above."
        self.heard.setText(f"Last moved: {surface.heard}" if surface.heard and self._hears else silence)
        if surface.learning != self._learning:
            self._learning = surface.learning
            self._complete()
            self._sift()
        for target, row in self.rows.items():
            learning = target == surface.learning
            touched = row.binding is not None and str(row.binding.control) == surface.heard
            row.show_learning(learning)
            row.show_glow(pulse(now) if learning else _TOUCHED if touched and not surface.learning else 0.0)

    def _add(self, target: str) -> None:
        group = self._groups[group_of(target)]
        row = self.rows[target] = TargetRow(target, group)
        row.asked.connect(self.asked)
        row.coded.connect(lambda coding: self.coded.emit(target, coding))
        row.ranged.connect(lambda low, high: self.ranged.emit(target, low, high))
        group.layout().addWidget(row)

    def _complete(self) -> None:
        """A row for everything that is taught, being taught, or there by name, and for nothing else."""
        named = (f"preset {name}" for name in self._presets)
        fixed = (target for _, targets in GROUPS for target, _ in targets)
        learning = () if self._learning.startswith("lane ") else (self._learning,)
        wanted = {target for target in (*fixed, *named, *self._bindings, *learning) if target}
        for target in [target for target in self.rows if target not in wanted]:
            row = self.rows.pop(target)
            row.parentWidget().layout().removeWidget(row)
            row.hide()
            row.deleteLater()
        for target in sorted(wanted - set(self.rows)):
            self._add(target)
            self.rows[target].show_binding(self._bindings.get(target))

    def _sift(self, *_: object) -> None:
        sought = self.find.text().casefold().split()
        seen: set[str] = set()
        for target, row in self.rows.items():
            binding = self._bindings.get(target)
            said = f"{target} {words_of(target)} {group_of(target)} {binding.control if binding else ''}".casefold()
            fits = all(word in said for word in sought) and (binding is not None or not self.taught.isChecked())
            row.setVisible(fits or target == self._learning)
            if fits or target == self._learning:
                seen.add(group_of(target))
        for title, group in self._groups.items():
            group.setVisible(title in seen)
