"""Following another program's MIDI clock: how far notes are from its beat, how steady the tempo shown is, how soon
a jump is followed. In made-up time with a master that jitters, then through a real port with a master of its own."""

import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from random import Random
from statistics import median, pstdev
from time import perf_counter, sleep
from typing import Any

from livemusic.cli.bench.figure import Figure, milliseconds
from livemusic.cli.bench.floor import idle_floor
from livemusic.engine.messages import Stop
from livemusic.engine.orders import Cue, Join, Routing, Steer
from livemusic.engine.transport import Transport
from livemusic.engine.worker import SPIN, Worker
from livemusic.errors import DeviceError
from livemusic.midi.input import open_in
from livemusic.midi.memory import MemoryOut
from livemusic.midi.rtmidi import open_out
from livemusic.music.clock import PULSES_PER_BEAT
from livemusic.music.event import CLOCK, START, is_note_on
from livemusic.music.follow import Begin, ClockFollower, End, Turn
from livemusic.music.grid import STEP
from livemusic.music.pattern import Note, Pattern
from livemusic.music.tempo import BeatsPerMinute, Seconds

JITTER: Seconds = 0.0015
_PHASE_MS, _STEADY_BPM, _FOLLOW_S = 2.0, 0.1, 2.0
_BAR = 4 * PULSES_PER_BEAT
_STEP = PULSES_PER_BEAT // 4
_SIXTEENTHS = Pattern(tuple(Note(step * STEP, 36) for step in range(16)), 16 * STEP)
_MASTER = "clock master"


class Slave:
    """The transport under a follower: the core a worker (or made-up time) drives. Messages are `(bytes, arrival)`."""

    def __init__(self, out: MemoryOut, bpm: BeatsPerMinute = 120.0) -> None:
        self.follower = ClockFollower(bpm)
        self.transport = Transport(lambda reason: None, lambda thing: None)
        self.transport.handle(Routing(out=out, sends_clock=False), 0.0)
        self.transport.handle(Cue(_SIXTEENTHS, b"", STEP), 0.0)

    def handle(self, message: Any, now: Seconds) -> None:
        for move in self.follower.hear(*message):
            match move:
                case Begin(tempo):
                    self.transport.handle(Join(tempo), now)
                case Turn(tempo):
                    self.transport.handle(Steer(tempo), now)
                case End():
                    self.transport.handle(Stop(), now)

    def advance(self, now: Seconds) -> Seconds | None:
        wakes = (self.transport.advance(now), self.follower.advance(now))
        return min((wake for wake in wakes if wake is not None), default=None)


class Rehearsal:
    """A slave in made-up time: `hear` what comes when, then look at `onsets` and at what was `shown`."""

    def __init__(self, begin: Seconds, bpm: BeatsPerMinute = 120.0) -> None:
        self.now = begin
        self.out = MemoryOut(clock=lambda: self.now)
        self.slave = Slave(self.out, bpm)
        self.shown: list[tuple[Seconds, BeatsPerMinute]] = []

    def hear(self, messages: Iterable[tuple[Seconds, bytes]]) -> None:
        """Messages in the order in which they arrive."""
        for at, data in messages:
            self.run(at)
            self.slave.handle((data, at), self.now)
            self.shown.append((at, self.slave.follower.bpm))

    def run(self, until: Seconds) -> None:
        while (wake := self.slave.advance(self.now)) is not None and wake < until:
            self.now = max(wake, self.now + 1e-5)
        self.now = max(until, self.now)

    @property
    def onsets(self) -> list[Seconds]:
        return [at for at, data in self.out.sent if is_note_on(data)]


def pulses(stretches: Iterable[tuple[int, BeatsPerMinute]], begin: Seconds = 100.0) -> list[Seconds]:
    """When a perfect master sends: stretches of so many pulses at a tempo."""
    gaps = [60 / bpm / PULSES_PER_BEAT for count, bpm in stretches for _ in range(count)]
    return list(accumulate(gaps[:-1], initial=begin))


def late(times: Iterable[Seconds], random: Random, jitter: Seconds = JITTER) -> list[Seconds]:
    """`times` as a driver delivers them: each up to `jitter` early or late, none before the one sent earlier."""
    return list(accumulate((at + random.uniform(-jitter, jitter) for at in times), max))


def started(times: Sequence[Seconds], at: int = 0) -> Iterator[tuple[Seconds, bytes]]:
    """The messages of a master that starts with pulse `at`."""
    for number, when in enumerate(times):
        if number == at:
            yield when, bytes((START,))
        yield when, bytes((CLOCK,))


