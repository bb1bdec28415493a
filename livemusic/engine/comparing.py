"""Compares two recordings or takes of a song, from their files to what can be said of them.

This loads a compiler and keeps a core busy for seconds: so it runs in a process of its own, never where music plays.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from livemusic.dsp.bars import Beats, find_beats
from livemusic.dsp.beat import Beat, BeatTracker
from livemusic.dsp.sync import ONSET_HZ, SyncEar
from livemusic.engine.film import open_sound
from livemusic.engine.openers import open_embedder
from livemusic.engine.take_folder import INFO, MIDI, PATH, read_info
from livemusic.errors import LiveMusicError, MediaError
from livemusic.inference.encoder import Embedder
from livemusic.inference.whole import WholeEar
from livemusic.latent.alignment import Alignment, align
from livemusic.latent.differences import Compared, compare
from livemusic.latent.track import BROAD_HZ, Track
from livemusic.midi.files import read_midi
from livemusic.music.event import is_note_on
from livemusic.session.comparison import Alone, BarPair, Comparison, Differing
from livemusic.session.files import shown
from livemusic.session.take import Take, read_take

Seconds = float
Rows = npt.NDArray[np.float32]
Progress = Callable[[float], None]
#: Shorter than this there is nothing to align.
_SHORTEST: Seconds = 2.0
#: So much of the first take is listened to for what the beat is.
_FOR_THE_BEAT: Seconds = 40.0
#: From so many notes on the beat is that of the MIDI that was played.
_ENOUGH_NOTES = 64
_TEMPO_RANGE = (0.4, 2.5)
#: So near to what only one take has no tempo is told.
_EDGE: Seconds = 1.0
_KICKS = (35, 36)
_LEAST_HZ = 8000


class Side(NamedTuple):
    """One of two: the folder of a take, or a recording. `begin`: where its sound begins in the take."""

    name: str
    sound: Path
    folder: Path | None = None
    begin: Seconds = 0.0
    meter: int = 4


class _Heard(NamedTuple):
    track: Track
    seconds: Seconds
    remark: str
    beats: list[Beat]


def side_of(path: Path) -> Side:
    """What is compared of `path`: of a take's folder what was heard in it. `MediaError`."""
    if not path.is_dir():
        folder = path.parent if (path.parent / INFO).is_file() else None
        return _in_take(path, folder) if folder is not None else Side(shown(path.name), path)
    if not (path / INFO).is_file():
        raise MediaError(f"{shown(path)} is no take: there is no {INFO} in it. Name a take's folder, or a recording.")
    files = [stem.file for stem in read_info(path).stems if (path / stem.file).is_file()]
    if not files:
        raise MediaError(f"{shown(path)} holds no sound that could be compared. Choose another take.")
    return _in_take(path / min(files, key=lambda file: not file.startswith("heard")), path)


def _in_take(sound: Path, folder: Path) -> Side:
    with suppress(LiveMusicError):
        info = read_info(folder)
        for stem in info.stems:
            if stem.file == sound.name:
                return Side(shown(folder.name), sound, folder, stem.begin, info.meter[0])
    return Side(shown(sound.name), sound)


def compare_files(a: Path, b: Path, told: Progress = lambda share: None, model: str = "") -> Comparison:
    """Compare two files or takes; `told` hears how much is done, 0..1. `MediaError`, `ModelError`."""
    sides = side_of(a), side_of(b)
    embedder = open_embedder(model)
    shares = [0.0, 0.0]

    def hear(which: int) -> _Heard:
        def tell(share: float) -> None:
            shares[which] = share
            told(0.4 * sum(shares))

        return _hear(sides[which], embedder, tell, for_the_beat=which == 0)

    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(hear, which) for which in (0, 1)]
        _load()
        first, second = (future.result() for future in futures)
    found = align(first.track, second.track, told=lambda share: told(0.8 + 0.15 * share))
    differing = compare(first.track, second.track, found)
    beats = _beats(sides[0], first)
    told(1.0)
    return _report(sides, (first, second), found, differing, beats)


def _load() -> None:
    """Load what aligns, while others listen."""
    from livemusic.latent.warping import warp

    warp(np.ones((4, 4)))


class _BeatEar:
    """Listens to the middle of a recording for what the beat is; all of it would take longer than the rest."""

    def __init__(self, sample_rate: int, length: Seconds) -> None:
        self._tracker = BeatTracker(sample_rate)
        self._rate = sample_rate
        self._begin = max(0.0, length / 2 - _FOR_THE_BEAT / 2)
        self._heard = 0
        self._from: Seconds | None = None
        self.beats: list[Beat] = []

    def hear(self, block: Rows) -> None:
        at = self._heard / self._rate
        self._heard += len(block)
        if self._begin <= at < self._begin + _FOR_THE_BEAT:
            self._from = at if self._from is None else self._from
            self.beats += [replace(beat, t=beat.t + self._from) for beat in self._tracker.push(block)]


def _hear(side: Side, embedder: Embedder, told: Progress, for_the_beat: bool) -> _Heard:
    """Listen to all of a side, a block at a time."""
    kept = _kept_path(side, embedder)
    with closing(open_sound(side.sound)) as recording:
        rate, length, heard = recording.sample_rate, recording.length or 0.0, 0
        ear = SyncEar(rate)
        whole = WholeEar(embedder, rate) if kept is None else None
        beat = _BeatEar(rate, length) if for_the_beat and rate >= _LEAST_HZ else None
        for block in recording.blocks():
            ear.hear(block)
            if whole is not None:
                whole.hear(block)
            if beat is not None:
                beat.hear(block)
            heard += len(block)
            told(min(1.0, heard / rate / length) if length else 0.0)
        remark = recording.remark
    if heard / rate < _SHORTEST:
        raise MediaError(f"{shown(side.sound)} is too short to be compared: it takes {_SHORTEST:g} s of music.")
    rows = ear.finish()
    times = np.arange(len(rows.chroma)) / BROAD_HZ
    if whole is not None:
        first, hop, points = whole.finish()
        z = _at(times, first + np.arange(len(points)) * hop, points)
    else:
        assert kept is not None
        z = _at(times + side.begin, kept.t - embedder.spec.window_s / 2, kept.points.z)
    track = Track(rows.onsets, rows.loudness, rows.chroma, z)
    if track.sounding[1] <= 0:
        raise MediaError(f"{shown(side.sound)} is silent: there is nothing to compare in it. Choose another recording.")
    return _Heard(track, heard / rate, remark, beat.beats if beat is not None else [])


