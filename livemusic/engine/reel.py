"""What was played, bar after bar and without gaps, for those who write it down."""

from collections import deque
from collections.abc import Iterable

from livemusic.engine.course import Course
from livemusic.engine.orders import Take
from livemusic.music.event import SYSTEM, Event
from livemusic.music.tempo import Meter, TempoMap, Ticks
from livemusic.music.window import CUT

#: Some ten minutes of busy drums.
_EVENTS = 20_000


class Reel:
    """Events as they went to the port, at song positions that are told as they are played. Thread: transport."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque(maxlen=_EVENTS)
        self._course = Course()
        self._shift: Ticks = 0

    def add(self, events: Iterable[Event]) -> None:
        """Keep the notes that go to the port, as they go there."""
        self._events.extend(Event(tick + self._shift, data) for tick, data in events if data[0] < SYSTEM)

    def pass_over(self, tempo: TempoMap, begin: Ticks, end: Ticks) -> None:
        """The music goes on from `begin` to `end` along `tempo`."""
        self._course.keep(self._events[0].tick if self._events else 0)
        self._course.follow(tempo, begin, end, self._shift)

    def splice(self, tick: Ticks, meter: Meter, swing: float) -> None:
        """Let what is played from song position `tick` on follow what was played before, bar after bar."""
        end = self._course.bars().next_line(self._events[-1].tick + 1) if self._events else 0
        self._shift = end - tick // meter.bar * meter.bar
        self._course.meter(end, meter)
        self._course.swing(end, swing)

    def meter(self, tick: Ticks, meter: Meter) -> None:
        """`meter` from the bar line `tick` on."""
        self._course.meter(tick + self._shift, meter)

    def swing(self, tick: Ticks, swing: float) -> None:
        """`swing` from `tick` on."""
        self._course.swing(tick + self._shift, swing)

    def last_bars(self, here: Ticks, bars: int) -> Take:
        """The last `bars` before `here`, the one begun counting as a whole one."""
        lines = self._course.bars()
        end = lines.next_line(max(1, here + self._shift))
        begin = lines.back(end, bars)
        events = tuple(
            Event(event.tick - begin, event.data) for event in self._events if begin - CUT <= event.tick < end
        )
        return Take(events, end - begin, *self._course.between(begin, end))
