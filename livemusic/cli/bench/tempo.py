"""How well the beat is heard, and how well the tracker knows it: on the demo song, on changes of tempo, on sounds
without a beat, and on Groove where the variable GROOVE names its folder, with and without the drums that are heard;
beside the libraries of the same trade that are installed."""

import sys
from collections.abc import Callable, Iterator, Sequence
from statistics import fmean, median
from time import thread_time
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from livemusic.cli.bench.figure import Figure, milliseconds
from livemusic.cli.bench.grooves import RATE, Recorded, Take, Times, grooves, render
from livemusic.dsp.beat import BeatTracker
from livemusic.dsp.samples import Samples
from livemusic.errors import ModelError
from livemusic.inference.hearing import DrumEar, Hearing
from livemusic.inference.library import Library
from livemusic.inference.metre import OnnxMetre

Hear = Callable[[Samples], Sequence[float]]

_BLOCK = 256
_TOLERANCE, _SKIP, _F1 = 0.07, 5.0, 0.9
#: Changes at once, and over so many seconds.
_RISES = ((100, 140), (90, 132), (90, 120), (110, 122), (124, 128))
_STEPS = (*_RISES, *((then, first) for first, then in _RISES), (120, 80), (150, 110))
_RAMPS, _RAMP_S = ((100, 130), (130, 100)), 12.0
_BEFORE, _AFTER = 20.0, 15.0
_CORE_PERCENT, _FOLLOW_S = 3.0, 3.0
#: The confidence from which the engine follows, how often that must be right, and the bands told apart.
_SURE, _RIGHT_PERCENT = 0.6, 90.0
_BEATLESS_S = 30
_BANDS = (0.0, 0.2, 0.4, 0.6, 0.8)
#: A pattern of the changes for each so many seconds of `--seconds`.
_SECONDS_PER_PATTERN = 5.0
#: Bars for the changes, sixteenth by sixteenth: pitch -> accents.
_BARS: dict[str, dict[int, str]] = {
    "rock": {36: "x.......x.......", 38: "....x.......x...", 42: "x.x.x.x.x.x.x.x."},
    "funk": {36: "x......x..x.....", 38: "....x....o..x..o", 42: "xoooxoooxoooxooo"},
    "four on the floor": {36: "x...x...x...x...", 38: "....x.......x...", 46: "..x...x...x...x."},
    "sticks": {37: "x...x...x...x..."},
    "half time": {36: "x.........x.....", 38: "........x.......", 42: "x.x.x.x.x.x.x.x."},
    "ride": {36: "x.......x.x.....", 38: "....x.......x...", 51: "x.x.x.x.x.x.x.x."},
    "kick": {36: "x...x...x...x..."},
    "clave": {36: "x..x..x...x..x..", 38: "....x.......x...", 42: "xoxoxoxoxoxoxoxo"},
}
_VELOCITY = {"x": 100, "o": 45}


class Told(NamedTuple):
    """What the tracker said of one sound: the beats, how sure it was of each, how late each came (all `(n,)`, times in
    seconds), and the share of a core that it took."""

    times: Times
    confidence: Times
    late: Times
    cost: float


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


def seconds_to_be_sure(take: Take, told: Told) -> float:
    """From the step to the first of the beats that are right and trusted ever after, at most 15 s."""
    right = _right(take.beats, told.times) & (told.confidence >= _SURE)
    after = (told.times > take.step) & (told.times < take.step + _AFTER)
    times, good = told.times[after], right[after]
    wrong = np.flatnonzero(~good)
    begin = int(wrong[-1]) + 1 if wrong.size else 0
    return float(times[begin] - take.step) if begin < times.size else _AFTER


def seconds_to_begin(take: Take, told: Told) -> float:
    """From the beginning to the first of the beats that are right from there to 15 s, and none missed; at most 15 s."""
    truth, times = take.beats[take.beats < _AFTER], told.times[told.times < _AFTER]
    if not times.size:
        return _AFTER
    wrong = times[~_right(take.beats, times)]
    missed = [beat for beat in truth if times[0] < beat < times[-1] and np.abs(times - beat).min() > _TOLERANCE]
    last = max((*wrong, *missed), default=0.0)
    after = times[times > last]
    return float(after[0]) if after.size else _AFTER


