"""`livemusic match`: a voice of the kit made to sound like a recorded hit; into a preset and into a sound file."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from livemusic.cli.options import as_json, number
from livemusic.music.kit import VOICE_NAMES
from livemusic.session.files import shown

_AUTO = "auto"


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("audio", type=Path, metavar="HIT", help="a recorded hit: wav, flac, ogg or mp3")
    parser.add_argument(
        "--voice",
        default=_AUTO,
        choices=(_AUTO, *VOICE_NAMES),
        metavar="NAME",
        help=f"which drum of the kit: {', '.join(VOICE_NAMES)}; or auto, by name or sound (default: %(default)s)",
    )
    parser.add_argument("--at", type=number, metavar="SECONDS", help="where the hit begins, in a long recording")
    parser.add_argument("--out", type=Path, metavar="FILE.wav", help="write the matched voice, soft to loud, as sound")
    parser.add_argument("--preset", type=Path, metavar="FILE.json", help="put the voice into this preset file")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def run(arguments: Namespace) -> int:
    """Fit, write, and say how near it came."""
    import msgspec

    from livemusic.cli.output import complaints, file_for, keep
    from livemusic.cli.progress import show_line
    from livemusic.session.codec import read_preset, write_preset
    from livemusic.sound.match import in_words, likely_voice, match, read_hit

    out = file_for(arguments.out, ".wav") if arguments.out is not None else None
    preset = read_preset(arguments.preset) if arguments.preset is not None else None
    hit = read_hit(arguments.audio, arguments.at)
    voice = likely_voice(hit, arguments.audio.stem) if arguments.voice == _AUTO else VOICE_NAMES.index(arguments.voice)
    name = shown(arguments.audio.stem)
    try:
        found = match(
            hit, voice, name, lambda share: show_line(f"matching the {VOICE_NAMES[voice]} … {100 * share:.0f} %")
        )
    finally:
        show_line("")
    for remark in found.remarks:
        print(f"livemusic: {remark}", file=sys.stderr)
    written: list[tuple[Path, str]] = []
    if out is not None:
        written.append(keep(out, lambda file: _write(file, VOICE_NAMES[voice], found.voice)))
    if preset is not None:
        voices = {**preset.voices, VOICE_NAMES[voice]: found.voice}
        write_preset(arguments.preset, msgspec.structs.replace(preset, voices=voices))
        written.append((arguments.preset, ""))
    report: dict[str, Any] = {
        "audio": shown(arguments.audio),
        "at": round(hit.at, 4),
        "voice": VOICE_NAMES[voice],
        "distance": {"before": round(found.before, 3), "after": round(found.after, 3), "unit": "dB"},
        "pitch_hz": found.pitch,
        "cents": found.cents,
        "other_hits": hit.others,
        "parameters": found.voice,
        "remarks": list(found.remarks),
        "files": [shown(file) for file, _ in written if file.exists()],
    }
    if arguments.json:
        print(as_json(report))
    else:
        print(in_words(found, voice))
        if report["files"]:
            print(f"Written: {', '.join(report['files'])}")
    return complaints(written)


def _write(path: Path, name: str, voice: Any) -> None:
    """Five strokes of the voice on the kit, from soft to loud."""
    from livemusic.audio.file import write_audio
    from livemusic.music.event import note_on
    from livemusic.music.kit import GM_PITCHES
    from livemusic.sound.kit import Kit
    from livemusic.sound.render import render_events

    rate, apart = 44100, 1.0
    pitch = GM_PITCHES[VOICE_NAMES.index(name)]
    events = [
        (0.02 + apart * number, note_on(9, pitch, velocity)) for number, velocity in enumerate((30, 55, 80, 105, 127))
    ]
    write_audio(path, render_events(events, 5.5, rate, kit=Kit(rate, matched={name: voice})), rate)
