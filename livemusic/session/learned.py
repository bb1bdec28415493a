"""Songs that were learned: the view of each is kept, and is there again when the same recording is opened."""

import hashlib
from pathlib import Path

from platformdirs import user_data_path

from livemusic.errors import MediaError
from livemusic.latent.points import Points
from livemusic.latent.view import View
from livemusic.session.files import replacing, shown


def learned_folder() -> Path:
    """Where they are kept."""
    return user_data_path("livemusic", appauthor=False) / "learned"


def view_file(points: Points, folder: Path | None = None) -> Path:
    """Where the view of a recording is kept whose whole path is `points`.

    By what was heard: the name of the file does not matter, nor where it lies.
    """
    heard = hashlib.sha256(points.spectra.tobytes())
    return (folder or learned_folder()) / f"{heard.hexdigest()[:32]}-{points.z.shape[1]}.view"


def keep_view(points: Points, view: View, folder: Path | None = None) -> Path:
    """Keep the view of a recording; `MediaError` where that fails."""
    path = view_file(points, folder)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            file.write(view.to_bytes())
    except OSError as problem:
        raise MediaError(
            f"What was learned cannot be kept in {shown(path)} ({problem.strerror}). Make room there."
        ) from problem
    return path


def kept_view(points: Points, folder: Path | None = None) -> View | None:
    """The view that was learned of a recording; None where it was not, or where the file is damaged."""
    try:
        view = View.from_bytes(view_file(points, folder).read_bytes())
    except (OSError, ValueError):
        return None
    return view if len(view.origin) == points.z.shape[1] else None
