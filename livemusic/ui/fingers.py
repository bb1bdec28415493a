"""The keys that do something for as long as they are down: nine drums, and erase."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QComboBox, QWidget

from livemusic.engine.actions import BY_NAME
from livemusic.music.kit import Voice
from livemusic.ui.panels.pattern import EraseButton

_DRUMS = {Qt.Key(QKeySequence(key)[0].key()): Voice(voice) for voice, key in enumerate(BY_NAME["strike"].keys)}
_PLAIN, _HARD = 100, 127
_ERASE = Qt.Key(QKeySequence(BY_NAME["erase"].keys[0])[0].key())


def press_focused(widget: QWidget | None, event: QKeyEvent) -> bool:
    """Return and Enter do what a click does to the button or list that has the keys: Space always plays. False where
    the key is another one, or there is nothing to press.
    """
    if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or event.isAutoRepeat():
        return False
    if isinstance(widget, QAbstractButton) and widget.isEnabled():
        widget.click()
        return True
    if isinstance(widget, QComboBox) and widget.isEnabled():
        widget.showPopup()
        return True
    return False


class Fingers:
    """Plays drums through `play(voice, velocity)`, with Shift as hard as they go, and holds `erase` down."""

    def __init__(self, play: Callable[[int, int], None], erase: EraseButton) -> None:
        self._play = play
        self._erase = erase
        self._down: set[Voice] = set()

    def press(self, event: QKeyEvent) -> bool:
        """A key comes down; False where it is none of ours."""
        key, shift = Qt.Key(event.key()), Qt.KeyboardModifier.ShiftModifier
        if (key not in _DRUMS and key != _ERASE) or event.modifiers() & ~shift:
            return False
        if not event.isAutoRepeat():
            if key == _ERASE:
                self._erase.press()
            else:
                self._down.add(_DRUMS[key])
                self._play(_DRUMS[key], _HARD if event.modifiers() & shift else _PLAIN)
        return True

    def release(self, event: QKeyEvent) -> bool:
        """A key is let go; False where it is none of ours."""
        key = Qt.Key(event.key())
        if event.isAutoRepeat() or (key not in _DRUMS and key != _ERASE):
            return False
        if key == _ERASE:
            self._erase.let_go()
        elif _DRUMS[key] in self._down:
            self._down.remove(_DRUMS[key])
            self._play(_DRUMS[key], 0)
        return True

    def lift(self) -> None:
        """The hand has gone to another window: nothing is held down any more."""
        self._erase.let_go()
        while self._down:
            self._play(self._down.pop(), 0)
