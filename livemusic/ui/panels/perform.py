"""Perform the groove: how dense, complex and intense, fills, half and double time, variation, the next section."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from livemusic.engine.perform_requests import (
    NEXT_CORNER,
    SECTION_STARTS,
    ArmSection,
    Fill,
    NewVariation,
    ResetDials,
    SetFeel,
    SetFills,
    SetVariation,
    TurnDials,
)
from livemusic.engine.snapshot import PerformState
from livemusic.music.kit import VOICE_COUNT, VOICE_NAMES
from livemusic.music.performance import DIALS, FILLS_EVERY, VARIES_EVERY, Dials, Performance
from livemusic.ui import theme
from livemusic.ui.panels.button import button
from livemusic.ui.panels.slider import CentredSlider, PercentSlider
from livemusic.ui.panels.sources import ChoiceBox

_ALL = "-1"
_TIPS = {
    "density": "Density: left of the middle the least important hits go first, right of it the likeliest come first",
    "complexity": "Complexity: on the left straight on the beat, on the right syncopated, with as many hits",
    "intensity": "Intensity: soft on the left, hard on the right; at the far right hats open up and crashes come",
}
_RESTS = "\nDouble-click: as written"
_FILLS = (("Fills: off", "0"), *((f"every {bars}", str(bars)) for bars in FILLS_EVERY[1:]))
_VARIATIONS = (("Vary: off", "0"), *((f"Vary 1 in {bars}", str(bars)) for bars in VARIES_EVERY[1:]))
_CORNERS = (("next", NEXT_CORNER), *zip(theme.CORNERS, SECTION_STARTS[2:], strict=True))
_VALUE_WIDTH, _NAME_WIDTH, _AMOUNT_WIDTH = 46, 82, 56


def in_words(perform: PerformState) -> str:
    """What waits or is unlike what is written, in a few words; empty where all is as written."""
    if perform.fill:
        return "fill" if perform.fill == "now" else "fill next bar"
    if perform.armed:
        return left(perform) or "armed"
    return "" if perform.performance.neutral else "on"


def left(perform: PerformState) -> str:
    """How long what is armed waits at the most."""
    return f"in {perform.bars_left} bar{'s' * (perform.bars_left > 1)}" if perform.bars_left else ""


class PerformPanel(QWidget):
    """`asked` carries the requests. The three dials are those of all drums, or of the one that is chosen."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._performance = Performance()
        self.drum = ChoiceBox("Drums", "Which drums the three sliders below are for", self)
        self.reset = button("Reset", "Play the groove as it is written", self, "small")
        self.dials = {name: CentredSlider(name.capitalize(), tip + _RESTS, self) for name, tip in _TIPS.items()}
        self._values = {name: QLabel(self) for name in DIALS}
        self.fill = button("Fill", "A fill now, to the end of this bar; in its last beat, the next bar [G]", self)
        self.fills = ChoiceBox("Fills", "A fill at the end of every 4 or 8 bars, with a crash on the next one", self)
        self.fill_amount = PercentSlider(
            "Fill amount", "How long fills are, from the last beat to the whole bar, and how busy", self
        )
        self.half = button(
            "Half", "Half time: the backbeat on three, at the same tempo [J]", self, "small", "Half time"
        )
        self.double = button(
            "Double",
            "Double time: the backbeat twice as often, hats doubled, same tempo [K]",
            self,
            "small",
            "Double time",
        )
        self.variation = ChoiceBox("Variation", "One bar in 2, 4 or 8 is played differently each time", self)
        self.vary_amount = PercentSlider("Variation amount", "How much of that bar is played differently", self)
        self.another = button(
            "Another", "Another variation now, in this bar or the next [Y]", self, "small", "Another variation"
        )
        self.section = button(
            "Next section",
            "Go to that corner, with a crash, when the next section begins, or after 8 bars at the latest [I]\n"
            "Click again to call it off",
            self,
        )
        self.corner = ChoiceBox("Next section to", "Which corner the next section goes to", self)
        self._compose()
        self._connect()
        self.show_state(PerformState())

    def _compose(self) -> None:
        for toggle in (self.fill, self.half, self.double, self.section):
            toggle.setCheckable(True)
        for slider in (self.fill_amount, self.vary_amount):
            slider.setFixedWidth(_AMOUNT_WIDTH)
        self.corner.show_entries(_CORNERS, NEXT_CORNER)
        dials = QGridLayout()
        dials.setHorizontalSpacing(8)
        dials.setVerticalSpacing(1)
        for row, (name, slider) in enumerate(self.dials.items()):
            caption = QLabel(name.capitalize(), self)
            caption.setBuddy(slider)
            caption.setFixedWidth(_NAME_WIDTH)
            for label in (caption, self._values[name]):
                label.setProperty("role", "caption")
            self._values[name].setFixedWidth(_VALUE_WIDTH)
            for column, widget in enumerate((caption, slider, self._values[name])):
                dials.addWidget(widget, row, column)
        rows = self._rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(_row((self.fill, 0), (self.fills, 1), (self.fill_amount, 0), (self.reset, 0)))
        rows.addLayout(_row((self.drum, 1), (self.half, 0), (self.double, 0)))
        rows.addLayout(dials)
        rows.addLayout(_row((self.variation, 1), (self.vary_amount, 0), (self.another, 0)))
        rows.addLayout(_row((self.section, 2), (self.corner, 1)))
        self.make_room(scarce=False)

    def _connect(self) -> None:
        ask = self.asked.emit
        self.drum.chosen.connect(lambda _: self._show_dials())
        self.reset.clicked.connect(lambda: ask(ResetDials()))
        for name, slider in self.dials.items():
            slider.valueChanged.connect(lambda percent, name=name: self._turn(name, percent / 100))
        self.fill.clicked.connect(lambda: ask(Fill()))
        self.fills.chosen.connect(lambda bars: ask(SetFills(every=int(bars))))
        self.fill_amount.valueChanged.connect(lambda percent: ask(SetFills(amount=percent / 100)))
        self.half.clicked.connect(lambda on: ask(SetFeel("half" if on else "normal")))
        self.double.clicked.connect(lambda on: ask(SetFeel("double" if on else "normal")))
        self.variation.chosen.connect(lambda bars: ask(SetVariation(every=int(bars))))
        self.vary_amount.valueChanged.connect(lambda percent: ask(SetVariation(amount=percent / 100)))
        self.another.clicked.connect(lambda: ask(NewVariation()))
        self.section.clicked.connect(lambda on: ask(ArmSection(str(self.corner.currentData()) if on else "off")))

    def make_room(self, scarce: bool) -> None:
        """Where room is scarce everything moves together."""
        self._rows.setSpacing(3 if scarce else 8)

    @property
    def voice(self) -> int | None:
        """The drum whose dials these are, None for all."""
        chosen = int(self.drum.currentData() or _ALL)
        return None if chosen < 0 else chosen

    def choose(self, voice: int | None) -> None:
        """Turn the dials of this drum from now on."""
        self.drum.setCurrentIndex(0 if voice is None else voice + 1)
        self._show_dials()

    def targets(self, name: str) -> tuple[str, ...]:
        """What a control can learn of a dial: of the drum that is chosen, or of all."""
        return (name if self.voice is None else f"{name} {VOICE_NAMES[self.voice]}",)

    def _turn(self, name: str, amount: float) -> None:
        self.asked.emit(TurnDials(voice=self.voice, **{name: amount}))
        self._say(name)

    def _say(self, name: str) -> None:
        self._values[name].setText(f"{self.dials[name].value():+d} %" if self.dials[name].value() else "0 %")

    def show_state(self, perform: PerformState) -> None:
        """What the engine says."""
        performance = self._performance = perform.performance
        entries = [(f"All drums{_mark(performance.whole)}", _ALL)]
        entries += [
            (f"{VOICE_NAMES[voice]}{_mark(performance.lane(voice))}", str(voice)) for voice in range(VOICE_COUNT)
        ]
        self.drum.show_entries(tuple(entries), str(-1 if self.voice is None else self.voice))
        self._show_dials()
        self.reset.setEnabled(not performance.neutral)
        self.fills.show_entries(_FILLS, str(performance.fill_every))
        self.variation.show_entries(_VARIATIONS, str(performance.vary_every))
        self.fill_amount.show_value(performance.fill_amount)
        self.vary_amount.show_value(performance.vary_amount)
        self.fill.setChecked(bool(perform.fill))
        self.half.setChecked(performance.feel == "half")
        self.double.setChecked(performance.feel == "double")
        self.section.setChecked(bool(perform.armed))
        self.section.setText(f"Next section {left(perform)}".strip())
        if perform.armed:
            self.corner.setCurrentIndex(self.corner.findData(perform.armed))

    def _show_dials(self) -> None:
        dials = self._performance.whole if self.voice is None else self._performance.lane(self.voice)
        for name, slider in self.dials.items():
            slider.show_value(getattr(dials, name))
            self._say(name)


def _row(*widgets: tuple[QWidget, int]) -> QHBoxLayout:
    """Widgets side by side, each with its share of what room is left."""
    row = QHBoxLayout()
    row.setSpacing(6)
    for widget, share in widgets:
        row.addWidget(widget, share)
    return row


def _mark(dials: Dials) -> str:
    """A mark of what is not as written."""
    return "" if dials == Dials() else " •"
