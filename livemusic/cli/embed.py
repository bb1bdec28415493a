"""`livemusic embed`: the path of a recording or a film through space, computed by what also listens live."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from livemusic.cli.film import FilmOrder, add_film_options, telling, with_level
from livemusic.cli.options import as_json
from livemusic.cli.output import complaints, file_for, keep
from livemusic.errors import MediaError
from livemusic.session.files import shown


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument(
        "audio", type=Path, metavar="FILE", help="wav, flac, ogg or mp3; or a film: mp4, mov, mkv, webm ..."
    )
    parser.add_argument(
        "--of",
        choices=("sound", "picture", "both"),
        default="sound",
        help="of a film: the path of its sound, of its picture, or one beside the other (default: sound)",
    )
    parser.add_argument(
        "--out", type=Path, default=Path("trajectory.npz"), metavar="NPZ", help="where to (default: trajectory.npz)"
    )
    parser.add_argument("--plot", type=Path, metavar="PNG|SVG", help="draw the path as well")
    add_film_options(parser)
    parser.add_argument("--model", default="", metavar="ID", help="which embedder, or which picture encoder")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def run(arguments: Namespace) -> int:
    """Write `t` (s) and `z` of every point, and a picture and a film on request."""
    with telling(arguments.json_lines):
        return _embed(arguments)


def _embed(arguments: Namespace) -> int:
    out = file_for(arguments.out, ".npz")
    drawings = (".png",) if arguments.of == "both" else (".png", ".svg")
    plot = file_for(arguments.plot, *drawings) if arguments.plot else None
    film = FilmOrder.of(arguments)
    if arguments.of == "picture":
        from livemusic.cli.embed_picture import embed_picture

        return embed_picture(arguments, out, plot, film)
    from livemusic.cli.progress import progress
    from livemusic.engine.film import open_sound
    from livemusic.engine.openers import open_embedder
    from livemusic.inference.encoder import Ear
    from livemusic.latent.trajectory import Trajectory
    from livemusic.session.take import write_take

    recording = open_sound(arguments.audio)
    embedder = open_embedder(arguments.model)
    ear = Ear(embedder, recording.sample_rate)
    take = Trajectory(embedder.dim, embedder.card.id)
    for block in progress(recording.blocks(), f"embedding {recording.name}"):
        take.append(ear.hear(block))
        film.hear(block, recording.sample_rate)
    take.append(ear.flush())
    recording.close()
    if recording.remark:
        print(f"livemusic: {recording.remark}", file=sys.stderr)
    if not len(take):
        raise MediaError(
            f"{shown(arguments.audio)} is too short: the path begins after {embedder.spec.window_s:.2f} s of sound."
        )
    written = [keep(out, lambda path: write_take(path, take))]
    beside = None
    if arguments.of == "both":
        from livemusic.cli.embed_picture import draw_beside, take_of

        beside = take_of(arguments.audio, "", out.with_stem(f"{out.stem}-picture"))
        written.append(beside.written)
    if plot is not None and beside is not None:
        written.append(keep(plot, lambda path: draw_beside(with_level(take.rows), beside.rows, path)))
    elif plot is not None:
        from livemusic.ui.picture import picture

        written.append(keep(plot, lambda path: picture(with_level(take.rows), path, colour=arguments.colour)))
    if film.path is not None:
        film.write(with_level(take.rows))
        written.append((film.path, ""))
    report: dict[str, Any] = {
        "audio": shown(arguments.audio),
        "model": embedder.card.id,
        "points": len(take),
        "seconds": float(take.t[-1]),
        "remark": recording.remark,
        "files": [shown(path) for path, _ in written if path.exists()],
    }
    if beside is not None:
        report["picture"] = beside.report
    if arguments.json:
        print(as_json(report))
    else:
        print(f"{report['points']} points over {report['seconds']:.1f} s: {', '.join(report['files'])}")
    return complaints(written)
