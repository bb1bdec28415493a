"""Along the top: play, where we are, how fast, when patterns change, and panic."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from livemusic.engine.messages import Panic, Play, Resume, SetLaunch, SetTempo, Stop
from livemusic.engine.snapshot import Snapshot
from livemusic.music.metronome import to_go
from livemusic.music.tempo import TICKS_PER_BEAT, Meter
from livemusic.music.window import CUT
from livemusic.session.preset import LAUNCHES
from livemusic.ui import theme
from livemusic.ui.panels.answer import in_words, round_trip
from livemusic.ui.panels.button import button
from livemusic.ui.panels.lead import LeadPanel, by_clock
from livemusic.ui.panels.remark import Remark
from livemusic.ui.panels.tempo import TempoBox

#: From this width on there is room for what has a key or goes without saying, in pixels.
_ROOMY = 1080
#: Below this width everything moves together.
_NARROW = 930
_POSITION, _NARROW_POSITION = 124, 94
_BAR_SIZE = 28
_CHANGES = "launch quantise"


class PlayButton(QAbstractButton):
    """A big round button: a triangle that starts the drums, a square that stops them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFixedSize(68, 68)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Play or stop")
        self.setToolTip("Start the drums from the top, or stop them [Space]")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        base = theme.ACCENT if self.isChecked() else theme.TEXT
        painter.setBrush(theme.colour(base, 0.85 if self.isDown() else 1.0))
        painter.drawEllipse(QRectF(2, 2, 64, 64))
        if self.hasFocus() or self.underMouse():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(theme.colour(theme.ACCENT))
            painter.drawEllipse(QRectF(0.5, 0.5, 67, 67))
            painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(theme.BACKGROUND))
        if self.isChecked():
            painter.drawRoundedRect(QRectF(23, 23, 22, 22), 3, 3)
        else:
            painter.drawPolygon(QPolygonF([QPointF(27, 20), QPointF(27, 48), QPointF(49, 34)]))
        painter.end()


