"""How well the beat is heard: on the demo song, on steps of tempo, and on Groove where the variable GROOVE names its
folder; beside the libraries of the same trade that are installed."""

import csv
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import fmean, median
from time import process_time
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from livemusic.cli.bench.figure import Figure, milliseconds
from livemusic.dsp.beat import BeatTracker
from livemusic.dsp.samples import Samples

Times = npt.NDArray[np.float64]
Hear = Callable[[Samples], Sequence[float]]

_RATE = 44100
_BLOCK = 256
_TOLERANCE, _SKIP = 0.07, 5.0
_SHORTEST = 10.0
_STEPS = ((100, 140), (140, 100), (90, 132), (132, 90), (110, 122))
_BEFORE, _AFTER = 20.0, 15.0
_CORE_PERCENT, _FOLLOW_S = 3.0, 3.0
#: Bars for the steps, sixteenth by sixteenth: pitch -> accents.
_BARS: dict[str, dict[int, str]] = {
    "rock": {36: "x.......x.......", 38: "....x.......x...", 42: "x.x.x.x.x.x.x.x."},
    "funk": {36: "x......x..x.....", 38: "....x....o..x..o", 42: "xoooxoooxoooxooo"},
    "four on the floor": {36: "x...x...x...x...", 38: "....x.......x...", 46: "..x...x...x...x."},
    "sticks": {37: "x...x...x...x..."},
}
_VELOCITY = {"x": 100, "o": 45}


class Take(NamedTuple):
    """Sound at 44.1 kHz and its true beats in seconds; `step`: when the tempo changes, if it does."""

    sound: Samples
    beats: Times
    step: float = 0.0


def f_measure(reference: npt.ArrayLike, estimate: npt.ArrayLike) -> float:
    """Beat F-measure: harmonic mean of precision and recall, one to one within 70 ms, from 5 s on (as mir_eval)."""
    truth, heard = (np.sort(np.asarray(times, np.float64)) for times in (reference, estimate))
    truth, heard = truth[truth >= _SKIP], heard[heard >= _SKIP]
    hits = i = j = 0
    while i < truth.size and j < heard.size:
        if abs(heard[j] - truth[i]) <= _TOLERANCE:
            hits, i, j = hits + 1, i + 1, j + 1
        elif heard[j] < truth[i]:
            j += 1
        else:
            i += 1
    return 2 * hits / (truth.size + heard.size) if hits else 0.0


def seconds_to_follow(take: Take, heard: npt.ArrayLike) -> float:
    """From the step to the last beat that was missed in the 15 s after it; 0 where none was, 15 where it stays lost.

    A beat between the true ones counts as a miss too, so twice the tempo is no answer.
    """
    times = np.asarray(heard, np.float64)
    truth = take.beats[(take.beats > take.step) & (take.beats < take.step + _AFTER)]
    if not times.size:
        return _AFTER
    after = times[(times > take.step) & (times < truth[-1])]
    missed = [beat for beat in truth if np.abs(times - beat).min() > _TOLERANCE]
    wrong = [beat for beat in after if np.abs(take.beats - beat).min() > _TOLERANCE]
    last = max((*missed, *wrong), default=take.step)
    return float(_AFTER if last >= truth[-2] else last - take.step)


def measure(seconds: float) -> list[Figure]:
    """Whole songs and takes, whatever `seconds`: a beat needs time to be found."""
    demo, steps, groove = _demo(), list(_steps()), list(_groove())
    figures, latency, cost = [], list[float](), list[float]()

    def ours(sound: Samples) -> list[float]:
        times, late, share = follow(sound)
        latency.extend(late)
        cost.append(share)
        return times

    for name, hear in {"livemusic": ours, **_libraries()}.items():
        mine = name == "livemusic"
        figures.append(Figure("tempo", f"{name}: demo song, beat F1", f_measure(demo.beats, hear(demo.sound)), ""))
        follows = [seconds_to_follow(take, hear(take.sound)) for take in steps]
        jumps = follows[:: len(_STEPS)]
        target = _FOLLOW_S if mine else None
        figures.append(Figure("tempo", f"{name}: 100 to 140 followed in, median", median(jumps), "s", target))
        figures.append(Figure("tempo", f"{name}: 100 to 140 followed in, worst", max(jumps), "s", target))
        figures.append(Figure("tempo", f"{name}: all steps followed in, median", median(follows), "s", target))
        figures.append(Figure("tempo", f"{name}: all steps followed in, worst", max(follows), "s", target))
        if groove:
            scores = [f_measure(take.beats, hear(take.sound)) for take in groove]
            figures.append(Figure("tempo", f"{name}: {len(groove)} Groove takes, beat F1", fmean(scores), ""))
            right = 100 * fmean(score > 0.9 for score in scores)
            figures.append(Figure("tempo", f"{name}: Groove takes with F1 over 0.9", right, "%"))
    figures += milliseconds("tempo", "livemusic: told after the beat", latency)
    figures.append(Figure("tempo", "livemusic: share of one core, live", 100 * fmean(cost), "%", _CORE_PERCENT))
    return figures


