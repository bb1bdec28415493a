"""What is plugged in, and what the musician is told: the loader's picture of the outside, and its openers."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from livemusic.engine.openers import NoSound
from livemusic.engine.snapshot import Notice, Plug
from livemusic.errors import LiveMusicError
from livemusic.midi.controllers import Controllers
from livemusic.midi.input import NoIn
from livemusic.midi.memory import NoOut
from livemusic.session.changes import Change
from livemusic.session.settings import Session

_NOTICES = 8
#: What stands where nothing is plugged in.
_NOTHING: dict[Change, Callable[[], Any]] = {
    "source": lambda: None,
    "midi_out": NoOut,
    "midi_in": NoIn,
    "controllers": lambda: Controllers((), lambda port, data, at: None),
    "sound_out": NoSound,
    "embedder": lambda: None,
    "drums": lambda: None,
    "hearing": lambda: None,
}
SLOTS = tuple(_NOTHING)
#: These say for themselves, later, how it went.
_TELLING = ("sound_out", "controllers")


@dataclass(frozen=True, slots=True)
class Slot:
    """One place where something is plugged in."""

    thing: Any = None
    plug: Plug = Plug()


@dataclass(frozen=True, slots=True)
class PatchbayView:
    """What is plugged in, as others see it. `revision` grows with every committed session."""

    revision: int = 0
    session: Session | None = None
    slots: dict[str, Slot] = field(
        default_factory=lambda: {name: Slot(nothing()) for name, nothing in _NOTHING.items()}
    )
    notices: tuple[Notice, ...] = ()
    busy: str = ""
    cpu_percent: float = 0.0
    memory_mb: float = 0.0
    xruns: int = 0
    sound_ms: float = 0.0
    controllers: tuple[Plug, ...] = ()
    undoes: str = ""
    redoes: str = ""


class Patchbay:
    """Opens by name with `openers`, and holds what is open. Thread: loader."""

    def __init__(self, openers: dict[Change, Callable[[Any], Any]]) -> None:
        self.view = PatchbayView()
        self._openers = openers

    def open(self, name: Change, wanted: Any, forgiving: bool = False) -> Slot:
        """What `wanted` names, not plugged in yet; nothing, and why, where `forgiving`. `LiveMusicError` otherwise."""
        self._sweep()
        try:
            thing = self._openers[name](wanted)
        except LiveMusicError as problem:
            if not forgiving:
                raise
            self.say(str(problem))
            return Slot(_NOTHING[name](), Plug(in_words(wanted), "", "failed", str(problem)))
        label = getattr(thing, "name", "") or wanted
        state = "off" if wanted == "none" or name in _TELLING else "on"
        return Slot(thing, Plug(in_words(wanted), in_words(label), state))

    def _sweep(self) -> None:
        """Close what has died before anything is opened: libjack would fall over it otherwise."""
        for name in ("midi_out", "midi_in"):
            getattr(self.view.slots[name].thing, "alive", None)
        self.view.slots["controllers"].thing.sweep()

    def thing(self, name: Change) -> Any:
        """What is plugged in at `name`."""
        return self.view.slots[name].thing

    def plug(self, name: Change, slot: Slot) -> None:
        """Plug it in."""
        self.change(slots=self.view.slots | {name: slot})

    def mark(self, name: str, state: str, detail: str) -> None:
        """Say how what is plugged in at `name` is."""
        slot = self.view.slots[name]
        plug = msgspec.structs.replace(slot.plug, state=state, detail=detail)
        self.change(slots=self.view.slots | {name: Slot(slot.thing, plug)})

    def say(self, text: str) -> None:
        """Tell the musician."""
        notices = self.view.notices
        number = notices[-1].number + 1 if notices else 1
        self.change(notices=(*notices, Notice(number, text))[-_NOTICES:])

    def change(self, **fields: Any) -> None:
        """Show something else."""
        self.view = replace(self.view, **fields)

    def close(self) -> None:
        """Close everything that is open, in reverse."""
        for slot in reversed(self.view.slots.values()):
            close(slot.thing)


def in_words(wanted: object) -> str:
    """A name, or several."""
    return ", ".join(map(str, wanted)) if isinstance(wanted, tuple) else str(wanted)


def close(thing: Any) -> None:
    """Close what can be closed, whatever it says."""
    end = getattr(thing, "close", None)
    if end is not None:
        with suppress(LiveMusicError):
            end()
