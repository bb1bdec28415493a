"""`livemusic embed FILM --of picture`: the path of a film's picture, written and drawn as that of a sound is."""

import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from livemusic.cli.options import as_json
from livemusic.cli.output import complaints, keep
from livemusic.session.files import shown


class PictureTake(NamedTuple):
    """The path of a film's picture: rows `t, x, y, z` to draw, what is to be told of it, and the file it is in."""

    rows: Any
    report: dict[str, Any]
    written: tuple[Path, str]


def take_of(source: Path, model_id: str, out: Path) -> PictureTake:
    """Embed the picture of the film `source` and write its path to `out`. `MediaError`, `ModelError`."""
    from livemusic.cli.progress import progress
    from livemusic.engine.film import open_picture_encoder, picture_path
    from livemusic.session.take import write_take
    from livemusic.video.reader import Film

    encoder = open_picture_encoder(model_id)
    with closing(Film(source)) as film:
        take = picture_path(film, encoder, lambda frames: progress(frames, f"embedding {film.name}"))
        remark = film.remark
    if remark:
        print(f"livemusic: {remark}", file=sys.stderr)
    written = keep(out, lambda path: write_take(path, take))
    report = {
        "film": shown(source),
        "model": encoder.card.id,
        "points": len(take),
        "seconds": float(take.t[-1]),
        "remark": remark,
        "files": [shown(written[0])] if written[0].exists() else [],
    }
    return PictureTake(take.rows[:, :4], report, written)


def embed_picture(source: Path, model_id: str, out: Path, plot: Path | None, *, in_json: bool) -> int:
    """Write the path of the film `source` to `out`, draw it to `plot`, and say so; returns the exit code."""
    made = take_of(source, model_id, out)
    written = [made.written]
    if plot is not None:
        from livemusic.ui.picture import picture

        written.append(keep(plot, lambda path: picture(made.rows, path)))
        made.report["files"] += [shown(path) for path, _ in written[1:] if path.exists()]
    print(as_json(made.report) if in_json else words(made.report))
    return complaints(written)


def words(report: dict[str, Any]) -> str:
    """The report as a line."""
    return f"{report['points']} points over {report['seconds']:.1f} s of picture: {', '.join(report['files'])}"


def draw_beside(rows: Any, others: Any, path: Path) -> None:
    """Draw two paths, rows `t, x, y, z`, one beside the other. `MediaError`."""
    from livemusic.ui.beside import beside
    from livemusic.ui.picture import application, picture

    running = application()
    with TemporaryDirectory() as folder:
        parts = [Path(folder) / name for name in ("sound.png", "picture.png")]
        for part, points in zip(parts, (rows, others), strict=True):
            picture(points, part, (1000, 1000))
        beside(parts, path)
    del running
