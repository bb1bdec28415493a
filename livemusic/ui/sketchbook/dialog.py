"""The sketchbook's window: the tools at the left, the pattern at hand in the middle, what was made at the right."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from livemusic.engine.edits import Redo, Undo
from livemusic.engine.messages import Audition, LookStudio
from livemusic.engine.pattern_edits import UndoDraft
from livemusic.engine.snapshot import Snapshot, StudioState
from livemusic.session.preset import CORNERS
from livemusic.session.settings import Session
from livemusic.session.sketchbook import AnyRecipe, Draft
from livemusic.ui import theme
from livemusic.ui.rack.widgets import words
from livemusic.ui.room import fit, scrolling
from livemusic.ui.sketchbook.between import BetweenPage
from livemusic.ui.sketchbook.clean import CleanPage
from livemusic.ui.sketchbook.drafts import Drafts
from livemusic.ui.sketchbook.figures import FiguresPage
from livemusic.ui.sketchbook.hand import Hand
from livemusic.ui.sketchbook.learn import LearnPage
from livemusic.ui.sketchbook.map import StyleMapPage
from livemusic.ui.sketchbook.page import Page
from livemusic.ui.sketchbook.piano import PianoPage
from livemusic.ui.sketchbook.sketch import SketchPage
from livemusic.ui.sketchbook.style import (
    DRAFTS_WIDTH,
    LIST_WIDTH,
    NARROW_DRAFTS_WIDTH,
    NARROW_LIST_WIDTH,
    STYLE_SHEET,
)
from livemusic.ui.sketchbook.tap import TapPage
from livemusic.ui.sketchbook.touch import TouchPage
from livemusic.ui.sketchbook.vary import VaryPage

#: The tools in the order of the list.
TOOLS: tuple[type[Page], ...] = (
    SketchPage, VaryPage, CleanPage, TouchPage, TapPage, BetweenPage, StyleMapPage, FiguresPage,
    LearnPage, PianoPage,
)  # fmt: skip

_LOOK_MS = 90
#: So many looks in a row without an answer mean that there is no engine.
_PATIENCE = 12
_SIZE, _LEAST = QSize(1240, 840), QSize(850, 456)
#: Below this height, or this width, the tool gets what room there is.
_LOW, _NARROW = 600, 950
_AWAY = "The engine does not answer. Everything goes on by itself once it is back."
_BARE = "There is no drum dictionary to sketch with. Choose one in the preferences."


class ToolList(QListWidget):
    """The names of the tools; keys that write are left to the window."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tools")
        self.setAccessibleName("Tools")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isprintable() and event.text():
            event.ignore()
        else:
            super().keyPressEvent(event)


