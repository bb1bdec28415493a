"""The pad, who performs what it asks for, and the transport at simulated times: requests go in, notes come out."""

from collections.abc import Sequence
from typing import Any

from livemusic.engine.listen import Listen
from livemusic.engine.listen_orders import Answered, Morph, Preview
from livemusic.engine.messages import LaunchCorner, MovePad, Play, SetLaunch, SetSwing
from livemusic.engine.orders import Cue, Routing
from livemusic.engine.perform import Perform, SetPerformance
from livemusic.engine.perform_requests import PerformRequest
from livemusic.engine.sections import SectionsView
from livemusic.engine.studio import SetTools
from livemusic.engine.transport import Transport
from livemusic.latent.structure import Section
from livemusic.music.event import is_note_off, is_note_on
from livemusic.music.grid import STEP, Grid
from livemusic.music.kit import VOICE_OF_PITCH, Voice
from livemusic.music.tempo import Meter, Seconds

_STEP: Seconds = 0.005


class Corners:
    """Four grooves, of which that is played that weighs most."""

    def __init__(self, *grids: Grid) -> None:
        self.grids = grids

    def at(self, weights: Sequence[float], locks: object = None) -> Grid:
        """The groove of the weightiest corner."""
        return self.grids[max(range(4), key=lambda corner: weights[corner])]


class PerformRoom:
    """Four corners on the pad, the hand on the first; 2 s to a bar of 4/4. `direct`: nobody performs, patterns
    go to the transport as the pad hands them on."""

    def __init__(self, *grids: Grid, meter: Meter | None = None, direct: bool = False) -> None:
        self.now: Seconds = 0.0
        self.events: list[tuple[Seconds, bytes]] = []
        self.cues: list[Cue] = []
        self.notices: list[str] = []
        self.sections = SectionsView(0)
        self._direct = direct
        self._asked: list[Any] = []
        self._patterns: list[Cue] = []
        self.transport = Transport(lost=_fail, retire=lambda thing: None)
        self.listen = Listen(
            play=self._patterns.append,
            notice=_fail,
            lost=_fail,
            retire=lambda thing: None,
            ended=lambda source: None,
            audition_ended=lambda: None,
            stopwatch=lambda: 0.0,
        )
        self.perform = Perform(
            play=self.cues.append,
            ask=self._asked.append,
            notice=self.notices.append,
            played=lambda: self.transport.view,
            heard=lambda: self.listen.view,
            sections=lambda: self.sections,
        )
        meter = meter or Meter()
        self.transport.handle(Routing(sink=self, meter=meter), 0.0)
        corners = [grids[min(number, len(grids) - 1)] for number in range(4)]
        self.order(Morph(Corners(*corners), meter, pad=(0.0, 1.0)))  # type: ignore[arg-type]
        self.pass_time(0.05)

    def send(self, batch: Sequence[tuple[Seconds, bytes]]) -> None:
        """As the sound process takes it."""
        self.events += batch

    def order(self, *orders: Any) -> None:
        """As the window asks it."""
        for order in orders:
            if isinstance(order, PerformRequest | SetPerformance | SetTools):
                self.perform.handle(order, self.now)
            elif isinstance(order, MovePad | Morph | Preview | Answered | SetSwing | SetLaunch | LaunchCorner):
                self.listen.handle(order, self.now)
            else:
                self.transport.handle(order, self.now)

    def pass_time(self, until: Seconds) -> None:
        """Let time go by."""
        while self.now < until:
            self.order(*self._asked)
            self._asked.clear()
            self.listen.advance(self.now)
            for cue in self._patterns:
                if self._direct:
                    self.cues.append(cue)
                else:
                    self.perform.handle(cue, self.now)
            self._patterns.clear()
            for _ in range(3):
                self.perform.advance(self.now)
            for cue in self.cues:
                self.transport.handle(cue, self.now)
            self.cues.clear()
            self.transport.advance(self.now)
            self.now += _STEP

    def bar(self, bars: float) -> None:
        """Let time go by to so many bars after the beginning."""
        tempo = self.transport.view.map
        self.pass_time(tempo.seconds_at(round(bars * self.transport.view.meter.bar)))

    def begin_section(self, number: int) -> None:
        """The music comes to its next section."""
        sections = tuple(Section(10.0 * place, 10.0 * place + 10, place) for place in range(number + 1))
        self.sections = SectionsView(0, sections=sections, here=number)

    def steps(self, first: float, last: float) -> set[tuple[int, int]]:
        """What sounded from one bar to another as (step of the song, voice)."""
        tempo, bar = self.transport.view.map, self.transport.view.meter.bar
        struck = set()
        for at, data in self.events:
            if is_note_on(data):
                tick = tempo.tick + (at - tempo.seconds) / tempo.seconds_per_tick
                step = int((tick + STEP // 2) // STEP)
                if first * bar <= step * STEP < last * bar:
                    struck.add((step, int(VOICE_OF_PITCH[data[1]])))
        return struck

    def balanced(self) -> bool:
        """Whether every note that was struck has ended, and none that was not."""
        sounding: set[int] = set()
        for _, data in self.events:
            if is_note_on(data):
                if data[1] in sounding:
                    return False
                sounding.add(data[1])
            elif is_note_off(data):
                if data[1] not in sounding:
                    return False
                sounding.discard(data[1])
        return not sounding


def _fail(text: str) -> None:
    raise AssertionError(text)


KICK, SNARE, HAT, CRASH = int(Voice.KICK), int(Voice.SNARE), int(Voice.CLOSED_HAT), int(Voice.CRASH)


def groove(*kicks: int) -> Grid:
    """Two bars with hats on eighths and a backbeat, the second bar with one kick more."""
    hats = [(step, HAT, 70, 0) for step in range(0, 32, 2)]
    snares = [(step, SNARE, 100, 3) for step in (4, 12, 20, 28)]
    return Grid.of([*hats, *snares, *((step, KICK, 110, 0) for step in (*kicks, 0, 16, 26))], 32)


ONE, OTHER = groove(6), groove(10, 14)


def room(*grids: Grid, **kinds: object) -> PerformRoom:
    it = PerformRoom(*(grids or (ONE, OTHER)), **kinds)  # type: ignore[arg-type]
    it.order(Play())
    it.pass_time(it.now + 0.02)
    return it


def of(grid: Grid, first: int, last: int, bar: int = 16) -> set[tuple[int, int]]:
    """The hits of a groove from one bar of the song to another."""
    return {
        (step, voice)
        for step in range(first * bar, last * bar)
        for voice in range(9)
        if grid.hits[step % grid.steps, voice]
    }
