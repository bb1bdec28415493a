"""The menu of everything that can be renamed: patterns on the corners, scenes, sections."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from livemusic.engine.edits import RenameCorner
from livemusic.session.preset import CORNER_LETTERS, CORNERS
from livemusic.ui.commands import Desk
from livemusic.ui.panels.naming import ask_name
from livemusic.ui.panels.scenes import ScenesPanel
from livemusic.ui.panels.sections import SectionsMenu


class RenameMenu(QMenu):
    """An entry for each corner, each scene that is stored and each section; `asked` carries the requests."""

    asked = Signal(object)

    def __init__(self, desk: Desk, scenes: ScenesPanel, sections: SectionsMenu, parent: QWidget) -> None:
        super().__init__("Rename", parent)
        self._desk, self._scenes, self._sections = desk, scenes, sections
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Make the entries."""
        self.clear()
        for corner, name in enumerate(self._desk.corner_names):
            entry = self.addAction(f"Corner {CORNER_LETTERS[corner]}, {name.replace('&', '&&')}…")
            entry.triggered.connect(lambda *_, corner=corner: self.rename_corner(corner))
        self.addSeparator()
        self._scenes.offer_names(self)
        self.addSeparator()
        self._sections.offer_names(self)

    def offer_corner(self, menu: QMenu, corner: int) -> None:
        """Put into a menu of another place that the pattern in a corner (0..3) can be renamed."""
        name = self._desk.corner_names[corner].replace("&", "&&")
        menu.addAction(f"Rename “{name}”…").triggered.connect(lambda *_: self.rename_corner(corner))

    def rename_corner(self, corner: int) -> None:
        """Ask what the pattern in a corner (0..3) is to be called."""
        question = f"What is the pattern in the {CORNERS[corner]} corner called?"
        if new := ask_name(self.parentWidget(), "Rename the pattern", question, self._desk.corner_names[corner]):
            self.asked.emit(RenameCorner(corner, new))
