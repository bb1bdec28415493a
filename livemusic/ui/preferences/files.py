"""Preferences: models, where files are, and back to the beginning."""

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QMessageBox, QPushButton, QSizePolicy, QWidget

from livemusic.session.settings import Settings
from livemusic.ui.panels.button import button
from livemusic.ui.preferences.models import Models
from livemusic.ui.preferences.page import Elided, Page
from livemusic.ui.preferences.places import Place

_RESET = (
    "Every device, port, taught control and drum map goes back to how livemusic came. "
    "Presets and files stay. Undo brings everything back."
)


class FilesPage(Page):
    """Models in use, folders, reset."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Files", "Models, folders and reset.", parent)
        self._settings, self._models = Settings(), Models()
        self.drums = self.choice("Drum model", "The model that morphs the patterns", "drums")
        self.embedder = self.choice("Listening model", "The model that turns sound into a path", "embedder")
        self.show_folder: dict[str, QPushButton] = {}
        self.reset = button("Reset to defaults…", "Reset everything to defaults; asks first", self.sheet, "grave")
        self.reset.clicked.connect(self._reset)
        models = self.card("MODELS")
        models.add("Drums", self.drums, "Morphs the four patterns; “newest” follows updates.")
        models.add("Listening", self.embedder, "Draws the path; corners that were captured belong to their model.")
        self._places = self.card("FOLDERS")
        again = self.card("RESET")
        again.add("Reset", self.reset, "Devices, ports, MIDI mappings and drum map; presets and files stay.")
        self.cards.addStretch(1)

    def show_settings(self, settings: Settings) -> None:
        """What is so."""
        self._settings = settings
        self._fill()

    def show_models(self, models: Models) -> None:
        """Which models there are."""
        self._models = models
        self._fill()

    def show_places(self, places: Sequence[Place]) -> None:
        """Where things are; those that are shown already stay."""
        for place in places:
            if place.label in self.show_folder:
                continue
            line = QWidget(self.sheet)
            line.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(12)
            show = button("Show folder", f"Open {place.label.lower()} in the file manager", line, "quiet")
            show.setAccessibleName(f"Show folder of {place.label}")
            show.clicked.connect(lambda _, place=place: _open(place))
            path = Elided("path", Qt.TextElideMode.ElideMiddle, line)
            path.show_whole(str(place.path))
            row.addWidget(path, 1)
            row.addWidget(show)
            self.show_folder[place.label] = show
            self._places.add(place.label, line, place.text)

    def _fill(self) -> None:
        self.drums.show_entries(self._models.drum_entries(), self._settings.drums)
        self.embedder.show_entries(self._models.embedder_entries(), self._settings.embedder)

    def _reset(self) -> None:
        yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
        if QMessageBox.question(self, "Reset to defaults?", _RESET, yes | no, no) == yes:
            self.changed.emit(msgspec.structs.asdict(Settings()))


def _open(place: Place) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(place.folder)))
