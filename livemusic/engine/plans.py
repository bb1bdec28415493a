"""What is to be performed from which line on, and what of it the transport has been given."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from livemusic.music.grid import STEP, Grid
from livemusic.music.performance import Performance
from livemusic.music.tempo import BeatsPerMinute, Meter, Ticks
from livemusic.sketch.drummer import Drummer
from livemusic.sketch.fills import fill_steps
from livemusic.sketch.performance import Bar, Performer, scheduled_fill

#: Before all music.
EVER: Ticks = -(1 << 60)
_KEPT = 32
_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class Plan:
    """From tick `begins` on `groove` is performed so, with its `swing`, at about `bpm`."""

    groove: Grid
    performance: Performance
    swing: float
    bpm: BeatsPerMinute
    begins: Ticks = EVER


class Plans:
    """What is planned, the fills that were asked for, and what was handed on, as the player has it: a pattern that
    takes over at a tick overrules all that were to take over later. Made bars are remembered.

    Thread: whichever owns it.
    """

    def __init__(self) -> None:
        self._performer = Performer()
        self._plans: list[Plan] = []
        self._handed: list[tuple[Ticks, Grid]] = []
        self._asked: dict[int, int | None] = {}
        self._variations: dict[int, int] = {}
        self._landings: set[int] = set()
        self._loops: dict[tuple[Grid, Performance, BeatsPerMinute, Ticks], Grid] = {}
        self._bars: dict[tuple[Grid, Performance, BeatsPerMinute, Bar], Grid] = {}

    def equip(self, drummer: Drummer | None, fills: Sequence[Grid] = ()) -> None:
        """Perform with this drummer and these fills from now on."""
        self._performer = Performer(drummer, fills)
        self._loops.clear()
        self._bars.clear()

    @property
    def plain(self) -> bool:
        """Whether everything is played as it is written, and nothing waits."""
        neutral = all(plan.performance.neutral for plan in self._plans)
        as_written = not self._plans or not self._handed or self._handed[-1][1] == self._plans[-1].groove
        return neutral and as_written and not (self._asked or self._variations or self._landings)

    # Plans.

    def add(self, plan: Plan, here: Ticks) -> None:
        """Keep to `plan` from where it begins; what is over by `here` is forgotten."""
        plans = [one for one in self._plans if one.begins < plan.begins]
        over = max((place for place, one in enumerate(plans) if one.begins <= here), default=0)
        self._plans = [*plans[over:], plan]

    def at(self, tick: Ticks) -> Plan | None:
        """The plan that is in force at `tick`."""
        begun = [plan for plan in self._plans if plan.begins <= tick]
        return begun[-1] if begun else next(iter(self._plans), None)

    @property
    def newest(self) -> Plan | None:
        """The plan that begins last."""
        return self._plans[-1] if self._plans else None

    def restart(self) -> Plan | None:
        """The newest plan is in force, whatever was to be before it."""
        if not self._plans:
            return None
        newest = self._plans[-1]
        self._plans = [Plan(newest.groove, newest.performance, newest.swing, newest.bpm)]
        self._handed = [(EVER, grid) for _, grid in self._handed[-1:]]
        return self._plans[0]

    # Fills and variations.

    def fill(self, number: int, start: int | None) -> None:
        """A fill in bar `number`: from step `start` of it on, or (None) as long as fills are."""
        self._asked.setdefault(number, start)

    def vary(self, number: int, seed: int) -> None:
        """A variation of bar `number`, whether one is due there or not."""
        self._variations[number] = seed

    def land(self, number: int) -> None:
        """A crash on the first beat of bar `number`."""
        self._landings.add(number)

    def forget_asked(self) -> None:
        """No fill is asked for, no variation, nor a crash."""
        self._asked.clear()
        self._variations.clear()
        self._landings.clear()

    def tidy(self, number: int) -> None:
        """Forget what was asked for and is over in bar `number`."""
        self._asked = {bar: start for bar, start in self._asked.items() if bar >= number - 1}
        self._variations = {bar: seed for bar, seed in self._variations.items() if bar >= number}
        self._landings = {bar for bar in self._landings if bar >= number}

    def waits(self, number: int) -> bool:
        """Whether a fill was asked for that comes after bar `number` has begun."""
        return any(bar >= number for bar in self._asked)

    def fill_of(self, number: int, meter: Meter) -> int | None:
        """From which step on bar `number` is a fill; None where it has none."""
        plan = self.at(number * meter.bar)
        if plan is None:
            return None
        steps = meter.bar // STEP
        if number in self._asked:
            asked = self._asked[number]
            return steps - fill_steps(plan.performance.fill_amount, steps) if asked is None else asked
        return scheduled_fill(plan.performance, number, steps)

    # What is played.

    def think(self, plan: Plan, meter: Meter) -> bool:
        """Make the loop of a plan, if it is not made; whether that was so."""
        known = self._loop_key(plan, meter) in self._loops
        self.loop(plan, meter)
        return not known and plan.performance.reshapes

    def loop(self, plan: Plan, meter: Meter) -> Grid:
        """The whole groove as it goes by a plan."""
        key = self._loop_key(plan, meter)
        if key not in self._loops:
            _make_room(self._loops)
            self._loops[key] = self._performer.loop(plan.groove, plan.performance, plan.bpm, meter.bar // STEP)
        return self._loops[key]

    def bar(self, line: Ticks, meter: Meter) -> Grid:
        """The pattern as it is played from `line` on in the bar of that tick. There must be a plan."""
        plan = self.at(line)
        assert plan is not None
        number, steps = line // meter.bar, meter.bar // STEP
        lands = number in self._landings or self.fill_of(number - 1, meter) is not None
        fill, variation = self.fill_of(number, meter), self._variations.get(number)
        at = Bar(number, number * meter.bar // STEP, steps, fill, lands, variation)
        key = (plan.groove, plan.performance, plan.bpm, at)
        if key not in self._bars:
            _make_room(self._bars)
            self._bars[key] = self._performer.bar(self.loop(plan, meter), plan.performance, at, plan.bpm)
        return self._bars[key]

    def hand(self, grid: Grid, line: Ticks) -> None:
        """The transport was given `grid`, to take over at `line`."""
        self._handed = [*(one for one in self._handed if one[0] < line), (line, grid)][-_KEPT:]

    def handed(self, tick: Ticks) -> Grid | None:
        """What the transport plays at `tick`, as far as it has been told."""
        begun = [grid for line, grid in self._handed if line <= tick]
        return begun[-1] if begun else None

    def _loop_key(self, plan: Plan, meter: Meter) -> tuple[Grid, Performance, BeatsPerMinute, Ticks]:
        return plan.groove, plan.performance, plan.bpm, meter.bar


def _make_room(made: dict[_Key, Grid]) -> None:
    while len(made) >= _KEPT:
        del made[next(iter(made))]
