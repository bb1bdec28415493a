"""The manual in a window: the pages of `docs/`, which are shipped, with their pictures and links."""

from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QSize, QUrl
from PySide6.QtGui import QDesktopServices, QTextDocument
from PySide6.QtWidgets import QDialog, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from livemusic.ui.panels.button import button
from livemusic.ui.room import fit

_SIZE, _LEAST = QSize(900, 760), QSize(480, 320)
_FIRST = "guide.md"


def manual_folder() -> Path:
    """Where the pages are: `livemusic/docs` in an installed package, `docs` beside it in a checkout."""
    package = Path(str(files("livemusic")))
    shipped = package / "docs"
    return shipped if shipped.is_dir() else package.parent / "docs"


class Manual(QDialog):
    """Shows the guide; links to other pages open here, all others in the browser."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("livemusic manual")
        self.page = QTextBrowser(self)
        self.page.setAccessibleName("Manual")
        self.page.setOpenLinks(False)
        self.page.setSearchPaths([str(manual_folder())])
        self.page.anchorClicked.connect(self.follow)
        self.back = button("Back", "Back to the page before [Alt+Left]", self)
        self.home = button("Contents", "To the first page of the guide", self)
        self.back.clicked.connect(self.page.backward)
        self.page.backwardAvailable.connect(self.back.setEnabled)
        self.home.clicked.connect(self.begin)
        row, column = QHBoxLayout(), QVBoxLayout(self)
        row.addWidget(self.back)
        row.addWidget(self.home)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.page, 1)
        self.back.setEnabled(False)
        fit(self, _SIZE, _LEAST)
        self.begin()

    def begin(self) -> None:
        """Show the first page."""
        self._open(QUrl.fromLocalFile(str(manual_folder() / _FIRST)))

    def follow(self, link: QUrl) -> None:
        """Open a page of the manual here, and anything else outside."""
        there = self.page.source().resolved(link)
        page = Path(there.toLocalFile())
        if there.isLocalFile() and page.suffix == ".md" and page.parent == manual_folder() and page.is_file():
            self._open(there)
        elif there.scheme() in ("http", "https"):
            QDesktopServices.openUrl(there)

    def _open(self, page: QUrl) -> None:
        self.page.setSource(page, QTextDocument.ResourceType.MarkdownResource)
