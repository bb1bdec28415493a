"""Why a plugin cannot be asked for something."""

from collections.abc import Mapping

from livemusic.sound.protocol import ChainReport, PluginReport, SetChain


def objection(
    asked: SetChain,
    left_out: Mapping[int, PluginReport],
    report: ChainReport,
    place: int,
    name: str = "",
    value: float = 0.0,
) -> str:
    """Why the plugin at `place` of `asked` cannot be asked to move its control `name` to `value`; empty where it can,
    as far as is known.
    """
    if place not in asked.places:
        return f"There is no plugin at place {place}."
    out = left_out.get(place)
    if out is not None:
        return f"{out.name} does not play. {out.detail}"
    if not 0 <= value <= 1:
        return f"{name} goes from 0 to 1, not to {value}."
    for plugin in report.plugins if report.number == asked.number and name else ():
        names = [control.parameter.name for control in plugin.controls]
        if plugin.place == place and names and name not in names:
            return f"{plugin.name} has no control {name!r}."
    return ""
