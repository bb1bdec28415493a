"""`livemusic embed`: an audio file's path through space, computed by what also listens live."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from livemusic.cli.film import FilmOrder, add_film_options, telling, with_level
from livemusic.cli.options import as_json
from livemusic.cli.output import complaints, file_for, keep
from livemusic.errors import MediaError
from livemusic.session.files import shown


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("audio", type=Path, metavar="AUDIO", help="wav, flac, ogg or mp3")
    parser.add_argument(
        "--out", type=Path, default=Path("trajectory.npz"), metavar="NPZ", help="where to (default: trajectory.npz)"
    )
    parser.add_argument("--plot", type=Path, metavar="PNG|SVG", help="draw the path as well")
    add_film_options(parser)
    parser.add_argument("--model", default="", metavar="ID", help="which embedder")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def run(arguments: Namespace) -> int:
    """Write `t` (s) and `z` of every point, and a picture and a film on request."""
    with telling(arguments.json_lines):
        return _embed(arguments)


def _embed(arguments: Namespace) -> int:
    out = file_for(arguments.out, ".npz")
    plot = file_for(arguments.plot, ".png", ".svg") if arguments.plot else None
    film = FilmOrder.of(arguments)
    from livemusic.audio.file import Recording
    from livemusic.cli.progress import progress
    from livemusic.engine.openers import open_embedder
    from livemusic.inference.encoder import Ear
    from livemusic.latent.trajectory import Trajectory
    from livemusic.session.take import write_take

    recording = Recording(arguments.audio)
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
    if plot is not None:
        from livemusic.ui.picture import picture

        written.append(keep(plot, lambda path: picture(with_level(take.rows), path, colour=arguments.colour)))
    if film.path is not None:
        film.write(with_level(take.rows))
        written.append((film.path, ""))
    report = {
        "audio": shown(arguments.audio),
        "model": embedder.card.id,
        "points": len(take),
        "seconds": float(take.t[-1]),
        "remark": recording.remark,
        "files": [shown(path) for path, _ in written if path.exists()],
    }
    if arguments.json:
        print(as_json(report))
    else:
        print(f"{report['points']} points over {report['seconds']:.1f} s: {', '.join(report['files'])}")  # type: ignore[arg-type]
    return complaints(written)
