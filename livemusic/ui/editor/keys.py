"""The keys of a pattern while it is edited; they come before those of the window."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from livemusic.music.grid import STEP
from livemusic.music.kit import VOICE_COUNT
from livemusic.music.tempo import Seconds
from livemusic.session.pattern_edits import (
    ChangeVelocity,
    DrawHit,
    DuplicateBar,
    MoveHits,
    PatternEdit,
    RemoveHits,
    SetOrnament,
)
from livemusic.ui.editor.editing import Editing

_KEY, _HELD = Qt.Key, Qt.KeyboardModifier
_ARROWS = {_KEY.Key_Left: (0, -1), _KEY.Key_Right: (0, 1), _KEY.Key_Up: (1, 0), _KEY.Key_Down: (-1, 0)}
_ORNAMENTS = {_KEY.Key_P: "none", _KEY.Key_F: "flam", _KEY.Key_D: "drag", _KEY.Key_R: "roll"}
_LOUDER = {_KEY.Key_Plus: 8, _KEY.Key_Equal: 8, _KEY.Key_Minus: -8, _KEY.Key_Underscore: -8}
_ZOOM = {_KEY.Key_Plus: 1.25, _KEY.Key_Equal: 1.25, _KEY.Key_Minus: 0.8, _KEY.Key_0: 0.0}
#: What goes on while it is held down; with everything else once is enough.
_REPEATED = frozenset((*_ARROWS, *_LOUDER, *_ZOOM))
#: By so many ticks a hit is nudged.
_NUDGE = 10

Act = Callable[[], None]


class EditorKeys:
    """What each key does: to the pattern by `editing`, and `zoom`, by how much and around which tick. `press` is the
    number of the press that is acted on, and of what repeats it while the key is held.
    """

    def __init__(self, editing: Editing, zoom: Callable[[float, float], None]) -> None:
        self._editing, self._zoom = editing, zoom
        self._anchor = (0, 0)
        self.press = 0

    def begin(self, event: QKeyEvent, now: Seconds) -> bool:
        """A key is pressed `now`, or held; whether that is to be acted on."""
        if not event.isAutoRepeat() or not self.press:
            self.press = round(1e6 * now)  # which no window before this one has used
            return True
        return _KEY(event.key()) in _REPEATED

    def act_of(self, event: QKeyEvent) -> Act | None:
        """What the key of `event` does here; None where that is nothing."""
        key, held = _KEY(event.key()), event.modifiers() & ~_HELD.KeypadModifier
        if held == _HELD.NoModifier:
            return self._plain(key)
        if key in _LOUDER and held == _HELD.ShiftModifier:
            return lambda: self._louder(_LOUDER[key])
        if held == _HELD.ShiftModifier:
            if key in _ARROWS:
                return lambda: self._reach(*_ARROWS[key])
            if key in _ORNAMENTS:
                return lambda: self._change(lambda hits: SetOrnament(hits, _ORNAMENTS[key]))
        if held == _HELD.AltModifier and key in (_KEY.Key_Left, _KEY.Key_Right):
            return lambda: self._change(lambda hits: MoveHits(hits, _NUDGE * _ARROWS[key][1]))
        if held & _HELD.ControlModifier and not held & _HELD.AltModifier:
            return self._control(key, bool(held & _HELD.ShiftModifier))
        return None

    def _plain(self, key: Qt.Key) -> Act | None:
        if key in _ARROWS:
            return lambda: self._step(*_ARROWS[key])
        if key in _LOUDER:
            return lambda: self._louder(_LOUDER[key])
        if key in (_KEY.Key_Delete, _KEY.Key_Backspace):
            return lambda: self._change(RemoveHits)
        return {
            _KEY.Key_Home: lambda: self._go(self._editing.pattern.cursor[0], 0),
            _KEY.Key_End: lambda: self._go(self._editing.pattern.cursor[0], self._editing.pattern.grid.steps - 1),
            _KEY.Key_Return: self._toggle,
            _KEY.Key_Enter: self._toggle,
        }.get(key)

    def _control(self, key: Qt.Key, shift: bool) -> Act | None:
        editing, pattern = self._editing, self._editing.pattern
        if key in _ZOOM:
            return lambda: self._zoom(_ZOOM[key], pattern.cursor[1] * STEP)
        if shift:
            return (lambda: self._choose(False)) if key == _KEY.Key_A else None
        if key in _ARROWS:
            lanes, steps = _ARROWS[key]
            return lambda: self._change(lambda hits: MoveHits(hits, steps * STEP, lanes))
        return {
            _KEY.Key_A: lambda: self._choose(True),
            _KEY.Key_C: editing.copy,
            _KEY.Key_X: editing.cut,
            _KEY.Key_V: editing.paste,
            _KEY.Key_D: lambda: editing.do(DuplicateBar(pattern.bar_here)),
        }.get(key)

    def _go(self, voice: int, step: int) -> None:
        pattern = self._editing.pattern
        pattern.cursor = max(0, min(voice, VOICE_COUNT - 1)), step % pattern.grid.steps
        self._anchor = pattern.cursor
        pattern.choose(())
        self._editing.moved.emit()

    def _step(self, lanes: int, steps: int) -> None:
        voice, step = self._editing.pattern.cursor
        self._go(voice + lanes, step + steps)

    def _reach(self, lanes: int, steps: int) -> None:
        """Select as far as the cursor goes."""
        pattern = self._editing.pattern
        if not pattern.selected:
            self._anchor = pattern.cursor
        voice, step = pattern.cursor
        pattern.cursor = (
            max(0, min(voice + lanes, VOICE_COUNT - 1)),
            max(0, min(step + steps, pattern.grid.steps - 1)),
        )
        pattern.choose_between(self._anchor, pattern.cursor)
        self._editing.moved.emit()

    def _choose(self, everything: bool) -> None:
        pattern = self._editing.pattern
        if everything:
            pattern.choose_between((0, 0), (VOICE_COUNT - 1, pattern.grid.steps - 1))
        else:
            pattern.choose(())
        self._editing.moved.emit()

    def _toggle(self) -> None:
        """Draw a hit under the cursor, or remove what is there."""
        editing, pattern = self._editing, self._editing.pattern
        voice, step = pattern.cursor
        here = pattern.main_at(voice, step)
        editing.do(DrawHit(voice, step * STEP, editing.velocity) if here is None else RemoveHits((here,)))

    def _louder(self, by: int) -> None:
        self._change(lambda hits: ChangeVelocity(hits, by))

    def _change(self, edit: Callable[[tuple], PatternEdit]) -> None:
        """Change what is selected, or what is under the cursor, which goes along."""
        editing, pattern = self._editing, self._editing.pattern
        hits = pattern.chosen
        if not hits:
            return
        made = edit(hits)
        alone = not pattern.selected
        if alone and isinstance(made, MoveHits):
            pattern.choose(hits)
        editing.do(made)
        if isinstance(made, MoveHits) and pattern.selected:
            voice, tick = min(pattern.selected, key=lambda hit: hit[1])
            pattern.cursor = voice, max(0, (tick + STEP // 2) // STEP) % pattern.grid.steps
            editing.moved.emit()
