"""MIDI clips in and out of the drum tools, and the options that all of them share."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from livemusic.cli.drum_file import add_map, read_drums
from livemusic.cli.options import as_json
from livemusic.cli.output import file_for
from livemusic.errors import MediaError
from livemusic.inference.dictionary import Dictionary
from livemusic.inference.drummer import OnnxDrummer
from livemusic.inference.library import Library
from livemusic.inference.styles import open_styles
from livemusic.midi.files import write_pattern
from livemusic.music.grid import STEP, Grid
from livemusic.music.kit import VOICE_COUNT, VOICE_NAMES
from livemusic.music.tempo import BeatsPerMinute, Meter
from livemusic.session.number import read_number
from livemusic.sketch.styles import StyleMap

MAX_STEPS = 16 * 64


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A drum clip as a grid, with the tempo and meter it came in."""

    grid: Grid
    bpm: BeatsPerMinute
    meter: Meter

    @property
    def bar(self) -> int:
        """Steps from one bar line to the next."""
        return max(1, self.meter.bar // STEP)


def read_clip(path: Path, drum_map: str = "") -> Clip:
    """The drums of a MIDI file, see `read_drums`. `MediaError` where there are more than 64 bars of them."""
    loop = read_drums(path, drum_map)
    if loop.pattern.length > MAX_STEPS * STEP:
        raise MediaError(f"{path} is longer than 64 bars of four beats. Cut out what you need.")
    return Clip(Grid.from_pattern(loop.pattern), loop.bpm, loop.meter)


def finish(arguments: Namespace, grid: Grid, bpm: BeatsPerMinute, meter: Meter, **known: object) -> int:
    """Write the result, and say what it is."""
    write_pattern(arguments.out, grid.to_pattern(), bpm, meter)
    report = {"file": str(arguments.out), "steps": grid.steps, "hits": grid.count, "bpm": bpm, **known}
    if arguments.json:
        print(as_json(report))
    else:
        print(f"{report['hits']} hits in {grid.steps} steps at {bpm:.1f} bpm: {arguments.out}")
    return 0


def add_input(parser: ArgumentParser) -> None:
    """One clip to read, and the map to read it by."""
    parser.add_argument("clip", type=Path, metavar="MID", help="the drum clip to read")
    add_map(parser)


def add_output(parser: ArgumentParser) -> None:
    """Where the result goes, and the report."""
    parser.add_argument("--out", type=midi_file, required=True, metavar="MID", help="the file to write")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def add_seed(parser: ArgumentParser) -> None:
    """What chance starts from."""
    parser.add_argument(
        "--seed", type=seed, default=0, metavar="N", help="the same number gives the same pattern (default: 0)"
    )


def add_style(parser: ArgumentParser) -> None:
    """A style by name."""
    parser.add_argument("--style", default="", metavar="NAME", help="such as rock, funk, jazz, hiphop, latin")


def add_models(parser: ArgumentParser, dictionary: bool = False, drummer: bool = False) -> None:
    """Which models do the work."""
    if dictionary:
        parser.add_argument("--model", default="", metavar="ID", help="which drum dictionary")
    if drummer:
        parser.add_argument("--drummer", default="", metavar="ID", help="which drummer model")


def open_drummer(arguments: Namespace) -> OnnxDrummer:
    """The drummer asked for. `ModelError`."""
    return OnnxDrummer.open(Library().folder("drummer", arguments.drummer))


def open_dictionary(arguments: Namespace) -> Dictionary:
    """The dictionary asked for. `ModelError`."""
    return Dictionary.open(Library().folder("drums", arguments.model))


def open_map(arguments: Namespace) -> StyleMap:
    """The style map of the dictionary asked for. `ModelError`."""
    return open_styles(Library().folder("drums", arguments.model))


def share(text: str) -> float:
    """A number 0..1, as argparse wants it."""
    return _number(text, read_number, 0, 1)


def seed(text: str) -> int:
    """A seed, as argparse wants it."""
    return int(_number(text, int, 0, (1 << 63) - 1))


def midi_file(text: str) -> Path:
    """A MIDI file that can be written, as argparse wants it."""
    try:
        return file_for(Path(text), ".mid")
    except MediaError as problem:
        raise ArgumentTypeError(str(problem)) from None


def voice(text: str) -> int:
    """A voice by name or number, as argparse wants it."""
    names: Mapping[str, int] = {name.replace(" ", "-"): number for number, name in enumerate(VOICE_NAMES)}
    word = text.strip().lower().replace(" ", "-")
    if word.isdecimal() and int(word) < VOICE_COUNT:
        return int(word)
    if word not in names:
        raise ArgumentTypeError(f"{text!r} is none of {', '.join(names)}")
    return names[word]


def _number(text: str, kind: Callable[[str], float], low: float, high: float) -> float:
    try:
        value = kind(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a number") from None
    if not low <= value <= high:
        raise ArgumentTypeError(f"{text} is outside {low}..{high}")
    return value
