"""SFZ files of drum kits: the part of the format that kits are made of (sfzformat.com), everything else is passed over.

Headers `<control>` (`default_path`, `note_offset`), `<global>`, `<master>`, `<group>` and `<region>`; `#define`; and of
regions `sample`, `key`, `lokey`, `hikey`, `lovel`, `hivel`, `seq_length`, `seq_position`, `lorand`, `hirand`, `volume`,
`pan`, `tune`, `transpose`, `pitch_keycenter`, `pitch_keytrack`, `amp_veltrack`, `group`, `off_by`, `trigger`.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from livemusic.errors import MediaError
from livemusic.music.kit import GM_PITCHES, VOICE_OF_PITCH, Voice
from livemusic.session.files import shown
from livemusic.sound.drum_name import PEDAL, RIM, Drum, read_name, tom_number, tom_sizes
from livemusic.sound.zone import Zone, Zones

_LARGEST = 4 << 20
_MOST_REGIONS = 20_000
#: The keys that drums have in General MIDI.
_LOWEST, _HIGHEST = 35, 59
_HEADERS = {"control": 0, "global": 1, "master": 2, "group": 3, "region": 4}
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_BLANKS = re.compile(r"[ \t]+")
_TOKEN = re.compile(r"<(\w+)>|\b([A-Za-z]\w*)=((?:(?!\s+[A-Za-z]\w*=|\s*<\w+>)[^\n])*)")
_DEFINE = re.compile(r"^[ \t]*#define[ \t]+(\$\w+)[ \t]+(\S+)[ \t]*$", re.MULTILINE)
_INCLUDE = re.compile(r"^[ \t]*#include\b.*$", re.MULTILINE)
_NOTE = re.compile(r"^([a-g])([#b]?)(-?\d+)$", re.IGNORECASE)
_STEPS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_KNOWN = frozenset(
    [
        "default_path",
        "note_offset",
        "sample",
        "key",
        "lokey",
        "hikey",
        "lovel",
        "hivel",
        "seq_length",
        "seq_position",
        "lorand",
        "hirand",
        "volume",
        "pan",
        "tune",
        "transpose",
        "pitch_keycenter",
        "pitch_keytrack",
        "amp_veltrack",
        "group",
        "off_by",
        "trigger",
    ]
)
#: They change nothing that matters for a drum that is struck and rings.
_HARMLESS = frozenset(
    ["loop_mode", "loopmode", "ampeg_release", "off_mode", "polyphony", "sw_default", "group_label", "region_label"]
)


@dataclass(frozen=True, slots=True)
class _Region:
    """One region's opcodes, with those of the headers it stands under."""

    opcodes: dict[str, str]

    def number(self, name: str, usual: float, low: float, high: float) -> float:
        """An opcode's number, within bounds; the `usual` one where it is none."""
        try:
            value = float(self.opcodes.get(name, usual))
        except ValueError:
            return usual
        return min(max(value, low), high) if isfinite(value) else usual

    def key(self, name: str, usual: int) -> int:
        """A key as number or name (c4 is 60)."""
        text = self.opcodes.get(name, "")
        if match := _NOTE.match(text):
            letter, sign, octave = match.groups()
            shift = {"#": 1, "b": -1, "": 0}[sign.lower()]
            return 12 * (int(octave[:4]) + 1) + _STEPS[letter.lower()] + shift
        return round(self.number(name, usual, -1, 127))

    @property
    def shift(self) -> int:
        """How far `<control>` moves all keys."""
        return round(self.number("note_offset", 0, -127, 127))

    @property
    def centre(self) -> int:
        """The key that plays it as it was recorded."""
        return self.key("pitch_keycenter", self.key("key", 60)) + self.shift

    @property
    def keys(self) -> tuple[int, int]:
        """The lowest and the highest key that plays it."""
        key = self.key("key", -1)
        low, high = (key, key) if key >= 0 else (0, 127)
        return self.key("lokey", low) + self.shift, min(self.key("hikey", high) + self.shift, 127)


def read_sfz(path: Path) -> Zones:
    """The strokes of the kit in an SFZ file. `MediaError` where it cannot be read or has none of our drums."""
    text = _text(path)
    remarks: list[str] = []
    if _INCLUDE.search(text):
        remarks.append("Its #include lines are passed over.")
        text = _INCLUDE.sub("", text)
    defined = dict(_DEFINE.findall(text))
    text = _DEFINE.sub("", text)
    for name in sorted(defined, key=len, reverse=True):
        if len(text) + text.count(name) * len(defined[name]) > _LARGEST:
            raise MediaError(f"{shown(path)} grows too large by its #define lines: choose another kit.")
        text = text.replace(name, defined[name])
    regions, unknown = _regions(text)
    if unknown:
        remarks.append(f"Passed over: {', '.join(sorted(unknown)[:8])}{' …' if len(unknown) > 8 else ''}.")
    zones = tuple(_zones(path, regions))
    if not zones:
        raise MediaError(f"{shown(path)} has no sample for any of the nine drums: choose an SFZ of a drum kit.")
    return Zones(zones, tuple(remarks), balanced=True)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise MediaError(f"{shown(path)} cannot be opened ({reason}): check its name and permissions.") from error
    if len(data) > _LARGEST:
        raise MediaError(f"{shown(path)} is larger than {_LARGEST >> 20} MB: choose an SFZ file.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    return _BLANKS.sub(" ", _COMMENT.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")))


