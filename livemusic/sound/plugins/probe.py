"""Opens one plugin file, tries what is in it, and writes down what it found. A process of its own: it may fall."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import msgspec
import numpy as np

from livemusic.sound.plugins.description import Plugin
from livemusic.sound.plugins.hosted import Hosted, Opener, PluginError
from livemusic.sound.plugins.pedal import PedalPlugin, names_in, open_plugin
from livemusic.sound.voices import Samples

_RATE, _BLOCK, _BLOCKS = 48000, 256, 40
_NOTE_ON, _NOTE_OFF = b"\x90\x24\x64", b"\x80\x24\x00"


class Findings(msgspec.Struct, frozen=True):
    """What is in a file: plugins that play, and a sentence for each that does not."""

    plugins: tuple[Plugin, ...] = ()
    problems: tuple[str, ...] = ()


def probe(path: str, names: Callable[[str], list[str]] = names_in, opener: Opener = open_plugin) -> Findings:
    """Open and play everything in the file `path`. `PluginError` where nothing can be found in it."""
    plugins, problems = [], []
    for name in names(path):
        try:
            plugins.append(_try(path, name, opener))
        except PluginError as problem:
            problems.append(str(problem))
    return Findings(tuple(plugins), tuple(problems))


def _try(path: str, name: str, opener: Opener) -> Plugin:
    plugin = opener(path, name, _RATE)
    noise = np.random.default_rng(0).uniform(-0.25, 0.25, (2, _BLOCK)).astype(np.float32)
    times = []
    for number in range(_BLOCKS):
        begun = perf_counter()
        heard = _block(plugin, number, noise)
        times.append(perf_counter() - begun)
        if heard.shape != noise.shape or not np.isfinite(heard).all():
            raise PluginError(f"{plugin.name} sends numbers that are no sound.")
    plugin.restore(plugin.state())
    _block(plugin, 0, noise)
    foreign = plugin if isinstance(plugin, PedalPlugin) else None
    return Plugin(
        path,
        name,
        "AU" if Path(path).suffix.lower() in (".component", ".appex") else "VST3",
        foreign.maker if foreign else "",
        foreign.version if foreign else "",
        plugin.is_instrument,
        plugin.channels,
        plugin.latency,
        round(sorted(times)[_BLOCKS // 2] * _RATE / _BLOCK, 4),
        plugin.parameters(),
    )


def _block(plugin: Hosted, number: int, noise: Samples) -> Samples:
    if not plugin.is_instrument:
        return plugin.process(noise)
    notes = {0: [(_NOTE_ON, 17)], _BLOCKS // 2: [(_NOTE_OFF, 0)]}
    return plugin.play(notes.get(number, []), _BLOCK)


def main(path: str, answer: str, names: Callable[[str], list[str]] = names_in, opener: Opener = open_plugin) -> None:
    """Probe `path` and write the findings to the file `answer`; end without asking the plugin."""
    try:
        findings = probe(path, names, opener)
    except PluginError as problem:
        findings = Findings(problems=(str(problem),))
    with open(answer, "wb") as file:
        file.write(msgspec.json.encode(findings))
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
