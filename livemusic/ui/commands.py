"""What keys and menus do: each verb looks at how things are and asks the engine for what should be."""

from collections.abc import Callable

from livemusic.engine.messages import (
    Capture,
    Hold,
    Nudge,
    Octave,
    Panic,
    Play,
    Redo,
    RenameScene,
    Request,
    Resume,
    SetFollow,
    SetLaunch,
    SetRecord,
    StepPreset,
    Stop,
    Strike,
    TapTempo,
    Undo,
)
from livemusic.engine.snapshot import Snapshot
from livemusic.session.preset import LAUNCHES
from livemusic.session.settings import Session
from livemusic.ui.panels.lead import NUDGE_BEATS


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
    def corner_names(self) -> tuple[str, ...]:
        """What the four patterns are called."""
        return tuple(clip.name for clip in self.session.preset.corners) if self.session else ("",) * 4


class Commands:
    """The musician's verbs over a `Desk`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def toggle_play(self) -> None:
        """Play from the top, or stop."""
        self._desk.send(Stop() if self._is(lambda now: now.transport.playing) else Play())

    def resume(self) -> None:
        """Go on from where the drums were stopped."""
        self._desk.send(Resume())

    def panic(self) -> None:
        """Silence everything."""
        self._desk.send(Panic())

    def capture(self, corner: int) -> None:
        """Anchor a corner where the path is now."""
        self._desk.send(Capture(corner))

    def next_launch(self) -> None:
        """Change when patterns change: step, bar, 4 bars, and step again."""
        launch = self._desk.snapshot.listen.launch if self._desk.snapshot is not None else LAUNCHES[-1]
        self._desk.send(SetLaunch(LAUNCHES[(LAUNCHES.index(launch) + 1) % len(LAUNCHES)]))

    def toggle_follow(self) -> None:
        """Let the path move the pad, or the hand."""
        self._desk.send(SetFollow(not self._is(lambda now: now.listen.follow)))

    def toggle_record(self) -> None:
        """Begin or end recording."""
        self._desk.send(SetRecord(not self._is(lambda now: now.hands.record)))

    def toggle_hold(self) -> None:
        """Hold the tempo that is heard, or listen again."""
        self._desk.send(Hold(not self._is(lambda now: now.transport.held)))

    def tap(self) -> None:
        """One tap of the tempo."""
        self._desk.send(TapTempo())

    def octave(self, step: int) -> None:
        """Hear the tempo twice (1) or half (-1) as fast."""
        self._desk.send(Octave(step))

    def nudge(self, direction: int) -> None:
        """Move the beat a little later (1) or earlier (-1)."""
        self._desk.send(Nudge(direction * NUDGE_BEATS))

    def strike(self, voice: int, velocity: int) -> None:
        """Play a drum by hand, or let it go."""
        self._desk.send(Strike(voice, velocity))

    def step_preset(self, step: int) -> None:
        """Go to the next preset, or the one before."""
        self._desk.send(StepPreset(step))

    def undo(self) -> None:
        """Take the last change back."""
        self._desk.send(Undo())

    def redo(self) -> None:
        """Take the last undo back."""
        self._desk.send(Redo())

    def rename_scene(self, number: int, name: str) -> None:
        """Call a scene something else."""
        self._desk.send(RenameScene(number, name))

    def _is(self, so: Callable[[Snapshot], bool]) -> bool:
        return self._desk.snapshot is not None and so(self._desk.snapshot)
