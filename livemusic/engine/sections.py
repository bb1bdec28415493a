"""Hears the sections and the loop of what is listened to, and brings what a section carries when it begins."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from livemusic.engine.edits import GoPreset
from livemusic.engine.listen import ListenView
from livemusic.engine.messages import AnyRequest, LaunchCorner, LaunchScene
from livemusic.latent.points import Points
from livemusic.latent.recurrence import Loop
from livemusic.latent.structure import Section, Structure
from livemusic.music.tempo import Seconds
from livemusic.session.section import Notes, SectionNote, note_on

_EVERY: Seconds = 0.1
#: Of a path that is there already so many rows are heard at a time, and then others have their turn.
MOST_ROWS = 860
_TURN: Seconds = 0.02
#: A path that has not grown for so long is whole.
STILL: Seconds = 2.0


@dataclass(frozen=True, slots=True)
class SectionsView:
    """The sections of the path of `epoch`; `here` is the one that is heard, `returned` the one it is again; replaced
    whole. `heard`: rows of the path that it rests on."""

    epoch: int = -1
    heard: int = 0
    sections: tuple[Section, ...] = ()
    here: int | None = None
    returned: int | None = None
    loop: Loop | None = None


@dataclass(frozen=True, slots=True)
class FollowNotes:
    """What is noted of the sections, and whether what they carry is brought as they begin."""

    notes: Notes = ()
    on: bool = False


class Sections:
    """The core that follows one path after the other. `heard` shows what is listened to; `ask` does what a section
    carries and must not block.

    Thread: sections; `view` from any.
    """

    def __init__(self, heard: Callable[[], ListenView], ask: Callable[[AnyRequest], object]) -> None:
        self.view = SectionsView()
        self._heard = heard
        self._ask = ask
        self._structure: Structure | None = None
        self._follow = FollowNotes()
        self._label: int | None = None
        self._grew_at: Seconds = 0.0
        self._concluded = False

    def handle(self, message: Any, now: Seconds) -> None:
        match message:
            case FollowNotes():
                if message.on and not self._follow.on:
                    self._label = None  # what the present section carries is brought at once
                self._follow = message
            case _:
                raise TypeError(f"the sections do not know {message!r}")

    def advance(self, now: Seconds) -> Seconds | None:
        heard = self._heard()
        if heard.epoch != self.view.epoch:
            self.view = SectionsView(heard.epoch)
            self._structure, self._label = None, None
        path = heard.path
        if path is None or len(path.rows) < 2:
            return now + _EVERY
        t = path.t
        if self._structure is None:
            self._structure = Structure(path.z.shape[1], float(t[-1] - t[0]) / (len(t) - 1), begin=float(t[0]))
        left = self._hear(self._structure, path, now)
        sections = self.view.sections
        here = _at(sections, float(t[max(0, heard.head - 1)]))
        returned = None if here is None else _before(sections, here)
        self.view = replace(self.view, here=here, returned=returned, loop=self._structure.loop)
        self._bring()
        return now + (_TURN if left else _EVERY)

    def _hear(self, structure: Structure, path: Points, now: Seconds) -> bool:
        """Take in what is new, or think once more about a path that is whole; whether there is more to hear."""
        heard, end = self.view.heard, min(len(path.rows), self.view.heard + MOST_ROWS)
        if end > heard:
            new = path.between(heard, end)
            structure.hear(new.z, new.level)
            self.view = replace(self.view, heard=end, sections=structure.sections)
            self._grew_at, self._concluded = now, False
        elif not self._concluded and now - self._grew_at > STILL:
            self.view = replace(self.view, sections=structure.concluded())
            self._concluded = True
        return end < len(path.rows)

    def _bring(self) -> None:
        """Go where the section that has begun wants to be."""
        view = self.view
        label = None if view.here is None else view.sections[view.here].label
        if label is None or label == self._label:
            return
        self._label = label
        request = _carried(note_on(label, self._follow.notes)) if self._follow.on else None
        if request is not None:
            self._ask(request)


def _carried(note: SectionNote) -> AnyRequest | None:
    if note.corner is not None:
        return LaunchCorner(note.corner)
    if note.scene is not None:
        return LaunchScene(note.scene)
    return GoPreset(note.preset, sections=True) if note.preset else None


def _at(sections: tuple[Section, ...], position: Seconds) -> int | None:
    """The section that a moment is in: the last that has begun, the first before any has."""
    begun = sum(section.start <= position for section in sections)
    return max(0, begun - 1) if sections else None


def _before(sections: tuple[Section, ...], place: int) -> int | None:
    """The last section before one that has its label."""
    same = [number for number in range(place) if sections[number].label == sections[place].label]
    return same[-1] if same else None
