"""Looks after what is plugged in, once a second: what vanished, what came back, how the engine itself is."""

from collections.abc import Callable
from typing import cast

import psutil

from livemusic.engine.openers import Sound
from livemusic.engine.patchbay import Patchbay, Slot, close
from livemusic.engine.snapshot import Plug
from livemusic.errors import LiveMusicError
from livemusic.midi.controllers import Controllers
from livemusic.music.tempo import Seconds
from livemusic.session.changes import Change
from livemusic.session.files import path_of, shown
from livemusic.session.metronome import named_outputs
from livemusic.sound.protocol import KitTold, SoundStatus

#: Trying a lost port again holds the interpreter for some 25 ms, so not more often than this.
_RETRY_EVERY: Seconds = 3.0
_PORTS: tuple[Change, ...] = ("midi_out", "midi_in")


class Watcher:
    """Watches what is plugged into `patchbay`; `gone` and `back` are told which of it has vanished or returned.

    Thread: loader.
    """

    def __init__(self, patchbay: Patchbay, gone: Callable[[Change], None], back: Callable[[Change], None]) -> None:
        self._patchbay = patchbay
        self._gone = gone
        self._back = back
        self._process = psutil.Process()
        self._retry_due: Seconds = 0.0
        self._heard = SoundStatus()
        self._kit = KitTold()
        self._no_outputs = ""

    def look(self, now: Seconds) -> None:
        """How is everything?"""
        self._patchbay.change(cpu_percent=self._process.cpu_percent(), memory_mb=self._process.memory_info().rss / 1e6)
        if self._patchbay.view.session is None:
            return
        self._sound()
        self._source()
        self._controllers()
        for name in _PORTS:
            slot = self._patchbay.view.slots[name]
            if slot.plug.state == "on" and not getattr(slot.thing, "alive", True):
                self._lose(name, slot)
            elif slot.plug.state == "on":
                self._flow(name, slot)
        if now >= self._retry_due:
            self._retry_due = now + _RETRY_EVERY
            for name in (*_PORTS, "source"):
                if self._patchbay.view.slots[name].plug.state in ("lost", "failed"):
                    self._reopen(name)

    def _source(self) -> None:
        """What is to be known of what is heard is shown with it."""
        slot = self._patchbay.view.slots["source"]
        remark = getattr(slot.thing, "remark", "")
        if slot.plug.state == "on" and slot.plug.detail != remark:
            self._patchbay.mark("source", "on", remark)

    def _lose(self, name: Change, slot: Slot) -> None:
        self._patchbay.mark(name, "lost", f"MIDI port {slot.plug.name!r} has gone.")
        self._patchbay.say(f"MIDI port {slot.plug.name!r} has gone. The drums go on and return to it when it is back.")
        self._gone(name)

    def _flow(self, name: Change, slot: Slot) -> None:
        """Tell of a port that takes nothing, and that it does again. It stays open: closing would wait for it."""
        held = not getattr(slot.thing, "flows", True)
        if held != bool(slot.plug.detail):
            told = (
                f"The JACK server does not answer, so nothing passes {slot.plug.name!r}. The music goes on."
                if held
                else ""
            )
            self._patchbay.mark(name, "on", told)
            self._patchbay.say(told or f"The JACK server answers again, and {slot.plug.name!r} is back.")

    def _reopen(self, name: Change) -> None:
        """Try what failed again, quietly."""
        slot = self._patchbay.view.slots[name]
        try:
            fresh = self._patchbay.open(name, slot.plug.wanted)
        except LiveMusicError as problem:
            if str(problem) != slot.plug.detail:
                self._patchbay.mark(name, slot.plug.state, str(problem))
            return
        close(slot.thing if name == "midi_in" else None)
        self._patchbay.plug(name, fresh)
        self._back(name)
        if slot.plug.state == "lost":
            self._patchbay.say(f"{fresh.plug.name} is back.")

    def _controllers(self) -> None:
        """They come and go by themselves; it is only shown."""
        before = {plug.wanted: plug.state for plug in self._patchbay.view.controllers}
        bundle = cast(Controllers, self._patchbay.thing("controllers"))
        if bundle.refresh():
            self._back("controllers")
        plugs = tuple(Plug(port.name, port.name, port.state, port.detail) for port in bundle.states)
        for plug in plugs:
            if before.get(plug.wanted) == "on" != plug.state:
                self._patchbay.say(f"The controller {plug.name!r} has gone. It is used again when it is back.")
            elif before.get(plug.wanted) == "lost" and plug.state == "on":
                self._patchbay.say(f"The controller {plug.name!r} is back.")
        if plugs != self._patchbay.view.controllers:
            self._patchbay.change(controllers=plugs)

    def _sound(self) -> None:
        """The sound process looks after itself; what becomes of it is passed on."""
        slot = self._patchbay.view.slots["sound_out"]
        status, before = cast(Sound, slot.thing).status(), self._heard
        self._heard = status
        told = cast(Sound, slot.thing).kit_told
        if told != self._kit and told.told:
            self._patchbay.say(f"Kit {shown(path_of(told.wanted).name)}: {told.told}" if told.played else told.told)
        self._kit = told
        self._patchbay.change(xruns=status.xruns, sound_ms=status.latency_ms)
        if slot.plug.wanted == "none":
            return
        if status.restarts > before.restarts and status.state == "on":
            self._patchbay.say("The sound had stopped and is back. MIDI went on.")
        elif status.restarts > before.restarts:
            self._heard = before  # it is on its way: say so once it is back
        for blocked in status.blocked[len(before.blocked) :]:
            self._patchbay.say(f"The plugin {blocked.path} was left out: {blocked.reason}.")
        if status.live_in != before.live_in and status.live_in in ("failed", "lost"):
            self._patchbay.say(status.live_in_detail)
        self._click(status)
        state = "failed" if status.state == "gone" else status.state
        plug = Plug(slot.plug.wanted, status.device, state, status.detail, status.outputs)
        if slot.plug != plug:
            if state == "failed" and slot.plug.state != "failed":
                self._patchbay.say(status.detail)
            self._patchbay.plug("sound_out", Slot(slot.thing, plug))

    def _click(self, status: SoundStatus) -> None:
        """Tell of a click that is not heard where it is wanted, once for each device and wish."""
        session = self._patchbay.view.session
        if session is None or status.state != "on":
            return
        metronome, told = session.settings.metronome, ""
        if metronome.speakers and status.outputs < 2 * metronome.pairs > 2:
            told = (
                f"The click goes to the main outputs: {status.device!r} has no {named_outputs(metronome.outputs)}. "
                "Choose where it goes under Preferences > Sound."
            )
        if told and told != self._no_outputs:
            self._patchbay.say(told)
        self._no_outputs = told
