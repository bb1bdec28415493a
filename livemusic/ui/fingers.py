"""The keys that do something for as long as they are down: nine drums, and erase."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from livemusic.music.kit import Voice
from livemusic.ui.panels.pattern import EraseButton

_DRUMS = {
    Qt.Key.Key_Z: Voice.KICK,
    Qt.Key.Key_X: Voice.SNARE,
    Qt.Key.Key_C: Voice.CLOSED_HAT,
    Qt.Key.Key_V: Voice.OPEN_HAT,
    Qt.Key.Key_A: Voice.LOW_TOM,
    Qt.Key.Key_S: Voice.MID_TOM,
    Qt.Key.Key_D: Voice.HIGH_TOM,
    Qt.Key.Key_N: Voice.CRASH,
    Qt.Key.Key_M: Voice.RIDE,
}
_PLAIN, _HARD = 100, 127
_ERASE = Qt.Key.Key_E


class Fingers:
    """Plays drums through `strike(voice, velocity)`, with Shift as hard as they go, and holds `erase` down."""

    def __init__(self, strike: Callable[[int, int], None], erase: EraseButton) -> None:
        self._strike = strike
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
                self._strike(_DRUMS[key], _HARD if event.modifiers() & shift else _PLAIN)
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
            self._strike(_DRUMS[key], 0)
        return True

    def lift(self) -> None:
        """The hand has gone to another window: nothing is held down any more."""
        self._erase.let_go()
        while self._down:
            self._strike(self._down.pop(), 0)
