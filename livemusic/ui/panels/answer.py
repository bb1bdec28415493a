"""Answer the drummer who is heard: along with them or in turns, how freely, and whose turn it is, in words."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QVBoxLayout, QWidget

from livemusic.engine.messages import SetAnswer, SetFreedom
from livemusic.engine.snapshot import AnswerState
from livemusic.session.preset import ANSWERS
from livemusic.ui.panels.slider import PercentSlider
from livemusic.ui.panels.sources import ChoiceBox

#: What the modes are called.
_NAMES = {
    "off": "Answer: off",
    "play along": "Play along",
    **{f"trade {bars}": f"Trade {bars} bar{'s' * (bars > 1)}" for bars in (1, 2, 4, 8)},
}
_ENTRIES = tuple((_NAMES[mode], mode) for mode in ANSWERS)
_TIP = (
    "Answer the drummer who is heard, or who plays pads [W]\n"
    "Play along: the drums play the groove just heard, from the next bar on.\n"
    "Trade: so many bars are yours, then the drums answer for as many."
)
_FREEDOM = "Freedom: on the left the answer is what was played, on the right half of it is made up anew"


def in_words(answer: AnswerState, playing: bool) -> str:
    """Whose turn it is, as a performer reads it across a stage."""
    bar = f" {answer.bar}/{answer.bars}" if answer.bars > 1 else ""
    match answer.state:
        case "off":
            return ""
        case "waiting":
            return "next bar" if playing else "press play"
        case "listening":
            return "listening" if answer.mode == "play along" else f"your turn{bar}"
        case _:
            return f"{answer.state}{bar}"


def round_trip(answer: AnswerState) -> str:
    """What was heard and how long the last answer took, in a sentence; empty before there is one."""
    if not answer.answers:
        return ""
    bars = "1 bar" if answer.round_trip_bars == 1 else f"{answer.round_trip_bars} bars"
    return (
        f"{answer.hits} hits heard. The last answer began {answer.reaction_s:.2f} s after the last hit of its call, "
        f"{answer.round_trip_s:.1f} s ({bars}) after the first."
    )


class AnswerMenu(QMenu):
    """The same for a menu, where the window has no room for the panel; `asked` carries the requests."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Answer the drummer", parent)
        for name, mode in _ENTRIES:
            entry = self.addAction("Off" if mode == "off" else name)
            entry.setData(mode)
            entry.setCheckable(True)
        self.triggered.connect(lambda entry: self.asked.emit(SetAnswer(entry.data())))
        self.show_state(AnswerState())

    def show_state(self, answer: AnswerState) -> None:
        """What the engine says."""
        for entry in self.actions():
            entry.setChecked(entry.data() == answer.mode)


class AnswerPanel(QWidget):
    """`asked` carries the requests."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mode = ChoiceBox("Answer the drummer", _TIP, self)
        self.mode.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.mode.setFixedWidth(136)
        self.freedom = PercentSlider("Freedom", _FREEDOM, self)
        self.freedom.setFixedWidth(84)
        self._caption = QLabel(self)
        self._caption.setProperty("role", "caption")
        self._caption.setBuddy(self.freedom)
        column = QVBoxLayout()
        column.setSpacing(1)
        column.addWidget(self._caption)
        column.addWidget(self.freedom)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(9)
        row.addWidget(self.mode, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(column)
        self.mode.chosen.connect(lambda mode: self.asked.emit(SetAnswer(mode)))
        self.freedom.valueChanged.connect(lambda percent: self.asked.emit(SetFreedom(percent / 100)))
        self.freedom.valueChanged.connect(lambda percent: self._caption.setText(f"freedom {percent} %"))
        self._scarce = False
        self.show_state(AnswerState())

    def make_room(self, scarce: bool) -> None:
        """Where room is scarce there is the mode alone."""
        self._scarce = scarce

    def show_state(self, answer: AnswerState) -> None:
        """What the engine says."""
        self.mode.show_entries(_ENTRIES, answer.mode)
        self.freedom.show_value(answer.freedom)
        self._caption.setText(f"freedom {self.freedom.value()} %")
        for widget in (self.freedom, self._caption):
            widget.setVisible(answer.mode != "off" and not self._scarce)
