"""One change of a session each: a new session in which one thing is different."""

from collections.abc import Sequence

import msgspec

from livemusic.dsp.matching.voice import DrumVoice
from livemusic.music.grid import STEP, Grid
from livemusic.music.kit import VOICE_COUNT, VOICE_NAMES
from livemusic.music.tempo import Meter
from livemusic.session.control import Binding
from livemusic.session.lane_mix import MUTE_GROUPS, MuteGroup
from livemusic.session.plugin import PluginSlot
from livemusic.session.preset import SCENES, Clip, Scene
from livemusic.session.section import SECTIONS, SectionNote
from livemusic.session.settings import Session

MOST_BARS = 32
#: What a drum map's name says once it is no longer the one of that name.
_CHANGED = " (changed)"


def with_settings(session: Session, **changes: object) -> Session:
    """`session` with these fields of its settings changed."""
    return msgspec.structs.replace(session, settings=msgspec.structs.replace(session.settings, **changes))


def with_preset(session: Session, **changes: object) -> Session:
    """`session` with these fields of its preset changed."""
    return msgspec.structs.replace(session, preset=msgspec.structs.replace(session.preset, **changes))


def led(session: Session, leader: str) -> Session:
    """`session` whose time `leader` sets: one of `session.settings.LEADERS`, or `demo`, the demo song."""
    return with_settings(session, tempo_from="own" if leader == "demo" else leader, demo_leads=leader == "demo")


def led_by(session: Session) -> tuple[str, bool]:
    """What `led` changes."""
    return session.settings.tempo_from, session.settings.demo_leads


def bound(session: Session, binding: Binding) -> Session:
    """`session` with `binding`: neither its control nor its target have any other."""
    control = msgspec.structs.replace(binding.control, coding="")
    others = (
        other
        for other in session.settings.bindings
        if other.target != binding.target and msgspec.structs.replace(other.control, coding="") != control
    )
    return with_settings(session, bindings=(*others, binding))


def unbound(session: Session, target: str) -> Session:
    """`session` without a control for `target`."""
    return with_settings(
        session, bindings=tuple(other for other in session.settings.bindings if other.target != target)
    )


def hearing(session: Session, voice: int, pitch: int) -> Session:
    """`session` in which the note `pitch`, played by hand, is the drum `voice`."""
    taught = session.settings.drum_map.hearing(voice, pitch)
    name = taught.name.removesuffix(_CHANGED) + _CHANGED
    return with_settings(session, drum_map=msgspec.structs.replace(taught, name=name))


def with_corner(session: Session, corner: int, clip: Clip) -> Session:
    """`session` with `clip` in a corner 0..3."""
    corners = list(session.preset.corners)
    corners[corner] = clip
    return with_preset(session, corners=tuple(corners))


def with_grid(session: Session, corner: int, grid: Grid) -> Session:
    """`session` with `grid` in a corner 0..3, under the name that is there."""
    return with_corner(session, corner, Clip.of(grid, session.preset.corners[corner].name))


def renamed_corner(session: Session, corner: int, name: str) -> Session:
    """`session` whose pattern in a corner 0..3 is called `name`."""
    return with_corner(session, corner, msgspec.structs.replace(session.preset.corners[corner], name=name))


def reshaped(session: Session, meter: Meter, bars: int) -> Session:
    """`session` in `meter`, all patterns `bars` (1..32) long: longer ones cut, shorter ones repeated."""
    if not 1 <= bars <= MOST_BARS:
        raise ValueError(f"{bars} bars are outside 1..{MOST_BARS}")
    steps = -(-bars * meter.bar // STEP)
    corners = tuple(Clip.of(clip.grid().looped(steps), clip.name) for clip in session.preset.corners)
    return with_preset(session, meter=(meter.beats, meter.unit), corners=corners)


def locked(session: Session, voice: int, corner: int | None) -> Session:
    """`session` in which a voice (0..8) plays the lane of a corner (0..3) wherever the hand is, or None: goes along."""
    if not 0 <= voice < VOICE_COUNT:
        raise ValueError(f"voice {voice} is outside 0..{VOICE_COUNT - 1}")
    locks = [*session.preset.locks, *[None] * VOICE_COUNT][:VOICE_COUNT]
    locks[voice] = corner
    while locks and locks[-1] is None:
        locks.pop()
    return with_preset(session, locks=tuple(locks))


def with_scene(session: Session, number: int, scene: Scene | None) -> Session:
    """`session` with `scene` at place `number` (0..7), or none there."""
    if not 0 <= number < SCENES:
        raise ValueError(f"scene {number} is outside 0..{SCENES - 1}")
    scenes = [*session.preset.scenes, *[None] * SCENES][:SCENES]
    scenes[number] = scene
    while scenes and scenes[-1] is None:
        scenes.pop()
    return with_preset(session, scenes=tuple(scenes))


def renamed_scene(session: Session, number: int, name: str) -> Session:
    """`session` whose scene `number` is called `name`. `ValueError` where there is none."""
    scene = session.preset.scenes[number] if 0 <= number < len(session.preset.scenes) else None
    if scene is None:
        raise ValueError(f"Scene {number + 1} is empty. Store one there first.")
    return with_scene(session, number, msgspec.structs.replace(scene, name=name))


def with_voice(session: Session, voice: int, matched: DrumVoice | None) -> Session:
    """`session` whose drum `voice` 0..8 sounds like `matched`, or as it does by itself."""
    voices = {name: kept for name, kept in session.preset.voices.items() if name != VOICE_NAMES[voice]}
    return with_preset(session, voices=voices if matched is None else voices | {VOICE_NAMES[voice]: matched})


def with_mute_group(session: Session, number: int, group: MuteGroup | None) -> Session:
    """`session` with `group` as mute group `number` (0..3), or as the one after the last; None: without that one."""
    groups = session.preset.mute_groups
    if not 0 <= number < MUTE_GROUPS or number > len(groups):
        raise ValueError(f"there is no mute group {number + 1}")
    return with_preset(
        session, mute_groups=(*groups[:number], *([] if group is None else [group]), *groups[number + 1 :])
    )


def with_section(session: Session, label: int, **changes: object) -> Session:
    """`session` in which the note on section `label` (0..25) has these fields changed; an empty note is none."""
    if not 0 <= label < SECTIONS:
        raise ValueError(f"section {label} is outside 0..{SECTIONS - 1}")
    notes = [*session.preset.sections, *[None] * SECTIONS][:SECTIONS]
    note = msgspec.structs.replace(notes[label] or SectionNote(), **changes)
    notes[label] = None if note == SectionNote() else note
    while notes and notes[-1] is None:
        notes.pop()
    return with_preset(session, sections=tuple(notes))


def rewired(
    session: Session,
    instrument: PluginSlot | None,
    effects: Sequence[PluginSlot],
    bindings: Sequence[Binding] | None = None,
) -> Session:
    """`session` played through other plugins, and with other `bindings` where there are any."""
    session = with_preset(session, instrument=instrument, effects=tuple(effects))
    return session if bindings is None else with_settings(session, bindings=tuple(bindings))
