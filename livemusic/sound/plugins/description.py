"""What is known of a plugin without opening it: its name, its channels, its parameters."""

import msgspec


class Parameter(msgspec.Struct, frozen=True):
    """One control of a plugin. Values are 0..1 whatever they mean; `low`, `high` and `start` are how the plugin says
    them at 0, at 1 and when it is new. `steps`: how many positions it has, 0 for a smooth one.
    """

    name: str
    unit: str = ""
    default: float = 0.0
    low: str = ""
    high: str = ""
    start: str = ""
    steps: int = 0


class Plugin(msgspec.Struct, frozen=True):
    """A plugin that was opened, tried and closed again.

    `name` tells it from others in the same file. `channels`: 2 stereo, 1 for a mono one, which is played once a side;
    an instrument's are its outputs. `latency`: frames at 48 kHz. `load`: rendering 256 frames, in parts of their
    length, when it was tried.
    """

    path: str
    name: str
    format: str
    maker: str = ""
    version: str = ""
    is_instrument: bool = False
    channels: int = 2
    latency: int = 0
    load: float = 0.0
    parameters: tuple[Parameter, ...] = ()
