"""Performs the groove: what the pad asks for goes through it to the transport, bar by bar as it is to be played."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from livemusic.engine.listen import ListenView
from livemusic.engine.messages import AnyRequest, LaunchCorner, Panic, Stop
from livemusic.engine.orders import Cue, Settle
from livemusic.engine.perform_requests import (
    NEXT_CORNER,
    ArmSection,
    Fill,
    NewVariation,
    ResetDials,
    SetFeel,
    SetFills,
    SetVariation,
    TurnDials,
)
from livemusic.engine.plans import EVER, Plan, Plans
from livemusic.engine.sections import SectionsView
from livemusic.engine.studio import SetTools
from livemusic.engine.transport import LOOKAHEAD
from livemusic.engine.transport_view import TransportView
from livemusic.music.grid import STEP, Grid
from livemusic.music.performance import DIALS, Performance
from livemusic.music.tempo import TICKS_PER_BEAT, Seconds, Ticks, next_multiple
from livemusic.music.window import CUT
from livemusic.session.preset import CORNERS

_EVERY: Seconds = 0.025
#: What a bar brings is handed on so long before its line; until then the hand may change it for nothing.
_AHEAD: Seconds = 0.35
#: It is made before that once the hand has rested so long.
_RESTS: Seconds = 0.2
#: A line that is nearer than this, beyond what is planned, is left to what plays.
_MARGIN: Seconds = 0.01
#: If no section begins, what waits for one goes at the next line of so many bars, asked for so long before it.
PHRASE = 8
_ASKED_AHEAD: Seconds = 0.6
#: A dial so near the middle is in it: a knob of 127 steps has no middle.
_MIDDLE = 0.01
_NO_FILL = "A fill needs drums that play: press play first."


@dataclass(frozen=True, slots=True)
class SetPerformance:
    """Perform so from now on, or from the line `at` of the song on: a preset brings it, or an undo."""

    performance: Performance
    at: Ticks | None = None


@dataclass(frozen=True, slots=True)
class PerformView:
    """How the groove is performed; see `snapshot.PerformState`."""

    performance: Performance = Performance()
    fill: str = ""
    armed: str = ""
    bars_left: int = 0


class Perform:
    """The core between the pad and the transport.

    `play` hands patterns to the transport, `ask` takes requests for other cores, `notice` tells the musician; none may
    block. `played`, `heard` and `sections` tell how the transport, the pad and the music are now. Where everything is
    neutral what comes is handed on as it is. A bar takes up to some hundred milliseconds, ahead of it, so this has a
    thread to itself.

    Thread: perform; `view` from any.
    """

    def __init__(
        self,
        play: Callable[[Cue], None],
        ask: Callable[[AnyRequest], object],
        notice: Callable[[str], None],
        played: Callable[[], TransportView],
        heard: Callable[[], ListenView],
        sections: Callable[[], SectionsView] = SectionsView,
    ) -> None:
        self.view = PerformView()
        self._play = play
        self._ask = ask
        self._notice = notice
        self._played = played
        self._heard = heard
        self._sections = sections
        self._plans = Plans()
        self._wanted: Cue | None = None
        self._cue: Cue | None = None
        self._changed_at: Seconds = 0.0
        self._crash_due = False
        self._label: tuple[int, int] | None = None
        self._was: tuple[Seconds, float, bool, int] = (0.0, 0.0, False, 0)

    def handle(self, message: Any, now: Seconds) -> None:
        match message:
            case Cue():
                self._take(message, now)
            case TurnDials(voice=voice):
                turned = {name: getattr(message, name) for name in DIALS}
                turned = {name: _centred(value) for name, value in turned.items() if value is not None}
                self._perform(self.view.performance.turned(voice, **turned))
            case ResetDials():
                kept = self.view.performance
                amounts = {name: getattr(kept, name) for name in ("fill_amount", "vary_amount", "vary_seed")}
                self._perform(Performance(**amounts))
            case SetFills(every, amount):
                self._perform(_with(self.view.performance, fill_every=every, fill_amount=amount))
            case SetVariation(every, amount):
                self._perform(_with(self.view.performance, vary_every=every, vary_amount=amount))
            case NewVariation():
                self._vary(now)
            case SetFeel(feel):
                self._perform(_with(self.view.performance, feel=feel))
            case SetPerformance(performance, at):
                self._perform(performance, at)
            case Fill():
                self._fill(now)
            case ArmSection(to):
                self._label = None
                self._change(armed="" if to == "off" else to)
            case Stop() | Panic():
                self._disarm()
            case SetTools(tools):
                self._plans.equip(None if tools is None else tools.drummer, () if tools is None else tools.fills)
            case Settle(done):
                done()
            case _:
                raise TypeError(f"nobody performs {message!r}")

    def advance(self, now: Seconds) -> Seconds | None:
        played = self._played()
        self._mind_jumps(played, now)
        if self._wanted is not None:
            if self._plans.think(self._new_plan(self._wanted, EVER, played), played.meter):
                return now  # that took a while: where the music is by now decides where it begins
            self._change_to(self._wanted, played, now)
        if not played.playing:
            return now + _EVERY if self._busy else None
        self._await_section(played, now)
        self._prepare(played, now)
        self._tell(played, now)
        return now + _EVERY if self._busy else None

    # What is asked.

    def _take(self, cue: Cue, now: Seconds) -> None:
        """The pad, an audition or an answer wants another groove."""
        if self._wanted is None and not self._crash_due and self._plain(cue):
            line = self._next(self._played(), now, cue.quantum) if cue.at is None else cue.at
            plan = self._new_plan(cue, line, self._played())
            self._plans.add(plan, self._here(now))
            self._plans.hand(plan.groove, line)
            self._cue = cue
            self._play(cue)
        else:
            self._wanted = cue

    def _plain(self, cue: Cue) -> bool:
        """Whether all is played as it is written, and was."""
        return (cue.auditioned or self.view.performance.neutral) and self._plans.plain

    def _perform(self, performance: Performance, at: Ticks | None = None) -> None:
        """Do so from `at`, or where patterns take over; of several changes together the last one counts."""
        if performance != self.view.performance:
            self._change(performance=performance)
            if self._wanted is None and self._cue is not None:
                newest = self._plans.newest  # a groove that waits for its line is not to come before it
                waits = newest is not None and newest.begins > self._here(self._was[0])
                line = newest.begins if newest is not None and waits else at
                self._wanted = replace(self._cue, quantum=self._quantum, at=line)

    def _fill(self, now: Seconds) -> None:
        """The rest of this bar, if a beat of it is left, or the end of the next."""
        played = self._played()
        if not played.playing:
            self._notice(_NO_FILL)
            return
        number, start = self._coming(played, now)
        if start is None:
            self._plans.fill(number, None)
        else:
            self._plans.fill(number, (start - number * played.meter.bar) // STEP)
            self._send(start, played)

    def _vary(self, now: Seconds) -> None:
        """Another variation of this bar, or of the next, and of all that are varied."""
        played = self._played()
        performance = self.view.performance.varied_anew()
        if played.playing:
            number, start = self._coming(played, now)
            self._plans.vary(number, performance.vary_seed)
            if start is not None:
                self._send(start, played)
        self._perform(performance)

    def _coming(self, played: TransportView, now: Seconds) -> tuple[int, Ticks | None]:
        """The bar that something may still come in, and from where on; None for all of the next bar, where less than a
        beat of this one is left."""
        bar = played.meter.bar
        start = self._next(played, now, STEP)
        number = start // bar
        if start >= 0 and (number + 1) * bar - start >= TICKS_PER_BEAT:
            return number, start
        return max(0, number + 1), None

    def _disarm(self) -> None:
        """Nothing waits any more."""
        self._plans.forget_asked()
        self._crash_due = False
        self._change(armed="", fill="", bars_left=0)

    # What is played when.

    @property
    def _busy(self) -> bool:
        """Whether a bar may bring something of its own."""
        return not self._plans.plain or bool(self.view.armed or self.view.fill or self._crash_due)

    @property
    def _quantum(self) -> Ticks:
        bar = self._played().meter.bar
        return {"step": STEP, "bar": bar, "4 bars": 4 * bar}[self._heard().launch]

    def _here(self, now: Seconds) -> Ticks:
        played = self._played()
        return played.map.tick_at(now) if played.playing else EVER

    def _next(self, played: TransportView, now: Seconds, quantum: Ticks) -> Ticks:
        """The next multiple of `quantum` at which a pattern can take over; before all music while nothing plays."""
        if not played.playing:
            return EVER
        return next_multiple(played.map.tick_at(now + LOOKAHEAD + _MARGIN) + CUT + 1, quantum)

    def _new_plan(self, cue: Cue, line: Ticks, played: TransportView) -> Plan:
        performance = Performance() if cue.auditioned else self.view.performance
        return Plan(Grid.from_bytes(cue.grid), performance, cue.swing, round(played.map.bpm), line)

    def _change_to(self, cue: Cue, played: TransportView, now: Seconds) -> None:
        """Let what is wanted begin."""
        self._wanted, self._cue, self._changed_at = None, cue, now
        line = self._next(played, now, cue.quantum) if cue.at is None or not played.playing else cue.at
        if self._crash_due and cue.quantum >= played.meter.bar and played.playing:
            self._crash_due = False
            self._plans.land(line // played.meter.bar)
        self._plans.add(self._new_plan(cue, line, played), self._here(now))
        self._send(line, played)

    def _send(self, line: Ticks, played: TransportView) -> None:
        """Hand on what is played from `line` on."""
        plan = self._plans.at(line)
        if plan is None:
            return
        grid = self._plans.loop(plan, played.meter) if line == EVER else self._plans.bar(line, played.meter)
        self._plans.hand(grid, line)
        at = None if line == EVER else line
        self._play(Cue(grid.to_pattern(swing=plan.swing), grid.to_bytes(), STEP, plan.swing, at))

    def _prepare(self, played: TransportView, now: Seconds) -> None:
        """Make what the next bar brings, and hand it on in time."""
        line = self._next(played, now, played.meter.bar)
        if self._plans.at(line) is None:
            return
        left = played.map.seconds_at(line - CUT) - now
        if left > _AHEAD and now - self._changed_at < _RESTS:
            return
        wanted = self._plans.bar(line, played.meter)
        if left <= _AHEAD:
            self._plans.tidy(self._here(now) // played.meter.bar)
            if wanted != self._plans.handed(line):
                self._send(line, played)

    def _mind_jumps(self, played: TransportView, now: Seconds) -> None:
        """Where the music was stopped or has jumped, what was to come is not to come."""
        then, tick, playing, stops = self._was
        here = played.tick(now)
        self._was = (now, here, played.playing, played.stops)
        moved = here - tick - (now - then) / played.map.seconds_per_tick if playing and played.playing else 0.0
        stopped = played.stops != stops
        if not (stopped or abs(moved) > TICKS_PER_BEAT / 2):
            return
        if stopped:
            self._disarm()
        newest = self._plans.restart()
        if newest is not None:
            line = self._next(played, now, STEP)
            loop = self._plans.loop(newest, played.meter)
            if loop != self._plans.handed(line):
                self._send(line, played)

    # What waits for the next section.

    def _await_section(self, played: TransportView, now: Seconds) -> None:
        """Go where what is armed wants to be, once a section begins or a phrase is over."""
        if not self.view.armed:
            return
        sections = self._sections()
        label = (sections.epoch, -1 if sections.here is None else sections.here)
        begun = self._label is not None and label != self._label and label[0] == self._label[0] and label[1] >= 0
        self._label = label
        phrase = PHRASE * played.meter.bar
        line = self._next(played, now, phrase)
        if begun or played.map.seconds_at(line - CUT) - now <= _ASKED_AHEAD:
            corner = self._armed_corner
            self._crash_due = True
            self._change(armed="", bars_left=0)
            self._ask(LaunchCorner(corner))

    @property
    def _armed_corner(self) -> int:
        if self.view.armed != NEXT_CORNER:
            return CORNERS.index(self.view.armed)
        weights = self._heard().weights
        return (max(range(len(weights)), key=weights.__getitem__) + 1) % len(CORNERS)

    def _tell(self, played: TransportView, now: Seconds) -> None:
        """Show what waits and what goes on."""
        here = round(played.tick(now))
        number, place = divmod(here, played.meter.bar)
        fill = self._plans.fill_of(number, played.meter)
        if fill is not None and place >= fill * STEP - CUT:
            state = "now"
        else:
            state = "waiting" if self._plans.waits(number) else ""
        left = PHRASE - number % PHRASE if self.view.armed else 0
        if (state, left) != (self.view.fill, self.view.bars_left):
            self._change(fill=state, bars_left=left)

    def _change(self, **fields: Any) -> None:
        self.view = replace(self.view, **fields)


def _with(performance: Performance, **fields: Any) -> Performance:
    """`performance` with those of `fields` that are something."""
    return msgspec.structs.replace(performance, **{name: value for name, value in fields.items() if value is not None})


def _centred(value: float) -> float:
    return 0.0 if abs(value) < _MIDDLE else value
