"""Which preset is meant, and when it takes over: at once, or from the next bar line of the music."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from livemusic.engine.edits import Choice, GoPreset, GoSetList, StepPreset
from livemusic.music.tempo import Seconds, Ticks
from livemusic.session.codec import read_preset
from livemusic.session.library import list_presets
from livemusic.session.set_list import in_words, passed_over, step
from livemusic.session.settings import PRESET_CHANGES, Session

#: So long before the bar line everybody is told what takes over there; that takes some ms.
_LEAD: Seconds = 0.15


@dataclass(frozen=True, slots=True)
class Line:
    """A bar line to come: its song position, when that is, and when a pattern takes over there, half a step before."""

    tick: Ticks
    at: Seconds
    cut: Seconds


#: The next line of so many bars that is at least so many seconds ahead; None while nothing plays.
NextLine = Callable[[int, Seconds], Line | None]


@dataclass(frozen=True, slots=True)
class _Waiting:
    choice: Choice
    name: str
    line: Line


class Changeover:
    """Holds the choice of a preset back until its bar line comes near. Thread: loader."""

    def __init__(self, next_line: NextLine) -> None:
        self._next_line = next_line
        self._waiting: _Waiting | None = None

    @property
    def name(self) -> str:
        """The preset that is waited for; empty where there is none."""
        return "" if self._waiting is None else self._waiting.name

    @property
    def wake(self) -> Seconds | None:
        """When `due` is to be asked again."""
        return None if self._waiting is None else self._waiting.line.at - _LEAD

    def holds(self, choice: Choice, name: str, session: Session) -> bool:
        """Whether the choice of the preset `name` waits for a bar line, as the settings of `session` want it."""
        bars = PRESET_CHANGES[session.settings.preset_change]
        line = self._next_line(bars, _LEAD) if bars else None
        self._waiting = None if line is None else _Waiting(choice, name, line)
        return line is not None

    def due(self, now: Seconds) -> tuple[Choice, Line | None] | None:
        """The choice whose time has come, and its line; None for the line once the music has stopped meanwhile."""
        waiting = self._waiting
        if waiting is None:
            return None
        playing = self._next_line(1, 0.0) is not None
        if playing and now < waiting.line.at - _LEAD:
            return None
        self._waiting = None
        return waiting.choice, waiting.line if playing else None

    def ahead(self, session: Session) -> Session:
        """`session` as it will be called once what is waited for has come, from where a step goes on."""
        if self._waiting is None:
            return session
        settings, choice = session.settings, self._waiting.choice
        if isinstance(choice, GoSetList):
            settings = msgspec.structs.replace(settings, set_place=choice.number - 1)
        return Session(msgspec.structs.replace(session.preset, name=self._waiting.name), settings)

    def returns(self, choice: Choice, wanted: "Meant", session: Session) -> bool:
        """Whether a step leads back from what is waited for to what `session` plays."""
        here = wanted.name == session.preset.name and wanted.place in (None, session.settings.set_place)
        return self._waiting is not None and isinstance(choice, StepPreset) and here

    def cancel(self) -> bool:
        """Wait for nothing any more; whether something was waited for."""
        waited, self._waiting = self._waiting is not None, None
        return waited


@dataclass(frozen=True, slots=True)
class Meant:
    """The session that a choice makes of the present one, what it is called, and what is to be said of it.

    `place`: which of the set list it is, None outside of it. `skipped`: what is said of presets that were passed over.
    """

    session: Session
    name: str
    said: str = ""
    place: int | None = None
    skipped: str = ""
    sections: bool = False

    @property
    def choice(self) -> Choice:
        """The same choice, wherever it is made from."""
        return GoPreset(self.name, self.sections) if self.place is None else GoSetList(self.place + 1)


def meant(choice: Choice, present: Session) -> Meant:
    """What `choice` means while `present` plays. `ValueError` or `PresetError` where there is no such preset."""
    presets, settings, said, skipped = list_presets(), present.settings, "", ""
    place: int | None = None
    if not presets:
        raise ValueError("There are no presets.")
    entries = settings.set_list
    if entries and isinstance(choice, StepPreset | GoSetList):
        if isinstance(choice, StepPreset):
            names = [name for name, _ in presets]
            place, missing = step(entries, settings.set_place, present.preset.name, choice.step, names)
            skipped = passed_over(missing)
        else:
            place = choice.checked(len(entries))
        settings, said = msgspec.structs.replace(settings, set_place=place), in_words(entries, place)
        choice = GoPreset(entries[place].preset)
    name, path = presets[choice.place([name for name, _ in presets], present.preset.name)]
    preset, kept = read_preset(path), dict[str, object]()
    if isinstance(choice, GoPreset) and choice.sections:
        kept |= {field: getattr(present.preset, field) for field in ("sections", "follow_sections")}
    if settings.keep_tempo:
        kept["bpm"] = present.preset.bpm
    if settings.keep_scenes:
        kept["scenes"] = present.preset.scenes
    session = Session(msgspec.structs.replace(preset, **kept), settings)
    return Meant(session, name, said, place, skipped, isinstance(choice, GoPreset) and choice.sections)
