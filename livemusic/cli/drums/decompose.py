"""`livemusic drums decompose`: which atoms make a pattern; mute, solo or swap them."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace

from livemusic.cli.drums.clip import add_input, add_models, midi_file, open_dictionary, read_clip
from livemusic.cli.options import as_json


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this tool."""
    add_input(parser)
    parser.add_argument("--mute", type=numbers, default=[], metavar="N,N,...", help="parts to leave out, as listed")
    parser.add_argument("--solo", type=numbers, default=[], metavar="N,N,...", help="parts to play alone")
    parser.add_argument("--swap", type=swap, metavar="N=ATOM", help="another atom in a part's place")
    add_models(parser, dictionary=True)
    parser.add_argument("--out", type=midi_file, metavar="MID", help="write the pattern so changed")
    parser.add_argument("--json", action="store_true", help="print the parts as JSON")


def run(arguments: Namespace) -> int:
    """List the parts, the weightiest first, and write what is left of the pattern where that is asked for."""
    from livemusic.midi.files import write_pattern
    from livemusic.music.kit import VOICE_NAMES
    from livemusic.sketch.parts import Parts

    if sum(map(bool, (arguments.mute, arguments.solo, arguments.swap))) > 1:
        raise ValueError("only one of --mute, --solo and --swap can be done at a time")
    clip = read_clip(arguments.clip, arguments.map)
    parts = Parts(open_dictionary(arguments), clip.grid)
    for number in (*arguments.mute, *arguments.solo, *((arguments.swap[0],) if arguments.swap else ())):
        if not 1 <= number <= len(parts.parts):
            raise ValueError(f"part {number} is outside 1..{len(parts.parts)}")
    grid = clip.grid
    if arguments.mute:
        grid = parts.without([parts.parts[number - 1] for number in arguments.mute])
    elif arguments.solo:
        grid = parts.only([parts.parts[number - 1] for number in arguments.solo])
    elif arguments.swap:
        grid = parts.swapped({parts.parts[arguments.swap[0] - 1]: arguments.swap[1]})
    rows = [
        {
            "part": number,
            "atom": part.atom,
            "beat": 1 + part.step / 4,
            "weight": round(part.weight, 2),
            "hits": ", ".join(f"{VOICE_NAMES[voice]} {step + 1}" for step, voice in part.hits),
        }
        for number, part in enumerate(parts.parts, 1)
    ]
    if arguments.out:
        write_pattern(arguments.out, grid.to_pattern(), clip.bpm, clip.meter)
    if arguments.json:
        print(as_json({"parts": rows, "file": str(arguments.out or "")}))
        return 0
    for row in rows:
        print(f"{row['part']:>3}  atom {row['atom']:<4} beat {row['beat']:<6g} {row['hits']}")
    return 0


def numbers(text: str) -> list[int]:
    """Whole numbers between commas, as argparse wants them."""
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a list of numbers such as 1,2") from None


def swap(text: str) -> tuple[int, int]:
    """`PART=ATOM`, as argparse wants it."""
    part, _, atom = text.partition("=")
    if not (part.isdecimal() and atom.isdecimal()):
        raise ArgumentTypeError(f"{text!r} is not PART=ATOM, as in 1=42")
    return int(part), int(atom)
