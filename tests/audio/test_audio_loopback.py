"""Sound that goes round a loop: worked out on made-up recordings, and measured on a JACK server through a cable."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from livemusic.audio.devices import PortAudio
from livemusic.audio.loopback import BURSTS, LEVEL, examine, measure, score
from livemusic.errors import DeviceError

RATE = 44100


@contextmanager
def cable(name: str = "cable") -> Iterator[None]:
    """A program that passes on what comes in, as a cable from output to input would: one period later."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    program = subprocess.Popen(["jack_thru", name], **quiet)
    try:
        while f"{name}:output_2" not in subprocess.run(["jack_lsp"], capture_output=True, text=True).stdout:
            assert program.poll() is None
        yield
    finally:
        program.terminate()
        program.wait()


def looped(lag: int, gain: float = 1.0, noise: float = 0.0) -> np.ndarray:
    """What is recorded, `(n, 1)`, if all that is played comes back after `lag` samples."""
    played = score(RATE)
    heard = gain * np.concatenate((np.zeros(lag), played))[: len(played)]
    heard += noise * np.random.default_rng(lag).standard_normal(len(played))
    return np.clip(heard, -1, 1).astype(np.float32)[:, None]


def test_the_score_is_moderate_and_begins_in_silence() -> None:
    played = score(RATE)
    assert played.dtype == np.float32
    assert 0.9 * LEVEL < np.abs(played).max() <= LEVEL
    assert not played[: RATE // 4].any()
    assert len(played) < 6 * RATE


@pytest.mark.parametrize("lag", [0, 441, 22050])
def test_a_clean_loop_is_measured_to_the_sample(lag: int) -> None:
    loop = examine(looped(lag), RATE)
    assert loop.found
    assert loop.delays_ms == (pytest.approx(1e3 * lag / RATE),) * BURSTS
    assert loop.spread_ms == 0.0
    assert loop.peak_db == pytest.approx(-12, abs=0.5)
    assert loop.noise_db == -120.0
    assert not loop.clipped
    assert not loop.silent


def test_the_louder_of_two_channels_counts() -> None:
    hiss = 0.01 * np.random.default_rng(0).standard_normal(len(score(RATE)))
    loop = examine(np.column_stack((hiss.astype(np.float32), looped(882)[:, 0])), RATE)
    assert loop.median_ms == pytest.approx(20.0)


def test_noise_as_loud_as_the_bursts_is_heard_through() -> None:
    loop = examine(looped(882, gain=0.1, noise=0.02), RATE)
    assert loop.found
    assert loop.median_ms == pytest.approx(20.0, abs=0.05)
    assert loop.noise_db == pytest.approx(-34, abs=1)


def test_a_muted_input_an_open_one_and_one_too_loud_are_told_apart() -> None:
    mute = examine(looped(0, gain=0.0), RATE)
    assert (mute.silent, mute.found, mute.delays_ms) == (True, False, ())
    open_input = examine(looped(0, gain=0.0, noise=0.001), RATE)
    assert (open_input.silent, open_input.found) == (False, False)
    loud = examine(looped(100, gain=8.0), RATE)
    assert loud.clipped
    assert loud.found


def test_broken_samples_do_no_harm() -> None:
    recording = looped(441)
    recording[::50000] = np.nan
    recording[1::50000] = np.inf
    assert examine(recording, RATE).median_ms == pytest.approx(10.0)
    assert examine(np.full_like(recording, np.nan), RATE).silent


def test_a_loop_on_a_server_takes_whole_periods(jack: object) -> None:
    with cable("Käbel"):
        loop = measure("käbel", "Käbel")
    periods = loop.median_ms * 48000 / 1e3 / 256
    assert periods == pytest.approx(round(periods), abs=1e-6)
    assert 1 <= periods <= 4  # one to break the circle, the others if buffers are kept full
    assert len(loop.delays_ms) == BURSTS
    assert loop.spread_ms == 0.0
    assert loop.peak_db == pytest.approx(-12, abs=0.5)
    assert loop.sample_rate == 48000
    assert not PortAudio.streams


def test_without_a_cable_nothing_comes_back_and_wrong_names_are_answered(jack: object) -> None:
    loop = measure("default", "default")
    assert loop.silent
    assert not loop.found
    with pytest.raises(DeviceError, match="No sound input is named 'Zoom'"):
        measure("Zoom", "default")
    with pytest.raises(DeviceError, match="No sound output is named 'Zoom'"):
        measure("default", "Zoom")
    assert not PortAudio.streams


def test_without_a_sound_system_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "livemusic-none")
    with pytest.raises(DeviceError, match=r"is named|no sound input"):
        measure("a device that nobody has", "default")


LOSS = """
import os, signal, sys
from livemusic.audio import loopback
from livemusic.errors import DeviceError
done = []
def sleep(seconds):
    if not done:
        os.kill(int(sys.argv[1]), signal.SIGKILL)
        done.append(seconds)
loopback.sleep = sleep
for _ in range(2):
    try:
        loopback.measure("default", "default")
    except DeviceError as problem:
        print(problem)
"""


def test_a_server_that_dies_meanwhile_ends_the_measurement(jack: "subprocess.Popen[bytes]") -> None:
    command = [sys.executable, "-c", LOSS, str(jack.pid)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert "stopped in the middle" in result.stdout
    assert "no sound input" in result.stdout
    assert result.stderr == ""
