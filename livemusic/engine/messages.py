"""What the window (or the command line, or a test) may ask of the engine.

A request goes by its type to the core that owns it, and changes only what it names. Every request has exactly one
reply: a `Snapshot` to `Look`, a `PluginsState` to `LookPlugins`, a `StudioState` to `LookStudio`, otherwise `Done` or
`Failed`. What changes the session stands in `engine.edits`.
"""

from typing import ClassVar

from livemusic.engine.edits import (
    Apply,
    CarrySection,
    Configure,
    FollowSections,
    Forget,
    GoPreset,
    GoSetList,
    LockLane,
    NameSection,
    PickPreset,
    Redo,
    RenameCorner,
    RenameScene,
    ResetVoices,
    Reshape,
    Rewire,
    SavePreset,
    SaveSession,
    SendHeard,
    SetCorner,
    SetHearing,
    SetMode,
    SetMuteGroup,
    SetVoice,
    StepPreset,
    StoreScene,
    Undo,
)
from livemusic.engine.mixing import HearAll, MuteLanes, SetLane, SetMaster
from livemusic.engine.pattern_edits import (
    EditDraft,
    EditPattern,
    RenameDraft,
    SelectCorner,
    SetBars,
    SetMeter,
    UndoDraft,
)
from livemusic.engine.perform_requests import AnyPerform
from livemusic.engine.playback import (
    HearOther,
    LearnSong,
    LoopSong,
    MatchFile,
    MatchHeard,
    MatchNext,
    PairSong,
    PlaySong,
    RecordTake,
    SeekSong,
    SetSongVolume,
    StopMatching,
)
from livemusic.engine.preset_edits import SetPresetChange
from livemusic.engine.recording_edits import SetClickLevel, SetMetronome, SetQuantise, SetRamp, SetRecordTo
from livemusic.engine.request import Limits, Owner, Request
from livemusic.engine.timing import GiveBack as GiveBack
from livemusic.engine.timing import Nudge as Nudge
from livemusic.engine.timing import Panic as Panic
from livemusic.engine.timing import Play as Play
from livemusic.engine.timing import Ramp as Ramp
from livemusic.engine.timing import Resume as Resume
from livemusic.engine.timing import SetLead as SetLead
from livemusic.engine.timing import SetTempo as SetTempo
from livemusic.engine.timing import StepTempo as StepTempo
from livemusic.engine.timing import Stop as Stop
from livemusic.engine.timing import TapTempo as TapTempo
from livemusic.music.kit import VOICE_COUNT
from livemusic.music.tempo import Seconds
from livemusic.session.preset import SCENES, check_answer, check_followed, check_launch
from livemusic.session.show import COLOURS, THEMES, TRAILS, WIDTHS
from livemusic.session.sketchbook import AnyRecipe

_CORNER = (0, 3)
_SHARE = (0.0, 1.0)
MOST_BARS = 512


class Look(Request, frozen=True):
    """How is everything? `epoch` and `points` say how much of the path is known already (-1: none is wanted),
    `revision` which session, `view` which view of it, `song` and `hits` how many of which song's hits (-1: as above).
    """

    epoch: int = -1
    points: int = 0
    revision: int = -1
    view: int = -1
    song: int = -1
    hits: int = -1


class LookPlugins(Request, frozen=True):
    """How are the plugins? The reply is a `PluginsState`."""


class LookStudio(Request, frozen=True):
    """How are the sketching tools? The reply is a `StudioState`. `revision`, `model`: what is known, whose map."""

    revision: int = -1
    model: str = ""


class Export(Request, frozen=True):
    """Write what was played in the last `bars` to the MIDI file `path`: the same events as at the port."""

    limits: ClassVar[Limits] = {"bars": (1, MOST_BARS)}
    path: str
    bars: int


class Quit(Request, frozen=True):
    """End the engine cleanly."""


class TransportRequest(Request, frozen=True):
    """For the transport."""

    owner: ClassVar[Owner] = "transport"


class TestNote(TransportRequest, frozen=True):
    """Send one audible note to port and kit."""


class ListenRequest(Request, frozen=True):
    """For the listening core."""

    owner: ClassVar[Owner] = "listen"


