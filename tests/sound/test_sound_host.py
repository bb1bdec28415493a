"""The sound process on a real audio system: JACK without a sound card, recorded by another program."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
import soundfile

from livemusic.audio.graph import JackGraph
from livemusic.music.event import CLICK, CLICK_0_DB, note_on
from livemusic.sound.click import Clicks
from livemusic.sound.kit import Kit
from livemusic.sound.process import SoundProcess

Until = Callable[[Callable[[], bool]], None]
RATE, PERIOD = 48000, 256
#: Between two strokes a busy machine's clock may be leant on by 300 millionths, and a stroke is on a whole frame.
LEANT = 0.3 * 48000 * 300e-6 + 1.0
pytestmark = pytest.mark.skipif(shutil.which("jackd") is None, reason="needs jackd and jack_rec")


def test_strokes_keep_their_distance_to_the_sample(
    jack: "subprocess.Popen[bytes]", until: Until, tmp_path: Path
) -> None:
    """A program that records may lose whole periods on a busy machine, so distances are compared within a period.

    On such a machine this test may also send a stroke too late to be played on time; those are not compared.
    """
    process = SoundProcess("default")
    process.start()
    try:
        until(lambda: process.status().state == "on")
        path = tmp_path / "heard.wav"
        recorder = recorded(path, "livemusic sound:output_1", 5)
        begin = perf_counter() + 1.0
        due = begin + np.cumsum(np.random.default_rng(0).uniform(0.2, 0.3, 12))
        in_time = []
        for moment in due:
            until(lambda moment=moment: perf_counter() > moment - 0.06)  # type: ignore[misc]
            in_time.append(perf_counter() < moment - 0.015)
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
    exact = (np.abs((apart + PERIOD / 2) % PERIOD - PERIOD / 2) <= LEANT)[np.logical_and(in_time[1:], in_time[:-1])]
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


def recorded(path: Path, port: str, seconds: int) -> "subprocess.Popen[bytes]":
    """A program that records `port`; it is done when it ends."""
    command = ["jack_rec", "-f", str(path), "-d", str(seconds), "-b", "32", port]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_notes_go_on_after_the_process_was_killed(
    jack: "subprocess.Popen[bytes]", until: Until, tmp_path: Path
) -> None:
    process = SoundProcess("default")
    process.start()
    try:
        until(lambda: process.status().state == "on")
        pid = process.status().pid
        os.kill(pid, 9)
        until(lambda: process.status().pid != pid and process.status().state == "on")
        recorder = recorded(tmp_path / "heard.wav", "livemusic sound:output_1", 2)
        due = perf_counter()
        while recorder.poll() is None:
            due += 0.2
            until(lambda due=due: perf_counter() > due)  # type: ignore[misc]
            process.send([(due + 0.02, note_on(9, 37, 110))])
        status = process.status()
    finally:
        process.close()
    assert status.restarts == 1
    kit = Kit(RATE)
    kit.play(0, note_on(9, 37, 110))
    assert len(onsets(soundfile.read(tmp_path / "heard.wav")[0], kit.render(480)[:, 0])) >= 4


PLAYER = """
import numpy, rtmixer, sys
mixer = rtmixer.Mixer(device="system", channels=2, samplerate=48000)
mixer.start()
mixer.play_buffer(numpy.full((48000 * 60, 2), 0.25, "float32"), 2)
print("ready", flush=True)
sys.stdin.read()
"""


def player() -> "subprocess.Popen[bytes]":
    """Another program: it plays a steady 0.25."""
    program = subprocess.Popen(
        [sys.executable, "-c", PLAYER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert program.stdout is not None
    assert program.stdout.readline() == b"ready\n"
    return program


def end(program: "subprocess.Popen[bytes]") -> None:
    """By itself: for one that is killed a server that waits for everybody stands still for seconds."""
    program.communicate(b"")


def test_a_live_input_is_heard_missed_and_heard_again(
    jack: "subprocess.Popen[bytes]", until: Until, tmp_path: Path
) -> None:
    program, process = player(), SoundProcess("system")
    process.start()
    try:
        until(lambda: process.status().state == "on")
        process.live_in("PortAudio")
        for number in range(2):
            until(lambda: process.status().live_in == "on")
            assert 20 < process.status().live_in_ms < 120
            path = tmp_path / f"{number}.wav"
            recorder = recorded(path, "livemusic sound:output_1", 2)
            recorder.wait(20)
            heard = np.abs(soundfile.read(path)[0][-4800:] - 0.25) < 0.001
            assert heard.mean() > 0.8  # all of it, but for what the recorder loses on a busy machine
            end(program)
            until(lambda: process.status().live_in == "lost")
            assert process.status().live_in_detail.endswith(".")
            assert process.status().state == "on"
            program = player()
        until(lambda: process.status().live_in == "on")
        process.live_in("none")
        until(lambda: process.status().live_in == "off")
        process.live_in("no such Mikrofon")
        until(lambda: process.status().live_in == "failed")
        assert "no such Mikrofon" in process.status().live_in_detail
        assert process.status().restarts == 0
    finally:
        process.close()
        end(program)


def outputs_of(graph: JackGraph) -> list[str]:
    return sorted(port.rpartition("_")[2] for port in graph.outputs("livemusic sound:") if "output" in port)


def struck(process: SoundProcess, until: Until, path: Path, *ports: int) -> np.ndarray:
    """What the ports of the sound process play while it clicks, and strikes the rim with every other click."""
    seconds, names = 3, [f"livemusic sound:output_{port}" for port in ports]
    command = ["jack_rec", "-f", str(path), "-d", str(seconds), "-b", "32", *names]
    recorder = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    due = perf_counter()
    while recorder.poll() is None:
        due += 0.2
        until(lambda due=due: perf_counter() > due)  # type: ignore[misc]
        process.send([(due + 0.05, bytes((CLICK, 1, CLICK_0_DB - 6))), (due + 0.15, note_on(9, 37, 110))])
    heard: np.ndarray = soundfile.read(path)[0]
    return heard


def test_the_click_goes_to_a_pair_of_outputs_of_its_own_and_back(
    wide_jack: "subprocess.Popen[bytes]", until: Until, tmp_path: Path
) -> None:
    graph, process = JackGraph("eye"), SoundProcess("system")
    process.click_to(2)  # before it opens its device, as a session does that has it so
    process.start()
    try:
        until(lambda: process.status().state == "on")
        assert process.status().outputs == 6
        until(lambda: outputs_of(graph) == ["1", "2", "3", "4"])
        assert graph.cables("livemusic sound:output_3") == {"system:playback_3"}
        rim = Kit(RATE)
        rim.play(0, note_on(9, 37, 110))
        stroke, click = rim.render(480)[:, 0], np.zeros((480, 2), np.float32)
        sounds = Clicks(RATE)
        sounds.strike(0, True, 0.5)
        sounds.add_to(click, 0)
        heard = struck(process, until, tmp_path / "apart.wav", 1, 3, 4)
        for port, there, missing in ((0, stroke, click[:, 0]), (1, click[:, 0], stroke), (2, click[:, 0], stroke)):
            assert len(onsets(heard[:, port], there)) >= 4
            assert len(onsets(heard[:, port], missing)) == 0
        process.click_to(1)
        until(lambda: outputs_of(graph) == ["1", "2"])
        heard = struck(process, until, tmp_path / "together.wav", 1)
        assert len(onsets(heard, stroke)) >= 4
        assert len(onsets(heard, click[:, 0])) >= 4
        assert process.status().restarts == 0
    finally:
        process.close()
        graph.close()


def test_a_device_without_such_outputs_clicks_at_its_main_ones_and_plays_on(
    jack: "subprocess.Popen[bytes]", until: Until, tmp_path: Path
) -> None:
    graph, process = JackGraph("eye"), SoundProcess("system")
    process.start()
    try:
        until(lambda: process.status().state == "on")
        process.click_to(2)
        heard = struck(process, until, tmp_path / "heard.wav", 1)
        assert np.abs(heard).max() > 0.2
        assert outputs_of(graph) == ["1", "2"]
        assert (process.status().outputs, process.status().state, process.status().restarts) == (2, "on", 0)
    finally:
        process.close()
        graph.close()


def onsets(sound: np.ndarray, stroke: np.ndarray) -> np.ndarray:
    """Where `stroke` begins in `sound`: the peaks of their correlation."""
    likeness = np.correlate(sound, stroke, "valid") / np.dot(stroke, stroke)
    close = np.flatnonzero(likeness > 0.6)
    groups = np.split(close, np.flatnonzero(np.diff(close) > 2400) + 1)
    return np.array([group[np.argmax(likeness[group])] for group in groups if len(group)])
