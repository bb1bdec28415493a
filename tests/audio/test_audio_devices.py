"""Devices are found by name; a device on a JACK server without sound card is heard, and missed when it goes."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from time import perf_counter

import numpy as np
import pytest

from livemusic.audio.devices import Device, PortAudio, find_device, input_names, labels, output_names
from livemusic.audio.rtmix import DeviceSource
from livemusic.errors import DeviceError
from tests.conftest import start_jack

PLAYER = """
import numpy, rtmixer, sys
mixer = rtmixer.Mixer(device="system", channels=2, samplerate=48000)
tone = (0.5 * numpy.sin(2 * numpy.pi * 440 * numpy.arange(48000 * 30) / 48000)).astype("float32")
mixer.start()
mixer.play_buffer(numpy.ascontiguousarray(numpy.stack([tone, tone], axis=1)), 2)
print("ready", flush=True)
sys.stdin.read()
mixer.stop()
"""

WINDOWS = [
    Device(0, "Microphone (Scarlett 2i2 USB Au", "MME", 2, 0, 44100),
    Device(1, "Microphone (Scarlett 2i2 USB Audio)", "Windows DirectSound", 2, 0, 44100),
    Device(2, "Microphone (Scarlett 2i2 USB Audio)", "Windows WASAPI", 2, 0, 48000),
    Device(3, "Line In (Other)", "Windows WASAPI", 2, 0, 48000),
]


@contextmanager
def player() -> Iterator[None]:
    """Another program that plays a tone."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", PLAYER]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        yield
        program.communicate("")


def hear(source: DeviceSource, count: int) -> np.ndarray:
    parts: list[np.ndarray] = []
    while sum(map(len, parts)) < count:
        parts.append(source.read(perf_counter()))
        Event().wait(0.01)
    return np.concatenate(parts)


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ("scarlett", 2),  # the same device three times: WASAPI disturbs the sound least
        ("Microphone (Scarlett 2i2 USB Audio), Windows DirectSound", 1),
        ("MICROPHONE (SCARLETT 2I2 USB AUDIO)", 2),
        ("line in", 3),
    ],
)
def test_a_name_finds_its_device(wanted: str, index: int) -> None:
    assert find_device(wanted, WINDOWS).index == index


@pytest.mark.parametrize("wanted", ["in", "Zoom", "", "  "])
def test_what_is_ambiguous_or_absent_is_answered(wanted: str) -> None:
    with pytest.raises(DeviceError, match=r"could be .*Line In|is named"):
        find_device(wanted, WINDOWS)


def test_a_machine_without_inputs() -> None:
    with pytest.raises(DeviceError, match="no sound input"):
        find_device("Zoom", [])


def test_every_label_finds_its_own_device() -> None:
    assert [find_device(label, WINDOWS).index for label in labels(WINDOWS)] == [0, 1, 2, 3]


def test_without_a_sound_system_it_is_said_and_nothing_is_printed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "livemusic-none")
    if not input_names():  # a machine without a sound card
        for wanted in ("default", "Zoom"):
            with pytest.raises(DeviceError, match="no sound input"):
                DeviceSource(wanted)
    with pytest.raises(DeviceError, match=r"is named|no sound input"):
        DeviceSource("a device that nobody has")
    assert capfd.readouterr() == ("", "")


def test_another_program_is_heard(jack: object) -> None:
    with player():
        assert "PortAudio" in input_names()
        source = DeviceSource("portaudio")
        source.start(perf_counter())
        samples = hear(source, 12000)
        assert samples.dtype == np.float32
        tone = samples[-4800:]
        assert np.abs(tone).max() == pytest.approx(0.5, abs=0.01)
        peak = int(np.abs(np.fft.rfft(tone * np.hanning(len(tone)))).argmax())
        assert peak * 48000 / len(tone) == pytest.approx(440, abs=10)
        assert source.sample_rate == 48000
        assert source.position(0.0) == len(samples) / 48000
        assert not source.done
        source.close()
        source.close()
        assert not PortAudio.streams


def test_a_second_source_opens_beside_the_first_and_both_close(jack: object) -> None:
    first, second = DeviceSource("system"), DeviceSource("default")
    assert output_names()
    for source in (first, second):
        source.start(perf_counter())
        assert len(hear(source, 100)) >= 100
    first.close()
    assert len(hear(second, 100)) >= 100
    second.close()
    assert not PortAudio.streams


def test_sound_that_nobody_fetched_is_counted_and_listening_goes_on(
    jack: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("livemusic.audio.rtmix._RING", 256)  # one period of the server
    source = DeviceSource("system")
    source.start(perf_counter())
    while source.overflows < 3:
        assert len(hear(source, 100)) >= 100
    source.close()


LOSS = """
import sys
from time import perf_counter
from livemusic.audio.rtmix import DeviceSource
from livemusic.errors import DeviceError
def tell(text):
    print(text, flush=True)
    sys.stdin.readline()
def listen():
    source = DeviceSource("default")
    source.start(perf_counter())
    while not len(source.read(perf_counter())):
        pass
    return source
source = listen()
tell("heard")
try:
    while True:
        source.read(perf_counter())
except DeviceError as problem:
    print(problem)
source.close()
try:
    DeviceSource("default")
except DeviceError as problem:
    tell(problem)
source = listen()
print("heard again", flush=True)
if sys.argv[1] == "tidy":
    source.close()
"""


@pytest.mark.parametrize("end", ["tidy", "untidy"])
def test_a_server_that_dies_and_returns_is_heard_again(jack: "subprocess.Popen[bytes]", end: str) -> None:
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", LOSS, end]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        assert program.stdout.readline() == "heard\n"
        jack.kill()
        jack.wait()
        print(file=program.stdin, flush=True)
        assert "'system' has gone" in program.stdout.readline()
        assert "no sound input" in program.stdout.readline()
        again = start_jack()
        try:
            out, err = program.communicate("\n", timeout=60)
        finally:
            again.terminate()
            again.wait()
    assert (program.returncode, out, err) == (0, "heard again\n", "")
