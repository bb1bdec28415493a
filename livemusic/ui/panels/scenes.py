"""Eight places on the pad with their swing, each a press away: a set's verse, chorus and break."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QSizePolicy, QWidget

from livemusic.engine.actions import BY_NAME
from livemusic.engine.edits import StoreScene
from livemusic.engine.messages import LaunchScene
from livemusic.engine.snapshot import ListenState
from livemusic.session.preset import SCENE_NAMES, SCENES, Scene
from livemusic.ui import theme
from livemusic.ui.panels.naming import ask_name

KEYS = BY_NAME["scene"].keys
_NEAR = 0.006
_HEIGHT, _LOW_HEIGHT = 38, 30
#: From this width on there is room for the small pad beside the name, in pixels.
_ROOMY = 96


class SceneButton(QAbstractButton):
    """One place: its name, and a small pad with a dot where it is; dashed while it is free."""

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number = number
        self.shifted = False
        self._scene: Scene | None = None
        self._here = self._waits = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        self._tell()

    @property
    def scene(self) -> Scene | None:
        """What is kept here."""
        return self._scene

    @property
    def here(self) -> bool:
        """Whether the music is at this scene."""
        return self._here

    def show_scene(self, scene: Scene | None, here: bool, waits: bool) -> None:
        """What is kept, whether the music is there, and whether it will be from the next bar on."""
        if (scene, here, waits) != (self._scene, self._here, self._waits):
            self._scene, self._here, self._waits = scene, here, waits
            self._tell()
            self.update()

    def _tell(self) -> None:
        key, name = KEYS[self.number], f"Scene {SCENE_NAMES[self.number]}"
        if self._scene is None:
            self.setAccessibleName(f"{name}, free")
            self.setToolTip(f"{name} is empty. Click: store the pad and the swing [Shift+{key}]")
        else:
            self.setAccessibleName(f"Scene {self._scene.name}")
            self.setToolTip(
                f"Go to {self._scene.name} at the next bar [{key}]\n"
                f"Shift+click: store the pad and the swing here [Shift+{key}]\n"
                "Right click: rename, clear, learn"
            )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        super().mousePressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(84, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        ink, edge, ground = theme.TEXT, theme.LINE, theme.RAISED
        if self._scene is None:
            ink, ground = theme.FAINT, theme.BACKGROUND
        if self._here:
            ink, edge, ground = theme.ACCENT, theme.ACCENT, theme.CHOSEN
        if self.hasFocus():
            edge = theme.TEXT
        elif self._waits:
            edge = theme.ACCENT
        elif self.underMouse():
            edge = theme.FAINT
        dashed = self._scene is None or self._waits
        painter.setPen(QPen(theme.colour(edge), 1.4, Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine))
        painter.setBrush(theme.colour(theme.LINE if self.isDown() else ground))
        painter.drawRoundedRect(body, 8, 8)
        words = body.adjusted(4, 0, -4, 0)
        if self._scene is not None and body.width() > _ROOMY:
            pad = QRectF(body.left() + 9, body.center().y() - 8.5, 17, 17)
            words.setLeft(pad.right() + 8)
            self._draw_place(painter, pad, ink)
        painter.setFont(theme.font(16, theme.QFont.Weight.DemiBold))
        painter.setPen(theme.colour(ink))
        text = self._scene.name if self._scene is not None else f"+ {SCENE_NAMES[self.number]}"
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(words.width()))
        centred = self._scene is None or body.width() <= _ROOMY
        side = Qt.AlignmentFlag.AlignHCenter if centred else Qt.AlignmentFlag.AlignLeft
        painter.drawText(words, side | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()

    def _draw_place(self, painter: QPainter, pad: QRectF, ink: str) -> None:
        painter.setPen(QPen(theme.colour(theme.FAINT), 1))
        painter.setBrush(theme.colour(theme.BACKGROUND))
        painter.drawRoundedRect(pad, 3, 3)
        x, y = self._scene.pad
        inner = pad.adjusted(3.5, 3.5, -3.5, -3.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(ink))
        painter.drawEllipse(QPointF(inner.left() + x * inner.width(), inner.bottom() - y * inner.height()), 2.6, 2.6)


class ScenesPanel(QWidget):
    """A row of scenes: a click launches, a free place or Shift keeps what is; `asked` carries the requests.

    `renamed` is emitted with a number and a new name.
    """

    asked = Signal(object)
    renamed = Signal(int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Scenes")
        self._waiting: int | None = None
        self._locked = False
        self.buttons = tuple(SceneButton(number, self) for number in range(SCENES))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for button in self.buttons:
            row.addWidget(button, 1)
            button.clicked.connect(lambda _, button=button: self._clicked(button))

    def _clicked(self, button: SceneButton) -> None:
        shifted, button.shifted = button.shifted, False
        if shifted:
            self.store(button.number)
        else:
            self.go(button.number)

    def make_room(self, scarce: bool) -> None:
        """Where room is scarce all are lower."""
        for button in self.buttons:
            button.setFixedHeight(_LOW_HEIGHT if scarce else _HEIGHT)

    def go(self, number: int) -> None:
        """Launch a scene; where the place is free, keep what plays now."""
        if self.buttons[number].scene is None:
            self.store(number)
        else:
            self._waiting = number
            self.asked.emit(LaunchScene(number))

    def show_locked(self, on: bool) -> None:
        """While locked, scenes are launched and nothing is stored."""
        self._locked = on

    def store(self, number: int) -> None:
        """Keep the pad and the swing as they are now, under the name that is there."""
        if self._locked:
            return
        self.asked.emit(StoreScene(number))

    def show_state(self, scenes: tuple[Scene | None, ...], listen: ListenState) -> None:
        """What is kept, and where the music is."""
        for number, button in enumerate(self.buttons):
            scene = scenes[number] if number < len(scenes) else None
            here = scene is not None and not listen.follow and _is_at(scene, listen)
            if self._waiting == number and (here or scene is None):
                self._waiting = None
            button.show_scene(scene, here, self._waiting == number)

    def fill_menu(self, menu: QMenu, number: int) -> None:
        """What can be done with a place."""
        scene = self.buttons[number].scene
        menu.addAction("Store scene here").triggered.connect(lambda *_: self.store(number))
        if scene is not None:
            menu.addAction("Rename…").triggered.connect(lambda *_: self._rename(number, scene.name))
            menu.addAction("Clear").triggered.connect(lambda *_: self.asked.emit(StoreScene(number, "")))

    def offer_names(self, menu: QMenu) -> None:
        """Put into a menu of another place that each scene that is kept can be renamed."""
        for button in self.buttons:
            if button.scene is not None:
                number, name = button.number, button.scene.name
                entry = menu.addAction(f"Scene {number + 1}, {name.replace('&', '&&')}…")
                entry.triggered.connect(lambda *_, number=number, name=name: self._rename(number, name))

    def _rename(self, number: int, name: str) -> None:
        if new := ask_name(self, "Rename the scene", "What is this scene called?", name):
            self.renamed.emit(number, new)


def _is_at(scene: Scene, listen: ListenState) -> bool:
    there = (*scene.pad, scene.swing)
    return all(abs(a - b) < _NEAR for a, b in zip(there, (*listen.pad, listen.swing), strict=True))
