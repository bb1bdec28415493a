"""The errors a musician can meet, each naming the thing and its cure.

Adapters (`audio`, `midi`, `inference`, `sound`, `session`, `network`) translate foreign exceptions
into these; pure rooms raise `ValueError`. The command line prints one and exits with status 2.
"""


class LiveMusicError(Exception):
    """Something outside the program is not as it should be; the text says what, where and what to do."""


class DeviceError(LiveMusicError):
    """A sound device or a MIDI port is missing, busy or gone."""


class PortHeldError(DeviceError):
    """A MIDI port is there but takes nothing for now, because its server stands still."""


class DisplayError(LiveMusicError):
    """There is no display that a window can be opened on, or it has gone."""


class ModelError(LiveMusicError):
    """A model's files are missing, damaged or do not fit their card."""


class PresetError(LiveMusicError):
    """A preset or settings file cannot be read."""


class MediaError(LiveMusicError):
    """An audio or MIDI file cannot be read or written."""


class EngineError(LiveMusicError):
    """The engine is not running, is already running, or does not answer."""
