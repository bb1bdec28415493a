"""`livemusic doctor`: why do I hear nothing? Checks every station from the model to the speaker."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from livemusic.cli.finding import Finding, exit_code, guarded, print_findings
from livemusic.cli.options import as_json
from livemusic.errors import LiveMusicError
from livemusic.session.files import shown

if TYPE_CHECKING:
    from livemusic.dsp.level import Level
    from livemusic.engine.snapshot import ListenState, Plug, Snapshot, TransportState
    from livemusic.inference.library import Library

#: A peak that is more than a rounding error above full scale.
_OVER_DB = 0.1
_LEADERS = {"midi": "a MIDI clock", "link": "Ableton Link", "audio": "the beat it hears"}


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("--midi-out", metavar="PORT", help="which MIDI port to check")
    parser.add_argument(
        "--source", default="", metavar="WHAT", help="an input device, JACK ports or a file to listen to for a moment"
    )
    parser.add_argument("--test-note", action="store_true", help="let the running engine (or the port) sound a snare")
    parser.add_argument("--json", action="store_true", help="print JSON")
    loop = parser.add_argument_group(
        "latency",
        "Connect an output to an input with a cable (or in software) and measure the way there and back: MIDI from "
        "--midi-out to --midi-in, sound from --sound-out to --source, or both.",
    )
    loop.add_argument("--loopback", action="store_true", help="measure, and say which settings make up for it")
    loop.add_argument("--midi-in", metavar="PORT", help="the MIDI input that the cable leads to")
    loop.add_argument("--sound-out", default="", metavar="DEVICE", help="the output device that the cable comes from")
    loop.add_argument("--save", action="store_true", help="set what was measured")


def run(arguments: Namespace) -> int:
    """Print what was found at each station; exit code 2 when one is bad."""
    if arguments.loopback:
        from livemusic.cli import loopback

        return loopback.run(arguments)
    if arguments.midi_in or arguments.sound_out or arguments.save:
        raise LiveMusicError("--midi-in, --sound-out and --save belong to a measurement: add --loopback.")
    findings = list(_examine(arguments))
    if arguments.json:
        print(as_json([finding._asdict() for finding in findings]))
    else:
        print_findings(findings)
    return exit_code(findings)


def _examine(arguments: Namespace) -> Iterator[Finding]:
    midi_out = arguments.midi_out or "virtual"
    yield from guarded("models", _models)
    yield from guarded("presets", _presets)
    engine = list(guarded("engine", _engine))
    yield from engine
    running = engine[0].verdict == "good"
    jack = list(guarded("jack", _jack))
    yield from jack
    if jack:
        return  # what comes now would wait for it
    if not running:
        yield from guarded("midi", lambda: _midi(midi_out))
    yield from guarded("speakers", _speakers)
    yield from guarded("input", lambda: _input(arguments.source))
    if arguments.test_note:
        yield from guarded("test note", lambda: _test_note(midi_out, running))


def _models() -> Iterator[Finding]:
    from livemusic.inference.library import Library

    library = Library()
    for problem in library.problems():
        yield Finding("models", "bad", problem)
    for card in library.list():
        yield from guarded("models", partial(_model, library, card.id))


def _model(library: "Library", model_id: str) -> Iterator[Finding]:
    library.check(model_id)
    yield Finding("models", "good", f"{model_id} computes what it should")


def _presets() -> Iterator[Finding]:
    from livemusic.session.codec import read_preset
    from livemusic.session.library import list_presets

    presets = [read_preset(path) for _, path in list_presets()]
    yield Finding("presets", "good" if presets else "bad", f"{len(presets)} presets can be read")


def _engine() -> Iterator[Finding]:
    from livemusic.engine.client import Client, EngineSilentError
    from livemusic.engine.messages import Look
    from livemusic.engine.snapshot import Snapshot
    from livemusic.errors import EngineError

    try:
        client = Client.connect()
    except EngineSilentError:
        raise
    except EngineError:
        yield Finding("engine", "note", "no engine is running; 'livemusic' starts one")
        return
    seen = client.ask(Look(points=-1))
    client.close()
    if not isinstance(seen, Snapshot):
        yield Finding("engine", "bad", "an engine is running but gives no account of itself; restart it")
        return
    yield from _running(seen)


def _jack() -> Iterator[Finding]:
    """Nothing where it answers or there is none."""
    from livemusic.jack import require_jack

    require_jack()
    yield from ()


def _running(seen: "Snapshot") -> Iterator[Finding]:
    """How a running engine is plugged in."""
    doing = "playing" if seen.transport.playing else "stopped: press play"
    yield Finding("engine", "good", f"running, {doing}, {seen.transport.notes_sent} notes sent")
    yield _lead(seen.transport)
    yield _plug("source", seen.source)
    if seen.midi_out.wanted == "virtual" and seen.midi_out.state == "on":
        yield Finding("midi out", "good", f"{seen.midi_out.name}: on; choose this port as a MIDI input in your DAW")
    else:
        yield _plug("midi out", seen.midi_out)
        if seen.midi_out.state in ("lost", "failed"):
            yield from guarded("midi", _advice)
    yield _plug("midi in", seen.midi_in)
    for controller in seen.surface.controllers:
        yield _plug("controller", controller)
    yield _plug("sound", seen.sound)
    if seen.source.state == "on":
        yield _level("level", seen.source.name or "the source", seen.listen)


def _plug(station: str, plug: "Plug") -> Finding:
    verdict = {"on": "note" if plug.detail else "good", "off": "good"}.get(plug.state, "bad")
    return Finding(station, verdict, f"{plug.name or plug.wanted}: {plug.detail or plug.state}")


def _level(station: str, name: str, level: "Level | ListenState") -> Finding:
    """What the meter says of what is heard, and what to do about it."""
    heard = f"{name}: peak {level.peak_db:.0f} dB, rms {level.rms_db:.0f} dB"
    if level.silent:
        why = "it is muted or does not play, or there is no permission for the microphone"
        return Finding(station, "bad", f"{name} gives exact zeros: {why}")
    if level.constant:
        cure = "look at its cable and its coupling; an instrument is not connected, or its interface is broken"
        return Finding(station, "bad", f"{name} gives direct current and no sound: {cure}")
    if level.clipped:
        return Finding(station, "bad", f"{heard}: it clips; turn the input down")
    if level.peak_db > _OVER_DB:
        return Finding(station, "note", f"{heard}: above full scale, which no sound card can take; turn it down")
    return Finding(station, "good", heard)


def _lead(transport: "TransportState") -> Finding:
    """Who sets the time, and how well it is followed."""
    if transport.lead not in _LEADERS:
        return Finding("time", "good", f"sets its own tempo, {transport.bpm:.1f} bpm")
    words = [f"follows {_LEADERS[transport.lead]}", transport.lead_state]
    if transport.held:
        words.append("tempo held")
    if transport.lead_state == "locked":
        words.append(f"{abs(transport.phase_error_ms):.1f} ms")
    if transport.lead_trouble:
        words.append(transport.lead_trouble.rstrip("."))
    if transport.lead == "link":
        words.append(f"{transport.peers} others in the session")
    return Finding(
        "time", "good" if transport.lead_state == "locked" and not transport.lead_trouble else "note", ", ".join(words)
    )


def _midi(wanted: str) -> Iterator[Finding]:
    from livemusic.midi import rtmidi
    from livemusic.midi.guide import guidance, loopback_ports

    if wanted == "none":
        yield Finding("midi", "note", "no port was asked for: nothing goes to a DAW")
        return
    names = rtmidi.output_names()
    if wanted == "virtual" and sys.platform == "win32":
        yield Finding("midi", "note" if loopback_ports(names) else "bad", guidance(names))
        return
    port = rtmidi.open_out(wanted)
    port.close()
    advice = f". {guidance(names)}" if wanted == "virtual" else ""
    yield Finding("midi", "good", f"the port {port.name!r} opens{advice}")


def _advice() -> Iterator[Finding]:
    """How MIDI gets to a DAW on this system, with the ports that are there."""
    from livemusic.midi.guide import guidance
    from livemusic.midi.rtmidi import output_names

    yield Finding("midi", "note", guidance(output_names()))


def _speakers() -> Iterator[Finding]:
    from livemusic.audio.devices import output_names

    names = list(output_names())
    if names:
        yield Finding("speakers", "good", ", ".join(names))
    else:
        yield Finding(
            "speakers", "note", "no output device: the kit cannot be heard here, MIDI can; connect one, or start JACK"
        )


def _input(wanted: str) -> Iterator[Finding]:
    from livemusic.audio.devices import input_names

    if not wanted:
        names = list(input_names())
        yield Finding(
            "input", "good" if names else "note", ", ".join(names) or "no input device: listen to the demo or a file"
        )
        return
    from time import perf_counter, sleep

    from livemusic.audio.file import FileSource
    from livemusic.dsp.level import LevelMeter
    from livemusic.engine.openers import open_source

    source = open_source(wanted)
    if source is None:
        yield Finding("input", "note", "nothing to listen to was asked for")
        return
    meter = LevelMeter(source.sample_rate)
    try:
        source.start(begin := perf_counter())
        if isinstance(source, FileSource):
            source.playhead = source.playhead.played(begin)
        for _ in range(25):
            sleep(0.1)
            level = meter.push(source.read(perf_counter()))
    finally:
        source.close()
    if source.remark:
        yield Finding("input", "note", source.remark)
    yield _level("input", shown(wanted), level)


def _test_note(wanted: str, running: bool) -> Iterator[Finding]:
    from livemusic.music.event import note_off, note_on

    if running:
        from livemusic.engine.client import Client
        from livemusic.engine.messages import TestNote

        client = Client.connect()
        client.ask(TestNote())
        client.close()
        yield Finding("test note", "good", "the engine sent a snare (D1, channel 10) to its port and its kit")
        return
    if wanted in ("none", "virtual"):
        nobody = "no port was asked for" if wanted == "none" else "no DAW can have chosen a port that is only now made"
        advice = "start livemusic and try again, or name a port with --midi-out"
        yield Finding("test note", "note", f"not sent: no engine is running and {nobody}; {advice}")
        return
    from time import sleep

    from livemusic.midi import rtmidi

    port = rtmidi.open_out(wanted)
    port.send(note_on(9, 38, 100))
    sleep(0.15)
    port.send(note_off(9, 38))
    port.close()
    yield Finding("test note", "good", f"sent a snare (D1, channel 10) to {port.name!r}")
