"""The window: what is seen and touched, put together; all it knows comes through the bridge."""

import signal
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import msgspec
from PySide6.QtCore import QEvent, QSettings, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QFileDialog, QHBoxLayout, QMainWindow, QSplitter, QVBoxLayout, QWidget

from livemusic.engine.messages import (
    Apply,
    Capture,
    Export,
    MovePad,
    Panic,
    Play,
    Resume,
    SetFollow,
    SetLaunch,
    Stop,
)
from livemusic.engine.snapshot import Snapshot
from livemusic.errors import LiveMusicError
from livemusic.music.tempo import MAX_BPM, MIN_BPM, Seconds
from livemusic.session.preset import LAUNCHES
from livemusic.session.settings import Session
from livemusic.ui import theme
from livemusic.ui.bridge import Bridge, Connect, Stretch
from livemusic.ui.choices import ChoiceFinder, ListChoices
from livemusic.ui.outgoing import drag_playing, file_name, write_playing
from livemusic.ui.panels.corners import CornersPanel
from livemusic.ui.panels.health import HealthBar
from livemusic.ui.panels.help import HelpSheet
from livemusic.ui.panels.sources import SourcesPanel
from livemusic.ui.panels.toast import Toast
from livemusic.ui.panels.transport import TransportPanel
from livemusic.ui.picture import picture
from livemusic.ui.playhead import tick_at
from livemusic.ui.views.grid import PatternGrid
from livemusic.ui.views.meter import LevelMeter
from livemusic.ui.views.pad import MorphPad
from livemusic.ui.views.path_painter import Marker
from livemusic.ui.views.trajectory import TrajectoryView

__all__ = ["Window", "picture", "run"]

_FRAME_MS, _PULSE_MS, _LAST_BARS = 16, 250, 8
_SIZE, _OF_SCREEN = QSize(1600, 1000), 0.94  # the rest is for its frame
_AUDIO_FILES = "Audio files (*.wav *.flac *.ogg *.mp3 *.aif *.aiff *.opus);;All files (*)"


