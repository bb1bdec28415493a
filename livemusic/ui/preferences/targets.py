"""What can be taught, in groups and in a musician's words, as the table of actions has it."""

from livemusic.engine.action import Fader
from livemusic.engine.actions import ACTIONS, target_of

#: The groups that also show what the session has: presets by name, parameters of plugins.
PRESETS, PLUGINS, OTHERS = "Presets", "Plugins", "Others"

_TITLES = tuple(dict.fromkeys(action.group for action in ACTIONS if action.kind is not None))
#: Title, and for each target its name and the words for it.
GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    *((title, tuple(row for action in ACTIONS if action.group == title for row in action.titled)) for title in _TITLES),
    (OTHERS, ()),
)

_WORDS = {target: words for _, targets in GROUPS for target, words in targets}
_GROUP_OF = {target: title for title, targets in GROUPS for target, _ in targets}


def words_of(target: str) -> str:
    """What `target` is called in the table."""
    kind, _, rest = target.partition(" ")
    if target in _WORDS:
        return _WORDS[target]
    if kind == "preset":
        return rest
    place, _, parameter = rest.partition(" ")
    if kind == "plugin" and place.isdecimal():
        return f"{parameter} · {'instrument' if place == '0' else f'effect {place}'}"
    return target


def group_of(target: str) -> str:
    """The title of the group that `target` belongs to."""
    if target in _GROUP_OF:
        return _GROUP_OF[target]
    return {"preset": PRESETS, "plugin": PLUGINS}.get(target.partition(" ")[0], OTHERS)


def is_value(target: str) -> bool:
    """Whether `target` goes from low to high, so that a range makes sense."""
    try:
        return isinstance(target_of(target), Fader)
    except ValueError:
        return False
