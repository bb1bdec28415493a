"""Answers the drummer that is heard, bar by bar: along with them, or in turns."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from livemusic.engine.listen_orders import Answered
from livemusic.engine.listeners.drums import HitsHeard, PlayedHit
from livemusic.engine.messages import SetAnswer, SetFreedom
from livemusic.engine.orders import Settle
from livemusic.engine.own_sound import OwnSound
from livemusic.engine.studio import SetTools
from livemusic.engine.transport_view import TransportView
from livemusic.music.grid import STEP, Grid
from livemusic.music.tempo import TICKS_PER_BEAT, Meter, Seconds, Ticks, next_multiple
from livemusic.music.window import CUT, onsets
from livemusic.sketch.answer import LOOPS, CallHit, answered, call_of, enough, loop_bars, rolled
from livemusic.sketch.drummer import Drummer

#: How often it is looked where the music is.
_EVERY: Seconds = 0.025
#: An answer is made so long before its line is planned that a held-up thread is no hole, again when nearly all of the
#: call is known, and mended when the last hits have been heard too: what they change comes a whole turn later.
_PASSES: tuple[Seconds, ...] = (-0.35, -0.08, 0.08, 0.25)
#: Of a line that is longer gone by nothing is made any more.
_TOO_LATE: Seconds = 0.3
#: If so much of what we play is heard at the same distance, within that, it is we who are heard; fewer hits are no
#: proof.
_OURS, _STEADY, _PROOF = 0.7, 0.005, 4
#: And the drummer plays something else as soon as they play so much that we do not.
_OTHER = 0.1
#: Hits of so many bars are remembered, the longest turn, but no more than so many.
_MEMORY, _MOST_HITS = 8, 4096


@dataclass(frozen=True, slots=True)
class HandHit:
    """A drum was played by hand, on pads, an electronic kit or keys."""

    hit: PlayedHit


@dataclass(frozen=True, slots=True)
class AnswerEnded:
    """The hand has taken the answer of this `turn` over: the pad is heard again."""

    turn: int


@dataclass(frozen=True, slots=True)
class SoundDelay:
    """What we play sounds so much after its moment."""

    delay: Seconds


@dataclass(frozen=True, slots=True)
class AnswerView:
    """How the drummer is answered; see `snapshot.AnswerState`."""

    mode: str = "off"
    freedom: float = 0.5
    state: str = "off"
    bar: int = 0
    bars: int = 0
    hits: int = 0
    answers: int = 0
    round_trip: Seconds = 0.0
    round_trip_bars: int = 0
    reaction: Seconds = 0.0


class _Heard(NamedTuple):
    """A hit at song position `tick`; `late`: how much after a note of ours that it may be, None where it is none."""

    tick: Ticks
    lane: int
    velocity: int
    voice: int
    by_hand: bool
    late: Seconds | None


class Answer:
    """The core between what the drummer plays and what is played in answer.

    `play` hands an answer to the listening core, which knows whether the pad is wanted; `played` tells how the
    transport is now. Neither may block. Takes some ten milliseconds for an answer, so it has a thread to itself.

    Thread: answer; `view` from any.
    """

    def __init__(self, play: Callable[[Answered], None], played: Callable[[], TransportView]) -> None:
        self.view = AnswerView()
        self._play = play
        self._played = played
        self._drummer: Drummer | None = None
        self._own = OwnSound()
        self._delay: Seconds = 0.0
        self._heard: deque[_Heard] = deque(maxlen=_MOST_HITS)
        self._turn = 0
        self._origin: Ticks | None = None
        self._line: Ticks = 0
        self._pass = 0
        self._made: object = None
        self._sounding: Grid | None = None
        self._since: Ticks | None = None
        self._fresh = True
        self._meter = Meter()
        self._stops = 0
        self._was: tuple[Seconds, float] = (0.0, 0.0)

    def handle(self, message: Any, now: Seconds) -> None:
        match message:
            case HitsHeard(hits):
                self._hear(hits, by_hand=False)
            case HandHit(hit):
                self._hear((hit,), by_hand=True)
            case SetAnswer(mode):
                self._set(mode)
            case SetFreedom(amount):
                self._change(freedom=amount)
            case AnswerEnded(turn):
                if turn == self._turn and self.view.mode != "off":
                    self._turn += 1
                    self._change(mode="off", state="off", bar=0, bars=0, hits=0)
            case SoundDelay(delay):
                self._delay = delay
            case Settle(done):
                done()
            case SetTools(tools):
                self._drummer = None if tools is None else tools.drummer
            case _:
                raise TypeError(f"the answer does not know {message!r}")

    def advance(self, now: Seconds) -> Seconds | None:
        if self.view.mode == "off":
            return None
        played = self._played()
        if not played.playing:
            self._rest()
            return now + _EVERY
        if self._origin is None or self._astray(played, now):
            self._begin(played, now)
        self._was = now, played.tick(now)
        self._own.see(played)
        due = self._follow(played, now)
        self._tell(played, now)
        return min(due, now + _EVERY)

    def _set(self, mode: str) -> None:
        """Answer in another way, from the next bar on; until then the pad's pattern is heard, or the last answer."""
        was_on = self.view.mode != "off"
        self._turn += 1
        self._forget()
        self._fresh = False
        self._change(mode=mode, state="off" if mode == "off" else "waiting", bar=0, bars=0, hits=0, answers=0)
        if mode != "off" and not self._played().playing:
            self._rest()
        elif was_on and not self._trades:
            self._send(None)

    def _forget(self) -> None:
        """Nothing was heard or answered yet."""
        self._origin, self._sounding, self._since = None, None, None
        self._heard.clear()

    @property
    def _trades(self) -> int:
        """How many bars each plays in turn; 0 where both play."""
        return int(self.view.mode.rpartition(" ")[2]) if self.view.mode.startswith("trade") else 0

    @property
    def _silence(self) -> Grid:
        """A turn without a hit."""
        return Grid.empty((self._trades or 1) * self._played().meter.bar // STEP)

    def _rest(self) -> None:
        """The drums have stopped: what comes after the next start is the drummer's."""
        if not self._fresh:
            self._forget()
            self._fresh = True
            self._send(self._silence if self._trades else None)
            self._change(state="waiting", bar=0, bars=0, hits=0)

    def _astray(self, played: TransportView, now: Seconds) -> bool:
        """Whether song position or meter have jumped, so that bars are counted anew."""
        then, tick = self._was
        moved = played.tick(now) - tick - (played.map.position(now) - played.map.position(then))
        return abs(moved) > TICKS_PER_BEAT / 2 or played.meter != self._meter or played.stops != self._stops

    def _begin(self, played: TransportView, now: Seconds) -> None:
        """Listen from the next bar line on, or from this one where the drums have only just begun."""
        here = played.map.tick_at(now)
        self._meter, self._stops = played.meter, played.stops
        self._origin = next_multiple(max(0, here - TICKS_PER_BEAT if self._fresh else here + CUT), played.meter.bar)
        self._line = self._origin + (self._trades or 1) * played.meter.bar
        self._pass, self._made, self._fresh = 0, None, False
        self._heard = deque((hit for hit in self._heard if hit.tick >= self._origin - CUT), _MOST_HITS)
        self._own.begin(here)
        if self._trades:
            self._send(self._silence, self._origin)

    def _hear(self, hits: Sequence[PlayedHit], by_hand: bool) -> None:
        """The drummer has played."""
        played = self._played()
        if self.view.mode == "off" or not played.playing:
            return
        self._own.see(played)
        for hit in hits:
            tick = played.map.tick_at(hit.at)
            late = None if by_hand else self._own.late(tick, hit.lane, played, self._delay)
            self._heard.append(_Heard(tick, hit.lane, hit.velocity, hit.voice, by_hand, late))

    def _follow(self, played: TransportView, now: Seconds) -> Seconds:
        """Do what is due at the coming lines; when something is due again."""
        while True:
            due = played.map.seconds_at(self._line - CUT) + _PASSES[self._pass]
            if now < due:
                return due
            if self._trades:
                self._trade(played, now)
            else:
                self._along(played, now)
            self._pass = (self._pass + 1) % len(_PASSES)
            if not self._pass:
                self._line += (self._trades or 1) * played.meter.bar
                self._made = None
                while self._heard and self._heard[0].tick < self._line - (_MEMORY + 1) * played.meter.bar:
                    self._heard.popleft()

    def _trade(self, played: TransportView, now: Seconds) -> None:
        """An answer begins at the line where it is our turn, silence where it is theirs."""
        length = self._trades * played.meter.bar
        if (self._line - (self._origin or 0)) // length % 2 == 0:
            if not self._pass:
                self._send(self._silence, self._line)
            return
        call = [hit for hit in self._between(self._line - length, self._line) if hit.late is None]
        self._answer(self._surest(call), length, played, now)

    def _along(self, played: TransportView, now: Seconds) -> None:
        """The groove of the last bars is played from the line on; where we hear ourselves and something else besides,
        we lay out for a bar, to hear that alone."""
        if self._line == self._origin:  # we lay out
            return
        bar = played.meter.bar
        call = self._surest(self._between(max(self._origin or 0, self._line - 2 * LOOPS[-1] * bar), self._line))
        length = self._loop(call, bar) * bar
        recent = [hit for hit in call if hit.tick >= self._line - length - CUT]
        if self._ours(recent, length):
            others = sum(hit.late is None for hit in recent)
            if others > max(1, _OTHER * (len(recent) - others)):
                self._origin, self._since = self._line, None
                self._send(self._silence, self._line)
        else:
            self._answer(recent, length, played, now)

    def _loop(self, call: Sequence[_Heard], bar: Ticks) -> int:
        """After how many bars the call repeats."""
        count = (self._line - (self._origin or 0)) // bar
        bars = [
            call_of(None, self._call(call, self._line - number * bar, self._line - (number - 1) * bar), bar // STEP)
            for number in range(min(count, 2 * LOOPS[-1]), 0, -1)
        ]
        return loop_bars(bars)

    def _ours(self, hits: Sequence[_Heard], length: Ticks) -> bool:
        """Whether a microphone hears what we play: nearly all of it, always as late."""
        late = np.array([hit.late for hit in hits if hit.late is not None])
        count = len(self._own.sent(self._line - length - CUT, self._line - CUT))
        if len(late) < max(_PROOF, _OURS * count):
            return False
        return bool(np.median(np.abs(late - np.median(late))) <= _STEADY)

    def _answer(self, hits: Sequence[_Heard], length: Ticks, played: TransportView, now: Seconds) -> None:
        """Make an answer to what was played in the last `length` before the line, if it is another than before."""
        begin, bar = self._line - length, played.meter.bar
        if (length, *hits) == self._made or now > played.map.seconds_at(self._line) + _TOO_LATE:
            return
        self._made = (length, *hits)
        call = self._call(hits, begin, self._line)
        if not enough(call, length // bar):
            if self._since is None and self._sounding is not None and not self._trades:  # we lay out for nothing
                self._since = self._line
                self._send(self._sounding, self._line)
            return
        grid = answered(
            self._drummer,
            call,
            length // STEP,
            self.view.freedom,
            self._line // bar,
            played.bpm(now),
            bar // STEP,
            sure=hits[0].by_hand,
        )
        if self._since != self._line:
            self._change(answers=self.view.answers + 1)
        self._since = self._line
        self._sounding = rolled(grid, self._line // STEP)
        mended = _PASSES[self._pass] > 0
        self._send(self._sounding, None if mended else self._line)
        self._time(hits, length // bar, played)

    def _time(self, hits: Sequence[_Heard], bars: int, played: TransportView) -> None:
        """Tell how long it takes from what is heard to what is answered."""
        assert self._sounding is not None
        notes = onsets(self._sounding.to_pattern(), self._line - CUT, self._line - CUT + self._sounding.length)
        first = next((tick for tick, _ in notes), self._line)
        begun = played.map.seconds_at(first)
        began, ended = min(hit.tick for hit in hits), max(hit.tick for hit in hits)
        self._change(
            round_trip=begun - played.map.seconds_at(began),
            round_trip_bars=bars,
            reaction=begun - played.map.seconds_at(ended),
        )

    def _between(self, begin: Ticks, end: Ticks) -> list[_Heard]:
        """What was heard in these bars; a hit pushed before a line belongs to what follows it."""
        return [hit for hit in self._heard if begin - CUT <= hit.tick < end - CUT]

    def _surest(self, hits: list[_Heard]) -> list[_Heard]:
        """What was played by hand, where anything was: what a microphone hears of that would be told twice."""
        return [hit for hit in hits if hit.by_hand] or hits

    def _call(self, hits: Sequence[_Heard], begin: Ticks, end: Ticks) -> list[CallHit]:
        return [
            CallHit(hit.tick - begin, hit.lane, hit.velocity, hit.voice)
            for hit in hits
            if begin - CUT <= hit.tick < end - CUT
        ]

    def _send(self, grid: Grid | None, at: Ticks | None = None) -> None:
        self._play(Answered(grid, at, self._turn))

    def _tell(self, played: TransportView, now: Seconds) -> None:
        """Show how far we are."""
        bar, bars, origin = played.meter.bar, self._trades or 1, self._origin or 0
        turn, place = divmod((played.map.tick_at(now) + CUT - origin) // bar, bars)
        begin = origin + turn * bars * bar
        if turn < 0:
            state, place = "waiting", -1
        elif self._trades and turn % 2:
            state = "answering" if self._since == begin else "nothing heard"
        elif self._trades or self._since is None or begin < self._since:
            state = "listening"
        else:
            state = "playing along"
        count = self.view.hits
        if state == "listening":
            count = len(self._surest([hit for hit in self._heard if hit.tick >= begin - CUT]))
        if (state, place + 1, bars, count) != (self.view.state, self.view.bar, self.view.bars, self.view.hits):
            self._change(state=state, bar=place + 1, bars=bars, hits=count)

    def _change(self, **fields: Any) -> None:
        self.view = replace(self.view, **fields)
