"""What can be taught, in groups and in a musician's words; `engine.controls` says what each does."""

from livemusic.engine.controls import Fader, target_of
from livemusic.music.kit import VOICE_NAMES
from livemusic.session.preset import CORNERS, SCENES

#: The groups that also show what the session has: presets by name, parameters of plugins.
PRESETS, PLUGINS, OTHERS = "Presets", "Plugins", "Others"

#: Title, and for each target its name and the words for it.
GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Transport",
        (
            ("play/stop", "Play or stop"),
            ("play", "Play from the top"),
            ("stop", "Stop"),
            ("resume", "Resume"),
            ("panic", "Panic"),
            ("undo", "Undo"),
            ("redo", "Redo"),
        ),
    ),
    (
        "Pad",
        (
            ("pad x", "Left to right"),
            ("pad y", "Bottom to top"),
            ("follow", "Follow the music"),
            ("trade/blend", "Trade or blend"),
            ("launch", "When patterns change"),
            *((f"capture {number}", f"Capture {corner}") for number, corner in enumerate(CORNERS, 1)),
            ("clear", "Clear all corners"),
        ),
    ),
    (
        "Tempo",
        (
            ("tap", "Tap the tempo"),
            ("tempo", "Tempo, 60 to 187 bpm"),
            ("swing", "Swing"),
            ("hold", "Hold the tempo heard"),
            ("nudge earlier", "Beat earlier"),
            ("nudge later", "Beat later"),
            ("tempo half", "Half the tempo"),
            ("tempo double", "Double the tempo"),
        ),
    ),
    ("Scenes", tuple((f"scene {number}", f"Scene {number}") for number in range(1, SCENES + 1))),
    ("Recording", (("record", "Record"), ("erase", "Erase, while held"))),
    (
        PRESETS,
        (
            ("next preset", "Next preset"),
            ("previous preset", "Previous preset"),
            ("preset", "By program change"),
        ),
    ),
    ("Drums", tuple((f"strike {name}", f"Strike the {name}") for name in VOICE_NAMES)),
    (PLUGINS, ()),
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