def errors(onsets: Iterable[Seconds], true: Sequence[Seconds], skip: int = _BAR) -> list[Seconds]:
    """How late each onset is against the nearest true sixteenth, `skip` pulses after the start and to the end."""
    grid = true[::_STEP]
    judged = [at for at in onsets if true[skip] - 0.02 <= at <= grid[-1]]
    return [min((at - due for due in grid), key=abs) for at in judged]


def measure(seconds: float) -> list[Figure]:
    """Each figure over `seconds` of made-up time (at least 20) for each of several seeds."""
    beats = max(40, int(2 * seconds))
    floor = idle_floor(min(seconds, 2.0))
    off, spread = [], []
    for seed in range(5):
        true = pulses([(beats * PULSES_PER_BEAT, 120.0)])
        rehearsal = _rehearsed(true, seed)
        off += [abs(error) for error in errors(rehearsal.onsets, true)]
        spread.append(pstdev(bpm for at, bpm in rehearsal.shown if at > true[2 * _BAR]))
    return [
        *milliseconds("clock", "idle floor", floor),
        *milliseconds("clock", "phase error, master ±1.5 ms", off, _PHASE_MS),
        Figure("clock", "tempo shown, standard deviation", max(spread), "bpm", _STEADY_BPM),
        Figure("clock", "jump 100 to 140 followed, worst of 5", max(map(_follows, range(5))), "s", _FOLLOW_S),
        *_real(seconds),
    ]


def _rehearsed(true: Sequence[Seconds], seed: int, bpm: BeatsPerMinute = 120.0) -> Rehearsal:
    rehearsal = Rehearsal(true[0] - 0.1, bpm)
    rehearsal.hear(started(late(true, Random(seed))))
    return rehearsal


def _follows(seed: int) -> Seconds:
    """From the jump to the last moment when a note was off by 2 ms or the tempo shown by 0.1 bpm."""
    before = 16 * PULSES_PER_BEAT
    true = pulses([(before, 100.0), (before * 2, 140.0)])
    rehearsal = _rehearsed(true, seed, 100.0)
    grid = true[::_STEP]
    notes = [at for at in rehearsal.onsets if true[before] < at <= grid[-1]]
    off = [at for at in notes if min(abs(at - due) for due in grid) > _PHASE_MS / 1e3]
    shown = [at for at, bpm in rehearsal.shown if at > true[before] and abs(bpm - 140) > _STEADY_BPM]
    return max([*off, *shown], default=true[before]) - true[before]


def _real(seconds: float) -> list[Figure]:
    """A second program as master; the delay of the port itself is told apart, being the same for every pulse."""
    command = [sys.executable, "-m", __spec__.name, str(seconds + 4.0)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as master:
        assert master.stdin is not None
        assert master.stdout is not None
        if master.stdout.readline().strip() != "ready":
            return []
        failures: list[str] = []
        out = MemoryOut()
        slave = Slave(out)
        worker = Worker("transport", slave, failures.append, SPIN)
        worker.start()
        heard = open_in(_MASTER, lambda data, at: worker.post((data, at)))
        try:
            master.stdin.write("go\n")
            master.stdin.flush()
            true = [float(word) for word in master.stdout.readline().split()]
        finally:
            heard.close()
            worker.close()
    assert not failures, failures
    lateness = errors([at for at, data in out.sent if is_note_on(data)], true)
    delay = median(lateness)
    return [
        Figure("clock", "real port: notes after the master's beat p50", 1e3 * delay, "ms"),
        *milliseconds("clock", "real port: around that", [abs(error - delay) for error in lateness], _PHASE_MS),
        Figure("clock", "real port: jitter of pulses, rms", 1e3 * slave.follower.jitter, "ms"),
    ]


def _play_master(seconds: float) -> None:
    """Be the master: a port of our own, 120 bpm with jitter, then print when each pulse was due."""
    try:
        port = open_out("virtual", _MASTER)
    except DeviceError:
        return
    print("ready", flush=True)
    sys.stdin.readline()
    true = pulses([(int(seconds * 2 * PULSES_PER_BEAT), 120.0)], perf_counter() + 0.2)
    for at, data in started(late(true, Random(0))):
        sleep(max(0.0, at - perf_counter() - SPIN))
        while perf_counter() < at:
            pass
        port.send(data)
    sleep(0.1)
    print(*true, flush=True)
    port.close()


if __name__ == "__main__":
    _play_master(float(sys.argv[1]))
