"""A choice of the table of actions as a menu, for where the window has no room for its control."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from livemusic.engine.action import Choice
from livemusic.engine.actions import BY_NAME
from livemusic.engine.snapshot import Snapshot

#: What a menu calls the words of a choice, where that is something else.
_CALLED = {"nearest": "Nearest corner"}


class ChoiceMenu(QMenu):
    """The choice that the action `name` is, called `title`; `asked` carries the requests."""

    asked = Signal(object)

    def __init__(self, title: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        kind = BY_NAME[name].kind
        assert isinstance(kind, Choice)
        self._kind = kind
        group = QActionGroup(self)
        for word in kind.words:
            entry = self.addAction(_CALLED.get(word, word[:1].upper() + word[1:]))
            entry.setData(word)
            entry.setCheckable(True)
            group.addAction(entry)
        group.triggered.connect(lambda entry: self.asked.emit(kind.make(entry.data())))

    def show_state(self, snapshot: Snapshot) -> None:
        """What the engine says."""
        chosen = self._kind.value(snapshot)
        for entry in self.actions():
            entry.setChecked(entry.data() == chosen)
