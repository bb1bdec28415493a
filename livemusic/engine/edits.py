"""Requests that the loader takes. An edit says itself what it makes of a session, a choice which preset it means."""

from difflib import get_close_matches
from typing import Any, ClassVar

from livemusic.dsp.matching.voice import DrumVoice
from livemusic.engine.request import Limits, Owner, Request
from livemusic.music.kit import VOICE_COUNT, VOICE_NAMES
from livemusic.music.tempo import Meter
from livemusic.session import edits
from livemusic.session.control import Binding
from livemusic.session.lane_mix import MUTE_GROUPS, MuteGroup
from livemusic.session.plugin import PluginSlot
from livemusic.session.preset import CORNER_LETTERS, SCENE_NAMES, SCENES, Clip, Scene
from livemusic.session.section import SECTIONS
from livemusic.session.settings import Session, Settings
from livemusic.session.short_name import check_name
from livemusic.sketch.path import Mode

_CORNER = (0, 3)
_SCENE = (0, SCENES - 1)
_VOICE = (0, VOICE_COUNT - 1)
_LABEL = (0, SECTIONS - 1)


class LoaderRequest(Request, frozen=True):
    """Base of what makes another session, or keeps one."""

    owner: ClassVar[Owner] = "loader"
    #: Changes of one name here in a row are one step of undo: those that a knob makes.
    together: ClassVar[str] = ""

    def part_of(self) -> str:
        """Of which changes it is one; empty where it stands alone."""
        return self.together


class Edit(LoaderRequest, frozen=True):
    """Base of what changes one thing of a session."""

    def made_of(self, session: Session) -> Session:
        """What it makes of `session`, which is as it is played now. `ValueError` where that cannot be."""
        raise NotImplementedError


class Choice(LoaderRequest, frozen=True):
    """Base of what changes to another preset of the list."""

    def called(self) -> str:
        return ""

    def place(self, names: list[str], playing: str) -> int:
        """Which of `names` is meant while `playing` plays. `ValueError` where there is none such."""
        raise NotImplementedError


class Apply(LoaderRequest, frozen=True):
    """Change to `session`, all of it or nothing. `forgiving`: what is not there is waited for."""

    session: Session
    forgiving: bool = False

    def called(self) -> str:
        return ""


class Undo(LoaderRequest, frozen=True):
    """Go back to how everything was before the last change."""


class Redo(LoaderRequest, frozen=True):
    """Take back one undo."""


class SavePreset(LoaderRequest, frozen=True):
    """Write the preset as it is played now, plugins as they are set, to the file `path` under `name`, and go by it."""

    path: str
    name: str

    def check(self) -> None:
        if not self.name.strip():
            raise ValueError("a preset needs a name")


class SaveSession(LoaderRequest, frozen=True):
    """Write everything, settings and preset as they are now, to the file `path`."""

    path: str


class GoPreset(Choice, frozen=True):
    """Change to the preset called `name`. `sections`: those stay as they are named, carry and are followed now."""

    name: str
    sections: bool = False

    def place(self, names: list[str], playing: str) -> int:
        for number, name in enumerate(names):
            if name.casefold() == self.name.strip().casefold():
                return number
        near = get_close_matches(self.name, names, 1)
        raise ValueError(f"There is no preset called {self.name!r}{f': did you mean {near[0]!r}?' if near else '.'}")


class StepPreset(Choice, frozen=True):
    """Change to the preset `step` places further on in the list, round and round."""

    step: int

    def place(self, names: list[str], playing: str) -> int:
        if playing not in names:
            return 0 if self.step > 0 else len(names) - 1
        return (names.index(playing) + self.step) % len(names)


class GoSetList(Choice, frozen=True):
    """Change to the preset at place `number` (from 1) of the set list."""

    number: int

    def place(self, names: list[str], playing: str) -> int:
        raise ValueError("The set list is empty. Fill it under Play > Set list.")

    def checked(self, count: int) -> int:
        """The place from 0. `ValueError` where the list has fewer."""
        if not 1 <= self.number <= count:
            raise ValueError(f"Place {self.number} of the set list was asked for, but there are only {count}.")
        return self.number - 1


