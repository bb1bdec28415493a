"""The stage: the path alone on a screen, moving with the music, for a projector or a second screen."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QSettings, QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QScreen
from PySide6.QtWidgets import QWidget

from livemusic.engine.messages import SetShow
from livemusic.engine.request import Request
from livemusic.errors import DeviceError
from livemusic.music.tempo import Seconds
from livemusic.session.show import Show
from livemusic.ui.views.camera import Camera
from livemusic.ui.views.motion import Motion
from livemusic.ui.views.path_painter import PathPainter, Style
from livemusic.ui.views.sight import Sight
from livemusic.ui.views.spiral_painter import SpiralMoment, SpiralPainter, first_view
from livemusic.ui.views.themes import theme_of

_SCREEN = "stage screen"


class Stage(QWidget):
    """Shows a `Sight` without a frame, a cursor or words, over all of its screen. `left`: Esc was pressed, or it was
    closed. `pressed` and `released` are keys that are not its own. `painted`: a picture was.
    """

    left = Signal()
    painted = Signal()

    def __init__(
        self,
        sight: Sight,
        pressed: Callable[[QKeyEvent], object] = lambda event: None,
        released: Callable[[QKeyEvent], object] = lambda event: None,
    ) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.camera = Camera()
        self.spiral: Callable[[], SpiralMoment] = SpiralMoment
        self._sight, self._pressed, self._released = sight, pressed, released
        self._motion = Motion()
        self._show = Show()
        self._painter: PathPainter | None = None
        self._harmony: SpiralPainter | None = None
        self._now: Seconds | None = None
        self.setWindowTitle("livemusic stage")
        self.setAccessibleName("Stage")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setCursor(Qt.CursorShape.BlankCursor)

    def show_on(self, screen: QScreen) -> None:
        """Fill `screen`."""
        self.setScreen(screen)
        self.setGeometry(screen.geometry())
        self.showFullScreen()

    def show_style(self, show: Show) -> None:
        """How it is to look from now on."""
        if show != self._show:
            self._show, self._painter, self._harmony = show, None, None
            self._motion.amount = show.motion

    def advance(self, now: Seconds, beat: float | None, beats_in_bar: int) -> None:
        """One frame: `beat` is the song position, None where the drums stand."""
        elapsed = 0.0 if self._now is None else max(now - self._now, 0.0)
        extent = self._sight.extent()
        label = self._sight.label_at(self._sight.now_at)
        self._motion.advance(now, beat, beats_in_bar, label)
        framed = Camera(extent=extent) if self._now is None else self.camera.settling(extent, elapsed)
        self.camera = self._motion.applied(framed)
        self._now = now
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._painter is None:
            self._painter = PathPainter(Style.stage(self._show, self.height()))
        self._painter.show_sections(self._sight.sections)
        show, now = self._show, self._now or 0.0
        moment = self._sight.moment(now, show.hits, show.colour == "section", show.text)
        painter = QPainter(self)
        beside = self.width() // 3 if show.harmony else 0
        camera = replace(self.camera, side_room=float(beside))
        self._painter.paint(painter, self.size(), self._sight.trail, camera, moment, self._sight.other)
        if show.harmony:
            self._lay_spiral(painter, QSize(beside, self.height()))
        painter.end()
        self.painted.emit()

    def _lay_spiral(self, painter: QPainter, third: QSize) -> None:
        """The harmony on the right, beside the path."""
        if self._harmony is None:
            self._harmony = SpiralPainter(theme_of(self._show.theme))
        moment = self.spiral()
        painter.translate(self.width() - third.width(), 0)
        self._harmony.lay(painter, third, first_view(moment.middle), moment)

    def resizeEvent(self, event: object) -> None:
        self._painter = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            self._pressed(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        self._released(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.left.emit()
        super().closeEvent(event)


class StageHand(QObject):
    """Sets up the stage and strikes it, as the engine says; on the screen that was chosen last, or on another one than
    `window`'s. `keys` are what can be pressed there, too; `spiral` tells the harmony that is shown there;
    `changed`: it is there, or no longer.
    """

    changed = Signal(bool)

    def __init__(self, window: QWidget, sight: Sight, settings: QSettings, send: Callable[[Request], None]) -> None:
        super().__init__(window)
        self.stage: Stage | None = None
        self.keys: tuple[QAction, ...] = ()
        self.spiral: Callable[[], SpiralMoment] = SpiralMoment
        self.pressed: Callable[[QKeyEvent], object] = lambda event: None
        self.released: Callable[[QKeyEvent], object] = lambda event: None
        self._window, self._sight, self._settings, self._send = window, sight, settings, send
        self._leaving = False

    @property
    def screen(self) -> QScreen:
        """Where it is, or would be."""
        screens, kept = QGuiApplication.screens(), str(self._settings.value(_SCREEN) or "")
        for screen in screens:
            if screen.name() == kept:
                return screen
        return next((screen for screen in screens if screen is not self._window.screen()), screens[0])

    def choose(self, screen: QScreen) -> None:
        """Have it on `screen` from now on."""
        self._settings.setValue(_SCREEN, screen.name())
        if self.stage is not None:
            self.stage.show_on(screen)

    def show_state(self, show: Show) -> None:
        """What the engine says."""
        if not show.stage:
            self._leaving = False
            self.strike()
        elif self.stage is None and not self._leaving:
            self._set_up(show)
        if self.stage is not None:
            self.stage.show_style(show)

    def leave(self) -> None:
        """Esc, or the window manager, closes it: at once, even where no engine hears of it."""
        if self.stage is not None:
            self._leaving = True
            self._send(SetShow(stage=False))
            self.strike()

    def strike(self) -> None:
        """Take it away."""
        stage, self.stage = self.stage, None
        if stage is not None:
            stage.left.disconnect(self.leave)
            stage.setUpdatesEnabled(False)  # nothing is painted on what is no longer there
            stage.close()
            stage.deleteLater()
            self.changed.emit(False)

    def _set_up(self, show: Show) -> None:
        self.stage = Stage(self._sight, self.pressed, self.released)
        self.stage.addActions(list(self.keys))
        self.stage.spiral = self.spiral
        self.stage.left.connect(self.leave)
        self.stage.show_style(show)
        self.stage.show_on(self.screen)
        self.changed.emit(True)


def find_screen(wanted: str) -> QScreen:
    """The screen of that number, from 1, or of that name; `DeviceError` where there is none."""
    screens = QGuiApplication.screens()
    for number, screen in enumerate(screens, 1):
        if wanted in (str(number), screen.name()):
            return screen
    known = ", ".join(f"{number} ({screen.name()})" for number, screen in enumerate(screens, 1))
    raise DeviceError(f"There is no screen {wanted!r} for the stage here. There is {known}.")
