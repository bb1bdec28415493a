"""The stage lock: while it is on, mouse and keys play, but nothing can be edited, opened, closed or quit."""

from collections.abc import Mapping, Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

#: What can be done while it is on: play and perform. Whatever is not named here is locked.
PERFORMED = frozenset((
    "play/stop", "resume", "panic", "follow", "follow what", "launch", "corner", "tap", "hold", "nudge earlier",
    "nudge later", "tempo half", "tempo double", "scene", "answer", "follow sections", "record take", "play song",
    "restart song", "other take", "next preset", "previous preset", "stage", "path colour", "stage theme",
    "harmony view", "turn path", "reset path", "full screen", "help", "manual", "what is this", "about", "stage lock",
    "fill", "another variation", "half time", "double time", "next section", "reset performance",
))  # fmt: skip


class StageLock:
    """Locks `parts` of the window and all `actions`, by name, that are not performed.

    An action that is disabled for another reason stays so: call `settle` after anything else has set them.
    """

    def __init__(self, parts: Sequence[QWidget], actions: Mapping[str, Sequence[QAction]]) -> None:
        self._parts, self._actions = parts, actions
        self.on = False

    def show(self, on: bool) -> bool:
        """Lock or unlock; whether that is a change."""
        if on == self.on:
            return False
        self.on = on
        for part in self._parts:
            part.setEnabled(not on)
        for name, actions in self._actions.items():
            if name not in PERFORMED:
                for action in actions:
                    action.setEnabled(not on)
        return True

    def settle(self) -> None:
        """Keep locked what somebody else has enabled meanwhile."""
        if self.on:
            for name, actions in self._actions.items():
                if name not in PERFORMED:
                    for action in actions:
                        action.setEnabled(False)
