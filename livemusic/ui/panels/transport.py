"""Along the top: play, where we are, how fast, when patterns change, and panic."""

from time import perf_counter

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPolygonF, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QButtonGroup,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from livemusic.engine.messages import Panic, Play, Resume, SetLaunch, SetSwing, SetTempo, Stop
from livemusic.engine.snapshot import Snapshot
from livemusic.music.tap import TapTempo
from livemusic.music.tempo import MAX_BPM, MIN_BPM, TICKS_PER_BEAT
from livemusic.session.preset import LAUNCHES
from livemusic.ui import theme

_BPM_PER_PIXEL, _FINE = 0.25, 0.02


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


class TempoBox(QDoubleSpinBox):
    """The tempo in big digits: drag up and down, turn the wheel, use the arrows, or type."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(MIN_BPM, MAX_BPM)
        self.setDecimals(1)
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setFont(theme.font(theme.HUGE, theme.QFont.Weight.DemiBold))
        self.setFixedSize(150, 60)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAccessibleName("Tempo in beats per minute")
        self.setToolTip(
            "Tempo in beats per minute.\nDrag up or down (Shift: finely), turn the wheel, or type a number."
        )
        self._grip: tuple[float, float] | None = None
        self.lineEdit().installEventFilter(self)
        self.lineEdit().setCursor(Qt.CursorShape.SizeVerCursor)
        self.lineEdit().returnPressed.connect(self.clearFocus)

    def sizeHint(self) -> QSize:
        return QSize(150, 60)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Without buttons and frame the style sheet leaves the digits no room; give them all of it."""
        super().resizeEvent(event)
        self.lineEdit().setGeometry(self.rect())

    @property
    def busy(self) -> bool:
        """Whether a hand is on it, so that the engine's answers should wait."""
        return self._grip is not None or self.hasFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Escape):
            return True
        if isinstance(event, QMouseEvent):
            if kind == QEvent.Type.MouseButtonPress:
                self._grip = event.globalPosition().y(), self.value()
            elif kind == QEvent.Type.MouseMove and self._grip is not None:
                rise = self._grip[0] - event.globalPosition().y()
                if abs(rise) > 3:
                    fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
                    self.setValue(round(self._grip[1] + rise * (_FINE if fine else _BPM_PER_PIXEL), 1))
                return True
            elif kind == QEvent.Type.MouseButtonRelease and self._grip is not None:
                dragged = abs(self._grip[0] - event.globalPosition().y()) > 3
                self._grip = None
                if dragged:
                    self.clearFocus()
                else:
                    self.selectAll()
                return True
        return super().eventFilter(watched, event)


