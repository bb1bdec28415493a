"""Films in the engine's eyes and ears: which files are films, their sound as a recording, their picture as a path."""

from collections.abc import Callable, Iterable

from livemusic.audio.file import Recording
from livemusic.errors import MediaError
from livemusic.inference.eye import Eye, PictureEncoder
from livemusic.inference.library import Library
from livemusic.latent.trajectory import Trajectory
from livemusic.session.files import AnyPath, path_of
from livemusic.video.reader import SUFFIXES, Film, Picture, Seconds
from livemusic.video.sound import FilmSound

#: Wraps the frames while they pass, to show how far it is.
Watch = Callable[[Iterable[tuple[Seconds, Picture]]], Iterable[tuple[Seconds, Picture]]]


def is_film(path: AnyPath) -> bool:
    """Whether the name is one of a film."""
    return path_of(path).suffix.lower() in SUFFIXES


def open_sound(path: AnyPath) -> Recording | FilmSound:
    """An audio file, or the sound of a film, to be read in blocks of mono samples. `MediaError`."""
    return FilmSound(path) if is_film(path) else Recording(path_of(path))


def open_picture_encoder(model_id: str = "") -> PictureEncoder:
    """The picture encoder with this id, or the newest. `ModelError`."""
    return PictureEncoder.open(Library().folder("picture", model_id))


def picture_path(film: Film, encoder: PictureEncoder, watch: Watch = iter) -> Trajectory:
    """The path of a film's picture, from its first quarter of a second on. `MediaError` where there is none to see."""
    spec, eye = encoder.spec, Eye(encoder)
    path = Trajectory(spec.dim, encoder.card.id)
    for time, picture in watch(film.frames(spec.width, spec.height)):
        path.append(eye.see(time, picture))
    if not len(path):
        wait = spec.span / spec.rate
        raise MediaError(f"{film.name} is too short: the path begins after {wait:.2f} s of film. Choose a longer one.")
    return path
