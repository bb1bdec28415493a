"""What the window (or the command line, or a test) may say to the engine, and what it hears back.

Every request has exactly one reply: a `Snapshot` to `Look`, a `PluginsState` to `LookPlugins`, a `StudioState` to
`LookStudio`, otherwise `Done` or `Failed`. All are frozen `msgspec` structs; nothing is pickled.
"""

import msgspec

from livemusic.session.control import Binding
from livemusic.session.plugin import PluginSlot
from livemusic.session.preset import Clip
from livemusic.session.settings import Session, Settings
from livemusic.session.sketchbook import AnyRecipe
from livemusic.sketch.path import Mode


class Request(msgspec.Struct, frozen=True, tag=True, tag_field="verb"):
    """Base of everything a client may ask."""


class Look(Request, frozen=True):
    """How is everything? `epoch` and `points` say how much of the path is known already (-1: none is wanted),
    `revision` which session.
    """

    epoch: int = -1
    points: int = 0
    revision: int = -1


class Play(Request, frozen=True):
    """Start the drums from the top of the loop (or in time with the source, where it has a tempo)."""


class Stop(Request, frozen=True):
    """Stop the drums; sounding notes are ended."""


class Resume(Request, frozen=True):
    """Go on from where the drums were stopped (MIDI continue)."""


class Panic(Request, frozen=True):
    """Silence everything now: note-offs for all that sounds, then all-notes-off on every channel."""


class SetTempo(Request, frozen=True):
    """`bpm` 20..400, from the next planned tick."""

    bpm: float


class TapTempo(Request, frozen=True):
    """One tap of the tempo; from the third on in time, it counts."""


class MovePad(Request, frozen=True):
    """`x` to the right, `y` upwards, 0..1; a hand on the pad ends following."""

    x: float
    y: float


class SetFollow(Request, frozen=True):
    """Let the path drive the pad (needs at least one captured anchor), or give it back to the hand."""

    on: bool


class SetLaunch(Request, frozen=True):
    """New patterns take over at the next `step`, the next `bar` or the next `4 bars`."""

    launch: str


class SetSwing(Request, frozen=True):
    """Delay every second sixteenth: `amount` 0 is straight, 1 a triplet."""

    amount: float


class Export(Request, frozen=True):
    """Write what was played in the last `bars` to the MIDI file `path`: the same events as at the port."""

    path: str
    bars: int


class SetMode(Request, frozen=True):
    """How one pattern becomes another under the hand: `trade` or `blend`, see `sketch.path`."""

    mode: Mode


class LockLane(Request, frozen=True):
    """Let a voice (0..8) play the lane of a corner (0..3) wherever the hand is; None: it goes along again."""

    voice: int
    corner: int | None


class Capture(Request, frozen=True):
    """Anchor a corner (0..3) where the path is now."""

    corner: int


class ClearAnchors(Request, frozen=True):
    """Forget all captured anchors."""


class Configure(Request, frozen=True):
    """Change to `settings` and keep what is played as it is now."""

    settings: Settings


class Rewire(Request, frozen=True):
    """Play through these plugins from now on; those that stay keep how they are set.

    `bindings`: what controllers move from now on, because plugins have changed their places; None leaves that.
    """

    instrument: PluginSlot | None
    effects: tuple[PluginSlot, ...]
    bindings: tuple[Binding, ...] | None = None


class SetCorner(Request, frozen=True):
    """Put `clip` in a corner (0..3) of the pad."""

    corner: int
    clip: Clip


class GoPreset(Request, frozen=True):
    """Change to the preset called `name`."""

    name: str


class StepPreset(Request, frozen=True):
    """Change to the preset `step` places further on in the list, round and round."""

    step: int


class PickPreset(Request, frozen=True):
    """Change to the preset at place `number` (from 0) of the list, as a program change asks."""

    number: int


class SavePreset(Request, frozen=True):
    """Write the preset as it is played now, plugins as they are set, to the file `path` under `name`, and go by it."""

    path: str
    name: str


class SaveSession(Request, frozen=True):
    """Write everything, settings and preset as they are now, to the file `path`."""

    path: str


class Undo(Request, frozen=True):
    """Go back to how everything was before the last change."""


class Redo(Request, frozen=True):
    """Take back one undo."""


class SetRecord(Request, frozen=True):
    """Let what is played by hand join the corner that is heard most, or stop that."""

    on: bool


