"""Opens, closes, saves and shows plugins, on the one thread that they allow it on, while the music goes on."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from queue import Empty, SimpleQueue
from time import perf_counter

import msgspec

from livemusic.session.plugin import PluginSlot
from livemusic.sound.beacon import Beacon, code_of
from livemusic.sound.plugins.chain import Chain
from livemusic.sound.plugins.hosted import Opener, PluginError
from livemusic.sound.plugins.rig import Rig
from livemusic.sound.protocol import (
    ChainReport,
    Control,
    PluginReport,
    ReadStates,
    Reply,
    SetChain,
    SetParameter,
    ShowEditor,
    States,
)
from livemusic.sound.voices import Seconds

_REPORT_EVERY: Seconds = 0.25


class Rate(msgspec.Struct, frozen=True):
    """Everything is played at `hertz` from now on."""

    hertz: int


class Left(msgspec.Struct, frozen=True):
    """Rigs that nobody plays any more."""

    rigs: list[Rig]


Task = SetChain | ShowEditor | ReadStates | Rate | Left


class Rack:
    """The plugins of the chain that is wanted. `put` takes tasks from any thread. Thread: the main one.

    A plugin stays open where its file and state stay; a new one is opened and warmed up before `ready` is told of the
    chain. Opening waits for the first `Rate`. One that cannot be opened is said and left out.
    """

    def __init__(
        self, opener: Opener, beacon: Beacon, ready: Callable[[object], None], tell: Callable[[Reply], None]
    ) -> None:
        self._opener = opener
        self._beacon = beacon
        self._ready = ready
        self._tell = tell
        self._inbox: SimpleQueue[Task | None] = SimpleQueue()
        self._held: list[Task | None] = []
        self._rate = 0
        self._wanted: SetChain | None = None
        self._rigs: dict[int, Rig] = {}
        self._failed: dict[int, PluginReport] = {}
        self._editor: int | None = None
        self._gone: list[Rig] = []
        self._detail = ""
        self._told: ChainReport | None = None
        self._report_due: Seconds = 0.0

    def put(self, task: Task | None) -> None:
        """Do `task` soon; None ends it."""
        self._inbox.put(task)

    def run(self) -> None:
        """Work until None is put."""
        while True:
            task: Task | None
            try:
                task = self._held.pop(0) if self._held else self._inbox.get(timeout=_REPORT_EVERY)
            except Empty:
                self._close_left()
            else:
                if task is None:
                    return
                self.handle(task)
            self.report(perf_counter())

    def handle(self, task: Task) -> None:
        """Do one task."""
        match task:
            case SetChain():
                self._wanted = task
                self._set()
            case Rate(hertz):
                if hertz != self._rate:
                    self._rate, self._rigs = hertz, {}
                    self._set()
            case ReadStates(number):
                self._tell(States(number, self._slots()))
            case ShowEditor(place):
                self._show(place)
            case Left(rigs):
                self._gone += rigs

    def is_set(self) -> bool:
        """Asked by an open editor every few milliseconds: shall it close? Does meanwhile what needs no other plugin."""
        with suppress(Empty):
            while not self._held:
                task = self._inbox.get_nowait()
                if isinstance(task, ReadStates | Left):
                    self.handle(task)
                else:
                    self._held.append(task)
        self.report(perf_counter())
        return bool(self._held)

    def report(self, now: Seconds) -> None:
        """Tell how the plugins are, where that has changed, a few times a second."""
        if now < self._report_due or self._wanted is None:
            return
        self._report_due = now + _REPORT_EVERY
        plugins = [*self._failed.values(), *(self._report(place, rig) for place, rig in self._rigs.items())]
        plugins.sort(key=lambda plugin: plugin.place)
        report = ChainReport(self._number, tuple(plugins), self._editor, self._detail)
        if report != self._told:
            self._told = report
            self._tell(report)

    @property
    def _number(self) -> int:
        return self._wanted.number if self._wanted is not None else 0

    def _set(self) -> None:
        """Make the chain that is wanted out of what is open and what has to be opened."""
        if self._wanted is None or not self._rate:
            return
        before, rigs, moves = list(self._rigs.values()), dict[int, Rig](), list[SetParameter]()
        self._failed = {}
        for place, slot in self._wanted.places.items():
            rig = next((rig for rig in before if rig.plays and _fits(rig, slot)), None)
            if rig is None:
                rig = self._open(place, slot)
            else:
                before.remove(rig)
                changed = dict(slot.values.items() - rig.slot.values.items())
                moves += [SetParameter(place, *each) for each in _in_turn(changed)]
                rig.slot = slot
            if rig is not None:
                rigs[place] = rig
        self._rigs = rigs
        self._ready(Chain(self._number, rigs))
        for move in moves:
            self._ready(move)
        self._report_due = 0.0

    def _open(self, place: int, slot: PluginSlot) -> Rig | None:
        try:
            with self._beacon.tending(code_of(self._number, place)):
                plugin = self._opener(slot.path, slot.name, self._rate)
                if plugin.is_instrument != (place == 0):
                    role = "an effect, not an instrument" if place == 0 else "an instrument, not an effect"
                    raise PluginError(f"{plugin.name} is {role}.")
                if slot.state:
                    plugin.restore(slot.state)
                for name, value in _in_turn(slot.values):
                    plugin.set(name, value)
            return Rig(plugin, slot, self._beacon)
        except Exception as problem:  # a stranger's code may raise anything; PluginError is what we expect
            self._failed[place] = PluginReport(place, slot.path, slot.name, "failed", str(problem))
            return None

    def _slots(self) -> dict[int, PluginSlot]:
        """The plugins as they are set now; as they were wanted where they cannot say."""
        slots = dict(self._wanted.places) if self._wanted is not None else {}
        for place, rig in self._rigs.items():
            with suppress(Exception), self._beacon.tending(code_of(self._number, place)):
                values = {name: value for name, (value, _) in rig.plugin.values().items()}
                rig.saved = rig.plugin.state()
                slots[place] = PluginSlot(rig.slot.path, rig.slot.name, rig.saved, values)
        return slots

    def _show(self, place: int | None) -> None:
        rig = self._rigs.get(place) if place is not None else None
        self._detail = "" if rig is not None or place is None else f"The plugin at place {place} is not open."
        self._report_due = 0.0
        if rig is not None and place is not None:
            self._editor, self._report_due = place, 0.0
            try:
                with self._beacon.tending(-code_of(self._number, place)):
                    rig.plugin.show_editor(self)
            except Exception as problem:  # as above
                self._detail = str(problem)
            self._editor, self._report_due = None, 0.0

    def _report(self, place: int, rig: Rig) -> PluginReport:
        plugin, controls = rig.plugin, tuple[Control, ...]()
        with suppress(Exception), self._beacon.tending(code_of(self._number, place)):
            values = plugin.values()
            controls = tuple(Control(each, *values[each.name]) for each in rig.parameters if each.name in values)
        return PluginReport(
            place,
            rig.slot.path,
            plugin.name,
            "on" if rig.plays else "bypassed",
            rig.problem,
            plugin.channels,
            1e3 * plugin.latency / self._rate,
            round(rig.load, 3),
            controls,
        )

    def _close_left(self) -> None:
        """Let go of what was given back a while ago: the renderer has let go of it too."""
        for rig in self._gone:
            with self._beacon.tending(rig.code):
                del rig.plugin
        self._gone = []


def _fits(rig: Rig, slot: PluginSlot) -> bool:
    """True where `slot` asks for the plugin that is open, with the state it came with or has saved since."""
    same = (rig.slot.path, rig.slot.name) == (slot.path, slot.name)
    return same and slot.state in (rig.slot.state, rig.saved)


def _in_turn(values: Mapping[str, float]) -> list[tuple[str, float]]:
    """Names and values, programs first: a plugin that goes to another program moves its other controls."""
    return sorted(values.items(), key=lambda each: ("program" not in each[0].casefold(), each[0]))