class Position(QWidget):
    """Which bar, and the beats of it as dots that light up; before the first, how many beats are to come."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.to_come = 0
        self._bar, self._beat, self._beats, self._playing = 1, 0, 4, False
        self.setFixedSize(_POSITION, 68)
        self.setAccessibleName("Bar and beat")
        self.setToolTip("Current bar and beat")

    @property
    def shown(self) -> tuple[int, int]:
        """Bar and beat, both counted from 1."""
        return self._bar, self._beat + 1

    @property
    def words(self) -> str:
        """What is read."""
        return f"{self.to_come} …" if self.to_come else f"bar {self._bar}"

    def face(self) -> QFont:
        """As large as the words have room."""
        wide = QFontMetricsF(theme.font(_BAR_SIZE, QFont.Weight.DemiBold)).horizontalAdvance(self.words)
        return theme.font(int(_BAR_SIZE * min(1.0, self.width() / wide)), QFont.Weight.DemiBold)

    def show_tick(self, tick: float, meter: tuple[int, int], playing: bool) -> None:
        """The song position in ticks."""
        beat = 4 * TICKS_PER_BEAT / meter[1]
        to_come = to_go(Meter(*meter), tick) if playing and tick < -CUT else 0
        count = int(tick // beat) if to_come else int(max(0.0, tick) // beat)
        state = count // meter[0] + 1, count % meter[0], meter[0], playing, to_come
        if state != (self._bar, self._beat, self._beats, self._playing, self.to_come):
            self._bar, self._beat, self._beats, self._playing, self.to_come = state
            self.setAccessibleDescription(f"{to_come} to go" if to_come else "")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.face())
        painter.setPen(theme.colour(theme.BAD if self.to_come else theme.TEXT if self._playing else theme.MUTED))
        painter.drawText(QRectF(0, 2, self.width(), 40), Qt.AlignmentFlag.AlignVCenter, self.words)
        pitch = min(22.0, self.width() / self._beats)
        painter.setPen(Qt.PenStyle.NoPen)
        for beat in range(self._beats):
            lit = self._playing and beat == self._beat
            painter.setBrush(theme.colour(theme.ACCENT if lit else theme.LINE))
            size = min(14.0, pitch - 3) * (1.0 if beat == 0 else 0.8)
            painter.drawEllipse(QPointF(8 + beat * pitch, 54), size / 2, size / 2)
        painter.end()


class TransportPanel(QWidget):
    """Play, position, tempo and who leads it, launch and panic; `asked` carries the requests."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.play = PlayButton(self)
        self.resume = button("Resume", "Continue from where the drums stopped [Shift+Space]", self)
        self.position = Position(self)
        self.turn = Remark(theme.ACCENT, self, theme.LARGE)
        self.turn.setAccessibleName("Whose turn it is")
        self.tempo = TempoBox(self)
        self._unit, self._changes = QLabel("bpm", self), QLabel(_CHANGES, self)
        self.lead = LeadPanel(self)
        self.launches = {
            launch: button(launch, f"Launch quantise: a new pattern starts at the next {tip} [L]", self, role)
            for launch, tip, role in zip(
                LAUNCHES, ("step", "bar", "four bars"), ("left", "middle", "right"), strict=True
            )
        }
        self.panic = button("PANIC", "All notes off, now [Esc]", self, "panic")
        self._launch = QButtonGroup(self)
        for launch, choice in self.launches.items():
            choice.setCheckable(True)
            self._launch.addButton(choice)
            choice.clicked.connect(lambda _, launch=launch: self.asked.emit(SetLaunch(launch)))
        self.launches["step"].setChecked(True)
        self._lay_out()
        self.play.clicked.connect(lambda on: self.asked.emit(Play() if on else Stop()))
        self.resume.clicked.connect(lambda: self.asked.emit(Resume()))
        self.panic.clicked.connect(lambda: self.asked.emit(Panic()))
        self.tempo.valueChanged.connect(lambda bpm: self.asked.emit(SetTempo(bpm)))
        self.lead.asked.connect(self.asked)

    def _lay_out(self) -> None:
        for label in (self._unit, self._changes):
            label.setProperty("role", "caption")
        self._unit.setContentsMargins(0, 0, 0, 13)
        buttons = QHBoxLayout()
        buttons.setSpacing(0)
        for choice in self.launches.values():
            buttons.addWidget(choice)
        buttons.addStretch(1)
        changes = QVBoxLayout()
        changes.setSpacing(3)
        changes.addStretch(1)
        changes.addWidget(self._changes)
        changes.addLayout(buttons)
        changes.addStretch(1)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 6, 2)
        for widget in (self.play, self.resume, self.position):
            row.addWidget(widget)
        row.addWidget(self.turn, 5)
        speed = QHBoxLayout()
        speed.setSpacing(6)
        speed.addWidget(self.tempo)
        speed.addWidget(self._unit, 0, Qt.AlignmentFlag.AlignBottom)
        speed.addSpacing(6)
        speed.addWidget(self.lead)
        row.addLayout(speed)
        row.addStretch(1)
        row.addLayout(changes)
        row.addWidget(self.panic)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = self.width() >= _ROOMY
        for widget in (self.resume, self._unit):
            widget.setVisible(roomy)
        narrow = self.width() < _NARROW
        self._row.setSpacing(6 if narrow else 12)
        self.position.setFixedWidth(_NARROW_POSITION if narrow else _POSITION)
        self._changes.setText(_CHANGES if roomy else _CHANGES.partition(" ")[2])

    def show_locked(self, on: bool) -> None:
        """While locked, the tempo and who leads it stay as they are."""
        self.tempo.setEnabled(not on)
        self.lead.setEnabled(not on)

    def show_state(self, snapshot: Snapshot, tick: float) -> None:
        """What the engine says, and the song position now."""
        transport = snapshot.transport
        self.play.setChecked(transport.playing)
        self.resume.setEnabled(not transport.playing)
        self.position.show_tick(tick, transport.meter, transport.playing)
        self.launches[snapshot.listen.launch].setChecked(True)
        self.tempo.show_tempo(transport.bpm, led=by_clock(transport))
        self.lead.show_state(transport, demo=snapshot.source.wanted == "demo")
        self.turn.say(in_words(snapshot.answer, transport.playing), round_trip(snapshot.answer))
