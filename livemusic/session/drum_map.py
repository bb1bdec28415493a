"""Which notes the drums are sent as, and which notes played by hand mean which drum."""

import msgspec

from livemusic.music.kit import GM_PITCHES, VOICE_COUNT, VOICE_NAMES, VOICE_OF_PITCH, Voice
from livemusic.music.route import Route


class Lane(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One drum voice: sent as `pitch` on `channel` (1..16; 0 is the session's), and played by the notes it `hears`."""

    pitch: int
    channel: int = 0
    hears: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.channel <= 16:
            raise ValueError(f"lane channel {self.channel} is outside 0..16")
        for pitch in (self.pitch, *self.hears):
            if not 0 <= pitch <= 127:
                raise ValueError(f"lane note {pitch} is outside 0..127")


class DrumMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A lane for each voice, in the order of `Voice`."""

    name: str
    lanes: tuple[Lane, ...]

    def __post_init__(self) -> None:
        if len(self.lanes) != VOICE_COUNT:
            raise ValueError(f"drum map {self.name!r} has {len(self.lanes)} lanes; it needs {VOICE_COUNT}")
        taken: dict[int, int] = {}
        for voice, lane in enumerate(self.lanes):
            for pitch in lane.hears:
                if taken.setdefault(pitch, voice) != voice:
                    raise ValueError(
                        f"drum map {self.name!r}: note {pitch} plays both {VOICE_NAMES[taken[pitch]]} "
                        f"and {VOICE_NAMES[voice]}"
                    )

    def route(self, channel: int) -> Route:
        """Where each voice goes; `channel` 1..16 is for lanes without one of their own."""
        return tuple(((lane.channel or channel) - 1, lane.pitch) for lane in self.lanes)

    def voice(self, pitch: int) -> int | None:
        """The voice that `pitch` plays, or None."""
        return next((voice for voice, lane in enumerate(self.lanes) if pitch in lane.hears), None)

    def voice_of(self, channel: int, pitch: int) -> int | None:
        """The voice that a note on `channel` 0..15 of a recording is, or None: the one that is sent so, else the one
        that hears it."""
        sent = [
            (lane.channel - 1 != channel, voice)
            for voice, lane in enumerate(self.lanes)
            if lane.pitch == pitch and (not lane.channel or lane.channel - 1 == channel)
        ]
        return min(sent)[1] if sent else self.voice(pitch)

    def hearing(self, voice: int, pitch: int) -> "DrumMap":
        """The same map, but `pitch` plays `voice`, and no other."""
        lanes = [
            msgspec.structs.replace(lane, hears=tuple(each for each in lane.hears if each != pitch))
            for lane in self.lanes
        ]
        lanes[voice] = msgspec.structs.replace(lanes[voice], hears=(*lanes[voice].hears, pitch))
        return DrumMap(self.name, tuple(lanes))


def _map(name: str, pitches: tuple[int, ...], *hears: tuple[int, ...]) -> DrumMap:
    return DrumMap(name, tuple(Lane(pitch, 0, heard) for pitch, heard in zip(pitches, hears, strict=True)))


def _folded(name: str, pitches: tuple[int, ...], others: dict[int, Voice] | None = None) -> DrumMap:
    """A map that hears what General MIDI and Roland fold onto the voices, but for `others`."""
    voices = VOICE_OF_PITCH | (others or {})
    return _map(name, pitches, *(tuple(sorted(p for p, of in voices.items() if of == voice)) for voice in Voice))


GENERAL_MIDI = _folded("General MIDI", GM_PITCHES)

#: TD-11 and TD-17: Roland's support article 360005173411, "TD-17 Default Factory MIDI Note Map"; the TD-11 has the same
#: (Gillick et al. 2019, table 1). Tom rims are 50, 47 and 58.
_ROLAND = _folded("Roland TD", (36, 38, 42, 46, 43, 45, 48, 49, 51))

#: Nitro module: its user guide 1.2, page 38. Half-open hat 23, hat splash 21, rim of the fourth tom 39.
_ALESIS = _folded(
    "Alesis", (36, 38, 42, 46, 43, 45, 48, 49, 51), {21: Voice.OPEN_HAT, 23: Voice.OPEN_HAT, 39: Voice.LOW_TOM}
)

#: Superior Drummer 3 and EZdrummer 2: each note is in two of three lists made independently, none of them Toontrack's
#: (EZdrummer 2 Modern in github.com/lpfjustino/drumMapsParser; github.com/iddqdsound/iddqdsound.github.io; a converter
#: from Superior Drummer 3 to GGD). Muted cymbals (50, 54, 56, 58, 83) are no strokes.
_SUPERIOR = _map(
    "Superior Drummer, EZdrummer",
    (36, 38, 42, 46, 43, 47, 48, 49, 51),
    (36,),
    (37, 38, 40),
    (21, 22, 42, 44, 61, 62, 63),
    (23, 24, 25, 26, 46, 60),
    (41, 43, 73, 75),
    (45, 47, 78, 80),
    (48, 82),
    (49, 52, 55, 57),
    (51, 53, 59),
)

#: "Addictive Drums 2 Keymap", XLN Audio, 2 June 2021. Chokes are no strokes, and the hats on 7 to 9 may be open or
#: closed.
_ADDICTIVE = _map(
    "Addictive Drums 2",
    (36, 38, 49, 56, 67, 69, 71, 77, 60),
    (36,),
    (35, 37, 38, 39, 40, 41, 42, 43, 44),
    (48, 49, 50, 51, 52, 53),
    (54, 55, 56, 57, 58, 59),
    (65, 66, 67, 68),
    (69, 70),
    (71, 72),
    (46, 77, 79, 81, 89, 91, 93),
    (45, 60, 61, 62, 84, 85, 86),
)

#: Steven Slate Drums 5: no list by its maker was found. What is sent is in two tables made independently (one is
#: github.com/Abstractize/drum-midi-remapper), what is heard besides in one.
_SLATE = _map(
    "Steven Slate Drums",
    (36, 38, 42, 46, 41, 45, 48, 49, 51),
    (36,),
    (37, 38, 40),
    (42, 44),
    (46,),
    (41, 43),
    (45,),
    (48,),
    (49, 52, 55, 57),
    (51, 53, 59),
)

#: Drum Kit Designer follows General MIDI (Logic Pro user guide, "Drum Kit Designer mappings"), with more below: foot
#: splash 31, snare edges 32 and 34, foot close 33, and 52 is the ride's edge
#: (github.com/dtenenba/LinnStrumentDrumPads).
_LOGIC = _folded(
    "Logic Drum Kit Designer",
    GM_PITCHES,
    {
        31: Voice.OPEN_HAT,
        32: Voice.SNARE,
        33: Voice.CLOSED_HAT,
        34: Voice.SNARE,
        52: Voice.RIDE,
    },
)

#: The nine drums on the first pads of a rack of one's own: several samples dropped on a pad fill those above it in turn
#: (Ableton Live 9 manual, 18.6.1), and the pads begin at C1 (Sound On Sound, October 2015).
_DRUM_RACK = _map(
    "Ableton Drum Rack, nine pads from C1",
    tuple(range(36, 36 + VOICE_COUNT)),
    *((pitch,) for pitch in range(36, 36 + VOICE_COUNT)),
)

DRUM_MAPS: tuple[DrumMap, ...] = (
    GENERAL_MIDI,
    _ROLAND,
    _ALESIS,
    _SUPERIOR,
    _ADDICTIVE,
    _SLATE,
    _LOGIC,
    _DRUM_RACK,
)

#: The maps of kits that have General MIDI's percussion besides.
GENERAL: tuple[DrumMap, ...] = (GENERAL_MIDI, _ROLAND, _ALESIS, _LOGIC)
