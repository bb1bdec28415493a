"""Turning what is seen by keys."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from livemusic.ui.views.camera import Camera

_TURN, _ZOOM = 0.12, 1.15
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


def orbited(camera: Camera, event: QKeyEvent) -> Camera | None:
    """Where the camera is after a key: arrows turn and tilt it, with Shift up and down go nearer and further away.

    None where the key is none of these.
    """
    arrow = _ARROWS.get(Qt.Key(event.key()))
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if arrow is None or held & ~Qt.KeyboardModifier.ShiftModifier:
        return None
    if held:
        return camera.zoomed(_ZOOM ** arrow[1]) if arrow[1] else None
    return camera.orbited(arrow[0] * _TURN, arrow[1] * _TURN)
