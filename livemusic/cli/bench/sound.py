"""Rendering the kit against the time a block lasts, and the sound process on this machine's speakers."""

from time import perf_counter, sleep

from livemusic.cli.bench.figure import Figure, milliseconds
from livemusic.cli.bench.floor import idle_floor

_RATE, _BLOCK = 48000, 256
_VOICES = (36, 38, 42, 46, 49, 51)


def measure(seconds: float) -> list[Figure]:
    """Blocks of 256 frames, six voices struck every 2048; then the process itself, busy, where there is a device."""
    from livemusic.music.event import note_on
    from livemusic.sound.kit import Kit

    floor = idle_floor(min(seconds, 2.0))
    kit = Kit(_RATE)
    times = []
    for start in range(0, int(seconds * _RATE), _BLOCK):
        if start % 2048 == 0:
            for voice in _VOICES:
                kit.play(start + 11 * voice % _BLOCK, note_on(9, voice, 60 + start // 2048 % 60))
        begun = perf_counter()
        kit.render(_BLOCK)
        times.append(perf_counter() - begun)
    block = _BLOCK / _RATE
    return [
        *milliseconds("sound", "idle floor", floor),
        *milliseconds("sound", f"rendering {_BLOCK} frames ({1e3 * block:.2f} ms)", times, 1e3 * block),
        *_process(seconds),
    ]


def _process(seconds: float) -> list[Figure]:
    from livemusic.music.event import note_on
    from livemusic.sound.process import SoundProcess

    sound = SoundProcess("default")
    sound.start()
    try:
        end = perf_counter() + seconds
        while (now := perf_counter()) < end:
            sound.send([(now + 0.02 + number * 0.003, note_on(9, voice, 90)) for number, voice in enumerate(_VOICES)])
            sleep(0.1)
        status = sound.status()
    finally:
        sound.close()
    if status.state != "on":
        return []
    return [
        Figure("sound", f"xruns in {seconds:g} s on {status.device}", status.xruns, "", 0),
        Figure("sound", "load of the sound process, p99", 100 * status.load, "%"),
        Figure("sound", "latency of the sound process", status.latency_ms, "ms"),
    ]
