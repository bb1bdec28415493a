"""What keys and menus do: each looks at how things are and asks the engine for what should be."""

from collections.abc import Callable

import msgspec

from livemusic.engine.action import Choice, Trigger
from livemusic.engine.actions import ACTIONS, BY_NAME
from livemusic.engine.messages import PlayDrum
from livemusic.engine.request import Request
from livemusic.engine.snapshot import Snapshot
from livemusic.session.settings import Session


class Desk:
    """How things are, as the window was told last, and the way to change them: `send`. None while nothing is known."""

    def __init__(self, send: Callable[[Request], None]) -> None:
        self.send = send
        self.snapshot: Snapshot | None = None
        self.session: Session | None = None

    @property
    def known(self) -> tuple[Snapshot, Session] | None:
        """Both together, once there are both."""
        return None if self.snapshot is None or self.session is None else (self.snapshot, self.session)

    @property
    def whole(self) -> Snapshot | None:
        """The snapshot with the session in it, which the engine tells only when it is another."""
        return None if self.snapshot is None else msgspec.structs.replace(self.snapshot, session=self.session)

    @property
    def corner_names(self) -> tuple[str, ...]:
        """What the four patterns are called."""
        return tuple(clip.name for clip in self.session.preset.corners) if self.session else ("",) * 4


class Commands:
    """The table of actions over a `Desk`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def press(self, name: str, number: int = 0) -> None:
        """Do the action called `name`, of a numbered kind the one of `number`, from 0; nothing before all is known."""
        now, kind = self._desk.whole, BY_NAME[name].kind
        if now is None or now.session is None:
            return
        if isinstance(kind, Choice):
            self._desk.send(kind.next(now))
            return
        target = list(BY_NAME[name].targets.values())[number]
        if isinstance(target, Trigger):
            self._desk.send(target.act(now))

    def by_name(self) -> dict[str, Callable[[int], None]]:
        """What each action of the engine's does, given the number of a numbered kind."""
        return {
            action.name: lambda number, name=action.name: self.press(name, number)
            for action in ACTIONS
            if action.kind is not None
        }

    def play_drum(self, voice: int, velocity: int) -> None:
        """Play a drum by hand, or let it go."""
        self._desk.send(PlayDrum(voice, velocity))
