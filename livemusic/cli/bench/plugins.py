"""Rendering through one to four plugins against the time a block lasts, and gaps while every core is busy."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep

from livemusic.cli.bench.figure import Figure, milliseconds

_RATE, _BLOCK = 48000, 256
_VOICES = (36, 38, 42, 46, 49, 51)
#: Taken where they are installed (Debian's zam-plugins); otherwise the first stereo effects there are.
_LIKED = ("ZamCompX2", "ZamGateX2", "ZaMultiCompX2", "ZaMaximX2")


def measure(seconds: float) -> list[Figure]:
    """Blocks of 256 frames of busy drums through the first 0..4 effects, then the sound process under load.

    Each chain is rendered in a process of its own. Nothing where no plugin is installed.
    """
    effects = _effects()
    figures = []
    block_ms = 1e3 * _BLOCK / _RATE
    for count in range(len(effects) + 1) if effects else ():
        times = _rendered(effects[:count], seconds)
        figures += milliseconds("sound", f"kit through {count} plugins, {_BLOCK} frames", times, block_ms)
    return figures + (_under_load(effects, seconds) if effects else [])


def _effects() -> list[str]:
    """Four effects that have been tried and play; they are looked for where none is known yet."""
    from livemusic.sound.plugins.catalog import Catalog
    from livemusic.sound.plugins.scan import Scanner

    catalog = Catalog()
    if not catalog.plugins():
        list(Scanner().scan())
    stereo = {plugin.name: plugin for plugin in catalog.plugins() if plugin.channels == 2 and not plugin.is_instrument}
    liked = [name for name in _LIKED if name in stereo]
    return [stereo[name].path for name in [*liked, *(name for name in stereo if name not in liked)][:4]]


def _rendered(effects: list[str], seconds: float) -> list[float]:
    """How long each block took, in seconds."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "times"
        command = [sys.executable, "-m", "livemusic.cli.bench.plugins", str(answer), str(seconds), *effects]
        quiet = subprocess.DEVNULL
        subprocess.run(command, check=True, stdout=quiet, stderr=quiet, timeout=60 + 4 * seconds)
        return [float(time) for time in json.loads(answer.read_text())]


def _render(effects: list[str], seconds: float) -> list[float]:
    from livemusic.engine.priority import go_first
    from livemusic.music.event import note_on
    from livemusic.session.plugin import PluginSlot
    from livemusic.sound.beacon import Beacon
    from livemusic.sound.plugins.chain import Chain
    from livemusic.sound.plugins.pedal import open_plugin
    from livemusic.sound.plugins.rig import Rig
    from livemusic.sound.stage import Stage

    go_first()
    beacon = Beacon.make()
    stage = Stage(_RATE, 0.0)
    rigs = {place: Rig(open_plugin(path, "", _RATE), PluginSlot(path), beacon) for place, path in enumerate(effects, 1)}
    stage.handle(Chain(1, rigs))
    times = []
    for start in range(0, int(seconds * _RATE), _BLOCK):
        if start % 2048 == 0:
            for voice in _VOICES:
                stage.kit.play(start + 11 * voice % _BLOCK, note_on(9, voice, 60 + start // 2048 % 60))
        begun = perf_counter()
        stage.render(_BLOCK)
        times.append(perf_counter() - begun)
    beacon.remove()
    return times


def _under_load(effects: list[str], seconds: float) -> list[Figure]:
    """The process on this machine's speakers, through all effects, while as many processes as cores are busy."""
    from livemusic.music.event import note_on
    from livemusic.session.plugin import PluginSlot
    from livemusic.sound.process import SoundProcess

    sound = SoundProcess("default")
    sound.chain(None, [PluginSlot(path) for path in effects])
    sound.start()
    try:
        deadline = perf_counter() + 15
        while len(sound.status().chain.plugins) < len(effects) and perf_counter() < deadline:
            sleep(0.05)
        if sound.status().state != "on":
            return []
        sleep(2.0)  # the process in waiting has started too
        before = sound.status().xruns
        with _busy(os.cpu_count() or 1):
            end = perf_counter() + seconds
            while (now := perf_counter()) < end:
                moments = [now + 0.02 + number * 0.003 for number in range(len(_VOICES))]
                sound.send([(at, note_on(9, voice, 90)) for at, voice in zip(moments, _VOICES, strict=True)])
                sleep(0.1)
            status = sound.status()
    finally:
        sound.close()
    label = f"{len(effects)} plugins, every core busy"
    return [
        Figure("sound", f"{label}: xruns in {seconds:g} s on {status.device}", status.xruns - before, "", 0),
        Figure("sound", f"{label}: load of the sound process, p99", 100 * status.load, "%"),
        Figure("sound", f"{label}: latency", status.latency_ms, "ms"),
    ]


@contextmanager
def _busy(count: int) -> Iterator[None]:
    """`count` processes that do nothing but compute."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(_render(sys.argv[3:], float(sys.argv[2]))))
    os._exit(0)
