"""A plugin as a preset remembers it."""

import msgspec


class PluginSlot(msgspec.Struct, frozen=True):
    """A plugin to be played: the file, which one in it (`` where there is but one), and how it is set.

    `state` is what the plugin itself saved; `values`, by parameter name and 0..1, are set after it.
    """

    path: str
    name: str = ""
    state: bytes = b""
    values: dict[str, float] = {}