class MovePad(ListenRequest, frozen=True):
    """`x` to the right, `y` upwards, 0..1; what is None stays where it is. A hand on the pad ends following."""

    limits: ClassVar[Limits] = {"x": _SHARE, "y": _SHARE}
    x: float | None = None
    y: float | None = None


class SetFollow(ListenRequest, frozen=True):
    """Let the path, or the harmony, drive the pad (needs at least one captured anchor), or give it back to the hand."""

    on: bool


class SetFollowed(ListenRequest, frozen=True):
    """What is followed, and what corners are captured on: `path`, or `harmony`."""

    what: str

    def check(self) -> None:
        check_followed(self.what)


class SetLaunch(ListenRequest, frozen=True):
    """New patterns take over at the next `step`, the next `bar` or the next `4 bars`."""

    launch: str

    def check(self) -> None:
        check_launch(self.launch)


class SetSwing(ListenRequest, frozen=True):
    """Delay every second sixteenth: `amount` 0 is straight, 1 a triplet."""

    limits: ClassVar[Limits] = {"amount": _SHARE}
    amount: float


class Capture(ListenRequest, frozen=True):
    """Anchor a corner (0..3) where the path is now, or the harmony where that is followed."""

    limits: ClassVar[Limits] = {"corner": _CORNER}
    corner: int


class ClearAnchors(ListenRequest, frozen=True):
    """Forget all captured anchors of what is followed."""


class LaunchCorner(ListenRequest, frozen=True):
    """Go to a corner (0..3) of the pad at the next bar, or the next 4 bars where patterns change there."""

    limits: ClassVar[Limits] = {"corner": _CORNER}
    corner: int


class LaunchScene(ListenRequest, frozen=True):
    """Go to scene `number` at the next bar, or the next 4 bars where patterns change there."""

    limits: ClassVar[Limits] = {"number": (0, SCENES - 1)}
    number: int


class Hold(ListenRequest, frozen=True):
    """Keep the tempo that was heard whatever is heard next, or listen again."""

    on: bool


class Octave(ListenRequest, frozen=True):
    """Hear the tempo twice as fast (1) or half as fast (-1)."""

    limits: ClassVar[Limits] = {"step": (-1, 1)}
    step: int


class ClearPath(ListenRequest, frozen=True):
    """Let the path begin anew."""


class SurfaceRequest(Request, frozen=True):
    """For the control surface."""

    owner: ClassVar[Owner] = "surface"


class PlayDrum(SurfaceRequest, frozen=True):
    """Play a drum by hand: `voice` 0..8, `velocity` 1..127; 0 lets it go. `at`: when, where that is known; else now."""

    limits: ClassVar[Limits] = {"voice": (0, VOICE_COUNT - 1), "velocity": (0, 127)}
    voice: int
    velocity: int
    at: Seconds | None = None


class SetRecord(SurfaceRequest, frozen=True):
    """Let what is played by hand join a corner, see `Settings.record_to`, or stop that."""

    on: bool


class HearPass(SurfaceRequest, frozen=True):
    """Put pass `number` of the last take in its corner, from 1; 0: all of them together, as they were played."""

    limits: ClassVar[Limits] = {"number": (0, 64)}
    number: int


class SetErase(SurfaceRequest, frozen=True):
    """While on, a drum that is struck or held by hand leaves the pattern where the loop passes."""

    on: bool


class SetShow(SurfaceRequest, frozen=True):
    """Change how the path is shown, see `session.show.Show`; what is None stays as it is."""

    limits: ClassVar[Limits] = {"width": WIDTHS, "trail": TRAILS, "motion": _SHARE}
    stage: bool | None = None
    theme: str | None = None
    colour: str | None = None
    width: float | None = None
    trail: Seconds | None = None
    motion: float | None = None
    hits: bool | None = None
    text: bool | None = None
    harmony: bool | None = None
    locked: bool | None = None

    def check(self) -> None:
        super().check()
        for name, word, words in (("theme", self.theme, THEMES), ("colour", self.colour, COLOURS)):
            if word is not None and word not in words:
                raise ValueError(f"there is no {name} {word[:40]!r}; there are {', '.join(words)}")


