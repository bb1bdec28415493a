"""The engine at one moment, as the window draws it: immutable and small."""

import msgspec

from livemusic.engine.harmony_state import HarmonyState as HarmonyState
from livemusic.engine.mixer_state import MixerState
from livemusic.engine.request import Done, Failed
from livemusic.music.performance import Performance
from livemusic.session.preset import Clip
from livemusic.session.settings import Session
from livemusic.session.show import Show
from livemusic.session.sketchbook import AnyRecipe, Draft
from livemusic.sound.plugins.description import Plugin
from livemusic.sound.protocol import Blocked, ChainReport


class TransportState(msgspec.Struct, frozen=True):
    """`tick`: song position at `now`, in 1/960 beat; it runs on at `bpm` while `playing`.

    `grid`: the pattern last handed to the player, as `Grid.to_bytes` gives it. `notes_sent` counts note-ons,
    `last_hits` are pitch and velocity of the last ones. `lead`: who sets the time; `lead_state`: `own`, `searching`,
    `unsure`, `locked` or `coasting`; `lead_trouble`: what is wrong with the leader's clock, in a sentence; `peers` in
    the Link session. `held`: the tempo heard is held. `taken`: who led before a tempo was set by hand, `` for nobody.
    `ramp_to`: where a ramp of the tempo goes, `ramp_left`: how many ticks are left of it, and before it begins.
    """

    playing: bool = False
    tick: float = 0.0
    bpm: float = 120.0
    meter: tuple[int, int] = (4, 4)
    grid: bytes = b""
    notes_sent: int = 0
    last_hits: tuple[tuple[int, int], ...] = ()
    lead: str = "own"
    lead_state: str = "own"
    phase_error_ms: float = 0.0
    peers: int = 0
    held: bool = False
    lead_trouble: str = ""
    taken: str = ""
    ramp_to: float | None = None
    ramp_left: float = 0.0


class ListenState(msgspec.Struct, frozen=True):
    """Levels in dB full scale (-120 is silence); `silent` when every sample has been exactly zero for 2 s,
    `clipped` when many are at full scale, `constant` when they are all alike.

    `points`: float32 `(n, 2 + dim)` as bytes, rows `t, level, z…`, from index `first` of `total` in `epoch` (a new
    epoch starts a new path). `view`: how it is laid out (`View.to_bytes`), the `view_number`th, where the asker did not
    know it. `forecast`: where the path goes next, float32 `(k, dim)` as bytes, and its `certainty` 0..1.
    `learning`: how much of the song is learned, 0..1, None while it is not.
    `anchors`, `followed`, `harmony_anchors`: as in the preset. `weights`: of the four corners, summing to 1.
    """

    peak_db: float = -120.0
    rms_db: float = -120.0
    silent: bool = False
    position: float = 0.0
    epoch: int = 0
    first: int = 0
    total: int = 0
    points: bytes = b""
    pad: tuple[float, float] = (0.0, 1.0)
    weights: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0)
    follow: bool = False
    launch: str = "step"
    anchors: tuple[tuple[float, ...] | None, ...] = (None, None, None, None)
    swing: float = 0.0
    clipped: bool = False
    constant: bool = False
    dim: int = 0
    view_number: int = 0
    view: bytes = b""
    forecast: bytes = b""
    certainty: float = 0.0
    learning: float | None = None
    followed: str = "path"
    harmony_anchors: tuple[tuple[float, ...] | None, ...] = (None, None, None, None)

    @property
    def captured(self) -> tuple[tuple[float, ...] | None, ...]:
        """The anchors of what is followed."""
        return self.harmony_anchors if self.followed == "harmony" else self.anchors


class Plug(msgspec.Struct, frozen=True):
    """Something plugged in: what was asked for, what is there, and whether it works.

    `state`: `on`, `off`, `ended`, `lost` or `failed`; `detail` a sentence for the musician. `outputs`: of a sound
    output, how many channels it has.
    """

    wanted: str = "none"
    name: str = ""
    state: str = "off"
    detail: str = ""
    outputs: int = 0


class SongState(msgspec.Struct, frozen=True):
    """The recording that is opened and heard. `position`: the place in it that is heard at the snapshot's `now`, in
    seconds from its beginning; it runs on as the clock does while `playing`, and goes back to the first of `loop`
    (begin, end) when it comes to the second. At its end it stands there, `ended`, and does not play. `length`: seconds.

    The path of a song is drawn ahead of what is heard: its points' `t` are places in the song, and its head is the
    last point with `t <= position`. `other`: another take of it that can be heard at the same musical place, `` for
    none; while that `hears_other`, it is at `other_position`, and `position` is the place of the song that this is.
    """

    path: str
    length: float
    position: float = 0.0
    playing: bool = False
    loop: tuple[float, float] | None = None
    volume_db: float = 0.0
    other: str = ""
    hears_other: bool = False
    other_position: float = 0.0

    @property
    def ended(self) -> bool:
        """Whether it has been heard to its end."""
        return not self.playing and self.position >= self.length


