"""The window: what is seen and touched, put together; all it knows comes through the bridge."""

from time import perf_counter

from PySide6.QtCore import QEvent, QSettings, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent

from livemusic.engine.edits import RenameScene
from livemusic.engine.messages import MovePad, SetShow
from livemusic.engine.snapshot import Snapshot
from livemusic.music.tempo import TICKS_PER_BEAT, Seconds
from livemusic.session.settings import Session
from livemusic.ui.arrangement import Arrangement
from livemusic.ui.assistance import Assistance
from livemusic.ui.bridge import Bridge
from livemusic.ui.choices import ChoiceFinder, ListChoices
from livemusic.ui.commands import Commands, Desk
from livemusic.ui.dialogs import Dialogs
from livemusic.ui.drops import Drops
from livemusic.ui.face import Face
from livemusic.ui.files import Files
from livemusic.ui.fingers import Fingers, press_focused
from livemusic.ui.guard import Guard, Way
from livemusic.ui.lessons import offer_lessons
from livemusic.ui.menus import Do, make_menus
from livemusic.ui.panels.help import HelpSheet
from livemusic.ui.path_desk import PathDesk
from livemusic.ui.playhead import tick_at
from livemusic.ui.room import fit
from livemusic.ui.show_kept import keep_show
from livemusic.ui.stage import StageHand, find_screen
from livemusic.ui.teaching import Teaching

_FRAME_MS = 16
_SIZE, _LEAST = QSize(1600, 1000), QSize(892, 440)
_PATIENCE: Seconds = 3.0
_LOOKING = "Looking for the engine…"
_GONE = "The engine is gone. Reconnecting…"
_STOPPED = (
    "The engine stopped. It is being started again… If you started it yourself with “livemusic engine”, start it there."
)
_SILENT = "The engine does not answer yet… If this lasts, “livemusic doctor” says why."