class SetErase(Request, frozen=True):
    """While on, a drum that is struck or held by hand leaves the pattern where the loop passes."""

    on: bool


class Strike(Request, frozen=True):
    """Play a drum by hand: `voice` 0..8, `velocity` 1..127; 0 lets it go."""

    voice: int
    velocity: int


class Reshape(Request, frozen=True):
    """Make all four patterns `bars` (1..8) long in `meter`: longer ones are cut, shorter ones repeat."""

    meter: tuple[int, int]
    bars: int


class StoreScene(Request, frozen=True):
    """Keep the pad and the swing as they are under `number` (0..7); an empty `name` clears it."""

    number: int
    name: str


class RenameScene(Request, frozen=True):
    """Call scene `number` something else."""

    number: int
    name: str


class LaunchScene(Request, frozen=True):
    """Go to scene `number` at the next bar, or the next 4 bars where patterns change there."""

    number: int


class Learn(Request, frozen=True):
    """Teach: the control moved next does `target` (see `engine.controls`); an empty one ends teaching."""

    target: str


class Forget(Request, frozen=True):
    """No control does `target` any more."""

    target: str


class Hold(Request, frozen=True):
    """Keep the tempo that was heard whatever is heard next, or listen again."""

    on: bool


class Nudge(Request, frozen=True):
    """Move the beat that is heard (or our own) by `beats`, -1..1, later where positive."""

    beats: float


class Octave(Request, frozen=True):
    """Hear the tempo twice as fast (1) or half as fast (-1)."""

    step: int


class SetParameter(Request, frozen=True):
    """Move the control `name` of the plugin at `place` (0 the instrument, then the effects) to `value`, 0..1."""

    place: int
    name: str
    value: float


class ShowEditor(Request, frozen=True):
    """Show the plugin's own window for `place`, or close it with -1."""

    place: int


class TryAgain(Request, frozen=True):
    """Take the plugin at `path` off the block list and, if it is wanted, open it."""

    path: str


class LookPlugins(Request, frozen=True):
    """How are the plugins? The reply is a `PluginsState`."""


class LookStudio(Request, frozen=True):
    """How are the sketching tools? The reply is a `StudioState`. `revision`, `model`: what is known, whose map."""

    revision: int = -1
    model: str = ""


class Make(Request, frozen=True):
    """Make a pattern and keep it in the sketchbook; it is the one at hand then."""

    recipe: AnyRecipe


class Try(Request, frozen=True):
    """Make a pattern to look at and listen to; of several tries in a row the last one counts."""

    recipe: AnyRecipe


class RecallDraft(Request, frozen=True):
    """Take draft `number` of the sketchbook up again."""

    number: int


class DiscardDraft(Request, frozen=True):
    """Take draft `number` out of the sketchbook."""

    number: int


class Audition(Request, frozen=True):
    """Let the pattern at hand be heard now in place of the pad's, starting the drums if need be; or end that."""

    on: bool


class UseDraft(Request, frozen=True):
    """Put the pattern at hand in a corner (0..3) of the pad; it takes over at the next bar."""

    corner: int


class Apply(Request, frozen=True):
    """Change to `session`, all of it or nothing. `forgiving`: what is not there is waited for."""

    session: Session
    forgiving: bool = False


class TestNote(Request, frozen=True):
    """Send one audible note to port and kit."""


class Quit(Request, frozen=True):
    """End the engine cleanly."""


class Done(msgspec.Struct, frozen=True, tag=True, tag_field="verb"):
    """It was done."""


class Failed(msgspec.Struct, frozen=True, tag=True, tag_field="verb"):
    """It was not done; `reason` is a sentence for the musician."""

    reason: str


AnyRequest = (
    Look | LookPlugins | LookStudio | Play | Stop | Resume | Panic | SetTempo | TapTempo | MovePad | SetFollow
    | SetLaunch | SetSwing
    | Export | Capture | ClearAnchors | Configure | Rewire | SetCorner | Apply | GoPreset | StepPreset | PickPreset
    | SavePreset | SaveSession | Undo | Redo | SetRecord | SetErase | Strike | Reshape | StoreScene | RenameScene
    | LaunchScene | Learn | Forget | Hold | Nudge | Octave | SetParameter | ShowEditor | TryAgain | TestNote | Quit
    | Make | Try | RecallDraft | DiscardDraft | Audition | UseDraft
    | SetMode | LockLane
)  # fmt: skip
