"""The grid in which a pattern is edited: by mouse, keys and menus."""

from collections.abc import Iterator
from time import perf_counter

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QWidget

from livemusic.music.editing import HitId
from livemusic.music.grid import STEP, Grid
from livemusic.music.kit import VOICE_COUNT
from livemusic.music.tempo import Meter
from livemusic.session.pattern_edits import DrawHit, RemoveHits
from livemusic.ui import theme
from livemusic.ui.editor import clipboard
from livemusic.ui.editor.editing import Editing
from livemusic.ui.editor.gesture import Gesture
from livemusic.ui.editor.keys import EditorKeys
from livemusic.ui.editor.menus import fill_bar_menu, fill_lane_menu, fill_ornaments
from livemusic.ui.editor.pattern import EditedPattern
from livemusic.ui.views.blocks import Block
from livemusic.ui.views.grid import PatternGrid

#: Near a hit is on it.
_NEAR = 3.0
EDIT_TIP = (
    "Click draws a hit, or removes it; drag it up and down for its velocity, sideways to move it (Alt: free of the\n"
    "steps). Drag from an empty place to select. Right-click for flam, drag, roll and more.\n"
    "Keys: arrows, Enter, + and −, Delete, Ctrl+C X V, Ctrl+D duplicates the bar. Ctrl+wheel zooms."
)


