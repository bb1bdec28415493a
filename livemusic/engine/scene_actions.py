"""The rows of the table of actions for scenes, and for what the sections of the music bring."""

from livemusic.engine import messages as say
from livemusic.engine.action import Action, Numbered, Special, Switch
from livemusic.engine.edits import CarrySection, FollowSections, StoreScene
from livemusic.engine.messages import AnyRequest
from livemusic.engine.snapshot import Snapshot
from livemusic.network.address import Number, Value, Word
from livemusic.session.preset import CORNERS, SCENES
from livemusic.session.section import SECTIONS, SectionNote

_LABEL = Number("label", 0, SECTIONS - 1, whole=True)
_SCENE = Number("number", 0, SCENES - 1, whole=True)


def _follows_sections(now: Snapshot) -> bool:
    return now.session is not None and now.session.preset.follow_sections


def _stored(now: Snapshot, number: int) -> bool:
    scenes = () if now.session is None else now.session.preset.scenes
    return number < len(scenes) and scenes[number] is not None


def _bring_corner(label: int, corner: int) -> AnyRequest:
    return CarrySection(label, corner=None if corner < 0 else corner)


def _bring_scene(label: int, number: int) -> AnyRequest:
    return CarrySection(label, scene=None if number < 0 else number)


def _bring_preset(label: int, name: str) -> AnyRequest:
    return CarrySection(label, preset=name)


def _notes(now: Snapshot) -> list[tuple[int, SectionNote]]:
    notes = () if now.session is None else now.session.preset.sections
    return [(label, note) for label, note in enumerate(notes) if note is not None]


def _told_corners(now: Snapshot) -> tuple[tuple[Value, ...], ...]:
    return tuple((label, -1 if note.corner is None else note.corner) for label, note in _notes(now))


def _told_scenes(now: Snapshot) -> tuple[tuple[Value, ...], ...]:
    return tuple((label, -1 if note.scene is None else note.scene) for label, note in _notes(now))


SCENE_ACTIONS: tuple[Action, ...] = (
    Action("scene", "Scenes", "Go to a scene", Numbered("number", SCENES, say.LaunchScene),
           tuple(f"F{key + 2}" for key in range(SCENES)), "scene",
           tuple(f"Scene {number + 1}" for number in range(SCENES))),
    Action("store scene", "Scenes", "Store a scene", Numbered("number", SCENES, StoreScene, _stored),
           tuple(f"Shift+F{key + 2}" for key in range(SCENES)), "scene/store",
           tuple(f"Store scene {number + 1}" for number in range(SCENES))),
    Action("clear scene", "Scenes", "Clear a scene", Special(lambda number: StoreScene(number, ""), (_SCENE,)),
           osc="scene/clear"),
    Action("follow sections", "Scenes", "Follow the sections of the music",
           Switch(FollowSections, _follows_sections), osc="sections/follow"),
    Action("section corner", "Scenes", "Corner that a section brings, A is 0; -1 for none",
           Special(_bring_corner, (_LABEL, Number("corner", -1, len(CORNERS) - 1, whole=True)), told=_told_corners),
           osc="section/corner"),
    Action("section scene", "Scenes", "Scene that a section brings, A is 0; -1 for none",
           Special(_bring_scene, (_LABEL, Number("number", -1, SCENES - 1, whole=True)), told=_told_scenes),
           osc="section/scene"),
    Action("section preset", "Scenes", "Preset that a section brings, A is 0",
           Special(_bring_preset, (_LABEL, Word("name"))), osc="section/preset"),
)  # fmt: skip
