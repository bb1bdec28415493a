"""The control surface: pads play and record, knobs and keys do what they were taught, and controllers show it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from livemusic.engine import messages as say
from livemusic.engine.action import Drum, Fader, Held, Program, Target, Trigger
from livemusic.engine.actions import target_of
from livemusic.engine.dials import HANDS_OFF, Dial, encoders, standing
from livemusic.engine.edits import PickPreset
from livemusic.engine.listeners.drums import PlayedHit
from livemusic.engine.messages import AnyRequest
from livemusic.engine.pattern_edits import SelectCorner
from livemusic.engine.recorder import Amend, OtherPreset, Recorder
from livemusic.engine.snapshot import Snapshot
from livemusic.engine.studio import KeepPass
from livemusic.engine.transport_view import TransportView
from livemusic.midi.encoder import recoded
from livemusic.midi.gesture import Gesture, GestureReader, feedback, learned, matches, turn, undecided
from livemusic.midi.port import plain
from livemusic.music.kit import VOICE_NAMES
from livemusic.music.tempo import Seconds, Ticks
from livemusic.session.changes import Changes
from livemusic.session.control import Binding, Control
from livemusic.session.drum_map import GENERAL_MIDI, DrumMap
from livemusic.session.edits import bound, hearing
from livemusic.session.preset import CORNER_LETTERS
from livemusic.session.settings import Settings
from livemusic.session.show import Show

#: The settings that a `Mapping` is made of.
MAPPING: Changes = frozenset((
    "controllers", "midi_in", "midi_out", "bindings", "drum_map", "thru", "quantise", "pickup", "midi_in_latency_ms",
    "record_to", "metronome",
))  # fmt: skip

#: So long after it was first touched it is clear whether a control is half of a 14-bit pair.
_SETTLED: Seconds = 0.08
#: A turn that tells better what a control is ends when nothing has come for so long, or after so long in all.
_TURN, _LONGEST_TURN = 0.25, 1.5
_SHOW_EVERY: Seconds = 0.05
#: So many drums played by hand are remembered.
_HITS = 32


@dataclass(frozen=True, slots=True)
class Mapping:
    """What controls do from now on; `pads` are the ports whose free notes are drums."""

    pads: tuple[str, ...] = ()
    bindings: tuple[Binding, ...] = ()
    drum_map: DrumMap = GENERAL_MIDI
    thru: bool = True
    quantise: float = 1.0
    pickup: bool = False
    late: Seconds = 0.0
    record_to: str = "nearest"
    count_in: int = 0

    @classmethod
    def of(cls, settings: Settings) -> "Mapping":
        """What `settings` allow. A DAW may send back what it gets, so its port and our own play no drums."""
        echoes = {"none", "virtual", plain(settings.midi_out)}
        pads = (*settings.controllers, settings.midi_in)
        return cls(
            tuple(port for port in pads if port not in echoes and plain(port) not in echoes),
            settings.bindings,
            settings.drum_map,
            settings.thru,
            settings.quantise,
            settings.pickup,
            settings.midi_in_latency_ms / 1e3,
            settings.record_to,
            settings.metronome.count_in,
        )


@dataclass(frozen=True, slots=True)
class ControlMessage:
    """A MIDI message from the controller at `port`, at `at`."""

    port: str
    data: bytes
    at: Seconds


@dataclass(frozen=True, slots=True)
class Refresh:
    """A controller has come back: it must be shown everything again."""


@dataclass(frozen=True, slots=True)
class SurfaceView:
    """The surface as others see it; see `snapshot.SurfaceState`."""

    learning: str = ""
    heard: str = ""
    record: bool = False
    erase: bool = False
    hits: tuple[tuple[int, Ticks, int], ...] = ()
    show: Show = Show()
    selected: int | None = None
    into: int | None = None
    passes: int = 0
    heard_pass: int = 0


class Surface:
    """The core between the controls and everything they move.

    `ask` and `look` are the engine's; `transport` posts to the transport, `amend` changes the session; `played`
    tells how the transport is now, `show` sends to a controller, `struck` hears of every drum played by hand, `keep` of
    every pass of a take. None may block. Thread: surface.
    """

    def __init__(
        self,
        ask: Callable[[AnyRequest], object],
        look: Callable[[], Snapshot],
        transport: Callable[[say.PlayDrum], None],
        amend: Amend,
        played: Callable[[], TransportView],
        show: Callable[[str, bytes], None],
        notice: Callable[[str], None],
        struck: Callable[[PlayedHit], None] = lambda hit: None,
        keep: Callable[[KeepPass], None] = lambda kept: None,
    ) -> None:
        self.view = SurfaceView()
        self._ask = ask
        self._look = look
        self._transport = transport
        self._amend = amend
        self._played = played
        self._show = show
        self._notice = notice
        self._struck = struck
        self._mapping = Mapping()
        self._readers: dict[str, GestureReader] = {}
        self._pressed: dict[Control, bool] = {}
        self._candidate: tuple[Seconds, list[Gesture]] | None = None
        self._began: Seconds = 0.0
        self._encoders: dict[str, frozenset[tuple[int, int]]] = {}
        self._shown: dict[Control, Dial] = {}
        self._show_due: Seconds = 0.0
        self._recorder = Recorder(amend, self._corner, keep)
        self._stops = 0
        self._hit_count = 0

    def handle(self, message: Any, now: Seconds) -> None:
        match message:
            case ControlMessage(port, data, at):
                reader = self._readers.setdefault(port, GestureReader(port))
                reader.encoders = self._encoders.get(plain(port), frozenset())
                gesture = reader.read(data, at)
                if gesture is not None:
                    self._feel(gesture, at, now)
            case Mapping():
                self._mapping = message
                self._encoders = encoders(message.bindings)
                self._shown = {
                    binding.control: self._shown.get(binding.control, Dial()) for binding in message.bindings
                }
            case Refresh():
                for shown in self._shown.values():
                    shown.value = None
            case say.Learn(target):
                self._teach(target)
            case say.SetRecord(on):
                self._record(on, now)
            case OtherPreset(name):
                if self.view.record:
                    self._record(False, now)
                    self._notice(f"Recording has ended: “{name}” plays now.")
                self._recorder.leave(name, now, self._mapping.quantise)
                self._see(passes=0, heard_pass=0)
            case say.HearPass(number):
                self._hear_pass(number)
            case say.SetErase(on):
                for voice in self._recorder.erasing if not on else ():
                    self._recorder.let_go(voice, self._tick(now))
                self._see(erase=on)
            case say.SetShow():
                given = {name: value for name, value in msgspec.structs.asdict(message).items() if value is not None}
                self._see(show=msgspec.structs.replace(self.view.show, **given))
            case SelectCorner(corner):
                self._see(selected=corner)
            case say.PlayDrum(voice, velocity, at):
                self._play(voice, velocity, now if at is None else at, sounds=True)
            case _:
                raise TypeError(f"the surface does not know {message!r}")

    def advance(self, now: Seconds) -> Seconds | None:
        wakes: list[Seconds] = []
        if self._candidate is not None:
            settled, gestures = self._candidate
            if now >= settled:
                self._learn(gestures)
            else:
                wakes.append(settled)
        played = self._played()
        if self.view.record and not played.playing and played.stops != self._stops:
            self._record(False, now)
        self._recorder.write(now, self._mapping.quantise, played)
        self._show_passes()
        if self.view.record:
            wakes.append(now + _SHOW_EVERY)
        if self._recorder.due is not None:
            wakes.append(self._recorder.due)
        if self._shown:
            if now >= self._show_due:
                self._show_due = now + _SHOW_EVERY
                self._show_all(now)
            wakes.append(self._show_due)
        return min(wakes, default=None)

    def _feel(self, gesture: Gesture, at: Seconds, now: Seconds) -> None:
        """Do what a gesture means."""
        control = gesture.control
        self._see(heard=str(control))
        was, self._pressed[control] = self._pressed.get(control, False), gesture.pressed
        if self.view.learning:
            if gesture.value > 0 or control.kind != "note":
                if self._candidate is None:
                    self._began = now
                gestures = [*(self._candidate[1] if self._candidate is not None else ()), gesture]
                settled = self._candidate[0] if self._candidate is not None else now + _SETTLED
                if isinstance(_target(self.view.learning), Fader) and undecided(gestures):
                    settled = min(now + _TURN, self._began + _LONGEST_TURN)
                self._candidate = settled, gestures
            return
        taught = [binding for binding in self._mapping.bindings if _moves(binding, control)]
        if len(taught) > 1:  # a program taught to one preset is not also the number of another
            taught = [binding for binding in taught if binding.target != "preset"]
        for binding in taught:
            shown = self._shown.setdefault(binding.control, Dial())
            shown.moved = now
            self._act(binding, gesture, shown, struck=self._pressed[control] and not was, at=at)
        if not taught and control.kind == "note" and control.port in self._mapping.pads:
            voice = self._mapping.drum_map.voice(control.number)
            if voice is not None:
                self._play(voice, round(127 * gesture.value), at, sounds=self._mapping.thru)

    def _act(self, binding: Binding, gesture: Gesture, shown: Dial, struck: bool, at: Seconds) -> None:
        try:
            target = target_of(binding.target)
        except ValueError as problem:
            self._notice(f"{problem}. Forget it in the preferences.")
            return
        struck = struck or gesture.control.kind == "program" or (gesture.control.kind == "note" and gesture.pressed)
        match target:
            case Program():
                if gesture.control.kind == "program":
                    self._ask(PickPreset(gesture.control.number))
            case Trigger(act):
                if struck and binding.target == "tap":
                    self._ask(say.TapTempo(at))
                elif struck:
                    self._ask(act(self._look()))
            case Held(act):
                self._ask(act(gesture.pressed))
            case Fader(move, value):
                now = self._look()
                if binding.control.coding:
                    self._turn(binding, gesture, shown, now, at)
                    return
                place = binding.low + (binding.high - binding.low) * gesture.value
                current = value(now)
                if not self._mapping.pickup or current is None or shown.pickup.accept(place, current):
                    self._ask(move(place))
            case Drum(voice):
                self._play(voice, round(127 * gesture.value), at, sounds=True)

    def _turn(self, binding: Binding, gesture: Gesture, dial: Dial, now: Snapshot, at: Seconds) -> None:
        """An endless encoder moves its target on from where that stands."""
        coding = recoded(binding.control.coding, gesture.raw)
        if coding != binding.control.coding:
            control = msgspec.structs.replace(binding.control, coding=coding)
            binding = msgspec.structs.replace(binding, control=control)
            self._notice(f"{control}: so it has shown itself. It can be chosen in the preferences.")
            self._amend(lambda session: bound(session, binding), "", "")
        self._ask(dial.turn(binding, turn(binding.control, gesture), now, at))

    def _play(self, voice: int, velocity: int, at: Seconds, sounds: bool) -> None:
        """A drum is played by hand, or let go."""
        tick = self._tick(at)
        if not velocity:
            self._recorder.let_go(voice, tick)
            return
        if self.view.erase:
            self._recorder.hold(voice, tick)
            return
        self._hit_count += 1
        self._see(hits=(*self.view.hits, (self._hit_count, tick, velocity))[-_HITS:])
        self._struck(PlayedHit(at - self._mapping.late, voice, voice, velocity))
        if sounds:
            self._transport(say.PlayDrum(voice, velocity))
        if self.view.record:
            self._recorder.add(voice, velocity, tick, at, self._played())

    def _tick(self, at: Seconds) -> Ticks:
        """The song position of what comes in at `at`."""
        return self._played().map.tick_at(at - self._mapping.late)

    def _record(self, on: bool, now: Seconds) -> None:
        """A take begins in the corner that was asked for, or is nearest to the hand, which stays where it is."""
        session = self._look().session
        if on and not self.view.record and session is not None:
            to, played = self._mapping.record_to, self._played()
            corner = CORNER_LETTERS.index(to) if to in CORNER_LETTERS else self._corner()
            clip, count_in = session.preset.corners[corner], self._mapping.count_in
            self._recorder.begin(corner, clip, now, self._mapping.quantise)
            self._stops = played.stops
            first = "" if played.playing or not count_in else f" after {count_in} bar{'' if count_in == 1 else 's'}"
            self._notice(f"Recording into {CORNER_LETTERS[corner]}, “{clip.name}”{first}.")
            self._see(record=True, into=corner, passes=0, heard_pass=0)
            if not played.playing:
                self._ask(say.Play(count_in))
        elif not on and self.view.record:
            self._recorder.end()
            self._see(record=False, into=None)

    def _hear_pass(self, number: int) -> None:
        try:
            self._recorder.choose(number)
        except ValueError as problem:
            self._notice(str(problem))
        else:
            self._see(heard_pass=number)

    def _show_passes(self) -> None:
        take = self._recorder.take
        if take is not None and take.count != self.view.passes:
            self._see(passes=take.count)

    def _corner(self) -> int:
        """The corner that is edited, or else heard most."""
        if self.view.selected is not None:
            return self.view.selected
        weights = self._look().listen.weights
        return max(range(len(weights)), key=weights.__getitem__)

    def _teach(self, target: str) -> None:
        self._candidate = None
        if target and target.removeprefix("lane ") not in VOICE_NAMES:
            try:
                target_of(target)
            except ValueError as problem:
                self._notice(f"{problem}.")
                return
        self._see(learning=target)

    def _learn(self, gestures: list[Gesture]) -> None:
        target = self.view.learning
        control = learned(gestures) if isinstance(_target(target), Fader) else gestures[-1].control
        self._candidate = None
        if target.startswith("lane "):
            if control.kind != "note":
                return
            voice = VOICE_NAMES.index(target.removeprefix("lane "))
            self._see(learning="")
            self._amend(lambda session: hearing(session, voice, control.number), "", "")
            return
        if target == "preset" and control.kind != "program":
            self._notice(
                "Presets are picked by program changes: press a program button, or teach a preset by its name."
            )
            return
        self._see(learning="")
        self._notice(f"{control} now does: {target}.")
        self._amend(lambda session: bound(session, Binding(control, target)), "", "")

    def _show_all(self, now: Seconds) -> None:
        """Let the controllers show how everything stands."""
        look: Snapshot | None = None
        for binding in self._mapping.bindings:
            shown = self._shown[binding.control]
            if now - shown.moved < HANDS_OFF:
                continue
            look = look or self._look()
            value = standing(binding, look)
            if value is not None and value != shown.value:
                shown.value = value
                for data in feedback(binding.control, value):
                    self._show(binding.control.port, data)

    def _see(self, **fields: Any) -> None:
        self.view = replace(self.view, **fields)


def _target(name: str) -> Target | None:
    return target_of(name) if name and not name.startswith("lane ") else None


def _moves(binding: Binding, control: Control) -> bool:
    if binding.target == "preset" and control.kind == "program" == binding.control.kind:
        control = msgspec.structs.replace(control, number=binding.control.number)
    return matches(binding.control, control)
