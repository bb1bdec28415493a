"""How exactly two takes are aligned, where the truth is known.

Copies played by a tempo that wanders between 0.75 and 1.35 times that of the first: clips of held-out
artists through a phase vocoder, coloured, 8 dB softer, noise 20 dB below; the same with 8 s left out; grooves of
the test split played on two different kits of one-shots; and piano pieces in two made-up sounds, the second four
semitones up. `--data` names the Groove folder; `audio`, `oneshots` and `piano` lie beside it.

Errors are in milliseconds of the second take, over moments of the first a tenth of a second apart that both takes have.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import librosa
import mido
import msgspec
import numpy as np
import numpy.typing as npt

from livemusic.dsp.samples import Samples
from livemusic.dsp.spec import FeatureSpec
from livemusic.dsp.sync import SyncEar
from livemusic.latent.alignment import BROAD, FINE, align
from livemusic.latent.track import BROAD_HZ, Track
from training.data.audio import held_out, read_clips, sound_of
from training.data.drumming import read_groove
from training.data.kits import draw_kit, load_shots, ordered, render
from training.evaluate.embedder import Graph
from training.progress import progress

RATE = 44100
Times = npt.NDArray[np.float64]
_SEED = 11
_COUNT = 6
_FEWEST_NOTES = 40
_LONGEST, _SHORTEST = 45.0, 12.0
_PACES, _KNOTS = (0.75, 1.35), 6
_HOP, _FFT = 512, 2048
_NOISE_DB, _SOFTER_DB = -20.0, -8.0
_LEFT_OUT = (10.0, 18.0)
_HIGHER = 4
_PARTIALS = 8


class Case(NamedTuple):
    """Two takes; the moment `at[k]` (s) of the first is `there[k]` of the second; `alone`: what only the first has."""

    kind: str
    first: Samples
    second: Samples
    at: Times
    there: Times
    alone: tuple[float, float] | None = None


def measure(args: argparse.Namespace) -> list[dict[str, Any]]:
    """A row for each way to align, with median and 90th percentile for each kind of takes."""
    embedder = Path("models/embedder-2")
    spec = json.loads((embedder / "model.json").read_text(encoding="utf-8"))["spec"]
    graph = Graph(embedder / "encoder.onnx", msgspec.convert(spec["features"], FeatureSpec), spec["state"], spec["dim"])
    found: dict[str, dict[str, list[Times]]] = {}
    sure: list[float] = []
    tracks: list[Track] = []
    for case in progress(list(_cases(args.data)), "align", "pair"):
        first, second = (track_of(sound, graph) for sound in (case.first, case.second))
        tracks.append(first)
        for way, pairs in _ways(first, second, case, sure):
            found.setdefault(way, {}).setdefault(case.kind, []).append(_errors(case, *pairs))
    rows: list[dict[str, Any]] = []
    for way, kinds in found.items():
        row: dict[str, Any] = {"aligned by": way}
        for kind, errors in kinds.items():
            whole = np.concatenate(errors)
            row |= {f"{kind}: median": float(np.median(whole)), f"{kind}: p90": float(np.percentile(whole, 90))}
        rows.append(row)
    others = [align(a, b).confidence for a, b in zip(tracks, [*tracks[5:], *tracks[:5]], strict=True)]
    print(f"takes of one song: {np.mean(np.array(sure) >= 0.5):.3f} of {len(sure)} said to be, least {min(sure):.3f}")
    print(f"other songs: {np.mean(np.array(others) < 0.5):.3f} of {len(others)} told apart, most {max(others):.3f}")
    return rows


def track_of(sound: Samples, graph: Graph) -> Track:
    """What is compared of a recording."""
    ear = SyncEar(RATE)
    ear.hear(sound)
    rows = ear.finish()
    points = graph.points(sound)
    times = np.arange(len(rows.chroma)) / BROAD_HZ + graph.spec.window_s / 2
    z = np.stack([np.interp(times, points.t, column) for column in points.z.T], axis=1).astype(np.float32)
    return Track(rows.onsets, rows.loudness, rows.chroma, z)


def _ways(first: Track, second: Track, case: Case, sure: list[float]) -> Iterator[tuple[str, tuple[Times, Times]]]:
    whole = align(first, second)
    sure.append(whole.confidence)
    yield "chroma, onsets and z", (whole.a, whole.b)
    for name in ("chroma", "onsets", "z"):
        part = align(first, second, BROAD._replace(**{name: 0.0}), FINE._replace(**{name: 0.0}))
        yield f"without {name}", (part.a, part.b)
    yield "librosa, chroma alone", _by_librosa(case.first, case.second)
    yield "a line from end to end", (np.array([0.0, len(case.first) / RATE]), np.array([0.0, len(case.second) / RATE]))


def _by_librosa(first: Samples, second: Samples) -> tuple[Times, Times]:
    """As librosa's documentation has it: chroma every 23 ms, its steps."""
    x, y = (librosa.feature.chroma_stft(y=sound, sr=RATE, hop_length=1024) for sound in (first, second))
    _, way = librosa.sequence.dtw(X=x + 1e-6, Y=y + 1e-6, metric="cosine")
    return way[::-1, 0] * 1024 / RATE, way[::-1, 1] * 1024 / RATE


