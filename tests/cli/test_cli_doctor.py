"""`livemusic doctor`: what a running engine is plugged into, and the loops that are measured through a cable."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec
import pytest

from livemusic.audio.loopback import AudioLoop
from livemusic.cli import main
from livemusic.cli.finding import Finding, exit_code
from livemusic.cli.loopback import Lateness, advise, heard_notes, heard_sound
from livemusic.engine.edits import Configure
from livemusic.engine.messages import AnyRequest, Look
from livemusic.engine.place import engine_folder, occupied
from livemusic.engine.request import Done, Failed
from livemusic.engine.server import Server
from livemusic.engine.snapshot import (
    AnyReply,
    Health,
    ListenState,
    Plug,
    Snapshot,
    SurfaceState,
    TransportState,
)
from livemusic.midi.loopback import MidiLoop
from livemusic.session.codec import read_preset, read_session, session_file, write_session
from livemusic.session.library import find_preset
from livemusic.session.settings import Session, Settings

CABLE = """
import sys, rtmidi
out = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, "Cable")
out.open_virtual_port("back")
midi = rtmidi.MidiIn(rtmidi.API_UNIX_JACK, "Cable")
midi.set_callback(lambda event, _: out.send_message(event[0]))
midi.open_virtual_port("there")
print("ready", flush=True)
sys.stdin.read()
midi.close_port()
out.close_port()
"""
SESSION = Session(read_preset(find_preset("Backbeat")), Settings(sound_out="none", channel=3))
DONE = Done()
SNAPSHOT = Snapshot(
    now=1.0,
    revision=1,
    transport=TransportState(playing=True, lead="midi", lead_state="locked", phase_error_ms=-0.43),
    listen=ListenState(),
    source=Plug("demo", "demo", "on"),
    midi_out=Plug("virtual", "livemusic", "on"),
    sound=Plug("none"),
    health=Health(),
    midi_in=Plug("Desk", "Desk MIDI 1", "on"),
    surface=SurfaceState(controllers=(Plug("Pads", "Pads ü", "on"), Plug("Knobs", "", "lost", "Knobs has gone."))),
    session=SESSION,
)


@contextmanager
def engine(snapshot: Snapshot, reply: AnyReply = DONE) -> Iterator[list[AnyRequest]]:
    """An engine's door, and somebody behind it who gives one account of itself; yields what is asked besides."""
    asked: list[AnyRequest] = []

    def answer(request: AnyRequest) -> AnyReply:
        if isinstance(request, Look):
            return snapshot
        asked.append(request)
        return reply

    with occupied(engine_folder()) as door:
        server = Server(door, answer)
        server.start()
        try:
            yield asked
        finally:
            server.close()


@contextmanager
def cables() -> Iterator[None]:
    """Two programs that pass on what comes in: sound and MIDI."""
    pipe, quiet = subprocess.PIPE, subprocess.DEVNULL
    sound = subprocess.Popen(["jack_thru", "cable"], stdout=quiet, stderr=quiet)
    try:
        command = [sys.executable, "-c", CABLE]
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=quiet, text=True) as program:
            assert program.stdout is not None
            assert program.stdout.readline() == "ready\n"
            while "cable:output_2" not in subprocess.run(["jack_lsp"], capture_output=True, text=True).stdout:
                assert sound.poll() is None
            yield
            program.communicate("")
    finally:
        sound.terminate()
        sound.wait()


