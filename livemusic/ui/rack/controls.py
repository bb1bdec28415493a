"""The controls of one plugin as a list, where the hand goes before the reports."""

from dataclasses import dataclass
from math import inf, isfinite, nan
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from livemusic.session.control import Binding
from livemusic.sound.protocol import Control
from livemusic.ui.rack.readings import by_use, is_switch, range_text, value_text

ROW = Qt.ItemDataRole.UserRole
#: The engine hears of a moving hand at most this often.
_BREATH_MS = 30
#: Once let go, our value is believed for so many reports, or until one agrees with it.
_REPORTS = 4
_AGREES = 0.01
_MANY_STEPS = 24

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Row:
    """What is drawn of one control. `value` 0..1 or NaN where it is unknown; `bound`: what moves it, or is asked to."""

    control: Control
    value: float
    text: str
    bound: str = ""
    learning: bool = False

    @property
    def name(self) -> str:
        return self.control.parameter.name

    @property
    def steps(self) -> int:
        """Positions it has, 0 for a smooth one (or so many that it might be)."""
        steps = self.control.parameter.steps
        return steps if 2 <= steps <= _MANY_STEPS else 0

    @property
    def is_switch(self) -> bool:
        return is_switch(self.control.parameter)

    @property
    def default(self) -> float:
        """Where it is when the plugin is new; 0 where the plugin says nonsense."""
        value = self.control.parameter.default
        return min(1.0, max(0.0, value)) if isfinite(value) else 0.0


class Controls(QAbstractListModel):
    """`moved` tells name and value of what the hand does: at once, then at most every 30 ms, the last one always.

    What a report says of a control under the hand (or just left by it) is passed over.
    """

    moved = Signal(str, float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[Control, ...] = ()
        self._shown: list[Control] = []
        self._words: list[str] = []
        self._bindings: dict[str, Binding] = {}
        self._learning = ""
        self._hand: dict[str, tuple[float, float]] = {}
        self._pending: dict[str, float] = {}
        self._breath = QTimer(self)
        self._breath.setSingleShot(True)
        self._breath.setInterval(_BREATH_MS)
        self._breath.timeout.connect(self._flush)

    @property
    def count(self) -> int:
        """How many controls there are, shown or not."""
        return len(self._all)

    def forget_hand(self) -> None:
        """Another plugin is shown: no hand is on it."""
        self._flush()
        self._breath.stop()
        self._hand.clear()

    def show_controls(self, controls: tuple[Control, ...]) -> None:
        """What the newest report says."""
        self._hand = {name: (value, rest) for name, (value, rest) in self._after(controls)}
        same = [each.parameter.name for each in controls] == [each.parameter.name for each in self._all]
        self._all = controls
        if same:
            self._refresh()
        else:
            self._refill()

    def show_bindings(self, bindings: dict[str, Binding], learning: str) -> None:
        """What moves each control, by its name, and which is being taught."""
        if (bindings, learning) != (self._bindings, self._learning):
            self._bindings, self._learning = bindings, learning
            self._announce()

    def sift(self, text: str) -> None:
        """Show only controls with all words of `text` in their names."""
        words = text.casefold().split()
        if words != self._words:
            self._words = words
            self._refill()

    def row(self, index: int) -> Row:
        """What is drawn in row `index`."""
        control = self._shown[index]
        name = control.parameter.name
        value = self._hand[name][0] if name in self._hand else _within(control.value)
        binding, learning = self._bindings.get(name), name == self._learning
        bound = "Move a knob, key or pad…" if learning else str(binding.control) if binding is not None else ""
        return Row(control, value, value_text(control, value), bound, learning)

    def bound(self, name: str) -> bool:
        """True where a control moves the parameter called `name`."""
        return name in self._bindings

    def grab(self, index: int, value: float) -> None:
        """The hand has row `index` and wants `value`."""
        self._move(index, value, inf)

    def let_go(self) -> None:
        """The hand is off."""
        self._hand = {name: (value, min(rest, _REPORTS)) for name, (value, rest) in self._hand.items()}

    def put(self, index: int, value: float) -> None:
        """Move row `index` to `value` with one touch."""
        self._move(index, value, _REPORTS)

    def step(self, index: int, amount: float) -> None:
        """Move row `index` by `amount` of its range, by one position at least."""
        row = self.row(index)
        start = row.value if isfinite(row.value) else row.default
        least = 1.0 / (row.steps - 1) if row.steps else 0.0
        self.put(index, start + (max(abs(amount), least) if amount > 0 else -max(abs(amount), least)))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        row = self.row(index.row())
        if role == ROW:
            return row
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.name}: {row.text}" + (f", {row.bound}" if row.bound else "")
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return "Left and Right move it, Delete resets it."
            case Qt.ItemDataRole.ToolTipRole:
                about = [row.name, range_text(row.control.parameter), row.bound]
                return "\n".join(part for part in about if part)
        return None

    def _move(self, index: int, value: float, rest: float) -> None:
        row = self.row(index)
        if not isfinite(value):
            return
        value = min(1.0, max(0.0, value))
        if row.steps:
            value = round(value * (row.steps - 1)) / (row.steps - 1)
        name = row.name
        same = value == row.value
        self._hand[name] = (value, rest)
        if same:
            return
        self._pending[name] = value
        if not self._breath.isActive():
            self._flush()
        at = self.index(index)
        self.dataChanged.emit(at, at)

    def _flush(self) -> None:
        pending, self._pending = self._pending, {}
        for name, value in pending.items():
            self.moved.emit(name, value)
        if pending:
            self._breath.start()

    def _after(self, controls: tuple[Control, ...]) -> list[tuple[str, tuple[float, float]]]:
        """The hand's values that still count after a report."""
        if not self._hand:
            return []
        reported = {each.parameter.name: each.value for each in controls}
        return [
            (name, (value, rest - 1))
            for name, (value, rest) in self._hand.items()
            if name in reported and (rest == inf or (rest > 1 and not abs(reported[name] - value) < _AGREES))
        ]

    def _refresh(self) -> None:
        """The same controls with other values."""
        newest = {each.parameter.name: each for each in self._all}
        for place, old in enumerate(self._shown):
            new = newest[old.parameter.name]
            self._shown[place] = new
            if (repr(new.value), new.text) != (repr(old.value), old.text):  # NaN is not equal to itself
                at = self.index(place)
                self.dataChanged.emit(at, at)

    def _refill(self) -> None:
        self.beginResetModel()
        self._shown = [
            each for each in by_use(self._all) if all(word in each.parameter.name.casefold() for word in self._words)
        ]
        self.endResetModel()

    def _announce(self) -> None:
        if self._shown:
            self.dataChanged.emit(self.index(0), self.index(len(self._shown) - 1))


def _within(value: float) -> float:
    return min(1.0, max(0.0, value)) if isfinite(value) else nan