def _at(times: npt.NDArray[np.float64], t: npt.NDArray[Any], points: Rows) -> Rows:
    """Points at other times, `(n, dim)`."""
    found = np.zeros((len(times), points.shape[1]), np.float32)
    if len(points):
        for column in range(points.shape[1]):
            found[:, column] = np.interp(times, t, points[:, column])
    return found


def _kept_path(side: Side, embedder: Embedder) -> Take | None:
    """The path that was kept with a take, if it is one of this embedder."""
    if side.folder is None or not (side.folder / PATH).is_file():
        return None
    with suppress(LiveMusicError):
        take = read_take(side.folder / PATH)
        if take.model_id == embedder.card.id and len(take.points.rows):
            return take
    return None


def _beats(side: Side, heard: _Heard) -> Beats:
    """The beats of a side: of the MIDI that was played where there is enough, else of the sound."""
    notes = _notes(side)
    rows = heard.track.onsets
    if len(notes) >= _ENOUGH_NOTES:
        rows = np.zeros((len(rows), 2), np.float32)
        for at, low, velocity in notes:
            place = round((at - side.begin) * ONSET_HZ)
            if 0 <= place < len(rows):
                rows[place, 0 if low else 1] += velocity
    return find_beats(rows, ONSET_HZ, side.meter, heard.beats)


def _notes(side: Side) -> list[tuple[Seconds, bool, float]]:
    """What was played by MIDI in a take: when, whether it is a kick, and how hard, 0..1."""
    if side.folder is None or not (side.folder / MIDI).is_file():
        return []
    with suppress(LiveMusicError):
        smf, bpm = read_midi(side.folder / MIDI), read_info(side.folder).bpm
        per_tick = 60 / bpm / float(smf.resolution)
        return [
            (tick * per_tick, message[1] in _KICKS, message[2] / 127)
            for track in smf.tracks
            for tick, message in track
            if is_note_on(message)
        ]
    return []


def _report(
    sides: tuple[Side, Side], heard: tuple[_Heard, _Heard], found: Alignment, differing: Compared, beats: Beats
) -> Comparison:
    first, second = heard
    said = Comparison(
        sides[0].name,
        sides[1].name,
        round(first.seconds, 3),
        round(second.seconds, 3),
        found.same,
        round(found.confidence, 3),
        remarks=tuple(filter(None, (first.remark, second.remark))),
    )
    if not found.same:
        return said
    bars, beat = _bars(beats, found)
    return msgspec.structs.replace(
        said,
        pairs=tuple(zip(np.round(found.a, 4).tolist(), np.round(found.b, 4).tolist(), strict=True)),
        difference=tuple(np.round(differing.amount, 3).tolist()),
        semitones=found.semitones,
        louder_db=round(differing.louder_db, 1),
        percent=round(_percent(found), 2),
        differ=tuple(Differing(*each) for each in differing.spans),
        only_a=tuple(Alone(*span, float(found.to_b(span[0]))) for span in found.only_a),
        only_b=tuple(Alone(*span, float(found.to_a(span[0]))) for span in found.only_b),
        bars=bars,
        beat=beat,
    )


def _percent(found: Alignment) -> float:
    """How much faster the second take is in what both play."""
    steps = np.diff(np.stack([found.a, found.b]), axis=1)
    both = np.array([not _alone(found, *moments, 0.0) for moments in zip(found.a[:-1], found.a[1:], found.b[:-1],
                     found.b[1:], strict=True)]) & (steps > 0).all(axis=0)  # fmt: skip
    return float(100 * (steps[0, both].sum() / max(steps[1, both].sum(), 1e-9) - 1)) if both.any() else 0.0


def _alone(found: Alignment, begin: Seconds, end: Seconds, begin_b: Seconds, end_b: Seconds, near: Seconds) -> bool:
    """Whether a stretch of both is within `near` of what only one take has."""
    return any(begin < to + near and end > at - near for at, to in found.only_a) or any(
        begin_b < to + near and end_b > at - near for at, to in found.only_b
    )


def _bars(beats: Beats, found: Alignment) -> tuple[tuple[BarPair, ...], str]:
    """Bar by bar, as far as both play, and what is to be said of the beat."""
    lines = beats.bars
    if len(lines) < 2:
        return (), "No beat was found in the first take, so the tempo is told on the whole only."
    pairs = []
    for begin, end in zip(lines[:-1].tolist(), lines[1:].tolist(), strict=True):
        here, there = found.to_b([begin, end]).tolist()
        if begin < found.a[0] or end > found.a[-1] or there <= here or _alone(found, begin, end, here, there, _EDGE):
            continue
        pace = (end - begin) / (there - here)
        if _TEMPO_RANGE[0] <= pace <= _TEMPO_RANGE[1]:
            bpm = 60 * beats.meter / (end - begin)
            pairs.append(BarPair(begin, end, here, there, bpm, bpm * pace, 100 * (pace - 1)))
    return tuple(pairs), ""
