"""Which notes the drums are sent as, and which notes played by hand mean which drum."""

import msgspec

from livemusic.music.kit import GM_PITCHES, VOICE_COUNT, VOICE_NAMES, VOICE_OF_PITCH

#: For each voice the MIDI channel 0..15 and the pitch it is sent as.
Route = tuple[tuple[int, int], ...]


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

    def hearing(self, voice: int, pitch: int) -> "DrumMap":
        """The same map, but `pitch` plays `voice`, and no other."""
        lanes = [
            msgspec.structs.replace(lane, hears=tuple(each for each in lane.hears if each != pitch))
            for lane in self.lanes
        ]
        lanes[voice] = msgspec.structs.replace(lanes[voice], hears=(*lanes[voice].hears, pitch))
        return DrumMap(self.name, tuple(lanes))


def _of(name: str, pitches: tuple[int, ...], hears: dict[int, int]) -> DrumMap:
    """A map that sends `pitches` and plays voice `hears[pitch]` for each pitch."""
    return DrumMap(
        name,
        tuple(
            Lane(pitch, 0, tuple(sorted(each for each, of in hears.items() if of == voice)))
            for voice, pitch in enumerate(pitches)
        ),
    )


_FOLDED = {pitch: int(voice) for pitch, voice in VOICE_OF_PITCH.items()}
GENERAL_MIDI = _of("General MIDI", GM_PITCHES, _FOLDED)
DRUM_MAPS: tuple[DrumMap, ...] = (
    GENERAL_MIDI,
    _of("Roland TD", (36, 38, 42, 46, 43, 45, 48, 49, 51), _FOLDED),
)
