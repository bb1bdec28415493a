"""`livemusic embed FILM --of picture`: the path of a film's picture, written and drawn as that of a sound is."""

import sys
from argparse import Namespace
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from livemusic.cli.film import FilmOrder
from livemusic.cli.options import as_json
from livemusic.cli.output import complaints, keep
from livemusic.session.files import shown

if TYPE_CHECKING:
    from livemusic.session.take import Take

Rows = npt.NDArray[np.float32]


class PictureTake(NamedTuple):
    """The path of a film's picture, what is to be told of it, and where it is."""

    take: "Take"
    report: dict[str, Any]
    written: tuple[Path, str]


def take_of(source: Path, model_id: str, out: Path) -> PictureTake:
    """Embed the picture of the film `source` and write its path to `out`. `MediaError`, `ModelError`."""
    from livemusic.cli.progress import progress
    from livemusic.engine.film import open_picture_encoder, picture_path
    from livemusic.latent.view import View
    from livemusic.session.take import Take, write_take
    from livemusic.video.reader import Film

    encoder = open_picture_encoder(model_id)
    with closing(Film(source)) as film:
        path = picture_path(film, encoder, lambda frames: progress(frames, f"embedding {film.name}"))
        remark = film.remark
    if remark:
        print(f"livemusic: {remark}", file=sys.stderr)
    take = Take(path.points, encoder.card.id, View.principal(path.z), encoder.spec.rate)
    written = keep(out, lambda file: write_take(file, take))
    report = {
        "film": shown(source),
        "model": encoder.card.id,
        "points": len(path),
        "seconds": float(path.t[-1]),
        "remark": remark,
        "files": [shown(written[0])] if written[0].exists() else [],
    }
    return PictureTake(take, report, written)


def embed_picture(arguments: Namespace, out: Path, plot: Path | None, film: FilmOrder) -> int:
    """Write the path of a film's picture to `out`, draw it, make a film of it, and say so; returns the exit code."""
    made = take_of(arguments.audio, arguments.model, out)
    written = [made.written]
    if plot is not None:
        from livemusic.ui.picture import picture

        rows, view = made.take.points.rows, made.take.view
        written.append(keep(plot, lambda path: picture(rows, path, view=view, colour=arguments.colour)))
    if film.path is not None:
        _listen(arguments.audio, film.hear)
        film.write(made.take.points.rows, made.take.view)
        written.append((film.path, ""))
    report = made.report | {"files": [shown(path) for path, _ in written if path.exists()]}
    if arguments.json:
        print(as_json(report))
    else:
        print(f"{report['points']} points over {report['seconds']:.1f} s of picture: {', '.join(report['files'])}")
    return complaints(written)


def draw_beside(sound: "Take", seen: "Take", path: Path) -> None:
    """Draw two paths, one beside the other. `MediaError`."""
    from livemusic.ui.beside import beside
    from livemusic.ui.picture import application, picture

    running = application()
    with TemporaryDirectory() as folder:
        parts = [Path(folder) / name for name in ("sound.png", "picture.png")]
        for part, take in zip(parts, (sound, seen), strict=True):
            picture(take.points.rows, part, (1000, 1000), take.view)
        beside(parts, path)
    del running


def _listen(source: Path, hear: Callable[[Rows, int], None]) -> None:
    """Let `hear` have the sound of a film. `MediaError` where it has none."""
    from livemusic.engine.film import open_sound

    with closing(open_sound(source)) as recording:
        for block in recording.blocks():
            hear(block, recording.sample_rate)
