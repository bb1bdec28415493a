"""A folder of one-shots as a kit: which file is which drum, and whether several of one are harder strokes or takes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from livemusic.errors import MediaError
from livemusic.music.kit import VOICE_NAMES, Voice
from livemusic.session.files import shown
from livemusic.sound.drum_name import RIM, Drum, DrumName, read_name, tom_number, tom_sizes
from livemusic.sound.voices import Samples
from livemusic.sound.zone import Zone, Zones

SUFFIXES = frozenset((".wav", ".flac", ".ogg", ".mp3", ".aif", ".aiff"))
_DEEPEST = 3
_MOST_FILES = 2000
#: So many files of one drum are used.
_MOST_OF_ONE = 32
#: Up to here two strokes are of one drum.
_ALIKE_DB = 5.0
#: Files of one drum whose loudness differs by so much are softer and harder strokes.
_LAYERS_DB = 6.0


@dataclass(frozen=True, slots=True)
class OneShot:
    """A file and what its name says; once it is read, the `loudness_db` of its stroke, and its `colour`: see
    `colour_of`.
    """

    path: Path
    name: DrumName
    loudness_db: float = 0.0
    colour: tuple[float, ...] = ()


def find_one_shots(folder: Path) -> dict[Drum, list[OneShot]]:
    """The files of each drum in `folder` and below it. `MediaError` where there are none."""
    try:
        files = sorted(_files(folder, _DEEPEST), key=lambda path: _natural(str(path)))[:_MOST_FILES]
    except OSError as error:
        raise MediaError(f"{shown(folder)} cannot be opened ({error.strerror}): check its name.") from error
    shots = [OneShot(path, _told(path, folder)) for path in files]
    found: dict[Drum, list[OneShot]] = {}
    for shot in shots:
        if shot.name.drum is not None:
            found.setdefault(shot.name.drum, []).append(shot)
    _size_toms([shot for shot in shots if not shot.name.sized], found)
    if not found:
        raise MediaError(
            f"In {shown(folder)} no sound is named after a drum: name the files kick, snare, closed hat, open hat, "
            "low tom, mid tom, high tom, crash and ride."
        )
    return {drum: _one_kind(each) for drum, each in found.items()}


def layered(drum: Drum, shots: Sequence[OneShot]) -> tuple[Zone, ...]:
    """The files of one drum as layers of velocity, by what their names say or else by how loud they are. Those that are
    alike take turns; of what is as loud but sounds otherwise only the first is played.
    """
    ranks = sorted({shot.name.rank for shot in shots if shot.name.rank is not None})
    loud = sorted(shots, key=lambda shot: shot.loudness_db)
    if len(ranks) > 1 and all(shot.name.rank is not None for shot in shots):
        steps = [[shot for shot in shots if shot.name.rank == rank] for rank in ranks]
    elif loud[-1].loudness_db - loud[0].loudness_db >= _LAYERS_DB:
        steps = [[shot] for shot in loud]
    else:
        steps = [[shot for shot in shots if _apart(shot, shots[0]) <= _ALIKE_DB]]
    edges = [1 + round(127 * number / len(steps)) for number in range(len(steps) + 1)]
    return tuple(
        Zone(shot.path, drum, low, high - 1, turn)
        for step, low, high in zip(steps, edges, edges[1:], strict=False)
        for turn, shot in enumerate(step)
    )


def colour_of(sound: Samples, sample_rate: int) -> tuple[float, ...]:
    """What a stroke sounds like: the level in dB of twelve bands of its spectrum, and how long it rings (8 dB for each
    doubling).
    """
    power = np.abs(np.fft.rfft(sound.mean(axis=1), axis=0)) ** 2
    edges = np.geomspace(40.0, 16000.0, 13) * len(sound) / sample_rate
    bands = [power[int(low) : int(high) + 1].sum() for low, high in pairwise(edges)]
    levels = 10 * np.log10(np.array(bands) / (power.sum() + 1e-20) + 1e-4)
    return (*levels.tolist(), 8 * float(np.log2(len(sound) / sample_rate + 1e-3)))


def _apart(one: OneShot, other: OneShot) -> float:
    """How differently two strokes sound, in dB."""
    if not one.colour or not other.colour:
        return 0.0
    gaps = np.abs(np.subtract(one.colour, other.colour))
    return max(float(np.sqrt(np.mean(gaps[:-1] ** 2))), float(gaps[-1]))


def read_folder(shots: dict[Drum, list[OneShot]]) -> Zones:
    """The strokes of a kit made of these files."""
    zones = {drum: layered(drum, each) for drum, each in shots.items()}
    remarks = (
        f"Of {len(shots[drum])} sounds for the {_called(drum)} {shown(each[0].path.name)} is played."
        for drum, each in zones.items()
        if len(each) == 1 < len(shots[drum])
    )
    return Zones(tuple(zone for each in zones.values() for zone in each), tuple(remarks))


def _called(drum: Drum) -> str:
    return VOICE_NAMES[drum] if isinstance(drum, Voice) else "rim" if drum == RIM else "pedal hat"


def _files(folder: Path, depth: int) -> list[Path]:
    found: list[Path] = []
    for path in folder.iterdir():
        if path.name.startswith("."):
            continue
        if path.is_dir() and depth > 1:
            found += _files(path, depth - 1)
        elif path.suffix.lower() in SUFFIXES and path.is_file():
            found.append(path)
        if len(found) > 4 * _MOST_FILES:
            break
    return found


def _told(path: Path, folder: Path) -> DrumName:
    """What a file's name says, or with that of its folder."""
    name = read_name(path.stem)
    if name.drum is None and name.sized and path.parent != folder:
        above = read_name(f"{path.parent.name} {path.stem}")
        return above if above.drum is not None or not above.sized else name
    return name


def _size_toms(toms: list[OneShot], found: dict[Drum, list[OneShot]]) -> None:
    """Toms that are only numbered are told by that, where none is named by its size."""
    if any(drum in found for drum in (Voice.LOW_TOM, Voice.MID_TOM, Voice.HIGH_TOM)):
        return
    numbers = [tom_number(shot.path.stem) or tom_number(shot.path.parent.name) for shot in toms]
    sizes = tom_sizes(numbers)
    for shot, number in zip(toms, numbers, strict=True):
        found.setdefault(sizes[number], []).append(shot)


def _one_kind(shots: list[OneShot]) -> list[OneShot]:
    """Of several drums of a voice the most usual one, of which there are most files."""
    least = min(shot.name.odd for shot in shots)
    usual = [shot for shot in shots if shot.name.odd == least]
    kinds = Counter(shot.name.kind for shot in usual)
    best = max(kinds, key=lambda kind: kinds[kind])
    return [shot for shot in usual if shot.name.kind == best][:_MOST_OF_ONE]


def _natural(text: str) -> list[tuple[int, int, str]]:
    """For sorting `2` before `10`."""
    parts: list[tuple[int, int, str]] = []
    word = ""
    for letter in f"{text.casefold()}\0":
        if word and letter.isdecimal() != word[-1].isdecimal():
            parts.append((0, int(word), "") if word.isdecimal() else (1, 0, word))
            word = ""
        word += letter
    return parts
