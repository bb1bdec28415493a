"""What every tool of the sketchbook is: a page that asks the engine for patterns."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from livemusic.engine.snapshot import Snapshot, StudioState
from livemusic.session.settings import Session
from livemusic.session.sketchbook import AnyRecipe


class Page(QWidget):
    """One tool. `asked` carries requests to the engine: `Try` while a control moves, `Make` when it comes to rest.

    `name` stands in the list of tools, `purpose` above the page: one sentence that says what it is good for. Where it
    `makes_drums` the pattern at hand stands below it.
    """

    asked = Signal(object)
    name = ""
    purpose = ""
    makes_drums = True

    def show_session(self, session: Session) -> None:
        """What is plugged in and played."""

    def show_state(self, snapshot: Snapshot) -> None:
        """What the engine says."""

    def show_studio(self, studio: StudioState) -> None:
        """How the sketching tools are. Only called with news; the style map only when it is new."""

    def show_recipe(self, recipe: AnyRecipe) -> bool:
        """Set the controls as `recipe` has them, because its draft was called back; whether it is one of this page."""
        return False

    def key(self, event: QKeyEvent) -> bool:
        """Whether this page has a use for a key that nothing else wanted."""
        return False

    def leave(self) -> None:
        """The page is no longer looked at."""
