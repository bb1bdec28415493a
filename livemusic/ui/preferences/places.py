"""Where livemusic keeps its files, in a musician's words."""

from dataclasses import dataclass
from pathlib import Path

import platformdirs

from livemusic.session.codec import session_file
from livemusic.session.library import preset_folders
from livemusic.session.map_library import map_folder


@dataclass(frozen=True, slots=True)
class Place:
    """A file or folder, which need not exist yet, what it is called, and what it is for."""

    label: str
    path: Path
    text: str

    @property
    def folder(self) -> Path:
        """The nearest folder there is that a file manager can show."""
        path = self.path
        while not path.is_dir() and path != path.parent:
            path = path.parent
        return path


def places() -> tuple[Place, ...]:
    """All of them."""
    from livemusic.inference.folders import model_folders

    own = Path(platformdirs.user_config_dir("livemusic", appauthor=False))
    return (
        Place("Presets", preset_folders()[0], "Your own presets, a file each; put files of others here."),
        Place("Drum maps", map_folder(), "Your own drum maps, a file each."),
        Place("Session and settings", session_file(), "Everything as it is, written as you play."),
        Place("Models", model_folders()[0], "Models you have imported; the shipped ones live with the program."),
        Place("Plugin block list", own / "blocked-plugins.json", "Plugins that crashed or hung and are left out."),
    )
