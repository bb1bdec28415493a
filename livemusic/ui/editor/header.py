"""Above the pattern while it is edited: which corner that is, and what is done to the whole of it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QWidget

from livemusic.engine.messages import LaunchCorner
from livemusic.engine.pattern_edits import SelectCorner
from livemusic.engine.snapshot import Snapshot
from livemusic.session.preset import CORNER_LETTERS
from livemusic.ui import theme
from livemusic.ui.editor.grid import EditorGrid
from livemusic.ui.editor.menus import fill_bar_menu
from livemusic.ui.panels.button import button
from livemusic.ui.panels.remark import Remark
from livemusic.ui.panels.sources import ChoiceBox

#: As much of a corner is all of it.
_ALL = 0.995


class EditHeader(QWidget):
    """`asked` carries requests; `left` ends editing."""

    asked = Signal(object)
    left = Signal()

    def __init__(self, grid: EditorGrid, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = grid
        self._corner = 0
        caption = QLabel("Editing", self)
        caption.setProperty("role", "editing")
        self.corner = ChoiceBox(
            "Corner that is edited", "Which corner's pattern is shown here and edited\nRight click: rename it", self
        )
        self.corner.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.corner.setFixedWidth(216)
        self.remark = Remark(theme.WARN, self)
        self.remark.setAccessibleName("How much of it is heard")
        self.hear = button("Hear it", "Go to this corner of the pad at the next bar", self, "small")
        self.bars = button("Bars", "Duplicate or remove a bar, double or halve the pattern", self, "small")
        menu = QMenu(self.bars)
        menu.aboutToShow.connect(lambda: (menu.clear(), fill_bar_menu(menu, grid.pattern, grid.editing.do)))
        self.bars.setMenu(menu)
        self.out = button("−", "Zoom out [Ctrl+−, Ctrl+wheel]", self, "small", "Zoom out")
        self.closer = button("+", "Zoom in [Ctrl++, Ctrl+wheel]", self, "small", "Zoom in")
        self.all = button("All", "Show the whole pattern [Ctrl+0]", self, "small", "Show the whole pattern")
        self.scroll = button("Scroll", "Keep the playhead in view", self, "quiet", "Keep the playhead in view")
        self.scroll.setCheckable(True)
        self.done = button("Done", "Stop editing and show what plays [Ctrl+G]", self, "small")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 10, 2)
        row.setSpacing(8)
        for widget in (caption, self.corner):
            row.addWidget(widget)
        row.addWidget(self.remark, 1)
        for widget in (self.hear, self.bars, self.out, self.closer, self.all, self.scroll, self.done):
            row.addWidget(widget)
        self.corner.chosen.connect(lambda value: self.asked.emit(SelectCorner(int(value))))
        self.hear.clicked.connect(lambda: self.asked.emit(LaunchCorner(self._corner)))
        self.out.clicked.connect(lambda: grid.zoom(0.8))
        self.closer.clicked.connect(lambda: grid.zoom(1.25))
        self.all.clicked.connect(lambda: grid.zoom(0))
        self.scroll.clicked.connect(self._follow)
        self.done.clicked.connect(self.left)

    @property
    def edited(self) -> int:
        """The corner that is edited."""
        return self._corner

    def _follow(self, on: bool) -> None:
        self._grid.following = on

    def show_state(self, snapshot: Snapshot, names: tuple[str, ...]) -> None:
        """What the engine says; `names` of the corners."""
        surface, weights = snapshot.surface, snapshot.listen.weights
        self._corner = surface.edited
        entries = tuple((f"{CORNER_LETTERS[c]}, {name}", str(c)) for c, name in enumerate(names))
        self.corner.show_entries(entries, str(self._corner))
        share = weights[self._corner]
        heard = "" if share >= _ALL else f"You hear a mix: {100 * share:.0f} % of this"
        self.remark.say("You hear another corner" if share <= 1 - _ALL else heard)
        self.hear.setVisible(share < _ALL)
        self.scroll.setChecked(self._grid.following)
        self.scroll.setEnabled(not self._grid.stretch.whole)
