"""What the host asks of an open plugin, so that a test can bring one that misbehaves."""

from collections.abc import Callable, Sequence
from typing import Protocol

from livemusic.errors import LiveMusicError
from livemusic.sound.plugins.description import Parameter
from livemusic.sound.voices import Samples

#: The longest block a plugin is given.
MOST_FRAMES = 1024


class PluginError(LiveMusicError):
    """A plugin is missing, cannot be opened, or does not do what it should."""


class Closing(Protocol):
    """Asked every few milliseconds while an editor window is open: shall it close?"""

    def is_set(self) -> bool: ...


class Hosted(Protocol):
    """An open plugin at one sample rate. Opened, closed, saved and edited on the main thread, played on another."""

    name: str
    is_instrument: bool
    channels: int

    @property
    def latency(self) -> int:
        """Frames from what goes in to what comes out."""

    def process(self, sound: Samples) -> Samples:
        """An effect's answer to `(2, frames)`, as long as that."""

    def play(self, messages: Sequence[tuple[bytes, int]], frames: int) -> Samples:
        """An instrument's next `(2, frames)`; each message is raw MIDI and the frame in this block it is due at."""

    def parameters(self) -> tuple[Parameter, ...]:
        """Its controls, each name once."""

    def values(self) -> dict[str, tuple[float, str]]:
        """Where each control is, 0..1, and how the plugin says that."""

    def set(self, name: str, value: float) -> None:
        """Move a control to 0..1; a name it does not know is passed over."""

    def state(self) -> bytes:
        """All of it, in a form only the plugin understands."""

    def restore(self, state: bytes) -> None:
        """Become what `state` says."""

    def show_editor(self, closing: Closing) -> None:
        """Show its window and wait until it is closed, or `closing` says so."""


#: `(path, name, sample rate)` -> an open plugin; the name is empty where the file holds only one. `PluginError`.
Opener = Callable[[str, str, int], Hosted]
