"""Rendering kit and plugin chains against the time a block lasts, and gaps on the speakers, idle and under load."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep

from livemusic.cli.bench.effects import VOICES, chain, drum, stereo_effects
from livemusic.cli.bench.figure import Figure, milliseconds
from livemusic.cli.bench.floor import idle_floor
from livemusic.engine.lateness import Percentiles

_RATE = 48000
_BLOCKS = (64, 128, 256, 512, 1024)
_CHAINS = (0, 1, 3)
_STRUCK_EVERY = 2048


def measure(seconds: float) -> list[Figure]:
    """Busy drums through the first 0, 1 and 3 effects in blocks of 64 to 1024, each chain in a process of its own; then
    the sound process where there is a device: `seconds` on the idle machine and as long with every core busy.
    """
    figures = milliseconds("sound", "idle floor", idle_floor(min(seconds, 2.0)))
    effects = stereo_effects()
    for count in _CHAINS:
        if count <= len(effects):
            for block, times in _rendered(effects[:count], seconds / len(_BLOCKS)).items():
                spread = Percentiles.of(times)
                label, lasts = f"kit, {count} effects, {block} frames", 1e3 * block / _RATE
                figures += [
                    Figure("sound", f"{label} p99", 1e3 * spread.p99, "ms", lasts),
                    Figure("sound", f"{label} max", 1e3 * spread.worst, "ms"),
                ]
    return figures + _process(effects[: _CHAINS[-1]], seconds)


def _rendered(effects: Sequence[str], seconds: float) -> dict[int, list[float]]:
    """How long each block took, in seconds, by the size of the blocks."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "times"
        command = [sys.executable, "-m", "livemusic.cli.bench.sound", str(answer), str(seconds), *effects]
        quiet = subprocess.DEVNULL
        subprocess.run(command, check=True, stdout=quiet, stderr=quiet, timeout=60 + 10 * seconds)
        return {int(block): times for block, times in json.loads(answer.read_text()).items()}


def _render(effects: Sequence[str], seconds: float, block: int) -> list[float]:
    from livemusic.music.event import note_on
    from livemusic.session.plugin import PluginSlot
    from livemusic.sound.beacon import Beacon
    from livemusic.sound.plugins.chain import Chain
    from livemusic.sound.plugins.pedal import open_plugin
    from livemusic.sound.plugins.rig import Rig
    from livemusic.sound.stage import Stage

    beacon = Beacon.make()
    stage = Stage(_RATE, 0.0)
    rigs = {place: Rig(open_plugin(path, "", _RATE), PluginSlot(path), beacon) for place, path in enumerate(effects, 1)}
    stage.handle(Chain(1, rigs))
    times = []
    for start in range(0, int(seconds * _RATE), block):
        if start % _STRUCK_EVERY == 0:
            for voice in VOICES:
                stage.kit.play(start + 11 * voice % block, note_on(9, voice, 60 + start // _STRUCK_EVERY % 60))
        begun = perf_counter()
        stage.render(block)
        times.append(perf_counter() - begun)
    beacon.remove()
    return times


def _process(effects: Sequence[str], seconds: float) -> list[Figure]:
    """The sound process through `effects`, on the idle machine and beside as many busy processes as it has cores."""
    from livemusic.sound.process import SoundProcess

    sound = SoundProcess("default")
    sound.start()
    figures: list[Figure] = []
    try:
        begun = perf_counter()
        while sound.status().state not in ("on", "failed") and perf_counter() - begun < 10:
            sleep(0.05)
        if sound.status().state != "on":
            return []
        if effects:
            chain(sound, effects)
        drum(sound, 2.0)  # the process in waiting has started too
        for label, busy in (("idle", 0), ("every core busy", os.cpu_count() or 1)):
            with _load(busy):
                before = sound.status()
                drum(sound, seconds)
                drum(sound, 0.6)  # the last report is half a second old
                after = sound.status()
            figures += [
                Figure("sound", f"{label}: xruns in {seconds:g} s", after.xruns - before.xruns, "", 0),
                Figure("sound", f"{label}: late strokes", after.late - before.late, "", 0),
                Figure("sound", f"{label}: rendering p99, part of the block", 100 * after.load, "%", 100),
            ]
        figures.append(Figure("sound", f"latency on {after.device}, {len(effects)} effects", after.latency_ms, "ms"))
    finally:
        sound.close()
    return figures


@contextmanager
def _load(count: int) -> Iterator[None]:
    """`count` processes that do nothing but compute."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


def _answer(path: Path, seconds: float, effects: Sequence[str]) -> None:
    from livemusic.engine.priority import go_first

    go_first()
    path.write_text(json.dumps({block: _render(effects, seconds, block) for block in _BLOCKS}))


if __name__ == "__main__":
    _answer(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
    os._exit(0)
