"""Along the bottom: is everything well? Connection, plugs, lateness, load."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from livemusic.engine.snapshot import Health, Plug, Snapshot
from livemusic.music.tempo import Seconds
from livemusic.ui import theme
from livemusic.ui.panels.button import button

_TONES = {"on": theme.GOOD, "off": theme.FAINT, "lost": theme.WARN, "failed": theme.BAD}
_REFRESH_SECONDS = 0.25
_HOW = "How to get the MIDI port to work"
_WORST_FIRST = ("failed", "lost")


class Dot(QWidget):
    """A coloured dot and a word; its tooltip tells the whole story."""

    def __init__(self, word: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = "off"
        self._word = word
        self.setFixedSize(QFontMetrics(theme.font(theme.SMALL)).horizontalAdvance(word) + 26, 24)
        self.setAccessibleName(word)

    @property
    def state(self) -> str:
        """`on`, `off`, `lost` or `failed`."""
        return self._state

    def show_state(self, state: str, story: str) -> None:
        """A state and a sentence."""
        self.setToolTip(story)
        self.setAccessibleDescription(story)
        if state != self._state:
            self._state = state
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(_TONES.get(self._state, theme.WARN)))
        painter.drawEllipse(QPointF(8, 12), 5, 5)
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(theme.colour(theme.MUTED if self._state in ("on", "off") else theme.TEXT))
        painter.drawText(self.rect().adjusted(19, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._word)
        painter.end()


class HealthBar(QWidget):
    """Dots for what is plugged in, a line for what is going on, and the engine's numbers.

    `advised` carries the way out in words when the musician asks how to mend the MIDI port.
    """

    advised = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._port = Plug()
        self._guidance = ""
        self.engine, self.source, self.midi, self.sound, self.midi_in, self.controllers = (
            Dot(word, self) for word in ("engine", "source", "MIDI", "sound", "MIDI in", "controllers")
        )
        self.how = button("How?", _HOW, self, "help", "How to fix the MIDI port")
        self.how.clicked.connect(lambda: self.advised.emit(self._advice))
        for widget in (self.how, self.midi_in, self.controllers):
            widget.hide()
        self.busy = QLabel("", self)
        self.numbers = QLabel("", self)
        self.numbers.setAccessibleName("Health of the engine")
        self.busy.setAccessibleName("Engine activity")
        self.busy.setToolTip("Engine activity")
        for label in (self.busy, self.numbers):
            label.setProperty("role", "caption")
            label.setFont(theme.font(theme.SMALL))
        self._next: Seconds = 0.0
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 2)
        row.setSpacing(10)
        for widget in (self.engine, self.source, self.midi, self.how, self.sound, self.midi_in, self.controllers):
            row.addWidget(widget)
        row.addSpacing(8)
        row.addWidget(self.busy, 1)
        row.addWidget(self.numbers)

    @property
    def _advice(self) -> str:
        return " ".join(filter(None, (self._port.detail, self._guidance)))

    def show_guidance(self, guidance: str) -> None:
        """How to come by a MIDI port on this system."""
        self._guidance = guidance

    def show_connection(self, connected: bool) -> None:
        """Whether the engine answers."""
        if connected:
            self.engine.show_state("on", "The engine is running.")
        else:
            self.engine.show_state("failed", "The engine is gone. The window keeps trying to reach it.")
            self.how.hide()
            for dot in (self.source, self.midi, self.sound, self.midi_in, self.controllers):
                dot.show_state("off", "Unknown while the engine is gone.")
            self.numbers.setText("")

    def show_state(self, snapshot: Snapshot, now: Seconds) -> None:
        """What the engine says; the numbers change four times a second at most."""
        self.source.show_state(snapshot.source.state, _story("Source", snapshot.source))
        self.midi.show_state(snapshot.midi_out.state, _story("MIDI", snapshot.midi_out))
        self.sound.show_state(snapshot.sound.state, _story("Sound", snapshot.sound))
        self._show_port(snapshot.midi_out)
        self.midi_in.setVisible(snapshot.midi_in.wanted != "none")
        self.midi_in.show_state(snapshot.midi_in.state, _story("MIDI in", snapshot.midi_in))
        controllers = snapshot.surface.controllers
        self.controllers.setVisible(bool(controllers))
        states = [plug.state for plug in controllers]
        worst = next((state for state in _WORST_FIRST if state in states), states[0] if states else "off")
        self.controllers.show_state(worst, "\n".join(_story("Controller", plug) for plug in controllers))
        if now >= self._next:
            self._next = now + _REFRESH_SECONDS
            self.busy.setText(snapshot.busy)
            self.numbers.setText(_numbers(snapshot.health))
            self.numbers.setToolTip(_details(snapshot.health))

    def _show_port(self, port: Plug) -> None:
        failed = port.state == "failed"
        if port != self._port or failed != self.how.isVisibleTo(self):
            self._port = port
            self.how.setVisible(failed)
            self.how.setToolTip(self._advice if failed else _HOW)


def _story(what: str, plug: Plug) -> str:
    name = plug.name or plug.wanted
    return f"{what}: {name} is {plug.state}." + (f"\n{plug.detail}" if plug.detail else "")


def _numbers(health: Health) -> str:
    trouble = [
        f"{count} {word}{'' if count == 1 else 's'}"
        for count, word in ((health.overflows, "overflow"), (health.xruns, "dropout"), (health.dropped, "late skip"))
        if count
    ]
    parts = [
        f"late {health.late_p99_ms:.1f} ms",
        f"hop {health.hop_ms:.1f} ms",
        *trouble,
        f"CPU {health.cpu_percent:.0f} %",
        f"{health.memory_mb:.0f} MB",
    ]
    return "   ·   ".join(parts)


def _details(health: Health) -> str:
    return (
        f"Lateness of notes: half under {health.late_p50_ms:.2f} ms, 95 % under {health.late_p95_ms:.2f} ms, "
        f"99 % under {health.late_p99_ms:.2f} ms, worst {health.late_max_ms:.2f} ms\n"
        f"One listening step: {health.hop_ms:.2f} ms; a new pattern: {health.morph_ms:.2f} ms\n"
        f"Input overflows: {health.overflows}; sound dropouts: {health.xruns}; skipped: {health.dropped}; "
        f"waiting: {health.backlog_s:.2f} s\n"
        f"Engine: {health.cpu_percent:.1f} % of one core, {health.memory_mb:.0f} MB"
    )
