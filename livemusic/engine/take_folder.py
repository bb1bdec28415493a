"""A take on the disk: a folder with what was heard and its drums, what the kit played and its MIDI, and the path.

While it is recorded all of it only grows, so that whatever ends the program leaves the take up to the last second;
`finish_take` makes a whole one of what is there, after a crash as at the end.
"""

import struct
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np
import numpy.typing as npt

from livemusic.audio.file import Recording
from livemusic.audio.pages import in_stereo
from livemusic.audio.source import Samples
from livemusic.engine.stem import Stem
from livemusic.errors import MediaError
from livemusic.latent.points import Points, T, Z
from livemusic.latent.view import View
from livemusic.midi.files import Printed, write_events
from livemusic.music.route import Route
from livemusic.music.tempo import TICKS_PER_BEAT, Meter, Seconds
from livemusic.session.files import replacing, shown
from livemusic.session.take import Take, write_take

INFO, MIDI, HEARD, PATH = "take.json", "played.mid", "heard.mid", "path.npz"
#: What grows while it is recorded, and is made into the MIDI file and the path.
_EVENTS, _HITS, _ROWS, _SPECTRA = "played.events", "heard.events", "path.rows", "path.spectra"
_EVENT = struct.Struct("<d3s")
_DAY_AND_TIME = "%Y-%m-%d %H.%M.%S"
Array = npt.NDArray[np.float32]


class StemInfo(msgspec.Struct, frozen=True):
    """The sound in `file` begins `begin` seconds after the take does."""

    file: str
    begin: float
    sample_rate: int
    channels: int


class TakeInfo(msgspec.Struct, frozen=True):
    """What a take is. `began`: the date and the time (ISO 8601); `seconds`: its length, 0 until it is `finished`.

    `model`, `dim`, `bands`: the embedder that drew the path, and the sizes of its points and spectra. `bpm`: of the
    MIDI file, throughout, so that it lies beside the sound whatever the tempo was.
    """

    began: str
    source: str = ""
    preset: str = ""
    bpm: float = 120.0
    meter: tuple[int, int] = (4, 4)
    model: str = ""
    dim: int = 0
    bands: int = 0
    printed: Printed = Printed()
    stems: tuple[StemInfo, ...] = ()
    seconds: float = 0.0
    finished: bool = False
    format: int = 1


class TakeFolder:
    """A take that is being recorded, from the moment `begin` on, in a folder of its own under `takes`.

    `MediaError` or `OSError` from all verbs where it cannot be written; what was written stays. Thread: one.
    """

    def __init__(self, takes: Path, when: datetime, begin: Seconds, info: TakeInfo) -> None:
        self.path = _new_folder(takes, when.strftime(_DAY_AND_TIME))
        self.begin = begin
        self._info = info
        self._stems: dict[str, Stem] = {}
        self._closed: list[Stem] = []
        self._last_t = 0.0
        self._keep_info()
        self._events: BinaryIO = open(self.path / _EVENTS, "ab", buffering=0)  # noqa: SIM115
        self._hits: BinaryIO = open(self.path / _HITS, "ab", buffering=0)  # noqa: SIM115
        self._rows: BinaryIO = open(self.path / _ROWS, "ab", buffering=0)  # noqa: SIM115
        self._spectra: BinaryIO = open(self.path / _SPECTRA, "ab", buffering=0)  # noqa: SIM115

    def sound(self, name: str, at: Seconds, sample_rate: int, sound: Samples) -> None:
        """Add what was `heard`, or what the `kit` played, first heard at `at`; another rate begins another file."""
        sound = in_stereo(sound) if sound.shape[1] > 2 else sound
        stem = self._stems.get(name)
        if stem is None or (stem.sample_rate, stem.channels) != (sample_rate, sound.shape[1]):
            number = 1 + sum(old.path.name.startswith(name) for old in [*self._stems.values(), *self._closed])
            if stem is not None:
                stem.close()
                self._closed.append(stem)
            begin = self.begin if stem is None else max(self.begin, at)
            file = self.path / f"{name}{f' {number}' if number > 1 else ''}.flac"
            self._stems[name] = stem = Stem(file, sample_rate, sound.shape[1], begin)
            said = StemInfo(file.name, begin - self.begin, sample_rate, stem.channels)
            self._info = msgspec.structs.replace(self._info, stems=(*self._info.stems, said))
            self._keep_info()
        stem.add(at, sound)

    def notes(self, notes: Iterable[tuple[Seconds, bytes]]) -> None:
        """Add MIDI messages, as they went to the port, with the moments they were heard at."""
        self._events.write(self._packed(notes))

    @property
    def route(self) -> Route:
        """Where its notes go."""
        return self._info.printed.route

    def heard(self, notes: Iterable[tuple[Seconds, bytes]]) -> None:
        """Add the drums that are heard, as notes with the moments they came in at."""
        self._hits.write(self._packed(notes))

    def points(self, t: Array, points: Points) -> None:
        """Add points of the path, heard at the moments `t`."""
        sizes = points.z.shape[1], points.spectra.shape[1]
        if sizes == (self._info.dim, self._info.bands) and len(points.rows):
            rows = points.rows.astype("<f4")
            rows[:, T] = np.maximum.accumulate(np.maximum(t - self.begin, self._last_t))
            self._last_t = float(rows[-1, T])
            self._spectra.write(points.spectra.tobytes())
            self._rows.write(rows.tobytes())

    def sync(self) -> None:
        """See what there is so far on the disk."""
        for stem in self._stems.values():
            stem.sync()

    def end(self, moment: Seconds) -> None:
        """What is heard after `moment` is no part of it."""
        for stem in self._stems.values():
            stem.finish(moment)
        self._info = msgspec.structs.replace(self._info, seconds=max(0.0, moment - self.begin))

    def close(self) -> TakeInfo:
        """Make a whole take of it, and say what it is."""
        for stem in self._stems.values():
            with suppress(MediaError):  # of a full disk: what is there is whole
                stem.close()
        self._events.close()
        self._hits.close()
        self._rows.close()
        self._spectra.close()
        self._keep_info()
        return finish_take(self.path)

    def _packed(self, notes: Iterable[tuple[Seconds, bytes]]) -> bytes:
        return b"".join(_EVENT.pack(at - self.begin, data) for at, data in notes if len(data) == 3)

    def _keep_info(self) -> None:
        _write_info(self.path, self._info)


