"""The rows of the table of actions that give names: OSC says which, the window asks by its menus."""

from livemusic.engine.action import Action, Special
from livemusic.engine.edits import NameSection, RenameCorner, RenameScene
from livemusic.engine.pattern_edits import RenameDraft
from livemusic.engine.snapshot import Snapshot
from livemusic.network.address import Number, Value, Word
from livemusic.session.preset import CORNERS, SCENES
from livemusic.session.section import SECTIONS

_NAME = Word("name")


def _to(last: int, name: str) -> Number:
    return Number(name, 0, last, whole=True)


def _corners(now: Snapshot) -> tuple[tuple[Value, ...], ...]:
    corners = () if now.session is None else now.session.preset.corners
    return tuple((number, clip.name) for number, clip in enumerate(corners))


def _scenes(now: Snapshot) -> tuple[tuple[Value, ...], ...]:
    """The name of each scene, empty where none is stored."""
    stored = () if now.session is None else now.session.preset.scenes
    scenes = [*stored, *[None] * SCENES][:SCENES]
    return tuple((number, "" if scene is None else scene.name) for number, scene in enumerate(scenes))


NAME_ACTIONS: tuple[Action, ...] = (
    Action("rename corner", "Names", "Rename the pattern in a corner",
           Special(RenameCorner, (_to(len(CORNERS) - 1, "corner"), _NAME), told=_corners), osc="corner/rename"),
    Action("rename scene", "Names", "Rename a scene",
           Special(RenameScene, (_to(SCENES - 1, "number"), _NAME), told=_scenes), osc="scene/rename"),
    Action("rename section", "Names", "Rename a kind of section, A first",
           Special(NameSection, (_to(SECTIONS - 1, "label"), _NAME)), osc="section/rename"),
    Action("rename draft", "Names", "Rename the pattern at hand in the sketchbook",
           Special(RenameDraft, (_NAME,)), osc="draft/rename"),
)  # fmt: skip
