"""Where models lie."""

from importlib.resources import files
from pathlib import Path

from platformdirs import user_data_path


def model_folders() -> list[Path]:
    """Where models are looked for: the musician's own, then the shipped ones (in the wheel, or beside a checkout)."""
    package = Path(str(files("livemusic")))
    shipped = package / "models"
    return [
        user_data_path("livemusic", appauthor=False) / "models",
        shipped if shipped.is_dir() else package.parent / "models",
    ]
