"""The preferences: a list of pages at the left, the page at the right. Every change applies at once."""

import msgspec
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QStackedWidget, QWidget

from livemusic.engine.edits import Configure, Redo, Undo
from livemusic.engine.messages import Learn
from livemusic.engine.snapshot import Snapshot
from livemusic.music.tempo import Seconds
from livemusic.session.drum_map import DrumMap
from livemusic.session.map_library import list_maps
from livemusic.session.settings import Session, Settings
from livemusic.ui import theme
from livemusic.ui.choices import Choices
from livemusic.ui.preferences.controllers import ControllersPage
from livemusic.ui.preferences.drums import DrumsPage
from livemusic.ui.preferences.files import FilesPage
from livemusic.ui.preferences.kit import KitPage
from livemusic.ui.preferences.listen import ListenPage
from livemusic.ui.preferences.look import LookPage
from livemusic.ui.preferences.midi import MidiPage
from livemusic.ui.preferences.models import find_models
from livemusic.ui.preferences.page import Page
from livemusic.ui.preferences.places import places
from livemusic.ui.preferences.sound import SoundPage
from livemusic.ui.preferences.style import STYLE_SHEET
from livemusic.ui.room import fit

#: A change that does not show once the engine has been idle so long was refused.
_SETTLE: Seconds = 1.0
_SIZE, _LEAST = QSize(1050, 760), QSize(870, 420)


class Preferences(QDialog):
    """All settings. `asked` carries requests to the engine, `opened` says that fresh names of devices are wanted.

    What was chosen is shown until the engine has done it, or has had time to: then what is so is shown.
    """

    asked = Signal(object)
    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._wanted: dict[str, object] = {}
        self._wanted_at: Seconds | None = None
        self._now: Seconds = 0.0
        self._learning = ""
        self.listen, self.midi, self.sound = ListenPage(self), MidiPage(self), SoundPage(self)
        self.controllers, self.drums, self.files = ControllersPage(self), DrumsPage(self), FilesPage(self)
        self.kit, self.look = KitPage(self), LookPage(self)
        self.pages: tuple[Page, ...] = (
            self.listen, self.midi, self.sound, self.controllers, self.drums, self.kit, self.look, self.files,
        )  # fmt: skip
        self.setWindowTitle("livemusic: preferences")
        self.setStyleSheet(theme.dressed(STYLE_SHEET))
        fit(self, _SIZE, _LEAST)
        self.list = QListWidget(self)
        self.list.setObjectName("pages")
        self.list.setAccessibleName("Pages")
        self.list.setFixedWidth(156)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._stack = QStackedWidget(self)
        for page in self.pages:
            self.list.addItem(page.title)
            self._stack.addWidget(page)
            page.changed.connect(self._change)
            page.asked.connect(self.asked)
            page.opened.connect(self.opened)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 6, 0)
        row.setSpacing(22)
        column = QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 12)
        column.addWidget(self.list)
        row.addLayout(column)
        row.addWidget(self._stack, 1)
        self.list.currentRowChanged.connect(self._turn)
        self.list.setCurrentRow(0)
        self.list.setFocus()
        for keys, request in (("Ctrl+Z", Undo()), ("Ctrl+Shift+Z", Redo()), ("Ctrl+Y", Redo())):
            QShortcut(QKeySequence(keys), self, lambda request=request: self.asked.emit(request))

    def open_page(self, page: Page) -> None:
        """Turn to one of `pages`."""
        self.list.setCurrentRow(self.pages.index(page))

    def show_session(self, session: Session) -> None:
        """What is so."""
        self._session = session
        self._wanted = {
            field: value for field, value in self._wanted.items() if getattr(session.settings, field) != value
        }
        self.kit.show_voices(session.preset.voices)
        self._fill()

    def show_choices(self, choices: Choices) -> None:
        """What there is to choose from."""
        for page in self.pages:
            page.show_choices(choices)

    def show_maps(self, maps: tuple[DrumMap, ...]) -> None:
        """Which drum maps there are."""
        self.drums.show_maps(maps)

    def show_guidance(self, text: str) -> None:
        """How a DAW is reached on this system; empty where nothing needs to be said."""
        self.midi.show_guidance(text)

    def show_state(self, snapshot: Snapshot) -> None:
        """What the engine says; for every snapshot while the window is seen."""
        self._now = snapshot.now
        self._learning = snapshot.surface.learning
        if snapshot.busy and self._wanted_at is not None:
            self._wanted_at = snapshot.now
        elif self._wanted_at is not None and snapshot.now - self._wanted_at > _SETTLE:
            self._wanted, self._wanted_at = {}, None
            self._fill()
        self._stack.currentWidget().show_state(snapshot)

    def _shown(self) -> Settings:
        """The settings as they are, or will be once the engine has done what it was asked."""
        assert self._session is not None
        return msgspec.structs.replace(self._session.settings, **self._wanted)

    def _fill(self) -> None:
        if self._session is not None:
            settings = self._shown()
            for page in self.pages:
                page.show_settings(settings)

    def _change(self, changes: dict[str, object]) -> None:
        if self._session is None:
            return
        self._wanted |= changes
        self._wanted_at = self._now
        self.asked.emit(Configure(self._session.settings, self._shown()))
        self._fill()

    def _turn(self, row: int) -> None:
        self._leave_teaching()
        self._stack.setCurrentIndex(row)

    def _leave_teaching(self) -> None:
        """Nothing is taught where nobody can see it."""
        if self._learning:
            self._learning = ""
            self.asked.emit(Learn(""))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._learning:
            self._leave_teaching()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):  # they end an entry, not the preferences
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self.opened.emit()
            models = find_models()
            self.listen.show_models(models)
            self.files.show_models(models)
            self.files.show_places(places())
            self.show_maps(list_maps())

    def hideEvent(self, event: QHideEvent) -> None:
        if not event.spontaneous():
            self._leave_teaching()
        super().hideEvent(event)
