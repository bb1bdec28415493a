"""`livemusic embed`: the path of a recording or a film through space, computed by what also listens live."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from livemusic.cli.film import FilmOrder, add_film_options, telling
from livemusic.cli.options import as_json
from livemusic.cli.output import complaints, file_for, keep
from livemusic.session.files import shown

#: A path of fewer points is none.
_SHORTEST = 4


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
        "--out",
        type=Path,
        default=Path("trajectory.npz"),
        metavar="NPZ",
        help="where to: .npz, or .csv or .jsonl for other programs (default: trajectory.npz)",
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
    drawings = (".png",) if arguments.of == "both" else (".png", ".svg")
    plot = file_for(arguments.plot, *drawings) if arguments.plot else None
    film = FilmOrder.of(arguments)
    from livemusic.session.take import SUFFIXES, Take, write_take

    out = file_for(arguments.out, *SUFFIXES)
    if arguments.of == "picture":
        from livemusic.cli.embed_picture import embed_picture

        return embed_picture(arguments, out, plot, film)
    from livemusic.cli.listening import listened
    from livemusic.cli.progress import show_line
    from livemusic.engine.openers import open_embedder
    from livemusic.latent.layout import FINAL, layout
    from livemusic.latent.structure import labels_at, letter, sections_of
    from livemusic.session.learned import kept_view

    embedder = open_embedder(arguments.model)
    path, remark = listened(arguments.audio, embedder, _SHORTEST, film.hear)
    view = kept_view(path.points) or layout(
        path.points,
        FINAL,
        told=lambda share: show_line(f"laying out {shown(arguments.audio.name)} … {100 * share:.0f} %"),
    )
    show_line("")
    sections = sections_of(path.z, embedder.spec.hop_s, embedder.spec.window_s, path.points.level)
    take = Take(path.points, embedder.card.id, view, embedder.spec.sample_rate, labels_at(sections, path.t))
    written = [keep(out, lambda file: write_take(file, take))]
    beside = None
    if arguments.of == "both":
        from livemusic.cli.embed_picture import draw_beside, take_of

        beside = take_of(arguments.audio, "", out.with_stem(f"{out.stem}-picture"))
        written.append(beside.written)
    if plot is not None and beside is not None:
        written.append(keep(plot, lambda file: draw_beside(take, beside.take, file)))
    elif plot is not None:
        from livemusic.ui.picture import picture

        written.append(
            keep(
                plot,
                lambda file: picture(path.points.rows, file, view=view, sections=sections, colour=arguments.colour),
            )
        )
    if film.path is not None:
        film.write(path.points.rows, view, sections)
        written.append((film.path, ""))
    report: dict[str, Any] = {
        "audio": shown(arguments.audio),
        "model": embedder.card.id,
        "points": len(path),
        "seconds": float(path.t[-1]),
        "sections": [{"start": each.start, "end": each.end, "name": letter(each.label)} for each in sections],
        "remark": remark,
        "files": [shown(file) for file, _ in written if file.exists()],
    }
    if beside is not None:
        report["picture"] = beside.report
    if arguments.json:
        print(as_json(report))
    else:
        print(f"{report['points']} points over {report['seconds']:.1f} s: {', '.join(report['files'])}")
    return complaints(written)
