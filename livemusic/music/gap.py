"""Whether pulses of a clock were lost on the way or its master paused, when none came for a while."""

from dataclasses import dataclass, field
from math import log, pi, sqrt

from livemusic.music.clock import PULSES_PER_BEAT
from livemusic.music.line import Line
from livemusic.music.tempo import Seconds

#: How many times likelier a pause is, to begin with: MIDI clock is counted, and everybody else at it counts.
_PAUSES_TO_LOSSES = 600.0
#: No moment is known better than this.
_FINEST: Seconds = 5e-6
#: Standard errors beyond which pulses go on elsewhere than on the line of before.
_ELSEWHERE = 3.0
#: How much one gap that shows a pause speaks against losses.
_AGAINST = -3.0


@dataclass(slots=True)
class Gap:
    """No pulse came for places of `line` before the one at `place`; `late`: how late those since then have come.

    `lead`: by how much places were ahead of the pulses that came, before.
    `jitter` of the `points` that made the line; `endless`: longer than any master pauses without saying so.
    """

    lead: int
    place: int
    line: Line
    jitter: Seconds
    points: int
    endless: bool
    late: list[Seconds] = field(default_factory=list)

    def hear(self, place: int, at: Seconds) -> None:
        """Take a pulse since the gap."""
        self.late.append(at - self.line.at(place))

    @property
    def known(self) -> bool:
        """Enough pulses have come to judge."""
        return len(self.late) >= PULSES_PER_BEAT


class Losses:
    """What gaps have told so far of whether this link loses pulses.

    After a loss the pulses go on upon the line of before; after a pause anywhere, upon it by chance only. So a gap
    speaks for a loss the more, the finer the pulses are upon the line (by Bayes: the density of what is seen after a
    loss, against one evenly spread over a period). One gap convinces only where pulses hardly jitter; several do.
    """

    def __init__(self) -> None:
        self._belief = -log(_PAUSES_TO_LOSSES)
        self._owed = 0

    def absolve(self) -> None:
        """Owe no places for earlier gaps any more."""
        self._owed = 0

    def judge(self, gap: Gap, missing: int) -> tuple[int, bool]:
        """By how many places pulses since `gap`, of `missing` places, are to be counted further: less than 0 after a
        pause. And whether they are elsewhere than upon the line. Earlier gaps are counted in as soon as it is clear
        that pulses are lost."""
        mean = sum(gap.late) / len(gap.late)
        drift = gap.line.error * (gap.place - gap.line.count + len(gap.late) / 2)
        noise = max(gap.jitter, _FINEST) * sqrt(1 / len(gap.late) + 1 / max(gap.points, 1))
        error = sqrt(noise**2 + drift**2)
        off = mean / error
        told = max(log(gap.line.period / (sqrt(2 * pi) * error)) - off**2 / 2, _AGAINST)
        if gap.endless:
            return 0, abs(off) > _ELSEWHERE
        belief = self._belief + told
        self._belief = min(max(belief, -log(_PAUSES_TO_LOSSES)), log(_PAUSES_TO_LOSSES))
        if belief > 0 and told > _AGAINST:
            owed, self._owed = self._owed, 0
            return owed, False
        if told > _AGAINST:
            self._owed += missing
        return -missing, abs(off) > _ELSEWHERE
