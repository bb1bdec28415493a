"""Along the bottom: is everything well? Connection, plugs, lateness, load."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from livemusic.engine.snapshot import Health, Plug, Snapshot
from livemusic.music.tempo import Seconds
from livemusic.ui import theme

_TONES = {"on": theme.GOOD, "off": theme.FAINT, "lost": theme.WARN, "failed": theme.BAD}
_REFRESH_SECONDS = 0.25


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
    """Dots for what is plugged in, a line for what is going on, and the engine's numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.engine, self.source, self.midi, self.sound = (
            Dot(word, self) for word in ("engine", "source", "MIDI", "sound")
        )
        self.busy = QLabel("", self)
        self.numbers = QLabel("", self)
        self.numbers.setAccessibleName("Health of the engine")
        self.busy.setAccessibleName("What the engine is doing")
        self.busy.setToolTip("What the engine is doing at the moment")
        for label in (self.busy, self.numbers):
            label.setProperty("role", "caption")
            label.setFont(theme.font(theme.SMALL))
        self._next: Seconds = 0.0
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 2)
        row.setSpacing(10)
        for dot in (self.engine, self.source, self.midi, self.sound):
            row.addWidget(dot)
        row.addSpacing(8)
        row.addWidget(self.busy, 1)
        row.addWidget(self.numbers)

    def show_connection(self, connected: bool) -> None:
        """Whether the engine answers."""
        if connected:
            self.engine.show_state("on", "The engine is running.")
        else:
            self.engine.show_state("failed", "The engine is gone. The window keeps trying to reach it.")
            for dot in (self.source, self.midi, self.sound):
                dot.show_state("off", "Unknown while the engine is gone.")
            self.numbers.setText("")

    def show_state(self, snapshot: Snapshot, now: Seconds) -> None:
        """What the engine says; the numbers change four times a second at most."""
        self.source.show_state(snapshot.source.state, _story("Source", snapshot.source))
        self.midi.show_state(snapshot.midi_out.state, _story("MIDI", snapshot.midi_out))
        self.sound.show_state(snapshot.sound.state, _story("Sound", snapshot.sound))
        if now >= self._next:
            self._next = now + _REFRESH_SECONDS
            self.busy.setText(snapshot.busy)
            self.numbers.setText(_numbers(snapshot.health))
            self.numbers.setToolTip(_details(snapshot.health))


def _story(what: str, plug: Plug) -> str:
    name = plug.name or plug.wanted
    return f"{what}: {name} is {plug.state}." + (f"\n{plug.detail}" if plug.detail else "")


def _numbers(health: Health) -> str:
    trouble = [
        f"{count} {word}"
        for count, word in ((health.overflows, "overflows"), (health.xruns, "dropouts"), (health.dropped, "dropped"))
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
        f"Input overflows: {health.overflows}; sound dropouts: {health.xruns}; dropped: {health.dropped}; "
        f"waiting: {health.backlog_s:.2f} s\n"
        f"Engine: {health.cpu_percent:.1f} % of one core, {health.memory_mb:.0f} MB"
    )