def read_info(folder: Path) -> TakeInfo:
    """What the take in `folder` is. `MediaError`."""
    try:
        return msgspec.json.decode((folder / INFO).read_bytes(), type=TakeInfo)
    except (OSError, ValueError) as problem:
        raise MediaError(
            f"{shown(folder)} is no take that can be read ({problem}). Choose another folder."
        ) from problem


def finish_take(folder: Path) -> TakeInfo:
    """Make a whole take of what was recorded in `folder`; of a whole one nothing. `MediaError`."""
    info = read_info(folder)
    if info.finished:
        return info
    try:
        events, hits = _content(folder / _EVENTS), _content(folder / _HITS)
        sounding = _longest(folder, info)
        info = msgspec.structs.replace(info, seconds=info.seconds or sounding, finished=True)
        _write_notes(folder / MIDI, events, info)
        if hits:
            _write_notes(folder / HEARD, hits, info)
        if info.dim:
            write_take(folder / PATH, Take(_points(folder, info), info.model, View.plain(info.dim)))
        _write_info(folder, info)
        for part in (_EVENTS, _HITS, _ROWS, _SPECTRA):
            (folder / part).unlink(missing_ok=True)
    except OSError as problem:
        raise MediaError(
            f"{shown(folder)} cannot be finished ({problem.strerror}). Make room on that disk."
        ) from problem
    return info


def unfinished_takes(takes: Path) -> list[Path]:
    """The folders under `takes` whose recording was cut off."""
    found = []
    for parts in sorted(takes.glob(f"*/{_EVENTS}")):
        with suppress(MediaError):
            if not read_info(parts.parent).finished:
                found.append(parts.parent)
    return found


def _new_folder(takes: Path, name: str) -> Path:
    """A folder of that name, or the next free one. `OSError`."""
    number = 1
    while True:
        folder = takes / (name if number == 1 else f"{name} {number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            if number > 99:
                raise
            number += 1
        else:
            return folder


def _write_info(folder: Path, info: TakeInfo) -> None:
    with replacing(folder / INFO) as file:
        file.write(msgspec.json.format(msgspec.json.encode(info), indent=2))


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _points(folder: Path, info: TakeInfo) -> Points:
    """What was written of the path as far as it is whole."""
    rows, spectra = _content(folder / _ROWS), _content(folder / _SPECTRA)
    count = len(rows) // (4 * (Z + info.dim))
    if info.bands:
        count = min(count, len(spectra) // info.bands)
    return Points(
        np.frombuffer(rows, "<f4", count * (Z + info.dim)).reshape(count, Z + info.dim),
        np.frombuffer(spectra, np.uint8, count * info.bands).reshape(count, info.bands),
    )


def _write_notes(path: Path, events: bytes, info: TakeInfo) -> None:
    """The MIDI file, at one tempo, beside the sound."""
    per_second = info.bpm / 60 * TICKS_PER_BEAT
    whole = len(events) // _EVENT.size * _EVENT.size
    notes = [(round(at * per_second), data) for at, data in _EVENT.iter_unpack(events[:whole]) if at >= 0]
    end = round(info.seconds * per_second)
    notes = [(tick, data) for tick, data in notes if not info.seconds or tick <= end]
    write_events(path, notes, [(0, info.bpm)], [(0, Meter(*info.meter))], end, printed=info.printed)


def _longest(folder: Path, info: TakeInfo) -> Seconds:
    """How long its longest sound is."""
    longest = 0.0
    for stem in info.stems:
        with suppress(MediaError):
            recording = Recording(folder / stem.file)
            longest = max(longest, stem.begin + recording.length)
            recording.close()
    return longest
