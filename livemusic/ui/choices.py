"""What can be chosen at this moment: devices, ports and presets, as plain values."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from livemusic.errors import LiveMusicError
from livemusic.session.preset import Preset

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Choices:
    """Names of what is plugged in, and the presets at hand.

    `inputs`: input devices; `midi_outs`, `midi_ins`: MIDI ports; `sound_outs`: output devices. `guidance`: how
    to come by a MIDI port here, in sentences; empty where nothing is needed.
    """

    inputs: tuple[str, ...] = ()
    midi_outs: tuple[str, ...] = ()
    sound_outs: tuple[str, ...] = ()
    presets: tuple[Preset, ...] = ()
    midi_ins: tuple[str, ...] = ()
    guidance: str = ""


ListChoices = Callable[[], Choices]


class ChoiceFinder:
    """Runs a slow `list_choices` beside the window: `look` starts it, `take` gives what it found, once."""

    def __init__(self, list_choices: ListChoices) -> None:
        self._list_choices = list_choices
        self._found: Choices | None = None
        self._thread: threading.Thread | None = None

    def look(self) -> None:
        """Begin to look, unless that is under way."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="window choices", daemon=True)
            self._thread.start()

    def take(self) -> Choices | None:
        """What was found since the last call."""
        found, self._found = self._found, None
        return found

    def close(self) -> None:
        """Wait for a look under way, two seconds at most."""
        if self._thread is not None:
            self._thread.join(2.0)

    def _run(self) -> None:
        try:
            self._found = self._list_choices()
        except (LiveMusicError, OSError) as error:
            _log.info("devices could not be listed: %s", error)
