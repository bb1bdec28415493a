"""What is seen through a camera that keys and the wheel move."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from livemusic.ui.views.camera import Camera

TURN_PER_PIXEL = 0.006
_TURN, _ZOOM = 0.12, 1.15
_NOTCH = 120
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class OrbitView(QWidget):
    """Base of a view through `camera`: arrows turn and tilt it, the wheel and Shift with up and down zoom.

    `_stale`: it is to be painted again.
    """

    def __init__(self, camera: Camera, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.camera = camera
        self._stale = True
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys where they are
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (camera := _orbited(self.camera, event)) is None:
            super().keyPressEvent(event)
            return
        self.camera = camera
        self._stale = True

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._stale = True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._stale = True

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.camera = self.camera.zoomed(_ZOOM ** (event.angleDelta().y() / _NOTCH))
        self._stale = True
        event.accept()


def _orbited(camera: Camera, event: QKeyEvent) -> Camera | None:
    """Where the camera is after a key; None where the key does not move it."""
    arrow = _ARROWS.get(Qt.Key(event.key()))
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if arrow is None or held & ~Qt.KeyboardModifier.ShiftModifier:
        return None
    if held:
        return camera.zoomed(_ZOOM ** arrow[1]) if arrow[1] else None
    return camera.orbited(arrow[0] * _TURN, arrow[1] * _TURN)
