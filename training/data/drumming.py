"""What drummers play, as hits in seconds: takes of the Groove data set, and hits that are bound to no grammar."""

import csv
from dataclasses import dataclass
from pathlib import Path

import mido
import numpy as np

from livemusic.dsp.lanes import DRUM, HIT
from livemusic.errors import MediaError
from livemusic.music.kit import VOICE_OF_PITCH
from training.data.groove import SPLITS
from training.data.kits import Hits, ordered
from training.progress import progress


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """A take: its hits, and where it is from."""

    name: str
    hits: Hits
    seconds: float


def read_played(path: Path) -> Played:
    """All hits of a MIDI file on the nine voices, in seconds. `MediaError` for a file that is no MIDI."""
    try:
        clock, hits = 0.0, []
        for message in mido.MidiFile(path):
            clock += message.time
            if message.type == "note_on" and message.velocity > 0 and message.note in VOICE_OF_PITCH:
                hits.append((clock, float(VOICE_OF_PITCH[message.note]), message.velocity / 127))
    except Exception as error:  # mido raises whatever a broken byte leads to
        raise MediaError(f"{path} is not a readable MIDI file ({error}): get the data set again") from error
    return Played(path.stem, ordered(np.array(hits, np.float64).reshape(-1, 3)), clock)


def read_groove(folder: Path, split: str) -> list[Played]:
    """The takes of a split of the Groove data set in `folder`, in any meter. `MediaError` where it is not that."""
    assert split in SPLITS
    try:
        with (folder / "info.csv").open(newline="", encoding="utf-8") as file:
            names = [row["midi_filename"] for row in csv.DictReader(file) if row["split"] == split]
    except (OSError, KeyError, UnicodeDecodeError, csv.Error) as error:
        raise MediaError(f"{folder} is not the Groove MIDI Dataset ({error}): check --data") from error
    takes = [read_played(folder / name) for name in progress(names, f"groove {split}", "file")]
    return [take for take in takes if len(take.hits) >= 4]


def stretch(take: Played, seconds: float, random: np.random.Generator) -> Hits:
    """A stretch of a take from anywhere in it, at up to a quarter more or less of its tempo."""
    speed = random.uniform(0.8, 1.3)
    begin = random.uniform(-0.5, max(-0.4, take.seconds / speed - seconds))
    hits = take.hits.copy()
    hits[:, 0] = hits[:, 0] / speed - begin
    return hits[(hits[:, 0] >= 0.02) & (hits[:, 0] < seconds - 0.02)]


def other_voices(hits: Hits, random: np.random.Generator) -> Hits:
    """The same rhythm with some voices played on others: rides for hats, toms for snares, crashes for rides."""
    changed = hits.copy()
    swaps = {2: (8, 3, 8, 5), 3: (8, 7), 1: (5, 6, 4), 8: (2, 7), 0: (4,), 4: (5, 6), 6: (5, 4)}
    for voice, others in swaps.items():
        if random.random() < (0.12 if voice < 2 else 0.35):
            changed[hits[:, 1] == voice, 1] = others[random.integers(len(others))]
    return changed


def programmed(seconds: float, random: np.random.Generator, extra: bool = False) -> Hits:
    """Hits by chance: voices that repeat evenly, strokes strewn about, rolls and flams; with `extra` also claps,
    shakers and hand drums, which are no voice of a kit."""
    voices = random.choice(9, random.integers(1, 7), replace=False)
    lanes = [*voices, *([DRUM, HIT, HIT] if extra else [])]
    beat = random.uniform(0.3, 0.75)
    parts = []
    for lane in lanes:
        way = random.random()
        if way < 0.4:
            step = beat / random.choice([1, 2, 2, 3, 4, 4, 8])
            step = max(step, 0.07)
            times = np.arange(random.uniform(0.1, 0.1 + beat), seconds, step)
            times = times[random.random(len(times)) < random.uniform(0.2, 1.0)] if len(times) else times
        elif way < 0.85:
            times = np.sort(random.uniform(0.05, seconds, random.poisson(random.uniform(0.3, 3.0) * seconds)))
        else:
            begins = random.uniform(0.1, seconds, random.integers(1, 5))
            gap = random.uniform(0.055, 0.14)
            times = np.concatenate([begin + gap * np.arange(random.integers(2, 16)) for begin in begins])
        times = np.sort(times + random.normal(0, 0.004, len(times)))
        loud = random.uniform(0.25, 0.95)
        velocities = np.clip(random.normal(loud, random.uniform(0.02, 0.25), len(times)), 0.06, 1.0)
        parts.append(np.stack([times, np.full(len(times), float(lane)), velocities], 1))
    hits = ordered(np.concatenate(parts))
    hits = hits[(hits[:, 0] >= 0.02) & (hits[:, 0] < seconds - 0.02)]
    return _unhurried(hits)


def _unhurried(hits: Hits, gap: float = 0.05) -> Hits:
    """Without strokes that follow one of the same lane faster than sticks can."""
    last: dict[int, float] = {}
    kept = []
    for index, (moment, lane, _) in enumerate(hits):
        if moment - last.get(int(lane), -1.0) >= gap:
            last[int(lane)] = moment
            kept.append(index)
    return hits[kept]
