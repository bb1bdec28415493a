"""The plugins that are measured, and drums to play through them."""

from collections.abc import Sequence
from time import perf_counter, sleep
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from livemusic.sound.process import SoundProcess

#: Taken where they are installed (Debian's zam-plugins); otherwise the first stereo effects there are.
_LIKED = ("ZamCompX2", "ZamGateX2", "ZaMultiCompX2", "ZaMaximX2")
VOICES = (36, 38, 42, 46, 49, 51)
_PATIENCE_S = 15.0


def stereo_effects() -> list[str]:
    """Four effects that have been tried and play, by path; they are looked for where none is known yet."""
    from livemusic.sound.plugins.catalog import Catalog
    from livemusic.sound.plugins.scan import Scanner

    catalog = Catalog()
    if not catalog.plugins():
        list(Scanner().scan())
    stereo = {plugin.name: plugin for plugin in catalog.plugins() if plugin.channels == 2 and not plugin.is_instrument}
    liked = [name for name in _LIKED if name in stereo]
    return [stereo[name].path for name in [*liked, *(name for name in stereo if name not in liked)][:4]]


def chain(sound: "SoundProcess", effects: Sequence[str]) -> float:
    """Play through `effects`, drumming meanwhile, until all of them do: how many seconds that took."""
    from livemusic.session.plugin import PluginSlot

    number = sound.status().chain.number
    begun = perf_counter()
    sound.chain(None, [PluginSlot(path) for path in effects])
    while (report := sound.status().chain).number == number or len(report.plugins) < len(effects):
        if perf_counter() - begun > _PATIENCE_S:
            break
        drum(sound, 0.05)
    return perf_counter() - begun


def drum(sound: "SoundProcess", seconds: float) -> None:
    """Strike six voices ten times a second, 20 ms ahead, as the engine does."""
    from livemusic.music.event import note_on

    end = perf_counter() + seconds
    while (now := perf_counter()) < end:
        sound.send([(now + 0.02 + 0.003 * number, note_on(9, voice, 90)) for number, voice in enumerate(VOICES)])
        sleep(min(0.1, seconds))
