"""Plugins changed while the drums play, and how soon there is sound again when one takes the sound process along."""

import os
import signal
from time import perf_counter, sleep
from typing import TYPE_CHECKING

from livemusic.cli.bench.effects import chain, drum, stereo_effects
from livemusic.cli.bench.figure import Figure, milliseconds
from livemusic.cli.bench.floor import idle_floor

if TYPE_CHECKING:
    from livemusic.sound.process import SoundProcess

_CHANGES = 20
_KILLS = 3
_BACK_MS = 1000.0


def measure(seconds: float) -> list[Figure]:
    """Twenty chains of one to three effects, one after the other; then the process is killed three times.

    Nothing where no plugin is installed or no sound device is there.
    """
    from livemusic.sound.process import SoundProcess

    effects = stereo_effects()
    if not effects:
        return []
    floor = idle_floor(min(seconds, 2.0))
    sound = SoundProcess("default")
    sound.start()
    try:
        begun = perf_counter()
        while sound.status().state != "on" and perf_counter() - begun < 10:
            sleep(0.05)
        if sound.status().state != "on":
            return []
        drum(sound, 1.0)
        before = sound.status().xruns
        opened = []
        for number in range(_CHANGES):
            wanted = [effects[(number + place) % len(effects)] for place in range(1 + number % min(3, len(effects)))]
            opened.append(chain(sound, wanted))
            drum(sound, seconds / _CHANGES)
        drum(sound, 0.6)
        xruns = sound.status().xruns - before
        back = [_killed(sound) for _ in range(_KILLS)]
    finally:
        sound.close()
    figures = [
        *milliseconds("plugins", "idle floor", floor),
        Figure("plugins", f"xruns while a chain is changed {_CHANGES} times", xruns, "", 0),
        Figure("plugins", "a chain plays after, worst", 1e3 * max(opened), "ms"),
    ]
    if os.name == "posix":
        figures.append(Figure("plugins", "sound again after a crash, worst", 1e3 * max(back), "ms", _BACK_MS))
    return figures


def _killed(sound: "SoundProcess") -> float:
    """Kill the process as a plugin would: seconds until another one plays."""
    drum(sound, 12.0)  # three deaths in half a minute are no accident any more
    pid, begun = sound.status().pid, perf_counter()
    os.kill(pid, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
    while sound.status().pid == pid or sound.status().state != "on":
        if perf_counter() - begun > 20:
            break
        drum(sound, 0.005)
    return perf_counter() - begun