class TakeState(msgspec.Struct, frozen=True):
    """The take that is recorded, or was last. `seconds`: how long it is by now; `folder`: where it is kept, `` before
    the first; `bytes_free`: the room that is left on that disk, -1 while nothing is recorded.
    """

    recording: bool = False
    seconds: float = 0.0
    folder: str = ""
    bytes_free: int = -1


class HeardState(msgspec.Struct, frozen=True):
    """The drums that are heard in what is listened to. `on`: somebody listens. `count` hits so far, and the last of
    `hits`, each `(at, lane, velocity)`: when it was played (on the snapshot's clock), see `dsp.lanes`, 1..127.
    `late_ms`: how long after it was played a hit is told, as a rule; `note_ms`: and how long after that its note left.

    Of a song all hits are known ahead: `song`, float32 `(n, 3)` as bytes, rows `place, lane, velocity` from index
    `first` of `total` in the drawing `number`; a new number begins anew.
    """

    on: bool = False
    count: int = 0
    hits: tuple[tuple[float, int, int], ...] = ()
    late_ms: float = 0.0
    note_ms: float = 0.0
    number: int = 0
    first: int = 0
    total: int = 0
    song: bytes = b""


class SectionState(msgspec.Struct, frozen=True):
    """A section of the path: from `start` to `end` seconds, like all others of its `label` (0 is A)."""

    start: float
    end: float
    label: int


class StructureState(msgspec.Struct, frozen=True):
    """The sections of the path of an `epoch`, end to end; `here` is the place among them of what is heard now, -1 for
    none, `returned` that of the section it is again, -1 where it is new. `loop_s`, `loop_beats`: one turn of the loop
    that the music goes round in, 0 for none.
    """

    epoch: int = 0
    sections: tuple[SectionState, ...] = ()
    here: int = -1
    returned: int = -1
    loop_s: float = 0.0
    loop_beats: int = 0


class Health(msgspec.Struct, frozen=True):
    """Lateness of the last few hundred events; `hop_ms`, `morph_ms`: p99 of one; CPU in percent of one core."""

    late_p50_ms: float = 0.0
    late_p95_ms: float = 0.0
    late_p99_ms: float = 0.0
    late_max_ms: float = 0.0
    hop_ms: float = 0.0
    morph_ms: float = 0.0
    overflows: int = 0
    xruns: int = 0
    dropped: int = 0
    backlog_s: float = 0.0
    cpu_percent: float = 0.0
    memory_mb: float = 0.0
    sound_ms: float = 0.0


class SurfaceState(msgspec.Struct, frozen=True):
    """The control surface. `learning`: the target being taught, empty otherwise; `heard`: the control moved last, in
    words. `controllers`: one for each of the settings' `controllers`. `corner`: where recording goes. `hits`: the last
    drums played by hand, each `(number, tick, velocity)`; numbers grow by one, ticks are song positions.
    `show`: how the path is shown. `selected`: the corner whose pattern is being edited, None while none is.
    `into`: the corner that is recorded into, None while nothing is. `passes`: how many passes of the loop something was
    played in, in the last take, and which of them `heard_pass` was chosen, from 1; 0 for all together.
    """

    learning: str = ""
    heard: str = ""
    record: bool = False
    erase: bool = False
    corner: int = 0
    controllers: tuple[Plug, ...] = ()
    hits: tuple[tuple[int, int, int], ...] = ()
    show: Show = Show()
    selected: int | None = None
    into: int | None = None
    passes: int = 0
    heard_pass: int = 0

    @property
    def target(self) -> int:
        """The corner that is recorded into, or erased in."""
        return self.edited if self.into is None else self.into

    @property
    def edited(self) -> int:
        """The corner whose pattern a control edits: the one that is being edited, else the one heard most."""
        return self.corner if self.selected is None else self.selected