class Window(QMainWindow):
    """One window for all of it. `step` is one frame: fetch, move, repaint what changed; nothing while hidden."""

    def __init__(self, bridge: Bridge, list_choices: ListChoices, settings: QSettings) -> None:
        super().__init__()
        self.bridge = bridge
        self._settings = settings
        self._finder = ChoiceFinder(list_choices)
        self.leaves = False
        self._snapshot: Snapshot | None = None
        self._session: Session | None = None
        self.trajectory, self.pad, self.grid, self.meter = TrajectoryView(), MorphPad(), PatternGrid(), LevelMeter()
        self.transport, self.corners, self.sources, self.health = (
            TransportPanel(),
            CornersPanel(),
            SourcesPanel(),
            HealthBar(),
        )
        self.toast = Toast(self.trajectory)
        self._compose()
        self.help = HelpSheet(self.centralWidget())
        self._make_menu()
        self._make_shortcuts()
        self._connect()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(lambda: self.step(perf_counter()))
        self._greet_connection(False, "Looking for the engine…")

    def _compose(self) -> None:
        self.setWindowTitle("livemusic")
        self.setMinimumSize(960, 600)
        self.setAcceptDrops(True)
        side = QWidget()
        side.setProperty("card", True)
        column = QVBoxLayout(side)
        column.setContentsMargins(12, 6, 12, 10)
        column.setSpacing(theme.GAP)
        column.addWidget(self.pad, 1)
        for widget in (self.corners, self.sources, self.meter):
            column.addWidget(widget)
        side.setMinimumWidth(300)
        self._left = _splitter(Qt.Orientation.Vertical, (self.trajectory, self.grid), (640, 260), (3, 1))
        self._across = _splitter(Qt.Orientation.Horizontal, (self._left, side), (1180, 400), (3, 1))
        top = QWidget()
        top.setProperty("card", True)
        row = QHBoxLayout(top)
        row.setContentsMargins(8, 6, 12, 6)
        row.addWidget(self.transport)
        page = QWidget()
        page.setObjectName("page")
        layout = QVBoxLayout(page)
        layout.setContentsMargins(theme.GAP, 4, theme.GAP, 2)
        layout.setSpacing(8)
        layout.addWidget(top)
        layout.addWidget(self._across, 1)
        layout.addWidget(self.health)
        self.setCentralWidget(page)
        self.resize(_SIZE.boundedTo(self.screen().availableSize() * _OF_SCREEN))
        if geometry := self._settings.value("geometry"):
            self.restoreGeometry(geometry)
        for name, splitter in (("left", self._left), ("across", self._across)):
            if state := self._settings.value(name):
                splitter.restoreState(state)

    def _make_menu(self) -> None:
        file, view, about = (self.menuBar().addMenu(name) for name in ("&File", "&View", "&Help"))
        self._act(file.addAction("Open audio…"), "Ctrl+O", self.choose_file)
        self._act(file.addAction("Save the pattern as MIDI…"), "Ctrl+E", self.save_pattern)
        self._act(file.addAction("Save the last 8 bars as MIDI…"), "Ctrl+Shift+E", self.save_last_bars)
        file.addSeparator()
        self._act(file.addAction("Close the window, the music goes on"), "Ctrl+W", self.leave)
        self._act(file.addAction("Quit and stop the music"), "Ctrl+Q", self.close)
        turning = view.addAction("Turn slowly")
        turning.setCheckable(True)
        turning.setChecked(self.trajectory.turning)
        self._act(turning, "T", lambda: self.trajectory.set_turning(turning.isChecked()))
        self.trajectory.turning_changed.connect(turning.setChecked)
        self._act(view.addAction("See all of the path"), "Home", self.trajectory.reset)
        self._act(view.addAction("Full screen"), "F11", self._toggle_full_screen)
        self._act(about.addAction("Keys"), "F1", self.help.toggle)

    def _act(self, action: QAction, keys: str, do: Callable[[], object]) -> None:
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda *_: do())

    def _make_shortcuts(self) -> None:
        keys: dict[str, Callable[[], object]] = {
            "Space": self.toggle_play,
            "Esc": self._escape,
            "R": lambda: self.bridge.send(Resume()),
            "L": self._toggle_launch,
            "F": self._toggle_follow,
            "+": lambda: self._nudge_tempo(1.0),
            "=": lambda: self._nudge_tempo(1.0),
            "-": lambda: self._nudge_tempo(-1.0),
        }
        keys |= {str(corner + 1): lambda corner=corner: self.bridge.send(Capture(corner)) for corner in range(4)}
        for key, do in keys.items():
            QShortcut(QKeySequence(key), self, do)

    def _connect(self) -> None:
        send = self.bridge.send
        self.transport.asked.connect(send)
        self.corners.asked.connect(send)
        self.pad.moved.connect(lambda x, y: send(MovePad(x, y)))
        self.grid.dragged.connect(self._drag_pattern)
        self.sources.asked.connect(self.apply)
        self.sources.file_wanted.connect(self.choose_file)
        self.sources.opened.connect(self._finder.look)
        self.bridge.arrived.connect(self._show)
        self.bridge.session_changed.connect(self._show_session)
        self.bridge.path_grew.connect(self._grow)
        self.bridge.told.connect(self.toast.say)
        self.bridge.connection_changed.connect(self._greet_connection)

    # What the engine says.

    def step(self, now: Seconds) -> None:
        """One frame at `now` (`time.perf_counter`)."""
        self.bridge.poll()
        if (choices := self._finder.take()) is not None:
            self.sources.show_choices(choices)
        if self._snapshot is not None:
            transport = self._snapshot.transport
            tick = tick_at(self._snapshot, now)
            self.transport.show_state(self._snapshot, tick)
            self.grid.show_playhead(tick, transport.bpm, transport.playing)
        self.trajectory.advance(now)

    def _show(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        listen, now = snapshot.listen, perf_counter()
        self.pad.show_place(listen.pad, listen.weights, listen.follow, now)
        names = self._corner_names()
        self.pad.show_corners(names, tuple(anchor is not None for anchor in listen.anchors))
        self.corners.show_state(listen)
        self.grid.show_pattern(snapshot.transport.grid, snapshot.transport.meter)
        self.meter.show_level(listen.peak_db, listen.rms_db, listen.silent, now)
        self.health.show_state(snapshot, now)
        self.sources.settle(snapshot.busy, now)
        markers = tuple(
            Marker(name, (anchor[0], anchor[1], anchor[2]), weight)
            for name, anchor, weight in zip(names, listen.anchors, listen.weights, strict=False)
            if anchor is not None and len(anchor) == 3
        )
        glow = min(max((listen.rms_db + 54.0) / 48.0, 0.15), 1.0)
        self.trajectory.show_markers(markers, glow, _hint(snapshot))

    def _show_session(self, session: Session) -> None:
        self._session = session
        self.sources.show_session(session)

    def _grow(self, stretch: Stretch) -> None:
        self.trajectory.extend(stretch.epoch, stretch.first, stretch.points)

    def _greet_connection(self, connected: bool, sentence: str = "The engine is gone. Reconnecting…") -> None:
        self.health.show_connection(connected)
        self.toast.stand("" if connected else sentence)
        if not connected:
            self._snapshot = None

    def _corner_names(self) -> tuple[str, ...]:
        return tuple(clip.name for clip in self._session.preset.corners) if self._session else ("", "", "", "")

    # What the musician wants.

    def toggle_play(self) -> None:
        """Play from the top, or stop."""
        playing = self._snapshot is not None and self._snapshot.transport.playing
        self.bridge.send(Stop() if playing else Play())

    def apply(self, session: Session) -> None:
        """Ask for `session`; where it keeps the preset, tempo, pad and corners stay as they are now."""
        if self._snapshot is not None and self._session is not None and session.preset is self._session.preset:
            session = msgspec.structs.replace(session, preset=_as_played(session, self._snapshot))
        self.bridge.send(Apply(session))

    def open_file(self, path: Path) -> None:
        """Listen to an audio file."""
        self.sources.ask(source=str(path))

    def choose_file(self) -> None:
        """Ask for an audio file and listen to it."""
        folder = str(self._settings.value("folder") or Path.home())
        name, _ = QFileDialog.getOpenFileName(self, "Listen to an audio file", folder, _AUDIO_FILES)
        if name:
            self._settings.setValue("folder", str(Path(name).parent))
            self.open_file(Path(name))

    def leave(self) -> None:
        """Close the window and let the music go on."""
        self.leaves = True
        self.close()

    def save_pattern(self) -> None:
        """Ask for a name and write the pattern that plays."""
        if (path := self._ask_where_to()) and self._snapshot is not None and self._session is not None:
            self._try(lambda: write_playing(path, self._snapshot, self._session))

    def save_last_bars(self) -> None:
        """Ask for a name and let the engine write what it has just played."""
        if path := self._ask_where_to():
            self.bridge.send(Export(str(path), _LAST_BARS))

    def _drag_pattern(self) -> None:
        if self._snapshot is not None and self._session is not None:
            self._try(lambda: drag_playing(self.grid, self._snapshot, self._session))

    def _ask_where_to(self) -> Path | None:
        if self._snapshot is None or self._session is None:
            return None
        folder = Path(str(self._settings.value("clips") or Path.home()))
        wanted = str(folder / file_name(self._snapshot, self._session))
        name, _ = QFileDialog.getSaveFileName(self, "Save as MIDI", wanted, "MIDI files (*.mid)")
        if not name:
            return None
        self._settings.setValue("clips", str(Path(name).parent))
        return Path(name) if name.lower().endswith(".mid") else Path(f"{name}.mid")

    def _try(self, do: Callable[[], None]) -> None:
        try:
            do()
        except LiveMusicError as problem:
            self.toast.say(str(problem))

    def _escape(self) -> None:
        self.help.hide()
        self.bridge.send(Panic())

    def _toggle_launch(self) -> None:
        launch = self._snapshot.listen.launch if self._snapshot is not None else LAUNCHES[-1]
        self.bridge.send(SetLaunch(LAUNCHES[(LAUNCHES.index(launch) + 1) % len(LAUNCHES)]))

    def _toggle_follow(self) -> None:
        following = self._snapshot is not None and self._snapshot.listen.follow
        self.bridge.send(SetFollow(not following))

    def _nudge_tempo(self, bpm: float) -> None:
        if self._snapshot is not None:
            self.transport.tempo.setValue(min(max(self.transport.tempo.value() + bpm, MIN_BPM), MAX_BPM))

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    # What Qt says.

    def showEvent(self, event: QEvent) -> None:
        super().showEvent(event)
        self._finder.look()
        self.pad.setFocus()
        self._timer.start()

    def hideEvent(self, event: QEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.WindowStateChange:
            if self.isMinimized():
                self._timer.stop()
            elif self.isVisible():
                self._timer.start()
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._timer.stop()
        self._settings.setValue("geometry", self.saveGeometry())
        self._settings.setValue("left", self._left.saveState())
        self._settings.setValue("across", self._across.saveState())
        self.bridge.close()
        self._finder.close()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.open_file(Path(files[0]))


def run(connect: Connect, list_choices: ListChoices) -> bool:
    """Show the window until it is closed, or until Ctrl-C or a termination signal closes it.

    `connect` reaches the engine; `list_choices` names what is plugged in. True if the music is to go on without it.
    """
    app = QApplication.instance() or QApplication(["livemusic"])
    app.setApplicationName("livemusic")
    app.setStyle("Fusion")
    app.setFont(theme.font())
    app.setStyleSheet(theme.STYLE_SHEET)
    settings = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "livemusic", "window")
    bridge = Bridge(connect)
    window = Window(bridge, list_choices, settings)
    before = {number: signal.signal(number, lambda *_: window.close()) for number in (signal.SIGINT, signal.SIGTERM)}
    pulse = QTimer()  # lets Python see a signal while a minimised window does nothing
    pulse.timeout.connect(lambda: None)
    pulse.start(_PULSE_MS)
    bridge.start()
    window.show()
    try:
        app.exec()
        return window.leaves
    finally:
        pulse.stop()
        for number, handler in before.items():
            signal.signal(number, handler)


def _as_played(session: Session, snapshot: Snapshot) -> object:
    listen = snapshot.listen
    return msgspec.structs.replace(
        session.preset,
        bpm=min(max(snapshot.transport.bpm, MIN_BPM), MAX_BPM),
        pad=(min(max(listen.pad[0], 0.0), 1.0), min(max(listen.pad[1], 0.0), 1.0)),
        launch=listen.launch,
        swing=listen.swing,
        follow=listen.follow,
        anchors=listen.anchors,
    )


def _hint(snapshot: Snapshot) -> str:
    source = snapshot.source
    if source.state == "on":
        return "Listening…"
    return source.detail or "Nothing comes in.\nChoose what to listen to, or drop an audio file here."


def _splitter(
    orientation: Qt.Orientation, widgets: tuple[QWidget, ...], sizes: tuple[int, ...], stretch: tuple[int, ...]
) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(8)
    for index, widget in enumerate(widgets):
        splitter.addWidget(widget)
        splitter.setStretchFactor(index, stretch[index])
    splitter.setSizes(list(sizes))
    return splitter
