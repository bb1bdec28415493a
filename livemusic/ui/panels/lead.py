"""Beside the tempo: who sets the time, and how well that goes; and a hand for when the music sets it."""

from math import ceil

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from livemusic.engine.actions import NUDGE_BEATS
from livemusic.engine.messages import GiveBack, Hold, Nudge, Octave, SetLead, TapTempo
from livemusic.engine.snapshot import TransportState
from livemusic.music.tempo import Meter
from livemusic.ui import theme
from livemusic.ui.panels.button import button
from livemusic.ui.panels.heading import add_heading

#: Who may set the time, as `SetLead` takes it, and what that is called.
LEADERS = {"own": "Internal", "midi": "MIDI clock", "link": "Link", "audio": "Follow audio", "demo": "Demo song"}
_TONES = {"locked": theme.GOOD, "unsure": theme.BAD, "coasting": theme.WARN, "searching": theme.WARN}
_STORIES = {
    "own": "livemusic sets the tempo.",
    "midi": "Incoming MIDI clock sets the tempo.",
    "link": "The Ableton Link session sets the tempo.",
    "audio": "The audio input sets the tempo.",
    "demo": "The drums keep the time of the demo song.",
}
_STATES = {
    "locked": "The drums are in sync.",
    "searching": "No beat found yet; the drums keep the internal tempo until then.",
    "unsure": "This does not look like one steady clock: don't rely on this tempo.",
    "coasting": "Signal lost; the drums continue at the last tempo.",
}
_REPEAT_DELAY_MS, _REPEAT_MS = 350, 120


def lead_words(transport: TransportState) -> tuple[str, str]:
    """Who leads, in a few words, and their colour."""
    name = LEADERS.get(transport.lead, transport.lead)
    if transport.ramp_to is not None:
        bars = ceil(transport.ramp_left / Meter(*transport.meter).bar)
        return f"Ramp to {transport.ramp_to:g} · {bars} bar{'' if bars == 1 else 's'}", theme.ACCENT
    if transport.lead in ("own", "demo"):
        return name, theme.MUTED
    if transport.held:
        return f"{name} · held", theme.ACCENT
    if transport.lead == "link" and transport.lead_state == "locked":
        peers = f"{transport.peers} peer{'' if transport.peers == 1 else 's'}" if transport.peers else "no peers yet"
        return f"{name} · {peers}", theme.GOOD if transport.peers else theme.MUTED
    words = [name, transport.lead_state]
    if transport.lead_trouble and transport.lead_state == "locked":  # one of several ways is followed
        return f"{name} · locked · check it", theme.WARN
    if transport.lead_state == "locked" and transport.lead == "midi":
        words.append(f"{abs(transport.phase_error_ms):.1f} ms")
    return " · ".join(words), _TONES.get(transport.lead_state, theme.WARN)


def by_clock(transport: TransportState) -> bool:
    """Whether a MIDI clock sets the tempo, and no hand can."""
    return transport.lead == "midi" and transport.lead_state == "locked"