def measure(seconds: float) -> list[Figure]:
    """Whole songs and takes: a beat needs time to be found. `seconds` decides how many patterns change tempo."""
    played = list(grooves())
    patterns = min(len(_BARS), max(1, round(seconds / _SECONDS_PER_PATTERN)))
    demo, steps, ramps = _demo(), list(_changes(_STEPS, 0.0, patterns)), list(_changes(_RAMPS, _RAMP_S, patterns))
    kits = {"Groove": render} if played else {}
    if played and (recorded := Recorded.open()) is not None:
        kits["Groove, recorded drums"] = recorded.render
    sets = {name: [Take(play(*some[:2]), some.beats) for some in played] for name, play in kits.items()}
    drums = open_drums()
    hears: dict[str, Hear | Drums | None] = {"livemusic": drums} if drums else {}
    hears |= {"livemusic, sound alone": None, **_libraries()}
    figures, late, cost = list[Figure](), list[float](), list[float]()
    for name, hear in hears.items():
        ours, best = name.startswith("livemusic"), name == next(iter(hears))
        told = [_told(take.sound, hear) for take in (demo, *steps, *ramps)]
        heard = [tell.times for tell in told]
        figures.append(Figure("tempo", f"{name}: demo song, beat F1", f_measure(demo.beats, heard[0]), ""))
        figures += _follows(name, steps, heard[1:], best)
        figures += _gradual(name, ramps, heard[1 + len(steps) :], best)
        for kit, takes in sets.items():
            answers = [_told(take.sound, hear) for take in takes]
            figures += _found(f"{name}: {kit}", takes, answers, ours)
            told += answers
        if ours:
            sure = [seconds_to_be_sure(take, tell) for take, tell in zip(steps, told[1:], strict=False)]
            figures.append(Figure("tempo", f"{name}: sure again after a step, median", median(sure), "s", _FOLLOW_S))
            figures.append(Figure("tempo", f"{name}: sure again after a step, worst", max(sure), "s", _FOLLOW_S))
            figures += _calibration(f"{name}: changes", [*steps, *ramps], told[1:])
            figures += _beatless(name, hear if isinstance(hear, Drums) else None)
        if best:
            late = [float(t) for tell in told for t in tell.late]
            cost = [tell.cost for tell in told]
    figures += milliseconds("tempo", "livemusic: told after the beat", late)
    figures.append(Figure("tempo", "livemusic: share of one core, live", 100 * fmean(cost), "%", _CORE_PERCENT))
    return figures


class Drums(NamedTuple):
    """What hears drums, and what knows what they say of the beat."""

    hearing: Hearing
    metre: OnnxMetre


def open_drums() -> Drums | None:
    """The newest of both; None, and a line on stderr, where one is missing."""
    library = Library()
    try:
        return Drums(Hearing.open(library.folder("hearing")), OnnxMetre.open(library.folder("metre")))
    except ModelError as problem:
        print(f"Beats are found by the sound alone: {problem}", file=sys.stderr)
        return None


def follow(sound: Samples, drums: Drums | None = None) -> Told:
    """What is told while `sound` comes in blocks of 256; nothing told is ever taken back.

    Lateness is from the beat to the end of the block that brought it. What it costs to hear drums is left out.
    """
    ear = None if drums is None else DrumEar(drums.hearing, RATE)
    tracker = BeatTracker(RATE, drums=None if drums is None else drums.metre)
    rows, cost = list[tuple[float, float, float]](), 0.0
    for start in range(0, len(sound), _BLOCK):
        block = sound[start : start + _BLOCK]
        hits = [] if ear is None else ear.hear(block)
        begun = thread_time()
        for beat in tracker.push(block, hits):
            rows.append((beat.t, beat.confidence, (start + _BLOCK) / RATE - beat.t))
        cost += thread_time() - begun
    times, confidence, late = np.array(rows).reshape(-1, 3).T
    return Told(times, confidence, late, cost / (len(sound) / RATE))


def _told(sound: Samples, hear: "Hear | Drums | None") -> Told:
    """What livemusic or a library says of `sound`; a library is sure of everything."""
    if hear is None or isinstance(hear, Drums):
        return follow(sound, hear)
    times = np.asarray(hear(sound), np.float64)
    return Told(times, np.ones(times.size), np.zeros(times.size), 0.0)


