"""What keys and menus do to a pattern: edits, and the way to the clipboard and back."""

from time import perf_counter

from PySide6.QtCore import QObject, Signal

from livemusic.music.editing import copied
from livemusic.music.grid import STEP, Row
from livemusic.session.pattern_edits import PLAIN, DrawHit, PasteHits, PatternEdit, RemoveHits
from livemusic.ui.editor import clipboard
from livemusic.ui.editor.menus import beats_on
from livemusic.ui.editor.pattern import EditedPattern


class Editing(QObject):
    """Edits `pattern`, whose hits are drawn as loud as `velocity`.

    `changed`: it may look otherwise now. `drew` carries a hit that was drawn, `moved` tells that the cursor went
    elsewhere, `said` why something could not be done.
    """

    changed = Signal()
    drew = Signal(object)
    moved = Signal()
    said = Signal(str)

    def __init__(self, pattern: EditedPattern, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.pattern = pattern
        self.velocity = PLAIN

    def do(self, edit: PatternEdit) -> None:
        """Do `edit`, and say so where it cannot be."""
        try:
            done = self.pattern.do(edit, perf_counter())
        except ValueError as problem:
            self.pattern.try_out(None)
            self.said.emit(str(problem))
            done = False
        self.changed.emit()
        if done and isinstance(edit, DrawHit):
            self.drew.emit(edit)

    def copy(self) -> None:
        """Put what is chosen on the clipboard; the cursor goes on to where it would follow itself."""
        rows = copied(self.pattern.grid, self.pattern.chosen)
        if rows:
            clipboard.put(rows)
            first = min(max(0, (tick + STEP // 2) // STEP) for _, tick in self.pattern.chosen)
            self._go_on(first, rows)

    def cut(self) -> None:
        """Put what is chosen on the clipboard, and take it out."""
        chosen = self.pattern.chosen
        if rows := copied(self.pattern.grid, chosen):
            clipboard.put(rows)
            self.do(RemoveHits(chosen))

    def paste(self) -> None:
        """Put what is on the clipboard where the cursor is, which goes on behind it."""
        rows, step = clipboard.taken(), self.pattern.cursor[1]
        if rows:
            self.do(PasteHits(rows, step))
            self._go_on(step, rows)
        else:
            self.said.emit("There is nothing to paste. Select hits and copy them with Ctrl+C first.")

    def _go_on(self, step: int, rows: tuple[Row, ...]) -> None:
        after = beats_on(step, max(row[0] for row in rows) + 1, self.pattern.beat)
        self.pattern.cursor = self.pattern.cursor[0], after % self.pattern.grid.steps
        self.moved.emit()