class Position(QWidget):
    """Which bar, and the beats of it as dots that light up."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar, self._beat, self._beats, self._playing = 1, 0, 4, False
        self.setFixedSize(150, 68)
        self.setAccessibleName("Bar and beat")
        self.setToolTip("The bar we are in, and its beats")

    @property
    def shown(self) -> tuple[int, int]:
        """Bar and beat, both counted from 1."""
        return self._bar, self._beat + 1

    def show_tick(self, tick: float, meter: tuple[int, int], playing: bool) -> None:
        """The song position in ticks."""
        beat = 4 * TICKS_PER_BEAT / meter[1]
        count = int(max(0.0, tick) // beat)
        state = count // meter[0] + 1, count % meter[0], meter[0], playing
        if state != (self._bar, self._beat, self._beats, self._playing):
            self._bar, self._beat, self._beats, self._playing = state
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(28, theme.QFont.Weight.DemiBold))
        painter.setPen(theme.colour(theme.TEXT if self._playing else theme.MUTED))
        painter.drawText(QRectF(0, 2, self.width(), 40), Qt.AlignmentFlag.AlignVCenter, f"bar {self._bar}")
        pitch = min(22.0, self.width() / self._beats)
        painter.setPen(Qt.PenStyle.NoPen)
        for beat in range(self._beats):
            lit = self._playing and beat == self._beat
            painter.setBrush(theme.colour(theme.ACCENT if lit else theme.LINE))
            size = min(14.0, pitch - 3) * (1.0 if beat == 0 else 0.8)
            painter.drawEllipse(QPointF(8 + beat * pitch, 54), size / 2, size / 2)
        painter.end()


class TransportPanel(QWidget):
    """Play, position, tempo, launch and panic; `asked` carries the requests."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.play = PlayButton(self)
        self.resume = _button("Resume", "Go on from where the drums were stopped [R]", self)
        self.position = Position(self)
        self.tempo = TempoBox(self)
        self.tap = _button("Tap", "Tap the tempo, four times or more [B]", self)
        self.tap.setShortcut("B")
        self._taps = TapTempo()
        self.launches = {
            launch: _button(launch, f"A new pattern takes over at the next {tip} [L]", self, role)
            for launch, tip, role in zip(
                LAUNCHES, ("step", "bar", "four bars"), ("left", "middle", "right"), strict=True
            )
        }
        self.swing = QSlider(Qt.Orientation.Horizontal, self)
        self.swing.setRange(0, 100)
        self.swing.setFixedWidth(110)
        self.swing.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.swing.setAccessibleName("Swing")
        self.swing.setToolTip("Swing: delays every second sixteenth, on the right as far as triplets")
        self.panic = _button("PANIC", "Silence everything now [Esc]", self, "panic")
        self._launch = QButtonGroup(self)
        for launch, button in self.launches.items():
            button.setCheckable(True)
            self._launch.addButton(button)
            button.clicked.connect(lambda _, launch=launch: self.asked.emit(SetLaunch(launch)))
        self.launches["step"].setChecked(True)
        self._lay_out()
        self.play.clicked.connect(lambda on: self.asked.emit(Play() if on else Stop()))
        self.resume.clicked.connect(lambda: self.asked.emit(Resume()))
        self.panic.clicked.connect(lambda: self.asked.emit(Panic()))
        self.tap.pressed.connect(self._tapped)
        self.swing.valueChanged.connect(lambda percent: self.asked.emit(SetSwing(percent / 100)))
        self.tempo.valueChanged.connect(lambda bpm: self.asked.emit(SetTempo(bpm)))

    def _tapped(self) -> None:
        bpm = self._taps.hear(perf_counter())
        if bpm is not None:
            self.asked.emit(SetTempo(min(max(bpm, MIN_BPM), MAX_BPM)))

    def _lay_out(self) -> None:
        unit = QLabel("bpm", self)
        launch = QLabel("patterns change at the next", self)
        swing = QLabel("swing", self)
        for label in (unit, launch, swing):
            label.setProperty("role", "caption")
        buttons = QHBoxLayout()
        buttons.setSpacing(0)
        for button in self.launches.values():
            buttons.addWidget(button)
        buttons.addStretch(1)
        changes = QVBoxLayout()
        changes.setSpacing(3)
        changes.addStretch(1)
        changes.addWidget(launch)
        changes.addLayout(buttons)
        changes.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 6, 2)
        row.setSpacing(14)
        for widget in (self.play, self.resume, self.position):
            row.addWidget(widget)
        row.addStretch(1)
        speed = QHBoxLayout()
        speed.setSpacing(4)
        speed.addWidget(self.tempo)
        speed.addWidget(unit, 0, Qt.AlignmentFlag.AlignBottom)
        unit.setContentsMargins(0, 0, 0, 13)
        speed.addWidget(self.tap, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(speed)
        row.addStretch(1)
        feel = QVBoxLayout()
        feel.setSpacing(3)
        feel.addStretch(1)
        feel.addWidget(swing)
        feel.addWidget(self.swing)
        feel.addStretch(1)
        row.addLayout(feel)
        row.addLayout(changes)
        row.addSpacing(10)
        row.addWidget(self.panic)

    def show_state(self, snapshot: Snapshot, tick: float) -> None:
        """What the engine says, and the song position now."""
        transport = snapshot.transport
        self.play.setChecked(transport.playing)
        self.resume.setEnabled(not transport.playing)
        self.position.show_tick(tick, transport.meter, transport.playing)
        self.launches[snapshot.listen.launch].setChecked(True)
        if not self.swing.isSliderDown():
            self.swing.blockSignals(True)
            self.swing.setValue(round(100 * snapshot.listen.swing))
            self.swing.blockSignals(False)
        if not self.tempo.busy and abs(self.tempo.value() - transport.bpm) > 0.04:
            self.tempo.blockSignals(True)
            self.tempo.setValue(transport.bpm)
            self.tempo.blockSignals(False)


def _button(text: str, tip: str, parent: QWidget, role: str = "") -> QPushButton:
    button = QPushButton(text, parent)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(text)
    button.setToolTip(tip)
    button.setProperty("role", role)
    return button
