"""A drummer, the answer, the pad and the transport at simulated times: strokes go in, notes come out."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from livemusic.engine.answer import Answer, AnswerEnded, HandHit
from livemusic.engine.listen import Listen
from livemusic.engine.listen_orders import Answered, Morph, Preview
from livemusic.engine.listeners.drums import HitsHeard, PlayedHit
from livemusic.engine.messages import MovePad, Panic, Play, SetAnswer, SetFreedom, SetSwing, SetTempo, Stop
from livemusic.engine.orders import Cue, Routing, Steer
from livemusic.engine.studio import SetTools
from livemusic.engine.transport import Transport
from livemusic.music.event import is_note_off, is_note_on
from livemusic.music.grid import Grid
from livemusic.music.kit import VOICE_OF_PITCH
from livemusic.music.tempo import Meter, Seconds, Ticks

_STEP: Seconds = 0.01
#: So long after it was played a hit is told.
_HEARING: Seconds = 0.03

Order = SetAnswer | SetFreedom | Play | Stop | Panic | SetTempo | Steer | Routing | MovePad | Morph | Preview | SetSwing


class Sounded(NamedTuple):
    """A note of ours: song position, voice and velocity."""

    tick: Ticks
    voice: int
    velocity: int


class Room:
    """`tools`: what the answer is made with. `leak`: the microphone hears what we play so much later; None: it is on
    headphones. With `hands` the drummer plays pads, otherwise a microphone hears the drums, told `block` by block."""

    def __init__(
        self,
        tools: SetTools | None = None,
        meter: Meter | None = None,
        leak: Seconds | None = None,
        hands: bool = False,
        block: Seconds = 0.0,
    ) -> None:
        self.events: list[tuple[Seconds, bytes]] = []
        self.now: Seconds = 0.0
        self._leak, self._hands, self._block = leak, hands, block
        self._tell_at: Seconds = 0.0
        self._told = 0
        self._leaked: list[PlayedHit] = []
        self.transport = Transport(lost=_fail, retire=lambda thing: None)
        self.cues: list[Cue] = []
        self.answers: list[Answered] = []
        self.listen = Listen(
            play=self.cues.append,
            notice=_fail,
            lost=_fail,
            retire=lambda thing: None,
            ended=lambda source: None,
            audition_ended=lambda: None,
            stopwatch=lambda: 0.0,
            answer_ended=lambda turn: self.answer.handle(AnswerEnded(turn), self.now),
        )
        self.answer = Answer(play=self.answers.append, played=lambda: self.transport.view)
        self.transport.handle(Routing(sink=self, meter=meter or Meter()), 0.0)
        if tools is not None:
            self.answer.handle(tools, 0.0)

    def send(self, batch: Sequence[tuple[Seconds, bytes]]) -> None:
        """As the sound process takes it."""
        self.events += batch

    def order(self, *orders: Order) -> None:
        """As the window asks it."""
        for order in orders:
            if isinstance(order, SetAnswer | SetFreedom):
                self.answer.handle(order, self.now)
            elif isinstance(order, MovePad | Morph | Preview | SetSwing):
                self.listen.handle(order, self.now)
            else:
                self.transport.handle(order, self.now)

    def struck(self, ticks: Iterable[tuple[Ticks, int, int]]) -> list[PlayedHit]:
        """Hits (tick, lane, velocity) as they are played at the tempo of now."""
        tempo = self.transport.view.map
        return [PlayedHit(tempo.seconds_at(tick), lane if lane < 9 else 1, lane, loud) for tick, lane, loud in ticks]

    def pass_time(self, until: Seconds, hits: Iterable[PlayedHit] = ()) -> None:
        """Let time go by while `hits` are played."""
        waiting = sorted(hits)
        while self.now < until:
            if self._leak is not None:
                self._listen_to_ourselves(self._leak)
            due = [hit for hit in waiting if hit.at + _HEARING <= self.now] if self.now >= self._tell_at else []
            waiting = waiting[len(due) :]
            self._tell_at = self.now + self._block if self.now >= self._tell_at else self._tell_at
            for hit in due if self._hands else ():
                self.answer.handle(HandHit(hit), self.now)
            heard = tuple(sorted([*(() if self._hands else due), *self._due_leaks()]))
            if heard:
                self.answer.handle(HitsHeard(heard), self.now)
            self.answer.advance(self.now)
            for answered in self.answers:
                self.listen.handle(answered, self.now)
            self.answers.clear()
            self.listen.advance(self.now)
            for cue in self.cues:
                self.transport.handle(cue, self.now)
            self.cues.clear()
            self.transport.advance(self.now)
            self.now += _STEP

    def notes(self) -> list[Sounded]:
        """What has sounded, at the tempo of now."""
        tempo = self.transport.view.map
        return [
            Sounded(round(tempo.tick + (at - tempo.seconds) / tempo.seconds_per_tick), VOICE_OF_PITCH[data[1]], data[2])
            for at, data in self.events
            if is_note_on(data)
        ]

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

    def _listen_to_ourselves(self, delay: Seconds) -> None:
        new, self._told = self.events[self._told :], len(self.events)
        for at, data in new:
            if is_note_on(data):
                voice = VOICE_OF_PITCH[data[1]]
                self._leaked.append(PlayedHit(at + delay, voice, voice, data[2]))

    def _due_leaks(self) -> list[PlayedHit]:
        due = [hit for hit in self._leaked if hit.at + _HEARING <= self.now]
        self._leaked = [hit for hit in self._leaked if hit.at + _HEARING > self.now]
        return due


def pad_plays(grid: Grid) -> Morph:
    """The pad has `grid` in all its corners."""
    return Morph(_Corner(grid), Meter())  # type: ignore[arg-type]


class _Corner:
    def __init__(self, grid: Grid) -> None:
        self._grid = grid

    def at(self, weights: object, locks: object = None) -> Grid:
        return self._grid


def _fail(text: str) -> None:
    raise AssertionError(text)


def bars_of(
    hits: Sequence[tuple[Ticks, int, int]], first: int, count: int, bar: Ticks = 3840
) -> list[tuple[Ticks, int, int]]:
    """The hits of a bar in `count` bars from bar `first` on."""
    return [(number * bar + tick, lane, loud) for number in range(first, first + count) for tick, lane, loud in hits]