class SketchbookDialog(QDialog):
    """Tools, the pattern at hand, drafts. `asked` carries requests to the engine, `learned` tells of a new dictionary.

    It looks at the studio only while it is seen, and lets go of what is heard when it is closed.
    """

    asked = Signal(object)
    learned = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._snapshot: Snapshot | None = None
        self._studio: StudioState | None = None
        self._model = ""
        self._unanswered = 0
        self.setWindowTitle("livemusic: sketchbook")
        self.setStyleSheet(theme.dressed(STYLE_SHEET))
        fit(self, _SIZE, _LEAST)
        self.list = ToolList(self)
        self.title, self.lead = words("", "title", self), words("", "lead", self, wrap=True)
        self.note = words("", "warning", self, wrap=True)
        self.note.hide()
        self.hand, self.drafts = Hand(self), Drafts(self)
        self._stack = QStackedWidget(self)
        self.pages: tuple[Page, ...] = tuple(tool() for tool in TOOLS)
        for page in self.pages:
            self.list.addItem(page.name)
            page.setObjectName("sheet")
            self._stack.addWidget(scrolling(page))
            page.setEnabled(False)
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._ask)
        self._lay_out()
        self._connect()
        self.hand.show_away()
        self.list.setCurrentRow(0)
        if parent is not None:
            parent.window().installEventFilter(self)

    def _lay_out(self) -> None:
        middle, across = QVBoxLayout(), QHBoxLayout(self)
        self._middle, self._across = middle, across
        middle.addWidget(self.title)
        middle.addWidget(self.lead)
        middle.addWidget(self.note)
        middle.addSpacing(4)
        middle.addWidget(self._stack, 1)
        middle.addWidget(self.hand, 1)
        across.addWidget(self.list)
        across.addLayout(middle, 1)
        across.addWidget(self.drafts)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low or narrow window the tool gets what room there is."""
        super().resizeEvent(event)
        low, narrow = self.height() < _LOW, self.width() < _NARROW
        self.lead.setVisible(not low)
        self._middle.setSpacing(4 if low else 8)
        self._middle.setStretchFactor(self.hand, 0 if low else 1)
        self.list.setFixedWidth(NARROW_LIST_WIDTH if narrow else LIST_WIDTH)
        self.drafts.setFixedWidth(NARROW_DRAFTS_WIDTH if narrow else DRAFTS_WIDTH)
        rim = 8 if narrow else 14
        self._across.setContentsMargins(rim, rim, rim, rim)
        self._across.setSpacing(10 if narrow else 18)

    def _connect(self) -> None:
        for speaker in (*self.pages, self.hand, self.drafts):
            speaker.asked.connect(self.asked)
        for page in self.pages:
            if isinstance(page, LearnPage):
                page.learned.connect(self.learned)
        self.list.currentRowChanged.connect(self._turn)
        self.drafts.recalled.connect(self._recall)
        self.drafts.listened.connect(lambda: self.asked.emit(Audition(True)))
        keys = {
            "Ctrl+Z": self._undo,
            "Ctrl+Shift+Z": self._redo,
            "Ctrl+Y": self._redo,
            "Ctrl+E": self.hand.save_as,
            "L": self.hand.toggle_listening,
            "F2": self._rename,
        }
        keys |= {f"Ctrl+{corner + 1}": lambda corner=corner: self.hand.use(corner) for corner in range(len(CORNERS))}
        for sequence, act in keys.items():
            QShortcut(QKeySequence(sequence), self).activated.connect(act)

    # What is so.

    def show_session(self, session: Session) -> None:
        """What is plugged in and played."""
        for part in (*self.pages, self.hand):
            part.show_session(session)

    def show_state(self, snapshot: Snapshot) -> None:
        """What the engine says."""
        self._snapshot = snapshot
        self.hand.show_state(snapshot)
        self._page.show_state(snapshot)

    def show_studio(self, studio: StudioState) -> None:
        """How the sketching tools are."""
        self._unanswered = 0
        before = self._studio
        if before is not None and studio.revision == before.revision:
            return
        self._studio = studio
        if studio.landmarks is not None:
            self._model = studio.landmarks.model
        for part in (*self.pages, self.hand, self.drafts):
            part.show_studio(studio)
        for page in self.pages:
            page.setEnabled(studio.ready)
        self._tell("" if studio.ready else _BARE)
        if before is None and studio.recipe is not None:
            self._show_recipe(studio.recipe)

    def _ask(self) -> None:
        self._unanswered += 1
        if self._unanswered == _PATIENCE:
            self._lose()
        self.asked.emit(LookStudio(-1 if self._studio is None else self._studio.revision, self._model))

    def _lose(self) -> None:
        """Another engine may come: nothing that this one said is known of it."""
        self._studio, self._model = None, ""
        for page in self.pages:
            page.setEnabled(False)
        self.hand.show_away()
        self._tell(_AWAY)

    def _tell(self, sentence: str) -> None:
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))

    # Where we are.

    @property
    def _page(self) -> Page:
        return self.pages[max(self.list.currentRow(), 0)]

    def open_page(self, page: Page) -> None:
        """Turn to one of `pages`."""
        self.list.setCurrentRow(self.pages.index(page))

    def _turn(self, row: int) -> None:
        self.pages[self._stack.currentIndex()].leave()
        page = self.pages[row]
        self._stack.setCurrentIndex(row)
        self.title.setText(page.name)
        self.lead.setText(page.purpose)
        self.hand.setVisible(page.makes_drums)
        if self._snapshot is not None:
            page.show_state(self._snapshot)

    def _recall(self, draft: Draft) -> None:
        self._show_recipe(draft.recipe)

    def _undo(self) -> None:
        """Take back the last edit of the pattern at hand; where there is none, the last change of everything else."""
        edited = self._studio is not None and self._studio.can_undo
        self.asked.emit(UndoDraft() if edited else Undo())

    def _rename(self) -> None:
        """Call the pattern at hand something else, where it is to be seen."""
        if self.hand.isVisible():
            self.hand.rename()

    def _redo(self) -> None:
        edited = self._studio is not None and self._studio.can_redo
        self.asked.emit(UndoDraft(again=True) if edited else Redo())

    def _show_recipe(self, recipe: AnyRecipe) -> None:
        """Turn to the tool that made it, set as it was then."""
        for page in self.pages:
            if page.show_recipe(recipe):
                self.open_page(page)
                return

    # What Qt says.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return belongs to what has the keys, never to a button beside it; Space that nobody wants listens."""
        if self._page.key(event):
            return
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.hand.toggle_listening()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._unanswered = 0
        self._ask()
        self._look.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._look.stop()
        if not event.spontaneous():
            self._page.leave()
            self._end_listening()
        super().hideEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Where the window goes and the music stays, the pad is to be heard again."""
        if event.type() == QEvent.Type.Close and self.isVisible():
            self._end_listening()
        return super().eventFilter(watched, event)

    def _end_listening(self) -> None:
        if self.hand.listen.isChecked():
            self.hand.listen.setChecked(False)
            self.asked.emit(Audition(False))
