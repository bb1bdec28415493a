"""`livemusic demo`: the whole instrument without a window or a device, into four files."""

import sys
from argparse import ArgumentParser, Namespace
from math import cos, pi, sin
from pathlib import Path

from livemusic.cli.options import DEFAULT_PRESET, as_json, kit_of, positive
from livemusic.cli.output import complaints, folder_for, keep
from livemusic.errors import MediaError
from livemusic.session.files import shown

_TURN_S = 16.0
#: A path of fewer points is none.
_SHORTEST = 4


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("--seconds", type=positive, default=0.0, metavar="N", help="how long (default: the whole song)")
    parser.add_argument(
        "--out", type=Path, default=Path("demo"), metavar="DIR", help="folder for the files (default: demo)"
    )
    parser.add_argument("--kit", default="none", metavar="PATH", help="a folder of one-shots, or an SFZ file")
    parser.add_argument("--preset", default=DEFAULT_PRESET, metavar="NAME", help="a preset's name or file")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def run(arguments: Namespace) -> int:
    """Hear the demo song, play morphing drums along, write demo.mid, demo.wav, trajectory.npz and trajectory.png."""
    from livemusic.session.codec import read_preset
    from livemusic.session.library import find_preset

    preset = read_preset(find_preset(arguments.preset))
    samples = kit_of(arguments.kit)
    folder = folder_for(arguments.out)
    import numpy as np

    from livemusic.audio.file import write_audio
    from livemusic.engine.demo import SAMPLE_RATE, DemoSource, DemoTrack
    from livemusic.engine.listen_orders import Morph
    from livemusic.engine.offline import perform
    from livemusic.engine.openers import open_dictionary, open_embedder, open_tools
    from livemusic.inference.encoder import Ear
    from livemusic.latent.layout import FINAL, layout
    from livemusic.latent.structure import labels_at, sections_of
    from livemusic.midi.files import write_events
    from livemusic.music.event import Event, is_note_on
    from livemusic.music.tempo import Meter, TempoMap
    from livemusic.session.lane_mix import note_mix
    from livemusic.session.take import Take, write_take
    from livemusic.sketch.path import Path as Way
    from livemusic.sound.balance import Balance
    from livemusic.sound.kit import Kit
    from livemusic.sound.matched import matched_sounds
    from livemusic.sound.render import render_events
    from livemusic.sound.sampled import load_kit
    from livemusic.ui.picture import picture

    track = DemoTrack.open()
    seconds = arguments.seconds or len(track.mix) / SAMPLE_RATE
    embedder = open_embedder("")
    dictionary = open_dictionary("")
    way = Way(dictionary, [clip.grid() for clip in preset.corners], preset.mode)
    morph = Morph(
        way, Meter(*preset.meter), preset.pad, preset.launch, preset.swing, False, preset.anchors, locks=preset.locked()
    )
    played = perform(
        DemoSource(track),
        Ear(embedder, SAMPLE_RATE),
        morph,
        seconds,
        track.bpm,
        circle,
        note_mix(preset.mix),
        preset.performance,
        None if preset.performance.neutral else open_tools(dictionary),
    )
    path = played.listen.path
    if path is None or len(path.rows) < _SHORTEST:
        raise MediaError(
            f"{seconds:g} s is too short: the path begins after {embedder.spec.window_s:.2f} s of sound. "
            "Give a greater number with --seconds."
        )

    tempo = TempoMap(track.bpm, 0.0, 0)
    events = [Event(max(0, round(seconds_ / tempo.seconds_per_tick)), data) for seconds_, data in played.events]
    sections = sections_of(path.z, embedder.spec.hop_s, embedder.spec.window_s, path.level)
    labels = labels_at(sections, path.t)
    take = Take(path, embedder.card.id, layout(path, FINAL), embedder.spec.sample_rate, labels)
    band = np.load(track.band, mmap_mode="r")
    kit = Kit(SAMPLE_RATE, matched=preset.voices, balance=Balance.of(preset.mix))
    if samples:
        sampled = load_kit(samples, kit.standard, SAMPLE_RATE)
        kit.refit({**sampled.sounds, **matched_sounds(preset.voices, kit.standard, SAMPLE_RATE)})
        if sampled.told:
            print(f"livemusic: {sampled.told}", file=sys.stderr)
    sound = render_events(played.events, seconds, SAMPLE_RATE, backing=band, kit=kit)
    written = [
        keep(folder / "demo.mid", lambda file: write_events(file, events, [(0, track.bpm)], [(0, morph.meter)])),
        keep(folder / "demo.wav", lambda file: write_audio(file, sound, SAMPLE_RATE)),
        keep(folder / "trajectory.npz", lambda file: write_take(file, take)),
        keep(folder / "trajectory.png", lambda file: picture(path.rows, file, view=take.view)),
    ]

    notes = sum(is_note_on(data) for _, data in played.events)
    report = {
        "seconds": seconds,
        "bpm": track.bpm,
        "preset": preset.name,
        "points": len(path.rows),
        "path_length": float(np.linalg.norm(np.diff(path.z, axis=0), axis=1).sum()),
        "notes": notes,
        "peak_db": float(20 * np.log10(np.abs(sound).max() + 1e-9)),
        "rms_db": float(20 * np.log10(np.sqrt(np.mean(sound**2)) + 1e-9)),
        "files": [shown(file) for file, _ in written if file.exists()],
    }
    print(as_json(report) if arguments.json else _words(report))
    sys.stdout.flush()
    return complaints(written)


def circle(now: float) -> tuple[float, float]:
    """Where the demo's hand is: once around the pad every 16 s, through all corners' reach."""
    angle = 2 * pi * now / _TURN_S
    return 0.5 - 0.5 * cos(angle), 0.5 + 0.5 * sin(angle)


def _words(report: dict[str, object]) -> str:
    return (
        f"Heard {report['seconds']:.1f} s of the demo song at {report['bpm']:g} bpm: {report['points']} points, "
        f"a path {report['path_length']:.1f} long.\n"
        f"Played {report['notes']} notes, morphing through '{report['preset']}'. "
        f"Peak {report['peak_db']:.1f} dB, rms {report['rms_db']:.1f} dB.\n"
        + "\n".join(f"  {name}" for name in report["files"])  # type: ignore[attr-defined]
    )