def _found(name: str, takes: Sequence[Take], told: Sequence[Told], ours: bool) -> Iterator[Figure]:
    """How many of the beats of takes at a steady tempo are found, and how soon after the beginning."""
    scores = [f_measure(take.beats, tell.times) for take, tell in zip(takes, told, strict=True)]
    yield Figure("tempo", f"{name}, {len(takes)} takes, beat F1", fmean(scores), "", _F1 if ours else None, True)
    yield Figure("tempo", f"{name}, takes with F1 over 0.9", 100 * fmean(score > 0.9 for score in scores), "%")
    begun = [seconds_to_begin(take, tell) for take, tell in zip(takes, told, strict=True)]
    yield Figure(
        "tempo", f"{name}, right from the start after, median", median(begun), "s", _FOLLOW_S if ours else None
    )
    yield Figure("tempo", f"{name}, right from the start after, mean", fmean(begun), "s")
    yield Figure("tempo", f"{name}, right within 3 s", 100 * fmean(span <= _FOLLOW_S for span in begun), "%")
    if ours:
        yield from _calibration(name, takes, told)


def _follows(name: str, steps: Sequence[Take], heard: Sequence[Times], ours: bool) -> Iterator[Figure]:
    """How soon steps of tempo are followed: faster and slower; ours step by step as well."""
    target = _FOLLOW_S if ours else None
    found = {(take.first, take.then): list[float]() for take in steps}
    for take, times in zip(steps, heard, strict=False):
        found[take.first, take.then].append(seconds_to_follow(take, times))
    for way, sign in (("faster", 1), ("slower", -1)):
        spans = [span for (first, then), some in found.items() if (then - first) * sign > 0 for span in some]
        yield Figure("tempo", f"{name}: {way} followed in, median", median(spans), "s", target)
        yield Figure("tempo", f"{name}: {way} followed in, worst", max(spans), "s", target)
        share = 100 * fmean(span <= _FOLLOW_S for span in spans)
        yield Figure("tempo", f"{name}: {way} followed within 3 s", share, "%", 100.0 if ours else None, True)
    for (first, then), some in found.items() if ours else ():
        yield Figure("tempo", f"{name}: {first:g} to {then:g} followed in, median", median(some), "s", target)
        yield Figure("tempo", f"{name}: {first:g} to {then:g} followed in, worst", max(some), "s", target)


def _gradual(name: str, ramps: Sequence[Take], heard: Sequence[Times], ours: bool) -> Iterator[Figure]:
    """How well the beat is kept while the tempo changes by and by, and how soon it is steady after that."""
    pairs = list(zip(ramps, heard, strict=False))
    kept, spans = list[float](), list[float]()
    for take, times in pairs:
        during = [some[(some > take.step - _RAMP_S) & (some <= take.step)] for some in (take.beats, times)]
        kept.append(f_measure(*during))
        spans.append(seconds_to_follow(take, times))
    yield Figure("tempo", f"{name}: while it changes gradually, beat F1", fmean(kept), "")
    yield Figure("tempo", f"{name}: after that steady in, worst", max(spans), "s", _FOLLOW_S if ours else None)


def _right(truth: Times, heard: Times) -> npt.NDArray[np.bool_]:
    """Which of the beats heard are within 70 ms of a true one."""
    return np.asarray(np.abs(heard[:, None] - truth).min(axis=1, initial=np.inf) <= _TOLERANCE)


def _calibration(name: str, takes: Sequence[Take], told: Sequence[Told]) -> Iterator[Figure]:
    """How often the beats are right, by how sure the tracker was of them; every beat told counts."""
    pairs = list(zip(takes, told, strict=False))
    right = np.concatenate([_right(take.beats, tell.times) for take, tell in pairs])
    sure = np.concatenate([tell.confidence for _, tell in pairs])
    trusted = sure >= _SURE
    goal = (_RIGHT_PERCENT, True)
    yield Figure("tempo", f"{name}, right where confidence >= 0.6", 100 * _mean(right[trusted]), "%", *goal)
    yield Figure("tempo", f"{name}, beats that reach it", 100 * _mean(trusted), "%")
    yield Figure("tempo", f"{name}, right beats, of all told", 100 * _mean(right), "%")
    for low in _BANDS:
        band = (sure >= low) & ((sure < low + 0.2) | (low == _BANDS[-1]))
        if band.any():
            yield Figure("tempo", f"{name}, right at {low:.1f} to {low + 0.2:.1f}", 100 * _mean(right[band]), "%")