class LeadBadge(QAbstractButton):
    """A dot and a few words; quiet while we lead ourselves. Pressed it offers the others; `chosen` names one."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._tone, self._lead = "", theme.MUTED, "own"
        self._face = theme.font(14, theme.QFont.Weight.DemiBold)
        self.demo = False
        self.setFixedHeight(24)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Time from")
        self.clicked.connect(lambda: self.menu().exec(self.mapToGlobal(QPoint(0, self.height()))))

    def menu(self) -> QMenu:
        """Everybody who may set the time."""
        menu = QMenu(self)
        add_heading(menu, "Time from")
        for leader, name in LEADERS.items():
            if leader != "demo" or self.demo:
                entry = menu.addAction(name)
                entry.setCheckable(True)
                entry.setChecked(leader == self._lead)
                entry.triggered.connect(lambda *_, leader=leader: self.chosen.emit(leader))
        return menu

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    @property
    def tone(self) -> str:
        """The colour it says it in."""
        return self._tone

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self._face).horizontalAdvance("MIDI clock · locked · 12.3 ms") + 40, 24)

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
        self.setToolTip(f"{story}\nClick to choose who does. A tempo set by hand makes it Internal.")
        self._lead = transport.lead
        if (text, tone) != (self._text, self._tone):
            self._text, self._tone = text, tone
            self.setAccessibleDescription(text)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = 2.0
        if self._tone != theme.MUTED:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(self._tone, 0.25))
            painter.drawEllipse(QPointF(8, 12), 8, 8)
            painter.setBrush(theme.colour(self._tone))
            painter.drawEllipse(QPointF(8, 12), 4.5, 4.5)
            left = 22.0
        painter.setFont(self._face)
        painter.setPen(theme.colour(self._tone))
        painter.drawText(QRectF(left, 0, self.width() - left, 24), Qt.AlignmentFlag.AlignVCenter, self._text)
        end = left + QFontMetrics(self._face).horizontalAdvance(self._text)
        painter.setPen(QPen(theme.colour(theme.ACCENT if self.hasFocus() or self.underMouse() else theme.MUTED), 1.6))
        painter.drawPolyline([QPointF(end + 8, 10), QPointF(end + 12, 14), QPointF(end + 16, 10)])
        painter.end()


class LeadPanel(QWidget):
    """Tap, the badge, the way back to who led before, and while the music leads half, double, hold and nudge; `asked`
    carries the requests."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.badge = LeadBadge(self)
        self.tap = button("Tap", "Tap the tempo, four times or more [B]", self, "small", "Tap the tempo")
        self.tap.setMinimumWidth(56)
        self.half = button("½", "Halve the detected tempo", self, "small", "Half the tempo")
        self.double = button("×2", "Double the detected tempo", self, "small", "Double the tempo")
        self.hold = button("Hold", "Hold this tempo, whatever comes in", self, "small", "Hold the tempo")
        self.hold.setCheckable(True)
        self.earlier = button("◀", "Move the beat a little earlier [,]", self, "small", "Nudge the beat earlier")
        self.later = button("▶", "Move the beat a little later [.]", self, "small", "Nudge the beat later")
        for arrow in (self.earlier, self.later):
            arrow.setAutoRepeat(True)
            arrow.setAutoRepeatDelay(_REPEAT_DELAY_MS)
            arrow.setAutoRepeatInterval(_REPEAT_MS)
        self.back = button("Back", "Let whoever set the time before do so again", self, "small", "Give the tempo back")
        self.back.hide()
        self._steering = (self.half, self.double, self.hold, self.earlier, self.later)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for widget in (self.tap, self.back, *self._steering):
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
        self.badge.chosen.connect(lambda leader: self.asked.emit(SetLead(leader)))
        self.back.clicked.connect(lambda: self.asked.emit(GiveBack()))
        self.tap.pressed.connect(lambda: self.asked.emit(TapTempo()))
        self.half.clicked.connect(lambda: self.asked.emit(Octave(-1)))
        self.double.clicked.connect(lambda: self.asked.emit(Octave(1)))
        self.hold.clicked.connect(lambda on: self.asked.emit(Hold(on)))
        self.earlier.clicked.connect(lambda: self.asked.emit(Nudge(-NUDGE_BEATS)))
        self.later.clicked.connect(lambda: self.asked.emit(Nudge(NUDGE_BEATS)))

    def show_state(self, transport: TransportState, demo: bool = False) -> None:
        """What the engine says; `demo`: the demo song is there to set the time."""
        self.badge.demo = demo
        self.badge.show_state(transport)
        self.back.setVisible(bool(transport.taken))
        self.back.setText(f"↩ {LEADERS.get(transport.taken, '')}")
        self.tap.setEnabled(not by_clock(transport))
        self.hold.setChecked(transport.held)
        for widget in self._steering:
            widget.setVisible(transport.lead == "audio")
