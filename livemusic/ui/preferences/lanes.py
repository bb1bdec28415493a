"""The nine drums of a map, each a row: what it is sent as, and what plays it."""

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from livemusic.engine.messages import Learn, PlayDrum
from livemusic.midi.message import note_name
from livemusic.music.kit import VOICE_NAMES
from livemusic.session.drum_map import Lane
from livemusic.ui import theme
from livemusic.ui.panels.button import button
from livemusic.ui.preferences.fields import NoteBox, NumberBox
from livemusic.ui.preferences.map_edits import notes_of, notes_text
from livemusic.ui.preferences.page import GlowRow, words

_STRENGTH = 100
_NAME, _NOTE, _CHANNEL, _HIT, _TRY = 112, 92, 98, 116, 62


class Spot(QWidget):
    """A spot in the colour of a voice."""

    def __init__(self, colour: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._colour = colour
        self.setFixedSize(14, 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(self._colour))
        painter.drawEllipse(2, 2, 10, 10)
        painter.end()


class LaneRow(GlowRow):
    """One drum. `edited` carries its new `Lane`, `asked` requests, `puzzled` a sentence on what cannot be read."""

    edited = Signal(object)
    asked = Signal(object)
    puzzled = Signal(str)

    def __init__(self, voice: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.voice, name = voice, VOICE_NAMES[voice]
        self._lane = Lane(0)
        self.note = NoteBox(f"Note of the {name}", f"The note that the {name} is sent as: a number or a name", self)
        self.channel = NumberBox(f"Channel of the {name}", "0 is the common channel of the MIDI page", 0, 16, self)
        self.channel.setSpecialValueText("common")
        self.hears = QLineEdit(self)
        self.hears.setAccessibleName(f"Notes that play the {name}")
        self.hears.setPlaceholderText("no note")
        self.hit = button(
            "Hit to learn",
            f"Then hit the pad that is to play the {name}",
            self,
            "quiet",
            f"Learn the {name} by hitting",
        )
        self.hit.setCheckable(True)
        self.strike = button("Try", f"Hear the {name} as it is sent now", self, "quiet", f"Try the {name}")
        title = QLabel(name.capitalize(), self)
        title.setFixedWidth(_NAME - 22)
        for widget, width in ((self.note, _NOTE), (self.channel, _CHANNEL), (self.hit, _HIT), (self.strike, _TRY)):
            widget.setFixedWidth(width)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 6, 3)
        row.setSpacing(8)
        row.addWidget(Spot(theme.LANES[voice], self))
        for widget in (title, self.note, self.channel):
            row.addWidget(widget)
        row.addWidget(self.hears, 1)
        row.addWidget(self.hit)
        row.addWidget(self.strike)
        self.note.chosen.connect(lambda value: self._edit(pitch=round(value)))
        self.channel.chosen.connect(lambda value: self._edit(channel=round(value)))
        self.hears.editingFinished.connect(self._read)
        self.hit.clicked.connect(lambda on: self.asked.emit(Learn(f"lane {name}" if on else "")))
        self.strike.pressed.connect(lambda: self.asked.emit(PlayDrum(voice, _STRENGTH)))
        self.strike.released.connect(lambda: self.asked.emit(PlayDrum(voice, 0)))

    def show_lane(self, lane: Lane) -> None:
        """What is so."""
        self._lane = lane
        self.note.show_value(lane.pitch)
        self.channel.show_value(lane.channel)
        if not self.hears.isModified() or not self.hears.hasFocus():
            self.hears.setText(notes_text(lane.hears))
            self.hears.setCursorPosition(0)
        names = ", ".join(map(note_name, lane.hears)) or "no note"
        self.hears.setToolTip(f"Played by {names}. Write notes as numbers or names, with commas.")

    def show_learning(self, learning: bool, glow: float) -> None:
        """Whether it waits for a hit."""
        self.hit.setText("Hit a pad…" if learning else "Hit to learn")
        self.hit.setChecked(learning)
        self.show_glow(glow if learning else 0.0)

    def _edit(self, **changes: object) -> None:
        self.edited.emit(msgspec.structs.replace(self._lane, **changes))

    def _read(self) -> None:
        if not self.hears.isModified():
            return
        self.hears.setModified(False)
        try:
            notes = notes_of(self.hears.text())
        except ValueError as problem:
            self.hears.setText(notes_text(self._lane.hears))
            self.puzzled.emit(f"{VOICE_NAMES[self.voice].capitalize()}: {problem}.")
            return
        if notes == self._lane.hears:
            self.hears.setText(notes_text(notes))
        else:
            self._edit(hears=notes)


class LaneTable(QWidget):
    """All nine under their headings."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows = tuple(LaneRow(voice, self) for voice in range(len(VOICE_NAMES)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        head = QHBoxLayout()
        head.setContentsMargins(8, 0, 6, 2)
        head.setSpacing(8)
        for text, width in (("Drum", _NAME), ("Sent as", _NOTE), ("Channel", _CHANNEL), ("Played by", 0)):
            label = words(text, "help", self)
            label.setWordWrap(False)
            if width:
                label.setFixedWidth(width)
            head.addWidget(label, 0 if width else 1)
        head.addSpacing(_HIT + _TRY + 16)
        column.addLayout(head)
        for row in self.rows:
            column.addWidget(row)
