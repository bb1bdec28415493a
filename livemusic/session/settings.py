"""What is plugged in, and the session it belongs to: the one value a change of anything is made of."""

import msgspec

from livemusic.music.tempo import check_bpm
from livemusic.session.control import Binding
from livemusic.session.drum_map import GENERAL_MIDI, DrumMap
from livemusic.session.lane_mix import LEVELS_DB
from livemusic.session.metronome import Metronome
from livemusic.session.preset import CORNER_LETTERS, Preset
from livemusic.session.set_list import SetEntry

FORMAT = 1
MAX_DELAY_MS = 500.0
#: How soft and how loud a song may be heard; the softest is silence.
SONG_VOLUME_DB = (-60.0, 6.0)
#: Who may set the time: we ourselves, a MIDI clock at the input, an Ableton Link session, or the music that is heard.
LEADERS = ("own", "midi", "link", "audio")
#: When another preset takes over while the music plays, and at lines of how many bars; 0: at once.
PRESET_CHANGES: dict[str, int] = {"now": 0, "bar": 1, "4 bars": 4}
#: Where what is played by hand is recorded: the corner that the hand is nearest to, or always one.
RECORD_TO = ("nearest", *CORNER_LETTERS)
#: How long a ramp of the tempo may be, in bars.
RAMP_BARS = (1, 64)
#: How the window looks: as the system asks, or one way always.
APPEARANCES = ("system", "dark", "light")


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Devices, ports and models, by name.

    `source`: `demo`, `none`, an audio file, or an input device's name. `midi_out`: `virtual`, `none`,
    or an output port's name. `sound_out`: `default`, `none`, or an output device's name. `drums` and
    `embedder`: a model's id; empty picks the newest shipped one. `midi_delay_ms`, `sound_delay_ms`: hold back what
    goes to the port or the speakers, so that both are heard together. `midi_in`: `virtual`, `none`, or an input port's
    name. `tempo_from`: one of `LEADERS`.

    `controllers`: input ports whose pads and knobs are heard, besides `midi_in`; `bindings`: what they were taught;
    `pickup`: a knob does nothing until it has come to where its target is. `drum_map`: the notes that go out and come
    in; `thru`: what is played by hand sounds at once; `quantise`: how far a recorded hit moves to its step, 0..1.
    `midi_in_latency_ms`, `source_latency_ms`: how late what is played by hand and what is listened to come in.
    `live_in`: an input device, or `none`, that is heard through the effects. `song_volume_db`: how loud an opened song
    is heard. `takes`: the folder that takes are recorded in; empty: the user's data folder.

    `hearing`: the model that hears drums, as `embedder`; `hear_drums`: it listens. `heard_midi`: the drums that are
    heard go to the MIDI port, on `heard_channel`.

    `preset_change`: one of `PRESET_CHANGES`; `keep_tempo`, `keep_scenes`: another preset does not bring its own.
    `set_list`: the presets of a show in order, `set_place` (from 0) where it is; empty: all presets by name.
    `demo_leads`: while the demo song plays and `tempo_from` is `own`, the drums keep the time of its band; a tempo set
    by hand ends that. `ramp_bpm`, `ramp_bars`: where the next ramp of the tempo goes, and how long that takes.
    `record_to`: the corner that is recorded into, one of `RECORD_TO`.
    `master_db`: how loud everything that goes to the speakers is. `kit`: a folder of one-shots or an SFZ file that the
    kit plays; empty: the drums that are computed. `appearance`: how the window looks, one of `APPEARANCES`.
    """

    source: str = "demo"
    midi_out: str = "virtual"
    sound_out: str = "default"
    monitor: bool = True
    clock_out: bool = True
    channel: int = 10
    drums: str = ""
    embedder: str = ""
    midi_delay_ms: float = 0.0
    sound_delay_ms: float = 0.0
    midi_in: str = "none"
    tempo_from: str = "own"
    controllers: tuple[str, ...] = ()
    bindings: tuple[Binding, ...] = ()
    drum_map: DrumMap = GENERAL_MIDI
    thru: bool = True
    quantise: float = 1.0
    midi_in_latency_ms: float = 0.0
    source_latency_ms: float = 0.0
    live_in: str = "none"
    pickup: bool = False
    song_volume_db: float = -6.0
    takes: str = ""
    hearing: str = ""
    hear_drums: bool = True
    heard_midi: bool = False
    heard_channel: int = 11
    preset_change: str = "bar"
    keep_tempo: bool = False
    keep_scenes: bool = False
    set_list: tuple[SetEntry, ...] = ()
    set_place: int = 0
    demo_leads: bool = True
    ramp_bpm: float = 140.0
    ramp_bars: int = 8
    metronome: Metronome = Metronome()
    record_to: str = "nearest"
    format: int = FORMAT
    master_db: float = 0.0
    kit: str = ""
    appearance: str = "system"

    def __post_init__(self) -> None:
        if self.preset_change not in PRESET_CHANGES:
            known = ", ".join(map(repr, PRESET_CHANGES))
            raise ValueError(f"preset_change {self.preset_change!r} must be one of {known}")
        for name in ("midi_delay_ms", "sound_delay_ms", "midi_in_latency_ms", "source_latency_ms"):
            if not 0.0 <= getattr(self, name) <= MAX_DELAY_MS:
                raise ValueError(f"{name} {getattr(self, name)} is outside 0..{MAX_DELAY_MS:g}")
        if not SONG_VOLUME_DB[0] <= self.song_volume_db <= SONG_VOLUME_DB[1]:
            raise ValueError(
                f"song_volume_db {self.song_volume_db} is outside {SONG_VOLUME_DB[0]:g}..{SONG_VOLUME_DB[1]:g}"
            )
        if not LEVELS_DB[0] <= self.master_db <= LEVELS_DB[1]:
            raise ValueError(f"master_db {self.master_db} is outside {LEVELS_DB[0]:g}..{LEVELS_DB[1]:g}")
        if self.appearance not in APPEARANCES:
            raise ValueError(f"appearance {self.appearance!r} must be one of {', '.join(map(repr, APPEARANCES))}")
        if self.tempo_from not in LEADERS:
            raise ValueError(f"tempo_from {self.tempo_from!r} must be one of {', '.join(map(repr, LEADERS))}")
        check_bpm(self.ramp_bpm)
        if not RAMP_BARS[0] <= self.ramp_bars <= RAMP_BARS[1]:
            raise ValueError(f"ramp_bars {self.ramp_bars} is outside {RAMP_BARS[0]}..{RAMP_BARS[1]}")
        if self.record_to not in RECORD_TO:
            raise ValueError(f"record_to {self.record_to!r} must be one of {', '.join(map(repr, RECORD_TO))}")
        for name in ("channel", "heard_channel"):
            if not 1 <= getattr(self, name) <= 16:
                raise ValueError(f"{name} {getattr(self, name)} is outside 1..16")
        if not 0.0 <= self.quantise <= 1.0:
            raise ValueError(f"quantise {self.quantise} is outside 0..1")
        if self.format != FORMAT:
            raise ValueError(f"settings format {self.format} is not known to this version (it knows {FORMAT})")


class Session(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings and preset together: what `engine.apply` takes, whole."""

    preset: Preset
    settings: Settings = Settings()
    format: int = FORMAT

    def __post_init__(self) -> None:
        if self.format != FORMAT:
            raise ValueError(f"session format {self.format} is not known to this version (it knows {FORMAT})")
