"""`livemusic piano interpolate`: the way between two pieces, to play and to hear."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from livemusic.cli.drum_file import tell_of
from livemusic.cli.options import as_json, number
from livemusic.cli.output import file_for
from livemusic.errors import MediaError

SAMPLE_RATE = 44100
#: Seconds that are rendered at most.
LONGEST = 1800


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this tool."""
    parser.add_argument("a", type=Path, metavar="A.mid", help="the piece to start from")
    parser.add_argument("b", type=Path, metavar="B.mid", help="the piece to go to")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--at", type=number, default=0.5, metavar="W", help="0 is A, 1 is B (default: 0.5)")
    where.add_argument("--steps", type=int, metavar="N", help="instead, one piece that goes from A to B in N parts")
    parser.add_argument("--model", default="", metavar="ID", help="which piano dictionary")
    parser.add_argument("--out", type=midi_file, required=True, metavar="MID", help="the file to write")
    parser.add_argument("--wav", type=wave_file, metavar="WAV", help="the sound of it, too")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def run(arguments: Namespace) -> int:
    """Read both pieces, mix their codes, write the piece between."""
    import numpy as np

    from livemusic.audio.file import write_audio
    from livemusic.inference.library import Library
    from livemusic.inference.piano import Piano
    from livemusic.midi.files import write_pattern
    from livemusic.midi.piece import read_piece
    from livemusic.music.chord import NONE, chords
    from livemusic.music.roll import BPM, TICKS_PER_SECOND, roll_of
    from livemusic.music.tempo import Meter
    from livemusic.sketch.figures import Crossing
    from livemusic.sound.piano import render_piano

    weights = [arguments.at]
    if arguments.steps is not None:
        if not 2 <= arguments.steps <= 256:
            raise ValueError(f"steps {arguments.steps} is outside 2..256")
        weights = [step / (arguments.steps - 1) for step in range(arguments.steps)]
    elif not 0 <= arguments.at <= 1:
        raise ValueError(f"at {arguments.at} is outside 0..1")
    pieces = [read_piece(path, tell_of(path)) for path in (arguments.a, arguments.b)]
    crossing = Crossing(Piano.open(Library().folder("piano", arguments.model)), *pieces)
    piece = crossing.at(*weights)
    seconds = piece.length / TICKS_PER_SECOND
    if arguments.wav and seconds > LONGEST:
        raise MediaError(f"{seconds / 60:.0f} minutes are too long for --wav; {LONGEST // 60} are the most.")
    write_pattern(arguments.out, piece, BPM, Meter())
    heard = [float(np.mean(chords(roll_of(some)) != NONE)) for some in (*pieces, piece)]
    report = {
        "file": str(arguments.out),
        "notes": len(piece.notes),
        "seconds": round(seconds, 2),
        "weights": weights,
        "figures": [len(figures) for figures in crossing.figures],
        "chords_heard": dict(zip(("a", "b", "between"), [round(share, 3) for share in heard], strict=True)),
    }
    if arguments.wav:
        sound = render_piano(piece.notes, SAMPLE_RATE)
        write_audio(arguments.wav, sound, SAMPLE_RATE)
        report["wav"] = str(arguments.wav)
        report["rms_db"] = round(float(20 * np.log10(np.sqrt(np.mean(sound**2)) + 1e-9)), 1)
    if arguments.json:
        print(as_json(report))
        return 0
    print(f"{len(piece.notes)} notes in {seconds:.1f} s: {arguments.out}")
    print(f"A chord is heard {heard[2]:.0%} of the time; {heard[0]:.0%} in A, {heard[1]:.0%} in B.")
    if arguments.wav:
        print(f"Sound: {arguments.wav}")
    return 0


def midi_file(text: str) -> Path:
    """A MIDI file that can be written, as argparse wants it."""
    return _file(text, ".mid")


def wave_file(text: str) -> Path:
    """A WAV file that can be written, as argparse wants it."""
    return _file(text, ".wav")


def _file(text: str, suffix: str) -> Path:
    try:
        return file_for(Path(text), suffix)
    except MediaError as problem:
        raise ArgumentTypeError(str(problem)) from None
