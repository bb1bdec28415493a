"""`livemusic learn`: a song's own path, learned from a recording; it is drawn so whenever that is opened."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from livemusic.cli.options import as_json
from livemusic.session.files import shown

#: A path of fewer points than this (eight seconds) is not worth it.
_SHORTEST = 345


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("audio", type=Path, metavar="FILE", help="wav, flac, ogg or mp3; or a film with sound")
    parser.add_argument("--model", default="", metavar="ID", help="which embedder")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def run(arguments: Namespace) -> int:
    """Learn, keep the view, and say how long it took."""
    from time import perf_counter

    from livemusic.cli.listening import listened
    from livemusic.cli.progress import show_line
    from livemusic.engine.openers import open_embedder
    from livemusic.latent.layout import LEARNING, layout
    from livemusic.session.learned import keep_view

    embedder = open_embedder(arguments.model)
    path, _ = listened(arguments.audio, embedder, _SHORTEST)
    begun = perf_counter()
    view = layout(path.points, LEARNING, told=lambda share: show_line(f"learning … {100 * share:.0f} %"))
    show_line("")
    spent = perf_counter() - begun
    kept = keep_view(path.points, view)
    report = {
        "audio": shown(arguments.audio),
        "model": embedder.card.id,
        "seconds": float(path.t[-1]),
        "learned_in_s": round(spent, 2),
        "file": shown(kept),
    }
    if arguments.json:
        print(as_json(report))
    else:
        print(f"Learned {report['seconds']:.1f} s of music in {spent:.1f} s. Open the song, and its path is drawn so.")
    return 0