def _mean(values: npt.NDArray[np.bool_]) -> float:
    return float(values.mean()) if values.size else 0.0


def _beatless(name: str, drums: Drums | None) -> Iterator[Figure]:
    """The highest confidence in what has no beat, which the engine must not follow."""
    for what, sound in _sounds_without_beat().items():
        confidence = follow(sound, drums).confidence
        highest = float(confidence.max()) if confidence.size else 0.0
        yield Figure("tempo", f"{name}: highest confidence, {what}", highest, "", _SURE)


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
        tempo, times = aubio.tempo("default", 1024, 512, RATE), list[float]()
        for start in range(0, len(sound) - 511, 512):
            if tempo(np.ascontiguousarray(sound[start : start + 512], np.float32))[0]:
                times.append(float(tempo.get_last_s()))
        return times

    return hear


def _librosa() -> Hear:
    import librosa  # type: ignore[import-not-found,import-untyped,unused-ignore]

    return lambda sound: [float(t) for t in librosa.beat.beat_track(y=sound, sr=RATE, units="time")[1]]


def _essentia() -> Hear:
    import essentia  # type: ignore[import-not-found,import-untyped,unused-ignore]

    essentia.log.infoActive = essentia.log.warningActive = False
    from essentia import standard  # it talks while it is imported

    return lambda sound: [float(t) for t in standard.BeatTrackerDegara()(np.ascontiguousarray(sound, np.float32))]


def _demo() -> Take:
    from livemusic.engine.demo import DemoTrack

    track = DemoTrack.open()
    return Take(track.mix, np.arange(0, len(track.mix) / RATE, 60 / track.bpm))


def _changes(changes: Sequence[tuple[float, float]], over: float, patterns: int) -> Iterator[Take]:
    """The first so many bar patterns at every change of tempo, at once or `over` some seconds, 20 s on each side."""
    for rows in list(_BARS.values())[:patterns]:
        for first, then in changes:
            spans = [60 / first] * round(_BEFORE * first / 60)
            passed = 0.0
            while passed < over:
                spans.append(60 / (first + (then - first) * passed / over))
                passed += spans[-1]
            turn = len(spans)
            spans += [60 / then] * round(_BEFORE * then / 60)
            beats = np.concatenate(([0.0], np.cumsum(spans)))
            strokes = [
                (float(beats[count] + spans[count] * part / 4), pitch, _VELOCITY[mark])
                for count in range(len(spans))
                for pitch, row in rows.items()
                for part in range(4)
                if (mark := row[(4 * count + part) % 16]) != "."
            ]
            yield Take(render(strokes, float(beats[-1])), beats[:-1], float(beats[turn]), first, then)


def _sounds_without_beat() -> dict[str, Samples]:
    """Half a minute of each, the same every time."""
    random, t = np.random.default_rng(7), np.arange(_BEATLESS_S * RATE) / RATE
    syllables, strokes = np.zeros(t.size), np.zeros(t.size)
    at = 0.0
    while at < _BEATLESS_S - 2:
        length = random.uniform(0.08, 0.3)
        part = syllables[round(at * RATE) :][: round(length * RATE)]
        tone = sum(np.sin(2 * np.pi * random.uniform(90, 180) * k * t[: part.size]) / k for k in range(1, 12))
        part += np.hanning(part.size) * (0.1 * tone + 0.05 * random.normal(size=part.size))
        at += length * random.uniform(0.8, 1.5) + (random.uniform(0.2, 0.9) if random.random() < 0.15 else 0.0)
    for at in random.uniform(0, _BEATLESS_S - 1, 4 * _BEATLESS_S):
        part = strokes[round(at * RATE) :][:2000]
        part += 0.3 * random.normal(size=part.size) * np.exp(-np.arange(part.size) / 400)
    chord = sum(0.1 * np.sin(2 * np.pi * hertz * t) for hertz in (220.0, 277.2, 329.6))
    sounds = {
        "silence": np.zeros(t.size),
        "noise": 0.1 * random.normal(size=t.size),
        "a held chord": chord,
        "syllables": syllables,
        "strokes at random": strokes,
    }
    return {name: np.asarray(sound, np.float32) for name, sound in sounds.items()}
