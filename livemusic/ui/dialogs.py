"""The windows beside the window, made when they are first wanted: preferences, plugins and sketchbook."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from livemusic.engine.snapshot import PluginsState, Snapshot, StudioState
from livemusic.session.settings import Session
from livemusic.session.show import Show
from livemusic.ui.choices import Choices
from livemusic.ui.commands import Desk

if TYPE_CHECKING:
    from livemusic.ui.filming import FilmDialog
    from livemusic.ui.preferences import Preferences
    from livemusic.ui.rack import PluginRack
    from livemusic.ui.ramp import RampDialog
    from livemusic.ui.set_list import SetListDialog
    from livemusic.ui.sketchbook import SketchbookDialog


class Dialogs(QObject):
    """Opens them over `window`, and tells those that are open how things are. `look`: fresh device names are wanted.
    `shown` tells that one has come up.
    """

    shown = Signal()

    def __init__(self, window: QWidget, desk: Desk, look: Callable[[], None]) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._look = look
        self._choices = Choices()
        self.preferences: Preferences | None = None
        self.ramp: RampDialog | None = None
        self.rack: PluginRack | None = None
        self.sketchbook: SketchbookDialog | None = None
        self.film: FilmDialog | None = None
        self.set_list: SetListDialog | None = None

    def open_preferences(self) -> None:
        """Everything that is set once."""
        if self.preferences is None:
            from livemusic.ui.preferences import Preferences

            self.preferences = Preferences(self._window)
            self.preferences.asked.connect(self._desk.send)
            self.preferences.opened.connect(self._look)
        self._offer(self.preferences)
        self._present(self.preferences)

    def open_ramp(self) -> None:
        """Where a ramp of the tempo goes."""
        if self.ramp is None:
            from livemusic.ui.ramp import RampDialog

            self.ramp = RampDialog(self._window)
            self.ramp.asked.connect(self._desk.send)
        self._present(self.ramp)

    def open_rack(self) -> None:
        """The plugins that are played through."""
        if self.rack is None:
            from livemusic.ui.rack import PluginRack

            self.rack = PluginRack(self._window)
            self.rack.asked.connect(self._desk.send)
        self._present(self.rack)

    def open_film(self) -> None:
        """A film of a recording; first of all of the one that is listened to."""
        if self.film is None:
            from livemusic.ui.filming import FilmDialog

            self.film = FilmDialog(self._window)
        snapshot = self._desk.snapshot
        song = "" if snapshot is None or snapshot.song is None else snapshot.song.path
        self.film.offer(song, Show() if snapshot is None else snapshot.surface.show)
        self._bring_up(self.film)

    def open_set_list(self) -> None:
        """The presets of the show in order."""
        if self.set_list is None:
            from livemusic.ui.set_list import SetListDialog

            self.set_list = SetListDialog(self._window)
            self.set_list.asked.connect(self._desk.send)
        self.set_list.show_presets([preset.name for preset in self._choices.presets])
        self._present(self.set_list)

    def open_sketchbook(self, tool: str = "") -> None:
        """The tools that make patterns, at the `tool` of that name."""
        if self.sketchbook is None:
            from livemusic.ui.sketchbook import SketchbookDialog

            self.sketchbook = SketchbookDialog(self._window)
            self.sketchbook.asked.connect(self._desk.send)
            self.sketchbook.learned.connect(self._look)
        for page in self.sketchbook.pages:
            if page.name == tool:
                self.sketchbook.open_page(page)
        self._present(self.sketchbook)

    def _present(self, dialog: QDialog) -> None:
        if self._desk.session is not None:
            dialog.show_session(self._desk.session)
        if self._desk.snapshot is not None:
            dialog.show_state(self._desk.snapshot)
        self._bring_up(dialog)

    def _bring_up(self, dialog: QDialog) -> None:
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        self.shown.emit()

    def show_session(self, session: Session) -> None:
        """What is plugged in and played."""
        for dialog in self._open():
            dialog.show_session(session)

    def show_state(self, snapshot: Snapshot) -> None:
        """What the engine says."""
        for dialog in self._open():
            dialog.show_state(snapshot)

    def show_choices(self, choices: Choices) -> None:
        """What there is to choose from."""
        self._choices = choices
        if self.preferences is not None:
            self._offer(self.preferences)
        if self.set_list is not None:
            self.set_list.show_presets([preset.name for preset in choices.presets])

    def _offer(self, preferences: "Preferences") -> None:
        preferences.show_choices(self._choices)
        preferences.show_guidance(self._choices.guidance)

    def show_plugins(self, plugins: PluginsState) -> None:
        """How the plugins are."""
        if self.rack is not None:
            self.rack.show_plugins(plugins)

    def show_studio(self, studio: StudioState) -> None:
        """How the sketching tools are."""
        if self.sketchbook is not None:
            self.sketchbook.show_studio(studio)

    def _open(self) -> list["Preferences | PluginRack | SketchbookDialog | RampDialog | SetListDialog"]:
        return [
            dialog
            for dialog in (self.preferences, self.rack, self.sketchbook, self.ramp, self.set_list)
            if dialog is not None and dialog.isVisible()
        ]
