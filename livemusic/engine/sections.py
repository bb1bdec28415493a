"""Hears the sections and the loop of what is listened to, and brings what a section carries when it begins."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from livemusic.engine.edits import GoPreset
from livemusic.engine.messages import AnyRequest, LaunchCorner, LaunchScene
from livemusic.latent.recurrence import Loop
from livemusic.latent.structure import Section, Structure
from livemusic.music.tempo import Seconds
from livemusic.session.section import Notes, SectionNote, note_on

Array = npt.NDArray[np.float32]

#: Columns of a path's row before `z`, and where it begins.
T, LEVEL, Z = 0, 1, 2
#: Of a path that is there already so many rows are heard at a time, so that nobody waits long.
MOST_ROWS = 860


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
class Follow:
    """What is noted of the sections, and whether what they carry is brought as they begin."""

    notes: Notes = ()
    on: bool = False


class Sections:
    """Follows one path after the other. `ask` does what a section carries; it must not block.

    Thread: whichever calls, one at a time; `view` from any.
    """

    def __init__(self, ask: Callable[[AnyRequest], object]) -> None:
        self.view = SectionsView()
        self._ask = ask
        self._structure: Structure | None = None
        self._follow = Follow()
        self._label: int | None = None
        self._concluded = False

    def follow(self, follow: Follow) -> None:
        """Go by these notes from now on; switched on, what the present section carries is brought at once."""
        if follow.on and not self._follow.on:
            self._label = None
        self._follow = follow
        self._bring()

    def hear(self, epoch: int, path: Array, hop_s: Seconds, window_s: Seconds, position: Seconds, whole: bool) -> bool:
        """Take in what is new of `path`, rows `t, level, z`, a row every `hop_s`; another `epoch` is another path.

        `position`: the music is there now, in the path's own time. `whole`: nothing more will come. Returns whether
        there is more to hear at once.
        """
        if epoch != self.view.epoch:
            self.view = SectionsView(epoch)
            self._structure, self._label, self._concluded = None, None, False
        if self._structure is None:
            if not len(path):
                return False
            self._structure = Structure(path.shape[1] - Z, hop_s, window_s, float(path[0, T]))
        heard = self.view.heard
        new = path[heard : heard + MOST_ROWS]
        sections = self.view.sections
        if len(new):
            self._structure.hear(new[:, Z:], new[:, LEVEL])
            sections, self._concluded = self._structure.sections, False
        left = len(path) - heard - len(new)
        if whole and not left and not self._concluded:
            sections, self._concluded = self._structure.concluded(), True
        here = _at(sections, position)
        self.view = replace(
            self.view,
            heard=heard + len(new),
            sections=sections,
            here=here,
            returned=None if here is None else _before(sections, here),
            loop=self._structure.loop,
        )
        self._bring()
        return left > 0

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
