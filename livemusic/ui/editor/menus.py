"""What a right click in a pattern offers: on a hit, on an empty place, and on the name of a drum."""

from collections.abc import Callable

from PySide6.QtWidgets import QMenu

from livemusic.music.editing import ORNAMENTS, ornament_at
from livemusic.music.grid import STEP
from livemusic.session.pattern_edits import (
    ClearLane,
    DoublePattern,
    DuplicateBar,
    FillLane,
    HalvePattern,
    PatternEdit,
    RandomiseVelocity,
    RemoveBar,
    RotateLane,
    SetOrnament,
)
from livemusic.ui.editor.pattern import EditedPattern

Do = Callable[[PatternEdit], None]

_KINDS = {"none": ("No ornament", "P"), "flam": ("Flam", "F"), "drag": ("Drag", "D"), "roll": ("Roll", "R")}
_LANE: tuple[tuple[str, Callable[[int], PatternEdit]] | None, ...] = (
    ("Clear the lane", ClearLane),
    None,
    ("Fill every 2nd step", lambda voice: FillLane(voice, 2)),
    ("Fill every 4th step", lambda voice: FillLane(voice, 4)),
    None,
    ("Rotate left", lambda voice: RotateLane(voice, -1)),
    ("Rotate right", lambda voice: RotateLane(voice, 1)),
    None,
    ("Randomise velocity", RandomiseVelocity),
)


def fill_lane_menu(menu: QMenu, voice: int, do: Do) -> None:
    """What can be done to the lane of a `voice`."""
    for entry in _LANE:
        if entry is None:
            menu.addSeparator()
        else:
            words, edit = entry
            menu.addAction(words).triggered.connect(lambda _, edit=edit: do(edit(voice)))


def fill_ornaments(menu: QMenu, pattern: EditedPattern, do: Do) -> None:
    """The ornaments of the hits that are chosen; nothing where there are none."""
    hits = pattern.chosen
    if not hits:
        return
    have = {ornament_at(pattern.grid, hit) for hit in hits}
    for kind in ORNAMENTS:
        words, key = _KINDS[kind]
        action = menu.addAction(f"{words}\tShift+{key}")
        action.setCheckable(True)
        action.setChecked(have == {kind})
        action.triggered.connect(lambda _, kind=kind: do(SetOrnament(hits, kind)))
    menu.addSeparator()


def fill_bar_menu(menu: QMenu, pattern: EditedPattern, do: Do) -> None:
    """What can be done to the bar under the cursor, and to the length of the pattern."""
    bar, bars = pattern.bar_here, pattern.bars
    for words, edit, can in (
        (f"Duplicate bar {bar + 1}\tCtrl+D", DuplicateBar(bar), True),
        (f"Remove bar {bar + 1}", RemoveBar(bar), bars > 1),
        (f"Double to {2 * bars} bars", DoublePattern(), True),
        (f"Halve to {bars // 2} bar{'s' * (bars > 3)}", HalvePattern(), pattern.grid.length % (2 * pattern.bar) == 0),
    ):
        action = menu.addAction(words if can else words.replace("Halve to 0 bar", "Halve"))
        action.setEnabled(can)
        action.triggered.connect(lambda _, edit=edit: do(edit))


def beats_on(step: int, steps: int, beat: int) -> int:
    """The first step from the beat of `step` on that lies after `steps` more, on a beat again."""
    return step + -(-steps * STEP // beat) * beat // STEP
