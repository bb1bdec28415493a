"""The part of the View menu that says how the path is shown."""

from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QAction, QActionGroup, QGuiApplication
from PySide6.QtWidgets import QMenu

from livemusic.engine.messages import SetShow
from livemusic.engine.request import Request
from livemusic.session.show import COLOURS, THEMES, TRAILS, Show
from livemusic.ui.stage import StageHand

#: What can be chosen of each: its words, and what they stand for.
_CHOICES: dict[str, tuple[str, dict[str, Any]]] = {
    "colour": ("Colour of the path", {word.capitalize(): word for word in COLOURS}),
    "theme": ("Theme of the stage", {word: word for word in THEMES}),
    "width": ("Lines of the stage", {"Fine": 1.0, "Medium": 2.0, "Bold": 3.5, "Broad": 6.0}),
    "trail": ("Path on the stage", {"10 seconds": 10.0, "30 seconds": 30.0, "2 minutes": 120.0, "All": TRAILS[1]}),
    "motion": ("Camera of the stage", {"Still": 0.0, "Gentle": 0.5, "Lively": 1.0}),
}
_SWITCHES = {"hits": "Drum glow in the path", "text": "Names on the stage"}


class ShowMenus:
    """Adds them to `menu`; a choice is asked of the engine by `send`, and shown once it says so. `hand` puts the
    stage on a screen.
    """

    def __init__(self, menu: QMenu, send: Callable[[Request], None], hand: StageHand) -> None:
        self._send, self._hand = send, hand
        self._screens = menu.addMenu("Stage on screen")
        self._screens.aboutToShow.connect(self._list_screens)
        self._groups = {name: self._choose(menu, name) for name in _CHOICES}
        self._switches = {name: self._switch(menu, name) for name in _SWITCHES}

    def show_state(self, show: Show) -> None:
        """What the engine says."""
        for name, group in self._groups.items():
            for action in group.actions():
                action.setChecked(action.data() == getattr(show, name))
        for name, action in self._switches.items():
            action.setChecked(getattr(show, name))

    def _choose(self, menu: QMenu, name: str) -> QActionGroup:
        title, words = _CHOICES[name]
        below = menu.addMenu(title)
        group = QActionGroup(below)
        group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        for word, value in words.items():
            action = below.addAction(word)
            action.setData(value)
            action.setCheckable(True)
            group.addAction(action)
        group.triggered.connect(lambda action: self._send(SetShow(**{name: action.data()})))
        return group

    def _switch(self, menu: QMenu, name: str) -> QAction:
        action = menu.addAction(_SWITCHES[name])
        action.setCheckable(True)
        action.triggered.connect(lambda on: self._send(SetShow(**{name: bool(on)})))
        return action

    def _list_screens(self) -> None:
        self._screens.clear()
        for number, screen in enumerate(QGuiApplication.screens(), 1):
            size = screen.size()
            action = self._screens.addAction(f"{number}: {screen.name()}, {size.width()}×{size.height()}")
            action.setCheckable(True)
            action.setChecked(screen is self._hand.screen)
            action.triggered.connect(lambda *_, screen=screen: self._hand.choose(screen))