def _errors(case: Case, a: Times, b: Times) -> Times:
    moments = np.arange(0.5, case.at[-1] - 0.5, 0.1)
    if case.alone is not None:
        moments = moments[(moments < case.alone[0] - 0.5) | (moments > case.alone[1] + 0.5)]
    return np.asarray(1000 * np.abs(np.interp(moments, a, b) - np.interp(moments, case.at, case.there)))


def _cases(groove: Path) -> Iterator[Case]:
    random = np.random.default_rng(_SEED)
    clips = read_clips(groove.parent / "audio")
    unseen = [clip for clip, kept in zip(clips, held_out(clips), strict=True) if kept]
    for clip in unseen[:: max(1, len(unseen) // _COUNT)][:_COUNT]:
        sound = sound_of(clip.path, RATE)
        yield _stretched("clips", sound, random)
        yield _cut("8 s left out", sound, random)
    shots = load_shots(groove.parent / "oneshots", "test")
    takes = [take for take in read_groove(groove, "test") if take.seconds >= _SHORTEST]
    for take in takes[:: max(1, len(takes) // _COUNT)][:_COUNT]:
        seconds = min(take.seconds, _LONGEST)
        hits = take.hits[take.hits[:, 0] < seconds - 0.5]
        at, there = _tempo(seconds, random)
        moved = hits.copy()
        moved[:, 0] = np.interp(hits[:, 0], at, there)
        first, second = (
            render(ordered(each), draw_kit(shots, random), length, random)
            for each, length in ((hits, seconds), (moved, float(there[-1])))
        )
        yield Case("drums, two kits", first, second, at, there)
    for path in sorted((groove.parent / "piano").rglob("*.mid"))[:: max(1, 56 // _COUNT)][:_COUNT]:
        notes = _notes(path, _LONGEST)
        if len(notes) < _FEWEST_NOTES:
            continue
        at, there = _tempo(_LONGEST, random)
        higher = [(float(np.interp(t, at, there)), key + _HIGHER, loud) for t, key, loud in notes]
        yield Case("piano, two sounds", _tones(notes, 1.2, 4.0), _tones(higher, 0.5, 1.5), at, there)


def _tempo(seconds: float, random: np.random.Generator) -> tuple[Times, Times]:
    """Moments of the first take and what they are in the second, whose tempo wanders."""
    at = np.arange(0, seconds, _HOP / RATE)
    paces = np.exp(np.interp(at, np.linspace(0, seconds, _KNOTS), np.log(random.uniform(*_PACES, _KNOTS))))
    return at, np.concatenate([[0.0], np.cumsum(_HOP / RATE / paces)[:-1]])


def _stretched(kind: str, sound: Samples, random: np.random.Generator) -> Case:
    at, there = _tempo(len(sound) / RATE, random)
    frames = np.interp(np.arange(0, there[-1], _HOP / RATE), there, at)
    return Case(kind, sound, _coloured(vocoded(sound, frames), random), at, there)


def _cut(kind: str, sound: Samples, random: np.random.Generator) -> Case:
    begin, end = _LEFT_OUT
    case = _stretched(kind, np.concatenate([sound[: round(begin * RATE)], sound[round(end * RATE) :]]), random)
    at = np.where(case.at < begin, case.at, case.at + end - begin)
    return Case(kind, sound, case.second, at, case.there, _LEFT_OUT)


def vocoded(sound: Samples, frames: Times) -> Samples:
    """The sound whose `_HOP`-th frames are those of `sound` at the moments `frames` (s), at its own pitch (Flanagan &
    Golden 1966; as `librosa.phase_vocoder`, with a pace that changes)."""
    spectra = np.pad(librosa.stft(sound, n_fft=_FFT, hop_length=_HOP), ((0, 0), (0, 2)))
    places = np.clip(frames * RATE / _HOP, 0, spectra.shape[1] - 3)
    turn = np.linspace(0, np.pi * _HOP, len(spectra))
    phase = np.angle(spectra[:, int(places[0])])
    out = np.empty((len(spectra), len(places)), np.complex64)
    for index, place in enumerate(places):
        low = int(place)
        pair, part = spectra[:, low : low + 2], place - low
        out[:, index] = ((1 - part) * np.abs(pair[:, 0]) + part * np.abs(pair[:, 1])) * np.exp(1j * phase)
        step = np.angle(pair[:, 1]) - np.angle(pair[:, 0]) - turn
        phase = phase + turn + step - 2 * np.pi * np.round(step / (2 * np.pi))
    return np.asarray(librosa.istft(out, hop_length=_HOP, n_fft=_FFT), np.float32)


def _coloured(sound: Samples, random: np.random.Generator) -> Samples:
    """Another room and another level: a tilt of up to 4 dB an octave, noise, softer."""
    spectrum = np.fft.rfft(sound)
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    tilt = np.clip(np.maximum(hertz, 60) / 1000, 0.06, 12) ** (random.uniform(-4, 4) / 6.02)
    coloured = np.fft.irfft(spectrum * tilt, len(sound))
    level = float(coloured.std()) + 1e-9
    noisy = coloured + random.normal(0, level * 10 ** (_NOISE_DB / 20), len(sound))
    return np.asarray(noisy * (0.1 / level) * 10 ** (_SOFTER_DB / 20), np.float32)


def _notes(path: Path, seconds: float) -> list[tuple[float, int, float]]:
    """Moment, key and loudness of a piece's notes, up to a moment."""
    clock, notes = 0.0, []
    for message in mido.MidiFile(path, clip=True):
        clock += message.time
        if clock > seconds - 1.0:
            break
        if message.type == "note_on" and message.velocity:
            notes.append((clock, message.note, message.velocity / 127))
    return notes


def _tones(notes: Sequence[tuple[float, int, float]], fall: float, dying: float) -> Samples:
    """A plucked sound: partials that get softer by `fall` with their number, and die in `dying` a second."""
    end = max(t for t, _, _ in notes) + 2.0
    sound = np.zeros(round(end * RATE), np.float32)
    t = np.arange(round(1.5 * RATE)) / RATE
    for begin, key, loud in notes:
        hertz = 440 * 2 ** ((key - 69) / 12)
        partials = [n for n in range(1, _PARTIALS + 1) if n * hertz < 0.45 * RATE]
        tone = sum(n**-fall * np.sin(2 * np.pi * n * hertz * t) * np.exp(-dying * n**0.5 * t) for n in partials)
        first = round(begin * RATE)
        sound[first : first + len(t)] += np.asarray(0.1 * loud * tone, np.float32)[: len(sound) - first]
    return sound
