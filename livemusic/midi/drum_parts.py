"""Which parts of a MIDI file are its drums."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from math import log

from livemusic.midi.kits import counts, fit, known, likeliest
from livemusic.midi.parts import Part
from livemusic.music.kit import VOICE_OF_PITCH, Voice
from livemusic.music.tempo import TICKS_PER_BEAT, Ticks
from livemusic.session.drum_map import DrumMap

#: So many strikes on channel 10, with a kick and a snare among them, are drums whatever else there is; fewer are strays
#: where another channel that looks like drums has `_MANY` times as many.
_FEW, _MANY = 4, 4
#: A line is one note at a time, of so many pitches or more.
_PITCHES = 5
_TOGETHER: Ticks = TICKS_PER_BEAT // 16
#: A part that says nothing is drums only if a drum map makes its notes likelier than this on the mean.
_CHANCE = 1 / 200
#: A map with channels of its own decides alone where it knows this share of the notes.
_NEARLY_ALL = 0.9


class NoDrumsError(ValueError):
    """There are none; the text says why, as the end of a sentence that begins with the file's name."""


@dataclass(frozen=True, slots=True)
class Drums:
    """The parts that are drums, the map they are read by, those that are none, and what is said of these."""

    parts: tuple[Part, ...]
    drum_map: DrumMap
    others: tuple[Part, ...] = ()
    remarks: tuple[str, ...] = ()

    @classmethod
    def of(cls, parts: Sequence[Part], chosen: Sequence[Part], drum_map: DrumMap) -> "Drums":
        others = tuple(part for part in parts if part not in chosen)
        return cls(tuple(chosen), drum_map, others, _said_of(others, {part.channel for part in chosen}))


def find_drums(
    parts: Sequence[Part],
    own: Sequence[DrumMap] = (),
    decided: DrumMap | None = None,
    printed: DrumMap | None = None,
) -> Drums:
    """The drums among `parts`, by the map `decided`, or that which was `printed` into the file, or else that which
    explains them best. `NoDrumsError`."""
    if printed is not None and decided is None and (mine := _by_channels(parts, printed)):
        return Drums.of(parts, mine, printed)
    free = [part for part in parts if part.role != "other"]
    for drum_map in own if decided is None else (decided,):
        if mine := _by_channels(free, drum_map):
            return Drums.of(parts, mine, drum_map)
    said = [part for part in free if part.role in ("drums", "channel 10")]
    likely = [part for part in free if part.role == "unsaid" and _looks_like_drums(part, own, decided)]
    likely = [part for part in likely if not _is_line(part)] or likely
    chosen = likely if likely and (not said or _are_strays(said, likely)) else said
    if decided is not None and not chosen:  # whoever names a map knows that it is drums
        chosen = [part for part in parts if _looks_like_drums(part, own, decided)]
    if not chosen:
        raise NoDrumsError(_why_none(parts))
    drum_map = decided or likeliest(counts(note for part in chosen for note in part.notes), own)
    return Drums.of(parts, chosen, drum_map)


def _by_channels(parts: Iterable[Part], drum_map: DrumMap) -> list[Part]:
    """The parts that a map with channels of its own knows by them, if that is nearly all there is."""
    own = {lane.channel - 1 for lane in drum_map.lanes if lane.channel}
    sent = {(part.channel, note.pitch) for part in parts for note in part.notes}
    if not any(lane.channel and (lane.channel - 1, lane.pitch) in sent for lane in drum_map.lanes):
        return []
    struck = counts(note for part in parts for note in part.notes)
    fits = known(struck, drum_map) >= _NEARLY_ALL * sum(struck.values())
    shared = any(not lane.channel for lane in drum_map.lanes)
    return [part for part in parts if part.channel in own or shared] if fits else []


def _looks_like_drums(part: Part, own: Sequence[DrumMap], decided: DrumMap | None) -> bool:
    struck = counts(part.notes)
    drum_map = decided or likeliest(struck, own)
    total = sum(struck.values())
    if 2 * known(struck, drum_map) < total or not (decided or fit(struck, drum_map) > log(_CHANCE)):
        return False
    played = {drum_map.voice_of(*key) for key in struck}
    plain = decided is not None or all(pitch in VOICE_OF_PITCH for _, pitch in struck)
    return plain or bool(played & {Voice.KICK, Voice.SNARE})


def _are_strays(said: Sequence[Part], likely: Sequence[Part]) -> bool:
    """Whether what is on channel 10 is next to nothing beside what looks like drums on another one."""
    if any(part.role == "drums" for part in said):
        return False
    few = [note for part in said for note in part.notes]
    beat = {VOICE_OF_PITCH.get(note.pitch) for note in few} >= {Voice.KICK, Voice.SNARE}
    many = sum(len(part.notes) for part in likely if not _is_line(part))
    return many >= _MANY * len(few) and not (beat and len(few) >= _FEW)


def _is_line(part: Part) -> bool:
    """Whether it is one note after another of several pitches, as a bass plays."""
    ticks = sorted(note.tick for note in part.notes)
    alone = all(later - tick > _TOGETHER for tick, later in pairwise(ticks))
    return alone and len({note.pitch for note in part.notes}) >= _PITCHES


def _said_of(others: Sequence[Part], drums: Set[int]) -> tuple[str, ...]:
    """What is said of parts that are no drums, where those that are have the channels `drums`."""
    count = sum(len(part.notes) for part in others)
    if not count:
        return ()
    channels = sorted({part.channel for part in others})
    where = f"channel {channels[0] + 1}" if len(channels) == 1 else "other channels"
    if drums & {*channels}:
        where = "other tracks"
    beside = "1 note" if count == 1 else f"{count:,} notes"
    return (f"{beside} on {where}, beside the drums, left out.",)


def _why_none(parts: Sequence[Part]) -> str:
    if not parts:
        return "has no drums: there are no notes in it"
    called = sorted({part.called for part in parts if part.called})
    if not called:
        return "has no drums: none of its notes are on channel 10 or look like drumming"
    more = f", and {len(called) - 1} more are none" if len(called) > 1 else ""
    return f"has no drums: {called[0]}{more}"
