"""Drums for a rhythm that is tapped."""

from dataclasses import dataclass, field
from time import perf_counter

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QLinearGradient, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from livemusic.engine.messages import Play, Stop
from livemusic.engine.snapshot import Snapshot
from livemusic.music.grid import STEP, STEPS_PER_BEAT
from livemusic.music.tempo import TICKS_PER_BEAT, Seconds, Ticks
from livemusic.session.preset import Hit
from livemusic.session.settings import Session
from livemusic.session.sketchbook import AnyRecipe, Tapped
from livemusic.ui import theme
from livemusic.ui.playhead import tick_at
from livemusic.ui.rack.widgets import press
from livemusic.ui.sketchbook.form import FormPage

_KEY_VELOCITY = 100
_SOFTEST, _LOUDEST = 24, 127
_FLASH_MS = 130
_WITH_LOOP = "with the mouse, Space or any letter, in time with the loop"
_ALONE = "with the mouse, Space or any letter: the first tap is the top of the loop, at {:.0f} bpm"


@dataclass(slots=True)
class TapTrack:
    """The taps of a loop of `steps`, in the order they came; of two on one step the later one counts."""

    steps: int = 32
    taps: list[Hit] = field(default_factory=list)

    def add(self, tick: float, velocity: int) -> Hit:
        """A tap at `tick`, counted from the top of the loop or any round of it."""
        nearest = int((tick + STEP / 2) // STEP)
        offset: Ticks = min(max(int(tick - nearest * STEP), -STEP // 2), STEP // 2 - 1)
        hit = (nearest % self.steps, min(max(velocity, 1), 127), offset)
        self.taps.append(hit)
        return hit

    def undo(self) -> None:
        """Take the last tap back."""
        if self.taps:
            self.taps.pop()

    def hits(self) -> tuple[Hit, ...]:
        """What was tapped, by step."""
        return tuple(sorted({hit[0]: hit for hit in self.taps}.values()))


class TapPad(QWidget):
    """A place to hit with the mouse or any key. `tapped` gives the velocity: the higher it is hit, the louder.

    `taken_back`: the last tap was a slip.
    """

    tapped = Signal(int)
    taken_back = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._spot: QPointF | None = None
        self._strength = 0.0
        self._hint = ""
        self._flash = QTimer(self)
        self._flash.setSingleShot(True)
        self._flash.setInterval(_FLASH_MS)
        self._flash.timeout.connect(self._fade)
        self.setMinimumSize(200, 84)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Tap here")
        self.setToolTip("Tap with the mouse, Space or any letter: the higher you hit, the louder; Backspace takes back")

    def show_hint(self, text: str) -> None:
        """How the taps are placed."""
        if text != self._hint:
            self._hint = text
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            height = 1.0 - event.position().y() / max(self.height(), 1)
            self._hit(round(_SOFTEST + height * (_LOUDEST - _SOFTEST)), event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def key(self, event: QKeyEvent) -> bool:
        """Whether the key is one to tap with; then it was a tap."""
        if event.key() == Qt.Key.Key_Backspace:
            self.taken_back.emit()
            return True
        held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if held or not event.text().isprintable() or not event.text():
            return False
        if not event.isAutoRepeat():
            self._hit(_KEY_VELOCITY, None)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.key(event):
            super().keyPressEvent(event)

    def event(self, event: QKeyEvent) -> bool:
        """A letter that taps does nothing else."""
        if event.type() == QKeyEvent.Type.ShortcutOverride and event.text().isprintable() and event.text():
            event.accept()
            return True
        return super().event(event)

    def _hit(self, velocity: int, spot: QPointF | None) -> None:
        velocity = min(max(velocity, _SOFTEST), _LOUDEST)
        self._spot, self._strength = spot, velocity / 127
        self._flash.start()
        self.tapped.emit(velocity)
        self.update()

    def _fade(self) -> None:
        self._strength = 0.0
        self.update()

    def hideEvent(self, event: object) -> None:
        self._flash.stop()
        self._strength = 0.0
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        ground = QLinearGradient(box.topLeft(), box.bottomLeft())
        lit = 0.32 * self._strength
        ground.setColorAt(0.0, theme.mix(theme.LINE, theme.ACCENT, lit))
        ground.setColorAt(1.0, theme.mix(theme.SURFACE, theme.ACCENT, lit))
        painter.setBrush(ground)
        ready = self.hasFocus() and self.isEnabled()
        painter.setPen(QPen(theme.colour(theme.ACCENT if ready else theme.LINE), 1.5))
        painter.drawRoundedRect(box, 14, 14)
        painter.setPen(theme.colour(theme.FAINT))
        painter.setFont(theme.font(theme.SMALL))
        edge = box.adjusted(14, 8, -14, -8)
        painter.drawText(edge, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, "loud")
        painter.drawText(edge, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, "soft")
        if self._spot is not None and self._strength > 0:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(theme.ACCENT, 0.5))
            painter.drawEllipse(self._spot, 12 + 22 * self._strength, 12 + 22 * self._strength)
        painter.setPen(theme.colour(theme.TEXT if self.isEnabled() else theme.FAINT))
        painter.setFont(theme.font(theme.LARGE, theme.QFont.Weight.DemiBold))
        painter.drawText(box.translated(0, -10), Qt.AlignmentFlag.AlignCenter, "Tap here")
        painter.setPen(theme.colour(theme.MUTED if self.isEnabled() else theme.FAINT))
        painter.setFont(theme.font(theme.SMALL))
        painter.drawText(box.translated(0, 15), Qt.AlignmentFlag.AlignCenter, self._hint)
        painter.end()


class TapLine(QWidget):
    """The loop as a line: a bar for each tap, as tall as it is loud, beside its step where it is early or late."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._hits: tuple[Hit, ...] = ()
        self._steps, self._bar = 32, 16
        self._tick: float | None = None
        self.setMinimumSize(200, 52)
        self.setFixedHeight(52)
        self.setAccessibleName("The taps")

    def show_taps(self, hits: tuple[Hit, ...], steps: int, bar: int) -> None:
        """What was tapped, in a loop of `steps` with a bar line every `bar`."""
        self._hits, self._steps, self._bar = hits, steps, bar
        self.setAccessibleDescription(f"{len(hits)} taps in {steps} steps")
        self.update()

    def show_place(self, tick: float | None) -> None:
        """Where in the loop the music is; None while nothing runs."""
        if tick != self._tick:
            self._tick = tick
            self.update()

    def x_at(self, tick: float) -> float:
        """The horizontal place of a tick."""
        return 8 + (self.width() - 16) * tick / (self._steps * STEP)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(theme.SURFACE))
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        foot, tall = self.height() - 9.0, self.height() - 18.0
        for step in range(self._steps + 1):
            whole, beat = step % self._bar == 0, step % STEPS_PER_BEAT == 0
            if not (beat or whole) and self._steps > 64:
                continue
            painter.setPen(QPen(theme.colour(theme.FAINT, 0.9 if whole else 0.5 if beat else 0.2), 2 if whole else 1))
            x = self.x_at(step * STEP)
            painter.drawLine(QPointF(x, foot - (tall if whole else 0.5 * tall if beat else 6)), QPointF(x, foot))
        painter.setPen(Qt.PenStyle.NoPen)
        width = max(4.0, 0.4 * (self.width() - 16) / self._steps)
        for step, velocity, offset in self._hits:
            height = (0.2 + 0.8 * velocity / 127) * tall
            painter.setBrush(theme.mix(theme.LINE, theme.ACCENT, 0.35 + 0.65 * velocity / 127))
            left = self.x_at(step * STEP + offset) - width / 2
            painter.drawRoundedRect(QRectF(left, foot - height, width, height), 2, 2)
        if self._tick is not None:
            x = self.x_at(self._tick % (self._steps * STEP))
            painter.fillRect(QRectF(x - 1, 4, 2.0, self.height() - 8), theme.colour(theme.TEXT, 0.9))
        painter.end()


class TapPage(FormPage):
    """A pad to tap on. While the drums play, taps fall where the loop is; while they are stopped, the first tap is its
    top and the tempo that of the music. At the end of every round with new taps drums are made of all of them.
    """

    name = "Tap"
    purpose = "Tap a rhythm, get the drums that go with it."

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.track = TapTrack()
        self._snapshot: Snapshot | None = None
        self._first: Seconds | None = None
        self._round = 0
        self._fresh = False
        self.pad, self.line = TapPad(self), TapLine(self)
        styles = self.styles("The style of the drums")
        self.play = press("Play", "Let the drums play, to tap along with them, or stop them", self)
        self.undo = press("Undo", "Take the last tap back [Backspace]", self, name="Undo the last tap")
        self.clear = press("Clear", "Forget all taps", self)
        self.go = press("Make drums", "Make drums of the taps now", self, "main")
        self.play.setMinimumWidth(70)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.play, self.undo, self.clear):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(styles, 2)
        row.addWidget(self.go)
        self.column.insertWidget(0, self.pad, 1)
        self.column.insertWidget(1, self.line)
        self.column.addLayout(row)
        self.pad.tapped.connect(lambda velocity: self.tap(velocity, perf_counter()))
        self.pad.taken_back.connect(self.take_back)
        self.play.clicked.connect(self._play)
        self.undo.clicked.connect(self.take_back)
        self.clear.clicked.connect(self.forget)
        self.go.clicked.connect(self._finish)
        self._show()

    def recipe(self) -> AnyRecipe | None:
        """What was tapped; None while nothing was."""
        hits = self.track.hits()
        if not hits:
            return None
        return Tapped(bpm=self.bpm, bar=self.bar, taps=hits, steps=self.track.steps, style=self.style_name)

    def show_recipe(self, recipe: AnyRecipe) -> bool:
        """Show the taps as they were."""
        if not isinstance(recipe, Tapped):
            return False
        self.track = TapTrack(recipe.steps, list(recipe.taps))
        self._first, self._fresh = None, False
        self.show_style(recipe.style)
        self._show()
        return True

    def show_session(self, session: Session) -> None:
        """How long the loop is."""
        before = self.steps
        super().show_session(session)
        if self.steps != before or not self.track.taps:
            self.track = TapTrack(self.steps, [hit for hit in self.track.taps if hit[0] < self.steps])
        self._show()

    def show_state(self, snapshot: Snapshot) -> None:
        """Where the music is; at the end of a round drums are made."""
        super().show_state(snapshot)
        self._snapshot = snapshot
        playing = snapshot.transport.playing
        self.play.setText("Stop" if playing else "Play")
        self.pad.show_hint(_WITH_LOOP if playing else _ALONE.format(self.bpm))
        tick = self._tick(perf_counter())
        self.line.show_place(tick)
        if tick is None or (number := self._round_of(tick)) == self._round:
            return
        if self._fresh:
            self._finish()
        elif not playing:
            self._first = None
        self._round = number

    def leave(self) -> None:
        """The page is no longer looked at."""
        self._first = None

    def key(self, event: QKeyEvent) -> bool:
        """A key that nothing else wanted is a tap."""
        return self.isEnabled() and self.pad.key(event)

    def tap(self, velocity: int, now: Seconds) -> None:
        """One tap at `now` (`time.perf_counter`)."""
        tick = self._tick(now)
        if tick is None:
            self.track = TapTrack(self.steps)
            self._first, tick = now, 0.0
        if not self._fresh:
            self._round = self._round_of(tick)
        self.track.add(tick, velocity)
        self._fresh = True
        self._show()

    def take_back(self) -> None:
        """The last tap was a slip."""
        self.track.undo()
        self._fresh = bool(self.track.taps)
        self._show()

    def forget(self) -> None:
        """Begin again."""
        self.track = TapTrack(self.steps)
        self._first, self._fresh = None, False
        self._show()

    def _finish(self) -> None:
        self._fresh = False
        self.make_it()

    def _play(self) -> None:
        playing = self._snapshot is not None and self._snapshot.transport.playing
        self.asked.emit(Stop() if playing else Play())

    def _tick(self, now: Seconds) -> float | None:
        """Where the loop is; None where it does not run."""
        if self._snapshot is not None and self._snapshot.transport.playing:
            return max(tick_at(self._snapshot, now), 0.0)
        if self._first is not None:
            return max(now - self._first, 0.0) * self.bpm / 60 * TICKS_PER_BEAT
        return None

    def _round_of(self, tick: float) -> int:
        """Which time round; a tap just before the top belongs to the next one."""
        return int((tick + STEP / 2) // (self.track.steps * STEP))

    def _show(self) -> None:
        hits = self.track.hits()
        self.line.show_taps(hits, self.track.steps, self.bar)
        for button in (self.undo, self.clear, self.go):
            button.setEnabled(bool(hits))
