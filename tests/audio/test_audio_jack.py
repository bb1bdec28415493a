"""JACK with a DAW on it: its main outputs are heard, its ports by name, its leaving is noticed, our names stay."""

import subprocess
import sys
from threading import Event
from time import monotonic, perf_counter

import numpy as np
import pytest

from livemusic.audio.devices import PortAudio, input_names, output_names
from livemusic.audio.graph import JackGraph
from livemusic.audio.live import LiveInput
from livemusic.audio.output import DeviceOutput
from livemusic.audio.rtmix import DeviceSource
from livemusic.errors import DeviceError
from tests.daw import daw


def heard(source: DeviceSource, count: int = 9600) -> np.ndarray:
    parts, deadline = [np.empty(0, np.float32)], monotonic() + 20
    while sum(map(len, parts)) < count:
        assert monotonic() < deadline, "nothing is heard"
        parts.append(source.read(perf_counter()))
        Event().wait(0.01)
    return np.concatenate(parts)


def level(wanted: str) -> float:
    """How loud the source `wanted` is, once it has been open for a while."""
    source = DeviceSource(wanted)
    source.start(perf_counter())
    loudest = float(np.abs(heard(source)[2400:]).max())
    source.close()
    return loudest


@pytest.mark.parametrize(
    ("wanted", "loud"),
    [
        ("ardour", 0.5),
        ("ARDOUR:master", 0.5),
        ("ardour:Bass/audio_out", 0.3),
        ("ardour:Click/audio_out 2", 0.8),
        ("ardour:LTC-out", 0.9),
        ("ardour:LTC-out + ardour:Bass/audio_out 1", 0.6),
    ],
)
def test_a_daw_is_heard_by_its_main_outputs_or_any_port(jack: object, wanted: str, loud: float) -> None:
    with daw():
        assert level(wanted) == pytest.approx(loud, abs=0.01)
    with pytest.raises(DeviceError, match=r"is named|no sound input"):
        DeviceSource("ardour:Master/audio_out")


def test_sides_that_cancel_are_heard(jack: object) -> None:
    with daw(0, 0, 0, 0, 0, 0.5, -0.4):
        source = DeviceSource("ardour")
        source.start(perf_counter())
        assert source.remark == ""
        assert np.abs(heard(source, 24000)[12000:]).max() == pytest.approx(0.5, abs=0.01)
        assert "Sound input 'ardour' has sides that cancel" in source.remark
        source.close()


def test_a_daw_that_leaves_is_missed_and_heard_again_when_it_is_back(jack: object) -> None:
    with daw():
        source = DeviceSource("ardour")
        source.start(perf_counter())
        heard(source)
    with pytest.raises(DeviceError, match=r"'ardour' has gone\. It is heard again once it is back"):
        heard(source, 48000 * 60)
    source.close()
    with daw():
        assert level("ardour") == pytest.approx(0.5, abs=0.01)


def test_our_names_are_the_same_whatever_is_opened(jack: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PortAudio, "client_name", "livemusic sound")
    graph = JackGraph("eye")
    with daw():
        output = DeviceOutput("system")
        for wanted in ("ardour", "system", "ardour:Bass"):
            first = DeviceSource(wanted)
            first.start(perf_counter())
            second = DeviceSource("ardour:Click")  # a change of source: the new one is opened before the old is closed
            second.start(perf_counter())
            first.close()
            live = LiveInput("ardour", 48000)
            ours = [f"livemusic sound:{name}" for name in ("input_1", "input_2", "live_1", "live_2")]
            assert sorted(graph.inputs("livemusic ")) == ours
            assert sorted(graph.outputs("livemusic ")) == ["livemusic sound:output_1", "livemusic sound:output_2"]
            assert graph.cables("livemusic sound:input_1") == {"ardour:Click/audio_out 1"}
            assert graph.cables("livemusic sound:live_2") == {"ardour:Master/audio_out 2"}
            assert not any("livemusic" in name for name in (*input_names(), *output_names()))
            live.close()
            second.close()
        assert graph.cables("livemusic sound:output_2") == {"system:playback_2"}
        output.close()
    graph.close()


def test_the_graph_sees_lays_and_cuts_cables(jack: "subprocess.Popen[bytes]") -> None:
    graph = JackGraph("eye")
    with daw():
        master, speaker = "ardour:Master/audio_out 1", "system:playback_1"
        graph.connect(master, speaker)
        graph.connect(master, speaker)  # again does nothing
        assert graph.cables(master) == {speaker}
        assert graph.cables(speaker) == {master}
        assert graph.present([master, "nobody:x"]) == (master,)
        graph.disconnect(master, speaker)
        graph.disconnect(master, speaker)
        assert graph.cables(master) == graph.cables("nobody:x") == frozenset()
        with pytest.raises(DeviceError, match="cannot be connected"):
            graph.connect(master, "nobody:x")
        assert graph.holds("ardour")
        assert not graph.holds("nobody")
        assert master in graph.sources()
        assert speaker in graph.ports()
        assert speaker in graph.inputs("system:")
    jack.kill()
    jack.wait()
    assert not graph.alive
    assert graph.ports() == frozenset()
    graph.connect(master, speaker)
    graph.close()
    graph.close()


def test_without_jack_there_is_nothing(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "livemusic-none")
    graph = JackGraph("eye")
    assert (graph.alive, graph.ports(), graph.cables("a:b"), graph.present(["a:b"])) == (
        False, frozenset(), frozenset(), (),
    )  # fmt: skip
    graph.rename("a:b", "c")
    graph.close()
    assert capfd.readouterr() == ("", "")


def test_without_libjack_everything_still_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(JackGraph, "_library_missing", False)
    monkeypatch.setitem(sys.modules, "jack", None)  # importing it fails now
    assert not JackGraph("eye").alive
    assert JackGraph._library_missing
    input_names()
