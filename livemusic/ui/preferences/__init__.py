"""The one window for everything that is set once: devices, ports, controllers, drum maps, files."""

from livemusic.ui.preferences.dialog import Preferences

__all__ = ["Preferences"]
