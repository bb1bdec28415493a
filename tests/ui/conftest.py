"""An application, and a stand-in for the engine: it serves a made-up song and remembers what it was asked."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEvent, QSettings
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QMessageBox

from livemusic.engine.edits import (
    Apply,
    CarrySection,
    Configure,
    FollowSections,
    NameSection,
    SetCorner,
    StoreScene,
)
from livemusic.engine.messages import (
    Capture,
    ClearAnchors,
    Hold,
    LaunchScene,
    Learn,
    Look,
    LookPlugins,
    MovePad,
    Play,
    Resume,
    SetErase,
    SetFollow,
    SetLaunch,
    SetRecord,
    SetSwing,
    SetTempo,
    Stop,
)
from livemusic.engine.pattern_edits import EditPattern, SelectCorner
from livemusic.engine.playback import LoopSong, PlaySong, RecordTake, SeekSong, SetSongVolume
from livemusic.engine.request import Done, Failed, Request
from livemusic.engine.snapshot import (
    AnswerState,
    Health,
    ListenState,
    Notice,
    Plug,
    PluginsState,
    Snapshot,
    SongState,
    StructureState,
    SurfaceState,
    TakeState,
    TransportState,
)
from livemusic.errors import EngineError
from livemusic.midi.files import write_pattern
from livemusic.music.grid import Grid
from livemusic.music.tempo import Meter
from livemusic.session.edits import with_preset
from livemusic.session.preset import Clip, Preset
from livemusic.session.settings import Session, Settings
from livemusic.sound.protocol import ChainReport
from livemusic.ui import theme
from livemusic.ui.bridge import Bridge
from livemusic.ui.choices import Choices
from livemusic.ui.sketchbook import SketchbookDialog
from livemusic.ui.views.trajectory import wandering
from livemusic.ui.window import Window
from tests.ui import files_room
from tests.ui.studio_room import SESSION, Room, snapshot, timer

BEAT = tuple(
    [(step, 0, 112 if step % 16 == 0 else 96, 0) for step in (0, 6, 10, 16, 22, 26, 27)]
    + [(step, 1, 118, 18) for step in (4, 12, 20, 28)]
    + [(step, 1, 38, -20) for step in (7, 9, 23, 31)]
    + [(step, 2, 92 if step % 4 == 0 else 60, 12 if step % 4 else 0) for step in range(0, 31, 2)]
    + [(30, 3, 90, 10), (29, 5, 70, 0), (31, 4, 84, 0), (0, 7, 100, 0), (24, 8, 64, 0)]
)
GRID = Grid.of(BEAT, 32, "Late night")
PRESET = Preset(
    "Late night",
    tuple(Clip.of(GRID, name) for name in ("Half-time", "Four to the floor", "Broken beat", "Brushes")),
    bpm=96.0,
)
OTHER = Preset("Morning", PRESET.corners, bpm=140.0)


class StandIn:
    """A `Link`. `gone = True` makes it fail as an engine that died does."""

    def __init__(self, points: int = 2000, preset: Preset = PRESET, rate: float = 43.07) -> None:
        self.asked: list[Request] = []
        self.gone = False
        self.closed = 0
        self.session = Session(preset, Settings())
        self.epoch = 3
        self.points = wandering(points)
        self.rate = rate
        self.playing = False
        self.tick = 0.0
        self.bpm = preset.bpm
        self.pad = preset.pad
        self.follow = False
        self.launch = "step"
        self.anchors: list[tuple[float, ...] | None] = [None] * 4
        self.notices: tuple[Notice, ...] = ()
        self.grid = GRID.to_bytes()
        self.total = points
        self.refuse: str | None = None
        self.swing = 0.0
        self.meter = (4, 4)
        self.lead: dict[str, Any] = {}
        self.surface = SurfaceState()
        self.midi_out = Plug("virtual", "livemusic", "on", "Other programs see the port as livemusic.")
        self.midi_in = Plug()
        self.undoes = self.redoes = ""
        self.revision = 1
        self.song: SongState | None = None
        self.recorded = TakeState()
        self.structure = StructureState()
        self.answer = AnswerState()

    def ask(self, request: Request) -> Snapshot | PluginsState | Done | Failed:
        if self.gone:
            raise EngineError("The engine does not answer.")
        if isinstance(request, Look):
            return self.snapshot(request)
        if isinstance(request, LookPlugins):
            return PluginsState(ChainReport())
        self.asked.append(request)
        if self.refuse:
            return Failed(self.refuse)
        match request:
            case Play() | Resume():
                self.playing, self.tick, self.started = True, 0.0, perf_counter()
            case Stop():
                self.playing = False
            case SetTempo(bpm):
                self.bpm = bpm
            case MovePad(x, y):
                self.pad, self.follow = (x, y), False
            case SetFollow(on):
                self.follow = on
            case SetLaunch(launch):
                self.launch = launch
            case Capture(corner):
                self.anchors[corner] = tuple(self.points[self.total - 1, 2:].tolist())
            case ClearAnchors():
                self.anchors = [None] * 4
            case Apply(session):
                self.take(session)
            case SelectCorner(corner):
                self.surface = msgspec.structs.replace(self.surface, selected=corner)
            case Configure() | EditPattern() | SetCorner() | NameSection() | CarrySection() | FollowSections():
                self.take(request.made_of(self.session))
            case SetSwing(amount):
                self.swing = amount
            case SetRecord(on):
                self.surface = msgspec.structs.replace(self.surface, record=on)
            case SetErase(on):
                self.surface = msgspec.structs.replace(self.surface, erase=on)
            case Learn(target):
                self.surface = msgspec.structs.replace(self.surface, learning=target)
            case Hold(on):
                self.lead = {**self.lead, "held": on}
            case StoreScene():
                self.take(request.made_of(with_preset(self.session, pad=self.pad, swing=self.swing)))
            case PlaySong() | SeekSong() | LoopSong() | SetSongVolume() if self.song is not None:
                self.move(request)
            case RecordTake(on):
                self.recorded = TakeState(on, 0.0, "" if on else self.recorded.folder)
            case LaunchScene(number):
                scene = self.session.preset.scenes[number]
                self.pad, self.swing = scene.pad, scene.swing
        return Done()

    def move(self, request: PlaySong | SeekSong | LoopSong | SetSongVolume) -> None:
        """The song does as it is told; it stands still by itself."""
        match request:
            case PlaySong(on):
                change = {"playing": on}
            case SeekSong(seconds):
                change = {"position": seconds}
            case LoopSong(begin, end):
                change = {"loop": None if begin is None else (begin, end)}
            case SetSongVolume(db):
                change = {"volume_db": db}
        self.song = msgspec.structs.replace(self.song, **change)

    def take(self, session: Session) -> None:
        """The session is another one from now on."""
        self.session = session
        self.revision += 1

    def close(self) -> None:
        self.closed += 1

    def snapshot(self, look: Look) -> Snapshot:
        now = perf_counter()
        first = look.points if look.epoch == self.epoch else 0
        x, y = self.pad
        weights = ((1 - x) * y, x * y, (1 - x) * (1 - y), x * (1 - y))
        tick = (now - self.started) * self.bpm * 16 if self.playing else self.tick
        rms = -18 + 4 * np.sin(now * 2.0) + 3 * np.sin(now * 7.1)
        return Snapshot(
            now,
            self.revision,
            TransportState(self.playing, tick, self.bpm, self.meter, self.grid, 120, **self.lead),
            ListenState(
                float(rms + 9), float(rms), False, 0.0, self.epoch, first, self.total,
                self.points[first : self.total].tobytes(), dim=3,
                pad=self.pad, weights=weights, follow=self.follow, launch=self.launch, anchors=tuple(self.anchors),
                swing=self.swing,
            ),
            Plug("demo", "Demo song", "on", "The demo song plays."),
            self.midi_out,
            Plug("default", "", "lost", "No sound device was found; the notes still go out."),
            Health(0.05, 0.2, 0.31, 0.8, 0.42, 1.9, 0, 0, 0, 0.0, 7.5, 212.0),
            self.midi_in,
            self.surface,
            self.undoes,
            self.redoes,
            self.session if look.revision != self.revision else None,
            self.notices,
            song=self.song,
            take=self.recorded,
            structure=self.structure,
            answer=self.answer,
        )  # fmt: skip


@pytest.fixture
def link() -> StandIn:
    return StandIn()


@pytest.fixture
def until(app: QApplication) -> Callable[[Callable[[], object]], None]:
    """Lets Qt and the threads work until something is so; fails after ten seconds."""

    def wait(so: Callable[[], object]) -> None:
        deadline = QDeadlineTimer(10_000)
        while not so():
            assert not deadline.hasExpired(), "it never happened"
            app.processEvents()

    return wait


@pytest.fixture
def window(app: QApplication, link: StandIn, tmp_path: Path, until: Callable) -> Iterator[Window]:
    """A window that has met its engine; its clock stands still: call `step`."""
    bridge = Bridge(lambda: link)
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    choices = Choices(("USB mic",), ("Synth in",), ("Headphones",), (PRESET, OTHER))
    window = Window(bridge, lambda: choices, settings)
    window.resize(1280, 800)
    bridge.start()
    window.show()
    until(lambda: window.sources.preset.count() == 2 and len(window.trajectory.trail) == link.total)
    yield window
    window.guard.forced = True
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def dialog(app: QApplication) -> Iterator[SketchbookDialog]:
    app.setStyle("Fusion")
    app.setFont(theme.font())
    app.setStyleSheet(theme.STYLE_SHEET)
    dialog = SketchbookDialog()
    yield dialog
    dialog.close()
    dialog.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    app.setStyleSheet("")


@pytest.fixture
def room(dialog: SketchbookDialog) -> Room:
    """A studio that is there, and the window on it."""
    room = Room(dialog)
    dialog.show_session(SESSION)
    dialog.show_state(snapshot())
    dialog.show()
    timer(dialog).stop()  # the test says when it looks
    QApplication.processEvents()
    return room


@pytest.fixture
def ready(window, until):
    until(lambda: window.desk.known is not None)
    return window


@pytest.fixture
def answers(monkeypatch):
    """What the musician answers; what was asked is kept."""
    no = QMessageBox.StandardButton.No
    given = {"name": ("", False), "sure": no, "save": "", "open": "", "corner": None, "asked": []}

    def ask(kind, answer):
        def asked(*words):
            given["asked"].append((kind, words))
            return answer()

        return asked

    monkeypatch.setattr(QInputDialog, "getText", ask("name", lambda: given["name"]))
    monkeypatch.setattr(QMessageBox, "question", ask("sure", lambda: given["sure"]))

    def choose(parent, title, question, items, current, editable):
        given["asked"].append(("corner", (question, items, current)))
        return (items[current if given["corner"] is None else given["corner"]], given["corner"] != -1)

    monkeypatch.setattr(QInputDialog, "getItem", choose)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask("save", lambda: (given["save"], "")))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", ask("open", lambda: (given["open"], "")))
    return given


@pytest.fixture
def groove(tmp_path: Path) -> Path:
    path = tmp_path / "Grüße.mid"
    write_pattern(path, files_room.BEAT.to_pattern(), 100.0, Meter())
    return path
