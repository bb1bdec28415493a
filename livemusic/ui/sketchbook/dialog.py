"""The sketchbook's window."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog

from livemusic.engine.snapshot import Snapshot, StudioState
from livemusic.session.settings import Session


class SketchbookDialog(QDialog):
    """Tools, the pattern at hand, drafts. `asked` carries requests to the engine."""

    asked = Signal(object)

    def show_session(self, session: Session) -> None:
        """What is plugged in and played."""

    def show_state(self, snapshot: Snapshot) -> None:
        """What the engine says."""

    def show_studio(self, studio: StudioState) -> None:
        """How the sketching tools are."""
