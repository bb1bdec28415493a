"""Opens, checks, watches and closes what is outside: devices, ports, models, files. It alone may wait for them.

Every change of what is played goes through it, as a new session, so it keeps the way back as well.
"""

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any, cast

import msgspec

from livemusic.engine.cabling import CablingWatch
from livemusic.engine.changeover import Changeover, Line, NextLine, meant
from livemusic.engine.edits import (
    Apply,
    Choice,
    Configure,
    Edit,
    LoaderRequest,
    Redo,
    SavePreset,
    SaveSession,
    Undo,
)
from livemusic.engine.knobs import Knobs
from livemusic.engine.loader_orders import Amend, Awaited, Close, Ended, Lost, Notify, TakeLead
from livemusic.engine.openers import Openers, Sound
from livemusic.engine.patchbay import SLOTS, Patchbay, PatchbayView, Slot, close, in_words
from livemusic.engine.playback import PairSong
from livemusic.engine.watcher import Watcher
from livemusic.engine.wiring import MORPHS, Posts, Wiring
from livemusic.errors import LiveMusicError, PresetError
from livemusic.midi.controllers import Controllers
from livemusic.music.tempo import BeatsPerMinute, Seconds
from livemusic.session.changes import Change, Changes, History, differences
from livemusic.session.codec import save_preset, save_session
from livemusic.session.edits import led, led_by, with_preset
from livemusic.session.settings import Session

_WATCH_EVERY: Seconds = 1.0
_ENDING = "livemusic is ending."


