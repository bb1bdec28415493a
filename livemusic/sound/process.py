"""The engine's end of the sound process: it may die, hang or have no speakers, and the engine never waits for it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread
from time import perf_counter

import msgspec

from livemusic.dsp.matching.voice import DrumVoice
from livemusic.errors import LiveMusicError
from livemusic.music.kit import GM_PITCHES, VOICE_COUNT
from livemusic.music.playhead import Playhead
from livemusic.session.files import kept
from livemusic.session.plugin import PluginSlot
from livemusic.sound.balance import Balance
from livemusic.sound.beacon import place_of
from livemusic.sound.child import HOST, Child, how_it_ended
from livemusic.sound.objection import objection
from livemusic.sound.plugins.blocklist import BlockList
from livemusic.sound.plugins.catalog import Catalog
from livemusic.sound.plugins.description import Plugin
from livemusic.sound.protocol import (
    STRANDED,
    Backing,
    Begin,
    Blocked,
    ChainReport,
    ClickTo,
    Events,
    Gain,
    KitTold,
    Levels,
    LiveIn,
    Matched,
    PlayKit,
    PluginReport,
    Prepare,
    ReadStates,
    Record,
    Recorded,
    Reply,
    Request,
    Seconds,
    SetChain,
    SetParameter,
    ShowEditor,
    Song,
    SoundStatus,
    States,
    Voices,
)
from livemusic.sound.pulse import Hang, Pulse, suspect

__all__ = ["SoundProcess", "SoundStatus"]

_LOOK_EVERY: Seconds = 0.04
#: A process that ends more often than this within so many seconds, and through no plugin, is not replaced again.
_DEATHS = 3
_DEATHS_WITHIN: Seconds = 30.0
_PATIENCE: Seconds = 1.0
_REMEMBERED = 8


class SoundProcess:
    """Kit, backing and plugins in a process of their own, on the output device `wanted` (`default`, `none`, a name).

    `start` returns at once; `status` tells what became of it. `send` never blocks: what a stuck process does not take
    is dropped and counted. A process that ends or hangs is replaced at once, and plays on with what it was given; a
    plugin that was to blame goes on the block list and is left out. While there are plugins, a second process waits,
    ready but silent, to make that quick. Thread: `send` from one, the rest from another.
    """

    def __init__(self, wanted: str, blocked: BlockList | None = None, command: Sequence[str] = HOST) -> None:
        self.name = wanted
        self._block_list = BlockList() if blocked is None else blocked
        self._catalog = Catalog()
        self._command = tuple(command)
        self._status = SoundStatus(detail="starting")
        self._chain_report = ChainReport()
        heard = (Backing(None, 0.0, 44100), Song(None, 44100, Playhead(0.0)), LiveIn("none"))
        kit = (Gain(), Balance(), Voices(GM_PITCHES), Matched(), PlayKit())
        lasting = (ClickTo(), Begin(wanted), *heard, *kit)
        self._lasting: dict[type, Request] = {type(each): each for each in lasting}
        self.levels, self.kit_told = Levels(), KitTold()
        self._hear_kit: Callable[[Recorded], None] | None = None
        self._asked = SetChain(0)
        self._chains: dict[int, SetChain] = {}
        self._left_out: dict[int, PluginReport] = {}
        self._child: Child | None = None
        self._spare: Child | None = None
        self._states: States | None = None
        self._states_came = Event()
        self._lock = Lock()
        self._closing = Event()
        self._watcher: Thread | None = None
        self._dropped = 0
        self._restarts = 0
        self._blocked: tuple[Blocked, ...] = ()
        self._complaint = ""
        self._deaths: list[Seconds] = []

    def start(self) -> None:
        """Launch the process."""
        self._closing.clear()
        self._begin(self._launch(0))
        self._watcher = Thread(target=self._watch, name="livemusic-sound-watch", daemon=True)
        self._watcher.start()

    @property
    def alive(self) -> bool:
        """True while there is a process, or one that takes its place."""
        return self._watcher is not None and self._watcher.is_alive()

    def send(self, batch: Sequence[tuple[Seconds, bytes]]) -> None:
        """Play `batch`: raw MIDI, each with its `time.perf_counter` moment, some 20 ms ahead."""
        self._put(Events(tuple((float(moment), bytes(data)) for moment, data in batch)))

    def backing(self, path: Path | None, started_at: Seconds, sample_rate: int) -> None:
        """Repeat the array in `path`, its first frame at `started_at`; None ends it."""
        self._last(Backing(None if path is None else str(path), float(started_at), int(sample_rate)))

    def song(self, path: Path | None, sample_rate: int, playhead: Playhead, gain: float) -> None:
        """Play the audio file at `path` where `playhead` is, `gain` times as loud as it is; None ends it."""
        self._last(Song(None if path is None else kept(path), int(sample_rate), playhead, float(gain)))

    def record(self, hear: Callable[[Recorded], None] | None) -> None:
        """Let `hear` have all that the kit plays, on a thread of ours, also that of a process that takes its place."""
        with self._lock:
            self._hear_kit = hear
            self._put(Record(hear is not None))

    def gain(self, kit: float, backing: float) -> None:
        """How loud each is, 0..2."""
        self._last(Gain(float(kit), float(backing)))

    def balance(self, balance: Balance) -> None:
        """How loud and where the kit's voices are, and how loud everything is; `levels` tells what comes of it."""
        self._last(balance)

    def matched(self, voices: Mapping[str, DrumVoice], at: Seconds = 0.0) -> None:
        """From `at` on, play these drums of the kit as somebody's own, by name, and the others as they are."""
        self._last(Matched(dict(voices), float(at)))

    def prepare(self, voices: Mapping[str, DrumVoice]) -> None:
        """Make what `matched` is soon to play, so that it need not be waited for."""
        self._put(Prepare(dict(voices)))

    def play_kit(self, wanted: str) -> None:
        """Play the samples in a folder or SFZ file; empty: the drums that are computed. `kit_told` says how it went."""
        self._last(PlayKit(wanted))

    def click_to(self, pairs: int) -> None:
        """Let the metronome be heard at the last of so many pairs of outputs, the first where the device has less."""
        if self._lasting[ClickTo] != ClickTo(pairs):
            self._last(ClickTo(pairs))

    def live_in(self, wanted: str) -> None:
        """Hear the input device `wanted`, by name, through the effects; `none` ends it. `status` tells how that went.
        One that goes is silent until it is back. It opens over a second; a microphone that hears the speakers will howl
        all the same: use headphones or turn it down."""
        self._last(LiveIn(str(wanted)))

    def route(self, pitches: Sequence[int]) -> None:
        """The notes by which a hosted instrument plays our nine voices. `send` and the kit stay General MIDI."""
        asked = tuple(int(pitch) for pitch in pitches)
        if len(asked) != VOICE_COUNT or not all(0 <= pitch <= 127 for pitch in asked):
            raise ValueError(f"pitches {asked} must be {VOICE_COUNT} notes, each 0..127")
        self._last(Voices(asked))

    def chain(self, instrument: PluginSlot | None = None, effects: Sequence[PluginSlot | None] = ()) -> None:
        """Play `instrument` in place of the kit, and everything through `effects`; `status` tells how that went.

        What is on the block list is left out. A plugin that stays keeps playing, and keeps what was changed in its
        window unless the slot's `state` differs from the one it came with or last saved.
        """
        with self._lock:
            self._complaint = ""
            self._asked = SetChain(self._asked.number + 1, instrument, tuple(effects))
            self._chains[self._asked.number] = self._asked
            self._chains.pop(self._asked.number - _REMEMBERED, None)
            blocked = {entry.path: entry.reason for entry in self._block_list.all()} if self._asked.places else {}
            self._left_out = {
                place: PluginReport.out(place, slot, "blocked", f"It is blocked. {blocked[slot.path]}")
                for place, slot in self._asked.places.items()
                if slot.path in blocked
            }
            self._put(self._chain)

    def retry(self, path: str) -> None:
        """Take `path` off the block list and, where the chain wants it, open it again. `PresetError`."""
        self._block_list.remove(path)
        with self._lock:
            self._blocked, asked = tuple(each for each in self._blocked if each.path != path), self._asked
        if any(slot.path == path for slot in asked.places.values()):
            self.chain(asked.instrument, asked.effects)

    def blocked(self) -> tuple[Blocked, ...]:
        """The plugins that are not opened, oldest first, whoever blocked them."""
        return self._block_list.all()

    def known(self) -> tuple[Plugin, ...]:
        """The plugins that were found when they were last looked for, by name. Cheap."""
        return tuple(self._catalog.plugins())

    def parameter(self, place: int, name: str, value: float, at: Seconds = 0.0) -> None:
        """Move a control of the plugin at `place` (0 the instrument, then the effects) to `value`, 0..1, `at` a moment;
        what cannot be done is said in the `detail` of `status().chain`."""
        with self._lock:
            slot = self._asked.places.get(place)
            self._complaint = objection(self._asked, self._left_out, self._chain_report, place, name, value)
            if slot is not None and not self._complaint:
                moved = msgspec.structs.replace(slot, values=slot.values | {name: float(value)})
                self._asked = self._asked.with_slot(place, moved)
                self._put(SetParameter(place, name, float(value), float(at)))

    def editor(self, place: int | None) -> None:
        """Show the window of the plugin at `place`, or close the one that is shown; `status().chain` says why not."""
        with self._lock:
            self._complaint = "" if place is None else objection(self._asked, self._left_out, self._chain_report, place)
            if not self._complaint:
                self._put(ShowEditor(place))

    def captured(self, patience: Seconds = _PATIENCE) -> tuple[PluginSlot | None, tuple[PluginSlot | None, ...]]:
        """Instrument and effects as they are set now, states and all, for a preset. Waits `patience` at most.

        A plugin that does not answer comes as it was last asked for. Thread: not one that may not wait.
        """
        asked = self._asked
        if self._chain.places:
            self._states_came.clear()
            self._put(ReadStates(asked.number))
            self._states_came.wait(patience)
            if self._states is not None and self._states.number == asked.number:
                for place, slot in self._states.slots.items():
                    asked = asked.with_slot(place, slot)
        return asked.instrument, asked.effects

    def status(self) -> SoundStatus:
        """How it was half a second ago at most."""
        child, status = self._child, self._status
        dropped = self._dropped + (child.dropped if child is not None else 0)
        report = self._chain_report
        plugins = sorted((*report.plugins, *self._left_out.values()), key=lambda plugin: plugin.place)
        return msgspec.structs.replace(
            status,
            state=status.state if self.alive else "gone",
            dropped=dropped,
            restarts=self._restarts,
            blocked=self._blocked,
            chain=msgspec.structs.replace(report, plugins=tuple(plugins), detail=self._complaint or report.detail),
        )

    def close(self) -> None:
        """End the process within two seconds, by force if need be."""
        self._closing.set()
        if self._watcher is not None:
            self._watcher.join()
            self._watcher = None
        for child in (self._child, self._spare):
            if child is not None:
                child.close()
                self._dropped += child.dropped
        self._child = self._spare = None

    def _launch(self, likely_rate: int) -> Child:
        return Child(self._command, likely_rate, self._hear)

    def _begin(self, child: Child) -> None:
        """Let `child` play what there is to play."""
        for request in self._lasting.values():
            child.put(request)
        if self._hear_kit is not None:
            child.put(Record(True))
        self._child = child
        if self._chain.places:
            child.put(self._chain)

    @property
    def _chain(self) -> SetChain:
        """What is asked for, without what is left out."""
        chain = self._asked
        for place in self._left_out:
            chain = chain.with_slot(place, None)
        return chain

    def _last(self, request: Request) -> None:
        """Ask for what lasts until the next of its kind: a process that takes another's place is asked for it, too."""
        with self._lock:
            self._lasting[type(request)] = request
            self._put(request)

    def _put(self, request: Request) -> None:
        child = self._child
        if child is not None:
            child.put(request)
        else:
            self._dropped += 1

    def _hear(self, child: Child, reply: Reply) -> None:
        """Thread: the child's reader."""
        if child is not self._child:
            return
        match reply:
            case SoundStatus():
                self._status = reply
            case Levels():
                self.levels = reply
            case KitTold():
                self.kit_told = reply
            case ChainReport():
                self._chain_report = reply
            case Recorded():
                hear = self._hear_kit
                if hear is not None:
                    hear(reply)
            case States():
                self._states = reply
                self._states_came.set()

    def _watch(self) -> None:
        """Look after the process. Thread: one of its own."""
        pulse = Pulse()
        while not self._closing.wait(_LOOK_EVERY):
            child = self._child
            assert child is not None
            hang = pulse.look(child.beacon.read(), perf_counter())
            if hang is not None or not child.alive:
                if not self._replace(child, hang):
                    return
                pulse = Pulse()
            self._keep_spare()

    def _keep_spare(self) -> None:
        """While there are plugins that may fall, have a process ready to take over."""
        if self._spare is not None and not (self._chain.places and self._spare.alive):
            self._spare.close()
            self._spare = None
        if self._spare is None and self._chain.places and self._status.state == "on":
            self._spare = self._launch(self._status.sample_rate)

    def _replace(self, child: Child, hang: Hang | None) -> bool:
        """Put another process in the place of `child`; False when that has been done too often."""
        child.kill()
        reading = child.beacon.read()
        how = how_it_ended(child.process.returncode)
        if hang is not None:
            culprit, reason = hang.culprit, f"It hung {hang.doing}."
        else:
            culprit, doing = suspect(reading)
            culprit = culprit if how else 0
            reason = f"It {how} {doing}."
        self._child = None
        self._status = msgspec.structs.replace(
            self._status, state="lost", detail="The sound has stopped; it is started again. MIDI goes on."
        )
        with self._lock:
            self._asked = self._asked.as_heard(self._chain_report)
            stranded = child.process.returncode == STRANDED
            if not stranded and not (culprit and self._shut_out(culprit, reason)) and not self._may_go_on():
                self._status = msgspec.structs.replace(
                    self._status, detail="The sound keeps stopping. Choose another sound output to try again."
                )
                child.close()
                return False
            self._chain_report = ChainReport()
            self._restarts += 1
            spare, self._spare = self._spare, None
            self._begin(spare if spare is not None and spare.alive else self._launch(self._status.sample_rate))
        self._dropped += child.dropped
        child.close()
        return True

    def _shut_out(self, culprit: int, reason: str) -> bool:
        """Block the plugin `culprit` and go on without it; False where that is not known any more."""
        number, place = place_of(culprit)
        slot = self._chains.get(number, SetChain(0)).places.get(place)
        if slot is None:
            return False
        entry = Blocked(slot.path, reason, "")
        with suppress(LiveMusicError):  # a full disk must not end the sound: it is left out of this chain all the same
            entry = self._block_list.add(slot.path, reason)
        self._blocked = (*self._blocked, entry)
        for place, other in self._asked.places.items():
            if other.path == slot.path:
                self._left_out = self._left_out | {
                    place: PluginReport.out(place, other, "blocked", f"It is blocked. {reason}")
                }
        return True

    def _may_go_on(self) -> bool:
        """Count a death that no plugin is known to have caused; the second in a row costs all plugins their place."""
        now = perf_counter()
        self._deaths = [death for death in self._deaths if now - death < _DEATHS_WITHIN] + [now]
        if len(self._deaths) > 1:
            why = "The sound stopped twice for no known reason, so no plugin plays. Choose it again to try."
            for place, slot in self._chain.places.items():
                self._left_out = self._left_out | {place: PluginReport.out(place, slot, "bypassed", why)}
        return len(self._deaths) <= _DEATHS