class AnswerState(msgspec.Struct, frozen=True):
    """How the drummer who is heard is answered, in a `mode` of the preset's, with `freedom` 0..1.

    `state`: `off`, `waiting` (for the drums to be started, or for the next bar line), `listening`, `answering`,
    `nothing heard` (so the turn is silent) or `playing along`; in `bar` of `bars`, `hits` of the call were heard.
    `answers` so far; of the last one: `round_trip_s` and `round_trip_bars` from the first hit of its call, `reaction_s`
    from the last, to its first note.
    """

    mode: str = "off"
    freedom: float = 0.5
    state: str = "off"
    bar: int = 0
    bars: int = 0
    hits: int = 0
    answers: int = 0
    round_trip_s: float = 0.0
    round_trip_bars: int = 0
    reaction_s: float = 0.0


class PerformState(msgspec.Struct, frozen=True):
    """How the groove is performed. `fill`: `` for none, `waiting` for the next bar, or `now`. `armed`: what comes when
    the next section begins, `` for nothing, and in `bars_left` at the latest.
    """

    performance: Performance = Performance()
    fill: str = ""
    armed: str = ""
    bars_left: int = 0


class PluginsState(msgspec.Struct, frozen=True, tag=True, tag_field="verb"):
    """The plugins as they play now, those on the block list, and those known from the last scan."""

    chain: ChainReport
    blocked: tuple[Blocked, ...] = ()
    known: tuple[Plugin, ...] = ()


class Figure(msgspec.Struct, frozen=True):
    """One of the figures that make a pattern: it begins at `step` and says `hits` (step, voice), so loudly in all.

    `others`: atoms that could stand in its place. `pictures`: float32 `(width, 9)` as bytes, how loudly its own atom
    hits (from 0.5 on it is heard), then each of `others`.
    """

    atom: int
    step: int
    weight: float
    hits: tuple[tuple[int, int], ...]
    others: tuple[int, ...] = ()
    pictures: tuple[bytes, ...] = ()


class Landmarks(msgspec.Struct, frozen=True):
    """The style map of dictionary `model`: float32 `(n, 2)` as bytes, `x` and `y` 0..1 (y upwards), and n styles."""

    model: str = ""
    places: bytes = b""
    styles: tuple[str, ...] = ()


class StudioState(msgspec.Struct, frozen=True, tag=True, tag_field="verb"):
    """The sketching tools now. The pattern at hand is `clip`, made by `recipe`; `number` is its place in the
    sketchbook, 0 where it is only tried. `landmarks`: only if the asker did not know them. `places`: of the corners on
    the map, `place`: of the pattern at hand. `problem`: why the last wish could not be met. `can_undo`, `can_redo`: its
    edits. Of the revision that the asker knows nothing else is told.
    """

    revision: int
    ready: bool = False
    auditioning: bool = False
    number: int = 0
    recipe: AnyRecipe | None = None
    clip: Clip | None = None
    drafts: tuple[Draft, ...] = ()
    styles: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    landmarks: Landmarks | None = None
    places: tuple[tuple[float, float], ...] = ()
    place: tuple[float, float] | None = None
    problem: str = ""
    can_undo: bool = False
    can_redo: bool = False


class Notice(msgspec.Struct, frozen=True):
    """Something the musician should know; `number` grows by one each time."""

    number: int
    text: str


class MatchingState(msgspec.Struct, frozen=True):
    """What is being matched: `state` is `` for nothing, `waiting` for a hit, or `matching`; the drum `voice`, -1 where
    the hit tells; `done` 0..1.
    """

    state: str = ""
    voice: int = -1
    done: float = 0.0


class Snapshot(msgspec.Struct, frozen=True, tag=True, tag_field="verb"):
    """`now`: `time.perf_counter` seconds, one clock for all processes. `session`: only if the asker did not know it.

    `song`: None where what is listened to is no audio file. `undoes`, `redoes`: what the next undo or redo is of, ``
    for nothing.
    """

    now: float
    revision: int
    transport: TransportState
    listen: ListenState
    source: Plug
    midi_out: Plug
    sound: Plug
    health: Health
    midi_in: Plug = Plug()
    surface: SurfaceState = SurfaceState()
    undoes: str = ""
    redoes: str = ""
    session: Session | None = None
    notices: tuple[Notice, ...] = ()
    busy: str = ""
    song: SongState | None = None
    take: TakeState = TakeState()
    structure: StructureState = StructureState()
    heard: HeardState = HeardState()
    answer: AnswerState = AnswerState()
    matching: MatchingState = MatchingState()
    harmony: HarmonyState = HarmonyState()
    perform: PerformState = PerformState()
    mixer: MixerState = MixerState()

    @property
    def can_undo(self) -> bool:
        """Whether there is anything to undo."""
        return bool(self.undoes)

    @property
    def can_redo(self) -> bool:
        """Whether anything that was undone can be done again."""
        return bool(self.redoes)


AnyReply = Snapshot | PluginsState | StudioState | Done | Failed
