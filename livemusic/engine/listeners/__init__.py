"""What hears the same samples as the path, beside it, on the listening thread: beats, drums, harmony."""

from livemusic.engine.listeners.listener import Listener, Sounded

__all__ = ["Listener", "Sounded"]