def follow(sound: Samples) -> tuple[list[float], list[float], float]:
    """Beats as told while `sound` comes in blocks of 256, how late each was told (s), and the share of a core it took.

    Lateness is from the beat to the end of the block that brought it; nothing told is ever taken back.
    """
    tracker = BeatTracker(_RATE)
    times, late = list[float](), list[float]()
    begun = process_time()
    for start in range(0, len(sound), _BLOCK):
        for beat in tracker.push(sound[start : start + _BLOCK]):
            times.append(beat.t)
            late.append((start + _BLOCK) / _RATE - beat.t)
    return times, late, (process_time() - begun) / (len(sound) / _RATE)


def _libraries() -> dict[str, Hear]:
    """The others that are installed here; a line on stderr for each that is not."""
    found: dict[str, Hear] = {}
    for name, load in (
        ("aubio (causal)", _aubio),
        ("librosa (offline)", _librosa),
        ("essentia (offline)", _essentia),
    ):
        try:
            found[name] = load()
        except ImportError:
            print(f"{name} is not installed: left out.", file=sys.stderr)
    return found


def _aubio() -> Hear:
    import aubio  # type: ignore[import-not-found,import-untyped,unused-ignore]

    def hear(sound: Samples) -> list[float]:
        tempo, times = aubio.tempo("default", 1024, 512, _RATE), list[float]()
        for start in range(0, len(sound) - 511, 512):
            if tempo(np.ascontiguousarray(sound[start : start + 512], np.float32))[0]:
                times.append(float(tempo.get_last_s()))
        return times

    return hear


def _librosa() -> Hear:
    import librosa  # type: ignore[import-not-found,import-untyped,unused-ignore]

    return lambda sound: [float(t) for t in librosa.beat.beat_track(y=sound, sr=_RATE, units="time")[1]]


def _essentia() -> Hear:
    import essentia  # type: ignore[import-not-found,import-untyped,unused-ignore]

    essentia.log.infoActive = essentia.log.warningActive = False
    from essentia import standard  # it talks while it is imported

    return lambda sound: [float(t) for t in standard.BeatTrackerDegara()(np.ascontiguousarray(sound, np.float32))]


def _demo() -> Take:
    from livemusic.engine.demo import DemoTrack

    track = DemoTrack.open()
    return Take(track.mix, np.arange(0, len(track.mix) / _RATE, 60 / track.bpm))


def _steps() -> Iterator[Take]:
    """Every bar pattern at every step of tempo, 20 s before and 20 s after."""
    for rows in _BARS.values():
        for first, then in _STEPS:
            beats, spans = [0.0], list[float]()
            turn = round(_BEFORE * first / 60)
            for count in range(turn + round(_BEFORE * then / 60)):
                spans.append(60 / (first if count < turn else then))
                beats.append(beats[-1] + spans[-1])
            strokes = [
                (beats[count] + spans[count] * part / 4, pitch, _VELOCITY[mark])
                for count in range(len(spans))
                for pitch, row in rows.items()
                for part in range(4)
                if (mark := row[(4 * count + part) % 16]) != "."
            ]
            yield Take(_render(strokes, beats[-1]), np.array(beats[:-1]), beats[turn])


def _groove() -> Iterator[Take]:
    """The grooves (not the fills) of the test split that last 10 s or more, whole, at the tempo they were played to."""
    from livemusic.midi.files import read_pattern

    if not (folder := os.environ.get("GROOVE")):
        print("GROOVE names no folder with the Groove MIDI Dataset: left out.", file=sys.stderr)
        return
    with open(Path(folder) / "info.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == "test" and row["beat_type"] == "beat"]
    for row in rows:
        length = float(row["duration"])
        if length < _SHORTEST:
            continue
        loop = read_pattern(Path(folder) / row["midi_filename"])
        tick = 60 / loop.bpm / 960
        strokes = [(note.tick * tick, note.pitch, note.velocity) for note in loop.pattern.notes]
        yield Take(_render(strokes, length), np.arange(0, length, 60 / loop.bpm))


def _render(strokes: Sequence[tuple[float, int, int]], seconds: float) -> Samples:
    from livemusic.music.event import note_on
    from livemusic.sound.render import render_events

    events = sorted((at, note_on(9, pitch, velocity)) for at, pitch, velocity in strokes)
    mono: Samples = render_events(events, seconds, _RATE).mean(axis=1)
    return mono
