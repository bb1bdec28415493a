"""`livemusic embed FILM --of picture`: the path of a film's picture, written as that of a sound is."""

import sys
from pathlib import Path

from livemusic.cli.options import as_json
from livemusic.cli.output import complaints, keep
from livemusic.session.files import shown


def embed_picture(source: Path, model_id: str, out: Path, plot: Path | None, *, in_json: bool) -> int:
    """Write `t` (s), `z` and `model_id` of the film `source` to `out`, draw them to `plot`; returns the exit code."""
    from livemusic.cli.progress import progress
    from livemusic.engine.film import open_picture_encoder, picture_path
    from livemusic.session.take import write_take
    from livemusic.video.reader import Film

    film = Film(source)
    encoder = open_picture_encoder(model_id)
    take = picture_path(film, encoder, lambda frames: progress(frames, f"embedding {film.name}"))
    film.close()
    if film.remark:
        print(f"livemusic: {film.remark}", file=sys.stderr)
    written = [keep(out, lambda path: write_take(path, take))]
    if plot is not None:
        from livemusic.ui.picture import picture

        written.append(keep(plot, lambda path: picture(take.rows[:, :4], path)))
    report = {
        "film": shown(source),
        "model": encoder.card.id,
        "points": len(take),
        "seconds": float(take.t[-1]),
        "remark": film.remark,
        "files": [shown(path) for path, _ in written if path.exists()],
    }
    if in_json:
        print(as_json(report))
    else:
        print(f"{len(take)} points over {take.t[-1]:.1f} s of picture: {', '.join(shown(path) for path, _ in written)}")
    return complaints(written)
