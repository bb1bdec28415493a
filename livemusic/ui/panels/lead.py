"""Beside the tempo: who sets the time, and how well that goes; and a hand for when the music sets it."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from livemusic.engine.actions import NUDGE_BEATS
from livemusic.engine.messages import Hold, Nudge, Octave, TapTempo
from livemusic.engine.snapshot import TransportState
from livemusic.ui import theme
from livemusic.ui.panels.button import button

_NAMES = {"own": "own time", "midi": "MIDI clock", "link": "Link", "audio": "the music"}
_TONES = {"locked": theme.GOOD, "unsure": theme.BAD, "coasting": theme.WARN, "searching": theme.WARN}
_STORIES = {
    "own": "livemusic sets the time itself.",
    "midi": "The MIDI clock that comes in sets the time.",
    "link": "The Ableton Link session sets the time.",
    "audio": "The music that is listened to sets the time.",
}
_STATES = {
    "locked": "The drums are in time with it.",
    "searching": "It has not been found yet; the drums keep their own time until then.",
    "unsure": "What comes in does not look like one steady clock; do not rely on this tempo.",
    "coasting": "It was lost; the drums go on at the last tempo.",
}
_REPEAT_DELAY_MS, _REPEAT_MS = 350, 120


def lead_words(transport: TransportState) -> tuple[str, str]:
    """Who leads, in a few words, and their colour."""
    name = _NAMES.get(transport.lead, transport.lead)
    if transport.lead == "own":
        return name, theme.FAINT
    if transport.held:
        return f"{name} · held", theme.ACCENT
    if transport.lead == "link" and transport.lead_state == "locked":
        peers = f"{transport.peers} peer{'' if transport.peers == 1 else 's'}" if transport.peers else "nobody else yet"
        return f"{name} · {peers}", theme.GOOD if transport.peers else theme.MUTED
    words = [name, transport.lead_state]
    if transport.lead_trouble and transport.lead_state == "locked":  # one of several ways is followed
        return f"{name} · locked · check it", theme.WARN
    if transport.lead_state == "locked" and transport.lead == "midi":
        words.append(f"{abs(transport.phase_error_ms):.1f} ms")
    return " · ".join(words), _TONES.get(transport.lead_state, theme.WARN)


class LeadBadge(QWidget):
    """A dot and a few words; quiet while we lead ourselves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._tone = "", theme.FAINT
        self._face = theme.font(14, theme.QFont.Weight.DemiBold)
        self.setFixedHeight(24)
        self.setAccessibleName("Who sets the time")

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    @property
    def tone(self) -> str:
        """The colour it says it in."""
        return self._tone

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self._face).horizontalAdvance("MIDI clock · locked · 12.3 ms") + 22, 24)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def show_state(self, transport: TransportState) -> None:
        """What the engine says."""
        text, tone = lead_words(transport)
        story = " ".join(filter(None, (_STORIES.get(transport.lead, ""), _STATES.get(transport.lead_state, ""))))
        if transport.lead_trouble:
            story = f"{story} {transport.lead_trouble}"
        if transport.held:
            story += " The tempo is held."
        self.setToolTip(f"{story}\nChoose who leads under “Time from”.")
        if (text, tone) != (self._text, self._tone):
            self._text, self._tone = text, tone
            self.setAccessibleDescription(text)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = 2.0
        if self._tone != theme.FAINT:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(self._tone, 0.25))
            painter.drawEllipse(QPointF(8, 12), 8, 8)
            painter.setBrush(theme.colour(self._tone))
            painter.drawEllipse(QPointF(8, 12), 4.5, 4.5)
            left = 22.0
        painter.setFont(self._face)
        painter.setPen(theme.colour(self._tone))
        painter.drawText(QRectF(left, 0, self.width() - left, 24), Qt.AlignmentFlag.AlignVCenter, self._text)
        painter.end()


class LeadPanel(QWidget):
    """Tap, the badge, and while the music leads half, double, hold and nudge; `asked` carries the requests."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.badge = LeadBadge(self)
        self.tap = button("Tap", "Tap the tempo, four times or more [B]", self, "small", "Tap the tempo")
        self.tap.setMinimumWidth(56)
        self.half = button("½", "Hear the tempo half as fast", self, "small", "Half the tempo")
        self.double = button("×2", "Hear the tempo twice as fast", self, "small", "Double the tempo")
        self.hold = button("Hold", "Keep this tempo, whatever is heard next", self, "small", "Hold the tempo")
        self.hold.setCheckable(True)
        self.earlier = button("◀", "Move the beat a little earlier [,]", self, "small", "Nudge the beat earlier")
        self.later = button("▶", "Move the beat a little later [.]", self, "small", "Nudge the beat later")
        for arrow in (self.earlier, self.later):
            arrow.setAutoRepeat(True)
            arrow.setAutoRepeatDelay(_REPEAT_DELAY_MS)
            arrow.setAutoRepeatInterval(_REPEAT_MS)
        self._steering = (self.half, self.double, self.hold, self.earlier, self.later)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for widget in (self.tap, *self._steering):
            buttons.addWidget(widget)
        buttons.addStretch(1)
        for widget in self._steering:
            widget.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(4)
        column.addStretch(1)
        column.addLayout(buttons)
        column.addWidget(self.badge)
        column.addStretch(1)
        self.tap.pressed.connect(lambda: self.asked.emit(TapTempo()))
        self.half.clicked.connect(lambda: self.asked.emit(Octave(-1)))
        self.double.clicked.connect(lambda: self.asked.emit(Octave(1)))
        self.hold.clicked.connect(lambda on: self.asked.emit(Hold(on)))
        self.earlier.clicked.connect(lambda: self.asked.emit(Nudge(-NUDGE_BEATS)))
        self.later.clicked.connect(lambda: self.asked.emit(Nudge(NUDGE_BEATS)))

    def show_state(self, transport: TransportState) -> None:
        """What the engine says."""
        self.badge.show_state(transport)
        self.tap.setEnabled(transport.lead != "midi")
        self.hold.setChecked(transport.held)
        for widget in self._steering:
            widget.setVisible(transport.lead == "audio")
