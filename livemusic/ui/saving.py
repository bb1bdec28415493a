"""Where something is saved: a name that is free is proposed, and nothing is written over unasked."""

from collections.abc import Collection
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from livemusic.session.files import free_path


def ask_file(
    parent: QWidget, title: str, wanted: Path, kinds: str, suffixes: tuple[str, ...], taken: Collection[Path] = ()
) -> Path | None:
    """Ask for a file. Proposed is `wanted`, or with the next number where there is one or it is `taken`.

    The first of `suffixes` is added where the name ends in none of them.
    """
    name, _ = QFileDialog.getSaveFileName(parent, title, str(free_path(wanted, taken)), kinds)
    if not name or name.lower().endswith(suffixes):
        return Path(name) if name else None
    path = Path(f"{name}{suffixes[0]}")
    if path.exists() and not agreed(parent, f"There is a file “{path.name}” already. Overwrite it?"):
        return None
    return path


def agreed(parent: QWidget, question: str) -> bool:
    """Whether the musician says yes."""
    yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
    return QMessageBox.question(parent, "livemusic", question, yes | no, no) == yes
