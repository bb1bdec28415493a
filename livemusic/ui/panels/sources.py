"""What is plugged in: preset, what is listened to, whose time it is, where the notes go, where the drums sound."""

from pathlib import Path
from time import perf_counter

import msgspec
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLabel,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from livemusic.engine.edits import Configure, GoPreset
from livemusic.engine.messages import SetLead
from livemusic.engine.request import Request
from livemusic.music.tempo import Seconds
from livemusic.session.settings import Session, Settings
from livemusic.ui import theme
from livemusic.ui.choices import Choices
from livemusic.ui.panels.lead import LEADERS

_SETTLE_SECONDS = 1.0
_MOST_WANTED = 5
OPEN_FILE = "\0open"
_SOURCES = (("Demo song", "demo"), ("Nothing", "none"))
_PORTS = (("Virtual port", "virtual"), ("None", "none"))
_INPUTS = (("None", "none"), ("Virtual port", "virtual"))
_SOUNDS = (("Default output", "default"), ("No sound", "none"))


class ChoiceBox(QComboBox):
    """A list of `(label, value)`; `chosen` tells of the user's choice only, `opened` that fresh names are wanted."""

    chosen = Signal(str)
    opened = Signal()

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[tuple[str, str], ...] = ()
        self.setAccessibleName(name)
        self._tip = tip
        self.setToolTip(tip)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMaxVisibleItems(24)
        self.activated.connect(lambda index: self.chosen.emit(self.itemData(index)))

    def show_entries(self, entries: tuple[tuple[str, str], ...], value: str) -> None:
        """Offer `entries` and select `value`, which is offered too even if it is not among them."""
        if value and value not in [known for _, known in entries]:
            entries = (*entries, (_shown(value), value))
        if entries != self._entries:
            self._entries = entries
            self.clear()
            for label, data in entries:
                self.addItem(label, data)
        index = next((i for i, (_, known) in enumerate(entries) if known == value), -1)
        if index != self.currentIndex():
            self.setCurrentIndex(index)

    def showPopup(self) -> None:
        self.opened.emit()
        super().showPopup()

    @property
    def shown(self) -> str:
        """What is read: the choice, cut short where it must be."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        control, field = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(control, option, field, self).width() - 2
        return self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            whole = self.currentText()
            self.setToolTip(self._tip if self.shown == whole else f"{whole}\n{self._tip}")
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = self.shown
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour(theme.MUTED if self.isEnabled() else theme.FAINT), 1.6))
        x, y = self.width() - 16.0, self.height() / 2 + 2
        painter.drawPolyline([QPointF(x - 4, y - 4), QPointF(x, y), QPointF(x + 4, y - 4)])
        painter.end()

    def wheelEvent(self, event: object) -> None:
        """Scrolling past must not change a device."""
        event.ignore()


class SourcesPanel(QWidget):
    """Lists; a choice is `asked` for as a request, a file is `file_wanted`."""

    asked = Signal(object)
    file_wanted = Signal()
    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._wanted: Settings | None = None
        self._choices = Choices()
        self._chosen_at: Seconds | None = None
        self.preset = ChoiceBox("Preset", "Four patterns and how they are played")
        self.source = ChoiceBox("Listen to", "Audio input: the demo song, a device, or a file [Ctrl+O]")
        self.midi_out = ChoiceBox("MIDI to", "MIDI output port for the drums")
        self.sound_out = ChoiceBox("Sound to", "Audio output")
        self.tempo_from = ChoiceBox("Time from", "Who sets the tempo: livemusic, a MIDI clock, Link, or the audio")
        self.midi_in = ChoiceBox("MIDI from", "MIDI input port for clock and notes")
        layout = self._rows = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(10)
        layout.setColumnStretch(1, 1)
        boxes = (self.preset, self.source, self.midi_out, self.sound_out, self.tempo_from, self.midi_in)
        self._optional: list[QWidget] = []
        for row, box in enumerate(boxes):
            label = QLabel(box.accessibleName(), self)
            if row >= _MOST_WANTED:
                self._optional += [label, box]
            label.setProperty("role", "caption")
            label.setBuddy(box)
            layout.addWidget(label, row, 0)
            layout.addWidget(box, row, 1)
            box.opened.connect(self.opened)
        self.preset.chosen.connect(self._choose_preset)
        self.source.chosen.connect(self._choose_source)
        self.midi_out.chosen.connect(lambda value: self.ask(midi_out=value))
        self.sound_out.chosen.connect(lambda value: self.ask(sound_out=value))
        self.tempo_from.chosen.connect(lambda leader: self._ask(SetLead(leader)))
        self.midi_in.chosen.connect(lambda value: self.ask(midi_in=value))

    def make_room(self, scarce: bool) -> None:
        """Where room is scarce all but what has a place in the preferences, too."""
        for widget in self._optional:
            widget.setVisible(not scarce)
        self._rows.setVerticalSpacing(4 if scarce else 7)

    @property
    def preset_names(self) -> tuple[str, ...]:
        """The presets there are to choose from."""
        return tuple(known.name for known in self._choices.presets)

    def lists(self, preset: str) -> bool:
        """Whether a preset of this name is on offer."""
        return any(known.name == preset for known in self._choices.presets)

    def show_choices(self, choices: Choices) -> None:
        """What there is to choose from."""
        self._choices = choices
        self._fill()

    def show_session(self, session: Session) -> None:
        """What is chosen."""
        self._session = session
        if session.settings == self._wanted:
            self._wanted = None
        self._fill()

    def ask(self, **settings: object) -> None:
        """Ask for these settings, and leave what is played as it is."""
        if self._session is not None:
            self._wanted = msgspec.structs.replace(self._wanted or self._session.settings, **settings)
            self._ask(Configure(self._session.settings, self._wanted))

    def _ask(self, request: Request) -> None:
        self._chosen_at = perf_counter()
        self.asked.emit(request)

    def settle(self, busy: str, now: Seconds) -> None:
        """Once the engine is idle again, show what is so, whatever was chosen: a choice may have failed."""
        if busy:
            self._chosen_at = now
        elif self._chosen_at is not None and now - self._chosen_at > _SETTLE_SECONDS:
            self._chosen_at = self._wanted = None
            self._fill()

    def _fill(self) -> None:
        if self._session is None:
            return
        settings, choices = self._session.settings, self._choices
        file = (("Open a file…", OPEN_FILE),)
        self.preset.show_entries(_named(tuple(p.name for p in choices.presets)), self._session.preset.name)
        self.source.show_entries(_SOURCES + _named(choices.inputs) + file, settings.source)
        self.midi_out.show_entries(_PORTS + _named(choices.midi_outs), settings.midi_out)
        self.sound_out.show_entries(_SOUNDS + _named(choices.sound_outs), settings.sound_out)
        self.tempo_from.show_entries(*leaders(settings))
        self.midi_in.show_entries(_INPUTS + _named(choices.midi_ins), settings.midi_in)

    def _choose_preset(self, name: str) -> None:
        self._ask(GoPreset(name))

    def _choose_source(self, value: str) -> None:
        if value == OPEN_FILE:
            self._fill()
            self.file_wanted.emit()
        else:
            self.ask(source=value)


def leaders(settings: Settings) -> tuple[tuple[tuple[str, str], ...], str]:
    """Who there is to set the time, and who of them does."""
    demo = settings.source == "demo"
    there = tuple((name, leader) for leader, name in LEADERS.items() if demo or leader != "demo")
    return there, "demo" if demo and settings.demo_leads and settings.tempo_from == "own" else settings.tempo_from


def _named(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in names)


def _shown(value: str) -> str:
    return Path(value).name if "/" in value or "\\" in value else value
