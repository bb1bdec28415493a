"""Choose what the kit plays: the drums that are computed, a folder of one-shots or an SFZ file."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from livemusic.session.files import kept, path_of, shown
from livemusic.sound.protocol import KitTold
from livemusic.ui.panels.button import button
from livemusic.ui.preferences.page import Elided, PlugLine

_COMPUTED = "The built-in drums"


class SampleChoice(QWidget):
    """`chosen` carries the folder or file that is wanted, empty for the built-in drums."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._wanted = ""
        self.name = Elided("help", Qt.TextElideMode.ElideMiddle, self)
        self.name.setAccessibleName("What the kit plays")
        self.folder = button("Folder…", "Play the one-shots in a folder", self, "quiet", "A folder of one-shots")
        self.sfz = button("SFZ…", "Play an SFZ drum kit", self, "quiet", "An SFZ file")
        self.reset = button("Built-in", "Play the built-in drums", self, "quiet", "The built-in drums")
        self.state = PlugLine(self)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.name, 1)
        for each in (self.folder, self.sfz, self.reset):
            row.addWidget(each)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.state)
        self.folder.clicked.connect(self._choose_folder)
        self.sfz.clicked.connect(self._choose_file)
        self.reset.clicked.connect(lambda: self.chosen.emit(""))
        self.show_kit("")

    def show_kit(self, wanted: str) -> None:
        """What is chosen."""
        self._wanted = wanted
        self.name.show_whole(shown(path_of(wanted)) if wanted else _COMPUTED)
        self.reset.setEnabled(bool(wanted))

    def show_told(self, told: KitTold) -> None:
        """What became of it."""
        self.state.setVisible(bool(self._wanted))
        if told.wanted != self._wanted:
            self.state.show_text("off", "It is read once the sound is on.")
        else:
            self.state.show_text("on" if told.played else "failed", told.told or "All nine drums are there.")

    def _choose_folder(self) -> None:
        if path := QFileDialog.getExistingDirectory(self, "A folder of one-shots", self._place()):
            self.chosen.emit(kept(Path(path)))

    def _choose_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "An SFZ drum kit", self._place(), "SFZ (*.sfz *.SFZ)")
        if path:
            self.chosen.emit(kept(Path(path)))

    def _place(self) -> str:
        return str(path_of(self._wanted).parent) if self._wanted else str(Path.home())
