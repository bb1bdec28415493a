"""Mixes the drums: which of them are heard, how loud and where, and how loud everything is."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from livemusic.engine.mixing import HearAll, MuteLanes, SetLane, SetMaster
from livemusic.engine.openers import NoSound, Sound
from livemusic.engine.orders import MixFrom, Settle
from livemusic.music.mix import Mix
from livemusic.music.tempo import Seconds, Ticks
from livemusic.session.lane_mix import USUAL_GROUPS, Lanes, MuteGroup, all_lanes, note_mix
from livemusic.sound.balance import Balance


@dataclass(frozen=True, slots=True)
class Mixed:
    """A session brings this mix, and the speakers; what is None stays as it is. `line`: the line of the song that the
    mix is heard from, and `cut`, when the kit is to have it; None for now."""

    lanes: Lanes | None = None
    groups: tuple[MuteGroup, ...] | None = None
    master_db: float | None = None
    sound: Sound | None = None
    line: Ticks | None = None
    cut: Seconds = 0.0


@dataclass(frozen=True, slots=True)
class MixerView:
    """The mixer as others see it, replaced whole; `lanes`: one for each drum, from the kick on."""

    lanes: Lanes = all_lanes(())
    groups: tuple[MuteGroup, ...] = USUAL_GROUPS
    master_db: float = 0.0


class Mixer:
    """The core that owns the mix: it tells the transport which notes pass and the kit how loud and where they are.

    `transport` posts to it and must not block. Thread: mixer; `view` from any.
    """

    def __init__(self, transport: Callable[[Mix | MixFrom], None]) -> None:
        self.view = MixerView()
        self._transport = transport
        self._sound: Sound = NoSound()
        self._line: Ticks | None = None
        self._cut: Seconds = 0.0

    def handle(self, message: Any, now: Seconds) -> None:
        if self._line is not None and now >= self._cut:
            self._line, self._cut = None, 0.0
        match message:
            case Mixed():
                self._line, self._cut = message.line, message.cut
                given = {name: getattr(message, name) for name in ("lanes", "groups", "master_db")}
                self._see(**{name: value for name, value in given.items() if value is not None})
                if message.sound is not None:
                    self._sound = message.sound
                    self._sound.balance(self._balance)
            case SetLane(voice):
                given = {name: value for name, value in msgspec.structs.asdict(message).items() if value is not None}
                del given["voice"]
                self._mix({voice}, **given)
            case MuteLanes(number, mute):
                if number < len(self.view.groups):
                    self._mix(self.view.groups[number].voices, mute=mute)
            case HearAll():
                self._mix(range(len(self.view.lanes)), mute=False, solo=False)
            case SetMaster(db):
                self._see(master_db=db)
            case Settle(done):
                done()
            case _:
                raise TypeError(f"the mixer does not know {message!r}")

    def advance(self, now: Seconds) -> None:
        """There is nothing to wait for."""

    def _mix(self, voices: Any, **changes: Any) -> None:
        lanes = (
            msgspec.structs.replace(lane, **changes) if voice in voices else lane
            for voice, lane in enumerate(self.view.lanes)
        )
        self._see(lanes=tuple(lanes))

    def _see(self, **changes: Any) -> None:
        before, self.view = self.view, replace(self.view, **changes)
        if self.view.lanes != before.lanes:
            mix = note_mix(self.view.lanes)
            self._transport(mix if self._line is None else MixFrom(mix, self._line))
        if (self.view.lanes, self.view.master_db) != (before.lanes, before.master_db):
            self._sound.balance(self._balance)

    @property
    def _balance(self) -> Balance:
        return Balance.of(self.view.lanes, self.view.master_db, self._cut)