class PickPreset(Choice, frozen=True):
    """Change to the preset at place `number` (from 0) of the list, as a program change asks."""

    number: int

    def place(self, names: list[str], playing: str) -> int:
        if not 0 <= self.number < len(names):
            raise ValueError(f"Preset {self.number + 1} was asked for, but there are only {len(names)}.")
        return self.number


class Configure(Edit, frozen=True):
    """Change the settings in which `wanted` differs from `known`; all else stays as it is by now."""

    known: Settings
    wanted: Settings

    def called(self) -> str:
        return ""

    def made_of(self, session: Session) -> Session:
        changes: dict[str, Any] = {
            name: getattr(self.wanted, name)
            for name in Settings.__struct_fields__
            if getattr(self.wanted, name) != getattr(self.known, name)
        }
        return edits.with_settings(session, **changes)


class SetVoice(Edit, frozen=True):
    """Let the drum `voice` of the kit sound like `matched`, or (None) as it does by itself."""

    limits: ClassVar[Limits] = {"voice": _VOICE}
    voice: int
    matched: DrumVoice | None = None

    def called(self) -> str:
        return f"{'reset' if self.matched is None else 'match'} {VOICE_NAMES[self.voice]}"

    def made_of(self, session: Session) -> Session:
        return edits.with_voice(session, self.voice, self.matched)


class ResetVoices(Edit, frozen=True):
    """Let all drums of the kit sound as they do by themselves."""

    def called(self) -> str:
        return "reset drums"

    def made_of(self, session: Session) -> Session:
        return edits.with_preset(session, voices={})


class SetMuteGroup(Edit, frozen=True):
    """Let `group` be mute group `number` (0..3), or take that one away."""

    limits: ClassVar[Limits] = {"number": (0, MUTE_GROUPS - 1)}
    number: int
    group: MuteGroup | None

    def made_of(self, session: Session) -> Session:
        return edits.with_mute_group(session, self.number, self.group)


class Rewire(Edit, frozen=True):
    """Play through these plugins from now on; those that stay keep how they are set.

    `bindings`: what controllers move from now on, because plugins have changed their places; None leaves that.
    """

    instrument: PluginSlot | None
    effects: tuple[PluginSlot, ...]
    bindings: tuple[Binding, ...] | None = None

    def called(self) -> str:
        return "plugins"

    def made_of(self, session: Session) -> Session:
        return edits.rewired(session, self.instrument, self.effects, self.bindings)


class SetCorner(Edit, frozen=True):
    """Put `clip` in a corner (0..3) of the pad."""

    limits: ClassVar[Limits] = {"corner": _CORNER}
    corner: int
    clip: Clip

    def called(self) -> str:
        return ""

    def made_of(self, session: Session) -> Session:
        return edits.with_corner(session, self.corner, self.clip)


class RenameCorner(Edit, frozen=True):
    """Call the pattern in a corner (0..3) something else."""

    limits: ClassVar[Limits] = {"corner": _CORNER}
    corner: int
    name: str

    def called(self) -> str:
        return f"rename {CORNER_LETTERS[self.corner]}"

    def check(self) -> None:
        super().check()
        check_name(self.name)

    def made_of(self, session: Session) -> Session:
        return edits.renamed_corner(session, self.corner, self.name.strip())


class Reshape(Edit, frozen=True):
    """Make all four patterns `bars` (1..32) long in `meter`: longer ones are cut, shorter ones repeat."""

    meter: tuple[int, int]
    bars: int

    def called(self) -> str:
        return f"{self.meter[0]}/{self.meter[1]}, {self.bars} bar{'' if self.bars == 1 else 's'}"

    def check(self) -> None:
        Meter(*self.meter)

    def made_of(self, session: Session) -> Session:
        return edits.reshaped(session, Meter(*self.meter), self.bars)


