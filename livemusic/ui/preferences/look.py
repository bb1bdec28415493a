"""Preferences: how the window looks."""

from PySide6.QtWidgets import QWidget

from livemusic.session.settings import Settings
from livemusic.ui.preferences.page import Page

_APPEARANCES = (("System", "system"), ("Dark", "dark"), ("Light", "light"))


class LookPage(Page):
    """Dark or light."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "Appearance", "How the window looks. The stage has themes of its own, in the View menu.", parent
        )
        self.appearance = self.choice("Theme", "Dark or light, or as the system is", "appearance")
        window = self.card("WINDOW")
        window.add("Theme", self.appearance, "System follows your desktop when it turns dark or light.")
        self.cards.addStretch(1)
        self.show_settings(Settings())

    def show_settings(self, settings: Settings) -> None:
        """What is so."""
        self.appearance.show_entries(_APPEARANCES, settings.appearance)
