"""What differs between two sessions, and the way back."""

from collections.abc import Callable
from typing import Literal, get_args

import msgspec

from livemusic.session.settings import Session, Settings
from livemusic.session.wording import changed

#: Everything that can change: the fields of `Settings`, then those of `Preset`.
Change = Literal[
    "source", "midi_out", "sound_out", "monitor", "clock_out", "channel", "drums", "embedder",
    "midi_delay_ms", "sound_delay_ms", "midi_in", "tempo_from",
    "controllers", "bindings", "drum_map", "thru", "quantise", "midi_in_latency_ms", "source_latency_ms",
    "preset_change", "keep_tempo", "keep_scenes", "set_list", "set_place",
    "live_in", "pickup", "song_volume_db", "takes", "hearing", "hear_drums", "heard_midi", "heard_channel",
    "demo_leads", "ramp_bpm", "ramp_bars", "metronome", "record_to",
    "master_db", "kit",
    "appearance",
    "name", "corners", "bpm", "meter", "pad", "launch", "swing", "follow", "anchors", "description",
    "followed", "harmony_anchors", "instrument", "effects", "scenes", "mode", "locks", "sections", "follow_sections",
    "answer", "answer_freedom",
    "voices", "performance", "mix", "mute_groups",
]  # fmt: skip
Changes = frozenset[Change]

EVERYTHING: Changes = frozenset(get_args(Change))


def differences(old: Session | None, new: Session) -> Changes:
    """What must be opened or changed to get from `old` to `new`: the names of the fields that differ.

    Everything when there was no session before; nothing for equal sessions.
    """
    if old is None:
        return EVERYTHING
    return frozenset(name for name in EVERYTHING if _field(old, name) != _field(new, name))


def _field(session: Session, name: Change) -> object:
    return getattr(session.settings if name in Settings.__struct_fields__ else session.preset, name)


class Step(msgspec.Struct, frozen=True):
    """A session one change away, and what that change is called. `group`: changes of one group are one step."""

    session: Session
    words: str = ""
    group: str = ""


class History(msgspec.Struct, frozen=True):
    """Undo and redo over sessions. Each verb returns a new history; `present` is the session to apply.

    `past`: what the sessions were before each change, the last change last; `future`: what they become when what was
    undone is done again, the next first. At most `limit` steps back are kept.
    """

    present: Session
    past: tuple[Step, ...] = ()
    future: tuple[Step, ...] = ()
    limit: int = 100

    @property
    def undoes(self) -> str:
        """What the next undo takes back; empty where there is nothing."""
        return self.past[-1].words if self.past else ""

    @property
    def redoes(self) -> str:
        """What the next redo does again; empty where there is nothing."""
        return self.future[0].words if self.future else ""

    def push(self, session: Session, words: str = "", group: str = "") -> "History":
        """`session` becomes the present by a change called so, and what was undone is forgotten; the present again
        changes nothing. Where the last change was of the same `group` both are one, called by what they made together.
        """
        if session == self.present:
            return self
        if group and self.past and self.past[-1].group == group:
            begun = self.past[-1].session
            kept = self.past[:-1]
            if session == begun:
                return History(session, kept, (), self.limit)
            return History(session, (*kept, Step(begun, words or changed(begun, session), group)), (), self.limit)
        past = (*self.past, Step(self.present, words or changed(self.present, session), group))
        return History(session, past[max(0, len(past) - self.limit) :], (), self.limit)

    def amended(self, alter: Callable[[Session], Session], words: str, group: str) -> "History":
        """What `alter` makes of the present, as one more part of the last step of this `group`, however many others
        have come since: undone with that step and not before. A step of its own where there is none such.

        `ValueError` where `alter` cannot be.
        """
        places = [place for place, step in enumerate(self.past) if step.group == group]
        if not places:
            return self.push(alter(self.present), words, group)
        place = places[-1]
        step = Step(self.past[place].session, words, group)
        since = tuple(Step(alter(each.session), each.words, each.group) for each in self.past[place + 1 :])
        return History(alter(self.present), (*self.past[:place], step, *since), (), self.limit)

    def undo(self) -> "History":
        """One step back, or the same history at its beginning."""
        if not self.past:
            return self
        last = self.past[-1]
        return History(
            last.session, self.past[:-1], (Step(self.present, last.words, last.group), *self.future), self.limit
        )

    def redo(self) -> "History":
        """Take back one undo, or the same history when nothing was undone."""
        if not self.future:
            return self
        first = self.future[0]
        return History(
            first.session, (*self.past, Step(self.present, first.words, first.group)), self.future[1:], self.limit
        )