def _regions(text: str) -> tuple[list[_Region], set[str]]:
    """The regions, and the opcodes that are not known."""
    levels: list[dict[str, str]] = [{} for _ in _HEADERS]
    level, regions, unknown = 1, list[_Region](), set[str]()
    for match in _TOKEN.finditer(text + "<end>"):
        header, name, value = match.groups()
        if header is not None:
            if level == _HEADERS["region"]:
                whole = {key: told for each in levels for key, told in each.items()}
                regions += [_Region(whole)] if "sample" in whole else []
            level = _HEADERS.get(header.lower(), -1)
            for below in levels[level:] if level > 0 else []:
                below.clear()
            if len(regions) >= _MOST_REGIONS:
                break
        elif level >= 0:
            levels[level][name.lower()] = value.strip()
            unknown |= {name.lower()} - _KNOWN - _HARMLESS
    return regions, unknown


def _zones(path: Path, regions: list[_Region]) -> Iterator[Zone]:
    """The regions of the drums that we have, each drum by the key that is most its own."""
    drums: dict[Drum, list[tuple[int, int, _Region]]] = {}
    heard = [region for region in regions if region.opcodes.get("trigger", "attack") in ("attack", "first")]
    by_name = _names_count(heard)
    toms = tom_sizes(tom_number(_stem(region)) for region in heard if not read_name(_stem(region)).sized)
    for region in heard:
        low, high = region.keys
        if by_name:
            told = read_name(_stem(region))
            drum = told.drum if told.sized else toms[tom_number(_stem(region))]
            if drum is not None and low <= high:
                drums.setdefault(drum, []).append((told.odd, min(max(region.centre, low), high), region))
            continue
        for key in range(max(low, _LOWEST), min(high, _HIGHEST) + 1):
            if (drum := _drum_of(key)) is not None:
                usual = isinstance(drum, Voice) and key == GM_PITCHES[drum]
                drums.setdefault(drum, []).append((0 if usual else 1, key, region))
    for drum, found in drums.items():
        _, key, _ = min(found, key=lambda each: each[:2])
        yield from _of_drum(path, drum, key, [region for _, at, region in found if at == key])


def _names_count(regions: list[_Region]) -> bool:
    """Whether names tell more than keys: most samples are named after a drum that General MIDI has on other keys."""
    told = [(region.keys, read_name(_stem(region)).drum) for region in regions]
    known = [(keys, drum) for keys, drum in told if drum is not None]
    astray = sum(not any(_drum_of(key) == drum for key in range(max(low, 0), high + 1)) for (low, high), drum in known)
    return 2 * len(known) > len(regions) and 2 * astray > len(known)


def _drum_of(key: int) -> Drum | None:
    return key if key in (RIM, PEDAL) else VOICE_OF_PITCH.get(key)


def _of_drum(path: Path, drum: Drum, key: int, regions: list[_Region]) -> Iterator[Zone]:
    for region in regions:
        number = region.number
        track = number("pitch_keytrack", 100, -1200, 1200) / 100
        shift = track * (key - region.centre) + number("transpose", 0, -127, 127) + number("tune", 0, -9600, 9600) / 100
        yield Zone(
            path=_sample(path, region.opcodes),
            drum=drum,
            low=max(1, round(number("lovel", 0, 0, 127))),
            high=max(1, round(number("hivel", 127, 0, 127))),
            turn=round(1000 * number("seq_position", 1, 1, 100) + 1000 * number("lorand", 0, 0, 1)),
            gain_db=number("volume", 0, -144, 24),
            pan=number("pan", 0, -100, 100) / 100,
            semitones=min(max(shift, -24.0), 24.0),
            curve=2 * number("amp_veltrack", 100, 0, 100) / 100,
            group=round(number("group", 0, 0, 1e9)),
            off_by=round(number("off_by", 0, 0, 1e9)),
        )


def _stem(region: _Region) -> str:
    """The name of its sample, after that of its folder where that alone says nothing."""
    parts = region.opcodes["sample"].replace("\\", "/").split("/")
    stem = parts[-1].rsplit(".", 1)[0]
    told = read_name(stem)
    return stem if told.drum is not None or not told.sized or len(parts) < 2 else f"{parts[-2]} {stem}"


def _sample(path: Path, opcodes: dict[str, str]) -> Path:
    """Where its sample is; on a system where case counts, also under a name that differs in that."""
    told = (opcodes.get("default_path", "") + opcodes["sample"]).replace("\\", "/")
    here = path.parent
    for part in told.split("/"):
        there = here / part
        with suppress(OSError, ValueError):
            if part not in ("", ".", "..") and not there.exists():
                there = next((each for each in here.iterdir() if each.name.casefold() == part.casefold()), there)
        here = there
    return here
