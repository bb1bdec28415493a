"""`livemusic drums learn`: a drum dictionary that knows your own clips."""

import os
import sys
from _thread import interrupt_main
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING

import msgspec

from livemusic.cli.drum_file import add_map, find_map
from livemusic.cli.drums.clip import add_models, seed
from livemusic.cli.options import as_json
from livemusic.cli.progress import show_line
from livemusic.errors import LiveMusicError, MediaError, ModelError
from livemusic.sketch.learn_steps import HEADS, Failed, Finishing, Learned, Learning, Reading, Step, table, words

if TYPE_CHECKING:
    from livemusic.inference.autoencoder import Autoencoder
    from livemusic.inference.library import Library
    from livemusic.sketch.learn import Clip, Reported

Tell = Callable[[Step], None]

#: Files that are read at most.
MOST = 1000
#: Reasons that are told where there are too few clips.
_TOLD = 3


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this tool."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="your drum clips, also in folders within")
    parser.add_argument("--name", default="mine", metavar="NAME", help="what to call the result (default: mine)")
    parser.add_argument(
        "--seed", type=seed, default=0, metavar="N", help="which clips are held out, and other chances (default: 0)"
    )
    parser.add_argument("--keep", action="store_true", help="keep the result even if it did not help")
    add_map(parser)
    add_models(parser, dictionary=True)
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument(
        "--json-lines",
        action="store_true",
        help="a line of JSON for each step, for another program, which stops it by closing its standard input",
    )


def run(arguments: Namespace) -> int:
    """Read, learn, compare, and keep what helped."""
    tell: Tell = _show
    if arguments.json_lines:
        tell = _write
        Thread(target=_watch, daemon=True).start()
    try:
        learned = learn(arguments, tell)
    except (LiveMusicError, ValueError) as problem:
        if arguments.json_lines:
            _write(Failed(str(problem)))
        raise
    finally:
        show_line("")
    if arguments.json_lines:
        _write(learned)
    elif arguments.json:
        print(as_json(learned))
    else:
        for sentence in learned.skipped:
            print(f"livemusic: left out: {sentence}", file=sys.stderr)
        print(words(learned))
        for row in (HEADS, *table(learned)):
            print("".join(f"{cell:<18}" for cell in row).rstrip())
        if learned.model_id:
            print(f"Play with it: livemusic run --drums {learned.model_id}")
    return 0


def learn(arguments: Namespace, tell: Tell) -> Learned:
    """All of it; nothing is written before the end, and then whole or not at all. `MediaError`, `ModelError`."""
    from livemusic.inference.autoencoder import open_autoencoder
    from livemusic.inference.card import DrumSpec, read_card
    from livemusic.inference.library import Library
    from livemusic.sketch.learn import adapt, compare, parted

    library = Library()
    base = library.folder("drums", arguments.model)
    card = read_card(base)
    assert isinstance(card.spec, DrumSpec)
    clips, skipped = _read(arguments.folder, arguments.map, tell)
    began, threshold = open_autoencoder(card, base), card.spec.threshold
    music, held_out = parted(clips, arguments.seed)
    learned = adapt(began, threshold, music, arguments.seed, lambda *at: tell(Learning(*at)))
    tell(Finishing())
    report = compare(began, learned, threshold, held_out, arguments.seed)
    result = Learned(
        len(music),
        len(held_out),
        learned.count - began.count,
        report.helped,
        report.before,
        report.after,
        skipped=tuple(skipped),
    )
    if not result.atoms or not (report.helped or arguments.keep):
        return result
    kept = _keep(library, base, arguments, learned, music, report)
    return msgspec.structs.replace(result, model_id=kept.name, folder=str(kept))


def _read(folder: Path, name: str, tell: Tell) -> "tuple[list[Clip], list[str]]":
    """The clips that can be used, by the drum map `name` if given, and why others cannot. `MediaError`: too few."""
    from livemusic.cli.drums.clips import find_clips, read_clip
    from livemusic.session.drum_map import DRUM_MAPS
    from livemusic.session.map_library import list_maps
    from livemusic.sketch.learn import LEAST_CLIPS

    clips, skipped = [], []
    maps = list_maps()
    own = [drum_map for drum_map in maps if drum_map not in DRUM_MAPS]
    decided = find_map(maps, name) if name else None
    there = find_clips(folder)
    paths = there[:: -(-len(there) // MOST) or 1]
    if len(paths) < len(there):
        skipped.append(f"Of {len(there)} MIDI files {len(paths)} were read, evenly spread: {MOST} are the most.")
    for done, path in enumerate(paths):
        tell(Reading(done, len(paths)))
        try:
            clips.append(read_clip(path, own, decided))
        except MediaError as problem:
            skipped.append(str(problem))
    tell(Reading(len(paths), len(paths)))
    if len(clips) < LEAST_CLIPS:
        reasons = "".join(f" {sentence}" for sentence in skipped[:_TOLD]) + " …" * (len(skipped) > _TOLD)
        raise MediaError(
            f"{folder} has {len(clips)} drum clips that can be used of {len(paths)} MIDI files; "
            f"it takes {LEAST_CLIPS}.{reasons}"
        )
    return clips, skipped


def _keep(
    library: "Library",
    base: Path,
    arguments: Namespace,
    learned: "Autoencoder",
    clips: "list[Clip]",
    report: "Reported",
) -> Path:
    """Put what was learned among the musician's models, with a map on which their clips are."""
    from livemusic.inference.adapted import write_adapted, write_styles
    from livemusic.inference.dictionary import Dictionary
    from livemusic.inference.styles import open_styles
    from livemusic.sketch.learn import as_rows

    model_id = library.free_id(arguments.name)
    title = " ".join(arguments.name.split()) or model_id
    try:
        with TemporaryDirectory(prefix="livemusic-") as made:
            folder = Path(made)
            metrics = {"held out": as_rows(report)}
            card = write_adapted(folder, base, model_id, title, learned, len(clips), arguments.seed, metrics)
            with suppress(ModelError):  # a dictionary without a map teaches none
                known = open_styles(base)
                own = [clip.landmark(known.grids[0].steps) for clip in clips]
                write_styles(folder, card, known.remade(Dictionary.open(folder), own, model_id))
            library.import_model(folder)
    except OSError as problem:
        raise ModelError(f"What was learned cannot be written: {problem}. Make room there.") from problem
    return library.folder("drums", model_id)


def _show(step: Step) -> None:
    show_line(words(step))


def _write(step: Step) -> None:
    os.write(1, msgspec.json.encode(step) + b"\n")


def _watch() -> None:
    """Stop once nobody holds standard input open any more."""
    with suppress(OSError):
        while os.read(0, 1024):
            pass
    interrupt_main()
