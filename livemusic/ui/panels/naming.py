"""The question what something is to be called."""

from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget

from livemusic.session.short_name import GIVEN


def ask_name(parent: QWidget, title: str, question: str, name: str) -> str | None:
    """Ask what is to be called otherwise than `name`; None where that stays."""
    new, sure = QInputDialog.getText(parent, title, question, QLineEdit.EchoMode.Normal, name)
    new = " ".join(new.split())[:GIVEN]
    return new if sure and new != name else None