class Window(Face):
    """One window for all of it. `step` is one frame: fetch, move, repaint what changed; nothing while hidden."""

    def __init__(self, bridge: Bridge, list_choices: ListChoices, settings: QSettings) -> None:
        super().__init__(Desk(bridge.send))
        self.bridge = bridge
        self._settings = settings
        self._finder = ChoiceFinder(list_choices)
        self.commands = Commands(self.desk)
        self._away: tuple[Seconds, str] | None = None
        self._compose()
        self.teaching = Teaching(self.centralWidget(), self.trajectory)
        self.help = HelpSheet(self.centralWidget())
        self.files = Files(self, self.desk, settings)
        self.dialogs = Dialogs(self, self.desk, self._finder.look)
        self.dialogs.shown.connect(lambda: self.guard.covered.touch(perf_counter()))
        self.fingers = Fingers(self.commands.play_drum, self.pattern.erase)
        self.drops = Drops(self, self.pad, self.grid, self.files)
        self.stage_hand = StageHand(self, self.trajectory.sight, settings, bridge.send)
        self.path = PathDesk(self.trajectory, self.stage_hand, settings, bridge.send)
        self.assistance = Assistance(self, settings)
        self.guard = Guard(self, self._ways_out(), lambda: self.commands.press("panic"))
        handlers = self.commands.by_name() | self._own_actions()
        self.menus = make_menus(self, handlers, self.dialogs.open_sketchbook, self.teaching, self.stage_hand)
        self.guard.lock(self.menus.by_action)
        self.stage_hand.keys, self.stage_hand.spiral = self.menus.stage_keys, lambda: self.harmony.view.moment
        self.stage_hand.pressed, self.stage_hand.released = self.fingers.press, self.fingers.release
        self._connect()
        offer_lessons(self, self.teaching, self.arrangement.offer_dials)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(lambda: self.step(perf_counter()))
        self._lose_engine(_LOOKING)

    def _compose(self) -> None:
        self.setWindowTitle("livemusic")
        self.arrangement = Arrangement(self)
        fit(self, _SIZE, _LEAST)
        if geometry := self._settings.value("geometry"):
            self.restoreGeometry(geometry)
        self.arrangement.restore(self._settings)

    def _connect(self) -> None:
        send, bridge = self.bridge.send, self.bridge
        for speaker in (
            self.transport,
            self.corners,
            self.pattern,
            self.editor,
            self.scenes,
            self.sources,
            self.sections,
            self.renames,
            self.teaching,
            self.review,
            self.heard,
            self.perform,
            self.mixer,
            self.output,
        ):
            speaker.asked.connect(send)
        self.pad.moved.connect(lambda x, y: send(MovePad(x, y)))
        self.grid.dragged.connect(lambda: self.files.drag_pattern(self.grid, self.editor.clip))
        self.grid.struck.connect(self.commands.play_drum)
        self.pattern.quantised.connect(lambda strength: self.sources.ask(quantise=strength))
        self.scenes.renamed.connect(lambda number, name: send(RenameScene(number, name)))
        self.sources.file_wanted.connect(self.files.choose_audio)
        self.sources.opened.connect(self._finder.look)
        self.files.audio_chosen.connect(lambda path: self.sources.ask(source=path))
        self.files.audio_chosen.connect(self.timeline.expect)
        self.review.opened.connect(self.files.audio_chosen)
        for speaker in (self.files.said, self.grid.said, self.review.said, self.health.advised, bridge.told):
            speaker.connect(self.toast.say)
        self.trajectory.colour_wanted.connect(lambda colour: send(SetShow(colour=colour)))
        self.stage_hand.changed.connect(self._share_frames)
        for part in (self.transport, self.scenes, self.teaching):
            self.guard.lock_changed.connect(part.show_locked)
        bridge.arrived.connect(self._show)
        bridge.session_changed.connect(self._show_session)
        bridge.path_grew.connect(self.path.grow)
        bridge.drums_grew.connect(self.timeline.grow_hits)
        bridge.plugins_arrived.connect(self.dialogs.show_plugins)
        bridge.studio_arrived.connect(self.dialogs.show_studio)
        bridge.connection_changed.connect(self._greet_connection)

    def _ways_out(self) -> tuple[Way, ...]:
        """What Esc ends before it is panic: teaching, the sheet of keys, the tour."""
        return (
            (lambda: bool(self.teaching.learning), self.teaching.cancel),
            (self.help.isVisible, self.help.hide),
            (self.assistance.tour.isVisible, self.assistance.tour.end),
        )

    def _own_actions(self) -> dict[str, Do]:
        """What the actions do that are the window's own."""
        files, dialogs, path = self.files, self.dialogs, self.trajectory
        return {
            "panic": lambda _: self.guard.escape(),
            "scene": self.scenes.go,
            "store scene": self.scenes.store,
            "open audio": lambda _: files.choose_audio(),
            "save preset": lambda _: files.save_preset(),
            "save preset as": lambda _: files.save_preset_as(),
            "import": lambda _: files.choose_import(),
            "match file": lambda _: files.choose_hit(),
            "choose map": lambda _: files.choose_map(),
            "export everything": lambda _: files.export_everything(),
            "save pattern": lambda _: files.save_pattern(),
            "save last bars": lambda _: files.save_last_bars(),
            "sketchbook": lambda _: dialogs.open_sketchbook(),
            "plugins": lambda _: dialogs.open_rack(),
            "set list": lambda _: dialogs.open_set_list(),
            "mixer": lambda _: self.output.mixer.toggle(),
            "preferences": lambda _: dialogs.open_preferences(),
            "set ramp": lambda _: dialogs.open_ramp(),
            "takes": lambda _: self.review.open_takes(),
            "turn path": lambda _: path.set_turning(not path.turning),
            "reset path": lambda _: path.reset(),
            "save picture": lambda _: self.save_picture(),
            "save film": lambda _: dialogs.open_film(),
            "full screen": lambda _: self.toggle_full_screen(),
            "leave": lambda _: self.leave(),
            "quit": lambda _: self.close(),
            "help": lambda _: self.help.toggle(),
            "manual": lambda _: self.assistance.open_manual(),
            "tour": lambda _: self.assistance.tour.begin(),
            "what is this": lambda _: self.assistance.ask_what_this_is(),
            "about": lambda _: self.assistance.open_about(),
        }

    # What the engine says.

    def step(self, now: Seconds) -> None:
        """One frame at `now` (`time.perf_counter`)."""
        self.bridge.poll()
        self.guard.look(now)
        if (choices := self._finder.take()) is not None:
            self.sources.show_choices(choices)
            self.dialogs.show_choices(choices)
            self.health.show_guidance(choices.guidance)
        if self.desk.snapshot is not None:
            transport = self.desk.snapshot.transport
            tick = tick_at(self.desk.snapshot, now)
            self.transport.show_state(self.desk.snapshot, tick)
            self.editor.show_playhead(tick, transport.bpm, transport.playing)
        elif self._away is not None and now - self._away[0] > _PATIENCE:
            self.toast.stand(_SILENT if self._away[1] == _LOOKING else _STOPPED)
        self.trajectory.sight.hear(self.review.position(now))
        self.teaching.shine(now)
        self.review.advance(now)
        self.heard.advance(now)
        self.trajectory.advance(now)
        self.harmony.advance(now)
        if self.stage_hand.stage is not None:
            playing = self.desk.snapshot if self.desk.snapshot and self.desk.snapshot.transport.playing else None
            beat = tick_at(playing, now) / TICKS_PER_BEAT if playing else None
            self.stage_hand.stage.advance(now, beat, playing.transport.meter[0] if playing else 4)

    def _show(self, snapshot: Snapshot) -> None:
        self.desk.snapshot = snapshot
        listen, surface, now = snapshot.listen, snapshot.surface, perf_counter()
        names = self.desk.corner_names
        self.pad.show_place(listen.pad, listen.weights, listen.follow, now)
        self.pad.show_corners(names, tuple(anchor is not None for anchor in listen.captured))
        self.pad.show_recording(surface.target if surface.record or surface.erase else None)
        self.corners.show_state(listen)
        self.editor.show_state(snapshot, names)
        self.pattern.show_state(snapshot, self.desk.session, names[surface.target])
        if self.desk.session is not None:
            self.scenes.show_state(self.desk.session.preset.scenes, listen)
            self.sections.show_state(snapshot.structure, self.desk.session.preset, self.sources.preset_names)
        self.meter.show_level(listen.peak_db, listen.rms_db, listen.silent, now)
        self.output.show_state(snapshot.mixer, now)
        self.mixer.show_state(snapshot.mixer, now)
        self.grid.show_silent(snapshot.mixer.silent)
        self.health.show_state(snapshot, now)
        self.sources.settle(snapshot.busy, now)
        self.menus.show_state(self.desk.whole or snapshot)
        self.guard.show_state(snapshot)
        self.teaching.show_state(snapshot)
        self.dialogs.show_state(snapshot)
        self.path.show_state(snapshot, self.desk, now)
        self.harmony.show_state(snapshot, self.desk)
        self.review.show_state(snapshot)
        self.heard.show_state(snapshot.heard)
        self.arrangement.show_perform(snapshot.perform)

    def _share_frames(self, staged: bool) -> None:
        """The stage has most of the frames; it needs them also where the window is not seen."""
        self.trajectory.spare = staged
        self._keep_time()

    def _keep_time(self) -> None:
        if self.stage_hand.stage is not None or (self.isVisible() and not self.isMinimized()):
            self._timer.start()
        else:
            self._timer.stop()

    def _show_session(self, session: Session) -> None:
        self.desk.session = session
        self.sources.show_session(session)
        self.corners.show_preset(session.preset)
        self.editor.show_session(session)
        self.teaching.show_session(session)
        self.dialogs.show_session(session)
        self.review.show_session(session)
        self.heard.show_settings(session.settings)
        if not self.sources.lists(session.preset.name):
            self._finder.look()

    def _greet_connection(self, connected: bool) -> None:
        if connected:
            self._away = None
            self.health.show_connection(True)
            self.toast.stand("")
        elif self._away is None:
            self._lose_engine(_GONE)

    def _lose_engine(self, sentence: str) -> None:
        self._away = perf_counter(), sentence
        self.desk.snapshot = None
        self.health.show_connection(False)
        self.toast.stand(sentence)
        self.teaching.lose()

    # What the musician wants.

    @property
    def leaves(self) -> bool:
        """Whether the music goes on without the window."""
        return self.guard.leaves

    def leave(self) -> None:
        """Close the window and let the music go on."""
        self.guard.leaves = True
        self.close()

    def set_stage(self, screen: str) -> None:
        """Have the stage on the screen of that number or name, once the engine is there; `DeviceError` where there is
        no such screen.
        """
        self.stage_hand.choose(find_screen(screen))
        self.path.stage_wanted = True

    def save_picture(self) -> None:
        """Ask for a file name and draw the path there."""
        if (path := self.files.ask_picture()) is not None:
            self.toast.say(self.path.save_picture(path))

    def toggle_full_screen(self) -> None:
        """Fill the screen, or be a window again."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    # What Qt says.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.fingers.press(event) and not press_focused(self.focusWidget(), event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self.fingers.release(event):
            super().keyReleaseEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrangement.make_room()

    def showEvent(self, event: QEvent) -> None:
        super().showEvent(event)
        self._finder.look()
        self.pad.setFocus()
        self._keep_time()

    def hideEvent(self, event: QEvent) -> None:
        super().hideEvent(event)
        self._keep_time()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.WindowStateChange:
            self._keep_time()
        elif event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.fingers.lift()
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.guard.may_close():
            event.ignore()
            return
        self.stage_hand.leave()
        self._timer.stop()
        if self.desk.snapshot is not None:
            keep_show(self._settings, self.desk.snapshot.surface.show)
        self._settings.setValue("geometry", self.saveGeometry())
        self.arrangement.keep(self._settings)
        self.bridge.close()
        self._finder.close()
        self.review.close()
        super().closeEvent(event)