def complaint(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The one sentence that `livemusic doctor` with `words` is answered with."""
    assert main(["doctor", *words]) == 2
    out, said = capsys.readouterr()
    assert out == ""
    assert said.startswith("livemusic: ")
    assert said.count("\n") == 1
    return said


def stations(capsys: pytest.CaptureFixture[str], *words: str) -> list[tuple[str, str, str]]:
    main(["doctor", "--json", *words])
    return [(entry["station"], entry["verdict"], entry["text"]) for entry in json.loads(capsys.readouterr().out)]


def test_doctor_shows_who_leads_and_what_is_plugged_in(capsys: pytest.CaptureFixture[str]) -> None:
    with engine(SNAPSHOT):
        found = stations(capsys)
    assert ("time", "good", "follows a MIDI clock, locked, 0.4 ms") in found
    assert ("midi in", "good", "Desk MIDI 1: on") in found
    assert ("controller", "good", "Pads ü: on") in found
    assert ("controller", "bad", "Knobs: Knobs has gone.") in found
    assert ("midi out", "good", "livemusic: on; choose this port as a MIDI input in your DAW") in found


@pytest.mark.parametrize(
    ("transport", "verdict", "words"),
    [
        (TransportState(bpm=97.25), "good", "sets its own tempo, 97.2 bpm"),
        (TransportState(lead="midi", lead_state="coasting"), "note", "follows a MIDI clock, coasting"),
        (TransportState(lead="audio", lead_state="searching"), "note", "follows the beat it hears, searching"),
        (
            TransportState(lead="link", lead_state="locked", peers=2),
            "good",
            "follows Ableton Link, locked, 0.0 ms, 2 others in the session",
        ),
        (
            TransportState(lead="audio", lead_state="locked", phase_error_ms=3.21, held=True),
            "good",
            "follows the beat it hears, locked, tempo held, 3.2 ms",
        ),
    ],
)
def test_the_lead_in_words(
    capsys: pytest.CaptureFixture[str], transport: TransportState, verdict: str, words: str
) -> None:
    with engine(msgspec.structs.replace(SNAPSHOT, transport=transport)):
        assert ("time", verdict, words) in stations(capsys)


def test_a_lost_port_brings_guidance(capsys: pytest.CaptureFixture[str], jack: object) -> None:
    lost = Plug("Synth", "", "lost", "MIDI port 'Synth' has gone.")
    with engine(msgspec.structs.replace(SNAPSHOT, midi_out=lost)):
        found = stations(capsys)
    assert ("midi out", "bad", "Synth: MIDI port 'Synth' has gone.") in found
    assert any(station == "midi" and "as a MIDI input in your DAW" in text for station, _, text in found)


def test_windows_is_told_how_to_get_a_port(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, jack: object
) -> None:
    from livemusic.midi import guide, rtmidi

    monkeypatch.setattr("livemusic.cli.doctor.sys.platform", "win32")
    monkeypatch.setattr(guide.guidance, "__defaults__", ("win32",))
    for names, verdict, words in (([], "bad", "Install loopMIDI"), (["loopMIDI Port 0"], "note", "'loopMIDI Port'")):
        monkeypatch.setattr(rtmidi, "output_names", lambda names=names: names)
        found = {station: (verdict, text) for station, verdict, text in stations(capsys)}
        assert found["midi"][0] == verdict
        assert words in found["midi"][1]


def test_half_of_each_round_trip_is_one_way() -> None:
    advice = {name: (value, why) for name, value, why in advise(Lateness(midi=8.0, sound=11.0, kit=22.0), Settings())}
    assert {name: value for name, (value, _) in advice.items()} == {
        "midi_in_latency_ms": 4.0,
        "source_latency_ms": 5.5,
        "midi_delay_ms": 18.0,
        "sound_delay_ms": 0.0,
    }
    assert "half of the 8.0 ms MIDI round trip" in advice["midi_in_latency_ms"][1]
    assert "taking both ways to be equally long" in advice["source_latency_ms"][1]
    assert "add 5.5" in advice["midi_delay_ms"][1]


def test_a_slow_port_holds_the_kit_back() -> None:
    values = {name: value for name, value, _ in advise(Lateness(midi=100.0, sound=10.0, kit=22.0), Settings())}
    assert (values["midi_delay_ms"], values["sound_delay_ms"]) == (0.0, 28.0)


@pytest.mark.parametrize(
    ("late", "settings", "names"),
    [
        (Lateness(), Settings(), []),
        (Lateness(midi=8.0), Settings(), ["midi_in_latency_ms"]),
        (Lateness(sound=8.0), Settings(), ["source_latency_ms"]),
        (Lateness(sound=8.0, kit=22.0), Settings(sound_out="none"), ["source_latency_ms"]),
        (Lateness(sound=8.0, kit=22.0), Settings(midi_out="none"), ["source_latency_ms"]),
        (Lateness(sound=8.0, kit=22.0), Settings(), ["source_latency_ms", "midi_delay_ms", "sound_delay_ms"]),
    ],
)
def test_only_what_was_measured_and_is_in_use_is_advised(late: Lateness, settings: Settings, names: list[str]) -> None:
    advice = advise(late, settings)
    assert [name for name, _, _ in advice] == names
    assert all(text.endswith(".") for _, _, text in advice)


def test_advice_always_fits_the_settings() -> None:
    for late in (Lateness(midi=5000.0, sound=1e-9, kit=0.0), Lateness(midi=0.0, sound=5000.0, kit=1e6)):
        Settings(**{name: value for name, value, _ in advise(late, Settings())})


def test_each_fault_of_a_midi_loop_is_said() -> None:
    fine = MidiLoop(4, (5.0, 6.0, 7.0, 8.5), 0, 0, 0)
    [only] = heard_notes(fine)
    assert only == Finding(
        "midi loop",
        "good",
        "4 of 4 notes came back after 6.00 ms (median); min 5.00, p95 8.50, p99 8.50 ms: jitter 3.50 ms",
    )
    verdicts = [finding.verdict for finding in heard_notes(MidiLoop(4, (5.0, 6.0), 2, 1, 3))]
    assert verdicts == ["bad", "bad", "note", "note"]
    [nothing] = heard_notes(MidiLoop(4, (), 4, 0, 0))
    assert nothing.verdict == "bad"
    assert "none of 4 notes came back" in nothing.text


@pytest.mark.parametrize(
    ("changes", "verdicts", "words"),
    [
        ({}, ["good"], "8 of 8 bursts came back after 20.00 ms (median), spread 0.00 ms, peak -12 dB"),
        ({"silent": True, "delays_ms": ()}, ["bad"], "exactly zero"),
        ({"delays_ms": (20.0,)}, ["bad"], "1 of 8 bursts stood out"),
        ({"clipped": True}, ["good", "note"], "too loud"),
        ({"peak_db": -60.0}, ["good", "note"], "very quiet"),
        ({"gaps": 2}, ["good", "note"], "lost sound 2 times; the bursts agree"),
        ({"gaps": 2, "delays_ms": (20.0,) * 7 + (25.0,)}, ["good", "bad", "note"], "this figure is wrong"),
        ({"delays_ms": (20.0,) * 7 + (25.0,)}, ["good", "note"], "unevenly"),
        ({"delays_ms": (20.0,) * 7}, ["good", "note"], "not all of them"),
    ],
)
def test_each_fault_of_a_sound_loop_is_said(changes: dict[str, object], verdicts: list[str], words: str) -> None:
    values = {"delays_ms": (20.0,) * 8, "peak_db": -12.0, "clipped": False, "silent": False, "gaps": 0} | changes
    findings = list(heard_sound(AudioLoop(sample_rate=48000, sent=8, noise_db=-80.0, **values)))  # type: ignore[arg-type]
    assert [finding.verdict for finding in findings] == verdicts
    assert any(words in finding.text for finding in findings)
    assert exit_code(findings) == (2 if "bad" in verdicts else 0)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--save",), "add --loopback"),
        (("--midi-in", "Desk"), "add --loopback"),
        (("--loopback", "--midi-in", "Desk"), "--midi-out and --midi-in"),
        (("--loopback", "--midi-out", "Desk"), "--midi-out and --midi-in"),
        (("--loopback", "--midi-out", "virtual", "--midi-in", "Desk"), "--midi-out and --midi-in"),
        (("--loopback", "--midi-out", "Desk", "--midi-in", "none"), "--midi-out and --midi-in"),
    ],
)
def test_half_a_loop_is_one_sentence(capsys: pytest.CaptureFixture[str], words: Sequence[str], sentence: str) -> None:
    assert sentence in complaint(capsys, *words)


def test_ends_that_are_not_there_are_one_sentence(capsys: pytest.CaptureFixture[str], jack: object) -> None:
    assert "No sound output is named 'Zoom'" in complaint(capsys, "--loopback", "--sound-out", "Zoom")
    assert "No sound input is named 'demo'" in complaint(capsys, "--loopback", "--source", "demo", "--json")
    assert "named 'Moog'" in complaint(capsys, "--loopback", "--midi-out", "Moog", "--midi-in", "Moog")


def test_both_loops_are_measured_and_kept(capsys: pytest.CaptureFixture[str], jack: object) -> None:
    write_session(session_file(), msgspec.structs.replace(SESSION, settings=Settings(channel=7)))
    words = ("--midi-out", "Cable", "--midi-in", "Cable", "--source", "cable", "--sound-out", "cable")
    with cables():
        assert main(["doctor", "--loopback", *words, "--save", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["midi"]["sent"], report["midi"]["lost"], len(report["midi"]["trips_ms"])) == (100, 0, 100)
    assert len(report["audio"]["delays_ms"]) == 8
    assert {entry["verdict"] for entry in report["findings"]} <= {"good", "note"}
    kept = read_session(session_file()).settings
    assert kept.channel == 7
    assert set(report["settings"]) == {"midi_in_latency_ms", "source_latency_ms", "midi_delay_ms", "sound_delay_ms"}
    assert report["settings"] == {name: getattr(kept, name) for name in report["settings"]}
    assert kept.source_latency_ms == round(report["audio"]["delays_ms"][0] / 2, 1)
    assert kept.midi_delay_ms > 10.0  # the kit is rendered that much ahead at least


def test_a_running_engine_is_told(capsys: pytest.CaptureFixture[str], jack: object) -> None:
    with cables(), engine(SNAPSHOT) as asked:
        words = ("--loopback", "--source", "cable", "--sound-out", "cable")
        assert main(["doctor", *words]) == 0
        assert "the same with --save sets them" in capsys.readouterr().out
        assert asked == []
        assert main(["doctor", *words, "--save"]) == 0
        out = capsys.readouterr().out
    assert "✓ sound loop 8 of 8 bursts came back" in out
    assert "✓ saved" in out
    [order] = asked
    assert isinstance(order, Configure)
    settings = order.wanted
    assert settings.source_latency_ms > 0
    assert msgspec.structs.replace(settings, source_latency_ms=0.0) == SESSION.settings  # no kit: nothing has to wait
    assert not session_file().exists()


def test_an_engine_that_refuses_is_heard(capsys: pytest.CaptureFixture[str], jack: object) -> None:
    with cables(), engine(SNAPSHOT, Failed("not now")):
        words = ("--loopback", "--source", "cable", "--sound-out", "cable", "--save")
        assert "did not take the settings: not now" in complaint(capsys, *words)


def test_an_open_end_sets_nothing(capsys: pytest.CaptureFixture[str], jack: object) -> None:
    assert main(["doctor", "--loopback", "--save"]) == 2
    out = capsys.readouterr().out
    assert "✗ sound loop every sample is exactly zero" in out
    assert "set " not in out
    assert not session_file().exists()
