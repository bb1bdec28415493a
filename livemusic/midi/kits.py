"""Which drum map a file was written for: the one under which what is in it looks most like drumming."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

from livemusic.midi.parts import Part
from livemusic.music.kit import GM_PITCHES, VOICE_NAMES, Voice
from livemusic.music.pattern import Note
from livemusic.music.percussion import PERCUSSION, family
from livemusic.music.route import DRUM_CHANNEL
from livemusic.session.drum_map import DRUM_MAPS, GENERAL, GENERAL_MIDI, DrumMap

#: How often drummers strike each voice (Groove MIDI Dataset, rounded).
_STRUCK = (0.19, 0.22, 0.26, 0.05, 0.03, 0.03, 0.04, 0.03, 0.15)
#: How likely a strike of a voice has the note it is sent as, and each other note that it hears.
_MAIN, _OTHER = 0.7, 0.05
#: How likely a note is percussion that keeps time itself, other percussion beside hats or a ride, other percussion in
#: their absence; and no drum at all.
_KEEPS, _BESIDE, _INSTEAD, _UNKNOWN = 0.03, 0.02, 0.005, 0.0003
#: How much General MIDI and the musician's own maps are favoured before a note is seen (nats): where General MIDI hears
#: hats or a ride in this share of the strikes; where it hears none, though it knows every note; and else, also where it
#: hears time kept on crashes, which no drummer of the Groove MIDI Dataset does without hats. Measured on that set as it
#: is and exported through each map, with percussion and without.
_TIMES, _FAVOUR, _FAVOUR_KNOWN, _FAVOUR_LESS = 0.1, 8.0, 6.0, 1.8
_CRASHES, _TIME_ON_CRASHES = 4, 0.3
#: What speaks for a map when so many notes are struck and all are notes that it sends.
_NEARLY_ALL, _WHOLE_KIT = 8, 4.0
_TIMEKEEPERS = (Voice.CLOSED_HAT, Voice.OPEN_HAT, Voice.RIDE)
_NAMED = 4

#: Channel and note -> how many there are.
Counts = Mapping[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class Reading:
    """Notes as drums: General MIDI on channel 10. `remarks`: whole sentences; `lost`: how many notes are left out."""

    drum_map: DrumMap
    notes: tuple[Note, ...]
    lost: int = 0
    remarks: tuple[str, ...] = ()


def counts(notes: Iterable[Note]) -> Counter[tuple[int, int]]:
    """How many strikes there are of each note on each channel."""
    return Counter((note.channel, note.pitch) for note in notes)


def likeliest(struck: Counts, own: Sequence[DrumMap] = ()) -> DrumMap:
    """The map that explains best what is struck: of two that do so as well the musician's `own` first, then General
    MIDI. Maps that read it all as General MIDI does are General MIDI."""
    maps = (*own, GENERAL_MIDI, *(each for each in DRUM_MAPS if each is not GENERAL_MIDI))
    favour = [_favour(struck) if number <= len(own) else 0.0 for number in range(len(maps))]
    best = max(
        range(len(maps)), key=lambda n: (len(struck) * fit(struck, maps[n]) + favour[n] + _whole(struck, maps[n]), -n)
    )
    drum_map = maps[best]
    if best < len(own):
        return drum_map
    same = all(drum_map.voice_of(*key) == GENERAL_MIDI.voice_of(*key) for key in struck)
    return GENERAL_MIDI if same else drum_map


def known(struck: Counts, drum_map: DrumMap) -> int:
    """How many strikes a map has a voice for."""
    return sum(count for key, count in struck.items() if drum_map.voice_of(*key) is not None)


def read(parts: Iterable[Part], drum_map: DrumMap) -> Reading:
    """The notes of parts as the drums that a map says they are; what it does not know is left out and said."""
    notes = [note for part in parts for note in part.notes]
    struck = counts(notes)
    voices = {key: drum_map.voice_of(*key) for key in struck}
    kit = {Voice(voice) for voice in voices.values() if voice is not None}
    if drum_map in GENERAL:
        for channel, pitch in struck:
            _, nearest = PERCUSSION.get(pitch, ("", None))
            if voices[channel, pitch] is None and nearest is not None and not kit & family(nearest):
                voices[channel, pitch] = nearest
    kept: dict[tuple[int, int], Note] = {}
    together = 0
    for note in notes:
        voice = voices[note.channel, note.pitch]
        if voice is None:
            continue
        place = note.tick, voice
        together += place in kept
        if place not in kept or note.velocity > kept[place].velocity:
            kept[place] = Note(note.tick, GM_PITCHES[voice], note.velocity, note.duration, DRUM_CHANNEL)
    lost = {key: count for key, count in struck.items() if voices[key] is None}
    remarks = [*_left_out(lost, drum_map), *_folded(struck, voices, drum_map)]
    if together:
        remarks.append(
            f"{_counted(together, 'hit')} left out: another of the same drum, louder, is at the very same moment."
        )
    return Reading(drum_map, tuple(kept.values()), sum(lost.values()), tuple(remarks))


def fit(struck: Counts, drum_map: DrumMap) -> float:
    """The logarithm of how likely a map makes a strike, on the mean."""
    voices = {key: drum_map.voice_of(*key) for key in struck}
    keeps_time = sum(count for key, count in struck.items() if voices[key] in _TIMEKEEPERS)
    beside = sum(count for (_, pitch), count in struck.items() if pitch in PERCUSSION)
    general = drum_map in GENERAL
    total = 0.0
    for (channel, pitch), count in struck.items():
        voice = voices[channel, pitch]
        if voice is not None:
            likely = _STRUCK[voice] * (_MAIN if drum_map.lanes[voice].pitch == pitch else _OTHER)
        elif not general or pitch not in PERCUSSION:
            likely = _UNKNOWN
        elif PERCUSSION[pitch][1] in _TIMEKEEPERS:
            likely = _KEEPS
        else:
            likely = _BESIDE if 2 * keeps_time >= beside else _INSTEAD
        total += count * log(likely)
    return total / max(1, sum(struck.values()))


def _favour(struck: Counts) -> float:
    voices = {key: GENERAL_MIDI.voice_of(*key) for key in struck}
    times = sum(count for key, count in struck.items() if voices[key] in _TIMEKEEPERS)
    if times >= _TIMES * sum(struck.values()):
        return _FAVOUR
    crashes = sum(count for key, count in struck.items() if voices[key] == Voice.CRASH)
    on_crashes = crashes >= _CRASHES and crashes >= _TIME_ON_CRASHES * sum(struck.values())
    return _FAVOUR_LESS if None in voices.values() or on_crashes else _FAVOUR_KNOWN


def _whole(struck: Counts, drum_map: DrumMap) -> float:
    notes = {pitch for _, pitch in struck}
    return _WHOLE_KIT if len(notes) >= _NEARLY_ALL and notes <= {lane.pitch for lane in drum_map.lanes} else 0.0


def _left_out(lost: Counts, drum_map: DrumMap) -> list[str]:
    if not lost:
        return []
    pitches: Counter[int] = Counter()
    for (_, pitch), count in lost.items():
        pitches[pitch] += count
    named = [f"{count:,} of {_called(pitch, drum_map)}" for pitch, count in pitches.most_common(_NAMED)]
    if len(pitches) > _NAMED:
        named.append(f"{sum(count for _, count in pitches.most_common()[_NAMED:]):,} of others")
    return [f"{_counted(sum(pitches.values()), 'note')} left out: {', '.join(named)}."]


def _folded(struck: Counts, voices: Mapping[tuple[int, int], int | None], drum_map: DrumMap) -> list[str]:
    """What percussion is played by a drum of the kit."""
    folded = {
        PERCUSSION[pitch][0]: VOICE_NAMES[voice]
        for channel, pitch in sorted(struck, key=lambda key: key[1])
        if (voice := voices[channel, pitch]) is not None and drum_map.voice_of(channel, pitch) is None
    }
    by_voice: dict[str, list[str]] = {}
    for name, drum in folded.items():
        by_voice.setdefault(drum, []).append(name)
    return [f"The {drum} plays the {' and the '.join(names)}." for drum, names in by_voice.items()]


def _called(pitch: int, drum_map: DrumMap) -> str:
    name = PERCUSSION[pitch][0] if drum_map in GENERAL and pitch in PERCUSSION else ""
    return f"note {pitch} ({name})" if name else f"note {pitch}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"
