"""All that listens at once: path, sections, drums, beats, harmony; each alone, together, and beside notes."""

import subprocess
import sys
from collections.abc import Callable
from time import perf_counter, thread_time

from livemusic.audio.source import Samples
from livemusic.cli.bench.figure import Figure, milliseconds
from livemusic.cli.bench.floor import idle_floor
from livemusic.dsp.hits import HeardHit
from livemusic.dsp.lanes import VOICES

_HOP_MS, _CORE_PERCENT, _TOLD_MS = 2.0, 15.0, 30.0
#: How much later than beside a path alone notes may leave, at p99.
_ROOM_MS = 1.0
Stage = Callable[[Samples], object]


def measure(seconds: float) -> list[Figure]:
    """Over the demo song, a hop of the path at a time; then the lateness of notes with all of it off and on."""
    from livemusic.engine.demo import SAMPLE_RATE, DemoTrack

    floor = idle_floor(min(seconds, 2.0))
    mix = DemoTrack.open().mix
    stages, hop_s = _stages(SAMPLE_RATE)
    hop = round(hop_s * SAMPLE_RATE)
    times: dict[str, list[float]] = {name: [] for name in stages}
    whole: list[float] = []
    work: list[float] = []
    end = perf_counter() + 3 * seconds
    for start in range(0, len(mix) - hop, hop):
        sound, begun, worked = mix[start : start + hop], perf_counter(), thread_time()
        last = begun
        for name, hear in stages.items():
            hear(sound)
            now = perf_counter()
            times[name].append(now - last)
            last = now
        whole.append(last - begun)
        work.append(thread_time() - worked)
        if last > end:
            break
    drums, others = _told(mix, SAMPLE_RATE, 2 * seconds)
    figures = milliseconds("all", "idle floor", floor)
    for name, spent in times.items():
        figures += milliseconds("all", f"one hop: {name}", spent)
    return [
        *figures,
        *milliseconds("all", "one hop: everything", whole, _HOP_MS),
        *milliseconds("all", "one hop: everything, without waiting", work),
        Figure("all", "share of one core, live", 100 * sum(work) / (len(work) * hop_s), "%", _CORE_PERCENT),
        *milliseconds("all", "a drum is told after it was played", drums, _TOLD_MS),
        *milliseconds("all", "what is only some drum is told after", others),
        *_notes(seconds),
    ]


def _stages(sample_rate: int) -> tuple[dict[str, Stage], float]:
    """Each of those who listen, by name, and how much sound a hop is."""
    from livemusic.dsp.beat import BeatTracker
    from livemusic.engine.listeners.harmony import HarmonyEar
    from livemusic.engine.openers import open_embedder
    from livemusic.inference.encoder import Ear
    from livemusic.inference.hearing import DrumEar, Hearing
    from livemusic.inference.library import Library
    from livemusic.inference.metre import OnnxMetre
    from livemusic.latent.structure import Structure

    ear = Ear(open_embedder(""), sample_rate)
    structure = Structure(ear.embedder.dim, ear.hop_s)

    def path(sound: Samples) -> None:
        points = ear.hear(sound)
        waiting.append((points.z, points.level))

    def sections(sound: Samples) -> None:
        while waiting:
            structure.hear(*waiting.pop())

    def drums(sound: Samples) -> None:
        hits.extend(drum_ear.hear(sound))

    def beats(sound: Samples) -> None:
        tracker.push(sound, hits)
        hits.clear()

    def harmony(sound: Samples) -> None:
        harmony_ear.hear(sound, sample_rate, 0.0)

    library = Library()
    harmony_ear = HarmonyEar()
    drum_ear = DrumEar(Hearing.open(library.folder("hearing")), sample_rate)
    tracker = BeatTracker(sample_rate, drums=OnnxMetre.open(library.folder("metre")))
    hits: list[HeardHit] = []
    waiting: list[tuple[Samples, Samples]] = []
    stages: dict[str, Stage] = {
        "path": path,
        "sections": sections,
        "drums": drums,
        "beats": beats,
        "harmony": harmony,
    }
    return stages, ear.hop_s


def _told(mix: Samples, sample_rate: int, seconds: float) -> tuple[list[float], list[float]]:
    """How much later than it was played each hit is told by a listening core that is woken in time: those whose drum is
    sure, and the others.
    """
    from livemusic.audio.source import ArraySource
    from livemusic.engine.listen import Listen
    from livemusic.engine.listen_orders import Hear, HearDrums
    from livemusic.engine.listeners.drums import Drums, HitsHeard
    from livemusic.engine.openers import open_embedder
    from livemusic.inference.encoder import Ear
    from livemusic.inference.hearing import Hearing
    from livemusic.inference.library import Library

    late: tuple[list[float], list[float]] = ([], [])
    now: float | None = 0.0

    def told(heard: HitsHeard) -> None:
        for hit in heard.hits:
            late[hit.lane >= VOICES].append((now or 0.0) - hit.at)

    def nothing(*_: object) -> None:
        pass

    listen = Listen(
        play=nothing,
        notice=nothing,
        lost=nothing,
        retire=nothing,
        ended=nothing,
        audition_ended=nothing,
        stopwatch=perf_counter,
        listeners=[Drums(told)],
    )
    source = ArraySource(mix[: round(seconds * sample_rate)], sample_rate)
    source.start(0.0)
    listen.handle(Hear(source, Ear(open_embedder(""), sample_rate)), 0.0)
    listen.handle(HearDrums(Hearing.open(Library().folder("hearing"))), 0.0)
    while now is not None:
        now = listen.advance(now)
    return late


def _notes(seconds: float) -> list[Figure]:
    """Notes of an engine that only draws a path, and of one that hears drums and beats as well."""
    less, more = (_lateness(seconds, what) for what in ("path", "everything"))
    limit = 1e3 * sorted(less)[round(0.99 * (len(less) - 1))] + _ROOM_MS
    return [
        *milliseconds("all", "notes late beside the path alone", less),
        *milliseconds("all", "notes late beside everything", more, limit),
    ]


def _lateness(seconds: float, what: str) -> list[float]:
    command = [sys.executable, "-m", "livemusic.cli.bench.performer", str(seconds), what]
    result = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return [float(word) for word in result.stdout.split()]