class Loader:
    """The core that opens and commits: all of a session, or nothing of it. `keep` is offered it once a second.

    `as_played` tells what has become of a session under the musician's hands, `next_line` when the next bar begins.

    Thread: loader.
    """

    def __init__(
        self,
        openers: Openers,
        post: Posts,
        keep: Callable[[Session], None],
        as_played: Callable[[Session], Session],
        cabling: CablingWatch | None = None,
        next_line: NextLine = lambda bars, ahead: None,
    ) -> None:
        self._as_played = as_played
        self._keep = keep
        self._leaving = Event()
        self._patchbay = Patchbay(
            {
                "source": openers.source,
                "midi_out": openers.midi_out,
                "midi_in": lambda wanted: openers.midi_in(wanted, self._wiring.hear_midi),
                "controllers": lambda wanted: openers.controllers(wanted, self._wiring.hear_controller),
                "sound_out": openers.sound,
                "embedder": openers.embedder,
                "drums": openers.dictionary,
                "hearing": openers.hearing,
            }
        )
        self._cabling = cabling
        self._changeover = Changeover(next_line)
        self._knobs = Knobs()
        self._wiring = Wiring(self._patchbay, self._knobs, openers, post, self._leaving)
        self._watcher = Watcher(self._patchbay, self._wiring.gone, self._wiring.back)
        self._watch_due: Seconds = 0.0
        self._history: History | None = None
        self._rested: Session | None = None
        self._moving = ""

    @property
    def view(self) -> PatchbayView:
        """How everything is."""
        return self._patchbay.view

    def show(self, port: str, data: bytes) -> None:
        """Send to a controller. Thread: surface."""
        cast(Controllers, self._patchbay.thing("controllers")).send(port, data)

    def handle(self, message: Any, now: Seconds) -> None:
        match message:
            case LoaderRequest():
                reason = self._do(message)
                if reason is not None:
                    self._patchbay.say(reason)
            case Awaited(request, done):
                done(self._do(request))
            case Amend(alter, done, words, group):
                done(_ENDING if self._leaving.is_set() else self._join(alter, words, group))
            case TakeLead(leader, bpm):
                self._take_lead(leader, bpm)
            case Close(thing):
                close(thing)
            case Lost(slot, reason):
                self._patchbay.mark(slot, "lost", reason)
                self._patchbay.say(reason)
            case Ended(thing):
                self._end(thing)
            case Notify(text):
                self._patchbay.say(text)
            case _:
                raise TypeError(f"the loader does not know {message!r}")

    def advance(self, now: Seconds) -> Seconds | None:
        if now >= self._watch_due:
            self._watch_due = now + _WATCH_EVERY
            self._watcher.look(now)
            self._knobs.hear(cast(Sound, self._patchbay.thing("sound_out")).status().chain)
            self._rest()
        if (due := self._changeover.due(now)) is not None and (reason := self._pick(*due)) is not None:
            self._patchbay.say(reason)
        wakes = [self._watch_due]
        if self._changeover.wake is not None:
            wakes.append(self._changeover.wake)
        if self._cabling is not None and self.view.session is not None:
            wakes.append(self._cabling.look(self.view.session.settings, now))
        return min(wakes)

    def leave(self) -> None:
        """Change nothing any more: the engine is ending. Thread: any."""
        self._leaving.set()

    def close(self) -> None:
        """Close everything that is open, in reverse. After the other threads have ended."""
        if self._cabling is not None:
            self._cabling.close()
        self._patchbay.close()

    @property
    def _present(self) -> Session | None:
        """The session as it is played now."""
        session = self.view.session
        if session is None:
            return None
        played = self._as_played(session)
        return msgspec.structs.replace(played, preset=self._knobs.turned(played.preset))

    def _load(
        self,
        new: Session,
        words: str = "",
        again: Changes = frozenset(),
        forgiving: bool = False,
        line: Line | None = None,
        group: str = "",
    ) -> str | None:
        """Change to `new` and remember what was; the reason where that cannot be."""
        old = self._present
        reason = self._change_to(old, new, again, forgiving, line)
        if reason is None:
            if old is not None and led_by(old) != led_by(new):
                group = self._moving = self._by_hand()
            history = None if old is None else self._history
            self._remember(
                History(new) if history is None or old is None else history.push(old).push(new, words, group)
            )
        return reason

    def _do(self, request: LoaderRequest) -> str | None:
        """Do what is asked; the reason where that cannot be."""
        if self._leaving.is_set():
            return _ENDING
        match request:
            case Apply(session, forgiving):
                self._changeover.cancel()
                return self._load(session, request.called(), self._stale(), forgiving)
            case Edit():
                again = self._stale() if isinstance(request, Configure) else frozenset()
                return self._amend(request.made_of, request.called(), request.part_of(), again)
            case Choice():
                return self._choose(request)
            case Undo():
                return self._step(-1)
            case Redo():
                return self._step(1)
            case SavePreset(path, name):
                return self._save(Path(path), name)
            case SaveSession(path):
                return self._save(Path(path), "")
            case PairSong():
                return self._wiring.pair(request)
        raise TypeError(f"the loader does not know {request!r}")

    def _amend(
        self,
        alter: Callable[[Session], Session],
        words: str = "",
        group: str = "",
        again: Changes = frozenset(),
    ) -> str | None:
        present = self._present
        if present is None:
            return "Nothing is connected yet."
        try:
            return self._load(alter(present), words, again, group=group)
        except ValueError as problem:
            return str(problem)

    def _join(self, alter: Callable[[Session], Session], words: str, group: str) -> str | None:
        """Change what is played, as part of the last step of history of this `group`."""
        present = self._present
        if not group or present is None or self._history is None:
            return self._amend(alter, words)
        try:
            history = self._history.push(present).amended(alter, words, group)
        except ValueError as problem:
            return str(problem)
        reason = self._change_to(present, history.present, frozenset(), forgiving=False)
        if reason is None:
            self._remember(history)
        return reason

    def _take_lead(self, leader: str, bpm: BeatsPerMinute | None) -> None:
        """Let `leader` set the time. Where that is we, another's tempo becomes ours in the same step of history, which
        takes in how it is moved on before the hand rests.
        """
        present = self._present
        if present is None or self._history is None or self._leaving.is_set():
            return
        old = present if bpm is None else with_preset(present, bpm=bpm)
        new = led(old, leader)
        self._change_to(old, new, frozenset(), forgiving=False)
        self._moving = self._by_hand()
        self._remember((self._history if bpm else self._history.push(old)).push(new, group=self._moving))

    def _by_hand(self) -> str:
        """A group of its own for a tempo that has another leader from now on, and is moved until the hand rests."""
        return f"tempo {self.view.revision}"

    def _step(self, step: int) -> str | None:
        present = self._present
        if self._history is None or present is None:
            return None
        if step < 0 and self._changeover.name:
            self._call_off()
            return None
        history = self._history.push(present)
        if not (history.past if step < 0 else history.future):
            return f"There is nothing to {'undo' if step < 0 else 'redo'}."
        there = history.undo() if step < 0 else history.redo()
        words = history.undoes if step < 0 else history.redoes
        reason = self._change_to(present, there.present, frozenset(), forgiving=True)
        if reason is None:
            self._remember(there)
            self._patchbay.say(f"{'Undid' if step < 0 else 'Redid'}: {words}.")
        return reason

    def _choose(self, choice: Choice) -> str | None:
        """Change to another preset, now or from the line that the settings say."""
        present = self._present
        if present is None:
            return "Nothing is connected yet."
        try:
            wanted = meant(choice, self._changeover.ahead(present))
        except (ValueError, PresetError) as problem:
            return str(problem)
        if self._changeover.returns(choice, wanted, present):
            self._call_off()
            return None
        if self._changeover.holds(wanted.choice, wanted.name, present):
            self._wiring.prepare(wanted.session.preset)
            line = {"bar": "bar", "4 bars": "four-bar line"}[present.settings.preset_change]
            said = f"“{wanted.name}” starts at the next {line}. Ctrl+Z cancels that. {wanted.skipped}"
            self._patchbay.say(said.rstrip())
            return None
        if wanted.skipped:
            self._patchbay.say(wanted.skipped)
        return self._pick(wanted.choice)

    def _call_off(self) -> None:
        """The preset that is waited for does not come."""
        name = self._changeover.name
        if self._changeover.cancel():
            self._patchbay.say(f"Cancelled the change to “{name}”.")

    def _pick(self, choice: Choice, line: Line | None = None) -> str | None:
        present = self._present
        if present is None:
            return "Nothing is connected yet."
        try:
            wanted = meant(choice, present)
            reason = self._load(wanted.session, choice.called(), line=line)
        except (ValueError, PresetError) as problem:
            return str(problem)
        if reason is None and wanted.said:
            self._patchbay.say(wanted.said)
        return reason

    def _save(self, path: Path, name: str) -> str | None:
        present = self._present
        if present is None:
            return "Nothing is connected yet."
        instrument, effects = cast(Sound, self._patchbay.thing("sound_out")).captured()
        if [slot.path for slot in effects if slot is not None] == [slot.path for slot in present.preset.effects]:
            kept = tuple(slot for slot in effects if slot is not None)
            present = with_preset(present, instrument=instrument, effects=kept)
        saved = with_preset(present, name=name or present.preset.name)
        try:
            if name:
                save_preset(path, saved.preset)
            else:
                save_session(path, saved)
        except PresetError as problem:
            return str(problem)
        self._patchbay.change(session=saved, revision=self.view.revision + 1)
        what = f"“{name}” is saved" if name else "Everything is saved: settings, mappings and preset are"
        self._patchbay.say(f"{what} in {path}.")
        return None

    def _remember(self, history: History) -> None:
        self._history = history
        self._patchbay.change(undoes=history.undoes, redoes=history.redoes)

    def _rest(self) -> None:
        """What the hands have changed since the last step of history is a step too, once they rest."""
        present, history = self._present, self._history
        if history is not None and present is not None and present == self._rested:
            still = present
            if present.preset.follow:  # it is not the hand that moves the pad
                still = with_preset(present, pad=history.present.preset.pad)
            if still != history.present:
                tempo = differences(history.present, still) == {"bpm"}
                self._remember(history.push(present, group=self._moving if tempo else ""))
            self._moving = ""
        self._rested = present
        if present is not None:
            self._keep(present)

    def _change_to(
        self, old: Session | None, new: Session, again: Changes, forgiving: bool, line: Line | None = None
    ) -> str | None:
        """Open what `new` needs and commit it, or say why that cannot be. What is only opened `again` may fail.

        What is heard of it takes over at `line`, where there is one.
        """
        wished = differences(old, new)
        changes = wished | again
        opened: dict[str, Slot] = {}
        try:
            for name in SLOTS:
                if name in changes:
                    wanted = getattr(new.settings, name)
                    self._patchbay.change(busy=f"opening {in_words(wanted) or name}")
                    opened[name] = self._patchbay.open(name, wanted, forgiving or name not in wished)
                    if name == "sound_out":  # before it opens its device
                        cast(Sound, opened[name].thing).click_to(new.settings.metronome.pairs)
            slots = self.view.slots | opened
            morph = self._wiring.morph(new, slots, changes, line) if changes & MORPHS else None
        except (LiveMusicError, ValueError) as problem:
            for slot in opened.values():
                close(slot.thing)
            self._patchbay.change(busy="")
            return str(problem)
        replaced = [self.view.slots[name].thing for name in ("midi_in", "controllers") if name in opened]
        self._patchbay.change(slots=slots)
        self._wiring.commit(old, new, changes, morph, line)
        self._patchbay.change(session=new, revision=self.view.revision + 1, busy="")
        for thing in replaced:
            close(thing)
        return None

    def _stale(self) -> Changes:
        """What is to be opened again though the same is asked for: what failed, was lost, or has ended."""
        slots = self.view.slots
        stale: set[Change] = {name for name in SLOTS if slots[name].plug.state in ("lost", "failed", "ended")}
        return frozenset(stale)

    def _end(self, source: Any) -> None:
        if source is self.view.slots["source"].thing:
            text = getattr(source, "fault", "") or f"{source.name} has ended."
            self._patchbay.mark("source", "ended", text)
            self._patchbay.say(text)
