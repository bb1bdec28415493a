"""The plugin rack: what the drums are played by and through, and how it is set."""

from livemusic.ui.rack.dialog import PluginRack

__all__ = ["PluginRack"]
