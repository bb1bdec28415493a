"""Whether the application is dark or light: as was chosen, or as the system asks, which may change at any time."""

from PySide6.QtCore import QObject, QSettings, Qt
from PySide6.QtWidgets import QApplication

from livemusic.session.settings import APPEARANCES, Settings
from livemusic.ui import theme

_KEY = "appearance"


class Appearance(QObject):
    """Dresses `app` at once, and again whenever that changes; what was chosen is in `settings` for the next start."""

    def __init__(self, app: QApplication, settings: QSettings) -> None:
        super().__init__(app)
        self._app = app
        self._settings = settings
        kept = str(settings.value(_KEY) or "")
        self._chosen = kept if kept in APPEARANCES else Settings().appearance
        app.setStyle("Fusion")
        app.setFont(theme.font())
        self._hints = app.styleHints()
        self._hints.colorSchemeChanged.connect(self._dress)
        theme.wear(app, light=self._is_light())

    def choose(self, wanted: str) -> None:
        """One of `APPEARANCES`, from now on."""
        if wanted != self._chosen:
            self._chosen = wanted
            self._settings.setValue(_KEY, wanted)
            self._dress()

    def _dress(self) -> None:
        if self._is_light() != theme.is_light():
            theme.wear(self._app, light=self._is_light())

    def _is_light(self) -> bool:
        asked = self._hints.colorScheme() == Qt.ColorScheme.Light
        return self._chosen == "light" or (self._chosen == "system" and asked)