class StoreScene(Edit, frozen=True):
    """Keep the pad and the swing as they are under `number` (0..7). `name`: None is the one it has, or its letter; an
    empty one clears it.
    """

    limits: ClassVar[Limits] = {"number": _SCENE}
    number: int
    name: str | None = None

    def called(self) -> str:
        return f"{'clear' if self.name == '' else 'store'} scene {self.number + 1}"

    def made_of(self, session: Session) -> Session:
        preset, number = session.preset, self.number
        kept = preset.scenes[number] if number < len(preset.scenes) else None
        name = (SCENE_NAMES[number] if kept is None else kept.name) if self.name is None else self.name
        return edits.with_scene(session, number, Scene(name, preset.pad, preset.swing) if name else None)


class RenameScene(Edit, frozen=True):
    """Call scene `number` something else."""

    limits: ClassVar[Limits] = {"number": _SCENE}
    number: int
    name: str

    def check(self) -> None:
        super().check()
        check_name(self.name)

    def made_of(self, session: Session) -> Session:
        return edits.renamed_scene(session, self.number, self.name)


class SetMode(Edit, frozen=True):
    """How one pattern becomes another under the hand: `trade` or `blend`, see `sketch.path`."""

    mode: Mode

    def called(self) -> str:
        return self.mode

    def made_of(self, session: Session) -> Session:
        return edits.with_preset(session, mode=self.mode)


class LockLane(Edit, frozen=True):
    """Let a voice (0..8) play the lane of a corner (0..3) wherever the hand is; None: it goes along again."""

    limits: ClassVar[Limits] = {"voice": _VOICE, "corner": _CORNER}
    voice: int
    corner: int | None

    def called(self) -> str:
        lane = VOICE_NAMES[self.voice]
        return f"unlock {lane}" if self.corner is None else f"lock {lane} to {CORNER_LETTERS[self.corner]}"

    def made_of(self, session: Session) -> Session:
        return edits.locked(session, self.voice, self.corner)


class NameSection(Edit, frozen=True):
    """Call the sections of a `label` (0..25) by a name; an empty one gives them their letter again."""

    limits: ClassVar[Limits] = {"label": _LABEL}
    label: int
    name: str

    def called(self) -> str:
        return "section name"

    def made_of(self, session: Session) -> Session:
        return edits.with_section(session, self.label, name=self.name.strip())


class CarrySection(Edit, frozen=True):
    """Let the sections of a `label` (0..25) begin with a corner (0..3), a scene (0..7) or a preset, or with nothing."""

    limits: ClassVar[Limits] = {"label": _LABEL, "corner": _CORNER, "scene": _SCENE}
    label: int
    corner: int | None = None
    scene: int | None = None
    preset: str = ""

    def called(self) -> str:
        return "what a section brings"

    def made_of(self, session: Session) -> Session:
        return edits.with_section(session, self.label, corner=self.corner, scene=self.scene, preset=self.preset)


class FollowSections(Edit, frozen=True):
    """Let every section that begins bring what it carries, or not."""

    on: bool

    def made_of(self, session: Session) -> Session:
        return edits.with_preset(session, follow_sections=self.on)


class SetHearing(Edit, frozen=True):
    """Hear the drums in what is listened to, or not."""

    on: bool

    def called(self) -> str:
        return ""

    def made_of(self, session: Session) -> Session:
        return edits.with_settings(session, hear_drums=self.on)


class SendHeard(Edit, frozen=True):
    """Send the drums that are heard to the MIDI port as notes, or not; they are listened for from then on."""

    on: bool

    def called(self) -> str:
        return ""

    def made_of(self, session: Session) -> Session:
        return edits.with_settings(session, heard_midi=self.on, hear_drums=session.settings.hear_drums or self.on)


class Forget(Edit, frozen=True):
    """No control does `target` any more."""

    target: str

    def called(self) -> str:
        return f"forget MIDI mapping of {self.target}"

    def made_of(self, session: Session) -> Session:
        return edits.unbound(session, self.target)
