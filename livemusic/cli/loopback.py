"""`livemusic doctor --loopback`: how long sound and MIDI take through a cable, and which settings make up for it."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from livemusic.cli.finding import Finding, exit_code, print_findings
from livemusic.cli.options import DEFAULT_PRESET, as_json
from livemusic.errors import DeviceError, EngineError, LiveMusicError, PresetError
from livemusic.session.settings import MAX_DELAY_MS, Session, Settings

if TYPE_CHECKING:
    from livemusic.audio.loopback import AudioLoop
    from livemusic.engine.client import Client
    from livemusic.midi.loopback import MidiLoop

_QUIET_DB, _UNEVEN_MS = -45.0, 1.0


class Advice(NamedTuple):
    """A field of `Settings`, what it should be in ms, and why."""

    name: str
    value: float
    why: str


class Lateness(NamedTuple):
    """What the loops tell, ms each; None where nothing was measured.

    `midi`, `sound`: round trips. `kit`: how long livemusic itself holds a note of its kit before the sound card.
    """

    midi: float | None = None
    sound: float | None = None
    kit: float | None = None


def run(arguments: Namespace) -> int:
    """Measure the loops that are named (without any: the default sound devices), say what to set, and set it if asked.

    Exit code 2 when nothing came back, or something is lost on the way.
    """
    midi, audio = _measure(arguments)
    findings = [*heard_notes(midi), *heard_sound(audio)]
    lateness = Lateness(
        midi=midi.percentile(50) if midi and midi.found else None,
        sound=audio.median_ms if audio and audio.found and not _torn(audio) else None,
        kit=_kit_ms(arguments.sound_out) if audio and audio.found else None,
    )
    advice = advise(lateness, _settings())
    findings += [Finding("set", "note", f"{name} to {value:g}: {why}") for name, value, why in advice]
    values = {name: value for name, value, _ in advice}
    if arguments.save and values:
        findings.append(Finding("saved", "good", _save(values)))
    elif values:
        findings.append(Finding("save", "note", "the same with --save sets them"))
    if arguments.json:
        print(as_json({"midi": midi, "audio": audio, "settings": values, "findings": _plain(findings)}))
    else:
        print_findings(findings)
    return exit_code(findings)


def advise(late: Lateness, settings: Settings) -> list[Advice]:
    """Which of the `settings` make up for what was measured. One way is taken to be half of the way there and back.

    Where both kit and port are in use they are matched for a DAW that plays through the same sound card: then both
    share the way to the speaker, and only the kit's own waiting and the MIDI way differ.
    """
    advice = []
    if late.midi is not None:
        why = (
            f"half of the {late.midi:.1f} ms MIDI round trip, taking both ways to be equally long; "
            "what you play by hand is put that much earlier."
        )
        advice.append(_advice("midi_in_latency_ms", late.midi / 2, why))
    if late.sound is not None:
        why = (
            f"half of the {late.sound:.1f} ms sound round trip, taking both ways to be equally long; "
            "what livemusic listens to was played that much before."
        )
        advice.append(_advice("source_latency_ms", late.sound / 2, why))
    if late.kit is not None and late.sound is not None and "none" not in (settings.sound_out, settings.midi_out):
        way = (late.midi or 0.0) / 2
        known = "half of its round trip" if late.midi is not None else "no MIDI loop was measured"
        advice += [
            _advice(
                "midi_delay_ms",
                max(0.0, late.kit - way),
                f"the kit waits {late.kit:.1f} ms inside livemusic, MIDI travels for {way:.1f} ms ({known}); the port "
                "waits for the difference, so that kit and a DAW on the same sound card are heard together. For a drum "
                f"machine with its own output add {late.sound / 2:.1f}; set 0 if you never hear kit and port at once.",
            ),
            _advice(
                "sound_delay_ms",
                max(0.0, way - late.kit),
                "the kit is held back only where MIDI travels longer than the kit waits.",
            ),
        ]
    return advice


def _advice(name: str, value: float, why: str) -> Advice:
    return Advice(name, min(MAX_DELAY_MS, round(value, 1)), why)


def _measure(arguments: Namespace) -> "tuple[MidiLoop | None, AudioLoop | None]":
    """Run the loops that the options name; `LiveMusicError` where one end is missing."""
    wants_midi = arguments.midi_in is not None or arguments.midi_out is not None
    wants_audio = bool(arguments.source or arguments.sound_out) or not wants_midi
    if wants_midi and {arguments.midi_in, arguments.midi_out} & {None, "virtual", "none"}:
        raise LiveMusicError(
            "A MIDI loop has two ends that are there before it is measured: name them with --midi-out and --midi-in, "
            "as 'livemusic devices' and your DAW list them."
        )
    midi, audio = None, None
    if wants_midi:
        from livemusic.midi import loopback as midi_loop

        midi = midi_loop.measure(arguments.midi_out, arguments.midi_in)
    if wants_audio:
        from livemusic.audio import loopback as audio_loop

        audio = audio_loop.measure(arguments.source, arguments.sound_out)
    return midi, audio


def heard_notes(loop: "MidiLoop | None") -> Iterator[Finding]:
    """A MIDI loop in words."""
    if loop is None:
        return
    if not loop.trips_ms:
        text = f"none of {loop.sent} notes came back: does the cable go from this output to this input?"
        yield Finding("midi loop", "bad", text if not loop.strays else f"{text} Other notes did ({loop.strays}).")
        return
    least, middle, most, worst = (loop.percentile(percent) for percent in (0, 50, 95, 99))
    yield Finding(
        "midi loop",
        "bad" if loop.lost else "good",
        f"{len(loop.trips_ms)} of {loop.sent} notes came back after {middle:.2f} ms (median); min {least:.2f}, "
        f"p95 {most:.2f}, p99 {worst:.2f} ms: jitter {worst - least:.2f} ms",
    )
    if loop.lost:
        yield Finding("midi loop", "bad", f"{loop.lost} notes were lost: look for a bad cable or a filter on the way")
    if loop.doubled:
        yield Finding("midi loop", "note", f"{loop.doubled} notes came back twice: there is a second way, MIDI thru?")
    if loop.strays:
        yield Finding("midi loop", "note", f"{loop.strays} notes came that were not sent: somebody else plays there")


def heard_sound(loop: "AudioLoop | None") -> Iterator[Finding]:
    """A sound loop in words."""
    if loop is None:
        return
    station = "sound loop"
    if loop.silent:
        text = "every sample is exactly zero: no cable, a muted input, or no permission for the microphone"
        yield Finding(station, "bad", text)
        return
    if not loop.found:
        yield Finding(
            station,
            "bad",
            f"{len(loop.delays_ms)} of {loop.sent} bursts stood out from what is heard anyway, {loop.noise_db:.0f} dB: "
            "check the cable, turn output and input up, and let nothing else play",
        )
        return
    yield Finding(
        station,
        "good",
        f"{len(loop.delays_ms)} of {loop.sent} bursts came back after {loop.median_ms:.2f} ms (median), spread "
        f"{loop.spread_ms:.2f} ms, peak {loop.peak_db:.0f} dB over noise at {loop.noise_db:.0f} dB",
    )
    if _torn(loop):
        text = f"the device lost sound {loop.gaps} times, so this figure is wrong: use larger buffers, and try again"
        yield Finding(station, "bad", text)
    elif loop.gaps:
        text = f"the device lost sound {loop.gaps} times; the bursts agree all the same, but larger buffers would help"
        yield Finding(station, "note", text)
    if loop.clipped:
        yield Finding(station, "note", "too loud: the input clips; turn it down")
    elif loop.peak_db < _QUIET_DB:
        yield Finding(station, "note", "very quiet: it was found, but turn the input up before you rely on it")
    if loop.spread_ms > _UNEVEN_MS or len(loop.delays_ms) < loop.sent:
        yield Finding(
            station, "note", "the bursts came unevenly, or not all of them: measure again while nothing else plays"
        )


def _torn(loop: "AudioLoop") -> bool:
    """Whether what the device lost has shifted what came after it."""
    return loop.gaps > 0 and loop.spread_ms > _UNEVEN_MS


def _kit_ms(sound_out: str) -> float | None:
    """How long the sound process holds a note before it goes to this device; None where that cannot be seen."""
    from livemusic.audio.output import DeviceOutput
    from livemusic.sound.desk import Desk

    try:
        output = DeviceOutput(sound_out)
    except DeviceError:
        return None
    try:
        return 1e3 * (Desk(output, None, lambda: None).latency - output.latency)
    finally:
        output.close()


def _settings() -> Settings:
    """Those of the running engine, or those kept for the next start."""
    from livemusic.session.codec import read_session, session_file

    with _engine() as client:
        if client is not None:
            return _session(client).settings
    try:
        return read_session(session_file()).settings
    except PresetError:
        return Settings()


def _save(values: dict[str, float]) -> str:
    """Hand the settings to the running engine, or keep them for the next start; says which."""
    from livemusic.engine.edits import Configure
    from livemusic.engine.request import Done
    from livemusic.session.codec import read_preset, read_session, recover, session_file, write_session
    from livemusic.session.library import find_preset

    with _engine() as client:
        if client is not None:
            known = _session(client).settings
            reply = client.ask(Configure(known, replace(known, **values)))
            if not isinstance(reply, Done):
                raise EngineError(f"The engine did not take the settings: {getattr(reply, 'reason', reply)}")
            return "the running engine plays by them now"
    path = session_file()
    session, notice = recover(path, Session(read_preset(find_preset(DEFAULT_PRESET))), read_session)
    write_session(path, replace(session, settings=replace(session.settings, **values)))
    kept = "they are kept for the next start"
    return f"{kept} ({notice})" if notice else kept


@contextmanager
def _engine() -> "Iterator[Client | None]":
    """A connection to the running engine, None where none runs; `EngineSilentError` where it does not answer."""
    from livemusic.engine.client import Client, EngineSilentError

    try:
        client = Client.connect()
    except EngineSilentError:
        raise
    except EngineError:
        yield None
        return
    try:
        yield client
    finally:
        client.close()


def _session(client: "Client") -> Session:
    from livemusic.engine.messages import Look
    from livemusic.engine.snapshot import Snapshot

    seen = client.ask(Look(points=-1))
    if not isinstance(seen, Snapshot) or seen.session is None:
        raise EngineError("The engine does not say how it is set. Restart it, then measure again.")
    return seen.session


def _plain(findings: list[Finding]) -> list[dict[str, str]]:
    return [finding._asdict() for finding in findings]
