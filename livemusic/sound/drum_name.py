"""Which drum a file is of, and how hard it was struck, told from its name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from livemusic.music.kit import VOICE_OF_PITCH, Voice

#: The sounds of the kit that are no voice of their own, by their General MIDI pitch.
RIM, PEDAL = 37, 44
#: A drum: a voice, or one of the sounds above.
Drum = Voice | int

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_RANKED = re.compile(r"^(?:v|vl|vel|velocity|layer|lyr|dyn)$")
#: From the softest on.
_DYNAMICS = (
    "ghost", "ppp", "pp", "p", "soft", "light", "mp", "medium", "normal", "mf", "f", "hard", "loud", "ff", "accent",
)  # fmt: skip
_TURNS = ("rr", "take", "tk")
#: Sounds that are none of the nine drums.
_OTHERS = re.compile(
    r"\b(?:claps?|cp|cowbell|cb|claves?|cl(?= \d|$)|shaker|tamb|tambourine|perc|congas?|bongos?|maracas?|ma|"
    r"triangle|woodblock|cabasa|fx|snap|loop)\b"
)
_HAT = r"\b(?:hats?|hihats?|hi hats?|highhat|hhats?|hh)\b"
_OPEN = r"\b(?:open|opened|op|o)\b"
_FOOT = r"\b(?:pedal|foot|stomp|stmp|chick|ped)\b"
_LOW, _MID, _HIGH = (
    r"\b(?:floor|low|lo|l|f|lt|ft)\b",
    r"\b(?:mid|middle|med|medium|m|mt)\b",
    r"\b(?:high|hi|h|ht|rack)\b",
)
_TOM = r"\b(?:tom|toms|tomi)\b"
#: What says which drum, first come first served; a number says how far from the usual one of its kind it is.
_RULES: tuple[tuple[Drum, int, str], ...] = (
    (RIM, 0, r"\b(?:rim|rimshot|side ?stick|sidestick|xstick|cross ?stick|rs)\b"),
    (PEDAL, 0, rf"{_FOOT}.*{_HAT}|{_HAT}.*{_FOOT}|\b(?:phh|hhp|hf|ph)\b"),
    (Voice.OPEN_HAT, 1, rf"\bhalf\b.*{_HAT}|{_HAT}.*\bhalf\b"),
    (Voice.OPEN_HAT, 0, rf"{_OPEN}.*{_HAT}|{_HAT}.*{_OPEN}|\b(?:ohh?|openhh|openhat|hho|ho|hihatopen)\b"),
    (Voice.CLOSED_HAT, 0, rf"{_HAT}|\b(?:chh?|closedhh|closedhat|hhc|hc|hihatclosed)\b"),
    (Voice.KICK, 1, r"\bsub (?:kick|bd)\b"),
    (Voice.KICK, 0, r"\b(?:kicks?|kik|kck|bd|bass ?drum|bassdrum|kdrum|k drum|bdrum|ks)\b"),
    (Voice.SNARE, 1, r"\bsnare rest\b|\bsnarerest\b"),
    (Voice.SNARE, 0, r"\b(?:snares?|snr|sd|sn|snaredrum|sc)\b"),
    (Voice.LOW_TOM, 0, rf"{_LOW}.*{_TOM}|{_TOM}.*{_LOW}|\b(?:floortom|lowtom|lotom|lt|ft)\b"),
    (Voice.MID_TOM, 0, rf"{_MID}.*{_TOM}|{_TOM}.*{_MID}|\b(?:midtom|medtom|mt)\b"),
    (Voice.HIGH_TOM, 0, rf"{_HIGH}.*{_TOM}|{_TOM}.*{_HIGH}|\b(?:hightom|hitom|racktom|tomh|ht)\b"),
    (Voice.RIDE, 1, r"\b(?:ride.*bell|bell.*ride|ridebell)\b"),
    (Voice.RIDE, 0, r"\b(?:ride|rides|rd|rc|rid)\b"),
    (Voice.CRASH, 1, r"\b(?:splash|china|chinese)\b"),
    (Voice.CRASH, 0, r"\b(?:crash|crashes|cr|cymbals?|cym|cy)\b"),
)
_TOMS = re.compile(_TOM)
_TOM_NUMBER = re.compile(r"tom\D{0,3}(\d{1,6})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DrumName:
    """What a name says. `drum` is None where it is unknown, or a tom of no size (`sized` False).

    `odd`: how far it is from the usual drum of its kind. `kind`: the name without its numbers, the same for the same
    drum. `rank`: how hard it was struck, among others of its kind; None where it does not say.
    """

    drum: Drum | None
    kind: str
    odd: int = 0
    rank: int | None = None
    sized: bool = True


def read_name(name: str) -> DrumName:
    """What the `name` of a file, without its ending, says of what is in it."""
    words = [word.lower() for word in _WORD.findall(name)]
    said = " ".join(words)
    kind = " ".join(word for word in words if not word.isdecimal() and word not in _DYNAMICS and word not in _TURNS)
    rank = _rank(words)
    spelled = " ".join(word for word in words if not word.isdecimal())
    if _OTHERS.search(said):
        return DrumName(None, kind, rank=rank)
    for drum, odd, pattern in _RULES:
        if re.search(pattern, spelled):
            return DrumName(drum, kind, odd, rank)
    if _TOMS.search(spelled):
        return DrumName(None, kind, rank=rank, sized=False)
    for word in words[:1]:
        if word.isdecimal() and int(word) in VOICE_OF_PITCH:
            pitch = int(word)
            return DrumName(pitch if pitch in (RIM, PEDAL) else VOICE_OF_PITCH[pitch], kind, rank=rank)
    return DrumName(None, kind, rank=rank)


def tom_number(name: str) -> int:
    """The number of a tom that no word says the size of, 0 where it has none."""
    match = _TOM_NUMBER.search(name)
    return int(match[1]) if match is not None else 0


def tom_sizes(numbers: Iterable[int]) -> dict[int, Voice]:
    """Which tom each of these numbers is: drummers count from the highest down; a single one is the middle tom."""
    counted = sorted(set(numbers))
    if len(counted) == 1:
        return {counted[0]: Voice.MID_TOM}
    sizes = (Voice.HIGH_TOM, Voice.MID_TOM, Voice.LOW_TOM)
    return {number: sizes[round(2 * place / (len(counted) - 1))] for place, number in enumerate(counted)}


def _rank(words: list[str]) -> int | None:
    for word, after in pairwise(words):
        if _RANKED.match(word) and after.isdecimal():
            return int(after[:9])
    spoken = [_DYNAMICS.index(word) for word in words if word in _DYNAMICS]
    return spoken[-1] if spoken else None
