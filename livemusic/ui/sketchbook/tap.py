"""Drums for a rhythm that is tapped."""

from dataclasses import dataclass, field
from time import perf_counter

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from livemusic.engine.messages import Play, Stop
from livemusic.engine.snapshot import Snapshot
from livemusic.music.grid import STEP
from livemusic.music.tempo import TICKS_PER_BEAT, Seconds, Ticks
from livemusic.session.preset import Hit
from livemusic.session.settings import Session
from livemusic.session.sketchbook import AnyRecipe, Tapped
from livemusic.ui.playhead import tick_at
from livemusic.ui.rack.widgets import press
from livemusic.ui.sketchbook.form import FormPage
from livemusic.ui.sketchbook.tap_pad import TapLine, TapPad

_WITH_LOOP = "or with Space, any letter or your MIDI pads, in time with the loop"
_ALONE = "or with Space, any letter or your MIDI pads: the first tap is the top of the loop, at {:.0f} bpm"


@dataclass(slots=True)
class TapTrack:
    """The taps of a loop of `steps`, in the order they came, their steps counted through all rounds.

    Of those on one step the ones of the last round count.
    """

    steps: int = 32
    taps: list[Hit] = field(default_factory=list)

    def add(self, tick: float, velocity: int) -> Hit:
        """A tap at `tick`, counted from the top of the loop or any round of it."""
        nearest = int((tick + STEP / 2) // STEP)
        offset: Ticks = min(max(int(tick - nearest * STEP), -STEP // 2), STEP // 2 - 1)
        loud = min(max(velocity, 1), 127)
        self.taps.append((nearest, loud, offset))
        return nearest % self.steps, loud, offset

    def undo(self) -> None:
        """Take the last tap back."""
        if self.taps:
            self.taps.pop()

    def hits(self) -> tuple[Hit, ...]:
        """What was tapped, by step."""
        last = {step % self.steps: step for step, _, _ in self.taps}
        kept = {
            (step % self.steps, offset): loud for step, loud, offset in self.taps if last[step % self.steps] == step
        }
        return tuple((step, loud, offset) for (step, offset), loud in sorted(kept.items()))


class TapPage(FormPage):
    """A pad to tap on. While the drums play, taps fall where the loop is; while they are stopped, the first tap is its
    top and the tempo that of the music. At the end of every round with new taps drums are made of all of them.
    """

    name = "Tap"
    purpose = "Tap a rhythm and get drums to match."

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.track = TapTrack()
        self._snapshot: Snapshot | None = None
        self._first: Seconds | None = None
        self._first_tick: Ticks = 0
        self._struck: int | None = None
        self._round = 0
        self._fresh = False
        self.pad, self.line = TapPad(self), TapLine(self)
        styles = self.styles("The style of the drums")
        self.play = press("Play", "Start or stop the drums to tap along with", self)
        self.undo = press("Undo", "Undo the last tap [Backspace]", self, name="Undo the last tap")
        self.clear = press("Clear", "Clear all taps", self)
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
            self.track = TapTrack(self.steps, [hit for hit in self.track.hits() if hit[0] < self.steps])
        self._show()

    def show_state(self, snapshot: Snapshot) -> None:
        """Where the music is; at the end of a round drums are made."""
        super().show_state(snapshot)
        self._snapshot = snapshot
        self._hear_pads(snapshot)
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
        self._first = self._struck = None

    def key(self, event: QKeyEvent) -> bool:
        """A key that nothing else wanted is a tap."""
        return self.isEnabled() and self.pad.key(event)

    def tap(self, velocity: int, now: Seconds) -> None:
        """One tap at `now` (`time.perf_counter`)."""
        tick = self._tick(now)
        if tick is None:
            self._begin(now)
            tick = 0.0
        self._add(tick, velocity)

    def _hear_pads(self, snapshot: Snapshot) -> None:
        """Drums struck on a controller are taps, too: those since the page was opened."""
        hits = snapshot.surface.hits
        latest = hits[-1][0] if hits else 0
        known, self._struck = latest if self._struck is None else self._struck, latest
        for number, tick, velocity in hits:
            if number > known and not snapshot.transport.playing:
                if self._first is None:
                    self._begin(perf_counter())
                    self._first_tick = tick
                tick -= self._first_tick
            if number > known:
                self._add(max(tick, 0), velocity)

    def _begin(self, now: Seconds) -> None:
        """This tap is the top of a new loop."""
        self.track = TapTrack(self.steps)
        self._first = now

    def _add(self, tick: float, velocity: int) -> None:
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