class EditorGrid(PatternGrid):
    """A `PatternGrid` that can be edited while it is `editable`.

    `edited` carries each gesture as one `PatternEdit`, and each repeat of a key that is held, all of one `press` (0:
    no key is). `begun` tells of a click while it is not editable, `said` why something could not be done. `framed`:
    that it is edited is shown even while the keys are elsewhere.
    """

    edited = Signal(object)
    begun = Signal()
    said = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pattern = EditedPattern(self.edited.emit)
        self.press = 0
        self.editing = Editing(self.pattern, self)
        self.framed = True
        self._editable = False
        self._drawn: Grid | None = None
        self._gesture: Gesture | None = None
        self._pointed: tuple[int, int] | None = None
        self._by_keys = False
        self._spot = QPointF()
        self._keys = EditorKeys(self.editing, self.zoom)
        self._rest_tip = self.toolTip()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.editing.changed.connect(self._redraw)
        self.editing.drew.connect(self._strike)
        self.editing.moved.connect(self._show_cursor)
        self.editing.said.connect(self.said)

    @property
    def editable(self) -> bool:
        """Whether the hand changes it."""
        return self._editable

    def set_editable(self, on: bool) -> None:
        """Let the hand change it, or not."""
        if on != self._editable:
            self._editable = on
            self._gesture = self._pointed = self._drawn = None
            self.pattern.begin()
            self.setToolTip(EDIT_TIP if on else self._rest_tip)
            self.setWhatsThis(self.toolTip())
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if on else Qt.FocusPolicy.ClickFocus)
            self.update()

    def show_edited(self, grid: Grid, meter: tuple[int, int]) -> None:
        """The pattern to be edited, as the engine has it."""
        self.pattern.show(grid, Meter(*meter), perf_counter())
        if meter != self._meter or self.pattern.grid != self._drawn:
            self._redraw(meter)

    def _redraw(self, meter: tuple[int, int] | None = None) -> None:
        self._drawn, self._data = self.pattern.grid, None  # what is only shown is drawn afresh afterwards
        self._draw(self._drawn, meter or self._meter)

    def _strike(self, hit: DrawHit) -> None:
        """A hit that is drawn is heard at once, unless the pattern plays anyway."""
        if not self._playing:
            self.struck.emit(hit.voice, hit.velocity)
            self.struck.emit(hit.voice, 0)

    def _show_cursor(self) -> None:
        """Let the cursor be seen, also where it is outside of what is shown."""
        self._by_keys = True
        self._see(self._stretch.turned(self.pattern.cursor[1] * STEP))

    # The mouse.

    @property
    def _busy(self) -> bool:
        return super()._busy or self._gesture is not None

    def voice_at(self, y: float) -> int:
        """The lane at a height, the nearest one outside of them."""
        field = self.field()
        return min(max(int((field.bottom() - y) / field.height() * VOICE_COUNT), 0), VOICE_COUNT - 1)

    def place_at(self, spot: QPointF) -> tuple[int, float]:
        """The voice and the tick at a point."""
        return self.voice_at(spot.y()), min(max(self.tick_at(spot.x()), 0.0), self.length - 1.0)

    def hit_at(self, spot: QPointF, free: bool = False) -> HitId | None:
        """The hit at a point; unless `free`, also the main hit of the step that is there."""
        voice, tick = self.place_at(spot)
        near = [
            (block.size, abs(bar.center().x() - spot.x()), block)
            for block in self._seen()
            if block.lane == voice
            for bar in (self.bar(block),)
            if bar.left() - _NEAR <= spot.x() <= bar.right() + _NEAR
        ]
        if near:
            block: Block = min(near, key=lambda each: each[:2])[2]
            return block.lane, int(block.tick)
        return None if free else self.pattern.main_at(voice, int(tick // STEP))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = event.position()
        if event.button() == Qt.MouseButton.RightButton:
            self._point_menu(spot)
        if event.button() != Qt.MouseButton.LeftButton or not self.field().contains(spot):
            super().mousePressEvent(event)
        elif not self._editable:
            self.begun.emit()
        else:
            self._begin(spot, event.modifiers())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def _begin(self, spot: QPointF, held: Qt.KeyboardModifier) -> None:
        pattern, free = self.pattern, bool(held & Qt.KeyboardModifier.AltModifier)
        extends = bool(held & Qt.KeyboardModifier.ShiftModifier)
        place, hit = self.place_at(spot), self.hit_at(spot, free)
        self._by_keys = False
        pattern.cursor = place[0], min(int(place[1] // STEP), pattern.grid.steps - 1)
        if hit is not None and extends:
            pattern.choose(pattern.selected ^ {hit})
        hits = tuple(sorted(pattern.selected)) if hit in pattern.selected else () if hit is None else (hit,)
        scale = self.field().width() / self._stretch.span
        self._gesture = Gesture(spot, place, hit, hits, scale, extends and hit is not None, now=spot)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._gesture is not None:
            self._pull(event.position(), bool(event.modifiers() & Qt.KeyboardModifier.AltModifier))
            return
        super().mouseMoveEvent(event)
        inside = self._editable and self.field().contains(event.position())
        voice, tick = self.place_at(event.position())
        self._point((voice, int(tick // STEP)) if inside else None)

    def _pull(self, spot: QPointF, free: bool) -> None:
        gesture, pattern = self._gesture, self.pattern
        gesture.pull(spot, free)
        if gesture.kind in ("velocity", "move"):
            if not pattern.selected.issuperset(gesture.hits):
                pattern.choose(gesture.hits)
            pattern.try_out(gesture.edit(self.editing.velocity, free))
            self._redraw()
        elif gesture.kind == "marquee":
            pattern.choose(self._framed(gesture.frame))
        self._pointed = None
        self.update()

    def _framed(self, frame: QRectF) -> list[HitId]:
        """The hits whose bars lie in a marquee."""
        return [(block.lane, int(block.tick)) for block in self._seen() if frame.intersects(self.bar(block))]

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        gesture, self._gesture = self._gesture, None
        if gesture is None or event.button() != Qt.MouseButton.LeftButton:
            self._gesture = gesture if event.button() != Qt.MouseButton.LeftButton else None
            super().mouseReleaseEvent(event)
            return
        free = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        edit = gesture.edit(self.editing.velocity, free or (gesture.kind == "move" and gesture.free))
        if edit is not None:
            if gesture.kind == "click":
                self.pattern.choose(())
            self.editing.do(edit)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point(None)

    def _point(self, place: tuple[int, int] | None) -> None:
        if place != self._pointed:
            self._pointed = place
            self.update()

    # Keys and menus.

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self._editable and self._keys.act_of(event) is not None:
            event.accept()
            return True
        if event.type() == QEvent.Type.ToolTip and self._editable and self.field().contains(QPointF(event.pos())):
            event.ignore()  # it would lie over what the hand is at; the names tell it
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        act = self._keys.act_of(event) if self._editable else None
        if act is None:
            super().keyPressEvent(event)
        elif self._keys.begin(event, perf_counter()):
            self.press = self._keys.press
            act()
            self.press = 0

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._by_keys = event.reason() != Qt.FocusReason.MouseFocusReason
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _point_menu(self, spot: QPointF) -> None:
        """A menu is wanted at `spot`: the cursor goes there, and a hit that is there is chosen."""
        self._spot = spot
        if self._editable and self.field().contains(spot):
            voice, tick = self.place_at(spot)
            self.pattern.cursor = voice, int(tick // STEP)
            hit = self.hit_at(spot)
            if hit not in self.pattern.selected:
                self.pattern.choose(() if hit is None else (hit,))
            self.update()

    def fill_menu(self, menu: QMenu) -> None:
        """What can be done at the cursor."""
        if not self._editable:
            menu.addAction("Edit the pattern").triggered.connect(lambda *_: self.begun.emit())
            return
        fill_ornaments(menu, self.pattern, self.editing.do)
        chosen = bool(self.pattern.chosen)
        for words, do, can in (
            ("Cut\tCtrl+X", self.editing.cut, chosen),
            ("Copy\tCtrl+C", self.editing.copy, chosen),
            ("Paste\tCtrl+V", self.editing.paste, bool(clipboard.taken())),
            ("Delete\tDel", lambda: self.editing.do(RemoveHits(self.pattern.chosen)), chosen),
        ):
            action = menu.addAction(words)
            action.setEnabled(can)
            action.triggered.connect(lambda _, do=do: do())
        menu.addSeparator()
        fill_bar_menu(menu, self.pattern, self.editing.do)

    def fill_lane_menu(self, menu: QMenu, voice: int) -> None:
        """What can be done to a lane."""
        if self._editable:
            fill_lane_menu(menu, voice, self.editing.do)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Where nobody else makes a menu, this one is offered."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        voice = self.lane_at(QPointF(event.pos()))
        if voice is not None:
            self.fill_lane_menu(menu, voice)
        elif self.field().contains(QPointF(event.pos())):
            self.fill_menu(menu)
        if not menu.isEmpty():
            menu.popup(event.globalPos())

    # How it looks.

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._editable:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_hand(painter)
            painter.end()

    def _draw_hand(self, painter: QPainter) -> None:
        """What the hand points at, has chosen, and does."""
        field, pattern = self.field(), self.pattern
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.framed or self.hasFocus():
            painter.setPen(QPen(theme.colour(theme.ACCENT), 2))
            painter.drawRoundedRect(field.adjusted(-2, -2, 3, 2), 4, 4)
        painter.setClipRect(self._open(field))
        if self._pointed is not None and pattern.main_at(*self._pointed) is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(theme.LANES[self._pointed[0]], 0.28))
            painter.drawRoundedRect(
                self.bar(Block(self._pointed[0], self._pointed[1] * STEP, self.editing.velocity / 127)), 2, 2
            )
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour(theme.TEXT), 1.6))
        for block in self._chosen():
            painter.drawRoundedRect(self.bar(block).adjusted(-1.5, -1.5, 1.5, 1.5), 3, 3)
        if self.hasFocus() and self._by_keys:
            painter.setPen(QPen(theme.colour(theme.ACCENT), 1.6))
            painter.drawRoundedRect(self._cell(*pattern.cursor).adjusted(1, 1, -1, -1), 3, 3)
        if self._gesture is not None:
            self._draw_gesture(painter, self._gesture)

    def _chosen(self) -> Iterator[Block]:
        selected = self.pattern.selected
        if self._gesture is not None and self._gesture.kind == "move":  # they are on their way
            by = self._gesture.ticks
            selected = {(voice, (tick + by) % self.length) for voice, tick in selected}
            return (block for block in self._seen() if (block.lane, block.tick % self.length) in selected)
        return (block for block in self._seen() if (block.lane, block.tick) in selected)

    def _cell(self, voice: int, step: int) -> QRectF:
        field = self.field()
        height = field.height() / VOICE_COUNT
        left = self.x_at(step * STEP)
        return QRectF(left, field.bottom() - (voice + 1) * height, self.x_at((step + 1) * STEP) - left, height)

    def _draw_gesture(self, painter: QPainter, gesture: Gesture) -> None:
        if gesture.kind == "marquee":
            painter.setPen(QPen(theme.colour(theme.ACCENT), 1, Qt.PenStyle.DashLine))
            painter.setBrush(theme.colour(theme.ACCENT, 0.12))
            painter.drawRect(gesture.frame)
            return
        loud = {(block.lane, int(block.tick)): round(127 * block.velocity) for block in self._blocks}
        if words := gesture.words(loud.get):
            painter.setClipping(False)
            painter.setFont(theme.font(theme.SMALL))
            box = QRectF(painter.fontMetrics().boundingRect(words)).adjusted(-7, -4, 7, 4)
            box.moveCenter(gesture.now + QPointF(0, -22))
            box.moveTop(max(0.0, box.top()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(theme.BACKGROUND, 0.92))
            painter.drawRoundedRect(box, 5, 5)
            painter.setPen(theme.colour(theme.TEXT))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def spot_of(grid: EditorGrid, voice: int, tick: float) -> QPoint:
    """A point of `grid` just after a tick, low in the lane of a voice."""
    field = grid.field()
    return QPointF(grid.x_at(tick) + 4, field.bottom() - (voice + 0.3) * field.height() / VOICE_COUNT).toPoint()
