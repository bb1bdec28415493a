"""What differs between two sessions, and the way back."""

from typing import Literal, get_args

import msgspec

from livemusic.session.settings import Session, Settings

#: Everything that can change: the fields of `Settings`, then those of `Preset`.
Change = Literal[
    "source", "midi_out", "sound_out", "monitor", "clock_out", "channel", "drums", "embedder",
    "midi_delay_ms", "sound_delay_ms", "midi_in", "tempo_from",
    "controllers", "bindings", "drum_map", "thru", "quantise", "midi_in_latency_ms", "source_latency_ms",
    "live_in", "pickup", "song_volume_db", "takes", "hearing", "hear_drums", "heard_midi", "heard_channel",
    "master_db", "kit",
    "name", "corners", "bpm", "meter", "pad", "launch", "swing", "follow", "anchors", "description",
    "followed", "harmony_anchors", "instrument", "effects", "scenes", "mode", "locks", "sections", "follow_sections",
    "answer", "answer_freedom",
    "voices", "mix", "mute_groups",
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


class History(msgspec.Struct, frozen=True):
    """Undo and redo over sessions. Each verb returns a new history; `present` is the session to apply.

    At most `limit` steps back are kept.
    """

    present: Session
    past: tuple[Session, ...] = ()
    future: tuple[Session, ...] = ()
    limit: int = 100

    def push(self, session: Session) -> "History":
        """`session` becomes the present and what was undone is forgotten; the present again changes nothing."""
        if session == self.present:
            return self
        past = (*self.past, self.present)
        return History(session, past[max(0, len(past) - self.limit) :], (), self.limit)

    def undo(self) -> "History":
        """One step back, or the same history at its beginning."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (self.present, *self.future), self.limit)

    def redo(self) -> "History":
        """Take back one undo, or the same history when nothing was undone."""
        if not self.future:
            return self
        return History(self.future[0], (*self.past, self.present), self.future[1:], self.limit)