class Learn(SurfaceRequest, frozen=True):
    """Teach: the control moved next does `target` (see `engine.controls`); an empty one ends teaching."""

    target: str


class StudioRequest(Request, frozen=True):
    """For the studio."""

    owner: ClassVar[Owner] = "studio"


class Make(StudioRequest, frozen=True):
    """Make a pattern and keep it in the sketchbook; it is the one at hand then."""

    recipe: AnyRecipe


class Try(StudioRequest, frozen=True):
    """Make a pattern to look at and listen to; of several tries in a row the last one counts."""

    recipe: AnyRecipe


class RecallDraft(StudioRequest, frozen=True):
    """Take draft `number` of the sketchbook up again."""

    number: int


class DiscardDraft(StudioRequest, frozen=True):
    """Take draft `number` out of the sketchbook."""

    number: int


class Audition(StudioRequest, frozen=True):
    """Let the pattern at hand be heard now in place of the pad's, starting the drums if need be; or end that. None:
    the one or the other, as it is not now.
    """

    on: bool | None = None


class UseDraft(StudioRequest, frozen=True):
    """Put the pattern at hand in a corner (0..3) of the pad; it takes over at the next bar."""

    limits: ClassVar[Limits] = {"corner": _CORNER}
    corner: int


class AnswerRequest(Request, frozen=True):
    """For who answers the drummer that is heard."""

    owner: ClassVar[Owner] = "answer"


class SetAnswer(AnswerRequest, frozen=True):
    """Answer the drummer in a `mode` of `session.preset.ANSWERS` from now on."""

    mode: str

    def check(self) -> None:
        check_answer(self.mode)


class SetFreedom(AnswerRequest, frozen=True):
    """How far an answer goes from what was played: `amount` 0 is that itself, at 1 half of it is made up anew."""

    limits: ClassVar[Limits] = {"amount": _SHARE}
    amount: float


class SoundRequest(Request, frozen=True):
    """For the sound process."""

    owner: ClassVar[Owner] = "sound"


class SetParameter(SoundRequest, frozen=True):
    """Move the control `name` of the plugin at `place` (0 the instrument, then the effects) to `value`, 0..1."""

    limits: ClassVar[Limits] = {"value": _SHARE}
    place: int
    name: str
    value: float


class ShowEditor(SoundRequest, frozen=True):
    """Show the plugin's own window for `place`, or close it with -1."""

    place: int


class TryAgain(SoundRequest, frozen=True):
    """Take the plugin at `path` off the block list and, if it is wanted, open it."""

    path: str


AnyRequest = (
    Look | LookPlugins | LookStudio | Export | Quit | Play | Resume | Stop | Panic | SetTempo | TapTempo | Nudge
    | TestNote | MovePad | SetFollow | SetLaunch | SetSwing | Capture | ClearAnchors | LaunchScene | Hold | Octave
    | PlayDrum | SetRecord | SetErase | SetShow | Learn | Apply | Configure | Rewire | SetCorner | Reshape | StoreScene
    | RenameScene | SetMode | LockLane | Forget | GoPreset | GoSetList | StepPreset | PickPreset | SavePreset
    | SaveSession | Undo | Redo | Make | Try | RecallDraft | DiscardDraft | Audition | UseDraft | SetParameter
    | ShowEditor | TryAgain | NameSection | CarrySection | FollowSections | LaunchCorner | SetFollowed | SetHearing
    | SendHeard | SetAnswer | SetFreedom | AnyPerform
    | ClearPath | LearnSong | PlaySong | SeekSong | LoopSong | SetSongVolume | PairSong | HearOther | RecordTake
    | SetLane | MuteLanes | HearAll | SetMaster | SetMuteGroup | EditPattern | SelectCorner | EditDraft | UndoDraft
    | MatchFile | MatchHeard | MatchNext | StopMatching | SetVoice | ResetVoices
    | RenameCorner | RenameDraft
    | SetBars | SetMeter | SetPresetChange | SetQuantise
    | StepTempo | Ramp | GiveBack | SetLead | SetRamp | HearPass | SetMetronome | SetClickLevel | SetRecordTo
)  # fmt: skip
