"""`livemusic doctor`: why do I hear nothing? Checks every station from the model to the speaker."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from livemusic.cli.options import as_json
from livemusic.errors import LiveMusicError

if TYPE_CHECKING:
    from livemusic.inference.library import Library

_MARKS = {"good": "✓", "note": "·", "bad": "✗"}


class Finding(NamedTuple):
    """One station: `verdict` is `good`, `note` (works, but you should know) or `bad`."""

    station: str
    verdict: str
    text: str


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("--midi-out", default="virtual", metavar="PORT", help="which MIDI port to check")
    parser.add_argument("--source", default="", metavar="DEVICE", help="an input device to listen to for a second")
    parser.add_argument("--test-note", action="store_true", help="let the running engine (or the port) sound a snare")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: Namespace) -> int:
    """Print what was found at each station; exit code 2 when one is bad."""
    findings = list(_examine(arguments))
    if arguments.json:
        print(as_json([finding._asdict() for finding in findings]))
    else:
        for station, verdict, text in findings:
            print(f"{_MARKS[verdict]} {station:<10}{text}")
    return 2 if any(finding.verdict == "bad" for finding in findings) else 0


def _examine(arguments: Namespace) -> Iterator[Finding]:
    yield from _guarded("models", _models)
    yield from _guarded("presets", _presets)
    engine = list(_guarded("engine", _engine))
    yield from engine
    running = engine[0].verdict == "good"
    if not running:
        yield from _guarded("midi", lambda: _midi(arguments.midi_out))
    yield from _guarded("speakers", _speakers)
    yield from _guarded("input", lambda: _input(arguments.source))
    if arguments.test_note:
        yield from _guarded("test note", lambda: _test_note(arguments.midi_out, running))


def _guarded(station: str, examine: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from examine()
    except LiveMusicError as problem:
        yield Finding(station, "bad", str(problem))


def _models() -> Iterator[Finding]:
    from livemusic.inference.library import Library

    library = Library()
    for problem in library.problems():
        yield Finding("models", "bad", problem)
    for card in library.list():
        yield from _guarded("models", partial(_model, library, card.id))


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
    seen = client.ask(Look(points=1 << 62))
    client.close()
    if not isinstance(seen, Snapshot):
        yield Finding("engine", "bad", "an engine is running but gives no account of itself; restart it")
        return
    doing = "playing" if seen.transport.playing else "stopped: press play"
    yield Finding("engine", "good", f"running, {doing}, {seen.transport.notes_sent} notes sent")
    for station, plug in (("source", seen.source), ("midi out", seen.midi_out), ("sound", seen.sound)):
        good = plug.state in ("on", "off")
        doing = plug.detail or plug.state
        if station == "midi out" and plug.wanted == "virtual" and plug.state == "on":
            doing = "on; choose this port as a MIDI input in your DAW"
        yield Finding(station, "good" if good else "bad", f"{plug.name or plug.wanted}: {doing}")
    if seen.source.state == "on":
        if seen.listen.silent:
            yield Finding(
                "level", "bad", "every sample is exactly zero: a muted input, or no permission for the microphone"
            )
        else:
            yield Finding("level", "good", f"peak {seen.listen.peak_db:.0f} dB, rms {seen.listen.rms_db:.0f} dB")


def _midi(wanted: str) -> Iterator[Finding]:
    from livemusic.midi import rtmidi

    if wanted == "none":
        yield Finding("midi", "note", "no port was asked for: nothing goes to a DAW")
        return
    port = rtmidi.open_out(wanted)
    port.close()
    yield Finding("midi", "good", f"the port {port.name!r} opens")


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

    from livemusic.dsp.level import LevelMeter
    from livemusic.engine.openers import open_source

    source = open_source(wanted)
    if source is None:
        yield Finding("input", "note", "nothing to listen to was asked for")
        return
    meter = LevelMeter(source.sample_rate)
    source.start(perf_counter())
    for _ in range(25):
        sleep(0.1)
        level = meter.push(source.read(perf_counter()))
    source.close()
    if level.silent:
        yield Finding("input", "bad", f"{wanted} gives exact zeros: a muted input, or no permission for the microphone")
    else:
        yield Finding("input", "good", f"{wanted}: peak {level.peak_db:.0f} dB, rms {level.rms_db:.0f} dB")


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
