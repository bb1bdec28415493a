"""The plugins on stage: an instrument in place of the kit, and the effects everything goes through."""

from collections.abc import Mapping, Sequence

import numpy as np

from livemusic.sound.plugins.rig import Rig
from livemusic.sound.voices import Samples, Seconds

#: Plugins may need this part of the time there is, looked at this often.
_ENOUGH = 0.9
_LOOK_EVERY: Seconds = 0.4


class Chain:
    """The rigs of chain `number` by place (0 the instrument), and those just leaving it. Thread: the renderer's.

    A plugin takes part in the next block whole or not at all: what comes and what goes is faded over one block. Rigs
    that have left are in `left`, to be closed on the thread that opened them.
    """

    def __init__(self, number: int = 0, rigs: Mapping[int, Rig] | None = None) -> None:
        rigs = rigs or {}
        self.number = number
        self.instrument = rigs.get(0)
        self.effects = tuple(rig for place, rig in sorted(rigs.items()) if place)
        self.left: list[Rig] = []
        self._leaving: list[Rig] = []
        self._available: Seconds = 0.0
        self._too_slow = 0
        self._places = dict(rigs)

    @property
    def rigs(self) -> tuple[Rig, ...]:
        return self.effects if self.instrument is None else (self.instrument, *self.effects)

    @property
    def plays(self) -> bool:
        """True while an instrument stands in for the kit."""
        return self.instrument is not None and self.instrument.plays

    def follow(self, other: "Chain") -> None:
        """Take over from `other`."""
        for place, rig in self._places.items():
            rig.stand(self.number, place)
        staying = self.rigs
        self._leaving += [rig for rig in (*other._leaving, *other.rigs) if rig not in staying]
        self.left += other.left

    def clear(self) -> list[Rig]:
        """Send everyone away at once."""
        everyone = [*self.rigs, *self._leaving, *self.left]
        self.instrument, self.effects, self._leaving, self.left = None, (), [], []
        return everyone

    def give_up(self) -> list[Rig]:
        """Those that have left since this was last asked."""
        left, self.left = self.left, []
        return left

    def latency(self) -> int:
        """Frames that the effects delay everything by."""
        return sum(rig.plugin.latency for rig in self.effects if rig.plays)

    def lag(self) -> int:
        """Frames that the instrument is behind its notes."""
        return self.instrument.plugin.latency if self.instrument is not None and self.instrument.plays else 0

    def queue(self, at_frame: int, data: bytes) -> None:
        """An event for the instrument, due at `at_frame`."""
        if self.instrument is not None:
            self.instrument.queue(at_frame, data)

    def wants(self, pitches: Sequence[int]) -> None:
        """The notes by which the instrument is to play our voices."""
        if self.instrument is not None:
            self.instrument.patch.wants(pitches)

    def move(self, place: int, name: str, value: float) -> None:
        """Move one control of the plugin at `place`."""
        for rig in self.rigs:
            if rig.place == place and rig.plays:
                rig.plugin.set(name, value)

    def sound(self, first: int, frames: int, rate: int) -> Samples | None:
        """The instrument's `(frames, 2)` from frame `first` on; None without one."""
        heard = [rig.sound(first, frames, rate, 0.0) for rig in self._leaving if rig.plugin.is_instrument]
        if self.instrument is not None:
            heard.append(self.instrument.sound(first, frames, rate))
        return np.add.reduce(heard).T if heard else None

    def through(self, block: Samples, rate: int) -> Samples:
        """`block` `(frames, 2)` through all effects. Ends a block, so it comes after `sound`."""
        leaving = [rig for rig in self._leaving if not rig.plugin.is_instrument]
        if leaving or self.effects:
            sound = np.ascontiguousarray(block.T)
            for rig in leaving:
                sound = rig.effect(sound, rate, 0.0)
            for rig in self.effects:
                sound = rig.effect(sound, rate)
            block = np.ascontiguousarray(sound.T)
        self.left, self._leaving = [*self.left, *self._leaving], []
        self._keep_up(len(block) / rate)
        return block

    def _keep_up(self, seconds: Seconds) -> None:
        """If the plugins have needed all the time there is, twice in a row, leave out the dearest."""
        self._available += seconds
        playing = [rig for rig in self.rigs if rig.plays]
        spent = sum(rig.spent for rig in playing)
        if max(spent, self._available) < _LOOK_EVERY:
            return
        self._too_slow = self._too_slow + 1 if spent > _ENOUGH * self._available else 0
        if self._too_slow == 2:
            dearest = max(playing, key=lambda rig: rig.spent)
            dearest.bypass(f"{dearest.plugin.name} is too slow for this machine; it is left out.")
            self._too_slow = 0
        self._available = 0.0
        for rig in playing:
            rig.spent = 0.0
