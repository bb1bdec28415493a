"""A device that is played along with: heard at once, in stereo, missed when it has gone."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from time import monotonic

import numpy as np
import pytest

from livemusic.audio.devices import PortAudio, trusted
from livemusic.audio.live import LiveInput
from livemusic.errors import DeviceError

PLAYER = """
import numpy, rtmixer, sys
channels = int(sys.argv[1])
mixer = rtmixer.Mixer(device="system", channels=channels, samplerate=48000)
sides = numpy.linspace(0.5, 0.25, channels)
tone = numpy.sin(2 * numpy.pi * 440 * numpy.arange(48000 * 60) / 48000)[:, None] * sides
mixer.start()
mixer.play_buffer(numpy.ascontiguousarray(tone.astype("float32")), channels)
print("ready", flush=True)
sys.stdin.read()
mixer.stop()
"""


@contextmanager
def player(channels: int) -> Iterator["subprocess.Popen[str]"]:
    """Another program that plays a tone, twice as loud on the left."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", PLAYER, str(channels)]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        yield program
        program.kill()


def until(come_true: Callable[[], bool]) -> None:
    deadline = monotonic() + 20
    while not come_true():
        assert monotonic() < deadline, "it has not happened"
        Event().wait(0.005)


def hear(live: LiveInput, count: int) -> np.ndarray:
    heard = [np.zeros((0, 2), np.float32)]

    def enough() -> bool:
        heard.append(live.read())
        return sum(map(len, heard)) >= count

    until(enough)
    return np.concatenate(heard)


@pytest.mark.parametrize(("channels", "left", "right"), [(2, 0.5, 0.25), (1, 0.5, 0.5)])
def test_another_program_is_heard_on_both_sides_and_missed(
    jack: object, channels: int, left: float, right: float
) -> None:
    with player(channels) as program:
        live = LiveInput("portaudio", 48000)
        heard = hear(live, 9600)[-4800:]
        assert (live.sample_rate, heard.dtype) == (48000, np.float32)
        assert np.abs(heard).max(axis=0) == pytest.approx([left, right], abs=0.01)
        assert 0 <= live.latency < 1
        live.check(1.0)
        program.kill()
        program.wait()

        def gone() -> bool:
            try:
                live.check(1.0)
            except DeviceError as problem:
                return "has gone" in str(problem)
            return False

        until(gone)
        live.close()
        live.close()
        assert len(live.read()) == 0
        assert not PortAudio.streams
        with pytest.raises(DeviceError, match=r"is not there|is named"):
            LiveInput("portaudio", 48000)


def test_a_rate_that_the_device_has_not_got_is_not_insisted_on(jack: object) -> None:
    live = LiveInput("default", 44100)
    assert live.sample_rate == 48000
    live.close()
    with pytest.raises(DeviceError, match=r"is named 'no such input'"):
        LiveInput("no such input", 48000)


def test_an_input_that_delivers_nothing_any_more_has_gone(jack: object) -> None:
    live = LiveInput("system", 48000)
    hear(live, 100)
    live.check(10.0)
    live.check(10.9)
    with pytest.raises(DeviceError, match="has gone"):
        live.check(11.1)
    hear(live, 100)
    live.check(12.0)
    live.close()


@pytest.mark.parametrize(("said", "is_"), [(0.01, 0.01), (-1.0, 0.0), (float("nan"), 0.0), (89478.5, 0.0)])
def test_a_latency_that_cannot_be_is_not_believed(said: float, is_: float) -> None:
    assert trusted(said) == is_
