"""The sound process on a real audio system: JACK without a sound card, recorded by another program."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
import soundfile

from livemusic.music.event import note_on
from livemusic.sound.kit import Kit
from livemusic.sound.process import SoundProcess

Until = Callable[[Callable[[], bool]], None]
RATE, PERIOD = 48000, 256
pytestmark = pytest.mark.skipif(shutil.which("jackd") is None, reason="needs jackd and jack_rec")


def test_strokes_keep_their_distance_to_the_sample(
    jack: "subprocess.Popen[bytes]", until: Until, tmp_path: Path
) -> None:
    """A program that records may lose whole periods on a busy machine, so distances are compared within a period."""
    process = SoundProcess("default")
    process.start()
    try:
        until(lambda: process.status().state == "on")
        path = tmp_path / "heard.wav"
        command = ["jack_rec", "-f", str(path), "-d", "5", "-b", "32", "PortAudio:out_0"]
        recorder = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        begin = perf_counter() + 1.0
        due = begin + np.cumsum(np.random.default_rng(0).uniform(0.2, 0.3, 12))
        for moment in due:
            until(lambda moment=moment: perf_counter() > moment - 0.015)  # type: ignore[misc]
            process.send([(moment, note_on(9, 37, 110))])
        recorder.wait(20)
        status = process.status()
    finally:
        process.close()
    assert (status.sample_rate, status.dropped) == (RATE, 0)
    assert 0 < status.latency_ms < 60
    assert 0 < status.load < 1
    kit = Kit(RATE)
    kit.play(0, note_on(9, 37, 110))
    found = onsets(soundfile.read(path)[0], kit.render(480)[:, 0])
    assert len(found) == len(due)
    apart = np.diff(found) - np.diff(due) * RATE
    exact = np.abs((apart + PERIOD / 2) % PERIOD - PERIOD / 2) <= 1.0
    assert exact.mean() >= (0.8 if status.xruns else 1.0)


def test_a_server_that_dies_is_said_and_the_process_goes_on(jack: "subprocess.Popen[bytes]", until: Until) -> None:
    process = SoundProcess("system")
    process.start()
    try:
        until(lambda: process.status().state == "on")
        assert process.status().device == "system"
        jack.kill()
        jack.wait()
        until(lambda: process.status().state != "on")
        assert process.status().state == "failed"
        assert "has gone" in process.status().detail
        process.send([(perf_counter(), note_on(9, 36, 100))])
        assert process.alive
    finally:
        process.close()
    assert not process.alive


def onsets(sound: np.ndarray, stroke: np.ndarray) -> np.ndarray:
    """Where `stroke` begins in `sound`: the peaks of their correlation."""
    likeness = np.correlate(sound, stroke, "valid") / np.dot(stroke, stroke)
    close = np.flatnonzero(likeness > 0.6)
    groups = np.split(close, np.flatnonzero(np.diff(close) > 2400) + 1)
    return np.array([group[np.argmax(likeness[group])] for group in groups])
