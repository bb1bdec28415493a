"""About livemusic: its version and licence, and the diagnostics that a report of a fault needs."""

import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from livemusic.engine.snapshot import Snapshot
from livemusic.ui.panels.button import button

_PACKAGES = (
    "PySide6-Essentials", "python-rtmidi", "mido", "sounddevice", "onnxruntime", "numpy", "pedalboard",
    "LinkPython-extern", "av",
)  # fmt: skip
_TEXT = (
    "<b>livemusic {version}</b><br>A real-time plugin host and MIDI tool beside your DAW: it draws the music it hears "
    "and plays drums that morph with it.<br><br>Free software under the GNU General Public License, version 3 or "
    "later, without any warranty. What the models were trained on is in their cards."
)


def version_of(package: str) -> str:
    """The installed version, or that there is none."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def diagnostics(snapshot: Snapshot | None) -> str:
    """What is needed to understand a fault, line by line; no music, but notices may name files and devices."""
    return "\n".join(_lines(snapshot))


def _lines(snapshot: Snapshot | None) -> Iterator[str]:
    yield f"livemusic {version_of('livemusic')}"
    yield f"Python {sys.version.split()[0]}, {platform.platform()}"
    yield f"Qt {qVersion()}, {QGuiApplication.platformName()}"
    for screen in QGuiApplication.screens():
        size = screen.size()
        yield f"screen {size.width()}x{size.height()} at {screen.devicePixelRatio():g}x"
    for package in _PACKAGES:
        yield f"{package} {version_of(package)}"
    if snapshot is None:
        yield "engine: not connected"
        return
    plugs = {"source": snapshot.source, "MIDI out": snapshot.midi_out, "MIDI in": snapshot.midi_in}
    for name, plug in (plugs | {"sound": snapshot.sound}).items():
        yield f"{name}: {plug.state}{f' ({plug.detail})' if plug.detail else ''}"
    health, transport = snapshot.health, snapshot.transport
    yield f"tempo: {transport.bpm:.2f} bpm, {transport.lead}, {'playing' if transport.playing else 'stopped'}"
    yield (
        f"lateness: p50 {health.late_p50_ms:.2f} ms, p95 {health.late_p95_ms:.2f} ms, p99 {health.late_p99_ms:.2f} ms, "
        f"worst {health.late_max_ms:.2f} ms"
    )
    yield (
        f"listening step {health.hop_ms:.2f} ms, new pattern {health.morph_ms:.2f} ms, overflows {health.overflows}, "
        f"dropouts {health.xruns}, skipped {health.dropped}"
    )
    yield f"engine: CPU {health.cpu_percent:.1f} %, {health.memory_mb:.0f} MB"
    for notice in snapshot.notices:
        yield f"notice: {notice.text}"


class AboutDialog(QDialog):
    """Version, licence and diagnostics; `show_state` keeps them fresh."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About livemusic")
        self.text = QLabel(_TEXT.format(version=version_of("livemusic")), self)
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.text.setAccessibleName("About livemusic")
        self.details = QPlainTextEdit(self)
        self.details.setReadOnly(True)
        self.details.setAccessibleName("Diagnostics")
        self.copy = button("Copy diagnostics", "Copy it for a bug report; notices in it may name your files", self)
        self.shut = button("Close", "Close [Esc]", self)
        row, column = QHBoxLayout(), QVBoxLayout(self)
        row.addWidget(self.copy)
        row.addStretch(1)
        row.addWidget(self.shut)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(12)
        column.addWidget(self.text)
        column.addWidget(self.details, 1)
        column.addLayout(row)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.details.toPlainText()))
        self.shut.clicked.connect(self.close)
        self.resize(560, 480)
        self.tell(None)

    def tell(self, snapshot: Snapshot | None) -> None:
        """Take down how things are now."""
        self.details.setPlainText(diagnostics(snapshot))
